// What a step may not do: each check returns the first reason, or null. No page in here.
(function (sp) {
  "use strict";
  const { drafting } = sp;

  /** @param {string} key @param {Values} values */
  const fault = (key, values) => ({ key: "refusal." + key, values });

  /** @param {Plan} given @param {Step} of */
  function checkYear({ ground }, { year }) {
    const [first, last] = [ground.base + 1, ground.base + ground.years.length - 1];
    return Number.isInteger(year) && year >= first && year <= last ? null
      : fault("year", { year, first, last });
  }

  /** @param {Plan} plan @param {string} id @param {number} year */
  function checkOpen(plan, id, year) {
    const at = drafting.find(plan, id);
    if (at < 0) return fault("unknown", { school: id });
    const { name, opened, closes } = plan.places[at];
    if (opened > year) return fault("opens", { school: name, year: opened });
    return closes && closes <= year ? fault("closed", { school: name, year: closes }) : null;
  }

  /** @param {Plan} plan @param {string} id @param {string} stage @param {number} year */
  function checkTaught(plan, id, stage, year) {
    const at = drafting.find(plan, id);
    return drafting.countRooms(plan, at, year).has(drafting.stageAt(plan, stage)) ? null
      : fault("not_taught", { school: plan.places[at].name, stage, year });
  }

  /** Blocks can be given only in stages that have catchments, where any has.
   *  @param {Plan} plan @param {string} stage */
  function checkZoned(plan, stage) {
    const { zoned } = plan.ground;
    return !zoned.size || zoned.has(drafting.stageAt(plan, stage)) ? null : fault("no_catchments", { stage });
  }

  /** @param {Plan} plan @param {string[]} blocks */
  function checkBlocks(plan, blocks) {
    const unknown = blocks.find((block) => !plan.ground.blockAt.has(block));
    return unknown === undefined ? null : fault("no_block", { block: unknown });
  }

  /** A later step of the plan that names the school would no longer be possible.
   *  @param {Plan} plan @param {string} id @param {number} year */
  function checkNamed(plan, id, year) {
    const later = plan.ground.named.find((step) => step.year > year && step.ids.has(id));
    return later ? fault("named", { school: plan.places[drafting.find(plan, id)].name, year: later.year })
      : null;
  }

  /** @param {Plan} plan @param {string} id @param {number} year */
  function checkClosing(plan, id, year) {
    const refused = checkOpen(plan, id, year) || checkNamed(plan, id, year);
    if (refused) return refused;
    const { name, opened, closes } = plan.places[drafting.find(plan, id)];
    if (closes) return fault("closed", { school: name, year: closes });
    return opened >= year ? fault("opens", { school: name, year: opened }) : null;
  }

  /** @param {Plan} plan @param {number} at @param {number[]} stages */
  function checkRooms(plan, at, stages) {
    for (const stage of stages)
      for (const [year, rooms] of plan.rooms[stage].get(at) || [])
        if (rooms < 0) return fault("rooms", { school: plan.places[at].name, year, n: rooms });
    return null;
  }

  /** Numbers that are to be whole and at least so many; `least` null: any but 0.
   *  @param {unknown[]} numbers @param {number | null} least */
  function checkWhole(numbers, least) {
    const wrong = numbers.find((n) => !Number.isInteger(n) || (least === null ? n === 0 : Number(n) < least));
    return wrong === undefined && numbers.length ? null : fault("whole", { n: String(wrong) });
  }

  const ONE_PLACE = 1000; // millimetres: nearer points are one place
  /** @param {Spot} a @param {Spot} b */
  const apart = (a, b) => Math.hypot(a.east - b.east, a.north - b.north);

  /** More rooms than the site takes that the school stands on.
   *  @param {Plan} plan @param {number} at @param {number} year */
  function checkRoomOnSite(plan, at, year) {
    const rooms = [...drafting.countRooms(plan, at, year).values()].reduce((a, b) => a + b, 0);
    const site = plan.ground.sites.find((of) => apart(of, plan.places[at]) < ONE_PLACE);
    return site && rooms > site.most ? fault("site_rooms", { site: site.name, n: site.most, rooms })
      : null;
  }

  /** @param {Site | undefined} site @param {Step} step */
  function checkSite(site, step) {
    if (!site) return fault("no_site", { site: step.site });
    const rooms = Object.values(step.classrooms).reduce((a, b) => a + b, 0);
    if (rooms > site.most) return fault("site_rooms", { site: site.name, n: site.most, rooms });
    if (step.year < site.earliest) return fault("site_year", { site: site.name, year: site.earliest });
    const other = Object.keys(step.classrooms).find((stage) => !site.stages.includes(stage));
    return other ? fault("site_stage", { site: site.name, stage: other }) : null;
  }

  sp.refusals = { fault, apart, ONE_PLACE, checkYear, checkOpen, checkTaught, checkZoned, checkBlocks, checkNamed,
    checkClosing, checkRooms, checkWhole, checkRoomOnSite, checkSite };
})(globalThis.seatplan);
