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

  /** Show the whole district; where the legend would lie on it and there is room, left of it. */
  function fit() {
    const foot = 12 + (container.querySelector(".seatplan-years")?.clientHeight || 0);
    map.fitBounds(o.bounds, {
      paddingTopLeft: [12, 12], paddingBottomRight: [12, foot], animate: false });
    const legend = container.querySelector(".seatplan-legend");
    if (narrow || !legend) return;
    const corner = map.latLngToContainerPoint([o.bounds[0][0], o.bounds[1][1]]);
    const box = legend.getBoundingClientRect(), frame = container.getBoundingClientRect();
    const beside = frame.right - box.left + 12;
    if (corner.x < box.left - frame.left || beside > 0.45 * container.clientWidth) return;
    map.fitBounds(o.bounds, {
      paddingTopLeft: [12, 12], paddingBottomRight: [beside, foot], animate: false });
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
