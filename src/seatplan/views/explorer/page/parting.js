// Symbols near each other stand apart, as far as a symbol may leave its place; where that does not
// do, all are drawn smaller, and those that touch even then are gathered under their number.
(function (sp) {
  "use strict";

  const GAP = 1; // pixels between two symbols
  const ROUNDS = 12, SWEEPS = 8; // in each round all pairs that may touch are found, then swept over
  const WORK = 3600; // discs times rounds: a thousand are parted as far as that goes
  const SLACK = 6; // pixels by which two that are found may yet come nearer
  const MOST = 16; // pixels that a symbol may stand from its place
  const SIZES = [1, 0.85, 0.72, 0.6]; // of all symbols, tried in turn
  const HALF = 9; // pixels, half the width of a number that stands for several
  const WIDENINGS = 12, WIDER = 1.4; // of the circle in which those that touch are gathered

  /** Where symbols stand so that none touches another, their size, and those gathered under a number.
   *  @param {Point[]} spots @param {number[]} radii @param {number} unit  pixels for one on a screen
   *  @returns {Placed} */
  sp.placeDiscs = function (spots, radii, unit) {
    /** @type {Set<number>} */
    let crowded = new Set();
    for (const size of SIZES) {
      // where nearly every symbol touches another, only the smallest size is worth a trial
      if (size !== SIZES[SIZES.length - 1] && crowded.size > spots.length * 0.9) continue;
      const small = radii.map((radius) => radius * size);
      const moved = sp.partDiscs(spots, small, MOST * unit);
      crowded = listTouching(moved, small);
      if (!crowded.size) return { spots: moved, size, groups: [] };
    }
    const size = SIZES[SIZES.length - 1];
    return gather(spots, radii.map((radius) => radius * size), crowded, size, unit);
  };

  /** @param {Point[]} spots @param {number[]} radii @param {Set<number>} crowded @param {number} size
   *  @param {number} unit @returns {Placed} */
  function gather(spots, radii, crowded, size, unit) {
    for (let round = 0, wide = 2 * HALF * unit; ; round++, wide *= WIDER) {
      const groups = listGroups(spots, crowded, wide);
      const within = new Set(groups.flat());
      const single = spots.map((_, at) => at).filter((at) => !within.has(at));
      const discs = [...single.map((at) => [at]), ...groups];
      const places = discs.map((members) => middleOf(members.map((at) => spots[at])));
      const reach = discs.map((members) => (members.length > 1 ? HALF * unit : radii[members[0]]));
      const moved = sp.partDiscs(places, reach, MOST * unit);
      const touching = listTouching(moved, reach);
      if (!touching.size || round === WIDENINGS) {
        const found = /** @type {Point[]} */ (spots.map(() => [0, 0]));
        discs.forEach((members, disc) => members.forEach((at) => { found[at] = moved[disc]; }));
        return { spots: found, size, groups };
      }
      crowded = new Set([...crowded, ...[...touching].flatMap((disc) => discs[disc])]);
    }
  }

  /** Groups of discs within `wide` of one that touches another; one alone is none.
   *  @param {Point[]} spots @param {Set<number>} crowded @param {number} wide */
  function listGroups(spots, crowded, wide) {
    const free = new Set(spots.keys());
    return [...crowded].sort((a, b) => a - b).flatMap((first) => {
      if (!free.has(first)) return [];
      const members = [...free].filter((at) =>
        Math.hypot(spots[at][0] - spots[first][0], spots[at][1] - spots[first][1]) <= wide);
      if (members.length < 2) return [];
      members.forEach((at) => free.delete(at));
      return [members];
    });
  }

  /** @param {Point[]} spots @returns {Point} */
  const middleOf = (spots) => [
    spots.reduce((sum, [x]) => sum + x, 0) / spots.length,
    spots.reduce((sum, [, y]) => sum + y, 0) / spots.length];

  /** Discs that touch another, the gap between them aside.
   *  @param {Point[]} spots @param {number[]} radii */
  function listTouching(spots, radii) {
    const wide = 2 * radii.reduce((a, b) => Math.max(a, b), 1) + GAP + SLACK;
    return new Set(listPairs(spots, radii, wide).filter(([one, other]) =>
      Math.hypot(spots[one][0] - spots[other][0], spots[one][1] - spots[other][1]) <
        radii[one] + radii[other]).flat());
  }

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
