"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { loadScripts } = require("./load.cjs");

test("schools at one point stand side by side, those that do not stand take no room", () => {
  const sp = loadScripts("symbols");
  sp.geometry = { schoolPoints: [[1, 2], [1, 2], [5, 5], [1, 2], [1, 2]] };
  const standing = [0, 1, 2, 3, 4].map((school) => ({ school, seats: school === 4 ? 0 : 45, pupils: 0 }));
  const view = { scale: 10, dx: 100, dy: 200 };
  const at = (school, size) => sp.symbolAt(view, { standing }, school, size);
  assert.deepEqual([0, 1, 3].map((school) => at(school, 1)), [[94, 220], [110, 220], [126, 220]]);
  assert.deepEqual(at(0, 0.5), [102, 220]);
  assert.deepEqual(at(2, 1), [150, 250]);
});
