// What a plan comes to, stage by stage: catchments, seats, residents, walks. No page in here.
// The same rules as seating/zoning.py and measures/schools.py, in the same order of sums.
(function (sp) {
  "use strict";
  const counting = (sp.counting = /** @type {Seatplan["counting"]} */ ({}));

  const UNITS = 1e6; // parts of a pupil that are told apart
  const SLIGHT = 1e-3; // pupils; sums of the same pupils in two orders differ by less
  const FAR = Infinity;
  const { groupBlocks, lotOf } = sp.sharing;

  /** A half goes to the even number, as in numpy.
   *  @param {number} value */
  const rint = (value) => {
    const floor = Math.floor(value);
    const rest = value - floor;
    return rest > 0.5 || (rest === 0.5 && floor % 2) ? floor + 1 : floor;
  };

  /** Count a stage of a plan. */
  counting.count = function (plan, stage) {
    const { ground } = plan;
    const of = survey(plan, stage);
    const { intake } = ground.stages[stage];
    const found = /** @type {Count} */ ({ ...of, zone: new Int32Array(of.years * of.blocks).fill(-1), exact: ground.isExact(stage) });
    if (intake === "seats") sp.sharing.shareBySeats(of, found);
    else {
      found.zone = intake === "nearest" || !ground.current ? zoneNearest(of) : zoneCurrent(of);
      sp.sharing.shareByZone(of, found);
    }
    found.residents = roundResidents(plan, of, found.lived, ground.totals(stage));
    found.exact = found.exact && !of.taught.some((at) => plan.loose.has(at)) && !of.guessed;
    return found;
  };

  /** What the rules see of one stage.
   *  @param {Plan} plan @param {number} stage */
  function survey(plan, stage) {
    const { ground } = plan;
    const [years, blocks, places] = [ground.years.length, ground.blocks, plan.places.length];
    const taught = [...plan.rooms[stage].keys()].sort((a, b) => a - b)
      .filter((at) => plan.places[at].present);
    const [rooms, seats, whole] = [new Int32Array(years * places), new Float64Array(years * places),
                                   new Int32Array(years * places)];
    for (const at of taught)
      ground.years.forEach((year, when) => {
        const held = sp.drafting.inForce(plan.rooms[stage].get(at), year);
        const cell = when * places + at;
        rooms[cell] = held && sp.drafting.isOpen(plan.places[at], year) ? held[1] : 0;
        seats[cell] = rooms[cell] * ground.perClass[stage][when];
        whole[cell] = Math.floor(seats[cell] + 1e-9);
      });
    const order = orderPlaces(plan, taught);
    const of = /** @type {Survey} */ ({
      plan, ground, stage, years, blocks, places, taught, order, rooms, offered: seats, seats: whole,
      guessed: 0, isTaught: new Uint8Array(places), lots: readLots(ground, stage, places), living: ground.living(stage),
      open: order.filter((at) => !plan.places[at].isPrivate), sharing: new Map(), shared: new Uint8Array(years * blocks),
    });
    taught.forEach((at) => { of.isTaught[at] = 1; });
    of.sharing = groupBlocks(ground.shares.filter((entry) => entry.stage === stage && of.isTaught[entry.place]));
    markShared(of);
    /** @param {number} block @param {number} at */
    of.way = (block, at) => {
      const way = ground.walk(block, plan.places[at], at);
      return way < 0 ? FAR : way; // not held: others are nearer
    };
    return of;
  }

  /** West to east, south to north, then by id.
   *  @param {Plan} plan @param {number[]} places */
  function orderPlaces(plan, places) {
    /** @param {number} place */
    const at = (place) => plan.places[place];
    return [...places].sort((a, b) => at(a).east - at(b).east || at(a).north - at(b).north ||
      (at(a).id < at(b).id ? -1 : 1));
  }

  /** The nearest school open to all of a block in a year, -1 where there is no way to any.
   *  @param {Survey} of @param {number} year @param {number} block */
  function findNearest(of, year, block) {
    let best = -1, least = FAR;
    for (const at of of.open) {
      if (!of.offered[year * of.places + at]) continue;
      const way = of.way(block, at);
      if (way < least) [best, least] = [at, way];
    }
    return best < 0 ? guessNearest(of, year, block) : best;
  }

  /** Where the page holds no walk to any open school: the nearest by air.
   *  @param {Survey} of @param {number} year @param {number} block */
  function guessNearest(of, year, block) {
    let best = -1, least = FAR;
    for (const at of of.open) {
      const place = of.plan.places[at];
      if (!of.offered[year * of.places + at] || of.ground.walk(block, place, at) === FAR) continue;
      const way = of.ground.guess(block, place, at);
      if (way < least) [best, least] = [at, way];
    }
    if (best >= 0) of.guessed += 1;
    return best;
  }

  /** @param {Survey} of */
  function zoneNearest(of) {
    const openings = readOpenings(of);
    const zone = new Int32Array(of.years * of.blocks);
    for (let block = 0; block < of.blocks; block++) {
      let last = -1, found = -1;
      for (let year = 0; year < of.years; year++) {
        const open = openings[year];
        if (open !== last) [last, found] = [open, findNearest(of, year, block)];
        zone[year * of.blocks + block] = found;
      }
    }
    return zone;
  }

  /** Of each year the first in which the same schools were open to all.
   *  @param {Survey} of */
  function readOpenings(of) {
    const keys = of.ground.years.map((_, year) =>
      of.open.filter((at) => of.offered[year * of.places + at]).join());
    return keys.map((key) => keys.indexOf(key));
  }

  /** The catchments in force; new schools without any in their first year take theirs; where none is open, the nearest.
   *  @param {Survey} of */
  function zoneCurrent(of) {
    const zone = layZones(of);
    const stated = zone.slice();
    const first = new Int32Array(of.places);
    of.taught.forEach((at) => { first[at] = firstYear(of, at); });
    const byOpening = [...of.order].sort((a, b) => first[a] - first[b] ||
      of.order.indexOf(a) - of.order.indexOf(b));
    for (const at of byOpening) {
      const year = first[at];
      const given = stated.subarray(year * of.blocks, (year + 1) * of.blocks).includes(at);
      const alone = !given && lotOf(of, year, at) < 0;
      if (!of.plan.places[at].isPrivate && alone && year > 0) settle(of, zone, at, year);
    }
    const openings = readOpenings(of);
    const nearest = new Map(); // by block and open schools
    for (let year = 0; year < of.years; year++)
      for (let block = 0; block < of.blocks; block++) {
        const cell = year * of.blocks + block;
        if (zone[cell] >= 0 && of.offered[year * of.places + zone[cell]] > 0) continue;
        const key = openings[year] * of.blocks + block;
        if (!nearest.has(key)) nearest.set(key, findNearest(of, year, block));
        zone[cell] = nearest.get(key);
      }
    return zone;
  }

  /** The catchments as they are entered, merged schools' in their heirs' hands; year x block.
   *  @param {Survey} of */
  function layZones(of) {
    const zone = new Int32Array(of.years * of.blocks).fill(-1);
    for (let block = 0; block < of.blocks; block++) {
      const known = listKnown(of, block);
      if (!known.length) continue;
      of.ground.years.forEach((year, when) => {
        const held = sp.drafting.inForce(known, year);
        if (!held) return;
        const school = sp.drafting.followHeirs(of.plan, held[1], year);
        const cell = when * of.blocks + block;
        if (of.isTaught[school]) zone[cell] = school;
        if (!of.shared[cell]) return;
        const first = of.sharing.get(block)?.find(({ place }) => of.offered[when * of.places + place] > 0);
        if (first) zone[cell] = first.place;
      });
    }
    return zone;
  }

  /** The entries of a block that give it to a school.
   *  @param {Survey} of @param {number} block */
  const listKnown = (of, block) => of.plan.zones[of.stage][block].filter(([, school]) => school >= 0);

  /** Mark where several schools still share a block: until a step gives it to one, or its school to an heir.
   *  @param {Survey} of */
  function markShared(of) {
    for (const block of of.sharing.keys()) {
      const known = listKnown(of, block);
      of.ground.years.forEach((year, when) => {
        const held = sp.drafting.inForce(known, year);
        if (held && held[0] === of.ground.base && sp.drafting.followHeirs(of.plan, held[1], year) === held[1])
          of.shared[when * of.blocks + block] = 1;
      });
    }
  }

  /** @param {Survey} of @param {number} at */
  function firstYear(of, at) {
    for (let year = 0; year < of.years; year++) if (of.offered[year * of.places + at] > 0) return year;
    return 0;
  }

  /** The lottery zone of each school in each year, -1 for none; year x place.
   *  @param {Ground} ground @param {number} stage @param {number} places */
  function readLots(ground, stage, places) {
    const lots = new Int32Array(ground.years.length * places).fill(-1);
    for (const [key, zone] of ground.lots[stage]) {
      const [at, year] = key.split(" ").map(Number);
      const when = ground.years.indexOf(year);
      if (when >= 0) lots[when * places + at] = zone;
    }
    return lots;
  }

  /** A new school takes the blocks that are nearer to it, nearest first, within its seats.
   *  @param {Survey} of @param {Int32Array} zone @param {number} school @param {number} first */
  function settle(of, zone, school, first) {
    const ways = [];
    for (let block = 0; block < of.blocks; block++) {
      const now = zone[first * of.blocks + block];
      const way = of.way(block, school);
      if (way < (now >= 0 ? of.way(block, now) : FAR)) 
        ways.push({ block, way, peak: peakOf(of, block, first), filled: 0 });
    }
    ways.sort((a, b) => a.way - b.way || a.block - b.block);
    let sum = 0;
    ways.forEach((entry) => { entry.filled = rint((sum += entry.peak) * UNITS) / UNITS; });
    for (let at = ways.length - 2; at >= 0; at--)
      if (ways[at].way === ways[at + 1].way) ways[at].filled = ways[at + 1].filled;
    let most = 0;
    for (let year = first; year < of.years; year++) most = Math.max(most, of.offered[year * of.places + school]);
    for (const { block, filled } of ways) if (filled <= most) moveIn(of, zone, school, first, block);
  }

  /** @param {Survey} of @param {number} block @param {number} first */
  function peakOf(of, block, first) {
    let peak = 0;
    for (let year = first; year < of.years; year++)
      peak = Math.max(peak, of.living[block * of.years + year]);
    return peak;
  }

  /** Until the plan rezones it, the block is the new school's, or its heir's once that has merged.
   *  @param {Survey} of @param {Int32Array} zone @param {number} school @param {number} first
   *  @param {number} block */
  function moveIn(of, zone, school, first, block) {
    const { years } = of.ground;
    const known = listKnown(of, block);
    for (let year = first; year < of.years; year++) {
      if (year > first && isRezoned(of, known, year)) return;
      zone[year * of.blocks + block] = sp.drafting.followHeirs(of.plan, school, years[year]);
    }
  }

  /** Whether the plan enters a block anew in a year, other than because its school closes then.
   *  @param {Survey} of @param {Entry[]} known @param {number} when */
  function isRezoned(of, known, when) {
    const { years } = of.ground;
    if (!known.some(([year]) => year === years[when])) return false;
    const held = sp.drafting.inForce(known, years[when - 1]);
    if (!held) return true;
    const school = sp.drafting.followHeirs(of.plan, held[1], years[when - 1]);
    return !of.offered[(when - 1) * of.places + school] || of.offered[when * of.places + school] > 0;
  }

  /** Whole pupils: the largest remainders are raised until the sum is the stage's.
   *  @param {Plan} plan @param {Survey} of @param {Float64Array} lived @param {number[]} totals */
  function roundResidents(plan, of, lived, totals) {
    const residents = new Int32Array(lived.length);
    const order = orderPlaces(plan, of.taught);
    for (let year = 0; year < of.years; year++) {
      const parts = order.map((at) => {
        const units = rint(lived[year * of.places + at] * UNITS);
        const floor = Math.floor(units / UNITS);
        return { at, floor, rest: units - floor * UNITS };
      });
      const sum = order.reduce((total, at) => total + lived[year * of.places + at], 0);
      let living = 0;
      for (let block = 0; block < of.blocks; block++) living += of.living[block * of.years + year];
      // A stage's total is rounded by grade; where a block lies in no catchment they hold fewer.
      const whole = Math.abs(sum - living) < SLIGHT ? totals[year] : Math.floor(sum + 0.5);
      const missing = whole - parts.reduce((total, part) => total + part.floor, 0);
      const raised = new Set(parts.map((_, at) => at)
        .sort((a, b) => parts[b].rest - parts[a].rest || a - b).slice(0, Math.max(0, missing)));
      parts.forEach((part, at) => {
        residents[year * of.places + part.at] = part.floor + (raised.has(at) ? 1 : 0);
      });
    }
    return residents;
  }
})(globalThis.seatplan);
