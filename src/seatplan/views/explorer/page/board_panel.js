// The panel of the drawing board: drafts, figures, what is picked, steps, export.
(function (sp) {
  "use strict";

  const { board } = sp;

  sp.drawBoardPanel = function () {
    const panel = sp.byId("board");
    const on = Boolean(sp.state.edit);
    panel.hidden = !on;
    document.body.classList.toggle("is-editing", on);
    document.body.classList.toggle("has-pick", on && board.isPicking());
    sp.byId("do-edit").setAttribute("aria-pressed", String(on));
    sp.byId("do-edit").hidden = !board.offered();
    if (!on) return;
    board.year = board.year || board.firstYear();
    sp.byId("overview").hidden = true;
    const focused = document.activeElement && document.activeElement.id;
    panel.replaceChildren(
      draftBar(),
      toolBar(),
      ...told(),
      ...figures(),
      ...stepPart(),
      ...ui.outlook(),
      ...ui.comparison(),
      ui.exportPart(),
    );
    const again = focused && sp.byId(focused);
    if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  };

  const { ui } = board;
  const { about, button, nameOf, part } = ui;

  // --- drafts -----------------------------------------------------------------------------------

  function draftBar() {
    const draft = board.draft();
    return sp.element(
      "div",
      { class: "sp-drafts" },
      sp.element(
        "select",
        {
          id: "draft-list",
          "aria-label": sp.say("draft.choose"),
          onchange: (event) => board.choose(Number(event.target.value)),
        },
        board.drafts.map((of, at) =>
          sp.element("option", { value: at, selected: at === board.at }, of.name),
        ),
      ),
      sp.element("input", {
        id: "draft-name",
        type: "text",
        value: draft.name,
        "aria-label": sp.say("draft.rename"),
        onchange: (event) => {
          draft.name = event.target.value.trim() || draft.name;
          sp.set({});
        },
      }),
      sp.element(
        "div",
        { class: "sp-tools" },
        sp.element(
          "span",
          { class: "sp-kind" },
          sp.say("draft.on", { plan: sp.scenarioName(draft.base) }),
        ),
        button("draft-new", sp.say("draft.new"), () => {
          board.add(draft.base);
          sp.set({});
        }),
        button("draft-copy", sp.say("draft.copy"), () => {
          board.add(draft.base, draft.steps, null, draft.locked);
          sp.set({});
        }),
        button("draft-remove", sp.say("draft.remove"), board.remove),
      ),
    );
  }

  function toolBar() {
    const { past, future } = board.draft();
    return sp.element(
      "div",
      { class: "sp-tools", role: "group", "aria-label": sp.say("draft.tools") },
      button("draft-undo", sp.say("draft.undo"), board.undo, { disabled: !past.length }),
      button("draft-redo", sp.say("draft.redo"), board.redo, { disabled: !future.length }),
      toolButton("lasso"),
      toolButton("point"),
      button("draft-save", sp.say("draft.save"), board.save, {
        class: "sp-main",
        disabled: board.work().faults.length > 0,
      }),
    );
  }

  /** @param {string} tool */
  const toolButton = (tool) =>
    button(
      "tool-" + tool,
      sp.say(tool === "lasso" ? "draft.lasso" : "draft.point"),
      () => {
        board.tool = board.tool === tool ? "" : tool;
        sp.set({});
      },
      { "aria-pressed": String(board.tool === tool) },
    );

  const told = () => [
    sp.element("p", { id: "draft-told", class: "sp-told", role: "status" }, board.told || ""),
  ];

  // --- figures ----------------------------------------------------------------------------------

  function figures() {
    const { stage, year } = sp.state;
    const { base } = board.draft();
    const [count, before] = [board.count(stage), board.before(base, stage)];
    const now = board.figures(count, before, base, stage, year);
    const then = board.figures(before, null, base, stage, year);
    const own = !sp.model.hasCatchments(stage); // nobody moves, and no block has a way of its own
    const limit = own ? 0 : sp.model.walk(base, stage, year);
    /** @param {string} key @param {string} name @param {string} value @param {string} change */
    const row = (key, name, value, change) =>
      sp.element(
        "div",
        { class: "sp-figure" },
        sp.element("dt", {}, name),
        sp.element("dd", { "data-draft": key }, about() + value),
        sp.element("dd", { class: "sp-change" }, change),
      );
    /** @param {keyof DraftFigures} key */
    const diff = (key) => {
      const by = Math.round(now[key]) - Math.round(then[key]);
      return by ? sp.say("draft.change", { n: sp.count(by, true) }) : "";
    };
    return [
      sp.element(
        "p",
        { class: "sp-when" },
        sp.say("panel.when", {
          year: sp.model.years[year],
          stage: sp.stageName(stage),
          scenario: board.draft().name,
        }),
      ),
      sp.element(
        "p",
        { class: "sp-big" },
        sp.element("span", { id: "draft-shortage-name" },
          sp.say(own ? "shortage.roll" : "shortage.catchment") + " "),
        sp.element(
          "b",
          { id: "draft-shortage", class: now.shortage ? "is-short" : "" },
          about() + sp.count(now.shortage),
        ),
        " ",
        sp.element("span", {}, sp.say("unit.pupils")),
        " ",
        sp.element("small", { id: "draft-change" }, diff("shortage")),
      ),
      board.drawPick(),
      sp.element(
        "dl",
        { class: "sp-draft-figures" },
        row("short", sp.say(own ? "figure.short_schools" : "figure.short"), sp.count(now.short), diff("short")),
        row("demand", sp.say("figure.demand"), sp.count(now.demand), ""),
        row("supply", sp.say("figure.supply"), sp.count(now.supply), diff("supply")),
        ...(own
          ? []
          : [
              row(
                "moved",
                sp.say("draft.moved"),
                sp.count(now.moved),
                now.blocks ? sp.say("draft.blocks", { n: sp.count(now.blocks) }) : "",
              ),
              row("walk", sp.say("draft.walk"), sp.count(now.walk), diff("walk")),
            ]),
        ...(limit
          ? [
              row(
                "beyond",
                sp.say("draft.beyond", { limit: sp.metres(limit) }),
                sp.count(now.beyond),
                diff("beyond"),
              ),
            ]
          : []),
      ),
      ...(about() ? [sp.element("p", { class: "sp-none" }, sp.say(whyAbout()))] : []),
    ];
  }

  function whyAbout() {
    const { intake } = sp.payload.stages[sp.state.stage];
    if (intake !== "catchment")
      return intake === "seats" ? "draft.about_seats" : "draft.about_nearest";
    return board.work().plan.loose.size ? "draft.about_free" : "draft.about_rule";
  }

  // --- steps --------------------------------------------------------------------------------------

  function stepPart() {
    const { steps } = board.draft();
    const { faults } = board.work();
    if (!steps.length) return [];
    return [
      part("draft.steps", { n: sp.count(steps.length) }),
      sp.element(
        "ol",
        { id: "draft-steps", class: "sp-steps" },
        steps.map((step, at) => {
          const fault = faults.find((of) => of.at === at);
          return sp.element(
            "li",
            {},
            sp.element(
              "span",
              {},
              saySteps(step),
              ...(fault
                ? [sp.element("small", { class: "is-short" }, " " + sp.sayRefusal(fault))]
                : []),
            ),
            button("drop-" + at, "\u00d7", () => board.drop(at), {
              class: "sp-drop",
              "aria-label": sp.say("draft.drop", { n: at + 1 }),
            }),
          );
        }),
      ),
    ];
  }

  /** @type {Record<string, string>} */
  const WORDS = {
    rezone: "draft.step_rezone",
    new_school: "draft.step_new_school",
    close: "draft.step_close",
    merge: "draft.step_merge",
    expand: "draft.step_expand",
    convert: "draft.step_convert",
  };

  /** A step in a sentence.
   *  @param {Step} step */
  function saySteps(step) {
    const { plan } = board.work();
    /** @param {string} id */
    const name = (id) => {
      const at = plan.places.findIndex((place) => place.id === id);
      return at < 0 ? id : nameOf(at);
    };
    /** @param {string} code */
    const stage = (code) => {
      const of = sp.payload.stages.find((one) => one.code === code);
      return of ? sp.pick(of.name) : code;
    };
    const rooms = Number.isInteger(step.classrooms)
      ? step.classrooms
      : Object.entries(step.classrooms || {})
          .map(([code, n]) => stage(code) + " " + sp.count(n, step.kind === "expand"))
          .join(", ");
    return sp.say(WORDS[step.kind], {
      year: step.year,
      school: step.kind === "new_school" ? step.name : name(step.school),
      into: name(step.into),
      schools: (step.schools || []).map(name).join(", "),
      n: sp.count((step.blocks || []).length),
      stage: stage(step.stage),
      rooms,
      from: stage(step.from_stage),
      to: stage(step.to_stage),
    });
  }

  /** Why a step cannot be. */
  sp.sayRefusal = function ({ key, values }) {
    const known = sp.payload.stages.find((of) => of.code === values.stage);
    return sp.say(key, { ...values, ...(known ? { stage: sp.pick(known.name) } : {}) });
  };
})(globalThis.seatplan);
