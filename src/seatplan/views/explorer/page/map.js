// The map: a Leaflet map with one canvas, the urban inset, and what lies under the pointer.
(function (sp) {
  "use strict";

  /** @type {L.Map} */
  let map;
  /** @type {HTMLCanvasElement} */
  let canvas;
  /** @type {HTMLCanvasElement} */
  let inset;

  const INSET = 0.9; // size of symbols and type in the inset

  sp.startMap = function () {
    map = sp.map = L.map("map", {
      center: [0, 0], zoom: 1, attributionControl: false,
      zoomSnap: 0, zoomDelta: 0.75, wheelPxPerZoomLevel: 90,
    });
    canvas = sp.element("canvas", { class: "sp-canvas leaflet-zoom-animated", "aria-hidden": "true" });
    map.getPanes().overlayPane.append(canvas);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 }).addTo(map);
    map.on("moveend zoomend resize viewreset", sp.drawMap);
    map.on("moveend", rememberPlace);
    map.on("zoomanim", slideCanvas);
    map.on("click", press);
    sp.board.startDrags(map, hit);
    map.on("mousemove", hover);
    map.on("mouseout", () => sp.byId("tip").hidden = true);
    inset = sp.byId("inset-canvas");
    inset.addEventListener("click", zoomToInset);
    sp.byId("map-frame").append(sp.byId("swipe"));
    sp.startSwipe();
    sp.syncSchoolButtons();
    sp.fitMap();
  };

  /** @param {L.LeafletMouseEvent} event */
  function press(event) {
    const found = hit(event.containerPoint);
    if (sp.state.edit) sp.board.click(found, event);
    else if (found && found.gathered) sp.openGathered(found.gathered);
    else sp.select(found);
  }

  /** Keep where the reader has gone, for the link. */
  function rememberPlace() {
    if (sp.isFitting()) return;
    const { lat, lng } = map.getCenter();
    sp.state.place = [lat, lng, map.getZoom()];
    sp.writeLink();
  }

  /** Go where a link says; the whole district without a place. */
  sp.showPlace = function () {
    const { place } = sp.state;
    if (place) map.setView([place[0], place[1]], place[2], { animate: false });
  };

  sp.goHome = function () {
    sp.state.place = null;
    sp.fitMap();
    sp.drawMap();
    sp.writeLink();
  };

  /** @returns {View} */
  sp.mapView = function () {
    const size = map.getSize();
    const corner = map.latLngToContainerPoint([sp.geometry.south, sp.geometry.west]);
    const scale = (256 * 2 ** map.getZoom() * sp.geometry.step) / 360;
    return { width: size.x, height: size.y, scale, dx: corner.x, dy: corner.y, frame: shrunk };
  };

  /** @type {Box | null} */
  let shrunk = null; // where symbols are drawn small, for the inset shows them

  /** Where a point of the plane lies on the map, in pixels. */
  sp.toScreen = function ([x, y]) {
    const view = sp.mapView();
    return [x * view.scale + view.dx, y * view.scale + view.dy];
  };

  /** @param {HTMLCanvasElement} target @param {number} width @param {number} height */
  function openCanvas(target, width, height) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (target.width !== Math.round(width * ratio) || target.height !== Math.round(height * ratio)) {
      target.width = Math.round(width * ratio);
      target.height = Math.round(height * ratio);
      target.style.width = width + "px";
      target.style.height = height + "px";
    }
    const ctx = sp.contextOf(target);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    return ctx;
  }

  sp.drawMap = function () {
    if (!map || !sp.model) return;
    const view = sp.mapView();
    if (!view.width || !view.height) return;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const ctx = openCanvas(canvas, view.width, view.height);
    const frame = sp.insetBox();
    const small = frame && (frame[2] - frame[0]) * view.scale < inset.offsetWidth;
    view.frame = shrunk = small ? frame : null;
    const options = { layers: sp.state.layers, selected: sp.state.selected,
                      frame: shrunk, main: true, keep: coveredBoxes() };
    const cut = sp.state.swipe === null ? null : Math.round(sp.state.swipe * view.width);
    drawSides(ctx, view, options, cut);
    const inner = drawInset(options, cut === null ? null : (cut - view.dx) / view.scale);
    sp.tellGathered(inner ? [[view, 1], [inner, INSET]] : [[view, 1]]);
    sp.placeSchoolButtons(view, sp.shown(sp.state.stage, sp.state.year));
  };

  /** The scenario; with a cut (pixels from the left), today on the left of it.
   *  @param {CanvasRenderingContext2D} ctx @param {View} view @param {DrawOptions} options
   *  @param {number | null} cut */
  function drawSides(ctx, view, options, cut) {
    const { stage, year } = sp.state;
    const now = sp.shown(stage, year);
    const today = sp.shownBefore(stage, year);
    if (cut === null || cut <= 0) sp.drawPicture(ctx, view, now, options);
    else if (cut >= view.width) sp.drawPicture(ctx, view, today, options);
    else {
      clipped(ctx, 0, cut, view, () => sp.drawPicture(ctx, view, today, options));
      clipped(ctx, cut, view.width, view, () => sp.drawPicture(ctx, view, now, options));
    }
  }

  /** @param {CanvasRenderingContext2D} ctx @param {number} from @param {number} to
   *  @param {View} view @param {() => void} draw */
  function clipped(ctx, from, to, view, draw) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(from, 0, to - from, view.height);
    ctx.clip();
    draw();
    ctx.restore();
  }

  /** Names keep clear of what lies over the map: its title, inset, legend and buttons. */
  const coveredBoxes = () => sp.boxesOf(".sp-over, #inset, #legend, #do-home, .leaflet-control, .sp-foot");

  sp.insetView = function (width, height) {
    return sp.geometry.core && sp.fitView(sp.geometry.core, width, height, [0, 0, 0, 0]);
  };

  /** What the inset shows, as a box of the plane. */
  sp.insetBox = function () {
    const box = inset && sp.byId("inset").getBoundingClientRect();
    const view = box && box.width && sp.insetView(box.width, box.height);
    return view ? sp.viewBox(view) : null;
  };

  sp.viewBox = (view) => [-view.dx / view.scale, -view.dy / view.scale,
    (view.width - view.dx) / view.scale, (view.height - view.dy) / view.scale];

  /** @param {DrawOptions} options @param {number | null} meridian */
  function drawInset(options, meridian) {
    const holder = sp.byId("inset");
    holder.hidden = !sp.geometry.core;
    const { width, height } = holder.getBoundingClientRect();
    const view = width ? sp.insetView(width, height) : null;
    if (!view) return null;
    const ctx = openCanvas(inset, width, height);
    ctx.fillStyle = sp.payload.palette.ground;
    ctx.fillRect(0, 0, width, height);
    const cut = meridian === null ? null : meridian * view.scale + view.dx;
    drawSides(ctx, view, { ...options, frame: null, main: false, size: INSET, keep: [[0, 0, 100, 28]] }, cut);
    if (cut !== null && cut > 0 && cut < width) {
      ctx.fillStyle = sp.payload.palette.ink;
      ctx.fillRect(cut - 1, 0, 2, height);
    }
    return view;
  }

  /** @param {L.ZoomAnimEvent} event */
  function slideCanvas(event) {
    const scale = map.getZoomScale(event.zoom);
    const { zoom, center } = event;
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2))
      .add(L.DomUtil.getPosition(map.getPanes().mapPane)).round();
    const moved = map.project(map.containerPointToLatLng([0, 0]), zoom).subtract(origin);
    L.DomUtil.setTransform(canvas, moved, scale);
  }

  /** @param {MouseEvent} event */
  function zoomToInset(event) {
    const { width, height } = sp.byId("inset").getBoundingClientRect();
    const view = sp.insetView(width, height);
    if (!view) return;
    const found = hitIn(view, [event.offsetX, event.offsetY]);
    if (!sp.state.edit && found && found.school >= 0 && found.near) sp.select(found);
    sp.goTo(sp.viewBox(view));
  }

  /** What lies under a point: a school within 11 px, else the block.
   *  @param {{ x: number, y: number }} point */
  function hit(point) {
    return hitIn(sp.mapView(), [point.x, point.y]);
  }

  /** @param {View} view @param {Point} point */
  function hitIn(view, [x, y]) {
    const picture = sp.shown(sp.state.stage, sp.state.year);
    let best = null;
    for (const { at, schools } of sp.listGathered(view, picture, 1))
      if (Math.hypot(at[0] - x, at[1] - y) < 10) return { school: -1, block: blockAt(view, x, y), gathered: schools };
    for (const entry of picture.standing) {
      if (!entry.seats && !entry.pupils || !sp.symbolSize(view, picture, entry.school, 1)) continue;
      const sites = sp.geometry.campuses(entry.school, sp.state.stage)
        .map(([px, py]) => [px * view.scale + view.dx, py * view.scale + view.dy]);
      for (const [px, py] of [sp.symbolAt(view, picture, entry.school, 1), ...sites]) {
        const far = Math.hypot(px - x, py - y);
        if (far < 11 && (!best || far < best.far)) best = { far, school: entry.school };
      }
    }
    if (best) return { school: best.school, block: -1, near: true };
    const block = blockAt(view, x, y);
    return block < 0 ? null : { school: -1, block };
  }

  /** @param {View} view @param {number} x @param {number} y */
  const blockAt = (view, x, y) => sp.geometry.blockAt((x - view.dx) / view.scale, (y - view.dy) / view.scale);

  /** One line under the pointer: name and balance.
   *  @param {L.LeafletMouseEvent} event */
  function hover(event) {
    const tip = sp.byId("tip");
    const found = hit(event.containerPoint);
    tip.hidden = !found;
    map.getContainer().style.cursor = found ? "pointer" : "";
    if (!found) return;
    tip.replaceChildren(...sp.tipOf(found));
    const frame = sp.byId("map-frame").getBoundingClientRect();
    const right = event.containerPoint.x + 14 + tip.offsetWidth < frame.width;
    tip.style.left = event.containerPoint.x + (right ? 14 : -14 - tip.offsetWidth) + "px";
    tip.style.top = Math.max(4, event.containerPoint.y - 34) + "px";
  }
})(globalThis.seatplan);
