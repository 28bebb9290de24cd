// Columns of numbers, as packing.py stores them: deflated, in base 64; whole ones as differences.
(function (sp) {
  "use strict";

  const WHOLE = { 1: Int8Array, 2: Int16Array, 4: Int32Array };
  const FLOATS = { f4: Float32Array, f8: Float64Array };

  /** Resolve to {name: Int32Array, or of floats} for the columns of `packed`. */
  sp.unpack = async function (packed) {
    const bytes = Uint8Array.from(atob(packed.text), (mark) => mark.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const raw = await new Response(stream).arrayBuffer();
    /** @type {Columns} */
    const columns = {};
    let offset = 0;
    for (const [name, kind, size, row, part] of packed.columns) {
      const floats = typeof kind === "string" ? new FLOATS[kind](raw, offset, size) : null;
      const whole = typeof kind === "number" ? new WHOLE[kind](raw, offset, size) : null;
      columns[name] = floats || restore(whole || [], row, part);
      offset += size * (typeof kind === "string" ? Number(kind[1]) : kind);
    }
    return columns;
  };

  /** Undo the differences: along each row, then from the first part.
   *  @param {ArrayLike<number>} stored @param {number} row @param {number} part */
  function restore(stored, row, part) {
    const values = new Int32Array(stored);
    const { length } = values;
    if (row > 1)
      for (let start = 0; start < length; start += row)
        for (let at = start + 1; at < start + row && at < length; at++) values[at] += values[at - 1];
    if (part)
      for (let start = part; start < length; start += part)
        for (let at = 0; at < part && start + at < length; at++) values[start + at] += values[at];
    return values;
  }
})((globalThis.seatplan = /** @type {Seatplan} */ ({}))); // the first script: the others add to it
