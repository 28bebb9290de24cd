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

  /** A disc in the colour of the school's own class, its area by its seats. */
  sp.drawDisc = function (ctx, [x, y], entry, size, { classOf, colours, hatched }) {
    const { none, ink } = sp.payload.palette;
    const klass = classOf(entry);
    const radius = Math.max(9, Math.sqrt(entry.seats) / 3) * size;
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

  const ABREAST = 16; // pixels from one symbol to the next of schools at one point

  /** @type {WeakMap<Standing[], Map<number, number>>} */
  const rows = new WeakMap();

  /** Where each of several schools at one point stands in their row: -0.5 and 0.5 of two.
   *  @param {Standing[]} standing */
  function lineUp(standing) {
    /** @type {Map<string, number[]>} */
    const sharing = new Map();
    for (const { school, seats, pupils } of standing) {
      if (!seats && !pupils) continue;
      const key = sp.geometry.schoolPoints[school].join();
      sharing.set(key, [...(sharing.get(key) || []), school]);
    }
    /** @type {Map<number, number>} */
    const places = new Map();
    for (const schools of sharing.values())
      schools.forEach((school, at) => places.set(school, at - (schools.length - 1) / 2));
    rows.set(standing, places);
    return places;
  }

  /** Where the symbol of a school stands, in pixels: those at one point stand side by side. */
  sp.symbolAt = function (view, { standing }, school, size) {
    const [x, y] = sp.geometry.schoolPoints[school];
    const place = (rows.get(standing) || lineUp(standing)).get(school) || 0;
    return [x * view.scale + view.dx + place * ABREAST * size, y * view.scale + view.dy];
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
