// The table on the page as a file: CSV, or a workbook of one sheet. No page in here.
(function (sp) {
  "use strict";
  const sheets = (sp.workbook = /** @type {Seatplan["workbook"]} */ ({}));

  /** @typedef {(string | number)[][]} Rows  the headings first */

  /** CSV that Excel opens with its Chinese whole; text that a sheet would compute stays text. */
  sheets.writeCsv = function (/** @type {Rows} */ rows) {
    /** @param {string | number} value */
    const cell = (value) => {
      if (typeof value === "number") return String(value);
      const safe = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) ? "'" + value : value;
      return /[",\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
    };
    return "\ufeff" + rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  };

  // --- a workbook: Office Open XML (ECMA-376), its parts stored in a zip as they are ------------

  const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const PACKAGE = "http://schemas.openxmlformats.org/package/2006/";

  const MARKS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

  /** @param {string} text */
  const escape = (text) =>
    text
      .replace(
        /[&<>"]/g,
        (mark) => MARKS[/** @type {"&" | "<" | ">" | '"'} */ (mark)],
      )
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

  /** @param {number} at @returns {string} */
  const letters = (at) =>
    (at < 26 ? "" : letters(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));

  /** Wide enough for the longest text; Chinese characters take two.
   *  @param {Rows} rows @param {number} at */
  const widthOf = (rows, at) =>
    Math.min(
      48,
      2 +
        Math.max(
          ...rows.map((row) =>
            [...String(row[at] === undefined ? "" : row[at])].reduce(
              (sum, mark) => sum + (mark > "\u2e7f" ? 2 : 1),
              0,
            ),
          ),
        ),
    );

  function writeSheet(/** @type {Rows} */ rows) {
    /** @param {string | number} value @param {number} row @param {number} at */
    const cell = (value, row, at) => {
      const place = `r="${letters(at)}${row + 1}"${row ? "" : ' s="1"'}`;
      return typeof value === "number"
        ? `<c ${place}><v>${value}</v></c>`
        : `<c ${place} t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`;
    };
    const columns = rows[0]
      .map(
        (_, at) =>
          `<col min="${at + 1}" max="${at + 1}" width="${widthOf(rows, at)}" customWidth="1"/>`,
      )
      .join("");
    const lines = rows
      .map(
        (row, at) =>
          `<row r="${at + 1}">${row.map((value, column) => cell(value, at, column)).join("")}</row>`,
      )
      .join("");
    return (
      `${HEAD}<worksheet xmlns="${MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>` +
      '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>' +
      `</sheetViews><cols>${columns}</cols><sheetData>${lines}</sheetData>` +
      '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    );
  }

  /**
   * A workbook with one sheet, its headings bold and frozen.
   * @param {string} title  of the sheet: at most 31 characters are kept
   * @param {Rows} rows
   */
  sheets.writeXlsx = function (title, rows) {
    const name = escape(
      title
        .replace(/[\\/*?:[\]]/g, " ")
        .slice(0, 31)
        .trim() || "Sheet1",
    );
    /** @param {string} id @param {string} type @param {string} target */
    const relation = (id, type, target) =>
      `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
    /** @param {...string} inner */
    const relations = (...inner) =>
      `${HEAD}<Relationships xmlns="${PACKAGE}relationships">${inner.join("")}</Relationships>`;
    const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    return zip({
      "[Content_Types].xml":
        `${HEAD}<Types xmlns="${PACKAGE}content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        `<Override PartName="/xl/workbook.xml" ContentType="${kind}sheet.main+xml"/>` +
        `<Override PartName="/xl/styles.xml" ContentType="${kind}styles+xml"/>` +
        `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}worksheet+xml"/></Types>`,
      "_rels/.rels": relations(relation("r1", "officeDocument", "xl/workbook.xml")),
      "xl/workbook.xml":
        `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
        `<sheet name="${name}" sheetId="1" r:id="r1"/></sheets></workbook>`,
      "xl/_rels/workbook.xml.rels": relations(
        relation("r1", "worksheet", "worksheets/sheet1.xml"),
        relation("r2", "styles", "styles.xml"),
      ),
      "xl/styles.xml":
        `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/></font>` +
        '<font><b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>' +
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>' +
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf fontId="0"/>' +
        '<xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
      "xl/worksheets/sheet1.xml": writeSheet(rows),
    });
  };

  // --- zip (APPNOTE 6.3.9): entries stored, names in UTF-8 ---------------------------------------

  const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });

  function checksum(/** @type {Uint8Array} */ bytes) {
    let sum = 0xffffffff;
    for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
    return (sum ^ 0xffffffff) >>> 0;
  }

  /** The CRC-32 of bytes, as zip and PNG have it. */
  sheets.checksum = checksum;

  /** Numbers of so many bytes each, the lowest byte first.
   *  @param {...number[]} fields */
  const numbers = (...fields) =>
    fields.flatMap(([value, size]) =>
      Array.from({ length: size }, (_, at) => Math.floor(value / 2 ** (8 * at)) % 256),
    );

  const DAY = 33; // 1 January 1980: the same input gives the same bytes

  function zip(/** @type {Object<string, string>} */ parts) {
    const text = new TextEncoder();
    const files = /** @type {Uint8Array[]} */ ([]);
    const index = /** @type {number[]} */ ([]);
    let offset = 0;
    for (const [name, content] of Object.entries(parts)) {
      const [path, bytes] = [text.encode(name), text.encode(content)];
      const about = [
        [20, 2],
        [0x800, 2],
        [0, 2],
        [0, 2],
        [DAY, 2],
        [checksum(bytes), 4],
        [bytes.length, 4],
        [bytes.length, 4],
        [path.length, 2],
        [0, 2],
      ];
      const head = numbers([0x04034b50, 4], ...about);
      index.push(
        ...numbers([0x02014b50, 4], [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
        ...path,
      );
      files.push(Uint8Array.from(head), path, bytes);
      offset += head.length + path.length + bytes.length;
    }
    const count = Object.keys(parts).length;
    const end = numbers(
      [0x06054b50, 4],
      [0, 2],
      [0, 2],
      [count, 2],
      [count, 2],
      [index.length, 4],
      [offset, 4],
      [0, 2],
    );
    const whole = new Uint8Array(offset + index.length + end.length);
    let at = 0;
    for (const part of [...files, index, end]) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
})(globalThis.seatplan);
