"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { loadScripts } = require("./load.cjs");

test("schools at one point stand side by side, those that do not stand take no room", () => {
  const sp = loadScripts("parting", "symbols");
  sp.geometry = { schoolPoints: [[1, 2], [1, 2], [5, 5], [1, 2], [1, 2]] };
  const standing = [0, 1, 2, 3, 4].map((school) => ({ school, seats: school === 4 ? 0 : 45, pupils: 0 }));
  const view = { scale: 10, dx: 100, dy: 200 };
  const at = (school, size) => sp.symbolAt(view, { standing }, school, size);
  const row = [0, 1, 3].map((school) => at(school, 1)).sort(([a], [b]) => a - b);
  assert.ok(row.every(([, y]) => y === 220));
  // half of a symbol is 3.8 pixels, and one lies between two
  assert.ok(Math.abs(row[1][0] - row[0][0] - 8.6) < 0.05);
  assert.ok(Math.abs(row[2][0] - row[1][0] - 8.6) < 0.05);
  assert.ok(Math.abs(row[1][0] - 110) < 0.1);
  assert.deepEqual(at(2, 1), [150, 250]);
});

test("symbols a few pixels apart part at every zoom, and none leaves its place by more than it may", () => {
  const sp = loadScripts("parting", "symbols");
  const points = Array.from({ length: 60 }, (_, at) => [((at * 37) % 60) * 3, ((at * 53) % 61) * 3]);
  sp.geometry = { schoolPoints: points };
  const standing = points.map((_, school) => ({ school, seats: 900, pupils: 900,
    fresh: school % 9 === 0, large: school % 7 === 0, crowded: school % 3 === 0 }));
  const reach = ({ fresh, large, crowded }) => (fresh ? 10 : large ? 8 : crowded ? 6.8 : 3.8);
  for (const scale of [1.2, 2, 5, 20]) {
    const view = { scale, dx: 7, dy: 9 };
    const at = points.map((_, school) => sp.symbolAt(view, { standing }, school, 1));
    at.forEach(([x, y], one) => {
      const [px, py] = points[one].map((along) => along * scale);
      assert.ok(Math.hypot(x - 7 - px, y - 9 - py) <= 16 + 1e-6, "near its place");
      for (let other = 0; other < one; other++)
        assert.ok(Math.hypot(x - at[other][0], y - at[other][1]) >=
          reach(standing[one]) + reach(standing[other]), scale + ": " + one + " on " + other);
    });
    assert.deepEqual(sp.symbolAt({ ...view, dx: 107 }, { standing }, 5, 1), [at[5][0] + 100, at[5][1]]);
  }
  // too many for the room there is: none leaves its place by more than 16 pixels
  const view = { scale: 0.1, dx: 0, dy: 0 };
  points.forEach(([x, y], school) => {
    const [px, py] = sp.symbolAt(view, { standing }, school, 1);
    assert.ok(Math.hypot(px - x * 0.1, py - y * 0.1) <= 16 + 1e-6);
  });
});

test("where symbols have no room they are drawn smaller, then gathered under a number, and none is lost", () => {
  const sp = loadScripts("parting", "symbols");
  for (const [count, across] of [[60, 45], [300, 60], [300, 40], [120, 0]]) {
    const spots = Array.from({ length: count }, (_, at) =>
      [(((at * 37) % count) / count) * across, (((at * 53) % (count + 1)) / count) * across]);
    const radii = spots.map((_, at) => (at % 9 === 0 ? 10 : at % 3 === 0 ? 6.8 : 3.8));
    const placed = sp.placeDiscs(spots, radii, 1);
    const within = new Set(placed.groups.flat());
    assert.equal(within.size, placed.groups.flat().length, "in one group only");
    const discs = [...placed.groups.map(([first]) => [placed.spots[first], 9]),
      ...spots.flatMap((_, at) => (within.has(at) ? [] : [[placed.spots[at], radii[at] * placed.size]]))];
    discs.forEach(([[x, y], reach], one) => {
      for (const [[right, down], other] of discs.slice(0, one))
        assert.ok(Math.hypot(x - right, y - down) >= reach + other - 1e-6, count + " in " + across);
    });
    // 60 have room when they are smaller; 300 on 60 by 60 pixels and 120 at one point have not
    assert.equal(placed.groups.length > 0, count !== 60);
    assert.ok(placed.size < 1);
  }
  assert.deepEqual(sp.placeDiscs([[5, 5], [90, 5]], [8, 8], 1),
    { spots: [[5, 5], [90, 5]], size: 1, groups: [] });
});
