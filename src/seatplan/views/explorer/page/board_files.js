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

  /** What stands on the board as parts of the address: drafts, what is picked, since when. */
  board.writeLink = function (link) {
    board.drafts.forEach((draft) => link.append("draft", pack(draft)));
    if (board.at < board.drafts.length - 1) link.set("drawn", String(board.at));
    if (board.year && board.year !== board.firstYear()) link.set("from", String(board.year));
    board.blocks.forEach((block) => link.append("picked", sp.model.blocks[block]));
    const { places, ground } = board.work().plan;
    if (board.school >= 0) link.set("change", places[board.school].id);
    if (board.site >= 0) link.set("site", ground.sites[board.site].id);
  };

  /** Put up what an address holds; false where a draft of it is not of this page. */
  board.readLink = function (link) {
    const at = /** @type {number[]} */ ([]);
    for (const text of link.getAll("draft")) {
      if (!unpack(text)) return false;
      at.push(board.at);
    }
    board.at = at[Number(link.get("drawn") ?? at.length - 1)] ?? board.at;
    board.clear();
    const { plan } = board.workOf(board.draft());
    const from = Number(link.get("from"));
    board.year = from > sp.payload.base && sp.model.years.includes(from) ? from : 0;
    for (const id of link.getAll("picked"))
      if (plan.ground.blockAt.has(id)) board.blocks.add(sp.model.blocks.indexOf(id));
    board.school = sp.drafting.find(plan, link.get("change") || "");
    board.site = plan.ground.sites.findIndex(({ id }) => id === link.get("site"));
    return true;
  };

  /** @param {Draft} draft */
  function pack({ name, base, steps, locked }) {
    const bytes = new TextEncoder().encode(JSON.stringify([name, sp.payload.scenarios[base][0], steps, locked]));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /** A link with a draft that this page does not know opens an empty draft, which says so. */
  board.refuseLink = function (base) {
    if (!board.drafts.some((draft) => draft.base === base)) board.add(base);
    board.told = sp.say("refusal.link");
  };

  /** @param {string} text */
  function unpack(text) {
    try {
      const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (mark) => mark.charCodeAt(0));
      const [name, plan, steps, locked] = JSON.parse(new TextDecoder().decode(bytes));
      const base = sp.payload.scenarios.findIndex(([code]) => code === plan);
      const kinds = Object.keys(boardTexts().fields);
      const known = Array.isArray(steps) && steps.every((step) => kinds.includes(step.kind));
      if (base < 0 || !known || !Array.isArray(locked)) return false;
      if (!board.canFollow(base, steps)) return false;
      const same = board.drafts.findIndex((draft) => draft.name === name);
      if (same >= 0) Object.assign(board.drafts[(board.at = same)], { base, steps, locked });
      else board.add(base, steps, String(name), locked);
      return true;
    } catch {
      return false;
    }
  }
})(globalThis.seatplan);
