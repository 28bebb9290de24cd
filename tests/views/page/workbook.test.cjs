"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { crc32 } = require("node:zlib");
const { loadScripts } = require("./load.cjs");

const { workbook } = loadScripts("workbook");

/** The entries of a zip whose parts are stored: name -> text. */
function unzip(bytes) {
  const view = new DataView(bytes.buffer);
  const text = new TextDecoder();
  const parts = {};
  let at = 0;
  while (view.getUint32(at, true) === 0x04034b50) {
    const [size, name] = [view.getUint32(at + 18, true), view.getUint16(at + 26, true)];
    const start = at + 30 + name;
    assert.equal(view.getUint32(at + 14, true), crc32(bytes.subarray(start, start + size)));
    parts[text.decode(bytes.subarray(at + 30, start))] = text.decode(bytes.subarray(start, start + size));
    at = start + size;
  }
  assert.equal(view.getUint32(at, true), 0x02014b50); // then the list of entries
  return parts;
}

test("text in a CSV is never a formula, and quotes stay", () => {
  const text = workbook.writeCsv([["学校", "n"], ["=1+1", -5], ['a "b", c', 2], ["'@x", 0]]);
  assert.equal(text, "\ufeff学校,n\r\n'=1+1,-5\r\n\"a \"\"b\"\", c\",2\r\n''@x,0\r\n");
});

test("a workbook holds numbers as numbers and text as text", () => {
  const parts = unzip(workbook.writeXlsx("学校/表", [["学校", "n"], ["<甲> & \"乙\"\u0007", 12]]));
  assert.deepEqual(Object.keys(parts).sort(), ["[Content_Types].xml", "_rels/.rels",
    "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"]);
  assert.match(parts["xl/workbook.xml"], /<sheet name="学校 表"/);
  const sheet = parts["xl/worksheets/sheet1.xml"];
  assert.match(sheet, /<c r="B2"><v>12<\/v><\/c>/);
  assert.match(sheet, /<t xml:space="preserve">&lt;甲&gt; &amp; &quot;乙&quot;<\/t>/);
});

test("columns beyond Z have two letters", () => {
  const row = Array.from({ length: 28 }, (_, at) => at);
  const sheet = unzip(workbook.writeXlsx("x", [row]))["xl/worksheets/sheet1.xml"];
  for (const [letters, value] of [["Z", 25], ["AA", 26], ["AB", 27]])
    assert.match(sheet, new RegExp(`<c r="${letters}1" s="1"><v>${value}</v></c>`));
});

test("the same rows give the same bytes", () => {
  const write = () => workbook.writeXlsx("x", [["a"], [1]]);
  assert.deepEqual(write(), write());
});
