"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { loadScripts, loadToml, readToy } = require("./load.cjs");

const sp = loadScripts("scenario_file");
loadToml();

const FIELDS = readToy().payload.board.fields;
const TOLD = { title: ["草案", "draft"], notes: ["on the plan"], source: "drawn" };
const plan = [{ kind: "close", year: 2023, source: "plan", school: "A" }];
const plain = (value) => JSON.parse(JSON.stringify(value)); // without the reader's bare prototypes
const write = (draft, before = []) =>
  sp.scenarioFile.write({ name: "d", steps: [], locked: [], ...draft }, before, TOLD);

test("every kind of step is read back as it was written", () => {
  const steps = Object.values(readToy().drafts).flatMap((draft) => draft.steps);
  assert.deepEqual(new Set(steps.map(({ kind }) => kind)), new Set(Object.keys(FIELDS)));
  const read = sp.scenarioFile.read(write({ steps, locked: ["b1", "b2"] }, plan), [[], plan], FIELDS);
  assert.deepEqual(plain(read), { name: "d", base: 1, steps, locked: ["b1", "b2"] });
});

test("hostile text stays text", () => {
  const name = 'a" ] # \\ \u007f \n\t{{7}} 学校';
  const steps = [{ kind: "new_school", year: 2023, school: "D1", name, at: [106.2, 37.9],
                   classrooms: { 'odd "key"': 4 } }];
  const text = write({ steps });
  assert.deepEqual(plain(sp.scenarioFile.read(text, [[]], FIELDS).steps), steps);
  const noted = sp.scenarioFile.write({ name: "d", steps: [], locked: [] }, [],
    { ...TOLD, notes: ['x\nname = "other"'] });
  assert.equal(smolToml.parse(noted).name, "d"); // a note is one line
});

test("a name becomes that of a file", () => {
  assert.equal(sp.scenarioFile.clean('..a/b:c*?"<>|\u0007 d '), "a b c d");
  assert.equal(sp.scenarioFile.clean(" . "), "draft");
});

test("a draft is read on the plan with which it begins, the longest first", () => {
  const text = write({ steps: [{ kind: "close", year: 2024, school: "B" }] }, plan);
  assert.equal(sp.scenarioFile.read(text, [[], plan], FIELDS).base, 1);
  assert.equal(sp.scenarioFile.read(text, [plan, []], FIELDS).base, 0);
});

test("what a page cannot follow is refused with its place", () => {
  const read = (text, plans = [[]]) => sp.scenarioFile.read(text, plans, FIELDS);
  assert.deepEqual(read('name = "x"\n[[intervention'), { fault: "refusal.toml", values: { line: 2 } });
  assert.equal(read("title = 'x'").fault, "refusal.name");
  assert.equal(read("name = 'x'\nextends = 'plan.toml'").fault, "refusal.extends");
  const housing = "name = 'x'\n[[intervention]]\nkind = 'housing'\nyear = 2023\n";
  assert.deepEqual(read(housing), { fault: "refusal.foreign", values: { n: 1, kind: "housing" } });
  const ruled = "name = 'x'\n[[intervention]]\nkind = 'merge'\nyear = 2023\ninto = 'nearest'\n";
  assert.equal(read(ruled).fault, "refusal.foreign");
});

test("what is no part of a step or of a file is told, not passed over", () => {
  const close = "name = 'x'\n[[intervention]]\nkind = 'close'\nyear = 2023\nschool = 'A'\nsource = 't'\n";
  const read = (text) => sp.scenarioFile.read(text, [[]], FIELDS);
  assert.equal(read(close).fault, undefined);
  assert.deepEqual(read(close + "reopens = 2025\n"),
    { fault: "refusal.field", values: { n: 1, kind: "close", key: "reopens" } });
  assert.deepEqual(read("titel = 'x'\n" + close), { fault: "refusal.key", values: { key: "titel" } });
  const ruled = close.replace("close", "merge").replace("school = 'A'", "schools = ['A']");
  assert.deepEqual(read(close.replace("'close'", "'constructor'")).values, { n: 1, kind: "constructor" });
  assert.equal(read(ruled).fault, "refusal.foreign"); // into the nearest, which the page does not look for
});

test("a file that begins with none of the page's plans is refused", () => {
  const steps = [{ kind: "close", year: 2024, school: "B" }, { kind: "close", year: 2025, school: "C" }];
  assert.equal(sp.scenarioFile.read(write({ steps }), [plan], FIELDS).fault, "refusal.plan");
});
