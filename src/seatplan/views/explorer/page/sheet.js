// The plan sheet: one A3 picture of what is on the page, for PNG and for print.
(function (sp) {
  "use strict";

  const SERIF = '"Noto Serif CJK SC","Source Han Serif SC","Songti SC",SimSun,serif';
  const DENSITY = 300; // dots an inch of a saved picture
  const WIDTH = 1587, HEIGHT = 1123; // A3 landscape at 96 dots per inch

  /** A canvas with the sheet, `ratio` dots for each CSS pixel. */
  sp.drawSheet = function (ratio) {
    const canvas = sp.element("canvas", { width: WIDTH * ratio, height: HEIGHT * ratio });
    const ctx = sp.contextOf(canvas);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawOn(ctx);
    return canvas;
  };

  /** The sheet as lines, areas and letters: what is printed. */
  sp.drawVectorSheet = function () {
    const { svg, ctx } = sp.openSvg(WIDTH, HEIGHT);
    drawOn(ctx);
    return svg;
  };

  /** @param {CanvasRenderingContext2D} ctx whose unit is a CSS pixel */
  function drawOn(ctx) {
    const { stage, year } = sp.state;
    const picture = sp.shown(stage, year);
    const { panel, ground, ink } = sp.payload.palette;
    ctx.fillStyle = panel;
    ctx.fillRect(0, 0, WIDTH, HEIGHT);
    drawTitle(ctx, picture);
    const { frame, inset, key, symbols, foot } = layOut();
    const insetView = inset && sp.insetView(inset[2], inset[3]);
    const view = sp.fitView(sp.geometry.bounds, frame[2], frame[3], [34, 40, 54, 40]);
    view.frame = insetView && sp.viewBox(insetView);
    const options = { layers: sp.state.layers, selected: sp.state.selected, size: 1.05,
                      frame: view.frame };
    drawFrame(ctx, frame, ground, ink, () => sp.drawPicture(ctx, view, picture, options));
    drawScaleBar(ctx, frame, view);
    drawNorth(ctx, frame);
    if (inset && insetView) {
      write(ctx, sp.say("map.inset"), inset[0], inset[1] - 10, 15, 600);
      drawFrame(ctx, inset, ground, ink, () =>
        sp.drawPicture(ctx, insetView, picture, { ...options, frame: null }));
    }
    drawKey(ctx, key, picture);
    drawSymbols(ctx, symbols);
    drawFoot(ctx, foot);
  }

  /** @typedef {{ frame: Box, inset: Box | null, key: Point, symbols: Point, foot: Box }} Parts */

  /** Boxes and corners of the sheet's parts: a tall district leaves room for a large inset.
   *  @returns {Parts} */
  function layOut() {
    const [left, top, right, bottom] = sp.geometry.bounds;
    const tall = right - left < 0.9 * (bottom - top);
    if (tall && sp.geometry.core)
      return { frame: [60, 128, 690, 930], inset: [786, 152, 741, 560], key: [786, 756],
               symbols: [1252, 752], foot: [786, 976, 741] };
    return { frame: [60, 128, 1000, 930], inset: sp.geometry.core ? [1096, 152, 431, 316] : null,
             key: [1096, sp.geometry.core ? 506 : 160], symbols: [1096, sp.geometry.core ? 722 : 376],
             foot: [1096, 976, 431] };
  }

  /** @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} x
   *  @param {number} y @param {number} size @param {number} [weight]
   *  @param {string | null} [colour] @param {string | null} [family]
   *  @param {CanvasTextAlign} [align] */
  function write(ctx, text, x, y, size, weight, colour, family, align) {
    ctx.font = `${weight || 400} ${size}px ${family || sp.FONT}`;
    ctx.fillStyle = colour || sp.payload.palette.ink;
    ctx.textAlign = align || "left";
    ctx.textBaseline = "alphabetic";
    ctx.fillText(text, x, y);
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Picture} picture */
  function drawTitle(ctx, picture) {
    const total = sp.shownTotal(picture.stage, picture.year);
    const values = { district: sp.pick(sp.payload.district), stage: sp.stageName(picture.stage),
                     year: sp.model.years[picture.year], scenario: sp.shownName() };
    const title = sp.theme() ? sp.say("sheet.title_theme", { ...values, theme: sp.themeName(sp.theme()) })
      : sp.say("sheet.title", values);
    write(ctx, title, 58, 72, 34, 700, null, SERIF);
    const key = picture.byCatchments ? "sheet.subtitle" : "sheet.subtitle_schools";
    write(ctx, sp.say(key, { ...values, balance: sp.count(total.balance, true),
      demand: sp.count(total.residents), supply: sp.count(total.seats),
      pupils: sp.count(picture.shortage), places: sp.count(picture.short.length) }), 60, 104, 16, 400, sp.payload.palette.muted);
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Box} box @param {string} ground
   *  @param {string} ink @param {() => void} draw */
  function drawFrame(ctx, [x, y, width, height], ground, ink, draw) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y, width, height);
    ctx.clip();
    ctx.fillStyle = ground;
    ctx.fillRect(x, y, width, height);
    ctx.translate(x, y);
    draw();
    ctx.restore();
    ctx.strokeStyle = ink;
    ctx.lineWidth = 1.2;
    ctx.strokeRect(x, y, width, height);
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Box} box @param {View} view */
  function drawScaleBar(ctx, [x, y, , height], view) {
    const metre = view.scale * sp.geometry.metre;
    const length = [500, 1000, 2000, 5000, 10000].reverse().find((n) => n * metre < 190) || 500;
    const { ink, panel } = sp.payload.palette;
    const left = x + 24, bottom = y + height - 24, half = (length * metre) / 2;
    ctx.strokeStyle = ink;
    ctx.lineWidth = 1;
    ctx.fillStyle = ink;
    ctx.fillRect(left, bottom - 7, half, 7);
    ctx.fillStyle = panel;
    ctx.fillRect(left + half, bottom - 7, half, 7);
    ctx.strokeRect(left, bottom - 7, 2 * half, 7);
    write(ctx, "0", left - 2, bottom - 12, 13);
    write(ctx, sp.say("unit.kilometres", { n: length / 1000 }), left + 2 * half, bottom - 12, 13, 400, null, null, "center");
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Box} box */
  function drawNorth(ctx, [x, y, width]) {
    const at = [x + width - 34, y + 26];
    ctx.fillStyle = sp.payload.palette.ink;
    ctx.beginPath();
    ctx.moveTo(at[0], at[1]);
    ctx.lineTo(at[0] + 7, at[1] + 16);
    ctx.lineTo(at[0] - 7, at[1] + 16);
    ctx.closePath();
    ctx.fill();
    ctx.fillRect(at[0] - 1.2, at[1] + 14, 2.4, 30);
    write(ctx, sp.say("map.north"), at[0], at[1] + 64, 15, 600, null, null, "center");
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Point} point @param {Picture} picture */
  function drawKey(ctx, [x, top], picture) {
    const { line, bar, muted } = sp.payload.palette;
    write(ctx, sp.legendTitle(picture), x, top, 16, 700);
    const rows = sp.legendRows(picture);
    const most = Math.max(1, ...rows.map(({ count }) => count));
    rows.forEach(({ klass, colour, text, count, hatched }, at) => {
      const y = top + 16 + at * 25;
      ctx.fillStyle = colour;
      ctx.fillRect(x, y, 34, 16);
      ctx.save();
      ctx.beginPath();
      ctx.rect(x, y, 34, 16);
      ctx.clip();
      if (hatched) sp.hatchClass(ctx, klass, x, y, 34, 16, 1);
      ctx.restore();
      ctx.strokeStyle = line;
      ctx.strokeRect(x, y, 34, 16);
      write(ctx, text, x + 46, y + 13, 14.5);
      ctx.fillStyle = bar;
      ctx.fillRect(x + 200, y + 3, (150 * count) / most, 10);
      write(ctx, sp.count(count), x + 412, y + 13, 14.5, 400, muted, null, "right");
    });
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Point} point */
  function drawSymbols(ctx, [x, top]) {
    /** @type {[string, { crowded?: boolean, large?: boolean, fresh?: boolean }][]} */
    const symbols = [["crowded", { crowded: true }], ["large", { large: true }],
                     ["both", { crowded: true, large: true }], ["fresh", { fresh: true }], ["none", {}]];
    symbols.forEach(([key, flags], at) => {
      const y = top + at * 27;
      sp.drawSymbol(ctx, [x + 17, y], flags, 1.1);
      write(ctx, sp.symbolName(key), x + 46, y + 5, 14.5);
    });
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Box} box */
  function drawFoot(ctx, [x, top, width]) {
    const { muted } = sp.payload.palette;
    const most = width > 600 ? 3 : 8; // lines of what was assumed; the page tells the rest
    const said = breakText(ctx, sp.provenanceLine(), width, 14, most);
    const small = said.length > 1 ? breakText(ctx, sp.provenanceLine(), width, 11, most) : said;
    const first = top - (small.length - 1) * 15; // what was assumed takes the room above
    [sp.say("sheet.made_by"), sp.say("sheet.number")].forEach((text, at) =>
      fit(ctx, text, x, first + at * 26, width, 14, muted));
    small.forEach((text, at) =>
      write(ctx, text, x, first + 52 + at * 15, small.length > 1 ? 11 : 14, 400, muted));
    fit(ctx, sp.crsLine(), x, top + 78, width, 14, muted);
  }

  /** Break a text into lines, a Chinese one at any sign that does not close.
   *  @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} width
   *  @param {number} size @param {number} most */
  function breakText(ctx, text, width, size, most) {
    ctx.font = `400 ${size}px ${sp.FONT}`;
    const lines = [""];
    for (const piece of text.match(/[\u2e80-\uffff][，。；：、）”]*\s*|[^\s\u2e80-\uffff]+[，。；：、）”]*\s*|\s+/g) || []) {
      const last = lines[lines.length - 1];
      if (last && ctx.measureText(last + piece.trimEnd()).width > width) lines.push(piece);
      else lines[lines.length - 1] = last + piece;
    }
    return lines.length <= most ? lines : [...lines.slice(0, most - 1), lines[most - 1].slice(0, -2) + "…"];
  }

  /** Write a line, smaller where it would not fit.
   *  @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} x
   *  @param {number} y @param {number} width @param {number} size @param {string} colour */
  function fit(ctx, text, x, y, width, size, colour) {
    ctx.font = `400 ${size}px ${sp.FONT}`;
    const share = Math.min(1, width / ctx.measureText(text).width);
    write(ctx, text, x, y, Math.max(9, size * share), 400, colour);
  }

  sp.savePicture = function () {
    const { scenario, stage, year, edit } = sp.state;
    const name = [edit ? sp.scenarioFile.clean(sp.shownName()) : sp.payload.scenarios[scenario][0], sp.payload.stages[stage].code,
                  sp.model.years[year]].join("_").replace(/[^\w.-]+/g, "-");
    sp.drawSheet(DENSITY / 96).toBlob(async (blob) => {
      if (!blob) return;
      const png = sp.sayDensity(new Uint8Array(await blob.arrayBuffer()), DENSITY);
      sp.download(`seatplan_${name}.png`, new Blob([png], { type: "image/png" }));
    });
  };

  /** A PNG that says how many dots an inch it has, so that it is A3 wherever it is put (PNG, pHYs). */
  sp.sayDensity = function (png, density) {
    const chunk = new Uint8Array(21), view = new DataView(chunk.buffer);
    const metre = Math.round(density / 0.0254);
    view.setUint32(0, 9);
    chunk.set(new TextEncoder().encode("pHYs"), 4);
    view.setUint32(8, metre);
    view.setUint32(12, metre);
    chunk[16] = 1; // dots a metre
    view.setUint32(17, sp.workbook.checksum(chunk.subarray(4, 17)));
    const head = 33; // the signature and IHDR
    const whole = new Uint8Array(png.length + chunk.length);
    whole.set(png.subarray(0, head));
    whole.set(chunk, head);
    whole.set(png.subarray(head), head + chunk.length);
    return whole;
  };

  /** Hand a file to the reader. */
  sp.download = function (name, blob) {
    const link = sp.element("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  sp.startPrint = function () {
    window.addEventListener("beforeprint", () =>
      sp.byId("print-sheet").replaceChildren(sp.drawVectorSheet()));
    window.addEventListener("afterprint", () => sp.byId("print-sheet").replaceChildren());
  };
})(globalThis.seatplan);
