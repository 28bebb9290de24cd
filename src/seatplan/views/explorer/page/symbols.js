// The signs of schools and the hatch of shortage: the same on map, legend and sheet.
(function (sp) {
  "use strict";

  /** Strokes over a box, `gap` pixels apart. */
  sp.hatch = function (ctx, x, y, width, height, gap, colour) {
    ctx.beginPath();
    for (let at = x - height; at < x + width; at += gap) {
      ctx.moveTo(at, y + height);
      ctx.lineTo(at + height, y);
    }
    ctx.strokeStyle = colour;
    ctx.lineWidth = Math.min(gap / 4.5, 1.3);
    ctx.stroke();
  };

  // Strokes over the three classes of shortage, the worst first: distance and colour. A print in
  // grey, and a reader without colour, tell shortage from spare seats by them.
  /** @type {[number, "hatch" | "catchment"][]} */
  const STROKES = [[5, "hatch"], [8, "catchment"], [13, "catchment"]];
  sp.HATCHED = STROKES.length;

  /** Strokes over a class; nothing over those without shortage. */
  sp.hatchClass = function (ctx, klass, x, y, width, height, size) {
    if (klass < 0 || klass >= STROKES.length) return;
    const [gap, colour] = STROKES[klass];
    sp.hatch(ctx, x, y, width, height, gap * size, sp.payload.palette[colour]);
  };

  /** @param {Standing} entry */
  const radiusOf = (entry) => Math.max(9, Math.sqrt(entry.seats) / 3);

  /** A disc in the colour of the school's own class, its area by its seats. */
  sp.drawDisc = function (ctx, [x, y], entry, size, { classOf, colours, hatched }) {
    const { none, ink } = sp.payload.palette;
    const klass = classOf(entry);
    const radius = radiusOf(entry) * size;
    ctx.save();
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 7);
    ctx.fillStyle = klass < 0 ? none : colours[klass];
    ctx.fill();
    ctx.strokeStyle = ink;
    ctx.lineWidth = size;
    ctx.stroke();
    ctx.clip();
    if (hatched) sp.hatchClass(ctx, klass, x - radius, y - radius, 2 * radius, 2 * radius, size);
    ctx.restore();
  };

  /** Half the width of a school's symbol, or of its disc, in pixels.
   *  @param {Standing} entry @param {{ byCatchments?: boolean }} picture */
  function reachOf(entry, { byCatchments }) {
    const own = entry.fresh ? 10 : entry.large ? 8 : entry.crowded ? 6.8 : 3.8;
    return byCatchments === false ? Math.max(own, radiusOf(entry)) : own;
  }

  /** In the inset's frame symbols are small: the inset shows them in full.
   *  @param {View} view @param {Point} place @param {number} size */
  function framed({ frame }, [x, y], size) {
    const inside = frame && x > frame[0] && x < frame[2] && y > frame[1] && y < frame[3];
    return inside ? 0.72 * size : size;
  }

  const KEPT = 12;
  const SITE = 6.2; // pixels, half the width of a candidate site

  /** Shifts by school, those of candidate sites by -1 - site; what is gathered, by the same numbers.
   *  @typedef {{ shifts: Map<number, Point>, size: number, gathered: Gathered[], within: Set<number> }} Placing
   *  @type {WeakMap<Standing[], Map<string, Placing>>} */
  const known = new WeakMap();

  /** The last placings by what they hang on: figures alone change nothing.
   *  @type {Map<string, Placing>} */
  const alike = new Map();

  /** What stands on a map: its number, its place and half the width of its symbol.
   *  @param {View} view @param {Symbols} picture @param {number} size */
  function listShown(view, picture, size) {
    const schools = picture.standing.filter(({ seats, pupils }) => seats || pupils)
      .map((entry) => ({ school: entry.school, place: sp.geometry.schoolPoints[entry.school],
                         reach: reachOf(entry, picture) }));
    const sites = (picture.sites || []).map(({ site, place }) => ({ school: -1 - site, place, reach: SITE }));
    return [...schools, ...sites].map((shown) =>
      ({ ...shown, reach: shown.reach * framed(view, shown.place, size) }));
  }

  /** By how many pixels each symbol stands from its place, so that none lies on another.
   *  @param {View} view @param {Symbols} picture @param {number} size @returns {Placing} */
  function placeSymbols(view, picture, size) {
    const held = known.get(picture.standing) || new Map();
    known.set(picture.standing, held);
    const key = [view.scale, size, view.frame, (picture.sites || []).length].join();
    const found = held.get(key);
    if (found) return found;
    const shown = listShown(view, picture, size);
    const whole = [key, ...shown.map(({ school, place, reach }) => [school, place, reach])].join();
    const placing = alike.get(whole) || placeShown(shown, view.scale, size);
    if (alike.size >= KEPT) alike.clear();
    alike.set(whole, placing);
    if (held.size >= KEPT) held.clear();
    held.set(key, placing);
    return placing;
  }

  /** @param {ReturnType<typeof listShown>} shown @param {number} scale @param {number} unit
   *  @returns {Placing} */
  function placeShown(shown, scale, unit) {
    const spots = shown.map(({ place: [x, y] }) => /** @type {Point} */ ([x * scale, y * scale]));
    const placed = sp.placeDiscs(spots, shown.map(({ reach }) => reach), unit);
    const gathered = placed.groups.map((members) =>
      ({ at: placed.spots[members[0]], schools: members.map((at) => shown[at].school) }));
    return {
      size: placed.size, gathered, within: new Set(gathered.flatMap(({ schools }) => schools)),
      shifts: new Map(shown.map(({ school }, at) =>
        [school, [placed.spots[at][0] - spots[at][0], placed.spots[at][1] - spots[at][1]]])),
    };
  }

  /** How large the symbol of a school is drawn; 0 where it is gathered with others. */
  sp.symbolSize = function (view, picture, school, size) {
    const placing = placeSymbols(view, picture, size);
    if (placing.within.has(school)) return 0;
    return placing.size * (school < 0 ? size : framed(view, sp.geometry.schoolPoints[school], size));
  };

  /** Symbols gathered under their number, each with its place in pixels. */
  sp.listGathered = (view, picture, size) => placeSymbols(view, picture, size).gathered.map(
    ({ at: [x, y], schools }) => ({ at: [x + view.dx, y + view.dy], schools }));

  /** Where the symbol of a school stands, in pixels. */
  sp.symbolAt = function (view, picture, school, size) {
    const site = school < 0 && (picture.sites || []).find((each) => each.site === -1 - school);
    const [x, y] = site ? site.place : sp.geometry.schoolPoints[school];
    const [right, down] = placeSymbols(view, picture, size).shifts.get(school) || [0, 0];
    return [x * view.scale + view.dx + right, y * view.scale + view.dy + down];
  };

  /** Whether a symbol stands so far from its place that a line has to lead there. */
  sp.standsOff = function (view, picture, entry, size) {
    const drawn = sp.symbolSize(view, picture, entry.school, size);
    const [right, down] = placeSymbols(view, picture, size).shifts.get(entry.school) || [0, 0];
    return drawn > 0 && Math.hypot(right, down) > reachOf(entry, picture) * drawn;
  };

  /** Shapes carry the meaning: triangle, diamond, both, ringed plus, dot. */
  sp.drawSymbol = function (ctx, [x, y], { crowded, large, fresh }, size) {
    const { ink, panel } = sp.payload.palette;
    /** @param {Traced} path @param {number} width */
    const outlined = (path, width) => {
      ctx.strokeStyle = panel;
      ctx.lineWidth = width * size;
      ctx.lineJoin = "round";
      ctx.stroke(path);
      ctx.fillStyle = ink;
      ctx.fill(path);
    };
    if (fresh) {
      drawPlus(ctx, x, y, size);
      if (crowded || large) outlined(triangle(x + 8 * size, y - 7 * size, 4 * size), 2);
    } else if (large) {
      outlined(diamond(x, y, 7.5 * size), 2.6);
      if (crowded) {
        ctx.fillStyle = panel;
        ctx.fill(triangle(x, y + 0.4 * size, 3 * size));
      }
    } else if (crowded) {
      outlined(triangle(x, y, 5.6 * size), 2.4);
    } else {
      const dot = new sp.Path();
      dot.arc(x, y, 2.3 * size, 0, 7);
      ctx.fillStyle = panel;
      ctx.fill(dot);
      ctx.strokeStyle = ink;
      ctx.lineWidth = 1.1 * size;
      ctx.stroke(dot);
    }
  };

  /** @param {CanvasRenderingContext2D} ctx @param {number} x @param {number} y
   *  @param {number} size */
  function drawPlus(ctx, x, y, size) {
    const { ink, panel } = sp.payload.palette;
    /** @param {number} radius @param {string} colour */
    const circle = (radius, colour) => {
      ctx.beginPath();
      ctx.arc(x, y, radius * size, 0, 7);
      ctx.fillStyle = colour;
      ctx.fill();
    };
    circle(9.6, panel);
    circle(8.2, ink);
    circle(6.6, panel);
    ctx.strokeStyle = ink;
    ctx.lineWidth = 2.1 * size;
    ctx.beginPath();
    ctx.moveTo(x - 4.2 * size, y);
    ctx.lineTo(x + 4.2 * size, y);
    ctx.moveTo(x, y - 4.2 * size);
    ctx.lineTo(x, y + 4.2 * size);
    ctx.stroke();
  }

  /** @param {number} x @param {number} y @param {number} radius */
  function triangle(x, y, radius) {
    const path = new sp.Path();
    path.moveTo(x, y - radius * 1.1);
    path.lineTo(x + radius, y + radius * 0.8);
    path.lineTo(x - radius, y + radius * 0.8);
    path.closePath();
    return path;
  }

  /** @param {number} x @param {number} y @param {number} radius */
  function diamond(x, y, radius) {
    const path = new sp.Path();
    path.moveTo(x, y - radius);
    path.lineTo(x + radius, y);
    path.lineTo(x, y + radius);
    path.lineTo(x - radius, y);
    path.closePath();
    return path;
  }

  /** A site on which a draft may build: a square with a plus. */
  sp.drawSite = function (ctx, [x, y], size, chosen) {
    const { panel, ink, focus } = sp.payload.palette;
    ctx.beginPath();
    ctx.rect(x - 5.5 * size, y - 5.5 * size, 11 * size, 11 * size);
    ctx.fillStyle = chosen ? focus : panel;
    ctx.fill();
    ctx.moveTo(x - 3 * size, y);
    ctx.lineTo(x + 3 * size, y);
    ctx.moveTo(x, y - 3 * size);
    ctx.lineTo(x, y + 3 * size);
    ctx.strokeStyle = ink;
    ctx.lineWidth = (chosen ? 2.4 : 1.5) * size;
    ctx.stroke();
  };

  /** A block that stays with its school. */
  sp.drawLock = function (ctx, [x, y], size) {
    ctx.fillStyle = ctx.strokeStyle = sp.payload.palette.ink;
    ctx.fillRect(x - 4 * size, y - size, 8 * size, 6 * size);
    ctx.beginPath();
    ctx.arc(x, y - size, 3 * size, Math.PI, 0);
    ctx.lineWidth = 1.6 * size;
    ctx.stroke();
  };

  /** A line around a block: picked, or moved by the draft. */
  sp.drawOutline = function (ctx, [x, y], size, picked) {
    const { ink, focus, accent, panel } = sp.payload.palette;
    /** @type {[string, number][]} */
    const lines = picked ? [[ink, 5.4], [focus, 3]] : [[panel, 4], [accent, 2.2]];
    for (const [colour, width] of lines) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width * size;
      ctx.strokeRect(x - 7 * size, y - 5 * size, 14 * size, 10 * size);
    }
  };
})(globalThis.seatplan);
