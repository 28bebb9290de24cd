// What is picked on the drawing board, and what can be done with it: blocks, a school, a site.
(function (sp) {
  "use strict";

  const { board } = sp;

  const stageCount = () => board.count(sp.state.stage);
  const about = () => (stageCount().exact ? "" : "\u2248 ");
  /** @param {string} key @param {Values} [values] */
  const part = (key, values) => sp.element("h2", {}, sp.say(key, values));
  /** @param {string} id @param {string} text @param {(event: MouseEvent) => unknown} onclick
   *  @param {Attributes} [more] */
  const button = (id, text, onclick, more) =>
    sp.element("button", { type: "button", id, onclick, ...more }, text);
  /** @param {string} key @param {HTMLElement} input @param {Values} [values] */
  const labelled = (key, input, values) =>
    sp.element("label", { class: "sp-field" }, sp.element("span", {}, sp.say(key, values)), input);
  /** @param {number} school */
  const nameOf = (school) => (school < 0 ? sp.say("draft.none") : sp.schoolName(school));

  const ui = (board.ui = /** @type {BoardParts} */ ({
    about, button, labelled, nameOf, part, stageCount,
  }));

  // --- what is picked ---------------------------------------------------------------------------

  board.drawPick = function () {
    const parts =
      board.site >= 0 || board.point
        ? ui.newSchool()
        : board.blocks.size
          ? pickedBlocks()
          : board.school >= 0
            ? ui.pickedSchool()
            : [sp.element("p", { class: "sp-none" }, sp.say("draft.hint")), ...ui.siteList()];
    return sp.element(
      "section",
      { id: "draft-pick", class: "sp-pick", "aria-label": sp.say("draft.picked") },
      parts,
    );
  };

  const yearField = (ui.yearField = () =>
    labelled(
      "draft.from_year",
      sp.element(
        "select",
        {
          id: "draft-year",
          onchange: (event) => {
            board.year = Number(event.target.value);
            sp.set({});
          },
        },
        sp.model.years
          .filter((year) => year > sp.payload.base)
          .map((year) =>
            sp.element("option", { value: year, selected: year === board.year }, String(year)),
          ),
      ),
    ));

  function pickedBlocks() {
    const { stage, year } = sp.state;
    const blocks = [...board.blocks];
    const pupils = blocks.reduce(
      (sum, block) => sum + sp.model.ofBlock("pupils", sp.state.scenario, stage, block, year),
      0,
    );
    const locked = blocks.filter(board.isLocked).length;
    const head = [
      part("draft.picked_blocks", { n: sp.count(blocks.length), pupils: sp.count(pupils) }),
      sp.element(
        "p",
        { class: "sp-kind" },
        blocks.length === 1 ? sp.blockName(blocks[0]) : townsOf(blocks),
      ),
      sp.element(
        "div",
        { class: "sp-tools" },
        button("pick-village", sp.say("draft.village"), () =>
          board.pickWhole("block_unit", ...blocks),
        ),
        button("pick-township", sp.say("draft.township"), () =>
          board.pickWhole("block_township", ...blocks),
        ),
        button(
          "pick-lock",
          sp.say(locked === blocks.length ? "draft.unlock" : "draft.lock"),
          board.lock,
        ),
        button("pick-none", sp.say("draft.clear"), () => {
          board.clear();
          sp.set({});
        }),
      ),
    ];
    if (locked)
      head.push(
        sp.element("p", { class: "sp-none" }, sp.say("draft.locked", { n: sp.count(locked) })),
      );
    if (!sp.model.hasCatchments(stage) || sp.payload.stages[stage].intake !== "catchment")
      return [...head, sp.element("p", { class: "sp-none" }, sp.say("draft.no_catchments"))];
    const offers = board.listOffers(blocks, stageCount(), board.year);
    return [
      ...head,
      yearField(),
      sp.element("p", { class: "sp-kind" }, sp.say("draft.give_hint")),
      sp.element(
        "div",
        { class: "sp-offers" },
        offers
          .slice(0, 3)
          .map((offer, at) =>
            button("give-" + at, board.sayOffer(offer), () => board.give(offer.school), {
              "data-school": offer.school,
            }),
          ),
      ),
      sp.element(
        "div",
        { class: "sp-row" },
        labelled(
          "draft.give_to",
          sp.element(
            "select",
            { id: "give-to" },
            offers.map((offer) =>
              sp.element("option", { value: offer.school }, board.sayOffer(offer)),
            ),
          ),
        ),
        button("give", sp.say("draft.give"), () => board.give(Number(sp.byId("give-to").value))),
      ),
    ];
  }

  /** @param {number[]} blocks */
  function townsOf(blocks) {
    const { block_township: of } = sp.model.columns;
    return [
      ...new Set(blocks.map((block) => sp.callZone(sp.payload.townships[of[block]]))),
    ].join(" \u00b7 ");
  }

  /** Schools that can take the blocks from a year on, nearest first. */
  board.listOffers = function (blocks, count, year) {
    const when = sp.payload.years.indexOf(year);
    /** @param {number} school */
    const seats = (school) => count.seats[when * count.places + school];
    /** @param {number} school */
    const free = (school) => seats(school) - count.residents[when * count.places + school];
    /** @param {number} school */
    const walk = (school) =>
      blocks.reduce((sum, block) => sum + board.walk(count, block, school), 0) / blocks.length;
    const own = blocks.every(
      (block) =>
        count.zone[when * count.blocks + block] === count.zone[when * count.blocks + blocks[0]],
    )
      ? count.zone[when * count.blocks + blocks[0]]
      : -1;
    return count.taught
      .filter(
        (school) => school !== own && seats(school) > 0 && !count.plan.places[school].isPrivate,
      )
      .map((school) => ({ school, free: free(school), walk: walk(school) }))
      .sort((a, b) => a.walk - b.walk || a.school - b.school);
  };

  board.sayOffer = ({ school, walk, free }) =>
    sp.say("draft.offer", {
      school: nameOf(school),
      walk: Number.isFinite(walk) ? sp.metres(walk) : sp.say("draft.no_way"),
      free: sp.count(free, true),
    });
})(globalThis.seatplan);
