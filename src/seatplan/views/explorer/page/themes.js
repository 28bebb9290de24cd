// What colours the map: the balance, or another figure of the schools or blocks, in seven classes.
(function (sp) {
  "use strict";

  const SPANS = [0, 2, 5, 10]; // years from the one shown to the first shortage
  const NEVER = 1e4;

  const list = () => sp.payload.themes.list;

  /** Whether the stage has the figures of a theme: a shortage of catchments wants catchments.
   *  @param {number} at */
  const offers = (at) => list()[at].code !== "chance" || sp.model.hasCatchments(sp.state.stage);

  /** The theme that is shown; a draft counts only what the balance needs. */
  sp.theme = () => (sp.state.edit || !offers(sp.state.theme) ? 0 : sp.state.theme);

  // --- the value of a school or block -------------------------------------------------------

  /** @param {Picture} picture @param {string} column @param {Standing} entry
   *  @param {number} year */
  const cell = (picture, column, entry, year) =>
    sp.model.cell("schools", column, picture.scenario, entry.row, year);

  /** Years from the one shown until a school first lacks seats.
   *  @param {Picture} picture @param {Standing} entry */
  function waitForShortage(picture, entry) {
    const of = picture.byCatchments ? "residents" : "pupils";
    for (let year = picture.year; year < sp.model.years.length; year++)
      if (cell(picture, of, entry, year) > cell(picture, "seats", entry, year))
        return sp.model.years[year] - sp.model.years[picture.year];
    return NEVER;
  }

  /** @param {Picture} picture @param {Standing} entry */
  function largestClass(picture, entry) {
    const found = sp.payload.stages[picture.stage].grades.map(([grade]) => {
      const row = sp.model.gradeRow(entry.school, grade);
      return row < 0 ? 0 : sp.model.cell("grades", "largest", picture.scenario, row, picture.year);
    });
    return Math.max(0, ...found) || null;
  }

  /** @type {Record<string, (picture: Picture, entry: Standing) => number | null>} */
  const OF_SCHOOL = {
    balance: (_, entry) => entry.balance,
    seat_use: (_, entry) => (entry.seats ? (100 * entry.pupils) / entry.seats : null),
    class_size: largestClass,
    pupils: (_, entry) => entry.pupils,
    first_short: waitForShortage,
    chance: (picture, entry) => sp.model.chance(picture.scenario, entry.row, picture.year),
  };

  /** The walk from a block where pupils live; null without pupils or a way.
   *  @param {Picture} picture @param {number} block */
  function walkOf(picture, block) {
    /** @param {string} column */
    const get = (column) => sp.model.ofBlock(column, picture.scenario, picture.stage, block, picture.year);
    return get("pupils") && get("walk_m") >= 0 ? get("walk_m") : null;
  }

  // --- classes ------------------------------------------------------------------------------

  /** The class of a value: a bound belongs to the class below it; -1 for no value.
   *  @param {Theme} theme @param {number[]} breaks @param {number | null} value */
  function classify(theme, breaks, value) {
    if (value === null) return -1;
    if (theme.code === "balance") return sp.model.classOf(value);
    if (theme.code === "first_short") {
      const at = SPANS.findIndex((span) => value <= span);
      return at >= 0 ? 6 - at : value < NEVER ? 2 : 0;
    }
    return breaks.filter((bound) => value > bound).length;
  }

  /**
   * How a picture is coloured: the class of each block and school, how many are in each class, and
   * the colours. A draft's picture brings the classes of its balance.
   */
  sp.colour = function (picture) {
    const at = sp.theme();
    const known = (picture.coloured = picture.coloured || []);
    if (!known[at]) known[at] = paint(picture, list()[at]);
    return known[at];
  };

  /** @param {Picture} picture @param {Theme} theme @returns {Colouring} */
  function paint(picture, theme) {
    const { palette, themes } = sp.payload;
    if (theme.code === "balance")
      return { theme, hatched: true, colours: palette.classes, counts: picture.counts, blank: 0,
               blockClass: picture.blockClass, classOf: (entry) => entry.klass };
    const breaks = theme.breaks[picture.stage];
    const counts = [0, 0, 0, 0, 0, 0, 0];
    const rest = { theme, hatched: false, colours: themes.ramp, counts };
    let blank = 0;
    /** @param {number} klass */
    const count = (klass) => { if (klass >= 0) counts[klass] += 1; else blank += 1; return klass; };
    if (theme.along === "block") {
      const blockClass = Int8Array.from(sp.model.blocks, (_, block) => count(classify(theme, breaks, walkOf(picture, block))));
      return { ...rest, blank, classOf: () => -1, blockClass };
    }
    /** @type {Map<number, number>} */
    const bySchool = new Map(picture.standing.map((entry) =>
      [entry.school, count(classify(theme, breaks, OF_SCHOOL[theme.code](picture, entry)))]));
    /** @param {number} school */
    const of = (school) => bySchool.get(school) ?? -1;
    return { ...rest, blank, blockClass: Int8Array.from(picture.blockSchool, of),
             classOf: (entry) => of(entry.school) };
  }

  // --- words --------------------------------------------------------------------------------

  sp.themeName = (at) => sp.pick(list()[at].name);

  /** The range of each class in words, the lowest first. */
  sp.classRanges = function (picture) {
    const { theme } = sp.colour(picture);
    const signed = theme.code === "balance";
    if (theme.code === "first_short") return nameSpans(sp.model.years[picture.year]);
    const breaks = signed ? sp.payload.palette.breaks : theme.breaks[picture.stage];
    /** @param {number} value */
    const say = (value) => sp.count(value, signed);
    const inner = breaks.slice(1).map((high, at) =>
      sp.say("legend.range", { low: say(breaks[at]), high: say(high) }));
    return [sp.say(signed ? "legend.below" : "legend.most", { n: say(breaks[0]) }), ...inner,
            sp.say("legend.above", { n: say(breaks[5]) })];
  };

  /** @param {number} year */
  function nameSpans(year) {
    const named = SPANS.map((span, at) => (at ? sp.say("legend.years", { from: year + SPANS[at - 1] + 1, to: year + span })
      : sp.say("figure.year", { year })));
    const last = sp.model.years[sp.model.years.length - 1];
    const later = sp.say("legend.years_on", { from: year + SPANS[3] + 1 });
    const within = named.filter((_, at) => !at || year + SPANS[at - 1] < last);
    return [sp.say("legend.never"), "", year + SPANS[3] < last ? later : "",
            ...Array(SPANS.length - within.length).fill(""), ...within.reverse()];
  }

  /** The classes that a legend lists, the highest first; one that has no range is left out. */
  sp.classOrder = (ranges) => [6, 5, 4, 3, 2, 1, 0].filter((klass) => ranges[klass]);

  /** A figure of a school or block under the theme, as a card says it; "" for the balance. */
  sp.sayTheme = function (picture, entry, block) {
    const { theme } = sp.colour(picture);
    if (theme.code === "balance") return "";
    const value = theme.along === "block" ? (block < 0 ? null : walkOf(picture, block))
      : entry ? OF_SCHOOL[theme.code](picture, entry) : null;
    if (value === null) return "";
    if (theme.code === "first_short")
      return value < NEVER ? sp.say("figure.year", { year: sp.model.years[picture.year] + value }) : sp.say("legend.never");
    if (theme.code === "block_walk") return sp.metres(value);
    if (theme.code === "chance") return sp.chance(value / 100);
    return sp.count(value) + (theme.code === "seat_use" ? " %" : "");
  };

  /** A list to choose the theme from. */
  sp.drawThemes = function () {
    const box = sp.byId("theme");
    box.replaceChildren(...list().flatMap((_, at) => (offers(at) ? [
      sp.element("option", { value: at, selected: at === sp.theme() },
        at ? sp.themeName(at) : sp.balanceName(sp.shown(sp.state.stage, sp.state.year)))] : [])));
    sp.byId("legend-title").classList.toggle("sp-unseen", !sp.state.edit);
    box.hidden = sp.byId("theme-label").hidden = sp.state.edit;
  };

  sp.startThemes = function () {
    const box = sp.byId("theme");
    box.addEventListener("change", () => sp.set({ theme: Number(box.value) }));
  };
})(globalThis.seatplan);
