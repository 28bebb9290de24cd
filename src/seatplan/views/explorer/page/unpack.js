// Columns of numbers, as packing.py stores them: deflated, in base 64; whole ones as differences.
(function (sp) {
  "use strict";

  const KINDS = { 1: Int8Array, 2: Int16Array, 4: Int32Array };
  const FLOATS = { f4: Float32Array, f8: Float64Array };

  /** Resolve to {name: Int32Array, or of floats} for the columns of `packed`. */
  sp.unpack = async function (packed) {
    const bytes = Uint8Array.from(atob(packed.text), (mark) => mark.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const raw = await new Response(stream).arrayBuffer();
    const columns = {};
    let offset = 0;
    for (const [name, kind, size, row, part] of packed.columns) {
      const stored = new (FLOATS[kind] || KINDS[kind])(raw, offset, size);
      columns[name] = FLOATS[kind] ? stored : restore(stored, row, part);
      offset += stored.byteLength;
    }
    return columns;
  };

  /** Undo the differences: along each row, then from the first part. */
  function restore(stored, row, part) {
    const values = new Int32Array(stored);
    if (row > 1) {
      for (let at = 1; at < values.length; at++) {
        if (at % row) values[at] += values[at - 1];
      }
    }
    if (part) {
      for (let at = part; at < values.length; at++) values[at] += values[at % part];
    }
    return values;
  }
})((window.seatplan = window.seatplan || {}));
