/**
 * Names that never lie on one another, on a symbol or beyond the edge, at every zoom.
 *
 * o.names: [latitude, longitude, text, group, half the height of the symbol in pixels, years or 0,
 * years left of a line where they differ]; the first are placed first. o.groups: layer group of each kind; o.kinds: their class names.
 */
(/** @param {ApartMap} map @param {NamesOptions} o */ function (map, o) {
  "use strict";
  const pane = map.createPane("seatplan-names");
  pane.style.zIndex = "620";
  pane.style.pointerEvents = "none";
  let year = 0;
  const labels = o.names.map(function (given) {
    const box = L.DomUtil.create("span", "seatplan-name seatplan-" + o.kinds[given[3]]);
    box.textContent = given[2];
    const icon = L.divIcon({ className: "seatplan-anchor", html: box, iconSize: [0, 0] });
    const marker = L.marker([given[0], given[1]],
      { icon: icon, interactive: false, keyboard: false, pane: "seatplan-names" });
    marker.addTo(o.groups[given[3]]);
    /** @type {NameLabel} */
    const label = { marker, box, room: given[4], years: given[5], left: given[6], size: null,
      key: [given[2], given[0].toFixed(5), given[1].toFixed(5)].join("@") };
    return label;
  });

  /** @param {LabelBox} a @param {LabelBox} b */
  function overlaps(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  /** Where a name may stand beside its point: right, left, above, below; a place on its point.
   *  @param {number} r @param {Point} size @param {L.Point} at */
  function spots(r, [w, h], at) {
    if (!r) return [0, 1.3, -1.3, 2.6, -2.6].map((k) => [at.x - w / 2, at.y - h / 2 + k * h]);
    return [[at.x + r, at.y - h / 2], [at.x - r - w, at.y - h / 2],
      [at.x - w / 2, at.y - r - h], [at.x - w / 2, at.y + r]];
  }

  /** Whether its school stands in the year, on the side of the line on which it lies.
   *  @param {NameLabel} label */
  function stands({ marker, years, left }) {
    const line = map.seatplanLine;
    const held = left && line !== undefined && map.latLngToContainerPoint(marker.getLatLng()).x < line
      ? left : years;
    return !held || held[year];
  }

  function place() {
    const { shifts, boxes, sizes } = map.seatplanApart();
    const size = map.getSize();
    const shown = labels.filter((label) => map.hasLayer(label.marker) &&
      stands(label) && sizes.get(label.key) !== 0); // 0: under a number
    labels.forEach((label) => { label.box.style.visibility = "hidden"; });
    const frame = map.getContainer().getBoundingClientRect();
    const controls = map.getContainer().querySelectorAll(".leaflet-control, .seatplan-swipe span");
    /** @type {LabelBox[]} */
    const taken = [...controls].map(function (control) {
      const box = control.getBoundingClientRect();
      return [box.left - frame.left, box.top - frame.top, box.right - frame.left,
        box.bottom - frame.top];
    });
    const points = shown.map((label) => map.latLngToContainerPoint(label.marker.getLatLng()));
    const symbols = points.map((point, number) => point.add(shifts.get(shown[number].key) || [0, 0]));
    taken.push(...boxes); // candidate sites among them, which have no names
    shown.forEach(function (label, number) {
      const at = symbols[number], r = (label.room - 2) * (sizes.get(label.key) || 1);
      if (r > 0) taken.push([at.x - r, at.y - r, at.x + r, at.y + r, label]);
    });
    shown.forEach(function (label, number) {
      const at = points[number];
      if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) return;
      if (!label.size) label.size = [label.box.offsetWidth + 2, label.box.offsetHeight];
      const [w, h] = label.size;
      for (const [x, y] of spots(label.room, label.size, symbols[number])) {
        /** @type {LabelBox} */
        const box = [x, y, x + w, y + h, label];
        const inside = x >= 0 && y >= 0 && x + w <= size.x && y + h <= size.y;
        if (!inside || taken.some((one) => one[4] !== label && overlaps(one, box))) continue;
        taken.push(box);
        label.box.style.transform =
          "translate(" + Math.round(x - at.x) + "px," + Math.round(y - at.y) + "px)";
        label.box.style.visibility = "";
        return;
      }
    });
  }

  let waiting = 0;
  function later() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(place);
  }
  map.on("zoomend moveend resize layeradd layerremove", later);
  map.on("seatplan:year", function (event) {
    year = /** @type {L.LeafletEvent & { at: number }} */ (event).at;
    later();
  });
  if (labels.some(({ left }) => left)) map.on("seatplan:line", later);
  map.on("seatplan:print", place); // a page that prints draws no further frame
  document.addEventListener("DOMContentLoaded", place); // names keep clear of every control
});
