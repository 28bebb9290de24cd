// Symbols near each other stand apart, as far as a symbol may leave its place.
(function (sp) {
  "use strict";

  const GAP = 1; // pixels between two symbols
  const ROUNDS = 12, SWEEPS = 8; // in each round all pairs that may touch are found, then swept over
  const WORK = 3600; // discs times rounds: a thousand are parted as far as that goes
  const SLACK = 6; // pixels by which two that are found may yet come nearer

  /** Move discs apart until none touches another; each stays within `most` pixels of its place.
   *  @param {Point[]} spots @param {number[]} radii @param {number} most @returns {Point[]} */
  sp.partDiscs = function (spots, radii, most) {
    const moved = /** @type {Point[]} */ (spots.map(([x, y]) => [x, y]));
    const wide = 2 * radii.reduce((a, b) => Math.max(a, b), 1) + GAP + SLACK;
    const rounds = Math.max(3, Math.min(ROUNDS, WORK / spots.length));
    for (let round = 0; round < rounds; round++) {
      const pairs = listPairs(moved, radii, wide);
      for (let sweep = 0; sweep < SWEEPS; sweep++) {
        let touched = false;
        for (const [one, other] of pairs) touched = pushApart(moved, radii, one, other) || touched;
        if (!touched && sweep === 0) return moved;
        if (!touched) break;
        moved.forEach((spot, at) => keepNear(spot, spots[at], most));
      }
    }
    return moved;
  };

  /** Push two discs apart, each by half of what they lack; whether they touched. Those at one
   *  point part to the left and right.
   *  @param {Point[]} moved @param {number[]} radii @param {number} one @param {number} other */
  function pushApart(moved, radii, one, other) {
    const [a, b] = [moved[one], moved[other]];
    const [right, down] = [b[0] - a[0], b[1] - a[1]];
    const far = Math.hypot(right, down);
    const lack = radii[one] + radii[other] + GAP - far;
    if (lack < 0.01) return false;
    const [x, y] = far > 1e-9 ? [right / far, down / far] : [1, 0];
    a[0] -= (x * lack) / 2;
    a[1] -= (y * lack) / 2;
    b[0] += (x * lack) / 2;
    b[1] += (y * lack) / 2;
    return true;
  }

  /** @param {Point} spot @param {Point} place @param {number} most */
  function keepNear(spot, place, most) {
    const [right, down] = [spot[0] - place[0], spot[1] - place[1]];
    const far = Math.hypot(right, down);
    if (far <= most) return;
    spot[0] = place[0] + (right * most) / far;
    spot[1] = place[1] + (down * most) / far;
  }

  /** The pairs of discs that touch or nearly do, in order: those of a cell of a grid and about it.
   *  @param {Point[]} spots @param {number[]} radii @param {number} wide
   *  @returns {[number, number][]} */
  function listPairs(spots, radii, wide) {
    /** @type {Map<number, number[]>} */
    const cells = new Map();
    /** @type {[number, number][]} */
    const pairs = [];
    spots.forEach(([x, y], at) => {
      const cell = Math.floor(x / wide) * ROW + Math.floor(y / wide);
      for (const beside of BESIDE)
        for (const other of cells.get(cell + beside) || []) {
          const far = Math.hypot(spots[other][0] - x, spots[other][1] - y);
          if (far < radii[at] + radii[other] + GAP + SLACK) pairs.push([other, at]);
        }
      const held = cells.get(cell);
      if (held) held.push(at);
      else cells.set(cell, [at]);
    });
    return pairs;
  }

  const ROW = 2 ** 24; // cells from one column of the grid to the next
  const BESIDE = [-ROW - 1, -ROW, -ROW + 1, -1, 0, 1, ROW - 1, ROW, ROW + 1];
})(globalThis.seatplan);
