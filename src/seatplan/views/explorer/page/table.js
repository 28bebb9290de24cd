// The table view: every school of the stage with its figures, sorted by any column.
(function (sp) {
  "use strict";

  /** @typedef {Standing & { classrooms: number, walk: number, first: number, largest: number,
   *    limit: number, flags: string }} Row
   *  @typedef {{ key: string, text: true, of: (row: Row) => string }
   *    | { key: string, text?: undefined, of: (row: Row) => number }} TableColumn */

  /** @type {TableColumn[]} */
  const COLUMNS = [
    { key: "school", text: true, of: (row) => sp.schoolName(row.school) },
    { key: "kind", text: true, of: (row) => {
      const kind = sp.payload.kinds[sp.model.schools[row.school].kind];
      return kind ? sp.pick(kind) : ""; } },
    { key: "township", text: true, of: (row) => sp.townshipOf(row.school) },
    { key: "classrooms", of: (row) => row.classrooms },
    { key: "seats", of: (row) => row.seats },
    { key: "pupils", of: (row) => row.pupils },
    { key: "residents", of: (row) => row.residents },
    { key: "balance", of: (row) => row.balance },
    { key: "first", text: true, of: (row) => String(row.first || "") },
    { key: "largest", of: (row) => row.largest },
    { key: "limit", of: (row) => row.limit },
    { key: "walk", of: (row) => row.walk },
    { key: "flags", text: true, of: (row) => row.flags },
  ];

  sp.drawSchoolTable = function () {
    const columns = COLUMNS.filter(({ key }) =>
      key !== "residents" || sp.model.hasCatchments(sp.state.stage));
    const { order } = sp.state;
    const rows = readRows();
    const by = COLUMNS.find(({ key }) => key === order.key) || COLUMNS[0];
    const sign = order.down ? -1 : 1;
    /** @param {any} a @param {any} b */
    const compare = (a, b) => (by.text ? String(a).localeCompare(String(b), "zh") : a - b);
    rows.sort((a, b) => sign * compare(by.of(a), by.of(b)) || a.school - b.school);
    sp.byId("table-title").textContent = sp.say("table.title", {
      scenario: sp.scenarioName(sp.state.scenario), stage: sp.stageName(sp.state.stage),
      year: sp.model.years[sp.state.year] });
    sp.byId("table-note").textContent = "";
    sp.byId("table-head").replaceChildren(sp.element("tr", {}, columns.map(header)));
    sp.byId("table-rows").replaceChildren(...rows.map((row) => line(row, columns)));
  };

  function readRows() {
    const { scenario, stage, year } = sp.state;
    const picture = sp.model.picture(scenario, stage, year);
    const raised = sp.model.flags.of(scenario, stage, year);
    const whole = sp.model.flags.of(scenario, -1, year);
    return picture.standing.map((entry) => {
      /** @param {string} column */
      const cell = (column) => sp.model.cell("schools", column, scenario, entry.row, year);
      const flags = [...(raised.get(entry.school) || []), ...(whole.get(entry.school) || [])];
      const names = [...new Set(flags.map((flag) => sp.pick(flag.standard.name)))];
      return { ...entry, classrooms: cell("classrooms"), walk: cell("walk_m"),
               first: sp.model.firstShort(scenario, stage, entry.row),
               ...largestClass(entry.school, stage),
               flags: names.join(sp.language === "en" ? "; " : "；") };
    });
  }

  /** The class that lies furthest above its limit, or closest to it.
   *  @param {number} school @param {number} stage */
  function largestClass(school, stage) {
    const { scenario, year } = sp.state;
    let worst = { largest: 0, limit: 0 };
    for (const [code] of sp.payload.stages[stage].grades) {
      const row = sp.model.gradeRow(school, code);
      if (row < 0) continue;
      /** @param {string} column */
      const get = (column) => sp.model.cell("grades", column, scenario, row, year);
      const found = { largest: get("largest"), limit: get("limit") };
      if (!worst.limit || found.largest - found.limit > worst.largest - worst.limit) worst = found;
    }
    return worst;
  }

  /** @param {TableColumn} given */
  function header({ key, text }) {
    const { order } = sp.state;
    const sorted = order.key === key;
    return sp.element("th", { scope: "col", class: text ? "sp-text" : "",
                              "aria-sort": sorted ? (order.down ? "descending" : "ascending") : "none" },
      sp.element("button", { type: "button", onclick: () => {
        sp.state.order = { key, down: sorted ? !order.down : false };
        sp.drawSchoolTable();
        sp.writeLink();
        const again = [...sp.byId("table-head").querySelectorAll("th")]
          .find((cell) => cell.getAttribute("aria-sort") !== "none");
        const press = again && again.querySelector("button");
        if (press) press.focus();
      } }, sp.say("column." + (key === "first" && !sp.model.hasCatchments(sp.state.stage) ? "first_roll" : key)), sp.element("span", { "aria-hidden": "true" },
        sorted ? (order.down ? " \u25be" : " \u25b4") : "")));
  }

  /** @param {Row} row @param {TableColumn[]} columns */
  function line(row, columns) {
    return sp.element("tr", { "data-school": sp.model.schools[row.school].id }, columns.map((column) => {
      if (column.text && column.key === "school")
        return sp.element("th", { scope: "row" }, sp.schoolLink(row.school));
      if (column.text)
        return sp.element("td", { class: "sp-text" }, sp.name(String(column.of(row))));
      const value = column.of(row);
      const short = (column.key === "balance" && value < 0) ||
        (column.key === "largest" && row.largest > row.limit);
      return sp.element("td", { class: short ? "is-short" : "", "data-column": column.key },
                        sp.count(value, column.key === "balance"));
    }));
  }
})(globalThis.seatplan);
