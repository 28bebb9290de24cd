"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { loadScripts, openToy } = require("./load.cjs");

const opened = openToy();
const PRIMARY = 1;

test("the figures of schools are those of the tables", async () => {
  const { toy, model } = await opened;
  toy.plans.forEach((plan, scenario) => {
    for (const [stage, { schools }] of Object.entries(plan)) {
      const at = toy.payload.stages.findIndex(({ code }) => code === stage);
      for (const [school, columns] of Object.entries(schools)) {
        const row = model.rowBy[at][model.schoolAt.get(school)];
        for (const column of ["classrooms", "seats", "residents"])
          assert.deepEqual(
            model.years.map((_, year) => model.cell("schools", column, scenario, row, year)),
            columns[column],
            `${scenario} ${stage} ${school} ${column}`,
          );
      }
    }
  });
});

test("the totals are the sums of the schools", async () => {
  const { model } = await opened;
  // primary, 2020: A and B have 270 seats each; 240 and 300 pupils live in their catchments
  const total = model.total(0, PRIMARY, 0);
  assert.deepEqual([total.seats, total.residents, total.balance], [540, 540, 0]);
});

test("a picture tells shortage, spare seats and classes", async () => {
  const { model } = await opened;
  const picture = model.picture(0, PRIMARY, 0);
  // A has 30 seats to spare, B lacks 30: both are even on a map with classes from 50 on
  assert.deepEqual(picture.standing.map((entry) => entry.balance), [30, -30]);
  assert.equal(picture.shortage, 30);
  assert.deepEqual(picture.counts, [0, 0, 0, 2, 0, 0, 0]);
  assert.deepEqual(picture.short.map((entry) => model.schools[entry.school].id), ["B"]);
  assert.deepEqual(Array.from(picture.blockSchool, (school) => model.schools[school].id),
    ["A", "A", "B", "A", "B", "B"]);
  assert.equal(model.picture(0, PRIMARY, 0), picture); // kept, not painted anew
});

test("classes of a balance change at the breaks, which belong to the middle", async () => {
  const { model } = await opened;
  const found = [-301, -300, -151, -51, -50, 0, 50, 51, 300, 301].map(model.classOf);
  assert.deepEqual(found, [0, 1, 1, 2, 3, 3, 3, 4, 5, 6]);
});

test("flows are the pupils whose catchment a plan changes", async () => {
  const { model } = await opened;
  const year = 2; // the plan gives b4 to B from 2022 on: 20 pupils in each of six grades
  const [a, b] = [model.schoolAt.get("A"), model.schoolAt.get("B")];
  assert.deepEqual(model.flows(0, 1, PRIMARY, year), [{ from: a, to: b, pupils: 120, blocks: 1 }]);
  assert.deepEqual(model.flows(0, 1, PRIMARY, year - 1), []);
});

test("the first year short is the first in which residents exceed seats", async () => {
  const { model } = await opened;
  const row = (school) => model.rowBy[PRIMARY][model.schoolAt.get(school)];
  assert.equal(model.firstShort(0, PRIMARY, row("A")), 0); // never
  assert.equal(model.firstShort(0, PRIMARY, row("B")), 2020);
});

test("a table that names an unknown school is refused", async () => {
  const { sp, toy, columns } = await opened;
  const rows = { ...toy.payload.rows, schools: [["nobody", "primary"]] };
  assert.throws(() => sp.buildModel({ ...toy.payload, rows }, columns), /no place nobody/);
});

test("a flag reads otherwise than its limit", () => {
  const sp = loadScripts("words");
  assert.deepEqual([45.04, 0.96, 46, -4.5, 1234.5].map(sp.decimal),
    ["45.04", "0.96", "46", "\u22124.5", "1,234.5"]);
  assert.deepEqual([0.843, 0.80004, 0.8].map(sp.percent), ["84.3 %", "80.004 %", "80 %"]);
});
