// Names on the map, the sheet and the inset: placed so that none lies on another or on a symbol.
(function (sp) {
  "use strict";

  /** @typedef {{ text: string, x: number, y: number }} Name  at the middle of its height
   *  @typedef {{ townships: Name[], schools: Name[], boxes: Box[] }} Placement */

  // The last placements, by what they hang on: a picture whose figures alone change is not placed anew.
  /** @type {Map<string, Placement>} */
  const known = new Map();
  const KEPT = 6;
  const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/; // Hebrew, Arabic
  const ISOLATE = "\u2068"; // what follows runs as its first letter does

  /** Names of townships and schools with a halo; none over another or over `options.keep`.
   *  Returns their boxes. */
  sp.drawNames = function (pen) {
    const { townships, schools, boxes } = placeNames(pen);
    const { size } = pen;
    pen.ctx.lineJoin = "round";
    pen.ctx.textBaseline = "middle";
    drawAll(pen, townships, "600 " + 13 * size + "px ", "center", 3.6 * size);
    drawAll(pen, schools, 11.5 * size + "px ", "left", 3 * size);
    return boxes;
  };

  /** @param {Pen} pen @param {Name[]} names @param {string} font @param {CanvasTextAlign} align
   *  @param {number} halo */
  function drawAll({ ctx, colours }, names, font, align, halo) {
    ctx.font = font + sp.FONT;
    ctx.textAlign = align;
    ctx.strokeStyle = colours.panel;
    ctx.lineWidth = halo;
    ctx.fillStyle = colours.ink;
    for (const { text, x, y } of names) {
      const own = RIGHT_TO_LEFT.test(text) ? ISOLATE + text + "\u2069" : text;
      ctx.strokeText(own, x, y);
      ctx.fillText(own, x, y);
    }
  }

  /** @param {Pen} pen @returns {Placement} */
  function placeNames(pen) {
    const { view, options, size } = pen;
    const shown = listSchools(pen);
    const key = JSON.stringify([view, options.keep, options.frame, size, sp.language,
      shown.map(({ entry, reach }) => [entry.school, entry.seats, reach])]);
    const found = known.get(key);
    if (found) return found;
    const taken = [...(options.keep || [])];
    if (options.frame) taken.push(inPixels(options.frame, view));
    const kept = taken.length;
    const townships = placeTownships(pen, taken);
    const schools = placeSchools(pen, shown, taken);
    const placement = { townships, schools, boxes: taken.slice(kept) };
    if (known.size >= KEPT) known.clear();
    known.set(key, placement);
    return placement;
  }

  /** The largest townships first.
   *  @param {Pen} pen @param {Box[]} taken @returns {Name[]} */
  function placeTownships(pen, taken) {
    const { ctx, size } = pen;
    ctx.font = "600 " + 13 * size + "px " + sp.FONT;
    const marks = symbolBoxes(pen);
    return [...sp.geometry.names].sort((a, b) => b.area - a.area).flatMap(({ zone, at }) => {
      const name = sp.callZone(zone);
      const box = placeName(pen, at, ctx.measureText(name).width / 2 + 3, taken, marks);
      if (!box) return [];
      taken.push(box);
      return [{ text: name, x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 }];
    });
  }

  /** The place of a township's name that covers the fewest symbols, the nearest of equals.
   *  @param {Pen} pen @param {Point} at @param {number} half @param {Box[]} taken
   *  @param {Box[]} marks @returns {Box | undefined} */
  function placeName({ view, size }, at, half, taken, marks) {
    const height = 13 * size;
    const boxes = SHIFTS.map(([right, down]) => {
      const x = at[0] * view.scale + view.dx + right * half;
      const y = at[1] * view.scale + view.dy + down * height;
      return [x - half, y - height * 0.7, x + half, y + height * 0.7];
    }).filter((box) => box[0] > 0 && box[1] > 0 && box[2] < view.width && box[3] < view.height)
      .filter((box) => !taken.some((other) => overlaps(box, other)));
    const hidden = boxes.map((box) => marks.filter((mark) => overlaps(box, mark)).length);
    return boxes[hidden.indexOf(Math.min(...hidden))];
  }

  /** The schools in sight, each with the reach of its symbol, the largest first.
   *  @param {Pen} pen @returns {{ entry: Standing, reach: number, at: Point }[]} */
  function listSchools({ view, picture, size }) {
    return picture.standing.filter((entry) => entry.seats || entry.pupils)
      .filter((entry) => sp.symbolSize(view, picture, entry.school, size)) // else gathered, without a name
      .map((entry) => {
        const reach = (entry.fresh ? 11 : entry.large || entry.crowded ? 9 : 5) * size;
        return { entry, reach, at: sp.symbolAt(view, picture, entry.school, size) };
      })
      .filter(({ at }) => at[0] > 0 && at[1] > 0 && at[0] < view.width && at[1] < view.height)
      .sort((a, b) => b.entry.seats - a.entry.seats || a.entry.school - b.entry.school);
  }

  /** School names beside their symbols, where there is room.
   *  @param {Pen} pen @param {ReturnType<typeof listSchools>} shown @param {Box[]} taken
   *  @returns {Name[]} */
  function placeSchools(pen, shown, taken) {
    const { ctx, view, size } = pen;
    const height = 11.5 * size;
    ctx.font = height + "px " + sp.FONT;
    const marks = symbolBoxes(pen);
    return shown.flatMap(({ entry, at, reach }) => {
      const text = sp.schoolName(entry.school);
      const width = ctx.measureText(text).width;
      const spots = [[reach + 2, 0], [-reach - 2 - width, 0],
        [-width / 2, -reach - height * 0.6], [-width / 2, reach + height * 0.6]];
      for (const [right, down] of spots) {
        const [x, y] = [at[0] + right, at[1] + down];
        const box = [x, y - height * 0.6, x + width, y + height * 0.6];
        if (box[0] < 0 || box[1] < 0 || box[2] > view.width || box[3] > view.height) continue;
        if (taken.some((other) => overlaps(box, other)) || marks.some((other) => overlaps(box, other))) continue;
        taken.push(box);
        return [{ text, x, y }];
      }
      return [];
    });
  }

  // Where a name may stand: half its width to the side, its height up or down.
  const SHIFTS = [[0, 0], [0, -1.5], [0, 1.5], [0, -3], [0, 3], [-1, 0], [1, 0], [-1, -2], [1, 2],
    [-1, 2], [1, -2], [-1.6, 0], [1.6, 0], [-1.6, -1.5], [1.6, 1.5], [-1.6, 1.5], [1.6, -1.5]];

  /** The boxes of the symbols that a name should not cover.
   *  @param {Pen} pen */
  function symbolBoxes({ picture, view, size }) {
    const shown = picture.standing.filter((entry) => (entry.seats || entry.pupils))
      .map((entry) => ({ at: sp.symbolAt(view, picture, entry.school, size),
        reach: (entry.fresh ? 10 : entry.large || entry.crowded ? 6 : 3.4) *
          sp.symbolSize(view, picture, entry.school, size) }));
    const sites = (picture.sites || []).map(({ site }) => ({
      at: sp.symbolAt(view, picture, -1 - site, size),
      reach: 6 * sp.symbolSize(view, picture, -1 - site, size) }));
    const numbers = sp.listGathered(view, picture, size).map(({ at }) => ({ at, reach: 9 * size }));
    return [...shown, ...sites, ...numbers].filter(({ reach }) => reach > 0).map(({ at: [x, y], reach }) =>
      [x - reach, y - reach, x + reach, y + reach]);
  }

  /** @param {Box} box @param {View} view */
  const inPixels = (box, view) => [
    box[0] * view.scale + view.dx, box[1] * view.scale + view.dy,
    box[2] * view.scale + view.dx, box[3] * view.scale + view.dy];

  /** @param {Box} a @param {Box} b */
  const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
})(globalThis.seatplan);
