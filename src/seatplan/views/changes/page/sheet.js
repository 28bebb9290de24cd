// A map of what changes, with its tables: a row is a place on the map, and the other way round.
(function (sp) {
  "use strict";

  let map, canvas, columns;
  const state = { selected: null };

  sp.startSheet = async function (leaflet) {
    const payload = (sp.payload = JSON.parse(sp.byId("seatplan-payload").textContent));
    if (!window.DecompressionStream) {
      sp.byId("sheet-note").textContent = payload.words["page.too_old"].join(" ");
      return;
    }
    sp.language = payload.language;
    columns = await sp.unpack(payload.tables);
    sp.geometry = sp.buildGeometry(payload, columns);
    startMap(leaflet);
    sp.byId("do-language").addEventListener("click", () => {
      sp.language = sp.language === "en" ? "zh" : "en";
      write();
      draw();
    });
    sp.byId("do-home").addEventListener("click", () => { state.selected = null; mark(); fit(); });
    write();
    open();
    document.body.dataset.ready = "yes";
    window.addEventListener("resize", open);
  };

  // --- words ------------------------------------------------------------------------------

  function write() {
    const { sheet, labels } = sp.payload;
    document.documentElement.lang = sp.language === "en" ? "en" : "zh-CN";
    sp.byId("sheet-heading").textContent = sp.pick(sheet.heading);
    sp.byId("sheet-note").textContent = sp.pick(sheet.note);
    document.querySelectorAll("[data-word]").forEach((element) =>
      element.textContent = sp.say(element.dataset.word));
    document.querySelectorAll("[data-aria-label]").forEach((element) =>
      element.setAttribute("aria-label", sp.say(element.dataset.ariaLabel)));
    const told = Object.entries(labels).map(([label, n]) => sp.say("provenance." + label) + " " + n);
    sp.byId("page-source").textContent = sp.say("page.provenance", { list: told.join(" · ") });
    sp.byId("figures").replaceChildren(...sheet.figures.map(([name, value]) =>
      sp.element("div", {}, sp.element("dt", {}, sp.pick(name)),
                 sp.element("dd", {}, cell(value)))));
    sp.byId("sheet-legend").replaceChildren(...sheet.legend.map(([kind, name]) =>
      sp.element("li", {}, swatch(kind), sp.pick(name))));
    sp.byId("sheet-tables").replaceChildren(...sheet.tables.flatMap(writeTable));
    mark();
  }

  /** A number, a text, or a pair in the reader's language; a dash where there is nothing. */
  const cell = (value) => Array.isArray(value) ? sp.pick(value)
    : typeof value === "number" ? sp.decimal(value) : value === null ? "—" : value;

  function writeTable({ name, title, heads, rows, places }) {
    const text = rows.length ? rows[0].map((value) => typeof value !== "number" && value !== null) : [];
    const side = (at) => (text[at] ? { class: "sp-text" } : {});
    const head = heads.map((pair, at) =>
      sp.element("th", { scope: "col", ...side(at) }, sp.pick(pair)));
    const body = rows.map((row, number) => {
      const place = places[number];
      const cells = row.map((value, at) => sp.element("td", side(at),
        at ? cell(value) : sp.element("button", { type: "button" }, cell(value))));
      return sp.element("tr", { "data-block": place.block, "data-area": place.area,
                                onclick: () => select(place, true) }, cells);
    });
    return [sp.element("h2", {}, sp.pick(title)),
            sp.element("table", { "data-table": name }, sp.element("thead", {}, sp.element("tr", {}, head)),
                       sp.element("tbody", {}, body))];
  }

  function swatch(kind) {
    const holder = sp.element("canvas", { width: 52, height: 32, "aria-hidden": "true" });
    const ctx = holder.getContext("2d");
    const { palette } = sp.payload;
    ctx.setTransform(2, 0, 0, 2, 0, 0);
    const line = (colour, width, dash) => {
      ctx.setLineDash(dash);
      Object.assign(ctx, { strokeStyle: colour, lineWidth: width });
      ctx.beginPath();
      ctx.moveTo(1, 8);
      ctx.lineTo(25, 8);
      ctx.stroke();
    };
    if (kind === "moved") {
      Object.assign(ctx, { fillStyle: palette.moved, strokeStyle: palette.ink, lineWidth: 1 });
      ctx.fillRect(3, 2, 20, 12);
      ctx.strokeRect(3, 2, 20, 12);
    } else if (kind === "old") line(palette.shortage, 1.6, [4, 3]);
    else if (kind === "new") line(palette.ink, 2.2, []);
    else if (kind === "same") line(palette.catchment, 1.1, []);
    else if (kind === "way") line(palette.accent, 1.4, []);
    else if (kind === "worth") disc(ctx, 13, 8, 7);
    else sp.drawSymbol(ctx, [13, 8], { crowded: kind === "short" }, 1);
    return holder;
  }

  // --- map --------------------------------------------------------------------------------

  const boxOf = (box) => L.latLngBounds(
    sp.geometry.toLatLng(box[0], box[3]), sp.geometry.toLatLng(box[2], box[1]));

  function startMap(leaflet) {
    map = leaflet;
    Object.assign(map.options, { zoomSnap: 0, zoomDelta: 0.75, wheelPxPerZoomLevel: 90 });
    canvas = sp.element("canvas", { class: "sp-canvas leaflet-zoom-animated", "aria-hidden": "true" });
    map.getPane("overlayPane").append(canvas);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 }).addTo(map);
    map.on("moveend zoomend resize viewreset", draw);
    map.on("zoomanim", (event) => L.DomUtil.setTransform(canvas, map._latLngToNewLayerPoint(
      map.containerPointToLatLng([0, 0]), event.zoom, event.center), map.getZoomScale(event.zoom)));
    map.on("mousemove", hover);
    map.on("mouseout", () => (sp.byId("tip").hidden = true));
    map.on("click", (event) => {
      const block = blockUnder(event.containerPoint);
      const row = document.querySelector(`tr[data-block="${block}"]`);
      select(row ? { block } : { area: sp.payload.sheet.after[block] }, false);
    });
  }

  function fit() {
    map.invalidateSize({ animate: false });
    map.setMinZoom(0);
    map.fitBounds(boxOf(sp.geometry.bounds), { animate: false, padding: [24, 24] });
    map.setMinZoom(map.getZoom() - 0.5);
    draw();
  }

  /** Open on most of what the sheet is about, where that is a part of the district. */
  function open() {
    fit();
    const { links, worth } = sp.payload.sheet;
    const points = [...links.map(([block]) => sp.geometry.blockPoints[block]),
                    ...worth.map(([school]) => sp.geometry.schoolPoints[school])];
    if (points.length < 4) return;
    const part = (axis, share) => points.map((point) => point[axis])
      .sort((a, b) => a - b)[Math.round(share * (points.length - 1))];
    const box = [part(0, 0.06), part(1, 0.06), part(0, 0.94), part(1, 0.94)];
    map.fitBounds(boxOf(box), { animate: false, maxZoom: 14.5, padding: [70, 70] });
    draw();
  }

  function view() {
    const size = map.getSize();
    const corner = map.latLngToContainerPoint([sp.geometry.south, sp.geometry.west]);
    return { width: size.x, height: size.y, dx: corner.x, dy: corner.y,
             scale: (256 * 2 ** map.getZoom() * sp.geometry.step) / 360 };
  }

  function blockUnder(point) {
    const { scale, dx, dy } = view();
    return sp.geometry.blockAt((point.x - dx) / scale, (point.y - dy) / scale);
  }

  function hover(event) {
    const tip = sp.byId("tip");
    const block = blockUnder(event.containerPoint);
    tip.hidden = block < 0;
    if (block < 0) return;
    const { before, after } = sp.payload.sheet;
    const names = [before[block], after[block]].map((area) => sp.pick(sp.payload.sheet.areas[area] || ["—", "—"]));
    tip.textContent = names[0] === names[1] ? names[0] : names.join(" → ");
    const size = map.getSize();
    tip.style.left = Math.min(event.containerPoint.x + 14, size.x - tip.offsetWidth - 6) + "px";
    tip.style.top = Math.max(4, event.containerPoint.y - 34) + "px";
  }

  function draw() {
    const now = view();
    if (!now.width || !now.height) return;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(canvas, { width: now.width * ratio, height: now.height * ratio });
    Object.assign(canvas.style, { width: now.width + "px", height: now.height + "px" });
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { sheet } = sp.payload;
    const layers = { catchments: true, names: true };
    const picture = { blockClass: sheet.classes, blockSchool: sheet.after, byCatchments: true,
                      standing: sheet.standing };
    sp.drawPicture(ctx, now, picture, { layers, keep: [] });
    drawLines(ctx, now);
    drawWorth(ctx, now);
    drawSelected(ctx, now);
  }

  /** The lines that go and those that are new, and the way from each block that moves to its school. */
  function drawLines(ctx, { scale, dx, dy }) {
    const { before, after, links } = sp.payload.sheet;
    const { palette } = sp.payload;
    const old = bordersOf(before, after);
    const fresh = bordersOf(after, before);
    const stroke = (path, colour, width, dash) => {
      ctx.setLineDash(dash.map((part) => part / scale));
      Object.assign(ctx, { strokeStyle: colour, lineWidth: width / scale });
      ctx.stroke(path);
    };
    ctx.save();
    ctx.transform(scale, 0, 0, scale, dx, dy);
    stroke(old, palette.shortage, 1.5, [5, 4]);
    stroke(fresh, palette.ink, 2.1, []);
    const ways = new Path2D();
    for (const [block, school] of links) {
      ways.moveTo(...sp.geometry.blockPoints[block]);
      ways.lineTo(...sp.geometry.schoolPoints[school]);
    }
    ctx.globalAlpha = 0.75;
    stroke(ways, palette.accent, 1.1, []);
    ctx.restore();
  }

  /** The borders between areas of `these` that are none between those of `others`. */
  function bordersOf(these, others) {
    const path = new Path2D();
    const { arcs, left, right } = sp.geometry;
    arcs.forEach((line, arc) => {
      const [one, other] = [left[arc], right[arc]];
      if (one < 0 || other < 0 || these[one] === these[other] || others[one] !== others[other]) return;
      path.moveTo(line[0], line[1]);
      for (let at = 2; at < line.length; at += 2) path.lineTo(line[at], line[at + 1]);
    });
    return path;
  }

  const disc = (ctx, x, y, radius) => {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 7);
    ctx.globalAlpha = 0.82;
    ctx.fillStyle = sp.payload.palette.accent;
    ctx.fill();
    ctx.globalAlpha = 1;
    Object.assign(ctx, { strokeStyle: sp.payload.palette.panel, lineWidth: 1.2 });
    ctx.stroke();
  };

  /** Discs whose area is what a classroom at the school is worth. */
  function drawWorth(ctx, { scale, dx, dy }) {
    const { worth } = sp.payload.sheet;
    const most = Math.max(...worth.map(([, value]) => value), 1e-9);
    for (const [school, value] of [...worth].sort((a, b) => b[1] - a[1])) {
      const [x, y] = sp.geometry.schoolPoints[school];
      if (value > 0) disc(ctx, x * scale + dx, y * scale + dy, 3 + 15 * Math.sqrt(value / most));
    }
  }

  function drawSelected(ctx, { scale, dx, dy }) {
    const { selected } = state;
    if (!selected) return;
    const { palette, sheet } = sp.payload;
    const path = selected.block >= 0 ? sp.geometry.blocks[selected.block].path
      : sp.geometry.bordersBetween((block) => (sheet.after[block] === selected.area ? 1 : -2));
    ctx.save();
    ctx.transform(scale, 0, 0, scale, dx, dy);
    for (const [colour, width] of [[palette.panel, 6], [palette.focus, 3]]) {
      Object.assign(ctx, { strokeStyle: colour, lineWidth: width / scale });
      ctx.stroke(path);
    }
    ctx.restore();
  }

  // --- a row and its place ----------------------------------------------------------------

  function select(place, move) {
    state.selected = place;
    mark();
    if (move) goTo(place);
    else draw();
  }

  function mark() {
    const { selected } = state;
    document.querySelectorAll("#sheet-tables tbody tr").forEach((row) => {
      const is = selected && (selected.block >= 0 ? row.dataset.block === String(selected.block)
        : row.dataset.area === String(selected.area));
      row.setAttribute("aria-selected", String(Boolean(is)));
      if (is) row.scrollIntoView({ block: "nearest" });
    });
  }

  function goTo({ block, area }) {
    const { after } = sp.payload.sheet;
    const boxes = sp.geometry.blocks.filter((_, at) => (block >= 0 ? at === block : after[at] === area))
      .map((item) => item.box);
    if (!boxes.length) return draw();
    const box = boxes.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]),
                                        Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
    map.fitBounds(boxOf(box), { maxZoom: 14.5, animate: false, padding: [110, 110] });
    draw();
  }
})((window.seatplan = window.seatplan || {}));
