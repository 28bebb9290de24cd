// The steps of a draft: each changes the plan, or returns why not. No page in here.
(function (sp) {
  "use strict";
  const { drafting, refusals } = sp;

  /** @type {Record<string, (plan: Plan, step: Step) => Fault | null>} */
  const KINDS = {
    rezone(plan, step) {
      const refused = refusals.checkOpen(plan, step.school, step.year) ||
        refusals.checkTaught(plan, step.school, step.stage, step.year) || refusals.checkZoned(plan, step.stage);
      if (refused) return refused;
      const unknown = refusals.checkBlocks(plan, step.blocks);
      if (unknown) return unknown;
      zoneBlocks(plan, step.blocks, step.stage, step.year, drafting.find(plan, step.school));
      return null;
    },

    new_school(plan, step) {
      if (plan.places.some(({ id, present }) => present && id === step.school))
        return refusals.fault("taken", { school: step.school });
      const taught = Object.keys(step.classrooms);
      const unknown = taught.find((stage) => drafting.stageAt(plan, stage) < 0);
      if (unknown !== undefined) return refusals.fault("no_stage", { stage: unknown });
      const whole = refusals.checkWhole(Object.values(step.classrooms), 1);
      if (whole) return whole;
      const kind = step.school_kind || (taught.length === 1 ? taught[0] : null);
      if (kind && !plan.ground.kinds.has(kind)) return refusals.fault("school_kind", { kind });
      const site = plan.ground.sites.findIndex((of) => of.id === step.site);
      const blocks = drafting.listByStage(step);
      const strange = refusals.checkBlocks(plan, Object.values(blocks).flat());
      if (strange) return strange;
      const idle = Object.keys(blocks).find((stage) => refusals.checkZoned(plan, stage));
      const refused = (idle && refusals.checkZoned(plan, idle)) ||
        (step.site !== undefined && refusals.checkSite(plan.ground.sites[site], step));
      if (refused) return refused;
      const point = site >= 0 ? plan.ground.sites[site] : plan.ground.toMillimetres(step.at);
      const taken = plan.places.find((of) => drafting.isOpen(of, step.year) && refusals.apart(of, point) < refusals.ONE_PLACE);
      if (taken) return refusals.fault("one_place", { school: taken.name });
      plan.places.push({
        id: step.school, name: step.name, east: point.east, north: point.north, site,
        at: step.at || null, isPrivate: step.ownership === "private", present: true,
        opened: step.year, closes: 0,
      });
      const at = plan.places.length - 1;
      if (site < 0) plan.loose.add(at);
      for (const [stage, rooms] of Object.entries(step.classrooms))
        plan.rooms[drafting.stageAt(plan, stage)].set(at, [[step.year, rooms]]);
      for (const [stage, own] of Object.entries(blocks)) zoneBlocks(plan, own, stage, step.year, at);
      return null;
    },

    close(plan, step) {
      const refused = refusals.checkClosing(plan, step.school, step.year);
      if (refused) return refused;
      const at = drafting.find(plan, step.school);
      const held = listHeld(plan, at, step.year);
      plan.places[at].closes = step.year;
      handOver(plan, at, step.year, -1);
      held.forEach((blocks, stage) => {
        const partner = findPartner(plan, at, stage, step.year);
        if (partner < 0) return;
        for (const block of blocks)
          plan.zones[stage][block] = drafting.enter(plan.zones[stage][block], step.year, partner);
      });
      return null;
    },

    merge(plan, step) {
      for (const school of step.schools || []) {
        const refused = refusals.checkClosing(plan, school, step.year) ||
          refusals.checkOpen(plan, step.into, step.year);
        if (refused) return refused;
        const [at, heir] = [school, step.into].map((id) => drafting.find(plan, id));
        if (at === heir) return refusals.fault("itself", { school: plan.places[at].name });
        const own = drafting.countRooms(plan, at, step.year);
        const taught = drafting.countRooms(plan, heir, step.year);
        const missing = [...own.keys()].find((stage) => !taught.has(stage));
        if (missing !== undefined)
          return refusals.fault("not_taught", { school: plan.places[heir].name, year: step.year,
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
      let refused = refusals.checkOpen(plan, step.school, step.year) || refusals.checkWhole(Object.values(step.classrooms), null);
      for (const stage of stages) refused = refused || refusals.checkTaught(plan, step.school, stage, step.year);
      if (refused) return refused;
      const at = drafting.find(plan, step.school);
      return changeRooms(plan, at, step.year, stages.map((stage) =>
        [drafting.stageAt(plan, stage), step.classrooms[stage]]), () => refusals.checkRoomOnSite(plan, at, step.year));
    },

    convert(plan, step) {
      const refused = refusals.checkOpen(plan, step.school, step.year) ||
        refusals.checkTaught(plan, step.school, step.from_stage, step.year) || refusals.checkWhole([step.classrooms], 1);
      if (refused) return refused;
      if (drafting.stageAt(plan, step.to_stage) < 0) return refusals.fault("no_stage", { stage: step.to_stage });
      return changeRooms(plan, drafting.find(plan, step.school), step.year,
        [[drafting.stageAt(plan, step.from_stage), -step.classrooms], [drafting.stageAt(plan, step.to_stage), step.classrooms]]);
    },
  };

  /** Change rooms by stage; where some year would be left with less than none, change nothing.
   *  @param {Plan} plan @param {number} at @param {number} year
   *  @param {[number, number][]} changes @param {() => Fault | null} [also] */
  function changeRooms(plan, at, year, changes, also = () => null) {
    const before = changes.map(([stage]) => plan.rooms[stage].get(at));
    const taught = () => [...drafting.countRooms(plan, at, year).keys()].sort().join();
    const then = taught();
    for (const [stage, more] of changes) addRooms(plan, at, stage, year, more);
    const refused = refusals.checkRooms(plan, at, changes.map(([stage]) => stage)) ||
      (taught() === then ? null : refusals.checkNamed(plan, plan.places[at].id, year)) || also();
    if (refused)
      changes.forEach(([stage], number) => {
        if (before[number]) plan.rooms[stage].set(at, before[number]);
        else plan.rooms[stage].delete(at);
      });
    return refused;
  }

  /** So many rooms more from a year on, later entries included.
   *  @param {Plan} plan @param {number} at @param {number} stage @param {number} year
   *  @param {number} more */
  function addRooms(plan, at, stage, year, more) {
    const entries = plan.rooms[stage].get(at) || [];
    const held = drafting.inForce(entries, year);
    const raised = entries.map(([from, rooms]) =>
      /** @type {Entry} */ ([from, from > year ? rooms + more : rooms]));
    plan.rooms[stage].set(at, drafting.enter(raised, year, (held ? held[1] : 0) + more));
  }

  /** @param {Plan} plan @param {string[]} blocks @param {string} stage @param {number} year
   *  @param {number} school */
  function zoneBlocks(plan, blocks, stage, year, school) {
    const zones = plan.zones[drafting.stageAt(plan, stage)];
    for (const id of blocks) {
      const block = plan.ground.blockAt.get(id);
      if (block !== undefined) zones[block] = drafting.enter(zones[block], year, school);
    }
  }

  /** Blocks in the catchment of a school in a year, by stage.
   *  @param {Plan} plan @param {number} school @param {number} year */
  function listHeld(plan, school, year) {
    return plan.zones.map((stage) => stage.flatMap((entries, block) => {
      const held = drafting.inForce(entries, year);
      return held && drafting.followHeirs(plan, held[1], year) === school ? [block] : [];
    }));
  }

  /** Every block of a school passes to its heir from a year on; -1: it has no catchment then.
   *  @param {Plan} plan @param {number} school @param {number} year @param {number} heir */
  function handOver(plan, school, year, heir) {
    for (const stage of plan.zones)
      stage.forEach((entries, block) => {
        const held = drafting.inForce(entries, year);
        let changed = entries;
        if (entries.some(([from, of]) => from > year && of === school))
          changed = entries.map(([from, of]) =>
            /** @type {Entry} */ ([from, from > year && of === school ? heir : of]));
        if (held && held[1] === school) changed = drafting.enter(changed, year, heir);
        stage[block] = changed;
      });
  }

  /** An open school of the same lottery zone, -1 for none.
   *  @param {Plan} plan @param {number} school @param {number} stage @param {number} year */
  function findPartner(plan, school, stage, year) {
    const lots = plan.ground.lots[stage];
    const zone = lots.get(school + " " + year);
    if (zone === undefined) return -1;
    return plan.places.reduce((last, place, at) => (at !== school && drafting.isOpen(place, year) &&
      lots.get(at + " " + year) === zone ? at : last), -1);
  }

  /** A plan that steps may change; the ground's own stays as it is.
   *  @param {Ground} ground */
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

  /** Follow steps in the order of their years; those with a fault are passed over. */
  drafting.follow = function (ground, steps) {
    const plan = copyPlan(ground);
    const faults = [];
    const order = steps.map((_, at) => at).sort((a, b) => steps[a].year - steps[b].year || a - b);
    for (const at of order) {
      const kind = KINDS[steps[at].kind];
      const fault = kind ? refusals.checkYear(plan, steps[at]) || kind(plan, steps[at])
        : { key: "refusal.kind", values: { kind: steps[at].kind } };
      if (fault) faults.push({ at, ...fault });
    }
    return { plan, faults };
  };
})(globalThis.seatplan);
