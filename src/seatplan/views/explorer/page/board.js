// The drawing board: drafts, what is picked, and what each action makes of them.
(function (sp) {
  "use strict";

  const board = (sp.board = /** @type {Board} */ ({
    drafts: /** @type {Draft[]} */ ([]), at: 0, blocks: new Set(), school: -1, site: -1, point: null,
                              tool: "", year: 0, told: null }));
  /** @type {Map<number, Ground>} */
  const grounds = new Map(); // plan -> what its drafts stand on
  /** @type {WeakMap<Draft, Work>} */
  const works = new WeakMap(); // draft -> what it comes to, until it changes
  /** @type {Plan | null} */
  let shownPlan = null; // whose schools are on the map

  board.offered = () => Boolean(sp.payload.board);
  board.draft = () => board.drafts[board.at];
  board.ground = function (base) {
    const known = grounds.get(base);
    if (known) return known;
    const ground = sp.readGround(sp.payload, sp.model.columns, base, sp.model);
    grounds.set(base, ground);
    return ground;
  };

  // --- what the draft comes to ----------------------------------------------------------------

  /** The plan with a draft's steps, its faults, and its counts by stage as they are asked for. */
  board.workOf = function (draft) {
    const known = works.get(draft);
    if (known && known.steps === draft.steps) return known;
    const work = { draft, steps: draft.steps, counts: new Map(), pictures: new Map(),
                   ...sp.drafting.follow(board.ground(draft.base), draft.steps) };
    works.set(draft, work);
    return work;
  };

  board.work = function () {
    const work = board.workOf(board.draft());
    if (shownPlan !== work.plan) showPlaces(work.plan);
    shownPlan = work.plan;
    return work;
  };

  board.count = (stage) => board.countOf(board.work(), stage);
  board.countOf = function ({ counts, plan, draft }, stage) {
    const known = counts.get(stage);
    if (known) return known;
    const found = sp.counting.count(plan, stage);
    found.exact = found.exact && board.before(draft.base, stage).exact;
    counts.set(stage, found);
    return found;
  };

  /** The plan without the draft, counted the same way; exact where it meets the plan's own tables. */
  board.before = function (base, stage) {
    const ground = board.ground(base);
    const counts = (ground.counts = ground.counts || new Map());
    const known = counts.get(stage);
    if (known) return known;
    const found = sp.counting.count(sp.drafting.follow(ground, []).plan, stage);
    found.exact = found.exact && sp.model.schoolRows[stage].every(({ row, school }) =>
      ground.years.every((_, year) => sp.model.cell("schools", "residents", base, row, year) ===
        found.residents[year * found.places + school]));
    counts.set(stage, found);
    return found;
  };

  /** Schools that the draft draws stand behind those of the page: on the map and in lists.
   *  @param {Plan} plan */
  function showPlaces(plan) {
    const { schools, columns } = sp.model;
    const own = plan.ground.places.length;
    schools.length = sp.geometry.schoolPoints.length = own;
    for (const place of plan.places.slice(own)) {
      const site = plan.ground.sites[place.site];
      schools.push({ id: place.id, name: place.name, nameEn: "", kind: "", setting: "", runBy: "",
                     ownership: "public", township: "", provenance: "plan" });
      const at = site ? site.at : place.at;
      if (at) sp.geometry.schoolPoints.push(sp.geometry.toPlane(...at));
    }
    if (sp.ready && columns) sp.syncSchoolButtons();
  }

  /** The same shape as a picture of a scenario. */
  board.picture = function (stage, year) {
    const { pictures, plan, draft } = board.work();
    const key = stage + " " + year;
    const known = pictures.get(key);
    if (known) return known;
    const picture = paint(plan, draft, board.count(stage), stage, year);
    pictures.set(key, picture);
    return picture;
  };

  /** @param {Plan} plan @param {Draft} draft @param {Count} count @param {number} stage
   *  @param {number} year @returns {Picture} */
  function paint(plan, draft, count, stage, year) {
    const standing = /** @type {Standing[]} */ ([]);
    const counts = [0, 0, 0, 0, 0, 0, 0];
    const classOf = new Int8Array(count.places).fill(-1);
    for (const school of count.taught) {
      const cell = year * count.places + school;
      const [seats, residents] = [count.seats[cell], count.residents[cell]];
      if (!seats && !residents) continue;
      const klass = sp.model.classOf(seats - residents);
      standing.push({ school, row: -1, seats, residents, pupils: 0, balance: seats - residents, klass,
        fresh: plan.places[school].opened > sp.payload.base });
      classOf[school] = klass;
      counts[klass] += 1;
    }
    const byCatchments = sp.model.hasCatchments(stage);
    const zone = count.zone.subarray(year * count.blocks, (year + 1) * count.blocks);
    const blockSchool = Int32Array.from(zone, (school) => (byCatchments ? school : -1));
    const short = standing.filter((entry) => entry.balance < 0)
      .sort((a, b) => a.balance - b.balance || a.school - b.school);
    return { scenario: draft.base, stage, year, standing, counts, short, byCatchments, blockSchool,
      blockClass: Int8Array.from(blockSchool, (school) => (school < 0 ? -1 : classOf[school])),
      shortage: -short.reduce((sum, entry) => sum + entry.balance, 0), draft: draft.name,
      sites: sp.board.freeSites(plan, stage).map((site) =>
        ({ site, place: sp.geometry.toPlane(...plan.ground.sites[site].at) })),
      crowded: 0, large: 0 };
  }

  /** What the map, the legend and the years show: the draft while it is drawn, else the scenario. */
  sp.shown = (stage, year) => (sp.state.edit ? board.picture(stage, year)
    : sp.model.picture(sp.state.scenario, stage, year));
  sp.shownBefore = (stage, year) =>
    sp.model.picture(sp.state.edit ? board.draft().base : 0, stage, year);
  sp.shownName = () => (sp.state.edit ? board.draft().name : sp.scenarioName(sp.state.scenario));
  sp.shownTotal = function (stage, year) {
    const total = sp.model.total(sp.state.scenario, stage, year);
    if (!sp.state.edit) return total;
    const { seats, places } = board.count(stage);
    const sum = seats.subarray(year * places, (year + 1) * places).reduce((a, b) => a + b, 0);
    return { ...total, seats: sum, balance: sum - total.residents };
  };

  // --- drafts -----------------------------------------------------------------------------------

  /** Draw on the scenario that is shown: go on with a draft of it, or begin one. */
  board.open = function () {
    const { scenario } = sp.state;
    if (!board.drafts.length || board.draft().base !== scenario) {
      const known = board.drafts.findIndex(({ base }) => base === scenario);
      if (known < 0) board.add(scenario);
      else board.at = known;
    }
    board.clear();
    board.year = board.firstYear();
    sp.set({ edit: true, selected: null, table: false });
  };

  /** The year from which a step holds unless another is chosen: the one that is shown. */
  board.firstYear = () => Math.max(sp.payload.base + 1, sp.model.years[sp.state.year]);

  /** From the card of a block: begin to draw by giving it to a school. */
  board.giveFromCard = function (block, school) {
    board.open();
    board.blocks.add(block);
    board.give(school);
  };

  board.add = function (base, steps, name, locked) {
    board.drafts.push({ name: name || freeName(), base, steps: steps || [], locked: locked || [],
                        past: [], future: [] });
    board.at = board.drafts.length - 1;
    board.clear();
  };

  function freeName() {
    let number = 1;
    const name = () => sp.say("draft.name", { n: number });
    while (board.drafts.some((draft) => draft.name === name())) number += 1;
    return name();
  }

  board.choose = function (at) {
    board.at = at;
    board.clear();
    sp.set({ scenario: board.draft().base });
  };

  board.remove = function () {
    board.drafts.splice(board.at, 1);
    board.at = Math.max(0, board.at - 1);
    if (board.drafts.length) board.choose(board.at);
    else sp.set({ edit: false });
  };

  board.clear = function () {
    board.blocks.clear();
    Object.assign(board, { school: -1, site: -1, point: null, told: null, tool: "" });
  };

  board.isPicking = () => Boolean(board.blocks.size || board.school >= 0 || board.site >= 0 || board.point);

  /** Change the draft, so that it can be undone. */
  board.change = function (changes) {
    const draft = board.draft();
    draft.past.push({ steps: draft.steps, locked: draft.locked });
    draft.future = [];
    Object.assign(draft, changes);
    sp.set({});
  };

  board.undo = () => turn("past", "future");
  board.redo = () => turn("future", "past");

  /** @param {"past" | "future"} from @param {"past" | "future"} to */
  function turn(from, to) {
    const draft = board.draft();
    const other = draft[from].pop();
    if (!other) return;
    draft[to].push({ steps: draft.steps, locked: draft.locked });
    Object.assign(draft, other);
    board.told = null;
    sp.set({});
  }

  // --- steps ------------------------------------------------------------------------------------

  /** Add a step, unless something stands against it; say so then. */
  board.step = function (step) {
    const steps = addStep(board.draft().steps, step);
    const faults = sp.drafting.follow(board.ground(board.draft().base), steps).faults;
    board.told = faults.length ? sp.sayRefusal(faults[faults.length - 1]) : null;
    if (board.told) return sp.set({});
    board.blocks.clear();
    Object.assign(board, { site: -1, point: null, tool: "" });
    return board.change({ steps });
  };

  /** Blocks that are given again leave their former step of that year; equal steps become one.
   *  @param {Step[]} steps @param {Step} step */
  function addStep(steps, step) {
    if (step.kind !== "rezone") return [...steps, step];
    const gone = new Set(step.blocks);
    /** @param {number} other */
    /** @param {Step} other */
    const alike = (other) => other.kind === "rezone" && other.stage === step.stage && other.year === step.year;
    const kept = steps.map((other) => (alike(other)
      ? { ...other, blocks: other.blocks.filter((/** @type {string} */ block) => !gone.has(block)) } : other))
      .filter((other) => other.kind !== "rezone" || other.blocks.length);
    const same = kept.findIndex((other) => alike(other) && other.school === step.school);
    const last = kept.length - 1;
    if (same < 0 || same < last) return [...kept, step];
    return [...kept.slice(0, last), { ...kept[last], blocks: [...kept[last].blocks, ...step.blocks] }];
  }

  board.give = function (school) {
    const free = [...board.blocks].filter((block) => !board.isLocked(block));
    if (!free.length) return;
    const { plan } = board.work();
    board.step({ kind: "rezone", stage: stageCode(), school: plan.places[school].id,
      blocks: free.map((block) => sp.model.blocks[block]).sort(), year: board.year });
  };

  const stageCode = () => sp.payload.stages[sp.state.stage].code;

  board.build = function ({ name, classrooms }) {
    const { plan } = board.work();
    const site = plan.ground.sites[board.site];
    board.step({ kind: "new_school", school: freeId(plan), name, year: board.year,
      ...(site ? { site: site.id } : { at: board.point }), classrooms: { [stageCode()]: classrooms },
      ...(board.blocks.size && plan.ground.zoned.has(sp.state.stage) ? { blocks: [...board.blocks].map((block) => sp.model.blocks[block]).sort() } : {}) });
  };

  /** @param {Plan} plan */
  function freeId(plan) {
    let number = 1;
    const taken = new Set(plan.places.map(({ id }) => id));
    while (taken.has("D" + number)) number += 1;
    return "D" + number;
  }

  board.isLocked = (block) => board.draft().locked.includes(sp.model.blocks[block]);

  board.lock = function () {
    const ids = [...board.blocks].map((block) => sp.model.blocks[block]);
    const { locked } = board.draft();
    const all = ids.every((id) => locked.includes(id));
    board.change({ locked: all ? locked.filter((id) => !ids.includes(id))
      : [...new Set([...locked, ...ids])].sort() });
  };

  board.drop = function (at) {
    board.change({ steps: board.draft().steps.filter((_, other) => other !== at) });
  };

  /** Keys of the board; true where one was meant. */
  board.press = function (event) {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    const held = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (held && !typing && (key === "z" || key === "y")) {
      event.preventDefault();
      (key === "y" || event.shiftKey ? board.redo : board.undo)();
      return true;
    }
    if (event.key !== "Escape" || !(board.isPicking() || board.tool)) return false;
    board.clear();
    sp.set({});
    return true;
  };
})(globalThis.seatplan);
