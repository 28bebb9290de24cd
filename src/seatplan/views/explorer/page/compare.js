// The table view: schools, all scenarios beside each other, and from which school to which.
(function (sp) {
  "use strict";

  /** @type {Record<string, string>} */
  const WORDS = { schools: "table.schools", scenarios: "table.scenarios", flows: "table.flows",
                  over: "table.over", closures: "table.closed",
                  best: "table.best", worst: "table.worst" };
  const FLOW_HEADS = ["table.from", "table.to", "table.pupils", "table.blocks"];
  sp.VIEWS = ["schools", "scenarios", "flows", "over", "closures"];
  // Figures by which plans are judged: -1 where less is better, 0 where neither is.
  /** @type {[string, number][]} */
  const ROWS = [["shortage", -1], ["short", -1], ["unplaced", -1], ["crowded", -1], ["large", -1],
    ["demand", 0], ["supply", 0], ["balance", 0]];

  sp.drawTables = function () {
    const shown = sp.state.table;
    sp.byId("table-view").hidden = !shown;
    document.body.classList.toggle("has-table", shown);
    if (!shown) return;
    sp.byId("views").replaceChildren(...offered().map((view) => sp.element("label", {},
      sp.element("input", { type: "radio", name: "view", value: view, checked: view === sp.state.view,
                            onchange: () => choose(view) }),
      sp.element("span", {}, sp.say(WORDS[view])))));
    /** @type {Record<string, () => void>} */
    const draw = { schools: sp.drawSchoolTable, scenarios: drawScenarios, flows: drawFlows,
                    over: sp.drawOverLimits, closures: sp.drawClosures };
    draw[offered().includes(sp.state.view) ? sp.state.view : "schools"]();
  };

  /** What the table shows, as rows of text and numbers; a mark or a change beside a number is left out. */
  function readRows() {
    /** @param {Element} cell */
    const read = (cell) => {
      const said = (cell.querySelector("b, button") || cell).textContent.replace(/[\u25b4\u25be]/g, "").trim();
      const number = said.replace(/,/g, "").replace("\u2212", "-");
      return cell.tagName === "TD" && /^[+-]?\d+(\.\d+)?$/.test(number) ? Number(number) : said;
    };
    return [...sp.byId("table-view").querySelectorAll("tr")].map((line) => [...line.children].map(read));
  }

  const fileName = () => "seatplan_" + sp.scenarioFile.clean(sp.byId("table-title").textContent).replace(/[ \u00b7]+/g, "_");

  sp.startTableFiles = function () {
    sp.byId("save-csv").addEventListener("click", () => sp.download(fileName() + ".csv",
      new Blob([sp.workbook.writeCsv(readRows())], { type: "text/csv" })));
    sp.byId("save-xlsx").addEventListener("click", () => sp.download(fileName() + ".xlsx",
      new Blob([sp.workbook.writeXlsx(sp.byId("table-title").textContent, readRows())],
        { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" })));
  };

  const offered = () => sp.VIEWS.filter((view) => ["schools", "over"].includes(view) ||
    (view === "closures" ? sp.payload.closures.some(({ told }) => told[0]) : sp.payload.scenarios.length > 1));

  /** @param {string} view */
  function choose(view) {
    sp.set({ view });
    const radio = document.querySelector(`input[name="view"][value="${view}"]`);
    if (radio instanceof HTMLElement) radio.focus();
  }

  // --- all scenarios ------------------------------------------------------------------------

  function drawScenarios() {
    const { stage, year } = sp.state;
    const own = !sp.model.hasCatchments(stage);
    const scenarios = sp.payload.scenarios.map((_, at) => at);
    sp.byId("table-title").textContent = sp.say("table.of_scenarios", {
      stage: sp.stageName(stage), year: sp.model.years[year] });
    sp.byId("table-note").textContent = sp.say("table.marks");
    sp.byId("table-head").replaceChildren(sp.element("tr", {},
      sp.element("th", { scope: "col", class: "sp-text" }, sp.say("table.figure")),
      scenarios.map((at) => sp.element("th", { scope: "col", class: "sp-plan" }, sp.element("button", {
        type: "button", onclick: () => sp.set({ scenario: at, table: false }) }, sp.scenarioName(at))))));
    const figures = scenarios.map((at) => sp.figures(at, stage, year).now);
    const sizes = sp.model.sizes(0, stage, year).map((n) => sp.count(n)).join("/");
    /** @param {string} key */
    const name = (key) => key === "shortage" ? sp.say(own ? "shortage.roll" : "shortage.catchment")
      : sp.say(key === "short" && own ? "figure.short_schools" : "figure." + key, { limit: sizes });
    const rows = ROWS.filter(([key]) => (key !== "large" || sizes) &&
      (key !== "unplaced" || figures.some((of) => of.unplaced)));
    const years = sp.model.years.map((label, at) => ({ label: String(label),
      values: scenarios.map((of) => sp.figures(of, stage, at).now.shortage) }));
    sp.byId("table-rows").replaceChildren(
      ...rows.map(([key, sign]) => row(name(key), figures.map((of) => of[key]), sign, key)),
      sp.element("tr", { class: "sp-part" }, sp.element("th", { scope: "rowgroup", colspan: scenarios.length + 1 },
        sp.say(own ? "table.roll_by_year" : "table.shortage_by_year"))),
      ...years.map(({ label, values }) => row(label, values, -1, label)));
  }

  /** A figure of every scenario, what it differs from the first by, the best and the worst marked.
   *  @param {string} name @param {number[]} values @param {number} sign @param {string} key */
  function row(name, values, sign, key) {
    const best = Math.min(...values), worst = Math.max(...values);
    return sp.element("tr", { "data-row": key }, sp.element("th", { scope: "row" }, name),
      values.map((value, at) => {
        const judged = sign && best !== worst;
        const mark = judged && value === best ? "best" : judged && value === worst ? "worst" : "";
        const change = at && value !== values[0] ? sp.count(value - values[0], true) : "";
        return sp.element("td", { class: mark ? "is-" + mark : "" },
          sp.element("b", {}, sp.count(value, key === "balance")),
          sp.element("span", { class: "sp-mark" }, mark ? sp.say(WORDS[mark]) : ""),
          sp.element("span", { class: "sp-than" }, change));
      }));
  }

  // --- from which school to which -----------------------------------------------------------

  function drawFlows() {
    const { scenario, stage, year } = sp.state;
    const zoned = sp.model.hasCatchments(stage);
    const flows = scenario && zoned ? sp.model.flows(0, scenario, stage, year) : [];
    sp.byId("table-title").textContent = sp.say("table.of_flows", { scenario: sp.scenarioName(scenario),
      stage: sp.stageName(stage), year: sp.model.years[year] });
    sp.byId("table-note").textContent = !zoned ? sp.say("table.no_catchments")
      : !scenario ? sp.say("table.choose") : sp.say("table.flow_note", { n: sp.count(countPupils(flows)) });
    sp.byId("table-head").replaceChildren(sp.element("tr", {},
      FLOW_HEADS.map((key, at) => sp.element("th",
        { scope: "col", class: at < 2 ? "sp-text" : "" }, sp.say(key)))));
    sp.byId("table-rows").replaceChildren(...groupFlows(flows).flatMap(({ school, flows: own }) =>
      [...(school === undefined ? [] : [flowHead(school, own)]), ...own.map(flowRow)]));
  }

  /** Flows to each new school together, the largest first; then all others.
   *  @param {Flow[]} flows @returns {{ school?: number, flows: Flow[] }[]} */
  function groupFlows(flows) {
    const { scenario, year } = sp.state;
    /** @param {Flow} flow */
    const isFresh = (flow) => flow.to >= 0 && sp.model.isNew(scenario, flow.to, year);
    const fresh = [...new Set(flows.filter(isFresh).map((flow) => flow.to))]
      .map((school) => ({ school, flows: flows.filter((flow) => flow.to === school) }))
      .sort((a, b) => countPupils(b.flows) - countPupils(a.flows) || a.school - b.school);
    const rest = flows.filter((flow) => !isFresh(flow));
    if (!fresh.length || !rest.length) return [...fresh, { flows: rest }];
    return [...fresh, { school: -1, flows: rest }];
  }

  /** @param {Flow[]} flows */
  const countPupils = (flows) => flows.reduce((sum, flow) => sum + flow.pupils, 0);

  /** @param {number} school @param {Flow[]} flows */
  function flowHead(school, flows) {
    const text = school < 0 ? sp.say("table.other_flows", { n: sp.count(countPupils(flows)) })
      : sp.say("table.new_takes", { school: sp.schoolName(school), n: sp.count(countPupils(flows)),
        year: sp.model.opened(sp.state.scenario, school), schools: sp.count(flows.length) });
    return sp.element("tr", { class: "sp-part", "data-takes": school < 0 ? "" : sp.model.schools[school].id },
      sp.element("th", { scope: "rowgroup", colspan: FLOW_HEADS.length }, text));
  }

  /** @param {Flow} flow */
  function flowRow(flow) {
    /** @param {number} at */
    const school = (at) => (at < 0 ? sp.say("unit.unknown") : sp.schoolLink(at));
    return sp.element("tr",
      { "data-flow": [flow.from, flow.to].map((at) => (at < 0 ? "" : sp.model.schools[at].id)).join(" ") },
      sp.element("th", { scope: "row" }, school(flow.from)),
      sp.element("td", { class: "sp-text" }, school(flow.to)),
      sp.element("td", {}, sp.element("b", {}, sp.count(flow.pupils))),
      sp.element("td", {}, sp.count(flow.blocks)));
  }
})(globalThis.seatplan);
