// The legend is a histogram; below it the symbols and the layers.
(function (sp) {
  "use strict";

  const SYMBOLS = {
    crowded: { crowded: true },
    large: { large: true },
    both: { crowded: true, large: true },
    fresh: { fresh: true },
    none: {},
  };
  const LAYERS = ["catchments", "lines", "rings", "roads", "water", "townships", "names"];

  /** What the classes are of: the balance by its rule, else the theme by its name. */
  sp.legendTitle = function (picture) {
    return sp.theme() ? sp.themeName(sp.theme()) : sp.balanceName(picture);
  };
  sp.balanceName = (picture) => sp.say(picture.byCatchments ? "legend.catchments" : "legend.schools");

  /** What the legend lists: each class, the highest first, then what has none. */
  sp.legendRows = function (picture) {
    const { counts, colours, hatched, blank } = sp.colour(picture);
    const ranges = sp.classRanges(picture);
    const rows = sp.classOrder(ranges).map((klass) =>
      ({ klass, colour: colours[klass], text: ranges[klass], count: counts[klass], hatched }));
    if (blank) rows.push({ klass: -1, colour: sp.payload.palette.none, text: sp.say("legend.blank"), count: blank, hatched: false });
    return rows;
  };

  sp.drawLegend = function () {
    const picture = sp.shown(sp.state.stage, sp.state.year);
    const own = !picture.byCatchments;
    sp.drawThemes();
    sp.byId("legend-title").textContent = sp.legendTitle(picture);
    const rows = sp.legendRows(picture);
    const most = Math.max(1, ...rows.map(({ count }) => count));
    sp.byId("legend-classes").replaceChildren(...rows.map(({ klass, colour, text, count, hatched }) => sp.element("li", {},
      sp.element("span", { class: "sp-swatch" + (hatched ? " is-class-" + klass : ""),
                           style: `background-color:${colour}` }),
      sp.element("span", { class: "sp-range" }, text),
      sp.element("span", { class: "sp-count-bar" },
        sp.element("span", { style: `width:${(100 * count) / most}%` })),
      sp.element("span", klass < 0 ? { class: "sp-count" } : { class: "sp-count", "data-class": klass }, sp.count(count)))));
    sp.byId("legend-note").textContent = own ? sp.say("legend.whole_district") : "";
    sp.byId("legend-note").hidden = !own;
    drawSymbolKey();
    drawRingKey();
  };

  const sizesShown = () => sp.model.sizes(sp.state.scenario, sp.state.stage, sp.state.year);

  let drawnKey = "";

  /** The symbols, drawn anew only where their words change. */
  function drawSymbolKey() {
    const words = Object.keys(SYMBOLS).map(sp.symbolName).join("|") + sp.state.stage + sp.state.edit;
    if (words === drawnKey) return;
    drawnKey = words;
    if (sp.state.edit) {
      drawDraftKey();
      return;
    }
    const shown = Object.entries(SYMBOLS).filter(([key]) => key === "fresh" || key === "none" ||
      key === "crowded" || sizesShown().length);
    sp.byId("legend-symbols").replaceChildren(...shown.map(([key, flags]) => {
      const canvas = sp.element("canvas", { width: 44, height: 44, "aria-hidden": "true" });
      const ctx = sp.contextOf(canvas);
      ctx.scale(2, 2);
      sp.drawSymbol(ctx, [11, 11], flags, 1);
      return sp.element("li", {}, canvas, sp.symbolName(key));
    }), gatheredKey());
  }

  /** What a number means, shown while one is on the map. */
  function gatheredKey() {
    const canvas = sp.element("canvas", { width: 44, height: 44, "aria-hidden": "true" });
    const ctx = sp.contextOf(canvas);
    ctx.scale(2, 2);
    sp.drawGathered(ctx, [11, 11], 3, 1);
    return sp.element("li", { class: "sp-gathered" }, canvas, sp.say("legend.gathered"));
  }

  /** While a draft is drawn: what it puts on the map. Flags hang on rolls, which it does not count. */
  function drawDraftKey() {
    /** @type {[string, (ctx: CanvasRenderingContext2D) => void][]} */
    const marks = [
      ["legend.picked", (ctx) => sp.drawOutline(ctx, [11, 11], 1, true)],
      ["legend.moved", (ctx) => sp.drawOutline(ctx, [11, 11], 1, false)],
      ["symbol.fresh", (ctx) => sp.drawSymbol(ctx, [11, 11], { fresh: true }, 1)],
      ["legend.site", (ctx) => sp.drawSite(ctx, [11, 11], 1, false)],
      ["legend.standing", (ctx) => sp.drawSymbol(ctx, [11, 11], {}, 1)],
      ["legend.locked", (ctx) => sp.drawLock(ctx, [11, 11], 1)],
    ];
    sp.byId("legend-symbols").replaceChildren(...marks.map(([key, draw]) => {
      const canvas = sp.element("canvas", { width: 44, height: 44, "aria-hidden": "true" });
      const ctx = sp.contextOf(canvas);
      ctx.scale(2, 2);
      draw(ctx);
      return sp.element("li", {}, canvas, sp.say(key));
    }), gatheredKey());
  }

  /** The names of the layers change with the language only. */
  sp.drawLegendWords = function () {
    const box = sp.byId("layers");
    /** @type {Record<string, Float64Array[]>} */
    const needs = { rings: sp.geometry.roads, roads: sp.geometry.roads, water: sp.geometry.water };
    const shown = LAYERS.filter((layer) => !needs[layer] || needs[layer].length);
    box.replaceChildren(...shown.map((layer) => sp.element("label", { class: "sp-layer" },
      sp.element("input", { type: "checkbox", checked: sp.state.layers[layer], "data-layer": layer,
        onchange: (event) => sp.set({ layers: { ...sp.state.layers, [layer]: event.target.checked } }) }),
      sp.say("layer." + layer))));
  };

  /** What a symbol means, with the limits of the stage in the year shown. */
  sp.symbolName = function (key) {
    const { scenario, stage, year } = sp.state;
    const limits = new Set();
    if (key === "crowded") sp.model.limits(scenario, stage, year).forEach((n) => limits.add(n));
    if (key === "large") sizesShown().forEach((n) => limits.add(n));
    return sp.say("symbol." + key, { limit: [...limits].map((n) => sp.count(n)).join("/") });
  };

  function drawRingKey() {
    const key = sp.byId("ring-key");
    const walk = sp.model.walk(sp.state.scenario, sp.state.stage, sp.state.year) || 500;
    key.hidden = !sp.state.layers.rings;
    if (key.hidden) return;
    const chosen = sp.state.selected && sp.state.selected.school >= 0;
    key.replaceChildren(
      sp.element("span", {}, sp.say(chosen ? "ring.one" : "ring.all")),
      ...[walk / 2, walk, 2 * walk].map((metres, band) => sp.element("span", {},
        sp.element("i", { style: `background:${sp.payload.palette.rings[band]}` }),
        "\u2264 " + sp.metres(metres))));
  }
})(globalThis.seatplan);
