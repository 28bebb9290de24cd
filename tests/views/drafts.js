// Random drafts on a page, as a planner might draw them, and what the page counts of them.
(function (sp) {
  "use strict";

  const probe = (sp.probe = sp.probe || {});

  /** Numbers from 0 to 1, the same for the same seed. */
  function random(seed) {
    let state = seed;
    return () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state / 0x80000000;
    };
  }

  /** A step of any kind, possible or not. */
  function guess(next, plan, ground, number) {
    const pick = (from) => from[Math.floor(next() * from.length)];
    const zoned = ground.stages.map((_, at) => at).filter((at) => ground.stages[at].intake === "catchment");
    const at = pick(zoned);
    const stage = ground.stages[at].code;
    const school = () => plan.places[pick([...plan.rooms[at].keys()])].id;
    const year = ground.base + 1 + Math.floor(next() * (ground.years.length - 1));
    const ids = [...ground.blockAt.keys()];
    const kind = next();
    if (kind < 0.4) {
      const first = Math.floor(next() * ids.length);
      return { kind: "rezone", stage, school: school(), blocks: ids.slice(first, first + 1 + Math.floor(next() * 4)), year };
    }
    if (kind < 0.55 && ground.sites.length) {
      const site = pick(ground.sites);
      const step = { kind: "new_school", school: "D" + number, name: "新校" + number, site: site.id,
        year: Math.max(year, site.earliest), classrooms: { [pick(site.stages)]: 1 + Math.floor(next() * site.most) } };
      return next() < 0.3 ? { ...step, blocks: [pick(ids), pick(ids)] } : step;
    }
    if (kind < 0.7) return { kind: "close", school: school(), year };
    if (kind < 0.82)
      return { kind: "merge", schools: [school()], into: school(), year, ...(next() < 0.5 ? { keep_classrooms: true } : {}) };
    if (kind < 0.92)
      return { kind: "expand", school: school(), year, classrooms: { [stage]: Math.floor(next() * 20) - 8 || 2 } };
    return { kind: "convert", school: school(), year, from_stage: stage, classrooms: 1 + Math.floor(next() * 6),
             to_stage: ground.stages[pick(zoned.filter((other) => other !== at))].code };
  }

  /** Draw a draft on a scenario; return its file and what the page counts, by stage. */
  probe.drawDraft = function ([scenario, seed]) {
    const { board } = sp;
    const next = random(seed);
    sp.set({ scenario });
    board.add(scenario);
    board.open();
    const ground = board.ground(scenario);
    const wanted = 3 + Math.floor(next() * 8);
    for (let tries = 0; tries < 60 && board.draft().steps.length < wanted; tries++)
      board.step(guess(next, board.work().plan, ground, tries));
    const counts = {};
    ground.stages.forEach((stage, at) => {
      if (stage.intake === "catchment") counts[stage.code] = readCount(board.count(at), ground);
    });
    return { text: board.write(), steps: board.draft().steps, counts };
  };

  function readCount(count, ground) {
    const { plan, places, blocks } = count;
    const years = ground.years.map((_, at) => at);
    return {
      exact: count.exact,
      zones: years.map((year) => Array.from(count.zone.subarray(year * blocks, (year + 1) * blocks),
        (school) => (school < 0 ? "" : plan.places[school].id))),
      walks: years.map((year) => Array.from({ length: blocks }, (_, block) => {
        const metres = sp.board.walk(count, block, count.zone[year * blocks + block]);
        return Number.isFinite(metres) ? Math.round(metres) : null;
      })),
      schools: Object.fromEntries(count.taught.map((school) => [plan.places[school].id, years.map((year) => {
        const cell = year * places + school;
        return [count.rooms[cell], count.seats[cell], count.residents[cell], count.entrants[cell]];
      })])),
    };
  }
})(window.seatplan);
