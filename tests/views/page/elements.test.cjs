"use strict";

const assert = require("node:assert/strict");
const { readFileSync, readdirSync } = require("node:fs");
const path = require("node:path");
const test = require("node:test");

const { loadScripts } = require("./load.cjs");

const VIEWS = path.join(__dirname, "../../../src/seatplan/views");
const PAGE = path.join(VIEWS, "explorer/page");
const read = (name) => readFileSync(path.join(PAGE, name), "utf-8");
const names = readdirSync(PAGE).filter((name) => name.endsWith(".js"));
const scripts = names.map(read);

/** What a pattern's group finds in some texts. */
const findAll = (pattern, ...texts) =>
  new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((found) => found[1])));

test("every element that a script asks for by name is made", () => {
  const made = findAll(/\bid(?:: |=)"([\w-]+)"/g, read("page.html"), ...scripts);
  for (const id of findAll(/button\(\s*"([\w-]+)"/g, ...scripts)) made.add(id);
  const asked = findAll(/byId\("([\w-]+)"\)/g, ...scripts);
  const payload = "seatplan-payload"; // page.py
  assert.deepEqual([...asked].filter((id) => !made.has(id) && id !== payload), []);
  assert.ok(asked.size > 50);
});

test("every script stands in a page", () => {
  const listed = findAll(/^ {4}"(\w+\.js)",$/gm, readFileSync(path.join(PAGE, "../page.py"), "utf-8"));
  assert.deepEqual([...listed].sort(), [...names].sort());
});

test("a word goes by its number", () => {
  const sp = loadScripts("words");
  sp.payload = { words: { "a.b": ["{n} 块", "{n} {n|block|blocks} {sum}"] } };
  sp.language = "en";
  assert.equal(sp.say("a.b", { n: "1", sum: "{n}" }), "1 block {n}");
  assert.equal(sp.say("a.b", { n: 21, sum: 1 }), "21 blocks 1");
  sp.language = "zh";
  assert.equal(sp.say("a.b", { n: 1 }), "1 块");
});
