"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { loadScripts } = require("./load.cjs");

const sp = loadScripts("paths");

test("a path writes its lines as an SVG has them, with those of paths that were added", () => {
  const inner = new sp.Path();
  inner.moveTo(0, 0);
  inner.lineTo(10, 0.126);
  inner.closePath();
  const path = new sp.Path();
  path.moveTo(1, 2);
  path.lineTo(-3, 4);
  path.addPath(inner);
  assert.equal(path.write(), "M1 2 L-3 4 M0 0 L10 0.13 Z");
  assert.equal(path.lines.length, 2); // and a canvas draws the same
});

test("a whole circle is two halves, a part one arc", () => {
  assert.equal(sp.writeArc(5, 5, 2, 0, 7), "M7 5A2 2 0 1 1 3 5A2 2 0 1 1 7 5Z");
  // from the left over the top to the right
  assert.equal(sp.writeArc(0, 0, 3, Math.PI, 2 * Math.PI), "M-3 0A3 3 0 0 1 3 0");
});
