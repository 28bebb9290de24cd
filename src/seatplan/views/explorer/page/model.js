// The tables of the payload, read by scenario, stage, year, school and block.
(function (sp) {
  "use strict";

  const SCHOOL_TEXTS =
    ["id", "name", "nameEn", "kind", "setting", "runBy", "ownership", "township", "provenance"];

  /** Where a label stands; the tables of a page name no other.
   *  @param {Map<string, number>} places @param {string} label */
  function find(places, label) {
    const at = places.get(label);
    if (at === undefined) throw new Error("no place " + label);
    return at;
  }

  /** Build the model that every part of the page reads. */
  sp.buildModel = function (payload, columns) {
    const years = payload.years;
    const schools = payload.schools.map((texts) => /** @type {School} */ (
      /** @type {any} */ (Object.fromEntries(SCHOOL_TEXTS.map((key, at) => [key, texts[at]])))));
    const schoolAt = new Map(schools.map((school, at) => [school.id, at]));
    const stageAt = new Map(payload.stages.map((stage, at) => [stage.code, at]));
    const rows = payload.rows;
    const schoolRows = payload.stages.map(() => /** @type {Model["schoolRows"][0]} */ ([]));
    const rowBy = payload.stages.map(() => new Int32Array(schools.length).fill(-1));
    rows.schools.forEach(([id, stage], row) => {
      const school = find(schoolAt, id);
      const at = find(stageAt, stage);
      schoolRows[at].push({ row, school });
      rowBy[at][school] = row;
    });
    const gradeRows = new Map(); // "school grade" -> row
    rows.grades.forEach(([id, grade], row) => gradeRows.set(schoolAt.get(id) + " " + grade, row));
    const districtRow = payload.stages.map((stage) =>
      rows.places.findIndex(([level, , code]) => level === "district" && code === stage.code));
    const blocks = payload.blocks;
    /** @type {Record<string, number>} */
    const cells = { schools: rows.schools.length, grades: rows.grades.length,
                    places: rows.places.length };

    const model = /** @type {Model} */ ({
      payload, columns, years, schools, schoolAt, blocks, schoolRows, rowBy,
    });
    model.flags = groupFlags(payload, columns);

    /** A figure of table `name` (schools, grades, places) in one row and year. */
    model.cell = (name, column, scenario, row, year) =>
      columns[name + "_" + column][(scenario * cells[name] + row) * years.length + year];

    /** A figure of a block. */
    model.ofBlock = (column, scenario, stage, block, year) =>
      columns["blocks_" + column][
        ((scenario * payload.stages.length + stage) * blocks.length + block) * years.length + year];

    model.gradeRow = (school, grade) => {
      const row = gradeRows.get(school + " " + grade);
      return row === undefined ? -1 : row;
    };

    /** Whether each catchment of a stage is one school's; else the whole district is one. */
    model.hasCatchments = (stage) => payload.stages[stage].intake !== "seats";

    model.isNew = (scenario, school, year) => {
      const opened = columns.school_opened[scenario * schools.length + school];
      return opened > payload.base && opened <= years[year];
    };
    model.opened = (scenario, school) => columns.school_opened[scenario * schools.length + school];
    model.closes = (scenario, school) => columns.school_closes[scenario * schools.length + school];

    /** The class limits of a stage's grades in a year, as its classes were held to them. */
    model.limits = function (scenario, stage, year) {
      const found = payload.stages[stage].grades.map(([grade]) => {
        const row = rows.grades.findIndex(([, code], at) =>
          code === grade && model.cell("grades", "limit", scenario, at, year) > 0);
        return row < 0 ? 0 : model.cell("grades", "limit", scenario, row, year);
      });
      return [...new Set(found.filter((limit) => limit > 0))];
    };

    /** The service radius of a stage in metres, 0 without one; the sizes beyond which its schools
     *  are large, one for each kind of school that is held to another. */
    model.walk = (scenario, stage, year) => payload.stages[stage].walk[scenario][year];
    model.sizes = (scenario, stage, year) => payload.stages[stage].size[scenario][year];

    /** Totals of the district: seats, pupils, residents, unplaced, balance. */
    model.total = function (scenario, stage, year) {
      const row = districtRow[stage];
      /** @param {string} column */
      const get = (column) => model.cell("places", column, scenario, row, year);
      const total = /** @type {Total} */ ({ seats: get("seats"), pupils: get("pupils"), residents: get("residents"),
                      unplaced: get("unplaced") });
      total.balance = total.seats - total.residents;
      return total;
    };

    /** The schools of a stage that stand or have a catchment in a year, with their balance. */
    model.standing = function (scenario, stage, year) {
      const own = !model.hasCatchments(stage);
      const found = /** @type {Standing[]} */ ([]);
      for (const { row, school } of schoolRows[stage]) {
        const seats = model.cell("schools", "seats", scenario, row, year);
        const pupils = model.cell("schools", "pupils", scenario, row, year);
        const residents = model.cell("schools", "residents", scenario, row, year);
        if (seats || pupils || residents)
          found.push({ row, school, seats, pupils, residents, klass: -1,
                       balance: seats - (own ? pupils : residents) });
      }
      return found;
    };

    /** The chance of a catchment shortage in per cent; null where the futures say nothing. */
    model.chance = function (scenario, row, year) {
      const share = payload.futures && row >= 0 ? model.cell("schools", "chance", scenario, row, year) : -1;
      return share < 0 ? null : share / 100;
    };

    /** Between which figures nine futures of ten lie, for each year; `sure` where they say nothing. */
    model.band = function (read, sure) {
      if (!payload.futures) return null;
      /** @param {"low" | "high"} side */
      const bound = (side) => sure.map((value, year) => { const found = read(side, year); return found < 0 ? value : found; });
      return { low: bound("low"), high: bound("high") };
    };

    /** The first year in which a school has a shortage (of a stage without catchments: a roll over
     *  its seats); 0 where there is none. `row` is its row of the table of schools. */
    model.firstShort = function (scenario, stage, row) {
      const own = !model.hasCatchments(stage);
      /** @param {string} column @param {number} year */
      const get = (column, year) => model.cell("schools", column, scenario, row, year);
      const at = years.findIndex((_, year) =>
        get(own ? "pupils" : "residents", year) > get("seats", year));
      return at < 0 ? 0 : years[at];
    };

    /** Pupils whose catchment another scenario changes, by school before and after, most first. */
    model.flows = function (from, to, stage, year) {
      const found = new Map();
      model.blocks.forEach((_, block) => {
        const pair = [from, to].map((at) => model.ofBlock("school", at, stage, block, year));
        const pupils = model.ofBlock("pupils", to, stage, block, year);
        if (pair[0] === pair[1] || !pupils) return;
        const key = pair.join(" ");
        if (!found.has(key)) found.set(key, { from: pair[0], to: pair[1], pupils: 0, blocks: 0 });
        found.get(key).pupils += pupils;
        found.get(key).blocks += 1;
      });
      return [...found.values()].sort((a, b) => b.pupils - a.pupils || a.from - b.from || a.to - b.to);
    };

    /** The class of a balance: 0 largest shortage to 6 largest surplus. */
    model.classOf = function (balance) {
      const breaks = payload.palette.breaks;
      let at = 0;
      while (at < 3 && balance >= breaks[at]) at++;
      while (at >= 3 && at < 6 && balance > breaks[at]) at++;
      return at;
    };

    const pictures = new Map();
    /** What the map shows of (scenario, stage, year); the last few are kept. */
    model.picture = function (scenario, stage, year) {
      const key = scenario + " " + stage + " " + year;
      if (!pictures.has(key)) {
        if (pictures.size > 40) pictures.clear();
        pictures.set(key, paint(model, scenario, stage, year));
      }
      return pictures.get(key);
    };
    return model;
  };

  /** Flags by "scenario stage year" -> school -> rows.
   *  @param {Payload} payload @param {Columns} columns */
  function groupFlags(payload, columns) {
    const groups = new Map();
    const rows = [];
    for (let at = 0; at < columns.flags_standard.length; at++) {
      const flag = {
        scenario: columns.flags_scenario[at],
        standard: payload.standards[columns.flags_standard[at]],
        school: columns.flags_school[at],
        stage: columns.flags_stage[at],
        grade: columns.flags_grade[at],
        year: columns.flags_year[at],
        value: columns.flags_value[at],
        limit: columns.flags_limit[at],
        first: columns.flags_first_year[at],
        source: payload.sources[columns.flags_source[at]] || "",
      };
      rows.push(flag);
      const key = flag.scenario + " " + flag.stage + " " + payload.years.indexOf(flag.year);
      if (!groups.has(key)) groups.set(key, new Map());
      const group = groups.get(key);
      if (!group.has(flag.school)) group.set(flag.school, []);
      group.get(flag.school).push(flag);
    }
    const none = new Map();
    /** @param {number} scenario @param {number} stage @param {number} year */
    const of = (scenario, stage, year) => groups.get(scenario + " " + stage + " " + year) || none;
    return { rows, of };
  }

  /** Class of each block, and each standing school with its symbols.
   *  @param {Model} model @param {number} scenario @param {number} stage @param {number} year */
  function paint(model, scenario, stage, year) {
    const standing = model.standing(scenario, stage, year);
    const byCatchments = model.hasCatchments(stage);
    const classBySchool = new Int8Array(model.schools.length).fill(-1);
    const counts = [0, 0, 0, 0, 0, 0, 0];
    const flags = model.flags.of(scenario, stage, year);
    const whole = model.flags.of(scenario, -1, year); // of a school with all its stages
    for (const entry of standing) {
      entry.klass = model.classOf(entry.balance);
      classBySchool[entry.school] = entry.klass;
      counts[entry.klass] += 1;
      const raised = [...(flags.get(entry.school) || []), ...(whole.get(entry.school) || [])];
      const measures = new Set(raised
        .map((flag) => flag.standard)
        .filter((standard) => standard.side === "above") // a small school is not a large one
        .map((standard) => standard.indicator));
      entry.crowded = measures.has("class_size");
      entry.large = measures.has("school_size");
      entry.fresh = model.isNew(scenario, entry.school, year);
    }
    const blockSchool = new Int32Array(model.blocks.length);
    const blockClass = new Int8Array(model.blocks.length).fill(-1);
    for (let block = 0; block < model.blocks.length; block++) {
      const school = model.ofBlock("school", scenario, stage, block, year);
      blockSchool[block] = byCatchments ? school : -1;
      if (byCatchments && school >= 0) blockClass[block] = classBySchool[school];
    }
    const short = standing.filter((entry) => entry.balance < 0)
      .sort((a, b) => a.balance - b.balance || a.school - b.school);
    return {
      scenario, stage, year, standing, counts, short, blockSchool, blockClass, byCatchments,
      shortage: -short.reduce((sum, entry) => sum + entry.balance, 0),
      crowded: standing.filter((entry) => entry.crowded).length,
      large: standing.filter((entry) => entry.large).length,
    };
  }
})(globalThis.seatplan);
