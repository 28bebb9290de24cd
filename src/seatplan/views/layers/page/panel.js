/** Put ready HTML into a corner of the map; it folds where the map is narrow. */
(/** @param {L.Map} map @param {PanelOptions} o */ function (map, o) {
  "use strict";
  const control = new L.Control({ position: o.position });
  control.onAdd = function () {
    const box = L.DomUtil.create("div", "seatplan-panel seatplan-" + o.name);
    box.innerHTML = o.html;
    const fold = box.querySelector("details");
    if (fold && map.getContainer().clientWidth < 620) fold.open = false;
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  };
  control.addTo(map);
});
