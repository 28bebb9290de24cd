// What drafts stand on: a scenario's places, walks, catchments, rooms and homes. No page in here.
(function (sp) {
  "use strict";

  const MICRO = 1e6; // micrometres in a metre: walks are told apart by these

  /** The texts of a page that offers drafts.
   *  @param {Payload} payload */
  const boardOf = (payload) => /** @type {BoardTexts} */ (payload.board);

  /**
   * Read the ground of one scenario from what the page was written with.
   * The model tells whole pupils of stages and blocks.
   */
  sp.readGround = function (payload, columns, scenario, model) {
    const { years, stages } = payload;
    const board = boardOf(payload);
    const plan = board.plans[scenario];
    const ground = /** @type {Ground} */ ({
      years, base: payload.base, stages, blocks: payload.blocks.length, perClass: plan.perClass,
      blockAt: new Map(payload.blocks.map((id, at) => [id, at])), current: plan.current,
      places: readPlaces(payload, columns, scenario), sites: readSites(payload, columns),
      rooms: readRooms(payload, columns, scenario),
      heirs: readHeirs(plan), lots: stages.map((_, stage) => readLots(plan, stage)),
      shares: board.shares.map(([stage, block, place, share]) => ({ stage, block, place, share })),
      named: plan.steps.map((step) => ({
        year: step.year, ids: new Set([step.school, step.into, ...(step.schools || [])]) })),
      steps: plan.steps, kinds: new Set(Object.keys(payload.kinds)),
    });
    ground.zones = readZones(payload, columns, scenario);
    ground.zoned = new Set(stages.map((_, at) => at).filter((at) => ground.zones[at].some((of) => of.length)));
    leaveHandedOver(ground);
    addHomes(ground, payload, columns, plan.homes, (stage) =>
      (year, block) => model.ofBlock("pupils", scenario, stage, block, year));
    ground.totals = (stage) => years.map((_, year) => model.total(scenario, stage, year).residents);
    ground.isExact = (stage) => plan.current && board.zoned.includes(stages[stage].code) &&
      !board.partial.includes(stages[stage].code);
    ground.guess = readGuess(payload, columns);
    ground.toMillimetres = readProjection(payload, columns);
    ground.walk = readWalks(payload, columns, ground);
    return ground;
  };

  /** @param {PlanTexts} plan @returns {Map<number, Heir>} */
  const readHeirs = (plan) =>
    new Map(plan.heirs.map(([school, into, year]) => [school, { into, year }]));

  /** @param {PlanTexts} plan @param {number} stage @returns {Map<string, number>} */
  const readLots = (plan, stage) => new Map(plan.lots.filter(([of]) => of === stage)
    .map(([, school, year, zone]) => [school + " " + year, zone]));

  /** @param {Payload} payload @param {Columns} columns @param {number} scenario */
  function readPlaces(payload, columns, scenario) {
    const count = payload.schools.length;
    return payload.schools.map((texts, at) => ({
      id: texts[0], name: texts[1], isPrivate: texts[6] === "private", site: -1, at: null,
      east: columns.place_east[at], north: columns.place_north[at],
      present: columns.school_present[scenario * count + at] === 1,
      opened: columns.school_opened[scenario * count + at],
      closes: columns.school_closes[scenario * count + at],
    }));
  }

  /** @param {Payload} payload @param {Columns} columns */
  function readSites(payload, columns) {
    const first = payload.schools.length;
    return boardOf(payload).sites.map(([id, name, stages, most, earliest, ...at], number) => ({
      id, name, stages, most, earliest, at,
      east: columns.place_east[first + number], north: columns.place_north[first + number],
    }));
  }

  /** @param {Payload} payload @param {Columns} columns @param {number} scenario */
  function readZones(payload, columns, scenario) {
    const zones = payload.stages.map(() =>
      payload.blocks.map(() => /** @type {Entry[]} */ ([])));
    /** @param {string} name */
    const of = (name) => columns[`plan${scenario}_zone_${name}`];
    const [stage, year, school] = ["stage", "year", "school"].map(of);
    of("block").forEach((block, row) => zones[stage[row]][block].push([year[row], school[row]]));
    zones.forEach((blocks) => blocks.forEach((entries) => entries.sort((a, b) => a[0] - b[0])));
    return zones;
  }

  /**
   * Leave out the entries by which a closing school handed its blocks on: who is in its catchment
   * follows it to its heir (`counting.js`), unless a draft gives the block elsewhere before.
   * @param {Ground} ground
   */
  function leaveHandedOver(ground) {
    const ids = [...ground.blockAt.keys()];
    const given = new Set(ground.steps.flatMap(listGiven));
    ground.zones = ground.zones.map((blocks, stage) => blocks.map((entries, block) => {
      let held = -1;
      return entries.filter(([year, school]) => {
        const from = sp.drafting.followHeirs(ground, held, year - 1);
        const heir = ground.heirs.get(from);
        const handed = from >= 0 && ground.places[from].closes === year &&
          school === (heir ? heir.into : -1) &&
          !given.has([ground.stages[stage].code, ids[block], year].join(" "));
        if (!handed) held = school;
        return !handed;
      });
    }));
  }

  /** Stage, block and year of each block that a step gives to a school.
   *  @param {Step} step */
  function listGiven(step) {
    if (!step.blocks || !["rezone", "new_school", "lottery_zone"].includes(step.kind)) return [];
    const byStage = step.kind === "new_school" ? sp.drafting.listByStage(step) : { [step.stage]: step.blocks };
    return Object.entries(byStage).flatMap(([of, own]) => own.map((/** @type {string} */ block) =>
      [of, block, step.year].join(" ")));
  }

  /** @param {Payload} payload @param {Columns} columns @param {number} scenario */
  function readRooms(payload, columns, scenario) {
    const rooms = payload.stages.map(() => /** @type {Map<number, Entry[]>} */ (new Map()));
    /** @param {string} name */
    const of = (name) => columns[`plan${scenario}_room_${name}`];
    const [stage, year, count] = ["stage", "year", "count"].map(of);
    of("school").forEach((school, row) => {
      const own = rooms[stage[row]];
      if (!own.has(school)) own.set(school, []);
      own.get(school)?.push([year[row], count[row]]);
    });
    rooms.forEach((schools) => schools.forEach((entries) => entries.sort((a, b) => a[0] - b[0])));
    return rooms;
  }

  /** Pupils of each block (block x year) and those of the entry grade; private schools' shares.
   *  @param {Ground} ground @param {Payload} payload @param {Columns} columns
   *  @param {number} version
   *  @param {(stage: number) => (year: number, block: number) => number} wholeOf */
  function addHomes(ground, payload, columns, version, wholeOf) {
    const { zoned } = boardOf(payload);
    const size = ground.blocks * ground.years.length;
    /** @param {string} name @param {number} stage */
    const slice = (name, stage) => {
      const at = zoned.indexOf(payload.stages[stage].code);
      return at < 0 ? null : columns[`homes${version}_${name}`].subarray(at * size, (at + 1) * size);
    };
    const whole = new Map();
    /** @param {number} stage */
    ground.living = (stage) => {
      if (slice("living", stage)) return slice("living", stage);
      if (!whole.has(stage)) {
        const of = wholeOf(stage);
        whole.set(stage, Float64Array.from({ length: size }, (_, cell) =>
          of(cell % ground.years.length, Math.floor(cell / ground.years.length))));
      }
      return whole.get(stage);
    };
    /** @param {number} stage */
    ground.entering = (stage) => slice("entering", stage);
    /** @param {string} name */
    const of = (name) => columns[`homes${version}_lived_${name}`];
    const [stages, schools, shares] = ["stage", "school", "share"].map(of);
    const lived = Array.from(of("block"), (block, row) =>
      ({ stage: stages[row], block, place: schools[row], share: shares[row] }));
    /** @param {number} stage */
    ground.lived = (stage) => lived.filter((entry) => entry.stage === stage);
  }

  /**
   * The walk of a block to a place in micrometres: Infinity where there is no way, -1 where the
   * page does not hold it since others are nearer; of a place that a draft drew, a guess.
   * @param {Payload} payload @param {Columns} columns @param {Ground} ground
   */
  function readWalks(payload, columns, ground) {
    const { blocks } = ground;
    const { walked, whole } = boardOf(payload);
    const count = payload.schools.length + ground.sites.length;
    const known = new Float64Array(blocks * count).fill(-1);
    readNearest(payload, columns, blocks, known, count);
    if (whole)
      for (let block = 0; block < blocks; block++)
        for (const place of walked) known[block * count + place] = Infinity;
    const few = columns.walk_place.length / (blocks || 1);
    columns.walk_place.forEach((place, cell) => {
      if (place >= 0) known[Math.floor(cell / few) * count + place] =
        columns.walk_mm[cell] * 1000 + columns.walk_um[cell];
    });
    return (/** @type {number} */ block, /** @type {Place} */ place, /** @type {number} */ at) => {
      if (place.at) return ground.guess(block, place, at);
      return known[block * count + (place.site >= 0 ? payload.schools.length + place.site : at)];
    };
  }

  /** Of other stages the page holds a few nearest schools of each block, in whole metres.
   *  @param {Payload} payload @param {Columns} columns @param {number} blocks
   *  @param {Float64Array} known @param {number} count */
  function readNearest(payload, columns, blocks, known, count) {
    const few = columns.nearest_school.length / (payload.stages.length * blocks || 1);
    columns.nearest_school.forEach((school, cell) => {
      const block = Math.floor(cell / few) % blocks;
      if (school >= 0) known[block * count + school] = columns.nearest_metres[cell] * MICRO;
    });
  }

  /** A straight line times the district's detour, micrometres.
   *  @param {Payload} payload @param {Columns} columns */
  function readGuess(payload, columns) {
    const { step, corner } = payload.grid;
    const metres = step * 111320;
    const narrow = Math.cos(((corner[1] + 0.2) * Math.PI) / 180);
    return (/** @type {number} */ block, /** @type {Place} */ place, /** @type {number} */ at) => {
      const [x, y] = place.at ? [(place.at[0] - corner[0]) / step, (place.at[1] - corner[1]) / step]
        : [columns.school_x[at], columns.school_y[at]];
      const east = (x - columns.block_x[block]) * metres * narrow;
      const north = (y - columns.block_y[block]) * metres;
      return Math.round(Math.hypot(east, north) * boardOf(payload).detour * MICRO);
    };
  }

  /** Where a longitude and latitude lies among the places, millimetres, as near as a page can say.
   *  @param {Payload} payload @param {Columns} columns */
  function readProjection(payload, columns) {
    const { step, corner } = payload.grid;
    const metres = step * 111320 * 1000;
    const narrow = Math.cos(((corner[1] + 0.2) * Math.PI) / 180);
    return (/** @type {Point} */ [longitude, latitude]) => {
      const [x, y] = [(longitude - corner[0]) / step, (latitude - corner[1]) / step];
      /** @param {number} at */
      const far = (at) => Math.hypot(columns.school_x[at] - x, columns.school_y[at] - y);
      let at = 0;
      payload.schools.forEach((_, school) => { if (far(school) < far(at)) at = school; });
      return { east: columns.place_east[at] + (x - columns.school_x[at]) * metres * narrow,
               north: columns.place_north[at] + (y - columns.school_y[at]) * metres };
    };
  }
})(globalThis.seatplan);
