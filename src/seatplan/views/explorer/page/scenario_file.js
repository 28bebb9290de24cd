// A draft as a scenario file, and back. No page in here; `smolToml` reads what is TOML.
(function (sp) {
  "use strict";
  const files = (sp.scenarioFile = /** @type {ScenarioFile} */ ({}));

  const MARKS = /[/\\:*?"<>|\u0000-\u001f]/g; // not in the name of a folder, on some system
  const LOCKED = "# locked = ";
  const KEYS = new Set(["name", "title", "intervention"]);

  /** Plain keys as they are, others in quotes.
   *  @param {string} key @returns {string} */
  const writeKey = (key) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : writeValue(key));

  /** @param {unknown} value @returns {string} */
  function writeValue(value) {
    if (Array.isArray(value)) return "[" + value.map(writeValue).join(", ") + "]";
    if (value && typeof value === "object")
      return (
        "{" +
        Object.entries(value)
          .map(([key, of]) => writeKey(key) + " = " + writeValue(of))
          .join(", ") +
        "}"
      );
    return typeof value === "string"
      ? JSON.stringify(value).replace(/\u007f/g, "\\u007f")
      : String(value);
  }

  /** A name that may be that of a folder and of a file. */
  files.clean = (name) =>
    name
      .replace(MARKS, " ")
      .replace(/\s+/g, " ")
      .replace(/^[. ]+/, "")
      .trim() || "draft";

  /**
   * @param {{name: string, steps: Step[], locked: string[]}} draft
   * @param {Step[]} before  the steps of the plan that it adds to
   * @param {DraftTexts} told
   * @returns {string} TOML
   */
  files.write = function (draft, before, told) {
    const lines = told.notes.map((note) => "# " + note.replace(/[\s\u0000-\u001f\u007f]+/g, " "));
    if (draft.locked.length) lines.push(LOCKED + writeValue(draft.locked));
    lines.push(
      "name = " + writeValue(files.clean(draft.name)),
      "title = " + writeValue({ zh: told.title[0], en: told.title[1] }),
    );
    for (const step of [
      ...before,
      ...draft.steps.map((own) => ({ source: told.source, ...own })),
    ]) {
      lines.push("", "[[intervention]]");
      for (const [key, value] of Object.entries(step))
        lines.push(writeKey(key) + " = " + writeValue(value));
    }
    return lines.join("\n") + "\n";
  };

  /** The same for equal steps, whatever the order of their keys.
   *  @param {unknown} value */
  const fingerprint = (value) =>
    JSON.stringify(value, (_, of) =>
      of && typeof of === "object" && !Array.isArray(of)
        ? Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)))
        : of,
    );

  /**
   * Read a scenario file back as a draft on the plan whose steps it begins with.
   * @param {string} text
   * @param {Step[][]} plans  the steps of each plan of the page
   * @param {Record<string, string[]>} fields  of each kind of step that a draft may have
   */
  files.read = function (text, plans, fields) {
    let table;
    try {
      table = globalThis.smolToml.parse(text.replace(/^\ufeff/, ""));
    } catch (error) {
      return { fault: "refusal.toml", values: { line: /** @type {{ line?: number }} */ (error).line || 1 } };
    }
    const steps = Array.isArray(table.intervention) ? table.intervention : [];
    if (typeof table.name !== "string" || table.extends !== undefined)
      return {
        fault: table.extends === undefined ? "refusal.name" : "refusal.extends",
        values: {},
      };
    const extra = Object.keys(table).find((key) => !KEYS.has(key));
    if (extra !== undefined) return { fault: "refusal.key", values: { key: extra } };
    const begins = plans.map((plan) =>
      plan.length <= steps.length &&
      plan.every((step, at) => fingerprint(step) === fingerprint(steps[at]))
        ? plan.length
        : -1,
    );
    const most = Math.max(...begins);
    if (most < 0) return { fault: "refusal.plan", values: {} };
    const base = begins.indexOf(most);
    const own = steps.slice(most);
    const kinds = Object.keys(fields);
    const foreign = own.findIndex((step) => !kinds.includes(step.kind) || !isWhole(step));
    if (foreign >= 0)
      return {
        fault: "refusal.foreign",
        values: { n: most + foreign + 1, kind: String(own[foreign].kind) },
      };
    for (const [at, step] of own.entries()) {
      const key = Object.keys(step).find((of) => !fields[step.kind].includes(of));
      if (key !== undefined)
        return { fault: "refusal.field", values: { n: most + at + 1, kind: step.kind, key } };
    }
    return { name: table.name, base, steps: own.map(dropSource), locked: readLocked(text) };
  };

  /** Whether a step names what it changes: by a rule (`where`, `nearest`, a polygon) it does not.
   *  @param {Step} step */
  const isWhole = (step) =>
    Number.isInteger(step.year) &&
    step.where === undefined &&
    step.polygon === undefined &&
    (step.kind !== "merge" || (Array.isArray(step.schools) && ![undefined, "nearest"].includes(step.into))) &&
    (step.kind !== "rezone" || Array.isArray(step.blocks)) &&
    (step.kind !== "new_school" || typeof step.classrooms === "object");

  /** @param {Step} step */
  function dropSource(step) {
    const own = { ...step };
    delete own.source; // the page writes its own
    return own;
  }

  /** @param {string} text */
  function readLocked(text) {
    const line = text.split(/\r?\n/).find((of) => of.startsWith(LOCKED));
    try {
      return line ? JSON.parse(line.slice(LOCKED.length)) : [];
    } catch {
      return [];
    }
  }
})(globalThis.seatplan);
