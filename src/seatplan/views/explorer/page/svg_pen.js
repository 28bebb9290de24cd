// Draws on an SVG what is drawn on a canvas: lines and names of a print stay lines and names.
(function (sp) {
  "use strict";

  /** @type {Record<string, string>} */
  const ANCHORS = { left: "start", center: "middle", right: "end" };
  let clips = 0; // clip paths so far: no two on a page bear one id

  /** What save() keeps and restore() brings back. */
  const FRESH = {
    fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineJoin: "miter", lineCap: "butt",
    globalAlpha: 1, font: "10px sans-serif", textAlign: "left", textBaseline: "alphabetic",
    dash: /** @type {number[]} */ ([]), clipped: "", matrix: new DOMMatrix(),
  };

  /** The methods and settings of a canvas that the scene uses. */
  class SvgPen {
    now = { ...FRESH };
    /** @type {(typeof FRESH)[]} */
    saved = [];
    line = "";

    /** @param {number} width @param {number} height CSS pixels */
    constructor(width, height) {
      this.svg = sp.shape("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
      this.ruler = sp.contextOf(document.createElement("canvas"));
    }

    save() {
      this.saved.push({ ...this.now });
    }

    restore() {
      this.now = this.saved.pop() || this.now;
    }

    getTransform() {
      return this.now.matrix;
    }

    /** @param {...any} given a matrix, or its six numbers */
    setTransform(...given) {
      this.now.matrix = given.length === 1 ? given[0] : new DOMMatrix(given);
    }

    /** @param {...number} six */
    transform(...six) {
      this.now.matrix = this.now.matrix.multiply(new DOMMatrix(six));
    }

    /** @param {number} x @param {number} y */
    translate(x, y) {
      this.now.matrix = this.now.matrix.translate(x, y);
    }

    // --- lines ------------------------------------------------------------------------------

    beginPath() {
      this.line = "";
    }

    /** @param {number} x @param {number} y */
    moveTo(x, y) {
      this.line += "M" + sp.writeNumbers(x, y);
    }

    /** @param {number} x @param {number} y */
    lineTo(x, y) {
      this.line += "L" + sp.writeNumbers(x, y);
    }

    closePath() {
      this.line += "Z";
    }

    /** @param {number} x @param {number} y @param {number} radius @param {number} from
     *  @param {number} to */
    arc(x, y, radius, from, to) {
      const arc = sp.writeArc(x, y, radius, from, to);
      this.line += this.line && !arc.endsWith("Z") ? "L" + arc.slice(1) : arc;
    }

    /** @param {number} x @param {number} y @param {number} width @param {number} height */
    rect(x, y, width, height) {
      this.line += `M${sp.writeNumbers(x, y)}h${sp.writeNumbers(width)}v${sp.writeNumbers(height)}h${sp.writeNumbers(-width)}Z`;
    }

    /** @param {number[]} dash */
    setLineDash(dash) {
      this.now.dash = dash;
    }

    /** @param {Traced | string} [path] @param {string} [rule] */
    fill(path, rule) {
      const told = path === "evenodd" ? path : rule;
      this.put("path", { d: this.written(path), fill: this.now.fillStyle, ...(told ? { "fill-rule": told } : {}) });
    }

    /** @param {Traced} [path] */
    stroke(path) {
      this.put("path", { d: this.written(path), fill: "none", ...this.strokes() });
    }

    /** @param {Traced} [path] @param {string} [rule] */
    clip(path, rule) {
      const id = "sp-clip-" + ++clips;
      const line = sp.shape("path", { d: this.written(path), transform: String(this.now.matrix), ...(rule ? { "clip-rule": rule } : {}) });
      const area = sp.shape("clipPath", { id }, line);
      if (this.now.clipped) area.setAttribute("clip-path", this.now.clipped);
      this.svg.append(area);
      this.now.clipped = `url(#${id})`;
    }

    /** @param {number} x @param {number} y @param {number} width @param {number} height */
    fillRect(x, y, width, height) {
      this.put("rect", { x, y, width, height, fill: this.now.fillStyle });
    }

    /** @param {number} x @param {number} y @param {number} width @param {number} height */
    strokeRect(x, y, width, height) {
      this.put("rect", { x, y, width, height, fill: "none", ...this.strokes() });
    }

    // --- names ------------------------------------------------------------------------------

    /** @param {string} text */
    measureText(text) {
      this.ruler.font = this.now.font;
      return this.ruler.measureText(text);
    }

    /** @param {string} text @param {number} x @param {number} y */
    fillText(text, x, y) {
      this.put("text", { ...this.lettering(x, y), fill: this.now.fillStyle }, text);
    }

    /** @param {string} text @param {number} x @param {number} y */
    strokeText(text, x, y) {
      this.put("text", { ...this.lettering(x, y), fill: "none", ...this.strokes() }, text);
    }

    // --- what they share --------------------------------------------------------------------

    /** @param {number} x @param {number} y */
    lettering(x, y) {
      const { font, textAlign, textBaseline } = this.now;
      return { x: sp.writeNumbers(x), y: sp.writeNumbers(y), style: "font:" + font, "text-anchor": ANCHORS[textAlign],
               "dominant-baseline": textBaseline === "middle" ? "central" : "auto" };
    }

    strokes() {
      const { strokeStyle, lineWidth, lineJoin, lineCap, dash } = this.now;
      return { stroke: strokeStyle, "stroke-width": lineWidth, "stroke-linejoin": lineJoin, "stroke-linecap": lineCap,
               ...(dash.length ? { "stroke-dasharray": dash.join(" ") } : {}) };
    }

    /** @param {Traced | string} [path] */
    written(path) {
      return path && typeof path === "object" ? path.write() : this.line;
    }

    /** @param {"path" | "rect" | "text"} tag @param {Record<string, string | number>} attributes
     *  @param {string} [text] */
    put(tag, attributes, text) {
      const { matrix, globalAlpha, clipped } = this.now;
      const shape = sp.shape(tag, { ...attributes,
        ...(matrix.isIdentity ? {} : { transform: String(matrix) }),
        ...(globalAlpha < 1 ? { opacity: globalAlpha } : {}) }, ...(text ? [text] : []));
      this.svg.append(clipped ? sp.shape("g", { "clip-path": clipped }, shape) : shape);
    }
  }

  // A setting of a canvas is a setting of what holds now.
  for (const name of Object.keys(FRESH))
    Object.defineProperty(SvgPen.prototype, name, {
      /** @this {SvgPen} */
      get() { return /** @type {any} */ (this.now)[name]; },
      /** @this {SvgPen} @param {unknown} value */
      set(value) { /** @type {any} */ (this.now)[name] = value; },
    });

  sp.openSvg = function (width, height) {
    const pen = new SvgPen(width, height);
    return { svg: pen.svg, ctx: /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (pen)) };
  };
})(globalThis.seatplan);
