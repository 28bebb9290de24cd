// Names on the map, the sheet and the inset: placed so that none lies on another or on a symbol.
(function (sp) {
  "use strict";

  /** Township names with a halo, the largest first, then school names; none over another or over
   *  `options.keep`. Returns their boxes. */
  sp.drawNames = function (pen) {
    const { ctx, view, colours, options, size } = pen;
    ctx.font = "600 " + 13 * size + "px " + sp.FONT;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    const taken = [...(options.keep || [])];
    if (options.frame) taken.push(inPixels(options.frame, view));
    const kept = taken.length;
    const marks = symbolBoxes(pen);
    const names = [...sp.geometry.names].sort((a, b) => b.area - a.area);
    for (const { name, at } of names) {
      const box = placeName(pen, at, ctx.measureText(name).width / 2 + 3, taken, marks);
      if (!box) continue;
      taken.push(box);
      const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
      ctx.strokeStyle = colours.panel;
      ctx.lineWidth = 3.6 * size;
      ctx.strokeText(name, x, y);
      ctx.fillStyle = colours.ink;
      ctx.fillText(name, x, y);
    }
    drawSchoolNames(pen, taken);
    return taken.slice(kept);
  };

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

  /** School names beside their symbols, the largest schools first, where there is room.
   *  @param {Pen} pen @param {Box[]} taken */
  function drawSchoolNames(pen, taken) {
    const { ctx, view, picture, colours, size } = pen;
    const height = 11.5 * size;
    ctx.font = height + "px " + sp.FONT;
    ctx.textAlign = "left";
    ctx.lineWidth = 3 * size;
    ctx.strokeStyle = colours.panel;
    ctx.fillStyle = colours.ink;
    const shown = picture.standing.filter((entry) => entry.seats || entry.pupils)
      .map((entry) => {
        const [x, y] = sp.geometry.schoolPoints[entry.school];
        const reach = (entry.fresh ? 11 : entry.large || entry.crowded ? 9 : 5) * size;
        return { entry, reach, at: [x * view.scale + view.dx, y * view.scale + view.dy] };
      })
      .filter(({ at }) => at[0] > 0 && at[1] > 0 && at[0] < view.width && at[1] < view.height);
    const marks = shown.map(({ at, reach }) =>
      [at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach]);
    shown.sort((a, b) => b.entry.seats - a.entry.seats || a.entry.school - b.entry.school);
    for (const { entry, at, reach } of shown) {
      const name = sp.schoolName(entry.school);
      const width = ctx.measureText(name).width;
      const spots = [[reach + 2, 0], [-reach - 2 - width, 0],
        [-width / 2, -reach - height * 0.6], [-width / 2, reach + height * 0.6]];
      for (const [right, down] of spots) {
        const [x, y] = [at[0] + right, at[1] + down];
        const box = [x, y - height * 0.6, x + width, y + height * 0.6];
        if (box[0] < 0 || box[1] < 0 || box[2] > view.width || box[3] > view.height) continue;
        if (taken.some((other) => overlaps(box, other))) continue;
        if (marks.some((other) => overlaps(box, other))) continue;
        taken.push(box);
        ctx.strokeText(name, x, y);
        ctx.fillText(name, x, y);
        break;
      }
    }
  }

  // Where a name may stand: half its width to the side, its height up or down.
  const SHIFTS = [[0, 0], [0, -1.5], [0, 1.5], [0, -3], [0, 3], [-1, 0], [1, 0], [-1, -2], [1, 2],
    [-1, 2], [1, -2], [-1.6, 0], [1.6, 0], [-1.6, -1.5], [1.6, 1.5], [-1.6, 1.5], [1.6, -1.5]];

  /** The boxes of the symbols that a name should not cover.
   *  @param {Pen} pen */
  function symbolBoxes({ picture, view, size }) {
    return picture.standing.filter((entry) => entry.fresh || entry.large || entry.crowded)
      .map((entry) => {
        const [x, y] = sp.geometry.schoolPoints[entry.school];
        const reach = (entry.fresh ? 10 : 6) * size;
        const at = [x * view.scale + view.dx, y * view.scale + view.dy];
        return [at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach];
      });
  }

  /** @param {Box} box @param {View} view */
  const inPixels = (box, view) => [
    box[0] * view.scale + view.dx, box[1] * view.scale + view.dy,
    box[2] * view.scale + view.dx, box[3] * view.scale + view.dy];

  /** @param {Box} a @param {Box} b */
  const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
})(globalThis.seatplan);
