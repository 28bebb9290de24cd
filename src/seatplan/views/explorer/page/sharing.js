// Who lives in which catchment: blocks shared by shares, by seats or by lot. No page in here.
// The same rules as measures/schools.py, in the same order of sums.
(function (sp) {
  "use strict";

  const FAR = Infinity;

  /** @param {Survey} of @param {number} year @param {number} at */
  function lotOf(of, year, at) {
    return of.lots[year * of.places + at];
  }

  /** @param {Survey} of @param {Count} found */
  function shareByZone(of, found) {
    const entering = of.ground.entering(of.stage);
    found.lived = new Float64Array(of.years * of.places);
    found.entrants = new Float64Array(of.years * of.places);
    const zoned = new Set(found.zone);
    of.sharing.forEach((entries) => entries.forEach(({ place }) => zoned.add(place)));
    const apart = of.ground.lived(of.stage).filter(({ place }) =>
      of.isTaught[place] && !zoned.has(place));
    const byBlock = groupBlocks(apart);
    /** @param {number} year @param {number} block @param {number} at @param {number} share */
    const give = (year, block, at, share) => {
      const cell = year * of.places + at;
      found.lived[cell] += share * of.living[block * of.years + year];
      if (entering) found.entrants[cell] += share * entering[block * of.years + year];
    };
    for (let block = 0; block < of.blocks; block++) {
      const leaving = byBlock.get(block) || [];
      for (let year = 0; year < of.years; year++) {
        let gone = 0;
        for (const { place, share } of leaving) {
          if (!of.offered[year * of.places + place]) continue;
          gone += share;
          give(year, block, place, share);
        }
        const zone = found.zone[year * of.blocks + block];
        if (zone < 0) continue;
        const inLot = lotOf(of, year, zone) >= 0;
        if (!inLot && !of.shared[year * of.blocks + block]) give(year, block, zone, 1 - gone);
        else (inLot ? drawLots : divide)(of, year, block, zone)
          .forEach((share, at) => give(year, block, at, (1 - gone) * share));
      }
    }
  }

  /** @param {Share[]} entries */
  function groupBlocks(entries) {
    /** @type {Map<number, Share[]>} */
    const groups = new Map();
    for (const entry of entries) {
      if (!groups.has(entry.block)) groups.set(entry.block, []);
      groups.get(entry.block)?.push(entry);
    }
    return groups;
  }

  /** The share of each school of a shared block; all of its own one, where that is none of them.
   *  @param {Survey} of @param {number} year @param {number} block @param {number} own */
  function divide(of, year, block, own) {
    /** @type {Map<number, number>} */
    const shares = new Map();
    const entries = of.sharing.get(block) || [];
    if (!entries.some(({ place }) => place === own)) return shares.set(own, 1);
    let sum = 0;
    for (const { place, share } of entries) {
      const seats = of.offered[year * of.places + place];
      if (seats <= 0 || of.ground.walk(block, of.plan.places[place], place) === FAR) continue;
      const weight = share < 0 ? seats : share;
      if (weight > 0) shares.set(place, weight);
      sum += weight;
    }
    if (sum <= 0) return shares.set(own, 1);
    shares.forEach((weight, place) => shares.set(place, weight / sum));
    return shares;
  }

  /** The chance of each school of the lottery zone, by its seats.
   *  @param {Survey} of @param {number} year @param {number} block @param {number} own */
  function drawLots(of, year, block, own) {
    const zone = lotOf(of, year, own);
    /** @type {Map<number, number>} */
    const chances = new Map();
    let sum = 0;
    for (const at of of.taught) {
      if (lotOf(of, year, at) !== zone || of.way(block, at) === FAR) continue;
      const seats = of.offered[year * of.places + at];
      if (seats > 0) chances.set(at, seats);
      sum += seats;
    }
    if (sum <= 0) return new Map([[own, 1]]);
    chances.forEach((seats, at) => chances.set(at, seats / sum));
    return chances;
  }

  /** All schools together are one catchment, shared by the seats.
   *  @param {Survey} of @param {Count} found */
  function shareBySeats(of, found) {
    found.lived = new Float64Array(of.years * of.places);
    found.entrants = new Float64Array(of.years * of.places);
    for (let year = 0; year < of.years; year++) {
      let sum = 0, pupils = 0;
      for (const at of of.taught) sum += of.offered[year * of.places + at];
      for (let block = 0; block < of.blocks; block++) pupils += of.living[block * of.years + year];
      if (sum) for (const at of of.taught)
        found.lived[year * of.places + at] = (pupils * of.offered[year * of.places + at]) / sum;
    }
  }

  sp.sharing = { groupBlocks, lotOf, shareBySeats, shareByZone };
})(globalThis.seatplan);
