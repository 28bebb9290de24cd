// The drawing board on the map: what is picked and what moves, and how blocks are picked there.
(function (sp) {
  "use strict";

  const { board } = sp;
  /** @type {Point[] | null} */
  let lasso = null; // points of the line that is drawn around blocks
  /** @type {Point | null} */
  let carried = null; // where the pointer carries the picked blocks

  // --- drawing ----------------------------------------------------------------------------------

  /** @param {{ picture: Picture }} given */
  const isShown = ({ picture }) => sp.state.edit && picture.draft !== undefined;

  /** Under the symbols: blocks whose school the draft changes, with a line to it; those picked. */
  sp.drawMoves = function (pen) {
    if (!isShown(pen)) return;
    const { picture, ctx, colours } = pen;
    const before = sp.shownBefore(picture.stage, picture.year);
    const [areas, lines] = [new sp.Path(), new sp.Path()];
    picture.blockSchool.forEach((school, block) => {
      if (school < 0 || before.blockSchool[block] === school) return;
      areas.addPath(sp.geometry.blocks[block].path);
      lines.moveTo(...sp.geometry.blockPoints[block]);
      lines.lineTo(...sp.geometry.schoolPoints[school]);
    });
    pen.plane();
    pen.stroke(areas, colours.panel, 4);
    pen.stroke(areas, colours.accent, 2.2);
    ctx.setLineDash([4 / pen.view.scale, 3 / pen.view.scale]);
    pen.stroke(lines, colours.accent, 1.2);
    ctx.setLineDash([]);
    for (const block of board.blocks) {
      pen.stroke(sp.geometry.blocks[block].path, colours.ink, 5.4);
      pen.stroke(sp.geometry.blocks[block].path, colours.focus, 3);
    }
    ctx.setTransform(pen.base);
  };

  /** Over the symbols: locks, sites, the school that is picked, the lasso. */
  sp.drawMarks = function (pen) {
    if (!isShown(pen)) return;
    drawLocks(pen);
    drawSites(pen);
    drawRing(pen, board.school);
    if (pen.options.main) drawTool(pen);
    pen.ctx.setTransform(pen.base);
  };

  /** @param {{ view: View }} given @param {Point} point @returns {Point} */
  const toPixels = ({ view }, [x, y]) => [x * view.scale + view.dx, y * view.scale + view.dy];

  /** @param {Pen} pen */
  function drawLocks(pen) {
    for (const id of board.draft().locked) {
      const block = sp.model.blocks.indexOf(id);
      if (block >= 0) sp.drawLock(pen.ctx, toPixels(pen, sp.geometry.blockPoints[block]), pen.size);
    }
  }

  /** Sites on which a school of the stage may stand, and the point chosen for one.
   *  @param {Pen} pen */
  function drawSites(pen) {
    for (const { site } of pen.picture.sites || []) {
      const size = sp.symbolSize(pen.view, pen.picture, -1 - site, pen.size);
      const at = sp.symbolAt(pen.view, pen.picture, -1 - site, pen.size);
      if (size) sp.drawSite(pen.ctx, at, size, site === board.site);
    }
    if (board.point)
      sp.drawSite(pen.ctx, toPixels(pen, sp.geometry.toPlane(...board.point)), pen.size, true);
  }

  /** @param {Pen} pen @param {number} school */
  function drawRing(pen, school) {
    if (school < 0 || !sp.geometry.schoolPoints[school]) return;
    const { ctx, size, colours } = pen;
    const [x, y] = sp.symbolAt(pen.view, pen.picture, school, size);
    ctx.beginPath();
    ctx.arc(x, y, 13 * size, 0, 7);
    ctx.strokeStyle = colours.focus;
    ctx.lineWidth = 3 * size;
    ctx.stroke();
  }

  /** @param {Pen} pen */
  function drawTool(pen) {
    const { ctx, colours } = pen;
    ctx.setTransform(pen.base);
    ctx.lineWidth = 2;
    ctx.strokeStyle = colours.ink;
    if (lasso) {
      ctx.beginPath();
      lasso.forEach(([x, y], at) => (at ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
      ctx.closePath();
      ctx.setLineDash([6, 4]);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    if (!carried) return;
    ctx.beginPath();
    ctx.arc(...carried, 9, 0, 7);
    ctx.fillStyle = colours.focus;
    ctx.fill();
    ctx.stroke();
  }

  board.freeSites = (plan, stage) =>
    plan.ground.sites.flatMap((site, at) => {
      const taken = plan.places.some(
        (place) =>
          place.present &&
          (place.site === at ||
            Math.hypot(place.east - site.east, place.north - site.north) < 1000),
      );
      return site.stages.includes(sp.payload.stages[stage].code) && !taken ? [at] : [];
    });

  // --- picking ----------------------------------------------------------------------------------

  /** A click on the map: a site, a school, or a block; with shift the whole village. */
  board.click = function (found, event) {
    if (board.tool === "point") return placeSchool(event.latlng);
    if (found && found.gathered) return sp.openGathered(found.gathered);
    const site = siteAt(event.containerPoint);
    if (site >= 0) return board.pickSite(site);
    if (!found) return board.blocks.size || board.school >= 0 ? clearPick() : undefined;
    if (found.school >= 0)
      return board.blocks.size ? board.give(found.school) : board.pickSchool(found.school);
    if (event.originalEvent && event.originalEvent.shiftKey)
      return board.pickWhole("block_unit", found.block);
    return board.pickBlocks([found.block], board.blocks.has(found.block));
  };

  function clearPick() {
    board.clear();
    sp.set({});
  }

  /** @param {{ lat: number, lng: number }} given */
  function placeSchool({ lat, lng }) {
    if (sp.geometry.blockAt(...sp.geometry.toPlane(lng, lat)) < 0) {
      board.told = sp.say("refusal.outside");
      return sp.set({});
    }
    Object.assign(board, {
      point: [Number(lng.toFixed(6)), Number(lat.toFixed(6))],
      site: -1,
      school: -1,
      tool: "",
      told: null,
    });
    return sp.set({});
  }

  board.pickSite = function (site) {
    const { earliest } = board.work().plan.ground.sites[site];
    Object.assign(board, {
      site,
      point: null,
      school: -1,
      told: null,
      year: Math.max(board.year, earliest),
    });
    sp.set({});
  };

  board.pickSchool = function (school) {
    Object.assign(board, {
      school: board.school === school ? -1 : school,
      site: -1,
      point: null,
      told: null,
    });
    sp.set({});
  };

  board.pickBlocks = function (blocks, away) {
    for (const block of blocks) board.blocks[away ? "delete" : "add"](block);
    Object.assign(board, { school: -1, told: null });
    sp.set({});
  };

  /** The whole village or township of some blocks. */
  board.pickWhole = function (column, ...blocks) {
    const of = sp.model.columns[column];
    const groups = new Set(blocks.map((block) => of[block]));
    board.pickBlocks(
      sp.model.blocks.flatMap((_, block) => (groups.has(of[block]) ? [block] : [])),
      false,
    );
  };

  /** @param {{ x: number, y: number }} of */
  function siteAt({ x, y }) {
    const view = sp.mapView();
    const picture = sp.shown(sp.state.stage, sp.state.year);
    const found = (picture.sites || []).find(({ site }) => {
      const [px, py] = sp.symbolAt(view, picture, -1 - site, 1);
      return sp.symbolSize(view, picture, -1 - site, 1) && Math.hypot(px - x, py - y) < 9;
    });
    return found ? found.site : -1;
  }

  // --- drags: a lasso, or picked blocks carried to a school ------------------------------------

  board.startDrags = function (map, hit) {
    const frame = map.getContainer();
    /** @type {{ kind: string, start: Point, moved?: boolean } | null} */
    let drag = null;
    /** @param {Event} event */
    const onControl = ({ target }) =>
      target instanceof Element && target.closest(".leaflet-control");
    /** @param {PointerEvent} event @returns {Point} */
    const at = (event) => {
      const box = frame.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    frame.addEventListener(
      "pointerdown",
      (event) => {
        if (!sp.state.edit || event.button || onControl(event)) return;
        const start = at(event);
        const found = hit({ x: start[0], y: start[1] });
        const picked = found && found.block >= 0 && board.blocks.has(found.block);
        if (event.shiftKey || board.tool === "lasso") drag = { kind: "lasso", start };
        else if (picked) drag = { kind: "carry", start };
        else return;
        map.dragging.disable();
        map.boxZoom.disable();
      },
      true,
    );
    window.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const point = at(event);
      if (!drag.moved && Math.hypot(point[0] - drag.start[0], point[1] - drag.start[1]) < 6) return;
      drag.moved = true;
      if (drag.kind === "lasso") lasso = [...(lasso || [drag.start]), point];
      else carried = point;
      sp.drawMap();
    });
    /** @param {PointerEvent} event */
    const end = (event) => {
      if (!drag) return;
      const { kind, moved } = drag;
      const line = lasso;
      drag = lasso = carried = null;
      map.dragging.enable();
      map.boxZoom.enable();
      if (!moved) return;
      /** @param {Event} click */
      const swallow = (click) => click.stopPropagation(); // the click that ends a drag means nothing
      frame.addEventListener("click", swallow, true);
      setTimeout(() => frame.removeEventListener("click", swallow, true), 0);
      if (event.type === "pointercancel") return sp.drawMap();
      const point = at(event);
      if (kind === "lasso") pickWithin(line || []);
      else dropOn(hit({ x: point[0], y: point[1] }));
    };
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  };

  /** Give the carried blocks to the school under them, or to that of the catchment.
   *  @param {Found | null} found */
  function dropOn(found) {
    if (!found) return sp.drawMap();
    const { blockSchool } = board.picture(sp.state.stage, sp.state.year);
    const school = found.school >= 0 ? found.school : blockSchool[found.block];
    return school >= 0 && !board.blocks.has(found.block) ? board.give(school) : sp.drawMap();
  }

  /** @param {Point[]} line */
  function pickWithin(line) {
    const ring = line.flat();
    const found = sp.geometry.blockPoints.flatMap((point, block) =>
      sp.geometry.isInside([ring], ...sp.toScreen(point)) ? [block] : [],
    );
    board.tool = "";
    board.pickBlocks(found, false);
  }
})(globalThis.seatplan);
