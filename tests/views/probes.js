// What the tests ask of a page, in the page.
(function (sp) {
  "use strict";

  const probe = (sp.probe = {});
  const all = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const number = (text) => Number(text.replace(/[^0-9\u2212]/g, "").replace("\u2212", "-"));
  const textOf = (id) => document.getElementById(id).textContent;

  /** The figures of the page for one scenario, stage and year (places, not names). */
  probe.figures = function ([scenario, stage, year]) {
    sp.set({ scenario, stage, year });
    const of = (key) => {
      const cell = document.querySelector(`[data-figure=${key}]`);
      return cell ? number(cell.textContent) : 0;
    };
    const spoken = document.getElementById("years").getAttribute("aria-valuetext");
    return {
      shortage: number(textOf("figure-shortage")), balance: of("balance"),
      demand: of("demand"), supply: of("supply"), short: of("short"),
      crowded: of("crowded"), large: of("large"), unplaced: of("unplaced"),
      ranks: all("#ranking li").map((item) => [
        sp.model.schools[item.querySelector("button").dataset.school].id,
        number(item.querySelector(".sp-rank-value").textContent)]),
      counts: all("[data-class]").map((item) => number(item.textContent)),
      spoken: number(spoken.split(/[,，]/).slice(1).join("")),
    };
  };

  /** The rows of the table view: school, then the columns asked for. */
  probe.table = function (columns) {
    const heads = all("#table-head th").map((cell) => cell.textContent);
    const places = columns.map((key) =>
      heads.findIndex((text) => text.startsWith(sp.say("column." + key))));
    return all("#table-rows tr").map((row) =>
      [row.dataset.school, ...places.map((at) => number(row.children[at].textContent))]);
  };

  /** The rows of a table of the card: label -> the numbers of its cells. */
  probe.card = function (label) {
    return Object.fromEntries(all(`#card tr[data-${label}]`).map((row) =>
      [row.dataset[label], all("td", row).map((cell) => number(cell.textContent))]));
  };

  /** Show every school and a block in both languages, search, and draw the sheet. */
  probe.showEverything = function () {
    for (const language of ["en", "zh"]) {
      sp.set({ language, table: true });
      sp.model.schools.forEach((_, school) => sp.select({ school, block: -1 }));
      sp.select({ school: -1, block: 3 });
      sp.byId("search").value = "{{7";
      sp.byId("search").dispatchEvent(new Event("input"));
      sp.drawSheet(1);
    }
    sp.set({ stage: 1 });
    sp.board.open();
    sp.board.pickBlocks([0, 1], false);
    sp.board.give(sp.board.count(1).taught[1]);
    sp.board.pickSchool(sp.board.count(1).taught[0]);
    sp.board.load(sp.board.write());
    if (sp.board.told || sp.board.drafts.length !== 2) throw new Error(sp.board.told);
    sp.set({ edit: false });
    sp.select({ school: sp.model.schoolRows[0][0].school, block: -1 });
  };

  /** Try to bring in a script and a handler that the page was not written with. */
  probe.intrude = function () {
    const script = document.createElement("script");
    script.textContent = "window.intruder = 1";
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", "<i onclick='window.intruder = 2'>x</i>");
    document.body.lastElementChild.click();
    return window.intruder;
  };

  /** The cells of the table of all plans: row -> [value, difference, mark] of each plan. */
  probe.plans = () => Object.fromEntries(all("#table-rows tr[data-row]").map((row) =>
    [row.dataset.row, all("td", row).map((cell) => [number(cell.querySelector("b").textContent),
      number(cell.querySelector(".sp-than").textContent) || 0, cell.className])]));

  /** The rows of the table of flows: from and to -> pupils. */
  probe.flows = () => Object.fromEntries(all("#table-rows tr[data-flow]").map((row) =>
    [row.dataset.flow, number(row.querySelector("b").textContent)]));

  /** The boxes of the names on the map at some zooms. */
  probe.names = function (zooms) {
    const draw = sp.drawPicture;
    const found = [];
    sp.drawPicture = (...given) => { const boxes = draw(...given); found.push(boxes); return boxes; };
    for (const more of zooms) {
      sp.map.setZoom(sp.map.getMinZoom() + more, { animate: false });
      sp.drawMap();
    }
    sp.drawPicture = draw;
    return found;
  };

  /** Pairs of symbols and numbers that touch on the map, and the schools under numbers, by stage. */
  probe.touching = () => sp.payload.stages.map((_, stage) => {
    sp.set({ stage });
    const view = sp.mapView();
    const picture = sp.shown(stage, sp.state.year);
    const gathered = sp.listGathered(view, picture, 1);
    const discs = gathered.map(({ at }) => [at, 9]);
    for (const entry of picture.standing) {
      const size = (entry.seats || entry.pupils) && sp.symbolSize(view, picture, entry.school, 1);
      const reach = entry.fresh ? 10 : entry.large ? 8 : entry.crowded ? 6.8 : 3.8;
      if (size) discs.push([sp.symbolAt(view, picture, entry.school, 1), reach * size]);
    }
    const touch = (one, other) => Math.hypot(one[0][0] - other[0][0], one[0][1] - other[0][1]) <
      one[1] + other[1] - 0.01;
    return [discs.filter((one, at) => discs.slice(0, at).some((other) => touch(one, other))).length,
      gathered.flatMap(({ schools }) => schools).length];
  });

  /** A press on the first number of the map: how many schools stood under numbers before and after. */
  probe.openNumber = function (wide) {
    sp.geometry.schoolPoints.forEach((point, at) => {
      if (wide) sp.geometry.schoolPoints[at] = [point[0] / wide, point[1] / wide];
    });
    const count = () => sp.listGathered(sp.mapView(), sp.shown(sp.state.stage, sp.state.year), 1);
    sp.map.setZoom(sp.map.getMinZoom() + 0.01, { animate: false });
    const before = count();
    const shown = document.querySelector("#legend .sp-gathered").offsetHeight > 0;
    const tip = sp.tipOf({ school: -1, block: -1, gathered: before[0].schools })
      .map((part) => part.textContent);
    sp.openGathered(before[0].schools);
    const still = new Set(count().flatMap(({ schools }) => schools));
    return { before: before[0].schools.length, shown, tip,
             after: before[0].schools.filter((school) => still.has(school)).length };
  };

  const standing = ([scenario, stage, year]) =>
    sp.model.picture(scenario, stage, year).standing.filter((entry) => entry.seats || entry.pupils);

  /** Standing schools that cannot hold the focus. */
  probe.withoutFocus = (at) => standing(at).filter((entry) => {
    sp.focusSchool(entry.school);
    return document.activeElement.textContent !== sp.model.schools[entry.school].name;
  }).length;

  probe.fresh = (at) => standing(at).filter((entry) => entry.fresh).length;

  /** Schools of a stage that open in a year of a scenario. */
  probe.opening = ([scenario, stage, year]) => sp.model.schoolRows[stage]
    .filter(({ school }) => sp.model.opened(scenario, school) === year).length;

  /** Where the parts of the page lie, what is cut, and how far it is too wide. */
  probe.layout = function () {
    const parts = ["bar", "panel", "map-frame", "timeline", "inset", "legend", "map-title"];
    const box = (id) => {
      const { left, top, right, bottom } = document.getElementById(id).getBoundingClientRect();
      return [left, top, right, bottom].map(Math.round);
    };
    const texts = "button, h1, h2, h3, dt, dd, label span, .sp-range, .sp-layer, legend";
    const cut = all(texts)
      .filter((item) => item.offsetParent && !item.closest(".sp-unseen, .sp-rank, #school-points"))
      .filter((item) => getComputedStyle(item).display !== "inline")
      .filter((item) => item.scrollWidth > item.clientWidth + 2)
      .map((item) => item.textContent.slice(0, 30));
    return { cut, wide: document.documentElement.scrollWidth - innerWidth,
             parts: Object.fromEntries(parts.map((id) => [id, box(id)])) };
  };

  /** Change the state and wait until the page has been laid out and painted. */
  probe.change = function ([key, value]) {
    sp.set({ [key]: value });
    return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  };
})(window.seatplan);
