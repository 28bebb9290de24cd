// The table of schools that close: who goes on where, and how far they walk before and after.
(function (sp) {
  "use strict";

  /** @typedef {"pupils" | "walk_before_m" | "walk_after_m" | "longest_before_m" | "longest_after_m" | "beyond_before"
   *    | "beyond_after" | "unplaced"} Counted */
  const TEXTS = ["column.school", "column.setting", "table.closes", "table.grades", "table.into"];
  /** Figures of a row, under which heading; those that may be left out where all are 0 come last.
   *  @type {[Counted, string][]} */
  const FIGURES = [["pupils", "table.pupils_on"], ["walk_before_m", "table.walk_before"],
    ["walk_after_m", "table.walk_after"], ["longest_before_m", "table.longest_before"],
    ["longest_after_m", "table.longest_after"], ["beyond_before", "table.beyond_before"],
    ["beyond_after", "table.beyond_after"], ["unplaced", "column.unplaced"]];
  const RARE = new Set(["beyond_before", "beyond_after", "unplaced"]);

  /** The rows of a scenario.
   *  @param {number} scenario @returns {Closure[]} */
  function readRows(scenario) {
    const { columns } = sp.payload.closures[scenario];
    const count = (columns.school || []).length;
    return Array.from({ length: count }, (_, row) => /** @type {Closure} */ (/** @type {any} */ (
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]])))));
  }

  sp.drawClosures = function () {
    const { scenario } = sp.state;
    const rows = readRows(scenario);
    sp.byId("table-title").textContent = sp.say("table.of_closed", { scenario: sp.scenarioName(scenario) });
    sp.byId("table-note").replaceChildren(...(rows.length
      ? [sp.pick(sp.payload.closures[scenario].told), " ", sp.say("table.closed_note")] : sayOthers()));
    const figures = FIGURES.filter(([name]) => !RARE.has(name) || rows.some((row) => row[name]));
    const heads = [...TEXTS, ...figures.map(([, key]) => key)];
    sp.byId("table-head").replaceChildren(...(rows.length ? [sp.element("tr", {}, heads.map((key, at) =>
      sp.element("th", { scope: "col", class: at < TEXTS.length ? "sp-text" : "sp-head" }, sp.say(key))))] : []));
    sp.byId("table-rows").replaceChildren(...rows.map((row) => line(row, figures)));
  };

  /** That the plan closes no school, and a button for each plan that does. */
  function sayOthers() {
    const others = sp.payload.scenarios.map((_, at) => at).filter((at) => readRows(at).length);
    return [sp.say("table.none_closed"), ...(others.length ? [" ", sp.say("table.others_close"), " "] : []),
      ...others.flatMap((at) => [sp.element("button", { type: "button", class: "sp-link", "data-closing": at,
        onclick: () => sp.set({ scenario: at }) }, sp.scenarioName(at)), " "])];
  }

  /** @param {string} code */
  const gradeName = (code) => {
    const found = sp.payload.stages.flatMap((stage) => stage.grades).find(([grade]) => grade === code);
    return found ? sp.pick(found.slice(1)) : code;
  };

  /** @param {Closure} row @param {[Counted, string][]} figures */
  function line(row, figures) {
    const { setting } = sp.model.schools[row.school];
    const grades = [row.from_grade, row.to_grade].map(gradeName);
    /** @param {...Child} children */
    const text = (...children) => sp.element("td", { class: "sp-text" }, ...children);
    return sp.element("tr", { "data-closure": sp.model.schools[row.school].id + " " + row.from_grade },
      sp.element("th", { scope: "row" }, sp.schoolLink(row.school)),
      text(sp.payload.words["setting." + setting] ? sp.say("setting." + setting) : setting),
      text(String(row.year)),
      text(grades[0] === grades[1] ? grades[0] : sp.say("table.grade_range", { from: grades[0], to: grades[1] })),
      sp.element("td", { class: "sp-text sp-into" }, row.receiving.map(([school, pupils]) =>
        sp.element("div", {}, sp.schoolLink(school), " " + sp.count(pupils)))),
      figures.map(([name]) => {
        const value = row[name];
        return sp.element("td", { class: RARE.has(name) && value ? "is-short" : "", "data-column": name },
          value === null ? "" : sp.count(value));
      }));
  }
})(globalThis.seatplan);
