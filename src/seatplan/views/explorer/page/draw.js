// Draws one picture of the district on a canvas: the map, the inset, the sheet and the swipe.
(function (sp) {
  "use strict";

  const FONT = '"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif';
  sp.FONT = FONT;

  /** A view that shows `box` of the plane in a frame, with room on each side in pixels. */
  sp.fitView = function (box, width, height, room) {
    const [top, right, bottom, left] = room;
    const scale = Math.min((width - left - right) / (box[2] - box[0]),
                           (height - top - bottom) / (box[3] - box[1]));
    return {
      width, height, scale,
      dx: left + (width - left - right - scale * (box[2] - box[0])) / 2 - scale * box[0],
      dy: top + (height - top - bottom - scale * (box[3] - box[1])) / 2 - scale * box[1],
    };
  };

  /**
   * Draw a picture. `ctx` is scaled so that one unit is a CSS pixel; `view` places the plane in it.
   * options: layers, size (of symbols and type), selected, labels (boxes that names keep clear of),
   * frame (a box of the plane drawn as the inset's frame). Returns the boxes of the names, in pixels.
   */
  sp.drawPicture = function (ctx, view, picture, options) {
    const base = ctx.getTransform();
    const colours = sp.payload.palette;
    const pen = /** @type {Pen} */ ({
      ctx, view, picture, options, colours, base, size: options.size || 1,
    });
    pen.plane = () => {
      ctx.setTransform(base);
      ctx.transform(view.scale, 0, 0, view.scale, view.dx, view.dy);
    };
    /** @param {Traced} path @param {string} colour @param {number} width */
    pen.stroke = (path, colour, width) => {
      ctx.strokeStyle = colour;
      ctx.lineWidth = (width * pen.size) / view.scale;
      ctx.stroke(path);
    };
    ctx.save();
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    fillBlocks(pen);
    hatchShortage(pen);
    drawBorders(pen);
    ctx.setTransform(base);
    if (options.layers.lines) drawLines(pen);
    drawSelection(pen);
    if (options.frame) drawFrame(pen, options.frame);
    ctx.setTransform(base);
    sp.drawMoves(pen);
    drawSymbols(pen);
    sp.drawMarks(pen);
    const names = options.layers.names ? sp.drawNames(pen) : [];
    ctx.restore();
    return names;
  };

  /** @param {Pen} pen */
  function fillBlocks(pen) {
    const { ctx, colours } = pen;
    const { blockClass, colours: shades } = sp.colour(pen.picture);
    pen.plane();
    const fills = shades.map(() => new sp.Path());
    const rest = new sp.Path();
    sp.geometry.blocks.forEach((block, at) => {
      const klass = blockClass[at];
      const shown = klass >= 0 && pen.options.layers.catchments;
      (shown ? fills[klass] : rest).addPath(block.path);
    });
    [...fills, rest].forEach((path, klass) => {
      const colour = klass < fills.length ? shades[klass] : colours.none;
      ctx.fillStyle = colour;
      ctx.fill(path, "evenodd");
      pen.stroke(path, colour, 0.6); // closes the seams between neighbours
    });
    pen.fills = fills;
  }

  /** Strokes over the classes of shortage, at one distance whatever the zoom.
   *  @param {Pen} pen */
  function hatchShortage(pen) {
    const { ctx, view } = pen;
    if (!pen.options.layers.catchments || !sp.colour(pen.picture).hatched) return;
    for (let klass = 0; klass < sp.HATCHED; klass++) {
      ctx.save();
      pen.plane();
      ctx.clip(pen.fills[klass], "evenodd");
      ctx.setTransform(pen.base);
      sp.hatchClass(ctx, klass, 0, 0, view.width, view.height, pen.size);
      ctx.restore();
    }
  }

  /** @param {Pen} pen */
  function drawBorders(pen) {
    const { picture, colours, options } = pen;
    const { ctx } = pen;
    pen.plane();
    pen.stroke(sp.geometry.thin, colours.line, 0.7);
    if (options.layers.water) drawWater(pen);
    if (options.layers.rings) drawRings(pen);
    if (options.layers.roads) drawRoads(pen);
    if (options.layers.catchments && picture.byCatchments) {
      if (!picture.borders)
        picture.borders = sp.geometry.bordersBetween((block) => picture.blockSchool[block]);
      pen.stroke(picture.borders, colours.catchment, 1);
    }
    ctx.lineJoin = "round";
    if (options.layers.townships) pen.stroke(sp.geometry.townships, colours.ink, 1.5);
  }

  /** Courses as lines, lakes as areas: a line that ends where it began is a shore.
   * @param {Pen} pen */
  function drawWater(pen) {
    const [courses, lakes] = [new sp.Path(), new sp.Path()];
    sp.geometry.water.forEach((line) => {
      const last = line.length - 2;
      const path = last > 4 && line[0] === line[last] && line[1] === line[last + 1] ? lakes : courses;
      path.moveTo(line[0], line[1]);
      for (let point = 2; point < line.length; point += 2) path.lineTo(line[point], line[point + 1]);
    });
    pen.ctx.fillStyle = pen.colours.water;
    pen.ctx.fill(lakes, "evenodd");
    pen.stroke(courses, pen.colours.panel, 3.4); // stands out from any class below it
    pen.stroke(courses, pen.colours.water, 2);
  }

  /** @param {Pen} pen */
  function drawRoads(pen) {
    const widths = [1.6, 1.2, 0.8, 0.6, 1.6];
    const paths = widths.map(() => new sp.Path());
    sp.geometry.roads.forEach((line, at) => {
      const path = paths[Math.max(0, sp.geometry.roadClass[at])];
      path.moveTo(line[0], line[1]);
      for (let point = 2; point < line.length; point += 2) path.lineTo(line[point], line[point + 1]);
    });
    pen.ctx.globalAlpha = 0.6;
    paths.forEach((path, at) => pen.stroke(path, pen.colours.muted, widths[at]));
    pen.ctx.globalAlpha = 1;
  }

  /** @param {Pen} pen */
  function drawRings(pen) {
    const { picture, colours, options } = pen;
    const walk = sp.model.walk(picture.scenario, picture.stage, picture.year) || 500;
    const chosen = options.selected && options.selected.school >= 0 ? options.selected.school : -1;
    const sources = picture.standing.filter((entry) => entry.seats > 0)
      .map((entry) => entry.school)
      .filter((school) => chosen < 0 || school === chosen);
    const key = walk + ":" + sources.join();
    const points = sources.map((school) => sp.geometry.schoolPoints[school]);
    const paths = sp.walkingRings(sp.geometry, points, walk, key);
    const wide = (90 * sp.geometry.metre * pen.view.scale) / pen.size; // 45 m on each side
    pen.ctx.globalAlpha = 0.62;
    pen.ctx.fillStyle = colours.none;
    sp.geometry.blocks.forEach((block) => pen.ctx.fill(block.path, "evenodd"));
    pen.ctx.globalAlpha = 1;
    [...paths.keys()].reverse().forEach((band) =>
      pen.stroke(paths[band], colours.rings[band], Math.max(1.4, wide)));
  }

  /** From each block to the school of its catchment.
   *  @param {Pen} pen */
  function drawLines(pen) {
    const { ctx, picture, colours } = pen;
    if (!picture.byCatchments) return;
    pen.plane();
    const path = new sp.Path();
    picture.blockSchool.forEach((school, block) => {
      if (school < 0) return;
      const [x, y] = sp.geometry.blockPoints[block];
      const [toX, toY] = sp.geometry.schoolPoints[school];
      path.moveTo(x, y);
      path.lineTo(toX, toY);
    });
    ctx.globalAlpha = 0.55;
    pen.stroke(path, colours.accent, 0.9);
    ctx.globalAlpha = 1;
  }

  /** @param {Pen} pen */
  function drawSelection(pen) {
    const { ctx, picture, colours, options } = pen;
    const selected = options.selected;
    if (!selected) return;
    pen.plane();
    /** @param {Traced} path */
    const twice = (path) => {
      pen.stroke(path, colours.panel, 5);
      pen.stroke(path, colours.ink, 2.4);
    };
    if (selected.school >= 0 && picture.byCatchments)
      twice(sp.geometry.bordersBetween((block) =>
        picture.blockSchool[block] === selected.school ? 1 : -2));
    if (selected.block >= 0) twice(sp.geometry.blocks[selected.block].path);
    if (selected.zone) {
      const { column, at } = selected.zone;
      twice(sp.geometry.bordersBetween((block) => (sp.model.columns[column][block] === at ? 1 : -2)));
    }
    if (selected.school >= 0) {
      const [x, y] = sp.symbolAt(pen.view, picture, selected.school, pen.size);
      ctx.setTransform(pen.base);
      ctx.beginPath();
      ctx.arc(x, y, 13 * pen.size, 0, 7);
      ctx.strokeStyle = colours.focus;
      ctx.lineWidth = 3 * pen.size;
      ctx.stroke();
    }
  }

  /** @param {Pen} pen @param {Box} box */
  function drawFrame(pen, box) {
    const { ctx, view } = pen;
    ctx.setTransform(pen.base);
    const [left, top, right, bottom] = box;
    ctx.setLineDash([5 * pen.size, 3 * pen.size]);
    ctx.strokeStyle = pen.colours.ink;
    ctx.lineWidth = 1.3 * pen.size;
    ctx.strokeRect(left * view.scale + view.dx, top * view.scale + view.dy,
                   (right - left) * view.scale, (bottom - top) * view.scale);
    ctx.setLineDash([]);
  }

  /** Schools without a flag first, so that what matters lies on top.
   *  @param {Pen} pen */
  function drawSymbols(pen) {
    const { ctx, view, picture } = pen;
    /** @param {Standing} entry */
    const rank = (entry) => (entry.fresh ? 4 : 0) + (entry.large ? 2 : 0) + (entry.crowded ? 1 : 0);
    const order = picture.standing.filter((entry) => entry.seats || entry.pupils)
      .sort((a, b) => rank(a) - rank(b));
    for (const entry of order)
      if (sp.standsOff(view, picture, entry, pen.size)) drawLead(pen, entry.school);
    for (const entry of order) {
      const size = sp.symbolSize(view, picture, entry.school, pen.size);
      if (!size) continue; // gathered with others
      const at = sp.symbolAt(view, picture, entry.school, pen.size);
      if (at[0] < -20 || at[1] < -20 || at[0] > view.width + 20 || at[1] > view.height + 20)
        continue;
      drawCampuses(pen, entry, at, size);
      if (!picture.byCatchments) sp.drawDisc(ctx, at, entry, size, sp.colour(picture));
      sp.drawSymbol(ctx, at, entry, size);
    }
    for (const { at, schools } of sp.listGathered(view, picture, pen.size))
      sp.drawGathered(ctx, at, schools.length, pen.size);
  }

  /** A line from the place of a school to its symbol, which stands off.
   *  @param {Pen} pen @param {number} school */
  function drawLead({ ctx, view, picture, colours, size }, school) {
    const [x, y] = sp.geometry.schoolPoints[school];
    ctx.beginPath();
    ctx.moveTo(x * view.scale + view.dx, y * view.scale + view.dy);
    ctx.lineTo(...sp.symbolAt(view, picture, school, size));
    ctx.strokeStyle = colours.ink;
    ctx.lineWidth = 0.7 * size;
    ctx.stroke();
  }

  /** Further sites bear the school's symbol, smaller, at the end of a line from its first.
   *  @param {Pen} pen @param {Standing} entry @param {Point} from @param {number} size */
  function drawCampuses(pen, entry, from, size) {
    const { ctx, view, picture, colours } = pen;
    for (const [x, y] of sp.geometry.campuses(entry.school, picture.stage)) {
      /** @type {Point} */
      const at = [x * view.scale + view.dx, y * view.scale + view.dy];
      ctx.beginPath();
      ctx.moveTo(...from);
      ctx.lineTo(...at);
      ctx.strokeStyle = colours.ink;
      ctx.lineWidth = 1.2 * size;
      ctx.stroke();
      sp.drawSymbol(ctx, at, entry, 0.72 * size);
    }
  }
})(globalThis.seatplan);
