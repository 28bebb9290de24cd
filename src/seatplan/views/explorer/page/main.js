// The page as a whole: its state, the link that carries it, and what is redrawn when it changes.
(function (sp) {
  "use strict";

  sp.state = {
    scenario: 0, stage: 0, year: 0, theme: 0, swipe: null, table: false, edit: false, view: "schools", selected: null, place: null,
    order: { key: "balance", down: false },
    layers: { catchments: true, lines: false, rings: false, roads: false, water: true, townships: true, names: true },
  };

  const usual = Object.keys(sp.state.layers).filter((name) => sp.state.layers[name]).join();

  /** Read the payload, build everything, show the first picture. */
  sp.start = async function () {
    const payload = (sp.payload = JSON.parse(sp.byId("seatplan-payload").textContent));
    if (!window.DecompressionStream) {
      sp.byId("page-sub").textContent = payload.words["page.too_old"].join(" ");
      return;
    }
    const columns = await sp.unpack(payload.tables);
    delete payload.tables;
    sp.model = sp.buildModel(payload, columns);
    sp.geometry = sp.buildGeometry(payload, columns);
    sp.language = payload.language;
    const linked = readLink();
    Object.assign(sp.state, firstPicture(payload), linked);
    buildChoices();
    connect();
    sp.startTimeline();
    sp.startThemes();
    sp.startSearch();
    sp.startPrint();
    sp.startTableFiles();
    setWords();
    sp.startMap();
    sp.redraw();
    sp.ready = true;
    document.body.dataset.ready = "yes";
    window.addEventListener("hashchange", () => { sp.set(readLink()); sp.showPlace(); });
    window.addEventListener("resize", () => { fitWidth(); sp.fitMap(); sp.showPlace(); sp.drawMap(); });
    requestAnimationFrame(() => {
      sp.fitMap();
      sp.showPlace();
      if (sp.state.swipe !== null && !linked.swipe) sp.state.swipe = sp.middleOfMap();
      sp.showSwipe();
      sp.drawMap();
    });
  };

  /** Where the page opens, as its maker chose.
   *  @param {Payload} payload */
  function firstPicture(payload) {
    const start = payload.start || {};
    const stage = payload.stages.findIndex((of) => of.code === start.stage);
    return { scenario: start.scenario || 0, stage: Math.max(0, stage),
             year: Math.max(0, payload.years.indexOf(start.year || 0)), swipe: start.swipe || null };
  }

  /** Change the state and redraw what depends on it. */
  sp.set = function (changes) {
    Object.assign(sp.state, changes);
    if (changes.language) {
      sp.language = changes.language;
      delete sp.state.language;
      setWords();
    }
    sp.redraw();
    sp.writeLink();
    sp.board.report();
  };

  sp.redraw = function () {
    const { scenario, stage, table } = sp.state;
    check("scenario", scenario);
    check("stage", stage);
    sp.byId("scenario-list").value = String(scenario);
    sp.byId("do-swipe").setAttribute("aria-pressed", String(sp.state.swipe !== null));
    sp.byId("do-table").setAttribute("aria-pressed", String(table));
    document.querySelectorAll("[data-layer]").forEach((box) => {
      if (box instanceof HTMLInputElement) box.checked = sp.state.layers[box.dataset.layer || ""];
    });
    drawTitles();
    sp.drawPanel();
    sp.drawLegend();
    sp.drawTimeline();
    sp.drawBoardPanel();
    sp.drawTables();
    sp.showSwipe();
    sp.drawMap();
  };

  /** @param {string} name @param {number} value */
  function check(name, value) {
    const input = document.querySelector(`input[name="${name}"][value="${value}"]`);
    if (input instanceof HTMLInputElement) input.checked = true;
  }

  sp.select = function (found) {
    const before = sp.state.selected;
    sp.set({ selected: found && { school: found.school, block: found.block, zone: found.zone } });
    if (found) {
      sp.byId("panel").scrollTop = 0;
      sp.byId("card-close").focus({ preventScroll: true });
      if (document.body.classList.contains("is-narrow")) sp.byId("card").scrollIntoView();
    } else if (before && before.school >= 0) sp.focusSchool(before.school);
  };

  /** Select, close the table, and bring the place into sight. */
  sp.selectAndGo = function (found) {
    sp.set({ table: false });
    sp.select(found);
    const picture = sp.model.picture(sp.state.scenario, sp.state.stage, sp.state.year);
    const boxes = [];
    /** @param {Point} point @param {number} metres */
    const around = ([x, y], metres) => {
      const room = metres * sp.geometry.metre;
      boxes.push([x - room, y - room, x + room, y + room]);
    };
    if (found.block >= 0) {
      boxes.push(sp.geometry.blocks[found.block].box);
      around(sp.geometry.blockPoints[found.block], 1200);
    }
    picture.blockSchool.forEach((school, block) => {
      const own = found.zone ? sp.model.columns[found.zone.column][block] === found.zone.at
        : found.school >= 0 && school === found.school;
      if (own) boxes.push(sp.geometry.blocks[block].box);
    });
    if (found.school >= 0) around(sp.geometry.schoolPoints[found.school], 500);
    sp.goTo(sp.geometry.around(boxes));
  };

  // --- words that stand still ---------------------------------------------------------------

  function setWords() {
    document.documentElement.lang = sp.language === "en" ? "en" : "zh-CN";
    document.querySelectorAll("[data-word]").forEach((element) => {
      element.textContent = sp.say(element.getAttribute("data-word") || "");
    });
    for (const attribute of ["aria-label", "placeholder", "title"])
      document.querySelectorAll(`[data-${attribute}]`).forEach((element) => {
        element.setAttribute(attribute, sp.say(element.getAttribute("data-" + attribute) || ""));
      });
    document.querySelectorAll("[data-pair]").forEach((element) => {
      const [list, at] = (element.getAttribute("data-pair") || "").split(" ");
      element.textContent = list === "scenario" ? sp.scenarioName(Number(at)) : sp.stageName(Number(at));
    });
    document.title = sp.say("page.title", { district: sp.pick(sp.payload.district) });
    sp.byId("page-sub").textContent = sp.say("page.subtitle", {
      district: sp.pick(sp.payload.district), schools: sp.count(sp.model.schools.length),
      blocks: sp.count(sp.model.blocks.length) });
    sp.byId("page-source").textContent = sp.provenanceLine();
    drawProvenance();
    sp.syncSchoolButtons();
    sp.drawLegendWords();
    fitWidth();
  }

  /** How many schools rest on which kind of data, in a line. */
  sp.provenanceLine = function () {
    const list = Object.entries(sp.payload.labels)
      .map(([label, n]) => (sp.payload.words["provenance." + label] ? sp.say("provenance." + label) : label) + " " + sp.count(n))
      .join(sp.language === "en" ? ", " : "、");
    const told = [list && sp.say("page.provenance", { list }), sp.pick(sp.payload.assumed)];
    return told.filter(Boolean).join(" · ");
  };

  sp.crsLine = function () {
    const [datum, crs] = sp.payload.crs;
    return sp.say("map.crs", { datum, crs });
  };

  function drawProvenance() {
    /** @param {string} code */
    const label = (code) => (sp.payload.words["provenance." + code] ? sp.say("provenance." + code) : code);
    sp.byId("source-rows").replaceChildren(...sp.payload.provenance.map(([file, column, kind, ...rest]) =>
      sp.element("tr", {}, sp.element("th", { scope: "row" }, file), sp.element("td", {}, column),
        sp.element("td", {}, label(kind)), rest.map((text) => sp.element("td", {}, text)))));
  }

  function drawTitles() {
    const { stage, year } = sp.state;
    const own = !sp.model.hasCatchments(stage);
    sp.byId("map-heading").textContent = sp.theme()
      ? sp.say("map.heading_theme", { stage: sp.stageName(stage), theme: sp.themeName(sp.theme()) })
      : sp.say(own ? "map.heading_schools" : "map.heading", { stage: sp.stageName(stage) });
    sp.byId("map-when").textContent = sp.say("map.when", {
      year: sp.model.years[year], scenario: sp.shownName() });
    sp.byId("map-crs").textContent = sp.crsLine() + " · " + sp.say("sheet.number");
  }

  // --- scenario and stage -------------------------------------------------------------------

  function buildChoices() {
    /** @param {"scenario" | "stage"} name @param {number} at */
    const radio = (name, at) => sp.element("label", {},
      sp.element("input", { type: "radio", name, value: at, onchange: () => sp.set(leaveDraft({ [name]: at })) }),
      sp.element("span", { "data-pair": name + " " + at }));
    sp.byId("scenarios").append(...sp.payload.scenarios.map((_, at) => radio("scenario", at)));
    sp.byId("stages").append(...sp.payload.stages.map((_, at) => radio("stage", at)));
    sp.byId("scenario-list").append(...sp.payload.scenarios.map((_, at) =>
      sp.element("option", { value: at, "data-pair": "scenario " + at })));
    const list = sp.byId("scenario-list");
    list.addEventListener("change", () => sp.set(leaveDraft({ scenario: Number(list.value) })));
    document.body.classList.toggle("has-one-scenario", sp.payload.scenarios.length < 2);
    document.body.classList.toggle("has-one-year", sp.payload.years.length < 2);
    document.body.classList.toggle("has-one-stage", sp.payload.stages.length < 2);
  }

  /** Who chooses a scenario wants to see it, not the draft.
   *  @param {Partial<State>} changes */
  const leaveDraft = (changes) => (changes.scenario === undefined ? changes : { ...changes, edit: false });

  /** A row of buttons where the names fit, a tighter row, else a list to choose from. */
  function fitScenarios() {
    const row = sp.byId("scenarios");
    const body = document.body.classList;
    body.remove("has-scenario-list", "has-tight-scenarios");
    for (const step of ["has-tight-scenarios", "has-scenario-list"])
      if (row.scrollWidth > row.clientWidth + 1) body.add(step);
  }

  /** Stack the parts where the page is narrow. */
  function fitWidth() {
    document.body.classList.toggle("is-narrow", innerWidth <= 900);
    fitScenarios();
  }

  function connect() {
    /** @param {string} id @param {() => unknown} action */
    const press = (id, action) => sp.byId(id).addEventListener("click", action);
    press("do-swipe", () => sp.set({ swipe: sp.state.swipe === null ? sp.middleOfMap() : null, table: false }));
    press("do-table", () => sp.set({ table: !sp.state.table }));
    press("do-edit", () => (sp.state.edit ? sp.set({ edit: false }) : sp.board.open()));
    press("do-picture", sp.savePicture);
    press("do-print", () => window.print());
    press("do-language", () => sp.set({ language: sp.language === "zh" ? "en" : "zh" }));
    press("do-sources", () => sp.byId("sources").showModal());
    press("close-sources", () => sp.byId("sources").close());
    press("do-home", sp.goHome);
    document.addEventListener("keydown", (event) => {
      if (sp.state.edit && sp.board.press(event)) return;
      if (event.key !== "Escape") return;
      if (sp.state.selected) sp.select(null);
      else if (sp.state.table) sp.set({ table: false });
    });
  }

  // --- the link -----------------------------------------------------------------------------

  /** scenario, stage, year and language from the part of the address after #. */
  function readLink() {
    const link = new URLSearchParams(location.hash.slice(1));
    /** @type {Record<string, string>} */
    const given = Object.fromEntries(link);
    /** @type {Partial<State>} */
    const changes = {};
    /** @param {"scenario" | "stage" | "year" | "theme"} key @param {number} at */
    const put = (key, at) => { if (at >= 0) changes[key] = at; };
    put("scenario", sp.payload.scenarios.findIndex(([code]) => code === given.scenario));
    put("stage", sp.payload.stages.findIndex(({ code }) => code === given.stage));
    put("year", sp.payload.years.indexOf(Number(given.year)));
    put("theme", sp.payload.themes.list.findIndex(({ code }) => code === given.theme));
    const layers = given.layers === undefined ? null : given.layers.split(".");
    if (layers)
      changes.layers = /** @type {Layers} */ (Object.fromEntries(
        Object.keys(sp.state.layers).map((name) => [name, layers.includes(name)])));
    const place = (given.at || "").split(",").map(Number);
    if (place.length === 3 && place.every(Number.isFinite)) changes.place = place;
    const swipe = Number(given.swipe);
    if (swipe > 0 && swipe < 1) changes.swipe = swipe;
    else if (given.scenario && given.year) changes.swipe = null; // a link of this page says all
    if (given.order) changes.order = { key: given.order.replace("-", ""), down: given.order.startsWith("-") };
    if (sp.VIEWS.includes(given.table)) Object.assign(changes, { table: true, view: given.table });
    changes.edit = Boolean(given.draft) && sp.board.offered() && sp.board.readLink(link);
    if (changes.edit) changes.scenario = sp.board.draft().base;
    const foreign = Boolean(given.draft) && !changes.edit && sp.board.offered();
    const school = sp.model.schoolAt.get(given.school);
    const block = sp.model.blocks.indexOf(given.block);
    const zone = readZone(given);
    if (school !== undefined) changes.selected = { school, block: -1 };
    else if (block >= 0) changes.selected = { school: -1, block };
    else if (zone) changes.selected = zone;
    if ((given.lang === "zh" || given.lang === "en") && given.lang !== sp.language) {
      if (sp.ready) changes.language = given.lang;
      else sp.language = given.lang;
    }
    if (foreign) {
      sp.board.refuseLink(changes.scenario ?? sp.state.scenario);
      changes.edit = true;
    }
    return changes;
  }

  /** A village or township that a link names.
   *  @param {Record<string, string>} given @returns {Found | null} */
  function readZone(given) {
    /** @type {[Zone["column"], number][]} */
    const zones = [["block_unit", sp.payload.units.findIndex(([id]) => id === given.unit)],
      ["block_township", sp.payload.townships.findIndex(([id]) => id === given.township)]];
    const found = zones.find(([, at]) => at >= 0);
    return found ? { school: -1, block: -1, zone: { column: found[0], at: found[1] } } : null;
  }

  sp.writeLink = function () {
    const { scenario, stage, year, selected } = sp.state;
    const link = new URLSearchParams({
      scenario: sp.payload.scenarios[scenario][0], stage: sp.payload.stages[stage].code,
      year: String(sp.payload.years[year]), lang: sp.language });
    if (sp.state.theme) link.set("theme", sp.payload.themes.list[sp.state.theme].code);
    const shown = Object.keys(sp.state.layers).filter((name) => sp.state.layers[name]);
    if (shown.join() !== usual) link.set("layers", shown.join("."));
    const { place } = sp.state;
    if (place) link.set("at", [place[0].toFixed(5), place[1].toFixed(5), place[2].toFixed(2)].join());
    if (sp.state.swipe !== null) link.set("swipe", sp.state.swipe.toFixed(3));
    if (sp.state.table) link.set("table", sp.state.view);
    const { key, down } = sp.state.order;
    if (down || key !== "balance") link.set("order", (down ? "-" : "") + key);
    if (sp.state.edit) sp.board.writeLink(link);
    if (selected && selected.school >= 0) link.set("school", sp.model.schools[selected.school].id);
    if (selected && selected.block >= 0) link.set("block", sp.model.blocks[selected.block]);
    if (selected && selected.zone) {
      const { column, at } = selected.zone;
      if (column === "block_unit") link.set("unit", sp.payload.units[at][0]);
      else link.set("township", sp.payload.townships[at][0]);
    }
    try {
      history.replaceState(null, "", "#" + link);
    } catch {
      // a page inside a notebook has no address of its own
    }
  };
})(globalThis.seatplan);
