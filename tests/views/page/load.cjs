// The scripts of a page under Node, without a page; and the toy town as a page is given it.
"use strict";

const { readFileSync } = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const VIEWS = path.join(__dirname, "../../../src/seatplan/views");
const PAGE = path.join(VIEWS, "explorer/page");

/** Stands for the path of a canvas: what is drawn is kept. */
class Path {
  lines = [];

  moveTo(x, y) {
    this.lines.push([[x, y]]);
  }

  lineTo(x, y) {
    this.lines.at(-1).push([x, y]);
  }

  closePath() {}

  addPath(other) {
    this.lines.push(...other.lines);
  }
}

/** Run scripts of a page in the order given; return the namespace that they share. */
function loadScripts(...names) {
  globalThis.Path2D = Path;
  for (const name of ["unpack", ...names]) {
    const file = path.join(PAGE, name + ".js");
    vm.runInThisContext(readFileSync(file, "utf-8"), { filename: file });
  }
  return globalThis.seatplan;
}

/** smol-toml, as the page holds it. */
function loadToml() {
  globalThis.smolToml = require(path.join(VIEWS, "assets/smol-toml/index.cjs"));
}

/** The toy town: payload, columns, and what the model counts of its plans and of drafts. */
const readToy = () => JSON.parse(readFileSync(path.join(__dirname, "toy.json"), "utf-8"));

/** A page of the toy town: its model, and the grounds of its plans. */
async function openToy() {
  const toy = readToy();
  const sp = loadScripts("model", "drafting", "refusals", "steps", "sharing", "counting", "ground");
  const columns = await sp.unpack(toy.payload.tables);
  const model = sp.buildModel(toy.payload, columns);
  const ground = (scenario) => sp.readGround(toy.payload, columns, scenario, model);
  return { sp, toy, columns, model, ground };
}

module.exports = { loadScripts, loadToml, openToy, readToy };
