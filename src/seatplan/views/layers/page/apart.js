/**
 * Symbols of schools near each other stand apart at every zoom, with their discs; one that stands
 * well off its place has a line to it. Where they have no room all are drawn smaller, and a number
 * stands for those that touch even then; a click on it comes closer.
 *
 * map.seatplanApart() moves them, and returns by how many pixels each stands off, by its key, which
 * stand under a number, the boxes that they take, and how large they are drawn.
 */
(/** @param {ApartMap} map @param {ApartOptions} o */ function (map, o) {
  "use strict";
  const HALF = 9; // pixels, half the width of a number
  const numbers = L.layerGroup();
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

  /** The radius of a disc as the map gives it, not as it is drawn at this zoom.
   *  @param {SymbolLayer} one */
  function radiusOf(one) {
    const radius = one.getRadius ? one.getRadius() : 0;
    const [given, drawn] = one.seatplanRadius || [radius, radius];
    return radius === drawn ? given : radius;
  }

  /** The symbols and discs on the map, each with half its width and where it belongs. */
  function listShown() {
    /** @type {ShownSymbol[]} */
    const shown = [];
    map.eachLayer(function (each) {
      const one = /** @type {SymbolLayer} */ (each);
      const name = one.feature && one.feature.geometry.type === "Point" && one.feature.properties?.name;
      if (typeof name !== "string" || name.includes("<")) return; // not ours: text of ours has no mark-up
      const disc = !!one.getRadius;
      const reach = one.getRadius ? radiusOf(one) : reachOf(one);
      if (!(reach > 0)) return;
      const place = (one.seatplanPlace ??= one.getLatLng());
      shown.push({ one, place, disc, reach, key: keyOf(name, place), pane: disc ? "" : one.options.pane });
    });
    return shown;
  }

  /** Where the symbols of one pane stand; a disc moves with its symbol.
   *  @param {ShownSymbol[]} symbols @param {Map<string, number>} discs */
  function part(symbols, discs) {
    const spots = symbols.map(({ place }) => {
      const { x, y } = map.latLngToLayerPoint(place);
      return /** @type {Point} */ ([x, y]);
    });
    const radii = symbols.map(({ key, reach }) => Math.max(reach, discs.get(key) || 0));
    const placed = globalThis.seatplan.placeDiscs(spots, radii, 1);
    const shifts = placed.spots.map(([x, y], at) =>
      /** @type {Point} */ ([x - spots[at][0], y - spots[at][1]]));
    return { ...placed, shifts, within: new Set(placed.groups.flat()) };
  }

  /** @param {L.LatLng} place @param {Point} shift */
  const shiftPlace = (place, shift) => map.layerPointToLatLng(map.latLngToLayerPoint(place).add(shift));

  /** @param {ShownSymbol} shown @param {Point} shift @param {number} size  0 under a number */
  function move({ one, place, disc, reach }, [right, down], size) {
    const drawn = reach * size;
    if (!disc) {
      const { style } = /** @type {HTMLElement} */ (one.getElement());
      style.display = size ? "" : "none";
      style.width = style.height = 2 * drawn + "px";
      style.marginLeft = right - drawn + "px";
      style.marginTop = down - drawn + "px";
      return;
    }
    one.seatplanRadius = [reach, drawn];
    if (one.setRadius && radiusOf(one) !== drawn) one.setRadius(drawn);
    if (right || down || !one.getLatLng().equals(place)) one.setLatLng(shiftPlace(place, [right, down]));
  }

  /** A number for symbols that stand too close for this zoom; it names them, and opens.
   *  @param {ShownSymbol[]} members @param {Point} shift  from the first of them */
  function addNumber(members, shift) {
    const box = L.DomUtil.create("span", "");
    box.textContent = String(members.length);
    const icon = L.divIcon({ className: "seatplan-number", html: box, iconSize: [2 * HALF, 2 * HALF] });
    const told = L.DomUtil.create("span", "");
    const said = o.tip.replace("{count}", String(members.length));
    const names = members.map(({ key }) => key.split("@")[0]);
    told.textContent = said + ": " + names.slice(0, 8).join(", ") + (names.length > 8 ? " …" : "");
    const mark = L.marker(shiftPlace(members[0].place, shift), { icon, pane: members[0].pane });
    mark.bindTooltip(told, { className: "seatplan-tooltip" });
    mark.on("click", () => map.fitBounds(L.latLngBounds(members.map(({ place }) => place)),
      { padding: [40, 40], maxZoom: map.getZoom() + 4 }));
    mark.on("add", () => mark.getElement()?.setAttribute("aria-label", told.textContent || ""));
    mark.addTo(numbers);
  }

  /** The legend tells what a number means while one stands on the map. */
  function tellNumbers() {
    const table = document.querySelector(".seatplan-legend table");
    let row = table?.querySelector(".seatplan-number-key");
    if (!table || (!row && !numbers.getLayers().length)) return;
    if (!row) {
      row = L.DomUtil.create("tr", "seatplan-number-key", /** @type {HTMLElement} */ (table));
      row.innerHTML = '<td><span class="seatplan-number">3</span></td><td></td><td></td>';
      row.children[1].textContent = o.number;
    }
    row.classList.toggle("seatplan-away", !numbers.getLayers().length);
  }

  /** Discs of the legend are as large as those of the map.
   *  @param {number} size */
  function scaleDiscs(size) {
    for (const disc of document.querySelectorAll(".seatplan-legend circle[data-radius]"))
      disc.setAttribute("r", String(Number(disc.getAttribute("data-radius")) * size));
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
    /** @type {Map<string, number>} */
    const sizes = new Map();
    numbers.clearLayers();
    for (const pane of new Set(shown.filter(({ disc }) => !disc).map((each) => each.pane))) {
      const symbols = shown.filter((each) => !each.disc && each.pane === pane);
      const { shifts: moved, size, groups, within } = part(symbols, discs);
      moved.forEach((shift, at) => {
        const each = symbols[at];
        const drawn = within.has(at) ? 0 : size;
        shifts.set(each.key, shift);
        sizes.set(each.key, drawn);
        move(each, shift, drawn);
        const reach = drawn ? each.reach * drawn : HALF;
        const { x, y } = map.latLngToContainerPoint(each.place).add(shift);
        boxes.push([x - reach, y - reach, x + reach, y + reach]);
        if (drawn && Math.hypot(...shift) > drawn * Math.max(each.reach, discs.get(each.key) || 0))
          lines.push([each.place, shiftPlace(each.place, shift)]);
      });
      for (const group of groups) addNumber(group.map((at) => symbols[at]), moved[group[0]]);
    }
    for (const each of shown) {
      const size = sizes.get(each.key);
      if (each.disc && size !== undefined) move(each, shifts.get(each.key) || [0, 0], size);
    }
    leads.setLatLngs(lines);
    tellNumbers();
    scaleDiscs(Math.min(1, ...[...sizes.values()].filter((size) => size > 0)));
    return { shifts, boxes, sizes };
  };
  leads.addTo(map);
  numbers.addTo(map);
});
