// What follows from a draft: by year, who moves, limits, drafts side by side, and taking it away.
(function (sp) {
  "use strict";

  const { board } = sp;
  const { ui } = board;
  const { about, button, nameOf, part } = ui;

  ui.outlook = function () {
    const { stage, year } = sp.state;
    const { base } = board.draft();
    const [count, before] = [board.count(stage), board.before(base, stage)];
    const [now, was] = [board.shortages(count), board.shortages(before)];
    const { shortage, muted } = sp.payload.palette;
    const text = sp.say("draft.by_year_spoken", {
      year: sp.model.years[year],
      now: sp.count(now[year]),
      was: sp.count(was[year]),
    });
    const chart = sp.lineChart(
      [
        { values: was, colour: muted, width: 1.4, name: sp.say("draft.plan") },
        { values: now, colour: shortage, width: 2.2, name: sp.say("draft.draft") },
      ],
      { width: 300, height: 118, year, text },
    );
    const flows = board.flows(count, before, base, stage, year);
    return [
      part(sp.model.hasCatchments(stage) ? "draft.by_year" : "draft.by_year_roll"),
      chart,
      ...(flows.length
        ? [part("draft.flows", { year: sp.model.years[year] }), flowTable(flows)]
        : []),
      ...limits(count, before, base, stage, year),
    ];
  };

  /** @param {Flow[]} flows */
  function flowTable(flows) {
    const head = ["draft.flow_from", "draft.flow_to", "draft.flow_pupils"].map((key, at) =>
      sp.element("th", { scope: "col", class: at < 2 ? "sp-text" : "" }, sp.say(key)),
    );
    return sp.element(
      "table",
      { class: "sp-small", id: "draft-flows" },
      sp.element("thead", {}, sp.element("tr", {}, head)),
      sp.element(
        "tbody",
        {},
        flows
          .slice(0, 12)
          .map((flow) =>
            sp.element(
              "tr",
              {},
              sp.element("th", { scope: "row" }, nameOf(flow.from)),
              sp.element("td", { class: "sp-text" }, nameOf(flow.to)),
              sp.element("td", {}, about() + sp.count(flow.pupils)),
            ),
          ),
      ),
    );
  }

  /** @param {Count} count @param {Count} before @param {number} base @param {number} stage
   *  @param {number} year */
  function limits(count, before, base, stage, year) {
    const rows = board
      .worse(count, before)
      .slice(0, 6)
      .map((of) =>
        sp.say("draft.worse", {
          school: nameOf(of.school),
          year: of.year,
          now: about() + sp.count(of.now),
          was: sp.count(of.was),
          first: of.first,
        }),
      );
    const far = board.farther(count, before, base, stage, year);
    if (far.blocks)
      rows.push(
        sp.say("draft.farther", {
          n: sp.count(far.blocks),
          pupils: sp.count(far.pupils),
          limit: sp.metres(far.limit),
          longest: sp.metres(far.longest),
        }),
      );
    for (const of of board.tooLarge(stage, year).slice(0, 4))
      rows.push(
        sp.say("draft.too_large", {
          school: nameOf(of.school),
          n: about() + sp.count(of.pupils),
          most: sp.count(of.most),
        }),
      );
    return [
      part("draft.limits"),
      rows.length
        ? sp.element(
            "ul",
            { class: "sp-flags", id: "draft-limits" },
            rows.map((row) => sp.element("li", {}, row)),
          )
        : sp.element("p", { class: "sp-none" }, sp.say("draft.no_limits")),
    ];
  }

  /** The drafts beside each other, and beside their plans. */
  ui.comparison = function () {
    if (board.drafts.length < 2) return [];
    const { stage, year } = sp.state;
    const rows = board.drafts.map((draft) => {
      const [count, before] = [
        board.countOf(board.workOf(draft), stage),
        board.before(draft.base, stage),
      ];
      const of = board.figures(count, before, draft.base, stage, year);
      const values = [of.shortage, of.supply, of.moved, of.walk];
      return { name: draft.name, mark: count.exact ? "" : "\u2248 ", values };
    });
    const head = [
      "draft.draft",
      "shortage.catchment",
      "figure.supply",
      "draft.moved_short",
      "draft.walk_short",
    ];
    return [
      part("draft.compare"),
      sp.element(
        "div",
        { class: "sp-wide", tabindex: 0, role: "group", "aria-label": sp.say("draft.compare") },
        sp.element(
          "table",
          { class: "sp-small", id: "draft-compare" },
          sp.element(
            "thead",
            {},
            sp.element(
              "tr",
              {},
              head.map((key) => sp.element("th", { scope: "col" }, sp.say(key))),
            ),
          ),
          sp.element(
            "tbody",
            {},
            rows.map(({ name, mark, values }) =>
              sp.element(
                "tr",
                {},
                sp.element("th", { scope: "row" }, name),
                values.map((value) => sp.element("td", {}, mark + sp.count(value))),
              ),
            ),
          ),
        ),
      ),
    ];
  };

  ui.exportPart = function () {
    const file = sp.element("input", {
      type: "file",
      id: "draft-file",
      accept: ".toml",
      class: "sp-unseen",
      tabindex: -1,
      "aria-label": sp.say("draft.load"),
      onchange: (event) => {
        const [chosen] = event.target.files || [];
        if (chosen) chosen.text().then(board.load);
      },
    });
    return sp.element(
      "section",
      { class: "sp-export" },
      part("draft.unknown_title"),
      sp.element("p", { class: "sp-none" }, sp.say("draft.unknown")),
      sp.element("code", { id: "draft-command" }, board.tellCommand()),
      ...(board.draft().locked.length
        ? [
            sp.element("p", { class: "sp-none" }, sp.say("draft.go_on")),
            sp.element("code", { id: "draft-rezone" }, board.tellRezone()),
          ]
        : []),
      sp.element(
        "div",
        { class: "sp-tools" },
        button("draft-load", sp.say("draft.load"), () => file.click()),
        file,
        button("draft-leave", sp.say("draft.leave"), () => sp.set({ edit: false })),
      ),
    );
  };
})(globalThis.seatplan);
