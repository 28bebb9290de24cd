// Schools on the drawing board: one that is picked, and one that is to be built.
(function (sp) {
  "use strict";

  const { board } = sp;
  const { ui } = board;
  const { about, button, labelled, nameOf, part, stageCount } = ui;
  const form = { rooms: 24, more: 6, into: "", convert: 4, name: "" };

  /** @param {string} id @param {"rooms" | "more" | "convert"} key @param {number} min
   *  @param {number} max */
  const number = (id, key, min, max) =>
    sp.element("input", {
      id,
      type: "number",
      min,
      max,
      value: form[key],
      oninput: (event) => {
        form[key] = Number(event.target.value);
      },
    });

  ui.pickedSchool = function () {
    const { stage, year } = sp.state;
    const count = stageCount();
    const { plan } = board.work();
    const place = plan.places[board.school];
    /** @param {"seats" | "rooms" | "residents" | "entrants"} column */
    const get = (column) => count[column][year * count.places + board.school];
    const taught = count.taught.includes(board.school);
    /** @param {{ kind: string, [field: string]: any }} fields */
    const step = (fields) => board.step({ ...fields, year: board.year });
    const code = sp.payload.stages[stage].code;
    const others = sp.payload.stages.filter((of) => of.code !== code);
    form.into = form.into || (others[0] || {}).code;
    return [
      part("draft.school", { school: nameOf(board.school) }),
      ...(taught
        ? [
            sp.element(
              "dl",
              { class: "sp-facts" },
              /** @type {[string, number][]} */ ([
                ["card.seats", get("seats")],
                ["card.classrooms", get("rooms")],
                ["card.residents", get("residents")],
                ["draft.entrants", Math.round(get("entrants"))],
              ]).map(([key, value]) =>
                sp.element(
                  "div",
                  {},
                  sp.element("dt", {}, sp.say(key)),
                  sp.element("dd", {}, about() + sp.count(value)),
                ),
              ),
            ),
          ]
        : [sp.element("p", {}, sp.say("card.not_taught", { stage: sp.stageName(stage) }))]),
      sp.element(
        "div",
        { class: "sp-tools" },
        button("pick-catchment", sp.say("draft.catchment"), pickCatchment),
        button("pick-none", sp.say("draft.clear"), () => {
          board.clear();
          sp.set({});
        }),
      ),
      ui.yearField(),
      ...(taught
        ? [
            sp.element(
              "div",
              { class: "sp-row" },
              labelled("draft.more", number("expand-rooms", "more", -99, 99)),
              button("expand", sp.say("draft.expand"), () =>
                step({ kind: "expand", school: place.id, classrooms: { [code]: form.more } }),
              ),
            ),
            sp.element(
              "div",
              { class: "sp-row" },
              labelled("draft.convert_rooms", number("convert-rooms", "convert", 1, 99)),
              labelled(
                "draft.convert_to",
                sp.element(
                  "select",
                  {
                    id: "convert-to",
                    onchange: (event) => {
                      form.into = event.target.value;
                    },
                  },
                  others.map((of) =>
                    sp.element(
                      "option",
                      { value: of.code, selected: of.code === form.into },
                      sp.pick(of.name),
                    ),
                  ),
                ),
              ),
              button("convert", sp.say("draft.convert"), () =>
                step({
                  kind: "convert",
                  school: place.id,
                  from_stage: code,
                  to_stage: form.into,
                  classrooms: form.convert,
                }),
              ),
            ),
          ]
        : []),
      sp.element(
        "div",
        { class: "sp-row" },
        labelled(
          "draft.merge_into",
          sp.element(
            "select",
            { id: "merge-into" },
            heirs(place).map((at) =>
              sp.element("option", { value: plan.places[at].id }, nameOf(at)),
            ),
          ),
        ),
        button("merge", sp.say("draft.merge"), () =>
          step({ kind: "merge", schools: [place.id], into: sp.byId("merge-into").value }),
        ),
      ),
      button("close-school", sp.say("draft.close"), () =>
        step({ kind: "close", school: place.id }),
      ),
    ];
  };

  /** Schools that could take another in, the nearest in a straight line first.
   *  @param {Place} place */
  function heirs(place) {
    const { plan } = board.work();
    const own = [...sp.drafting.countRooms(plan, board.school, board.year).keys()];
    /** @param {number} at */
    const far = (at) =>
      Math.hypot(plan.places[at].east - place.east, plan.places[at].north - place.north);
    return plan.places
      .map((_, at) => at)
      .filter(
        (at) =>
          at !== board.school &&
          sp.drafting.isOpen(plan.places[at], board.year) &&
          plan.places[at].isPrivate === place.isPrivate &&
          own.every((stage) => sp.drafting.countRooms(plan, at, board.year).has(stage)),
      )
      .sort((a, b) => far(a) - far(b));
  }

  function pickCatchment() {
    const { blockSchool } = board.picture(sp.state.stage, sp.state.year);
    const { school } = board;
    board.pickBlocks(
      [...blockSchool.keys()].filter((block) => blockSchool[block] === school),
      false,
    );
  }

  // --- a new school -----------------------------------------------------------------------------

  ui.siteList = function () {
    const { plan } = board.work();
    const free = board.freeSites(plan, sp.state.stage);
    if (!free.length) return [];
    return [
      sp.element(
        "div",
        { class: "sp-row" },
        labelled(
          "draft.site",
          sp.element(
            "select",
            { id: "site-list" },
            free.map((at) =>
              sp.element(
                "option",
                { value: at },
                sp.say("draft.site_of", {
                  site: plan.ground.sites[at].name,
                  n: plan.ground.sites[at].most,
                  year: plan.ground.sites[at].earliest,
                }),
              ),
            ),
          ),
        ),
        button("site-choose", sp.say("draft.site_choose"), () =>
          board.pickSite(Number(sp.byId("site-list").value)),
        ),
      ),
    ];
  };

  ui.newSchool = function () {
    const site = board.work().plan.ground.sites[board.site];
    const most = site ? site.most : 99;
    form.rooms = Math.min(form.rooms, most);
    form.name = form.name || sp.say("draft.new_name", { stage: sp.stageName(sp.state.stage) });
    return [
      part("draft.new_school", { stage: sp.stageName(sp.state.stage) }),
      sp.element(
        "p",
        { class: "sp-kind" },
        site
          ? sp.say("draft.site_of", { site: site.name, n: site.most, year: site.earliest })
          : sp.say("draft.free_point", { at: (board.point || []).map((of) => of.toFixed(4)).join(", ") }),
      ),
      labelled(
        "draft.school_name",
        sp.element("input", {
          id: "new-name",
          type: "text",
          value: form.name,
          oninput: (event) => {
            form.name = event.target.value;
          },
        }),
      ),
      sp.element(
        "div",
        { class: "sp-row" },
        labelled("draft.rooms", number("new-rooms", "rooms", 1, most)),
        ui.yearField(),
      ),
      sp.element(
        "p",
        { class: "sp-none" },
        board.blocks.size
          ? sp.say("draft.new_blocks", { n: sp.count(board.blocks.size) })
          : sp.say("draft.new_settles"),
      ),
      sp.element(
        "div",
        { class: "sp-tools" },
        button(
          "build",
          sp.say("draft.build"),
          () => {
            board.build({
              name:
                form.name.trim() ||
                sp.say("draft.new_name", { stage: sp.stageName(sp.state.stage) }),
              classrooms: form.rooms,
            });
            form.name = "";
          },
          { class: "sp-main" },
        ),
        button("pick-none", sp.say("draft.clear"), () => {
          board.clear();
          sp.set({});
        }),
      ),
    ];
  };
})(globalThis.seatplan);
