/**
 * A slider of years: areas, schools and discs take the properties of the year.
 *
 * o.years; o.layers: GeoJson layers; o.counts: number of areas in each class, by year, as the legend
 * lists them; o.titles: its heading by year; o.label: what the slider is called.
 */
function (map, o) {
  "use strict";
  const container = map.getContainer();
  container.classList.add("seatplan-has-years");
  const bar = L.DomUtil.create("div", "seatplan-years", container);
  const told = L.DomUtil.create("output", "", bar);
  const slider = L.DomUtil.create("input", "", bar);
  slider.type = "range";
  slider.min = 0;
  slider.max = o.years.length - 1;
  slider.setAttribute("aria-label", o.label);
  const ends = [o.years[0], o.years[o.years.length - 1]].map(function (year) {
    const end = L.DomUtil.create("span", "", bar);
    end.textContent = year;
    return end;
  });
  bar.insertBefore(ends[0], slider);
  L.DomEvent.disableClickPropagation(bar);
  L.DomEvent.disableScrollPropagation(bar);

  function show(at) {
    o.layers.forEach(function (layer) {
      layer.eachLayer(function (one) {
        const own = one.feature.properties;
        for (const key in own.by_year || {}) own[key] = own.by_year[key][at];
        if (one.draw) one.draw(own.symbol);
        else one.setStyle(layer.options.style(one.feature));
      });
      if (layer.isPopupOpen()) layer.getPopup().update();
    });
    told.textContent = o.years[at];
    slider.value = at;
    slider.setAttribute("aria-valuetext", o.years[at]);
    const legend = container.querySelector(".seatplan-legend");
    legend.querySelector("summary").textContent = o.titles[at];
    legend.querySelectorAll("td.n").forEach(function (cell, row) {
      if (row < o.counts[at].length) cell.textContent = o.counts[at][row];
    });
    map.fire("seatplan:year", { at: at });
  }
  slider.addEventListener("input", function () { show(Number(slider.value)); });
  show(o.at);
}
