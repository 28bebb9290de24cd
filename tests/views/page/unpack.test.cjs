"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { loadScripts, readToy } = require("./load.cjs");

const sp = loadScripts();

test("every column of a page comes out as it was packed", async () => {
  const { payload, columns } = readToy();
  const found = await sp.unpack(payload.tables);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(columns).sort());
  for (const [name, values] of Object.entries(columns))
    assert.deepEqual(Array.from(found[name]), values, name);
});

test("whole numbers and floats keep their kind", async () => {
  const { payload } = readToy();
  const found = await sp.unpack(payload.tables);
  assert.ok(found.blocks_pupils instanceof Int32Array);
  assert.ok(found.homes0_living instanceof Float64Array);
  assert.ok(found.homes0_entering instanceof Float32Array); // seven digits are enough there
});
