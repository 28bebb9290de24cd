// The left panel: search, stage, the shortage and its figures, demand and supply, the ranking.
(function (sp) {
  "use strict";

  const SHOWN = 8;

  sp.drawPanel = function () {
    drawFigures();
    drawDemand();
    drawRanking();
    sp.drawCard();
  };

  sp.townshipOf = function (school) {
    return sp.callZone(sp.payload.townships.find(([id]) => id === sp.model.schools[school].township));
  };

  sp.scenarioName = (at) => sp.pick(sp.payload.scenarios[at].slice(1));
  sp.stageName = (at) => sp.pick(sp.payload.stages[at].name);

  /** What the panel shows now, and how it differs from today (null for today itself).
   *  `shortage`: the catchment shortage; of a stage without catchments the roll over seats. */
  sp.figures = function (scenario, stage, year) {
    /** @param {number} number */
    const of = (number) => {
      const total = sp.model.total(number, stage, year);
      const picture = sp.model.picture(number, stage, year);
      return { demand: total.residents, supply: total.seats, short: picture.short.length,
               crowded: picture.crowded, large: picture.large, unplaced: total.unplaced,
               balance: total.balance, shortage: picture.shortage };
    };
    const now = of(scenario);
    return { now, change: scenario === 0 ? null : diff(now, of(0)) };
  };

  /** @param {Figures} a @param {Figures} b */
  const diff = (a, b) => /** @type {Figures} */ (
    Object.fromEntries(Object.keys(a).map((key) => [key, a[key] - b[key]])));

  // A figure that counts schools opens the table that names them.
  /** @type {Record<string, string>} */
  const OPENS = { short: "schools", crowded: "over", large: "over" };

  /** @param {string} view @param {string} text */
  const opener = (view, text) => sp.element("button", { type: "button", class: "sp-link", "data-opens": view,
    onclick: () => sp.set({ table: true, view }) }, text);

  function drawFigures() {
    const { scenario, stage, year } = sp.state;
    const { now, change } = sp.figures(scenario, stage, year);
    sp.byId("figure-when").textContent = sp.say("panel.when", {
      year: sp.model.years[year], stage: sp.stageName(stage), scenario: sp.scenarioName(scenario) });
    const own = !sp.model.hasCatchments(stage);
    sp.byId("figure-name").textContent = sp.say(own ? "shortage.roll" : "shortage.catchment");
    const big = sp.byId("figure-shortage");
    big.textContent = sp.count(now.shortage);
    big.classList.toggle("is-short", now.shortage > 0);
    sp.byId("figure-unit").textContent = sp.say("unit.pupils");
    const rows = ["short", "demand", "supply", "balance", "crowded"];
    const sizes = sp.model.sizes(scenario, stage, year);
    if (sizes.length) rows.push("large");
    if (now.unplaced || (change && change.unplaced)) rows.push("unplaced");
    sp.byId("figures").replaceChildren(...rows.map((key) => {
      const name = key === "short" && own ? "figure.short_schools" : "figure." + key;
      const text = sp.say(name, { limit: sizes.map((n) => sp.count(n)).join("/") });
      return sp.element("div", { class: "sp-figure" },
        sp.element("dt", {}, OPENS[key] ? opener(OPENS[key], text) : text),
        sp.element("dd", { "data-figure": key }, sp.count(now[key], key === "balance")),
        sp.element("dd", { class: "sp-change" }, change && change[key]
          ? sp.say("panel.change", { n: sp.count(change[key], true) }) : ""));
    }));
  }

  function drawDemand() {
    const { scenario, stage, year } = sp.state;
    /** @param {number} number @param {"seats" | "residents"} key */
    const over = (number, key) => sp.model.years.map((_, at) => sp.model.total(number, stage, at)[key]);
    const { shortage, accent, bar } = sp.payload.palette;
    const others = sp.payload.scenarios.map((_, at) => at).filter((at) => at !== scenario);
    /** @type {Series[]} */
    const series = others.map((at) =>
      ({ values: over(at, "seats"), colour: bar, width: 1.2, stepped: true }));
    const supply = over(scenario, "seats");
    const demand = over(scenario, "residents");
    series.push({ values: supply, colour: accent, width: 2.2, stepped: true, name: sp.say("chart.supply") });
    /** @param {"low" | "high"} side @param {number} at */
    const bound = (side, at) => sp.model.columns["futures_" + side][
      (scenario * sp.payload.stages.length + stage) * sp.model.years.length + at];
    series.push({ values: demand, colour: shortage, width: 2.2, name: sp.say("chart.demand"),
                  band: sp.model.band(bound, demand) });
    const text = sp.say("spoken.chart", {
      year: sp.model.years[year], demand: sp.count(demand[year]), supply: sp.count(supply[year]) });
    sp.byId("demand-title").textContent = sp.say("chart.title", { stage: sp.stageName(stage) });
    sp.byId("demand").replaceChildren(sp.lineChart(series, { width: 300, height: 132, year, text }),
      ...(sp.payload.futures ? [sp.element("small", {}, sp.say("chart.band", { count: sp.count(sp.payload.futures) }), " ")] : []),
      ...sayShort(scenario, stage, year));
  }

  /** How likely the district has fewer seats of a stage than pupils; nothing where that is known.
   *  @param {number} scenario @param {number} stage @param {number} year */
  function sayShort(scenario, stage, year) {
    if (!sp.payload.futures) return [];
    const share = sp.model.columns.futures_chance[
      (scenario * sp.payload.stages.length + stage) * sp.model.years.length + year];
    return share < 0 ? [] : [sp.element("small", { "data-fact": "district-chance" },
      sp.say("chart.chance", { chance: sp.chance(share / 10000) }))];
  }

  function drawRanking() {
    const { scenario, stage, year } = sp.state;
    const picture = sp.model.picture(scenario, stage, year);
    const own = !picture.byCatchments;
    const worst = picture.short.slice(0, SHOWN);
    sp.byId("ranking-title").textContent = sp.say(own ? "ranking.schools" : "ranking.catchments");
    const most = worst.length ? -worst[0].balance : 1;
    sp.byId("ranking").replaceChildren(...worst.map((entry) => sp.element("li", {},
      sp.element("button", { type: "button", class: "sp-rank", "data-school": entry.school,
                             onclick: () => sp.selectAndGo({ school: entry.school, block: -1 }) },
        sp.element("span", { class: "sp-rank-name" }, sp.nameOf(entry.school),
          sp.element("small", {}, sp.name(sp.townshipOf(entry.school)), " \u00b7 ",
            sp.say("ranking.since", { year: sp.model.firstShort(scenario, stage, entry.row) }))),
        sp.element("span", { class: "sp-rank-value" }, sp.count(-entry.balance)),
        sp.element("span", { class: "sp-rank-bar", style:
          `width:${Math.max(2, (-100 * entry.balance) / most)}%` })))));
    sp.byId("ranking-none").textContent = worst.length ? "" :
      sp.say(own ? "ranking.none_schools" : "ranking.none");
  }

  /** @typedef {{ kind: string, name: string, open: () => void }} Item  that was found */

  // --- search -----------------------------------------------------------------------------

  sp.startSearch = function () {
    const input = sp.byId("search");
    const list = sp.byId("found");
    let active = -1;
    let items = /** @type {Item[]} */ ([]); // those that are listed
    const show = () => {
      const found = search(input.value);
      active = -1;
      list.replaceChildren(...found.map((item, at) => sp.element("li", {
        role: "option", id: "found-" + at, "aria-selected": "false",
        onpointerdown: (event) => { event.preventDefault(); choose(item); },
      }, sp.name(item.name), sp.element("small", {}, item.kind))));
      list.hidden = !found.length;
      sp.byId("found-none").textContent = input.value.trim() && !found.length ? sp.say("search.none") : "";
      input.setAttribute("aria-expanded", String(found.length > 0));
      input.removeAttribute("aria-activedescendant");
      items = found;
    };
    /** @param {Item} item */
    const choose = (item) => {
      input.value = "";
      show();
      item.open();
    };
    /** @param {number} to */
    const mark = (to) => {
      const rows = [...list.children];
      active = rows.length ? (to + rows.length) % rows.length : -1;
      rows.forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
      if (active >= 0) {
        input.setAttribute("aria-activedescendant", "found-" + active);
        rows[active].scrollIntoView({ block: "nearest" });
      }
    };
    input.addEventListener("input", show);
    input.addEventListener("blur", () => { list.hidden = true; });
    input.addEventListener("focus", () => input.value && show());
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") mark(active + 1);
      else if (event.key === "ArrowUp") mark(active - 1);
      else if (event.key === "Enter" && items.length)
        choose(items[Math.max(0, active)]);
      else if (event.key === "Escape") { input.value = ""; show(); }
      else return;
      event.preventDefault();
    });
  };

  /** Up to twelve schools, townships, village units and blocks whose name holds the text.
   *  @param {string} text */
  function search(text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    /** @param {...string} names */
    const holds = (...names) => names.some((name) => name && name.toLowerCase().includes(wanted));
    const found = /** @type {Item[]} */ ([]);
    /** @param {string} kind @param {string} name @param {() => void} open */
    const add = (kind, name, open) => found.push({ kind: sp.say(kind), name, open });
    sp.model.schools.forEach((school, at) => {
      if (holds(school.name, school.nameEn, school.id))
        add("search.school", school.name, () => (sp.state.edit ? sp.board.pickSchool(at) : openSchool(at)));
    });
    sp.payload.townships.forEach((zone, at) => {
      if (holds(...zone)) add("search.township", sp.callZone(zone), () => openZone("block_township", at));
    });
    sp.payload.units.forEach((zone, at) => {
      if (holds(...zone)) add("search.unit", sp.callZone(zone), () => openZone("block_unit", at));
    });
    sp.model.blocks.forEach((id, at) => {
      if (found.length < 12 && holds(id))
        add("search.block", id, () => (sp.state.edit ? sp.board.pickBlocks([at], false)
          : sp.selectAndGo({ school: -1, block: at })));
    });
    return found.slice(0, 12);
  }

  /** Show a school, in a stage that it teaches and in a year when it stands.
   *  @param {number} school */
  function openSchool(school) {
    const model = sp.model;
    let { stage, year } = sp.state;
    if (model.rowBy[stage][school] < 0) stage = model.rowBy.findIndex((rows) => rows[school] >= 0);
    const row = stage < 0 ? -1 : model.rowBy[stage][school];
    /** @param {number} at */
    const stands = (at) => model.cell("schools", "seats", sp.state.scenario, row, at) > 0;
    if (row >= 0 && !stands(year)) {
      const first = model.years.findIndex((_, at) => stands(at));
      if (first >= 0) year = first;
    }
    if (stage >= 0) sp.set({ stage, year });
    sp.selectAndGo({ school, block: -1 });
  }

  /** Show a village or township; while a draft is drawn, choose its blocks.
   *  @param {Zone["column"]} column @param {number} at */
  function openZone(column, at) {
    if (!sp.state.edit) {
      sp.selectAndGo({ school: -1, block: -1, zone: { column, at } });
      return;
    }
    const blocks = sp.model.blocks.flatMap((_, block) => (sp.model.columns[column][block] === at ? [block] : []));
    sp.board.pickBlocks(blocks, false);
    sp.goTo(sp.geometry.around(blocks.map((block) => sp.geometry.blocks[block].box)));
  }
})(globalThis.seatplan);
