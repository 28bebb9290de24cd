// The detail card of a school or a block.
(function (sp) {
  "use strict";

  /** Show the card of what is selected, in place of the overview. */
  sp.drawCard = function () {
    const card = sp.byId("card");
    const selected = sp.state.selected;
    card.hidden = !selected;
    sp.byId("overview").hidden = Boolean(selected);
    document.body.classList.toggle("has-card", Boolean(selected));
    if (!selected) return;
    const parts = selected.zone ? [heading(sp.zoneName(selected.zone)), ...sp.zoneCard(selected.zone)]
      : selected.school >= 0 ? schoolCard(selected.school) : blockCard(selected.block);
    card.replaceChildren(
      sp.element("button", { type: "button", class: "sp-close", id: "card-close",
                             "aria-label": sp.say("action.close"), onclick: () => sp.select(null) },
                 "\u00d7"),
      ...parts);
  };

  /** The line under the pointer. */
  sp.tipOf = function (found) {
    if (found.gathered) return sp.tipOfGathered(found.gathered);
    const picture = sp.shown(sp.state.stage, sp.state.year);
    const school = found.school >= 0 ? found.school : picture.blockSchool[found.block];
    const entry = picture.standing.find((item) => item.school === school);
    const block = found.block >= 0 ? [sp.element("small", {}, sp.blockName(found.block))] : [];
    if (!entry) return block;
    const said = sp.sayTheme(picture, entry, found.block);
    return [sp.nameOf(school),
            sp.element("b", { class: entry.balance < 0 ? "is-short" : "" },
                       sp.count(entry.balance, true)),
            ...(said ? [sp.element("small", {}, sp.themeName(sp.theme()) + " ", sp.element("b", {}, said))] : []), ...block];
  };

  /** @param {string} text */
  const heading = (text) => sp.element("h2", { lang: sp.langOf(text) }, text);
  /** @param {string} key @param {Values} [values] */
  const part = (key, values) => sp.element("h3", {}, sp.say(key, values));

  /** @param {[string, string, string?][]} rows */
  function facts(rows) {
    return sp.element("dl", { class: "sp-facts" }, rows.map(([key, value, mark]) =>
      sp.element("div", {}, sp.element("dt", {}, sp.say(key)),
                 sp.element("dd", mark ? { "data-fact": mark } : {}, value))));
  }

  /** A table of a card; what the caption says is spoken only. */
  sp.smallTable = function (caption, head, rows, classes) {
    return sp.element("table", { class: "sp-small " + (classes || "") },
      sp.element("caption", { class: "sp-unseen" }, caption),
      sp.element("thead", {}, sp.element("tr", {}, head.map((text) =>
        sp.element("th", { scope: "col", class: text === sp.say("column.school") ? "sp-text" : "" },
                   text)))),
      sp.element("tbody", {}, rows));
  };

  /** @param {number} residents @returns {[string, string, string]} */
  const residentsFact = (residents) => ["card.residents", sp.count(residents), "residents"];

  // --- school -----------------------------------------------------------------------------

  /** @param {number} at */
  function schoolCard(at) {
    const { scenario, stage, year } = sp.state;
    const school = sp.model.schools[at];
    const kind = sp.payload.kinds[school.kind];
    const chinese = sp.schoolName(at) === school.name ? "" : school.name;
    const labels = [chinese, kind ? sp.pick(kind) : school.kind, sp.townshipOf(at),
                    word("ownership", school.ownership), word("setting", school.setting)];
    const parts = /** @type {(Node | string)[]} */ ([
      sp.element("h2", {}, sp.nameOf(at)),
      sp.element("p", { class: "sp-kind" }, labels.filter(Boolean).join(" · ")),
      sp.element("p", { class: "sp-source" }, sp.say("card.provenance",
        { label: word("provenance", school.provenance) || school.provenance })),
    ]);
    const opened = sp.model.opened(scenario, at);
    const closes = sp.model.closes(scenario, at);
    if (opened > sp.payload.base)
      parts.push(sp.element("p", { class: "sp-kind" }, sp.say("card.opens", { year: opened })));
    if (closes) parts.push(sp.element("p", { class: "sp-kind" }, sp.say("card.closes", { year: closes })));
    const row = sp.model.rowBy[stage][at];
    if (row < 0)
      return [...parts, sp.element("p", {}, sp.say("card.not_taught", { stage: sp.stageName(stage) }))];
    /** @param {string} column @param {number} [when] */
    const get = (column, when) =>
      sp.model.cell("schools", column, scenario, row, when === undefined ? year : when);
    const own = !sp.model.hasCatchments(stage);
    const balance = get("seats") - (own ? get("pupils") : get("residents"));
    return parts.concat([
      sp.element("p", { class: "sp-balance" + (balance < 0 ? " is-short" : "") },
        ...sayBalance(balance, own)),
      ...sayChance(row, get),
      facts([
        ["card.seats", sp.count(get("seats")), "seats"],
        ["card.classrooms", sp.count(get("classrooms")), "classrooms"],
        ["card.pupils", sp.count(get("pupils")), "pupils"],
        ...(own ? [] : [residentsFact(get("residents"))]),
        ["card.walk", get("walk_m") ? sp.metres(get("walk_m")) : sp.say("unit.unknown"), "walk_m"],
      ]),
      ...flagList(at, stage),
      part("card.rolls"),
      rollChart(get, own),
      part("card.classes", { year: sp.model.years[year] }),
      gradeTable(at, stage),
      ...(sp.model.years.length > 1 ? [part("card.largest"), largestTable(at, stage)] : []),
      ...feeders(at, stage),
    ]);
  }

  /** Lead with the shortage under its name; without one, with the seats that stand empty.
   *  @param {number} balance @param {boolean} own */
  function sayBalance(balance, own) {
    /** @param {number} value */
    const fact = (value) => sp.element("b", { "data-fact": "balance" }, sp.count(value));
    if (balance < 0)
      return [sp.say(own ? "shortage.roll" : "shortage.catchment"), " ", fact(-balance), " ",
              sp.say("unit.pupils")];
    return [sp.say("card.spare"), " ", fact(balance), " ", sp.say("unit.seats")];
  }

  /** How likely a catchment shortage is, and how many pupils nine futures of ten bring.
   *  @param {number} row @param {(column: string) => number} get */
  function sayChance(row, get) {
    const chance = sp.model.chance(sp.state.scenario, row, sp.state.year);
    return chance === null ? [] : [sp.element("p", { class: "sp-kind", "data-fact": "chance" }, sp.say("card.chance",
      { chance: sp.chance(chance / 100), count: sp.count(sp.payload.futures), low: sp.count(get("low")), high: sp.count(get("high")) }))];
  }

  /** @param {string} section @param {string} code */
  function word(section, code) {
    const key = section + "." + code;
    return sp.payload.words[key] ? sp.say(key) : "";
  }

  /** @param {(column: string, when?: number) => number} get @param {boolean} own */
  function rollChart(get, own) {
    /** @param {string} column */
    const over = (column) => sp.model.years.map((_, at) => get(column, at));
    const { accent, shortage, muted } = sp.payload.palette;
    /** @type {Series[]} */
    const series = [
      { values: over("seats"), colour: accent, width: 2, stepped: true, name: sp.say("chart.seats") },
      { values: over("pupils"), colour: shortage, width: 2, name: sp.say("chart.roll") },
    ];
    if (!own) series.unshift({ values: over("residents"), colour: muted, width: 1.2,
                               name: sp.say("chart.residents"), band: sp.model.band(get, over("residents")) });
    const text = sp.say("spoken.rolls", { year: sp.model.years[sp.state.year],
      pupils: sp.count(get("pupils")), seats: sp.count(get("seats")) });
    return sp.lineChart(series, { width: 300, height: 118, year: sp.state.year, text });
  }

  /** Each flag of the school with its limit, clause and first year.
   *  @param {number} at @param {number} stage */
  function flagList(at, stage) {
    const raised = sp.model.flags.of(sp.state.scenario, stage, sp.state.year).get(at) || [];
    const whole = stage >= 0 ? sp.model.flags.of(sp.state.scenario, -1, sp.state.year).get(at) || [] : [];
    const rows = [...raised, ...whole];
    if (!rows.length) return [];
    return [part("card.flags"), sp.element("ul", { class: "sp-flags" }, rows.map((flag) => {
      const standard = flag.standard;
      const measure = (/** @type {number} */ value) => standard.share ? sp.percent(value)
        : standard.indicator === "walk" ? sp.say("unit.metres", { n: sp.decimal(value) })
        : sp.decimal(value);
      return sp.element("li", {},
        sp.element("b", {}, sp.pick(standard.name), flag.grade >= 0 ? " · " + gradeName(flag.grade) : ""),
        sp.element("span", {}, sp.say("card.flag", {
          value: measure(flag.value), limit: measure(flag.limit), year: flag.first,
          side: sp.say("side." + standard.side) })),
        sp.element("small", {}, flag.source,
          standard.checked === "recalled" ? " · " + sp.say("card.recalled") : ""));
    }))];
  }

  const allGrades = () => sp.payload.stages.flatMap((stage) => stage.grades);
  /** @param {number} at */
  const gradeName = (at) => {
    const codes = sp.payload.gradeCodes;
    const found = allGrades().find(([code]) => code === codes[at]);
    return found ? sp.pick(found.slice(1)) : "";
  };

  /** @param {number} at @param {number} stage */
  function gradeTable(at, stage) {
    const { scenario, year } = sp.state;
    const rows = sp.payload.stages[stage].grades.map(([code, ...name]) => {
      const row = sp.model.gradeRow(at, code);
      /** @param {string} column */
      const get = (column) => (row < 0 ? 0 : sp.model.cell("grades", column, scenario, row, year));
      const over = get("largest") > get("limit");
      return sp.element("tr", { "data-grade": code },
        sp.element("th", { scope: "row" }, sp.pick(name)),
        ...["pupils", "classes"].map((column) => sp.element("td", { "data-column": column }, sp.count(get(column)))),
        sp.element("td", { class: over ? "is-short" : "", "data-column": "largest" }, sp.count(get("largest"))),
        sp.element("td", { "data-column": "limit" }, sp.count(get("limit"))));
    });
    const head = ["grade", "pupils", "classes", "largest", "limit"].map((key) => sp.say("column." + key));
    return sp.smallTable(sp.say("card.classes", { year: sp.model.years[year] }), head, rows);
  }

  /** The largest class of each grade in every year; above the limit in bold on a tint.
   *  @param {number} at @param {number} stage */
  function largestTable(at, stage) {
    const { scenario, year } = sp.state;
    const years = sp.model.years;
    const head = [sp.say("column.grade"), ...years.map((of) => String(of).slice(2))];
    const rows = sp.payload.stages[stage].grades.map(([code, ...name]) => {
      const row = sp.model.gradeRow(at, code);
      const cells = years.map((_, when) => {
        /** @param {string} column */
        const get = (column) => (row < 0 ? 0 : sp.model.cell("grades", column, scenario, row, when));
        const over = get("largest") > get("limit");
        const marks = [over ? "is-over" : "", when === year ? "is-now" : ""].join(" ").trim();
        return sp.element("td", { class: marks }, get("largest") ? String(get("largest")) : "");
      });
      return sp.element("tr", {}, sp.element("th", { scope: "row" }, shortGrade(code, name)), ...cells);
    });
    return sp.element("div", { class: "sp-wide", tabindex: 0, role: "group",
                               "aria-label": sp.say("card.largest") },
      sp.smallTable(sp.say("card.largest"), head, rows, "sp-years"));
  }

  /** @param {string} code @param {string[]} name */
  const shortGrade = (code, name) => (sp.language === "zh" ? name[0] : code);

  /** The blocks whose pupils the catchment holds, the largest first.
   *  @param {number} at @param {number} stage */
  function feeders(at, stage) {
    const { scenario, year } = sp.state;
    if (!sp.model.hasCatchments(stage)) return [];
    const picture = sp.model.picture(scenario, stage, year);
    const own = /** @type {{ block: number, pupils: number, walk: number }[]} */ ([]);
    picture.blockSchool.forEach((school, block) => {
      if (school === at)
        own.push({ block, pupils: sp.model.ofBlock("pupils", scenario, stage, block, year),
                   walk: sp.model.ofBlock("walk_m", scenario, stage, block, year) });
    });
    if (!own.length) return [part("card.feeds"), sp.element("p", {}, sp.say("card.no_blocks"))];
    own.sort((a, b) => b.pupils - a.pupils || a.block - b.block);
    const rows = own.slice(0, 8).map(({ block, pupils, walk }) => sp.element("tr", {},
      sp.element("th", { scope: "row" }, sp.element("button", { type: "button", class: "sp-link",
        onclick: () => sp.select({ school: -1, block }) }, sp.blockName(block))),
      sp.element("td", {}, sp.count(pupils)), sp.element("td", {}, sp.sayWalk(walk))));
    const head = ["block", "pupils", "walk"].map((key) => sp.say("column." + key));
    return [part("card.feeds"),
            sp.element("p", { class: "sp-kind" }, sp.say("card.feeders", { n: sp.count(own.length) })),
            sp.smallTable(sp.say("card.feeds"), head, rows)];
  }

  // --- block ------------------------------------------------------------------------------

  /** @param {number} block */
  function blockCard(block) {
    const { scenario, stage, year } = sp.state;
    const township = sp.callZone(sp.payload.townships[sp.model.columns.block_township[block]]);
    const rows = sp.payload.stages.map((of, number) => {
      const school = sp.model.ofBlock("school", scenario, number, block, year);
      /** @param {string} column */
      const get = (column) => sp.model.ofBlock(column, scenario, number, block, year);
      return sp.element("tr", { "data-stage": of.code },
        sp.element("th", { scope: "row" }, sp.stageName(number)),
        sp.element("td", { "data-column": "pupils" }, sp.count(get("pupils"))),
        sp.element("td", { "data-column": "unplaced" }, get("unplaced") ? sp.count(get("unplaced")) : ""),
        sp.element("td", { class: "sp-text" }, school < 0 ? "" : sp.schoolLink(school)),
        sp.element("td", { "data-column": "walk_m" }, sp.sayWalk(get("walk_m"))));
    });
    const head = ["stage", "pupils", "unplaced", "school", "walk"].map((key) => sp.say("column." + key));
    const over = sp.model.years.map((_, at) => sp.model.ofBlock("pupils", scenario, stage, block, at));
    const text = sp.say("spoken.block", { year: sp.model.years[year], n: sp.count(over[year]) });
    return [
      heading(sp.blockName(block)),
      sp.element("p", { class: "sp-kind", lang: sp.langOf(township) }, township),
      part("card.by_stage", { year: sp.model.years[year] }),
      sp.smallTable(sp.say("card.by_stage", { year: sp.model.years[year] }), head, rows),
      ...nearest(block),
      ...underPlans(block),
      ...giving(block),
      ...(over.length > 1 ? [part("card.pupils_of", { stage: sp.stageName(stage) }),
        sp.lineChart([{ values: over, colour: sp.payload.palette.shortage, width: 2,
                        name: sp.say("chart.demand") }],
                     { width: 300, height: 110, year, text })] : []),
    ];
  }

  /** What every scenario does to the block in the stage and year shown.
   *  @param {number} block */
  function underPlans(block) {
    const { stage, year } = sp.state;
    if (sp.payload.scenarios.length < 2 || !sp.model.hasCatchments(stage)) return [];
    /** @param {string} column @param {number} at */
    const of = (column, at) => sp.model.ofBlock(column, at, stage, block, year);
    const rows = sp.payload.scenarios.map((_, at) => {
      const school = of("school", at);
      const moves = school !== of("school", 0);
      return sp.element("tr", { "data-plan": at }, sp.element("th", { scope: "row" }, sp.scenarioName(at)),
        sp.element("td", { class: "sp-text" }, school < 0 ? "" : sp.schoolLink(school),
                   moves ? sp.element("small", {}, " " + sp.say("card.moves")) : ""),
        sp.element("td", { "data-column": "walk_m" }, sp.sayWalk(of("walk_m", at))));
    });
    const caption = sp.say("card.plans", { stage: sp.stageName(stage), year: sp.model.years[year] });
    return [sp.element("h3", {}, caption),
            sp.smallTable(caption, ["table.scenario", "column.school", "column.walk"].map((key) => sp.say(key)), rows)];
  }

  /** Schools to which a draft can give the block at once.
   *  @param {number} block */
  function giving(block) {
    const { scenario, stage } = sp.state;
    if (!sp.board.offered() || sp.payload.stages[stage].intake !== "catchment") return [];
    const year = sp.board.firstYear();
    const offers = sp.board.listOffers([block], sp.board.before(scenario, stage), year).slice(0, 3);
    return [part("draft.card", { year }), sp.element("div", { class: "sp-offers" }, offers.map((offer, at) =>
      sp.element("button", { type: "button", id: "card-give-" + at, class: "sp-offer",
                             onclick: () => sp.board.giveFromCard(block, offer.school) }, sp.board.sayOffer(offer))))];
  }

  /** Whether the block's school is the nearest, and if not, what there is to say of the nearer.
   *  @param {number} block */
  function nearest(block) {
    const { scenario, stage, year } = sp.state;
    const picture = sp.model.picture(scenario, stage, year);
    const school = picture.blockSchool[block];
    if (school < 0) return [];
    const count = sp.model.columns.nearest_school.length / (sp.payload.stages.length * sp.model.blocks.length);
    const start = (stage * sp.model.blocks.length + block) * count;
    const open = new Map(picture.standing.filter((entry) => entry.seats > 0)
      .map((entry) => [entry.school, entry.balance]));
    const near = [];
    for (let at = start; at < start + count; at++) {
      const other = sp.model.columns.nearest_school[at];
      if (open.has(other)) near.push({ school: other, metres: sp.model.columns.nearest_metres[at] });
    }
    const title = part("card.why", { stage: sp.stageName(stage) });
    if (!near.length) return [];
    if (near[0].school === school)
      return [title, sp.element("p", {}, sp.say("card.is_nearest", { walk: sp.metres(near[0].metres) }))];
    const upTo = near.findIndex((item) => item.school === school);
    const nearer = near.slice(0, upTo < 0 ? near.length : upTo);
    const rule = sp.payload.stages[stage].intake;
    return [title, sp.element("p", {}, sp.say("card.rule_" + rule)),
      sp.element("ul", { class: "sp-flags" }, nearer.map((item) => {
        const balance = open.get(item.school) || 0;
        return sp.element("li", {}, sp.schoolLink(item.school), sp.element("span", {},
          sp.say(balance >= 0 ? "card.nearer_free" : picture.byCatchments ? "card.nearer_full" : "card.nearer_over",
                 { walk: sp.metres(item.metres), n: sp.count(Math.abs(balance)) })));
      }))];
  }
})(globalThis.seatplan);
