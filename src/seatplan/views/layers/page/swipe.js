/**
 * A line that the reader moves: one set of panes left of it, another right of it.
 *
 * o.left, o.right: names of panes; o.names: what stands on either side; o.label: the line's name;
 * o.middle: the longitude on which it begins, amid the schools.
 */
(/** @param {LinedMap} map @param {SwipeOptions} o */ function (map, o) {
  "use strict";
  const container = map.getContainer();
  const line = L.DomUtil.create("div", "seatplan-swipe", container);
  const names = o.names.map(function (text, side) {
    const name = L.DomUtil.create("span", side ? "seatplan-right" : "seatplan-left", line);
    name.textContent = text;
    return name;
  });
  const slider = L.DomUtil.create("input", "seatplan-swipe-line", container);
  slider.type = "range";
  slider.min = "0";
  slider.max = "1000";
  slider.setAttribute("aria-label", o.label);
  L.DomEvent.disableClickPropagation(slider);

  function clip() {
    const size = map.getSize(), x = Math.round((Number(slider.value) / 1000) * size.x);
    const low = map.containerPointToLayerPoint([0, 0]);
    const high = map.containerPointToLayerPoint(size);
    const at = map.containerPointToLayerPoint([x, 0]).x;
    /** @param {string} pane @param {number} west @param {number} east */
    const cut = function (pane, west, east) {
      const box = [[west, low.y], [east, low.y], [east, high.y], [west, high.y]];
      /** @type {HTMLElement} */ (map.getPane(pane)).style.clipPath =
        "polygon(" + box.map((p) => p[0] + "px " + p[1] + "px").join(",") + ")";
    };
    o.left.forEach((pane) => cut(pane, low.x, at));
    o.right.forEach((pane) => cut(pane, at, high.x));
    line.style.left = x + "px";
    names[0].hidden = x < 90;
    names[1].hidden = size.x - x < 90;
    map.seatplanLine = x;
    map.fire("seatplan:line");
  }
  function begin() {
    const share = map.latLngToContainerPoint([0, o.middle]).x / map.getSize().x;
    slider.value = String(Math.round(1000 * Math.max(0.1, Math.min(0.9, share))));
    clip();
  }
  slider.addEventListener("input", clip);
  slider.addEventListener("pointerdown", () => map.dragging.disable());
  slider.addEventListener("pointerup", () => map.dragging.enable());
  map.on("move zoomend resize viewreset zoomanim", clip);
  begin();
});
