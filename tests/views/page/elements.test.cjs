"use strict";

const assert = require("node:assert/strict");
const { readFileSync, readdirSync } = require("node:fs");
const path = require("node:path");
const test = require("node:test");

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
