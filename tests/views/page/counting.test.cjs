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

test("the order in which steps are written does not matter", async () => {
  const { sp, toy, ground } = await opened;
  const { steps, counts } = toy.drafts.all;
  assert.deepEqual(countAll(sp, ground(0), [...steps].reverse()), counts);
});

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
