/** The frame of the map: metric scale, words of the buttons, the print. */
(/** @param {L.Map} map @param {FrameOptions} o */ function (map, o) {
  "use strict";
  const container = map.getContainer();
  const narrow = container.clientWidth < 620;
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  map.attributionControl.setPrefix("Leaflet");
  container.setAttribute("role", "main");
  container.setAttribute("aria-label", o.title);
  const heading = L.DomUtil.create("h1", "seatplan-heading", container);
  heading.textContent = o.title;
  const view = document.querySelector("meta[name=viewport]");
  if (view instanceof HTMLMetaElement) view.content = "width=device-width, initial-scale=1"; // readers may enlarge the page
  /** @param {string} selector @param {string} text */
  const tell = function (selector, text) {
    container.querySelectorAll(selector).forEach(function (button) {
      button.setAttribute("title", text);
      button.setAttribute("aria-label", text);
    });
  };
  const finish = function () {
    tell(".leaflet-control-zoom-in", o.words.closer);
    tell(".leaflet-control-zoom-out", o.words.farther);
    tell(".leaflet-control-layers-toggle", o.words.layers);
    document.body.dataset.ready = "yes";
    limitLegend();
    map.on("resize", limitLegend);
    if (!narrow) return;
    container.querySelectorAll(".leaflet-control-layers-expanded").forEach(function (box) {
      box.classList.remove("leaflet-control-layers-expanded");
      const toggle = box.querySelector(".leaflet-control-layers-toggle");
      if (toggle) toggle.addEventListener("click", function () {
        box.classList.toggle("leaflet-control-layers-expanded");
      });
      map.on("click", function () { box.classList.remove("leaflet-control-layers-expanded"); });
    });
  };
  document.addEventListener("DOMContentLoaded", finish); // when every layer and control stands
  fit();
  map.once("seatplan:foot", fit);

  /** The legend ends below the list of layers, and is scrolled where it is longer. */
  function limitLegend() {
    const legend = container.querySelector(".seatplan-legend");
    const list = container.querySelector(".leaflet-top.leaflet-right");
    if (!(legend instanceof HTMLElement) || !list) return;
    const room = legend.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom - 10;
    legend.style.maxHeight = Math.max(120, room) + "px";
  }

  /** Show the whole district: left of the legend where it would lie on it and there is room, and
   *  right of the buttons where they would lie on its corner. */
  function fit() {
    const foot = 12 + (container.querySelector(".seatplan-years")?.clientHeight || 0);
    const frame = container.getBoundingClientRect();
    /** @param {number} left @param {number} right */
    const show = (left, right) => map.fitBounds(o.bounds, {
      paddingTopLeft: [left, 12], paddingBottomRight: [right, foot], animate: false });
    show(12, 12);
    const right = roomForLegend(frame);
    if (right > 12) show(12, right);
    const buttons = container.querySelector(".leaflet-top.leaflet-left")?.getBoundingClientRect();
    const corner = map.latLngToContainerPoint([o.bounds[1][0], o.bounds[0][1]]);
    if (!buttons || corner.x > buttons.right - frame.left || corner.y > buttons.bottom - frame.top) return;
    show(buttons.right - frame.left + 10, right);
  }

  /** How far from the right the district ends so that the legend lies beside it.
   *  @param {DOMRect} frame */
  function roomForLegend(frame) {
    const legend = container.querySelector(".seatplan-legend");
    if (narrow || !legend) return 12;
    const corner = map.latLngToContainerPoint([o.bounds[0][0], o.bounds[1][1]]);
    const box = legend.getBoundingClientRect();
    const beside = frame.right - box.left + 12;
    return corner.x < box.left - frame.left || beside > 0.45 * container.clientWidth ? 12 : beside;
  }

  // A sheet of paper has another shape than the window: the map is laid out for it while it prints.
  /** @type {[L.LatLng, number, L.LatLngBounds] | null} */
  let before = null;
  window.addEventListener("beforeprint", function () {
    before = [map.getCenter(), map.getZoom(), map.getBounds()];
    container.classList.add("seatplan-printing");
    map.invalidateSize({ animate: false });
    if (before[2].contains(o.bounds)) fit();
    else map.fitBounds(before[2], { animate: false });
    map.fire("seatplan:print");
  });
  window.addEventListener("afterprint", function () {
    if (!before) return;
    container.classList.remove("seatplan-printing");
    map.invalidateSize({ animate: false });
    map.setView(before[0], before[1], { animate: false });
    before = null;
  });
});
