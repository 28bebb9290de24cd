// The card of a village or township: where its pupils go under every plan, and how far.
(function (sp) {
  "use strict";

  /** @param {Zone} zone */
  const blocksOf = ({ column, at }) => sp.model.blocks.map((_, block) => block)
    .filter((block) => sp.model.columns[column][block] === at);

  /** @param {Zone} zone */
  sp.zoneName = ({ column, at }) =>
    sp.callZone(sp.payload[column === "block_unit" ? "units" : "townships"][at]);

  /** Pupils of some blocks by school, most first, and how they walk: mean and longest, metres.
   *  @param {number[]} blocks @param {number} scenario @param {number} stage @param {number} year */
  function follow(blocks, scenario, stage, year) {
    const bySchool = new Map();
    let pupils = 0, walked = 0, metres = 0, longest = 0;
    for (const block of blocks) {
      /** @param {string} column */
      const get = (column) => sp.model.ofBlock(column, scenario, stage, block, year);
      const count = get("pupils");
      if (!count) continue;
      pupils += count;
      bySchool.set(get("school"), (bySchool.get(get("school")) || 0) + count);
      if (get("walk_m") < 0) continue; // no way
      walked += count;
      metres += count * get("walk_m");
      longest = Math.max(longest, get("walk_m"));
    }
    const schools = [...bySchool].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return { pupils, schools, mean: walked ? metres / walked : 0, longest };
  }

  /** Pupils of the stage shown whose catchment differs from that of the first scenario.
   *  @param {number[]} blocks @param {number} scenario @param {number} stage @param {number} year */
  const countMoved = (blocks, scenario, stage, year) => blocks.reduce((sum, block) =>
    sum + (sp.model.ofBlock("school", scenario, stage, block, year) === sp.model.ofBlock("school", 0, stage, block, year)
      ? 0 : sp.model.ofBlock("pupils", scenario, stage, block, year)), 0);

  /** The schools with their pupils, how these walk, and how many of them change.
   *  @param {ReturnType<typeof follow>} found @param {number} moved */
  const sayPlan = ({ schools, mean, longest }, moved) => [
    ...schools.map(([school, pupils]) => sp.element("div", { class: "sp-share" },
      school < 0 ? sp.say("unit.unknown") : sp.schoolLink(school), sp.element("b", {}, sp.count(pupils)))),
    ...(longest ? [sp.element("small", {}, sp.say("card.walks", { mean: sp.metres(mean), longest: sp.metres(longest) }))] : []),
    ...(moved ? [sp.element("small", {}, " " + sp.say("card.moved", { n: sp.count(moved) }))] : [])];

  /** What stands on the card below its heading.
   *  @param {Zone} zone */
  sp.zoneCard = function (zone) {
    const { stage, year } = sp.state;
    const blocks = blocksOf(zone);
    const zoned = sp.model.hasCatchments(stage);
    const caption = sp.say("card.plans", { stage: sp.stageName(stage), year: sp.model.years[year] });
    const today = follow(blocks, 0, stage, year);
    const rows = sp.payload.scenarios.map((_, scenario) => {
      const found = follow(blocks, scenario, stage, year);
      const same = scenario && String(found.schools) === String(today.schools) && found.mean === today.mean;
      const moved = scenario && zoned ? countMoved(blocks, scenario, stage, year) : 0;
      return sp.element("tr", { "data-plan": scenario }, sp.element("th", { scope: "row" }, sp.scenarioName(scenario)),
        sp.element("td", { class: "sp-text" }, same ? sp.say("card.same") : sayPlan(found, moved)));
    });
    const pupils = follow(blocks, sp.state.scenario, stage, year).pupils;
    return [
      sp.element("p", { class: "sp-kind" }, sp.say("card.zone", { blocks: sp.count(blocks.length), n: sp.count(pupils),
        stage: sp.stageName(stage), year: sp.model.years[year] })),
      sp.element("h3", {}, caption),
      sp.smallTable(caption, ["table.scenario", "column.school"].map((key) => sp.say(key)), rows),
      sp.element("h3", {}, sp.say("card.zone_blocks")),
      sp.element("ul", { class: "sp-blocks" }, blocks.slice(0, 40).map((block) => sp.element("li", {},
        sp.element("button", { type: "button", class: "sp-link", onclick: () => sp.select({ school: -1, block }) },
          sp.model.blocks[block])))),
    ];
  };
})(globalThis.seatplan);
