// What is picked on the drawing board, and what can be done with it: blocks, a school, a site.
(function (sp) {
  "use strict";

  const { board } = sp;
  const form = { rooms: 24, more: 6, into: "", convert: 4, name: "" };

  const stageCount = () => board.count(sp.state.stage);
  const about = () => (stageCount().exact ? "" : "\u2248 ");
  const part = (key, values) => sp.element("h2", {}, sp.say(key, values));
  const button = (id, text, onclick, more) =>
    sp.element("button", { type: "button", id, onclick, ...more }, text);
  const labelled = (key, input, values) => sp.element("label", { class: "sp-field" },
    sp.element("span", {}, sp.say(key, values)), input);
  const nameOf = (school) => (school < 0 ? sp.say("draft.none") : sp.schoolName(school));
  const number = (id, key, min, max) => sp.element("input", { id, type: "number", min, max, value: form[key],
    oninput: (event) => { form[key] = Number(event.target.value); } });

  board.ui = { about, button, nameOf, part, stageCount };

  // --- what is picked ---------------------------------------------------------------------------

  board.drawPick = function () {
    const parts = board.site >= 0 || board.point ? newSchool() : board.blocks.size ? pickedBlocks()
      : board.school >= 0 ? pickedSchool() : [sp.element("p", { class: "sp-none" }, sp.say("draft.hint")), ...siteList()];
    return sp.element("section", { id: "draft-pick", class: "sp-pick", "aria-label": sp.say("draft.picked") }, parts);
  };

  const yearField = () => labelled("draft.from_year", sp.element("select", { id: "draft-year",
    onchange: (event) => { board.year = Number(event.target.value); sp.set({}); } },
    sp.model.years.filter((year) => year > sp.payload.base).map((year) =>
      sp.element("option", { value: year, selected: year === board.year }, String(year)))));

  function pickedBlocks() {
    const { stage, year } = sp.state;
    const blocks = [...board.blocks];
    const pupils = blocks.reduce((sum, block) =>
      sum + sp.model.ofBlock("pupils", sp.state.scenario, stage, block, year), 0);
    const locked = blocks.filter(board.isLocked).length;
    const head = [
      part("draft.picked_blocks", { n: sp.count(blocks.length), pupils: sp.count(pupils) }),
      sp.element("p", { class: "sp-kind" }, blocks.length === 1 ? sp.blockName(blocks[0]) : townsOf(blocks)),
      sp.element("div", { class: "sp-tools" },
        button("pick-village", sp.say("draft.village"), () => board.pickWhole("block_unit", ...blocks)),
        button("pick-township", sp.say("draft.township"), () => board.pickWhole("block_township", ...blocks)),
        button("pick-lock", sp.say(locked === blocks.length ? "draft.unlock" : "draft.lock"), board.lock),
        button("pick-none", sp.say("draft.clear"), () => { board.clear(); sp.set({}); })),
    ];
    if (locked) head.push(sp.element("p", { class: "sp-none" }, sp.say("draft.locked", { n: sp.count(locked) })));
    if (!sp.model.hasCatchments(stage) || sp.payload.stages[stage].intake !== "catchment")
      return [...head, sp.element("p", { class: "sp-none" }, sp.say("draft.no_catchments"))];
    const offers = board.listOffers(blocks, stageCount(), board.year);
    return [...head, yearField(),
      sp.element("p", { class: "sp-kind" }, sp.say("draft.give_hint")),
      sp.element("div", { class: "sp-offers" }, offers.slice(0, 3).map((offer, at) =>
        button("give-" + at, board.sayOffer(offer), () => board.give(offer.school), { "data-school": offer.school }))),
      sp.element("div", { class: "sp-row" }, labelled("draft.give_to", sp.element("select", { id: "give-to" },
        offers.map((offer) => sp.element("option", { value: offer.school }, board.sayOffer(offer))))),
        button("give", sp.say("draft.give"), () => board.give(Number(sp.byId("give-to").value))))];
  }

  function townsOf(blocks) {
    const { block_township: of } = sp.model.columns;
    return [...new Set(blocks.map((block) => (sp.payload.townships[of[block]] || ["", ""])[1]))].join(" \u00b7 ");
  }

  /** Schools that can take the blocks from a year on, nearest first. */
  board.listOffers = function (blocks, count, year) {
    const when = sp.payload.years.indexOf(year);
    const seats = (school) => count.seats[when * count.places + school];
    const free = (school) => seats(school) - count.residents[when * count.places + school];
    const walk = (school) => blocks.reduce((sum, block) => sum + board.walk(count, block, school), 0) / blocks.length;
    const own = blocks.every((block) => count.zone[when * count.blocks + block] === count.zone[when * count.blocks + blocks[0]])
      ? count.zone[when * count.blocks + blocks[0]] : -1;
    return count.taught.filter((school) => school !== own && seats(school) > 0 && !count.plan.places[school].isPrivate)
      .map((school) => ({ school, free: free(school), walk: walk(school) }))
      .sort((a, b) => a.walk - b.walk || a.school - b.school);
  };

  board.sayOffer = ({ school, walk, free }) => sp.say("draft.offer", { school: nameOf(school),
    walk: Number.isFinite(walk) ? sp.metres(walk) : sp.say("draft.no_way"), free: sp.count(free, true) });

  function pickedSchool() {
    const { stage, year } = sp.state;
    const count = stageCount();
    const { plan } = board.work();
    const place = plan.places[board.school];
    const get = (column) => count[column][year * count.places + board.school];
    const taught = count.taught.includes(board.school);
    const step = (fields) => board.step({ ...fields, year: board.year });
    const code = sp.payload.stages[stage].code;
    const others = sp.payload.stages.filter((of) => of.code !== code);
    form.into = form.into || (others[0] || {}).code;
    return [
      part("draft.school", { school: nameOf(board.school) }),
      ...(taught ? [sp.element("dl", { class: "sp-facts" }, [["card.seats", get("seats")], ["card.classrooms", get("rooms")],
        ["card.residents", get("residents")], ["draft.entrants", Math.round(get("entrants"))]].map(([key, value]) =>
        sp.element("div", {}, sp.element("dt", {}, sp.say(key)), sp.element("dd", {}, about() + sp.count(value)))))]
        : [sp.element("p", {}, sp.say("card.not_taught", { stage: sp.stageName(stage) }))]),
      sp.element("div", { class: "sp-tools" }, button("pick-catchment", sp.say("draft.catchment"), pickCatchment),
        button("pick-none", sp.say("draft.clear"), () => { board.clear(); sp.set({}); })),
      yearField(),
      ...(taught ? [
        sp.element("div", { class: "sp-row" }, labelled("draft.more", number("expand-rooms", "more", -99, 99)),
          button("expand", sp.say("draft.expand"), () => step({ kind: "expand", school: place.id, classrooms: { [code]: form.more } }))),
        sp.element("div", { class: "sp-row" }, labelled("draft.convert_rooms", number("convert-rooms", "convert", 1, 99)),
          labelled("draft.convert_to", sp.element("select", { id: "convert-to", onchange: (event) => { form.into = event.target.value; } },
            others.map((of) => sp.element("option", { value: of.code, selected: of.code === form.into }, sp.pick(of.name))))),
          button("convert", sp.say("draft.convert"), () => step({ kind: "convert", school: place.id, from_stage: code,
            to_stage: form.into, classrooms: form.convert })))] : []),
      sp.element("div", { class: "sp-row" }, labelled("draft.merge_into", sp.element("select", { id: "merge-into" },
        heirs(place).map((at) => sp.element("option", { value: plan.places[at].id }, nameOf(at))))),
        button("merge", sp.say("draft.merge"), () => step({ kind: "merge", schools: [place.id], into: sp.byId("merge-into").value }))),
      button("close-school", sp.say("draft.close"), () => step({ kind: "close", school: place.id })),
    ];
  }

  /** Schools that could take another in, the nearest in a straight line first. */
  function heirs(place) {
    const { plan } = board.work();
    const own = [...sp.drafting.countRooms(plan, board.school, board.year).keys()];
    const far = (at) => Math.hypot(plan.places[at].east - place.east, plan.places[at].north - place.north);
    return plan.places.map((_, at) => at).filter((at) => at !== board.school &&
      sp.drafting.isOpen(plan.places[at], board.year) && plan.places[at].isPrivate === place.isPrivate &&
      own.every((stage) => sp.drafting.countRooms(plan, at, board.year).has(stage)))
      .sort((a, b) => far(a) - far(b));
  }

  function pickCatchment() {
    const { blockSchool } = board.picture(sp.state.stage, sp.state.year);
    const { school } = board;
    board.pickBlocks([...blockSchool.keys()].filter((block) => blockSchool[block] === school), false);
  }

  // --- a new school -----------------------------------------------------------------------------

  function siteList() {
    const { plan } = board.work();
    const free = board.freeSites(plan, sp.state.stage);
    if (!free.length) return [];
    return [sp.element("div", { class: "sp-row" }, labelled("draft.site", sp.element("select", { id: "site-list" },
      free.map((at) => sp.element("option", { value: at }, sp.say("draft.site_of", { site: plan.ground.sites[at].name,
        n: plan.ground.sites[at].most, year: plan.ground.sites[at].earliest }))))),
      button("site-choose", sp.say("draft.site_choose"), () => board.pickSite(Number(sp.byId("site-list").value))))];
  }

  function newSchool() {
    const site = board.work().plan.ground.sites[board.site];
    const most = site ? site.most : 99;
    form.rooms = Math.min(form.rooms, most);
    form.name = form.name || sp.say("draft.new_name", { stage: sp.stageName(sp.state.stage) });
    return [
      part("draft.new_school", { stage: sp.stageName(sp.state.stage) }),
      sp.element("p", { class: "sp-kind" }, site ? sp.say("draft.site_of", { site: site.name, n: site.most, year: site.earliest })
        : sp.say("draft.free_point", { at: board.point.map((of) => of.toFixed(4)).join(", ") })),
      labelled("draft.school_name", sp.element("input", { id: "new-name", type: "text", value: form.name,
        oninput: (event) => { form.name = event.target.value; } })),
      sp.element("div", { class: "sp-row" }, labelled("draft.rooms", number("new-rooms", "rooms", 1, most)), yearField()),
      sp.element("p", { class: "sp-none" }, board.blocks.size ? sp.say("draft.new_blocks", { n: sp.count(board.blocks.size) })
        : sp.say("draft.new_settles")),
      sp.element("div", { class: "sp-tools" }, button("build", sp.say("draft.build"), () => {
        board.build({ name: form.name.trim() || sp.say("draft.new_name", { stage: sp.stageName(sp.state.stage) }), classrooms: form.rooms });
        form.name = "";
      }, { class: "sp-main" }),
        button("pick-none", sp.say("draft.clear"), () => { board.clear(); sp.set({}); })),
    ];
  }
})((window.seatplan = window.seatplan || {}));
