/**
 * Symbols of schools near each other stand apart at every zoom, with their discs; one that stands
 * well off its place has a line to it.
 *
 * map.seatplanApart() moves them, and returns by how many pixels each stands off, by its key, and
 * the boxes that they take.
 */
(/** @param {ApartMap} map */ function (map) {
  "use strict";
  const MOST = 16; // pixels that a symbol may stand from its place
  const leads = L.polyline([], { color: "#1d2733", weight: 0.8, interactive: false });

  /** @param {string} name @param {L.LatLng} place */
  function keyOf(name, place) {
    const text = L.DomUtil.create("i"); // properties hold text as HTML
    text.innerHTML = name;
    return [text.textContent, place.lat.toFixed(5), place.lng.toFixed(5)].join("@");
  }

  /** Half the width of a symbol that stands on the map, else 0.
   *  @param {SymbolLayer} one */
  const reachOf = (one) => (one.draw && one.getElement() ? one.options.icon.options.iconSize[0] / 2 : 0);

  /** The symbols and discs on the map, each with half its width and where it belongs. */
  function listShown() {
    /** @type {ShownSymbol[]} */
    const shown = [];
    map.eachLayer(function (each) {
      const one = /** @type {SymbolLayer} */ (each);
      const name = one.feature && one.feature.geometry.type === "Point" && one.feature.properties?.name;
      if (typeof name !== "string" || name.includes("<")) return; // not ours: text of ours has no mark-up
      const disc = !!one.getRadius;
      const reach = one.getRadius ? one.getRadius() : reachOf(one);
      if (!(reach > 0)) return;
      const place = (one.seatplanPlace ??= one.getLatLng());
      shown.push({ one, place, disc, reach, key: keyOf(name, place), pane: disc ? "" : one.options.pane });
    });
    return shown;
  }

  /** By how many pixels the symbols of one pane stand off; a disc moves with its symbol.
   *  @param {ShownSymbol[]} symbols @param {Map<string, number>} discs */
  function part(symbols, discs) {
    const spots = symbols.map(({ place }) => {
      const { x, y } = map.latLngToLayerPoint(place);
      return /** @type {Point} */ ([x, y]);
    });
    const radii = symbols.map(({ key, reach }) => Math.max(reach, discs.get(key) || 0));
    const moved = globalThis.seatplan.partDiscs(spots, radii, MOST);
    return moved.map(([x, y], at) => /** @type {Point} */ ([x - spots[at][0], y - spots[at][1]]));
  }

  /** @param {L.LatLng} place @param {Point} shift */
  const shiftPlace = (place, shift) => map.layerPointToLatLng(map.latLngToLayerPoint(place).add(shift));

  /** @param {ShownSymbol} shown @param {Point} shift */
  function move({ one, place, disc, reach }, [right, down]) {
    if (!disc) {
      const { style } = /** @type {HTMLElement} */ (one.getElement());
      style.marginLeft = right - reach + "px";
      style.marginTop = down - reach + "px";
    } else if (right || down || !one.getLatLng().equals(place)) one.setLatLng(shiftPlace(place, [right, down]));
  }

  map.seatplanApart = function () {
    const shown = listShown();
    const discs = new Map(shown.filter(({ disc }) => disc).map(({ key, reach }) => [key, reach]));
    /** @type {Map<string, Point>} */
    const shifts = new Map();
    /** @type {L.LatLng[][]} */
    const lines = [];
    /** @type {LabelBox[]} */
    const boxes = [];
    for (const pane of new Set(shown.filter(({ disc }) => !disc).map((each) => each.pane))) {
      const symbols = shown.filter((each) => !each.disc && each.pane === pane);
      part(symbols, discs).forEach((shift, at) => {
        const each = symbols[at];
        shifts.set(each.key, shift);
        move(each, shift);
        const { x, y } = map.latLngToContainerPoint(each.place).add(shift);
        boxes.push([x - each.reach, y - each.reach, x + each.reach, y + each.reach]);
        if (Math.hypot(...shift) > Math.max(each.reach, discs.get(each.key) || 0))
          lines.push([each.place, shiftPlace(each.place, shift)]);
      });
    }
    for (const each of shown) if (each.disc) move(each, shifts.get(each.key) || [0, 0]);
    leads.setLatLngs(lines);
    return { shifts, boxes };
  };
  leads.addTo(map);
});
