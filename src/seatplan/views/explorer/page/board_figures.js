// What a draft comes to in figures: beside its plan, by year, who moves, which limits are passed.
(function (sp) {
  "use strict";

  const { board } = sp;

  /** The figures of a count (of a draft or its plan) in a year; `before`: who moved since. */
  board.figures = function (count, before, base, stage, year) {
    const found = {
      shortage: 0,
      short: 0,
      supply: 0,
      demand: sp.model.total(base, stage, year).residents,
      moved: 0,
      blocks: 0,
      walk: 0,
      beyond: 0,
      longest: 0,
    };
    for (const school of count.taught) {
      const cell = year * count.places + school;
      const missing = count.residents[cell] - count.seats[cell];
      found.supply += count.seats[cell];
      if (missing > 0) [found.short, found.shortage] = [found.short + 1, found.shortage + missing];
    }
    const limit = sp.model.walk(base, stage, year);
    let walked = 0,
      pupils = 0;
    for (let block = 0; block < count.blocks; block++) {
      const school = count.zone[year * count.blocks + block];
      const living = sp.model.ofBlock("pupils", base, stage, block, year);
      if (before && school !== before.zone[year * count.blocks + block]) {
        found.moved += living;
        found.blocks += 1;
      }
      const metres = board.walk(count, block, school);
      if (!Number.isFinite(metres) || !living) continue;
      [walked, pupils] = [walked + metres * living, pupils + living];
      if (limit && metres > limit) found.beyond += living;
      found.longest = Math.max(found.longest, metres);
    }
    found.walk = pupils ? walked / pupils : 0;
    return found;
  };

  /** Metres from a block to a school; of walks the page does not hold a guess; Infinity: no way. */
  board.walk = function (count, block, school) {
    if (school < 0) return Infinity;
    const { ground } = count;
    const place = count.plan.places[school];
    const way = ground.walk(block, place, school);
    return (way < 0 ? ground.guess(block, place, school) : way) / 1e6;
  };

  /** The catchment shortage of every year. */
  board.shortages = (count) =>
    sp.model.years.map((_, year) =>
      count.taught.reduce((sum, school) => {
        const cell = year * count.places + school;
        return sum + Math.max(0, count.residents[cell] - count.seats[cell]);
      }, 0),
    );

  /** Pupils whose catchment the draft changes, by school before and after, most first. */
  board.flows = function (count, before, base, stage, year) {
    const found = new Map();
    for (let block = 0; block < count.blocks; block++) {
      const cell = year * count.blocks + block;
      const pair = [before.zone[cell], count.zone[cell]];
      if (pair[0] === pair[1]) continue;
      const key = pair.join(" ");
      if (!found.has(key)) found.set(key, { from: pair[0], to: pair[1], pupils: 0, blocks: 0 });
      found.get(key).pupils += sp.model.ofBlock("pupils", base, stage, block, year);
      found.get(key).blocks += 1;
    }
    return [...found.values()].sort(
      (a, b) => b.pupils - a.pupils || a.from - b.from || a.to - b.to,
    );
  };

  /** Catchments that the draft brings into shortage or lets grow it: first year, most, and where. */
  board.worse = function (count, before) {
    const found = [];
    for (const school of count.taught) {
      /** @param {Count} of @param {number} year */
      const missing = (of, year) =>
        school < of.places
          ? Math.max(
              0,
              of.residents[year * of.places + school] - of.seats[year * of.places + school],
            )
          : 0;
      const years = sp.model.years
        .map((_, year) => year)
        .filter((year) => missing(count, year) > missing(before, year));
      if (!years.length) continue;
      const worst = years.reduce((a, b) => (missing(count, b) > missing(count, a) ? b : a));
      found.push({
        school,
        first: sp.model.years[years[0]],
        year: sp.model.years[worst],
        now: missing(count, worst),
        was: missing(before, worst),
      });
    }
    return found.sort((a, b) => b.now - b.was - (a.now - a.was) || a.school - b.school);
  };

  /** Schools whose catchments of all stages come to hold more pupils than a school may have. */
  board.tooLarge = function (stage, year) {
    const { base } = board.draft();
    const limits = sp.model.sizes(base, stage, year);
    if (!limits.length) return [];
    const most = Math.max(...limits);
    const [now, then] = [
      sumStages(year, board.count),
      sumStages(year, (at) => board.before(base, at)),
    ];
    return [...now]
      .filter(([school, pupils]) => pupils > Math.max(most, then.get(school) || 0))
      .sort((a, b) => b[1] - a[1])
      .map(([school, pupils]) => ({ school, pupils, most }));
  };

  /** Pupils in the catchments of each school, stages together.
   *  @param {number} year @param {(stage: number) => Count} countOf */
  function sumStages(year, countOf) {
    const sums = new Map();
    sp.payload.stages.forEach((of, at) => {
      if (of.intake !== "catchment") return;
      const count = countOf(at);
      for (const school of count.taught)
        sums.set(school, (sums.get(school) || 0) + count.residents[year * count.places + school]);
    });
    return sums;
  }

  /** Blocks that move and whose new walk is beyond the limit. */
  board.farther = function (count, before, base, stage, year) {
    const limit = sp.model.walk(base, stage, year);
    const found = { blocks: 0, pupils: 0, longest: 0, limit };
    if (!limit) return found;
    for (let block = 0; block < count.blocks; block++) {
      const cell = year * count.blocks + block;
      const metres = board.walk(count, block, count.zone[cell]);
      if (count.zone[cell] === before.zone[cell] || !(metres > limit)) continue;
      found.blocks += 1;
      found.pupils += sp.model.ofBlock("pupils", base, stage, block, year);
      found.longest = Math.max(found.longest, metres);
    }
    return found;
  };
})(globalThis.seatplan);
