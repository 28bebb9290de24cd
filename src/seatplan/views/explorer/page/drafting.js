// A draft: steps on a plan, followed year by year as seatplan follows a scenario. No page in here.
(function (root) {
  "use strict";
  const sp = (root.seatplan = root.seatplan || {});
  const drafting = (sp.drafting = {});

  /**
   * @typedef {[number, number]} Entry  [from year on, value]; the value -1: none
   * @typedef {{kind: string, year: number, [key: string]: any}} Step  as in a scenario file
   * @typedef {{key: string, values: Object<string, any>}} Fault  a phrase and what fills it
   * @typedef {Object} Place  a school
   * @property {string} id
   * @property {string} name
   * @property {number} east, north   millimetres: ties fall by these
   * @property {boolean} isPrivate
   * @property {boolean} present  whether the plan knows it
   * @property {number} opened, closes  0: before the base year, never
   * @property {number} site  position of the site that a draft builds it on, -1 for none
   * @property {?[number, number]} at  longitude and latitude that a draft builds it at
   * @typedef {Object} Plan
   * @property {Object} ground  what never changes: see `ground.js`
   * @property {Place[]} places
   * @property {Entry[][][]} zones  stage, block: school whose catchment it lies in
   * @property {Map<number, Entry[]>[]} rooms  stage, school: classrooms
   * @property {Map<number, {into: number, year: number}>} heirs  of merged schools
   * @property {Set<number>} loose  schools whose walks are guessed from straight lines
   */

  /** The entry that holds in a year; null where there is none yet. */
  drafting.inForce = function (/** @type {Entry[]} */ entries, year) {
    let held = null;
    for (const entry of entries || []) {
      if (entry[0] > year) break;
      held = entry;
    }
    return held;
  };

  /** The entries with one more, in place of that of its year. */
  function enter(/** @type {Entry[]} */ entries, year, value) {
    const kept = (entries || []).filter((entry) => entry[0] !== year);
    kept.push([year, value]);
    return kept.sort((a, b) => a[0] - b[0]);
  }

  /** A plan that steps may change; the ground's own stays as it is. */
  function copyPlan(ground) {
    return {
      ground,
      places: ground.places.map((place) => ({ ...place })),
      zones: ground.zones.map((stage) => stage.slice()),
      rooms: ground.rooms.map((stage) => new Map(stage)),
      heirs: new Map(ground.heirs),
      loose: new Set(),
    };
  }

  /**
   * Follow steps in the order of their years.
   * @param {Step[]} steps
   * @returns {{plan: Plan, faults: (Fault & {at: number})[]}} steps with a fault are passed over
   */
  drafting.follow = function (ground, steps) {
    const plan = copyPlan(ground);
    const faults = [];
    const order = steps.map((_, at) => at).sort((a, b) => steps[a].year - steps[b].year || a - b);
    for (const at of order) {
      const kind = KINDS[steps[at].kind];
      const fault = kind ? checkYear(plan, steps[at]) || kind(plan, steps[at])
        : { key: "refusal.kind", values: { kind: steps[at].kind } };
      if (fault) faults.push({ at, ...fault });
    }
    return { plan, faults };
  };

  drafting.find = (plan, id) => plan.places.findIndex((place) => place.present && place.id === id);

  /** Who has taken a school's pupils by a year: the school itself while it is not merged. */
  drafting.followHeirs = function ({ heirs }, school, year) {
    let at = school;
    for (let heir = heirs.get(at); heir && heir.year <= year; heir = heirs.get(at)) at = heir.into;
    return at;
  };

  /** Whether a school is open in a year. */
  drafting.isOpen = (place, year) => place.present && place.opened <= year &&
    (!place.closes || year < place.closes);

  /** Classrooms of a school by stage, those above 0. */
  drafting.countRooms = function (plan, at, year) {
    const found = new Map();
    plan.rooms.forEach((stage, number) => {
      const held = drafting.inForce(stage.get(at), year);
      if (held && held[1] > 0) found.set(number, held[1]);
    });
    return found;
  };

  // --- what a step may not do: the first reason, or null -------------------------------------

  const fault = (key, values) => ({ key: "refusal." + key, values });

  function checkYear({ ground }, { year }) {
    const [first, last] = [ground.base + 1, ground.base + ground.years.length - 1];
    return Number.isInteger(year) && year >= first && year <= last ? null
      : fault("year", { year, first, last });
  }

  function checkOpen(plan, id, year) {
    const at = drafting.find(plan, id);
    if (at < 0) return fault("unknown", { school: id });
    const { name, opened, closes } = plan.places[at];
    if (opened > year) return fault("opens", { school: name, year: opened });
    return closes && closes <= year ? fault("closed", { school: name, year: closes }) : null;
  }

  function checkTaught(plan, id, stage, year) {
    const at = drafting.find(plan, id);
    return drafting.countRooms(plan, at, year).has(stageAt(plan, stage)) ? null
      : fault("not_taught", { school: plan.places[at].name, stage, year });
  }

  const stageAt = (plan, stage) => plan.ground.stages.findIndex(({ code }) => code === stage);

  /** Blocks can be given only in stages that have catchments, where any has. */
  function checkZoned(plan, stage) {
    const { zoned } = plan.ground;
    return !zoned.size || zoned.has(stageAt(plan, stage)) ? null : fault("no_catchments", { stage });
  }

  /** A later step of the plan that names the school would no longer be possible. */
  function checkNamed(plan, id, year) {
    const later = plan.ground.named.find((step) => step.year > year && step.ids.has(id));
    return later ? fault("named", { school: plan.places[drafting.find(plan, id)].name, year: later.year })
      : null;
  }

  function checkClosing(plan, id, year) {
    const refused = checkOpen(plan, id, year) || checkNamed(plan, id, year);
    if (refused) return refused;
    const { name, opened, closes } = plan.places[drafting.find(plan, id)];
    if (closes) return fault("closed", { school: name, year: closes });
    return opened >= year ? fault("opens", { school: name, year: opened }) : null;
  }

  function checkRooms(plan, at, stages) {
    for (const stage of stages)
      for (const [year, rooms] of plan.rooms[stage].get(at) || [])
        if (rooms < 0) return fault("rooms", { school: plan.places[at].name, year, n: rooms });
    return null;
  }

  /** Numbers that are to be whole and at least so many; `least` null: any but 0. */
  function checkWhole(numbers, least) {
    const wrong = numbers.find((n) => !Number.isInteger(n) || (least === null ? n === 0 : n < least));
    return wrong === undefined && numbers.length ? null : fault("whole", { n: String(wrong) });
  }

  const ONE_PLACE = 1000; // millimetres: nearer points are one place
  const apart = (a, b) => Math.hypot(a.east - b.east, a.north - b.north);

  /** More rooms than the site takes that the school stands on. */
  function checkRoomOnSite(plan, at, year) {
    const rooms = [...drafting.countRooms(plan, at, year).values()].reduce((a, b) => a + b, 0);
    const site = plan.ground.sites.find((of) => apart(of, plan.places[at]) < ONE_PLACE);
    return site && rooms > site.most ? fault("site_rooms", { site: site.name, n: site.most, rooms })
      : null;
  }

  function checkSite(plan, site, step) {
    if (!site) return fault("no_site", { site: step.site });
    const rooms = Object.values(step.classrooms).reduce((a, b) => a + b, 0);
    if (rooms > site.most) return fault("site_rooms", { site: site.name, n: site.most, rooms });
    if (step.year < site.earliest) return fault("site_year", { site: site.name, year: site.earliest });
    const other = Object.keys(step.classrooms).find((stage) => !site.stages.includes(stage));
    return other ? fault("site_stage", { site: site.name, stage: other }) : null;
  }

  /** The blocks of a new school by stage: one list is that of every stage. */
  drafting.listByStage = ({ blocks, classrooms }) => (Array.isArray(blocks)
    ? Object.fromEntries(Object.keys(classrooms).map((stage) => [stage, blocks])) : blocks || {});

  // --- steps: each changes the plan, or returns why not ---------------------------------------

  const KINDS = {
    rezone(plan, step) {
      const refused = checkOpen(plan, step.school, step.year) ||
        checkTaught(plan, step.school, step.stage, step.year) || checkZoned(plan, step.stage);
      if (refused) return refused;
      const unknown = step.blocks.find((block) => !plan.ground.blockAt.has(block));
      if (unknown !== undefined) return fault("no_block", { block: unknown });
      zoneBlocks(plan, step.blocks, step.stage, step.year, drafting.find(plan, step.school));
      return null;
    },

    new_school(plan, step) {
      if (plan.places.some(({ id, present }) => present && id === step.school))
        return fault("taken", { school: step.school });
      const taught = Object.keys(step.classrooms);
      const unknown = taught.find((stage) => stageAt(plan, stage) < 0);
      if (unknown !== undefined) return fault("no_stage", { stage: unknown });
      const whole = checkWhole(Object.values(step.classrooms), 1);
      if (whole) return whole;
      const kind = step.school_kind || (taught.length === 1 ? taught[0] : null);
      if (kind && !plan.ground.kinds.has(kind)) return fault("school_kind", { kind });
      const site = plan.ground.sites.findIndex((of) => of.id === step.site);
      const blocks = drafting.listByStage(step);
      const idle = Object.keys(blocks).find((stage) => checkZoned(plan, stage));
      const refused = (idle && checkZoned(plan, idle)) ||
        (step.site !== undefined && checkSite(plan, plan.ground.sites[site], step));
      if (refused) return refused;
      const point = site >= 0 ? plan.ground.sites[site] : plan.ground.toMillimetres(step.at);
      const taken = plan.places.find((of) => drafting.isOpen(of, step.year) && apart(of, point) < ONE_PLACE);
      if (taken) return fault("one_place", { school: taken.name });
      plan.places.push({
        id: step.school, name: step.name, east: point.east, north: point.north, site,
        at: step.at || null, isPrivate: step.ownership === "private", present: true,
        opened: step.year, closes: 0,
      });
      const at = plan.places.length - 1;
      if (site < 0) plan.loose.add(at);
      for (const [stage, rooms] of Object.entries(step.classrooms))
        plan.rooms[stageAt(plan, stage)].set(at, [[step.year, rooms]]);
      for (const [stage, own] of Object.entries(blocks)) zoneBlocks(plan, own, stage, step.year, at);
      return null;
    },

    close(plan, step) {
      const refused = checkClosing(plan, step.school, step.year);
      if (refused) return refused;
      const at = drafting.find(plan, step.school);
      const held = listHeld(plan, at, step.year);
      plan.places[at].closes = step.year;
      handOver(plan, at, step.year, -1);
      held.forEach((blocks, stage) => {
        const partner = findPartner(plan, at, stage, step.year);
        if (partner < 0) return;
        for (const block of blocks)
          plan.zones[stage][block] = enter(plan.zones[stage][block], step.year, partner);
      });
      return null;
    },

    merge(plan, step) {
      for (const school of step.schools || []) {
        const refused = checkClosing(plan, school, step.year) ||
          checkOpen(plan, step.into, step.year);
        if (refused) return refused;
        const [at, heir] = [school, step.into].map((id) => drafting.find(plan, id));
        if (at === heir) return fault("itself", { school: plan.places[at].name });
        const own = drafting.countRooms(plan, at, step.year);
        const taught = drafting.countRooms(plan, heir, step.year);
        const missing = [...own.keys()].find((stage) => !taught.has(stage));
        if (missing !== undefined)
          return fault("not_taught", { school: plan.places[heir].name, year: step.year,
                                       stage: plan.ground.stages[missing].code });
        plan.places[at].closes = step.year;
        plan.heirs.set(at, { into: heir, year: step.year });
        handOver(plan, at, step.year, heir);
        if (step.keep_classrooms)
          own.forEach((rooms, stage) => addRooms(plan, heir, stage, step.year, rooms));
      }
      return null;
    },

    expand(plan, step) {
      const stages = Object.keys(step.classrooms);
      let refused = checkOpen(plan, step.school, step.year) || checkWhole(Object.values(step.classrooms), null);
      for (const stage of stages) refused = refused || checkTaught(plan, step.school, stage, step.year);
      if (refused) return refused;
      const at = drafting.find(plan, step.school);
      return changeRooms(plan, at, step.year, stages.map((stage) =>
        [stageAt(plan, stage), step.classrooms[stage]]), () => checkRoomOnSite(plan, at, step.year));
    },

    convert(plan, step) {
      const refused = checkOpen(plan, step.school, step.year) ||
        checkTaught(plan, step.school, step.from_stage, step.year) || checkWhole([step.classrooms], 1);
      if (refused) return refused;
      if (stageAt(plan, step.to_stage) < 0) return fault("no_stage", { stage: step.to_stage });
      return changeRooms(plan, drafting.find(plan, step.school), step.year,
        [[stageAt(plan, step.from_stage), -step.classrooms], [stageAt(plan, step.to_stage), step.classrooms]]);
    },
  };

  drafting.KINDS = Object.keys(KINDS);

  /** Change rooms by stage; where some year would be left with less than none, change nothing. */
  function changeRooms(plan, at, year, changes, also = () => null) {
    const before = changes.map(([stage]) => plan.rooms[stage].get(at));
    const taught = () => [...drafting.countRooms(plan, at, year).keys()].sort().join();
    const then = taught();
    for (const [stage, more] of changes) addRooms(plan, at, stage, year, more);
    const refused = checkRooms(plan, at, changes.map(([stage]) => stage)) ||
      (taught() === then ? null : checkNamed(plan, plan.places[at].id, year)) || also();
    if (refused)
      changes.forEach(([stage], number) => {
        if (before[number]) plan.rooms[stage].set(at, before[number]);
        else plan.rooms[stage].delete(at);
      });
    return refused;
  }

  /** So many rooms more from a year on, later entries included. */
  function addRooms(plan, at, stage, year, more) {
    const entries = plan.rooms[stage].get(at) || [];
    const held = drafting.inForce(entries, year);
    const raised = entries.map(([from, rooms]) => (from > year ? [from, rooms + more] : [from, rooms]));
    plan.rooms[stage].set(at, enter(raised, year, (held ? held[1] : 0) + more));
  }

  function zoneBlocks(plan, blocks, stage, year, school) {
    const zones = plan.zones[stageAt(plan, stage)];
    for (const id of blocks) {
      const block = plan.ground.blockAt.get(id);
      zones[block] = enter(zones[block], year, school);
    }
  }

  /** Blocks in the catchment of a school in a year, by stage. */
  function listHeld(plan, school, year) {
    return plan.zones.map((stage) => stage.flatMap((entries, block) => {
      const held = drafting.inForce(entries, year);
      return held && drafting.followHeirs(plan, held[1], year) === school ? [block] : [];
    }));
  }

  /** Every block of a school passes to its heir from a year on; -1: it has no catchment then. */
  function handOver(plan, school, year, heir) {
    for (const stage of plan.zones)
      stage.forEach((entries, block) => {
        const held = drafting.inForce(entries, year);
        let changed = entries;
        if (entries.some(([from, of]) => from > year && of === school))
          changed = entries.map(([from, of]) => [from, from > year && of === school ? heir : of]);
        if (held && held[1] === school) changed = enter(changed, year, heir);
        stage[block] = changed;
      });
  }

  /** An open school of the same lottery zone, -1 for none. */
  function findPartner(plan, school, stage, year) {
    const lots = plan.ground.lots[stage];
    const zone = lots.get(school + " " + year);
    if (zone === undefined) return -1;
    return plan.places.reduce((last, place, at) => (at !== school && drafting.isOpen(place, year) &&
      lots.get(at + " " + year) === zone ? at : last), -1);
  }
})(typeof globalThis === "undefined" ? window : globalThis);
