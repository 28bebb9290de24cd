"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { openToy } = require("./load.cjs");

const opened = openToy();

/** What the page counts of a draft, in the shape of the model's own tables. */
function countAll(sp, ground, steps) {
  const { plan, faults } = sp.drafting.follow(ground, steps);
  assert.deepEqual(faults, []);
  const found = {};
  ground.stages.forEach(({ code, intake }, stage) => {
    if (intake !== "catchment") return;
    const count = sp.counting.count(plan, stage);
    assert.ok(count.exact);
    const years = ground.years.map((_, at) => at);
    const rows = (values, school) => years.map((year) => values[year * count.places + school]);
    found[code] = {
      zones: years.map((year) => Array.from(
        count.zone.subarray(year * count.blocks, (year + 1) * count.blocks),
        (school) => (school < 0 ? "" : plan.places[school].id))),
      schools: Object.fromEntries(count.taught.map((school) => [plan.places[school].id, {
        classrooms: rows(count.rooms, school),
        seats: rows(count.seats, school),
        residents: rows(count.residents, school),
        entrants: rows(count.entrants, school).map((value) => Number(value.toFixed(6))),
      }])),
    };
  });
  return found;
}

test("a plan without a draft is counted as the model counts it", async () => {
  const { sp, toy, ground } = await opened;
  toy.plans.forEach((wanted, scenario) => {
    assert.deepEqual(countAll(sp, ground(scenario), []), wanted);
  });
});

test("every kind of step is counted as the model counts it", async () => {
  const { sp, toy, ground } = await opened;
  assert.ok(Object.keys(toy.drafts).length >= 8);
  for (const [name, { steps, counts }] of Object.entries(toy.drafts))
    assert.deepEqual(countAll(sp, ground(0), steps), counts, name);
});

test("a block given away before its school closes does not pass to the heir", async () => {
  const { sp, toy, ground } = await opened;
  assert.deepEqual(countAll(sp, ground(1), toy.onPlan.steps), toy.onPlan.counts);
});

test("the order in which steps are written does not matter", async () => {
  const { sp, toy, ground } = await opened;
  const { steps, counts } = toy.drafts.all;
  assert.deepEqual(countAll(sp, ground(0), [...steps].reverse()), counts);
});

test("schools that share a block are counted as the model counts them, whatever a draft does", async () => {
  const { sp, toy, ground } = await opened;
  for (const [name, { steps, counts }] of Object.entries(toy.shared.drafts)) {
    const town = ground(0);
    town.shares = toy.shared.shares.map(([stage, block, place, part]) => ({ stage, block, place, share: part }));
    assert.deepEqual(leaveRecord(countAll(sp, town, steps)), leaveRecord(counts), name);
  }
});

/** Without the entrants of the base year: they are the record. */
function leaveRecord(counts) {
  for (const { schools } of Object.values(counts))
    for (const school of Object.values(schools)) school.entrants.shift();
  return counts;
}

test("a lottery zone shares its blocks by the seats of its schools", async () => {
  const { sp, ground } = await opened;
  const town = ground(0);
  const primary = 1;
  for (const school of [0, 1]) // A and B draw lots in 2021: 270 seats each
    town.lots[primary].set(school + " 2021", 7);
  const count = sp.counting.count(sp.drafting.follow(town, []).plan, primary);
  const residents = (year) => [0, 1].map((school) => count.residents[year * count.places + school]);
  assert.deepEqual(residents(0), [240, 300]); // 2020: by catchment
  assert.deepEqual(residents(1), [270, 270]); // 540 pupils, half each
});

test("pupils of private schools are no residents of the public catchment", async () => {
  const { sp, ground } = await opened;
  const town = ground(0);
  const primary = 1;
  town.places[0].isPrivate = true;
  town.zones[primary] = town.zones[primary].map((entries) => entries.map(([year]) => [year, 1]));
  town.lived = () => [{ stage: primary, block: 0, place: 0, share: 0.5 }];
  const count = sp.counting.count(sp.drafting.follow(town, []).plan, primary);
  // b1 has 10 pupils a grade, 60 in all: half of them go to A, all others belong to B
  assert.deepEqual([count.residents[0], count.residents[1]], [30, 510]);
});

test("where a stage is counted by the nearest school the page says about", async () => {
  const { sp, ground } = await opened;
  const count = sp.counting.count(sp.drafting.follow(ground(0), []).plan, 0);
  assert.equal(count.exact, false); // kindergartens: pupils go to the nearest
  assert.ok(count.zone.every((school) => school === 2)); // K is the only one
});

test("whole residents add up to those of the district in every year", async () => {
  const { sp, toy, ground } = await opened;
  const town = ground(0);
  for (const { steps } of Object.values(toy.drafts)) {
    const count = sp.counting.count(sp.drafting.follow(town, steps).plan, 1);
    town.years.forEach((_, year) => {
      const own = count.residents.subarray(year * count.places, (year + 1) * count.places);
      assert.equal(own.reduce((a, b) => a + b, 0), 540); // 90 in each of six grades
    });
  }
});

const PRIMARY = 1;
const [A, B] = [0, 1];
const SETTLE = { kind: "new_school", year: 2023, school: "D1", name: "新校", site: "S1",
                 classrooms: { primary: 2 } };
const [B3, D1] = [2, 3]; // the block of the site, and the place of the new school

test("a new school takes blocks up to its last seat", async () => {
  const { sp, ground } = await opened;
  const zoneOf = (perClass) => {
    const town = ground(0);
    town.perClass = town.perClass.map((years) => years.map(() => perClass));
    const count = sp.counting.count(sp.drafting.follow(town, [SETTLE]).plan, PRIMARY);
    return count.zone[3 * count.blocks + B3];
  };
  assert.equal(zoneOf(30), D1); // 60 pupils live in b3: two rooms for 30 each
  assert.equal(zoneOf(29), B);
});

test("a block that a new school took stays there when its former school closes", async () => {
  const { sp, ground } = await opened;
  const zones = (closes) => {
    const town = ground(0);
    town.places[B].closes = closes;
    town.zones[PRIMARY][B3] = [[2020, B], [2025, A]];
    const count = sp.counting.count(sp.drafting.follow(town, [SETTLE]).plan, PRIMARY);
    return town.years.map((_, year) => count.zone[year * count.blocks + B3]);
  };
  assert.deepEqual(zones(2025), [B, B, B, D1, D1, D1, D1]); // handed on, not rezoned
  assert.deepEqual(zones(0), [B, B, B, D1, D1, A, A]); // rezoned while B is open
});

/** A ground on which b1 and b6 alone hold pupils: those of A and of B. */
function share(ground, a, b, total) {
  const town = ground(0);
  const years = town.years.length;
  const living = new Float64Array(town.blocks * years);
  living.fill(a, 0, years);
  living.fill(b, 5 * years, 6 * years);
  town.living = () => living;
  town.totals = () => town.years.map(() => total);
  return town;
}

test("the largest remainder is raised; of equal ones that of the western school", async () => {
  const { sp, ground } = await opened;
  const count = (a, b, total) => {
    const { plan } = sp.drafting.follow(share(ground, a, b, total), []);
    return Array.from(sp.counting.count(plan, PRIMARY).residents.subarray(0, 2));
  };
  assert.deepEqual(count(10.3, 4.7, 15), [10, 5]);
  assert.deepEqual(count(10.7, 4.3, 15), [11, 4]);
  assert.deepEqual(count(10.5, 4.5, 15), [11, 4]);
  assert.deepEqual(count(1.5e-6, 2.5e-6, 1), [1, 0]); // both are two millionths: a half goes to even
});

test("who goes to a private school does not draw lots", async () => {
  const { sp, ground } = await opened;
  const town = share(ground, 100, 0, 100);
  const kindergarten = 2;
  for (const school of [A, B]) town.lots[PRIMARY].set(school + " 2020", 7);
  town.places[kindergarten].isPrivate = true;
  town.rooms[PRIMARY].set(kindergarten, [[2020, 1]]);
  town.lived = () => [{ stage: PRIMARY, block: 0, place: kindergarten, share: 0.4 }];
  const count = sp.counting.count(sp.drafting.follow(town, []).plan, PRIMARY);
  // 40 of 100 pupils are K's; 60 are shared by A and B, which have as many seats
  assert.deepEqual(Array.from(count.residents.subarray(0, 3)), [30, 30, 40]);
});
