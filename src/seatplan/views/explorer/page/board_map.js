// The drawing board on the map: what is picked and what moves, and how blocks are picked there.
(function (sp) {
  "use strict";

  const { board } = sp;
  let lasso = null; // points of the line that is drawn around blocks
  let carried = null; // where the pointer carries the picked blocks

  // --- drawing ----------------------------------------------------------------------------------

  /** Over the picture: blocks that move, those picked and locked, sites, the lasso. */
  sp.drawBoard = function (pen) {
    if (!sp.state.edit || pen.picture.draft === undefined) return;
    const { colours } = pen;
    drawMoves(pen);
    pen.plane();
    for (const block of board.blocks) {
      pen.stroke(sp.geometry.blocks[block].path, colours.panel, 5);
      pen.stroke(sp.geometry.blocks[block].path, colours.focus, 3);
    }
    drawLocks(pen);
    drawSites(pen);
    drawRing(pen, board.school);
    drawTool(pen);
    pen.ctx.setTransform(pen.base);
  };

  /** Blocks whose school the draft changes: outlined, with a line to their new school. */
  function drawMoves(pen) {
    const { picture, ctx, colours } = pen;
    const before = sp.shownBefore(picture.stage, picture.year);
    pen.plane();
    picture.blockSchool.forEach((school, block) => {
      if (school < 0 || before.blockSchool[block] === school) return;
      const [x, y] = sp.geometry.blockPoints[block];
      const line = new Path2D();
      line.moveTo(x, y);
      line.lineTo(...sp.geometry.schoolPoints[school]);
      pen.stroke(sp.geometry.blocks[block].path, colours.accent, 2.6);
      ctx.setLineDash([5 / pen.view.scale, 3 / pen.view.scale]);
      pen.stroke(line, colours.accent, 1.6);
      ctx.setLineDash([]);
    });
  }

  const toPixels = ({ view }, [x, y]) => [x * view.scale + view.dx, y * view.scale + view.dy];

  function drawLocks(pen) {
    const { ctx, size, colours } = pen;
    ctx.setTransform(pen.base);
    ctx.fillStyle = colours.ink;
    for (const id of board.draft().locked) {
      const block = sp.model.blocks.indexOf(id);
      if (block < 0) continue;
      const [x, y] = toPixels(pen, sp.geometry.blockPoints[block]);
      ctx.fillRect(x - 4 * size, y - 1 * size, 8 * size, 6 * size);
      ctx.beginPath();
      ctx.arc(x, y - 1 * size, 3 * size, Math.PI, 0);
      ctx.lineWidth = 1.6 * size;
      ctx.strokeStyle = colours.ink;
      ctx.stroke();
    }
  }

  /** Sites on which a school of the stage may stand, and the point chosen for one. */
  function drawSites(pen) {
    const { ctx, size, colours, picture } = pen;
    ctx.setTransform(pen.base);
    const { plan } = board.work();
    const points = board.freeSites(plan, picture.stage).map((at) =>
      [at === board.site, sp.geometry.toPlane(...plan.ground.sites[at].at)]);
    if (board.point) points.push([true, sp.geometry.toPlane(...board.point)]);
    for (const [chosen, point] of points) {
      const [x, y] = toPixels(pen, point);
      ctx.fillStyle = chosen ? colours.focus : colours.panel;
      ctx.strokeStyle = colours.ink;
      ctx.lineWidth = (chosen ? 2.4 : 1.6) * size;
      ctx.beginPath();
      ctx.rect(x - 5.5 * size, y - 5.5 * size, 11 * size, 11 * size);
      ctx.fill();
      ctx.stroke();
      ctx.beginPath();
      ctx.moveTo(x - 3 * size, y);
      ctx.lineTo(x + 3 * size, y);
      ctx.moveTo(x, y - 3 * size);
      ctx.lineTo(x, y + 3 * size);
      ctx.stroke();
    }
  }

  function drawRing(pen, school) {
    if (school < 0 || !sp.geometry.schoolPoints[school]) return;
    const { ctx, size, colours } = pen;
    const [x, y] = toPixels(pen, sp.geometry.schoolPoints[school]);
    ctx.beginPath();
    ctx.arc(x, y, 13 * size, 0, 7);
    ctx.strokeStyle = colours.focus;
    ctx.lineWidth = 3 * size;
    ctx.stroke();
  }

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

  board.freeSites = (plan, stage) => plan.ground.sites.flatMap((site, at) => {
    const taken = plan.places.some((place) => place.present && (place.site === at ||
      Math.hypot(place.east - site.east, place.north - site.north) < 1000));
    return site.stages.includes(sp.payload.stages[stage].code) && !taken ? [at] : [];
  });

  // --- picking ----------------------------------------------------------------------------------

  /** A click on the map: a site, a school, or a block; with shift the whole village. */
  board.click = function (found, event) {
    const { plan } = board.work();
    if (board.tool === "point") return placeSchool(event.latlng);
    const site = siteAt(plan, event.containerPoint);
    if (site >= 0) return board.pickSite(site);
    if (!found) return board.blocks.size || board.school >= 0 ? clearPick() : undefined;
    if (found.school >= 0) return board.blocks.size ? board.give(found.school) : board.pickSchool(found.school);
    if (event.originalEvent && event.originalEvent.shiftKey) return board.pickWhole("block_unit", found.block);
    return board.pickBlocks([found.block], board.blocks.has(found.block));
  };

  function clearPick() {
    board.clear();
    sp.set({});
  }

  function placeSchool({ lat, lng }) {
    Object.assign(board, { point: [Number(lng.toFixed(6)), Number(lat.toFixed(6))], site: -1, school: -1, tool: "" });
    sp.set({});
  }

  board.pickSite = function (site) {
    const { earliest } = board.work().plan.ground.sites[site];
    Object.assign(board, { site, point: null, school: -1, told: null, year: Math.max(board.year, earliest) });
    sp.set({});
  };

  board.pickSchool = function (school) {
    Object.assign(board, { school: board.school === school ? -1 : school, site: -1, point: null, told: null });
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
    board.pickBlocks(sp.model.blocks.flatMap((_, block) => (groups.has(of[block]) ? [block] : [])), false);
  };

  function siteAt(plan, { x, y }) {
    return board.freeSites(plan, sp.state.stage).findIndex((at) => {
      const [px, py] = sp.toScreen(sp.geometry.toPlane(...plan.ground.sites[at].at));
      return Math.hypot(px - x, py - y) < 10;
    }) < 0 ? -1 : board.freeSites(plan, sp.state.stage).find((at) => {
      const [px, py] = sp.toScreen(sp.geometry.toPlane(...plan.ground.sites[at].at));
      return Math.hypot(px - x, py - y) < 10;
    });
  }

  // --- drags: a lasso, or picked blocks carried to a school ------------------------------------

  board.startDrags = function (map, hit) {
    const frame = map.getContainer();
    let drag = null;
    const at = (event) => {
      const box = frame.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    frame.addEventListener("pointerdown", (event) => {
      if (!sp.state.edit || event.button || event.target.closest(".leaflet-control")) return;
      const start = at(event);
      const found = hit({ x: start[0], y: start[1] });
      const picked = found && found.block >= 0 && board.blocks.has(found.block);
      if (event.shiftKey || board.tool === "lasso") drag = { kind: "lasso", start };
      else if (picked) drag = { kind: "carry", start };
      else return;
      map.dragging.disable();
      map.boxZoom.disable();
      if (event.pointerType !== "mouse") frame.setPointerCapture(event.pointerId);
    }, true);
    frame.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const point = at(event);
      if (!drag.moved && Math.hypot(point[0] - drag.start[0], point[1] - drag.start[1]) < 6) return;
      drag.moved = true;
      if (drag.kind === "lasso") lasso = [...(lasso || [drag.start]), point];
      else carried = point;
      sp.drawMap();
    });
    const end = (event) => {
      if (!drag) return;
      const { kind, moved } = drag;
      const line = lasso;
      drag = lasso = carried = null;
      map.dragging.enable();
      if (!moved) return;
      frame.addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
      setTimeout(() => frame.dispatchEvent(new MouseEvent("click")), 0); // where none followed
      if (event.type === "pointercancel") return sp.drawMap();
      const point = at(event);
      if (kind === "lasso") pickWithin(line);
      else dropOn(hit({ x: point[0], y: point[1] }));
    };
    frame.addEventListener("pointerup", end);
    frame.addEventListener("pointercancel", end);
  };

  /** Give the carried blocks to the school under them, or to that of the catchment. */
  function dropOn(found) {
    if (!found) return sp.drawMap();
    const { blockSchool } = board.picture(sp.state.stage, sp.state.year);
    const school = found.school >= 0 ? found.school : blockSchool[found.block];
    return school >= 0 && !board.blocks.has(found.block) ? board.give(school) : sp.drawMap();
  }

  function pickWithin(line) {
    const ring = line.flat();
    const found = sp.geometry.blockPoints.flatMap((point, block) =>
      (sp.geometry.isInside([ring], ...sp.toScreen(point)) ? [block] : []));
    board.tool = "";
    board.pickBlocks(found, false);
  }
})((window.seatplan = window.seatplan || {}));
