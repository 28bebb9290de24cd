// Where the district lies on the screen: clear of the title, of the buttons and of the panels.
(function (sp) {
  "use strict";

  let fitting = false; // while the map goes where the page puts it, not its reader
  sp.isFitting = () => fitting;

  /** @param {Box} box */
  const boxOf = (box) => L.latLngBounds(
    sp.geometry.toLatLng(box[0], box[3]), sp.geometry.toLatLng(box[2], box[1]));

  sp.fitMap = function () {
    const [left, top, right, bottom] = sp.geometry.bounds;
    document.body.classList.toggle("is-tall", right - left < 0.9 * (bottom - top));
    fitting = true;
    sp.map.invalidateSize({ animate: false });
    if (sp.map.getSize().x >= 120 && sp.map.getSize().y >= 120) fitDistrict(); // else not laid out
    fitting = false;
  };

  function fitDistrict() {
    sp.map.setMinZoom(0);
    const room = sp.mapRoom();
    fitWithin(room);
    clearButtons(liesUnderTitle() ? clearTitle(room) : room);
    sp.map.setMinZoom(sp.map.getZoom() - 0.5);
    sp.map.setMaxBounds(boxOf(sp.geometry.bounds).pad(2));
  }

  /** Show the district right of the title where it stays as large there, else below it.
   *  @param {ReturnType<Seatplan["mapRoom"]>} room */
  function clearTitle(room) {
    const [[, , right, bottom]] = titleBoxes();
    const zoom = sp.map.getZoom();
    const [beside, below] = [{ ...room, left: right + 12 }, { ...room, top: bottom + 12 }];
    const hasRoom = right + 12 < sp.map.getSize().x - room.right - 100;
    if (hasRoom) fitWithin(beside);
    if (hasRoom && sp.map.getZoom() >= zoom && !liesUnderTitle()) return beside;
    fitWithin(below);
    return below;
  }

  const BUTTONS = "#do-home, #map .leaflet-control-zoom";

  /** Show the district beside the buttons that lie on it, or above or below them: where it is larger.
   *  @param {ReturnType<Seatplan["mapRoom"]>} room */
  function clearButtons(room) {
    const boxes = sp.boxesOf(BUTTONS);
    if (!boxes.some(liesOver)) return;
    const { x, y } = sp.map.getSize();
    let rooms = [room];
    for (const [left, top, right, bottom] of boxes)
      rooms = rooms.flatMap((one) => [
        left < x / 2 ? { ...one, left: Math.max(one.left, right + 8) } : { ...one, right: Math.max(one.right, x - left + 8) },
        top < y / 2 ? { ...one, top: Math.max(one.top, bottom + 8) } : { ...one, bottom: Math.max(one.bottom, y - top + 8) },
      ]);
    const fitted = rooms.map((one) => {
      fitWithin(one);
      return { one, zoom: sp.map.getZoom(), free: !sp.boxesOf(BUTTONS + ", .sp-over").some(liesOver) };
    }).filter(({ free }) => free).sort((a, b) => b.zoom - a.zoom);
    fitWithin(fitted.length ? fitted[0].one : room);
  }

  /** Whether a part of the district lies under a box of the screen.
   *  @param {number[]} box */
  function liesOver([left, top, right, bottom]) {
    const view = sp.mapView();
    for (let x = left - 4; x <= right + 4; x += 8)
      for (let y = top - 4; y <= bottom + 4; y += 8)
        if (sp.geometry.blockAt((x - view.dx) / view.scale, (y - view.dy) / view.scale) >= 0) return true;
    return false;
  }

  /** @param {ReturnType<Seatplan["mapRoom"]>} room */
  function fitWithin(room) {
    sp.map.fitBounds(boxOf(sp.geometry.bounds), {
      animate: false, paddingTopLeft: [room.left, room.top],
      paddingBottomRight: [room.right, room.bottom],
    });
  }

  /** Whether any border, or the frame of the inset, passes under the title. */
  function liesUnderTitle() {
    const view = sp.mapView();
    const [box] = titleBoxes();
    const frame = sp.insetBox();
    return box && [...sp.geometry.arcs, ...(frame ? [frame] : [])].some((line) => {
      for (let at = 0; at < line.length; at += 2) {
        if (line[at] * view.scale + view.dx < box[2] + 8 &&
            line[at + 1] * view.scale + view.dy < box[3] + 8) return true;
      }
      return false;
    });
  }

  /** Pixels on each side of the map that panels lie over. */
  sp.mapRoom = function () {
    const frame = sp.map.getContainer().getBoundingClientRect();
    const column = sp.byId("column").getBoundingClientRect();
    const beside = column.left < frame.right - 40 && column.left > frame.left + 200;
    return { left: 28, top: 30, right: beside ? frame.right - column.left + 22 : 20, bottom: 60 };
  };

  sp.goTo = function (box) {
    const room = sp.mapRoom();
    sp.map.fitBounds(boxOf(box), {
      maxZoom: 16, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      paddingTopLeft: [room.left + 30, room.top + 60],
      paddingBottomRight: [room.right + 30, room.bottom + 30],
    });
  };

  const titleBoxes = () => sp.boxesOf(".sp-over");

  /** Where elements lie on the map, in pixels. */
  sp.boxesOf = function (selector) {
    const frame = sp.map.getContainer().getBoundingClientRect();
    return [...document.querySelectorAll(selector)].map((element) => {
      const box = element.getBoundingClientRect();
      return [box.left - frame.left, box.top - frame.top, box.right - frame.left,
              box.bottom - frame.top];
    });
  };
})(globalThis.seatplan);
