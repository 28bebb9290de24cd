/**
 * Tables beside the map: a row shows its place on the map, a place its row.
 *
 * o.html: the tables; o.layers: GeoJson layers whose property `place` a row names.
 */
(/** @param {L.Map} map @param {BesideOptions} o */ function (map, o) {
  "use strict";
  const container = map.getContainer();
  const box = L.DomUtil.create("div", "seatplan-beside");
  box.innerHTML = o.html;
  container.after(box);
  container.classList.add("seatplan-with-tables");
  map.invalidateSize({ animate: false });
  const places = new Map();
  o.layers.forEach((layer) => layer.eachLayer(function (each) {
    const one = /** @type {PlacedLayer} */ (each);
    const own = one.feature.properties.place;
    if (own === undefined) return;
    const name = L.DomUtil.create("i");
    name.innerHTML = own;
    places.set(name.textContent, [layer, one]);
    one.on("click", () => mark(name.textContent, true));
  }));
  /** @type {NodeListOf<HTMLElement>} */
  const rows = box.querySelectorAll("tr[data-place]");

  /** @param {string | null} place @param {boolean} scroll */
  function mark(place, scroll) {
    rows.forEach(function (row) {
      const chosen = row.dataset.place === place;
      row.setAttribute("aria-selected", String(chosen));
      if (chosen && scroll) row.scrollIntoView({ block: "nearest" });
    });
  }

  rows.forEach(function (row) {
    const press = row.querySelector("button");
    const own = row.dataset.place || "";
    if (press) press.addEventListener("click", function () {
      mark(own, false);
      const found = places.get(own);
      if (!found) return;
      const [layer, one] = found;
      const bounds = one.getBounds ? one.getBounds() : L.latLngBounds([one.getLatLng()]);
      map.fitBounds(bounds, { maxZoom: 14, padding: [60, 60], animate: false });
      const card = layer.getPopup();
      card._source = one; // one card serves all places of a layer
      card.setLatLng(bounds.getCenter()).openOn(map);
    });
  });
});
