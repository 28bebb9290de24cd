/**
 * A slider of years: areas, schools and discs take the properties of the year.
 *
 * o.years; o.layers: GeoJson layers; o.counts: number of areas in each class, by year, as the legend
 * lists them; o.titles: its heading by year; o.label: what the slider is called.
 */
(/** @param {L.Map} map @param {YearsOptions} o */ function (map, o) {
  "use strict";
  const container = map.getContainer();
  container.classList.add("seatplan-has-years");
  const bar = L.DomUtil.create("div", "seatplan-years", container);
  const told = L.DomUtil.create("output", "", bar);
  const slider = L.DomUtil.create("input", "", bar);
  slider.type = "range";
  slider.min = "0";
  slider.max = String(o.years.length - 1);
  slider.setAttribute("aria-label", o.label);
  const ends = [o.years[0], o.years[o.years.length - 1]].map(function (year) {
    const end = L.DomUtil.create("span", "", bar);
    end.textContent = String(year);
    return end;
  });
  bar.insertBefore(ends[0], slider);
  L.DomEvent.disableClickPropagation(bar);
  L.DomEvent.disableScrollPropagation(bar);

  /** @param {number} at */
  function show(at) {
    o.layers.forEach(function (layer) {
      layer.eachLayer(function (each) {
        const one = /** @type {PlacedLayer} */ (each);
        const own = one.feature.properties;
        for (const key in own.by_year || {}) own[key] = own.by_year[key][at];
        if (one.draw) one.draw(own.symbol);
        else one.setStyle(layer.options.style(one.feature));
      });
      const card = layer.getPopup();
      if (card && layer.isPopupOpen()) card.update();
    });
    told.textContent = String(o.years[at]);
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", String(o.years[at]));
    const heading = container.querySelector(".seatplan-legend summary");
    if (heading) heading.textContent = o.titles[at];
    container.querySelectorAll(".seatplan-legend td.n").forEach(function (cell, row) {
      if (row < o.counts[at].length) cell.textContent = String(o.counts[at][row]);
    });
    map.fire("seatplan:year", { at: at });
  }
  slider.addEventListener("input", function () { show(Number(slider.value)); });
  show(o.at);
  map.fire("seatplan:foot"); // the district keeps clear of the slider
});
