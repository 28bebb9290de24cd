// The table of limits: which schools pass one now and under the plan, and which drop off the list.
(function (sp) {
  "use strict";

  /** What becomes of a school between now and the plan, in the order of the rows.
   *  @type {Record<string, string>} */
  const FATES = { off: "table.off", closed: "table.off_closed", stays: "table.stays",
                  joins: "table.joins", spared: "table.spared" };
  const MEASURES = new Set(["class_size", "school_size"]);

  /** @typedef {{ scenario: number, year: number }} Moment
   *  @typedef {{ value: number, limit: number, over: boolean }} Reading
   *  @typedef {{ school: number, readings: Reading[], fate: string }} Entry
   *  @typedef {{ standard: Standard, stage: number, entries: Entry[] }} Group */

  /** Now; the year shown as things are; the year shown under the plan. Each moment once. */
  function moments() {
    const { scenario, year } = sp.state;
    /** @type {Moment[]} */
    const found = [{ scenario: 0, year: 0 }];
    if (year) found.push({ scenario: 0, year });
    if (scenario) found.push({ scenario, year });
    return found;
  }

  /** The most a school has of what a standard limits, whether it is over or not.
   *  @param {Moment} at @param {string} indicator @param {number} stage @param {number} school */
  function measure({ scenario, year }, indicator, stage, school) {
    if (indicator === "class_size")
      return Math.max(0, ...sp.payload.stages[stage].grades.map(([grade]) => {
        const row = sp.model.gradeRow(school, grade);
        return row < 0 ? 0 : sp.model.cell("grades", "largest", scenario, row, year);
      }));
    return sp.model.rowBy.reduce((sum, rows) => sum + (rows[school] < 0 ? 0
      : sp.model.cell("schools", "pupils", scenario, rows[school], year)), 0);
  }

  /** The flags of a moment by "standard stage", then by school: the worst grade of each.
   *  @param {Moment} at */
  function readFlags({ scenario, year }) {
    /** @type {Map<string, Map<number, Flag>>} */
    const found = new Map();
    for (const flag of sp.model.flags.rows) {
      const { standard, stage, school } = flag;
      if (flag.scenario !== scenario || flag.year !== sp.model.years[year]) continue;
      if (standard.side !== "above" || !MEASURES.has(standard.indicator)) continue;
      const key = standard.code + " " + stage;
      const bySchool = found.get(key) || new Map();
      const before = bySchool.get(school);
      if (!before || flag.value - flag.limit > before.value - before.limit) bySchool.set(school, flag);
      found.set(key, bySchool);
    }
    return found;
  }

  /** @param {Reading[]} readings @param {number} school */
  function nameFate(readings, school) {
    const { scenario, year } = sp.state;
    const now = readings[0].over, then = readings[readings.length - 1].over;
    const closes = sp.model.closes(scenario, school);
    if (now && !then) return closes && closes <= sp.model.years[year] ? "closed" : "off";
    return then ? (now ? "stays" : "joins") : "spared";
  }

  /** Each limit and stage that any school passes at any moment, with those schools; those of the
   *  stage shown first, then those of schools with all their stages.
   *  @returns {Group[]} */
  function readGroups() {
    const at = moments();
    const flags = at.map(readFlags);
    const keys = [...new Set(flags.flatMap((found) => [...found.keys()]))];
    /** @param {string} key @returns {Group} */
    const group = (key) => {
      const found = flags.map((of) => of.get(key) || new Map());
      const first = [...(found.find((of) => of.size) || new Map()).values()][0];
      const { standard, stage } = first;
      const entries = [...new Set(found.flatMap((of) => [...of.keys()]))].map((school) => {
        const readings = at.map((moment, number) => {
          const flag = found[number].get(school);
          return flag ? { value: flag.value, limit: flag.limit, over: true }
            : { value: measure(moment, standard.indicator, stage, school), limit: 0, over: false };
        });
        return { school, readings, fate: nameFate(readings, school) };
      });
      return { standard, stage, entries: entries.sort(compare) };
    };
    const codes = sp.payload.standards.map(({ code }) => code);
    /** @param {Group} of */
    const rank = ({ standard, stage }) => codes.indexOf(standard.code) +
      1000 * (stage === sp.state.stage ? 0 : stage < 0 ? 1 : 2 + stage);
    return keys.map(group).sort((a, b) => rank(a) - rank(b));
  }

  /** @param {Entry} a @param {Entry} b */
  function compare(a, b) {
    const fates = Object.keys(FATES);
    return fates.indexOf(a.fate) - fates.indexOf(b.fate) ||
      b.readings[0].value - a.readings[0].value || a.school - b.school;
  }

  sp.drawOverLimits = function () {
    const { scenario, year } = sp.state;
    const at = moments();
    const years = { now: sp.model.years[0], year: sp.model.years[year] };
    sp.byId("table-title").textContent = sp.say("table.of_over", { ...years, scenario: sp.scenarioName(scenario) });
    const groups = readGroups();
    sp.byId("table-note").textContent = sp.say(groups.length ? "table.over_note" : "table.none_over", years);
    const heads = [sp.say("column.school"), sp.say("column.township"), ...at.map((moment) =>
      sp.say("table.moment", { year: sp.model.years[moment.year], scenario: sp.scenarioName(moment.scenario) })),
      sp.say("column.limit"), sp.say("table.fate")];
    sp.byId("table-head").replaceChildren(sp.element("tr", {}, heads.map((text, number) =>
      sp.element("th", { scope: "col", class: number < 2 || number === heads.length - 1 ? "sp-text" : "sp-head" }, text))));
    sp.byId("table-rows").replaceChildren(...groups.flatMap((of) =>
      [headRow(of, heads.length), ...of.entries.map((entry) => entryRow(of, entry))]));
  };

  /** The limit, how many pass it at each moment, and how many drop off the list.
   *  @param {Group} group @param {number} width */
  function headRow({ standard, stage, entries }, width) {
    const counts = moments().map((_, at) => entries.filter(({ readings }) => readings[at].over).length);
    /** @param {string[]} fates */
    const count = (...fates) => sp.count(entries.filter(({ fate }) => fates.includes(fate)).length);
    const text = sp.say("table.over_group", {
      name: sp.pick(standard.name) + (stage < 0 ? "" : " · " + sp.stageName(stage)),
      counts: counts.map((n) => sp.count(n)).join(" → "),
      off: count("off", "closed"), joins: count("joins") });
    return sp.element("tr", { class: "sp-part", "data-group": standard.code + " " + (stage < 0 ? "" : sp.payload.stages[stage].code) },
      sp.element("th", { scope: "rowgroup", colspan: width }, text));
  }

  /** @param {Group} group @param {Entry} entry */
  function entryRow({ standard }, { school, readings, fate }) {
    const limits = [...new Set(readings.filter(({ over }) => over).map(({ limit }) => sp.decimal(limit)))];
    return sp.element("tr", { "data-over": standard.code + " " + sp.model.schools[school].id, "data-fate": fate },
      sp.element("th", { scope: "row" }, sp.schoolLink(school)),
      sp.element("td", { class: "sp-text" }, sp.name(sp.townshipOf(school))),
      readings.map(({ value, over }) => sp.element("td", { class: over ? "is-short" : "" },
        over ? sp.element("b", {}, sp.decimal(value)) : value ? sp.decimal(value) : "")),
      sp.element("td", {}, limits.join(" / ")),
      sp.element("td", { class: "sp-text" }, sp.say(FATES[fate])));
  }
})(globalThis.seatplan);
