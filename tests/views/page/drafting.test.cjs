"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { openToy } = require("./load.cjs");

const opened = openToy();

/** The reasons why steps cannot be. */
async function refuse(...steps) {
  const { sp, ground } = await opened;
  return sp.drafting.follow(ground(0), steps).faults.map(({ key }) => key.replace("refusal.", ""));
}

const rezone = { kind: "rezone", year: 2022, stage: "primary", school: "A", blocks: ["b5"] };
const build = { kind: "new_school", year: 2023, school: "D1", name: "新校", site: "S1",
                classrooms: { primary: 4 } };
const close = { kind: "close", year: 2023, school: "A" };
const merge = { kind: "merge", year: 2024, schools: ["A"], into: "B" };
const expand = { kind: "expand", year: 2022, school: "A", classrooms: { primary: 2 } };
const convert = { kind: "convert", year: 2022, school: "B", from_stage: "primary",
                  to_stage: "junior", classrooms: 2 };

for (const step of [rezone, build, close, merge, expand, convert])
  test(`${step.kind} is taken where nothing stands against it`, async () => {
    assert.deepEqual(await refuse(step), []);
  });

const REFUSED = [
  ["kind", { ...rezone, kind: "housing" }],
  ["year", { ...rezone, year: 2020 }], // the base year
  ["year", { ...rezone, year: 2027 }],
  ["year", { ...rezone, year: "2022" }],
  ["unknown", { ...rezone, school: "X" }],
  ["not_taught", { ...rezone, school: "K" }],
  ["no_block", { ...rezone, blocks: ["b5", "b9"] }],
  ["no_block", { ...build, blocks: ["b9"] }],
  ["taken", { ...build, school: "A" }],
  ["no_site", { ...build, site: "S9" }],
  ["site_rooms", { ...build, classrooms: { primary: 25 } }], // 24 at most
  ["site_year", { ...build, year: 2021 }],
  ["site_stage", { ...build, classrooms: { junior: 4 } }],
  ["no_stage", { ...build, classrooms: { college: 4 } }],
  ["whole", { ...build, classrooms: { primary: 1.5 } }],
  ["school_kind", { ...build, school_kind: "academy" }],
  ["itself", { ...merge, into: "A" }],
  ["not_taught", { ...merge, into: "K" }],
  ["rooms", { ...expand, classrooms: { primary: -7 } }], // it has six
  ["whole", { ...expand, classrooms: { primary: 0 } }],
  ["rooms", { ...convert, classrooms: 7 }],
  ["no_stage", { ...convert, to_stage: "college" }],
];

for (const [reason, step] of REFUSED)
  test(`${step.kind} is refused: ${reason} ${JSON.stringify(step)}`, async () => {
    assert.deepEqual(await refuse(step), [reason]);
  });

test("a school that closed can neither take blocks nor close again", async () => {
  assert.deepEqual(await refuse(close, { ...rezone, year: 2024 }), ["closed"]);
  assert.deepEqual(await refuse(close, { ...close, year: 2025 }), ["closed"]);
});

test("from the year of its closing on a school takes nothing", async () => {
  assert.deepEqual(await refuse(close, { ...rezone, year: 2023 }), ["closed"]);
  assert.deepEqual(await refuse(close, { ...rezone, year: 2022 }), []);
});

test("a school grows to what its site takes, and no further", async () => {
  const built = { ...build, classrooms: { primary: 20 } };
  const grow = (rooms) => ({ ...expand, year: 2024, school: "D1", classrooms: { primary: rooms } });
  assert.deepEqual(await refuse(built, grow(4)), []); // 24 at most
  assert.deepEqual(await refuse(built, grow(5)), ["site_rooms"]);
});

test("two schools cannot stand on one site at a time", async () => {
  assert.deepEqual(await refuse(build, { ...build, school: "D2" }), ["one_place"]);
});

test("a step that is refused changes nothing", async () => {
  const { sp, ground } = await opened;
  const town = ground(0);
  const before = sp.drafting.follow(town, []).plan;
  const after = sp.drafting.follow(town, [{ ...convert, classrooms: 7 }]).plan;
  assert.deepEqual(after.rooms, before.rooms);
});

test("the ground that drafts share is never changed", async () => {
  const { sp, toy, ground } = await opened;
  const town = ground(0);
  const kept = structuredClone({ zones: town.zones, rooms: town.rooms, places: town.places });
  for (const { steps } of Object.values(toy.drafts)) sp.drafting.follow(town, steps);
  assert.deepEqual({ zones: town.zones, rooms: town.rooms, places: town.places }, kept);
});

test("an entry takes the place of that of its year", async () => {
  const { sp } = await opened;
  const entries = sp.drafting.enter([[2020, 1], [2022, 2]], 2022, 3);
  assert.deepEqual(sp.drafting.enter(entries, 2021, 4), [[2020, 1], [2021, 4], [2022, 3]]);
  assert.equal(sp.drafting.inForce(entries, 2019), null);
  assert.deepEqual(sp.drafting.inForce(entries, 2021), [2020, 1]);
});
