// Drafts as scenario files and as part of the page's address.
(function (sp) {
  "use strict";

  const { board } = sp;

  /** Of a page that offers drafts. */
  const boardTexts = () => /** @type {BoardTexts} */ (sp.payload.board);

  board.write = function () {
    const draft = board.draft();
    return sp.scenarioFile.write(draft, board.ground(draft.base).steps, {
      title: [draft.name, draft.name], notes: [sp.say("draft.file_note", { plan: sp.scenarioName(draft.base) }),
        board.tellCommand(), ...(draft.locked.length ? [board.tellRezone()] : [])],
      source: sp.say("draft.source", { draft: draft.name }) });
  };

  let reported = "";

  /** Tell the notebook that the page stands in what is drawn; nothing while a step cannot be. */
  board.report = function () {
    if (!sp.payload.reports || !board.drafts.length) return;
    const text = board.workOf(board.draft()).faults.length ? "" : board.write();
    if (text === reported) return;
    reported = text;
    window.parent.postMessage({ seatplanDraft: text }, "*");
  };

  board.tellCommand = () => boardTexts().command.replace("{file}", board.fileName());

  /** The command that draws catchments anew from the draft on and leaves the locked blocks. */
  board.tellRezone = () => ["seatplan rezone data", "--scenario", board.fileName(), "--stage",
    sp.payload.stages[sp.state.stage].code, "--year", board.year,
    ...board.draft().locked.flatMap((block) => ["--lock", block])].join(" ");

  board.fileName = () => sp.scenarioFile.clean(board.draft().name).replace(/ /g, "-") + ".toml";

  board.save = () => sp.download(board.fileName(), new Blob([board.write()], { type: "application/toml" }));

  /** Take a scenario file in as a draft of its own. */
  board.load = function (text) {
    const plans = boardTexts().plans.map((plan) => plan.steps);
    const read = sp.scenarioFile.read(text, plans, boardTexts().fields);
    if (read.fault !== undefined) board.told = sp.say(read.fault, read.values);
    else if (!board.canFollow(read.base, read.steps)) board.told = sp.say("refusal.steps");
    else {
      board.add(read.base, read.steps, read.name, read.locked);
      sp.state.scenario = read.base;
    }
    sp.set({});
  };

  /** Whether steps that somebody else wrote have the fields that steps have. */
  board.canFollow = function (base, steps) {
    try {
      sp.drafting.follow(board.ground(base), steps);
      return true;
    } catch {
      return false;
    }
  };

  /** The draft as a part of the address, and back. */
  board.pack = function () {
    const { name, base, steps, locked } = board.draft();
    const bytes = new TextEncoder().encode(JSON.stringify([name, sp.payload.scenarios[base][0], steps, locked]));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  /** A link with a draft that this page does not know opens an empty draft, which says so. */
  board.refuseLink = function (base) {
    if (!board.drafts.some((draft) => draft.base === base)) board.add(base);
    board.told = sp.say("refusal.link");
  };

  board.unpack = function (text) {
    try {
      const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (mark) => mark.charCodeAt(0));
      const [name, plan, steps, locked] = JSON.parse(new TextDecoder().decode(bytes));
      const base = sp.payload.scenarios.findIndex(([code]) => code === plan);
      const known = Array.isArray(steps) && steps.every((step) => sp.drafting.KINDS.includes(step.kind));
      if (base < 0 || !known || !Array.isArray(locked)) return false;
      if (!board.canFollow(base, steps)) return false;
      const same = board.drafts.findIndex((draft) => draft.name === name);
      if (same >= 0) Object.assign(board.drafts[(board.at = same)], { base, steps, locked });
      else board.add(base, steps, String(name), locked);
      return true;
    } catch {
      return false;
    }
  };
})(globalThis.seatplan);
