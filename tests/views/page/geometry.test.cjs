"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { loadScripts, readToy } = require("./load.cjs");

const sp = loadScripts("paths", "geometry", "rings");

async function build() {
  const { payload } = readToy();
  return sp.buildGeometry(payload, await sp.unpack(payload.tables));
}

test("every block is one closed ring around its own point and no other's", async () => {
  const geometry = await build();
  assert.equal(geometry.blocks.length, 6);
  geometry.blocks.forEach(({ rings }, block) => {
    assert.equal(rings.length, 1);
    geometry.blockPoints.forEach(([x, y], other) => {
      assert.equal(geometry.isInside(rings, x, y), block === other);
      assert.equal(geometry.blockAt(x, y), other);
    });
  });
  const [left, top] = geometry.bounds;
  assert.equal(geometry.blockAt(left - 1, top - 1), -1);
});

test("a place of the plane goes to the globe and back", async () => {
  const geometry = await build();
  const [x, y] = geometry.blockPoints[3];
  const [latitude, longitude] = geometry.toLatLng(x, y);
  const back = geometry.toPlane(longitude, latitude);
  assert.ok(Math.hypot(back[0] - x, back[1] - y) < 1e-3);
  assert.ok(latitude > 37 && latitude < 39 && longitude > 105 && longitude < 108);
});

test("a block of 400 m is 400 m wide", async () => {
  const geometry = await build();
  for (const { box } of geometry.blocks) {
    // the grid is about a metre, and true north is not the grid's
    assert.ok(Math.abs((box[2] - box[0]) / geometry.metre - 400) < 12);
    assert.ok(Math.abs((box[3] - box[1]) / geometry.metre - 400) < 12);
  }
});

test("borders between groups leave out those within one", async () => {
  const geometry = await build();
  const length = (path) => path.lines.flatMap((line) =>
    line.slice(1).map(([x, y], at) => Math.hypot(x - line[at][0], y - line[at][1])))
    .reduce((a, b) => a + b, 0) / geometry.metre;
  // outline: 2 x (1,200 + 800) m; between north and south 1,200 m more
  assert.ok(Math.abs(length(geometry.bordersBetween(() => 1)) - 4000) < 80);
  const halves = geometry.bordersBetween((block) => (block < 3 ? 1 : 2));
  assert.ok(Math.abs(length(halves) - 5200) < 100);
});

test("walking rings follow the roads, not the straight line", async () => {
  const geometry = await build();
  // from b1 the roads lead 400 m to b2 and b4, 800 m to b3 and b5, 1,200 m to b6
  const [half, whole, twice] = sp.walkingRings(geometry, [geometry.blockPoints[0]], 800, "b1");
  assert.deepEqual([half, whole, twice].map((path) => path.lines.length), [2, 3, 2]);
});

test("further sites belong to a school and a stage", async () => {
  const { payload } = readToy();
  const columns = await sp.unpack(payload.tables);
  assert.deepEqual(sp.buildGeometry(payload, columns).campuses(1, 0), []);
  Object.assign(columns, { campus_x: [5, 7], campus_y: [0, 0], campus_school: [1, 1],
    campus_stage: [0, 1] });
  const { campuses } = sp.buildGeometry(payload, columns);
  assert.deepEqual(campuses(1, 0).map(([x]) => x), [5]);
  assert.deepEqual(campuses(1, 1).map(([x]) => x), [7]);
  assert.deepEqual(campuses(0, 0), []);
});
