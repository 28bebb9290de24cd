// Lines of a picture: what a canvas draws, and the same as the path of an SVG.
(function (sp) {
  "use strict";

  /** A number of an SVG, to a hundredth.
   *  @param {number} value */
  const round = (value) => String(Math.round(value * 100) / 100);

  /** A point or length of an SVG.
   *  @param {...number} values */
  sp.writeNumbers = (...values) => values.map(round).join(" ");

  /** An arc from its own beginning: a whole circle from 2 pi on. */
  sp.writeArc = function (x, y, radius, from, to) {
    /** @param {number} angle */
    const at = (angle) => sp.writeNumbers(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    const bend = `A${sp.writeNumbers(radius, radius)} 0`;
    if (to - from >= 2 * Math.PI) return `M${at(0)}${bend} 1 1 ${at(Math.PI)}${bend} 1 1 ${at(0)}Z`;
    return `M${at(from)}${bend} ${to - from > Math.PI ? 1 : 0} 1 ${at(to)}`;
  };

  /** A path of a canvas that remembers its lines, so that an SVG can draw them too. */
  sp.Path = class extends Path2D {
    /** Letters and numbers as an SVG has them, and paths that were added.
     *  @type {(string | number | Traced)[]} */
    steps = [];

    /** @param {number} x @param {number} y */
    moveTo(x, y) {
      super.moveTo(x, y);
      this.steps.push("M", x, y);
    }

    /** @param {number} x @param {number} y */
    lineTo(x, y) {
      super.lineTo(x, y);
      this.steps.push("L", x, y);
    }

    closePath() {
      super.closePath();
      this.steps.push("Z");
    }

    /** @param {number} x @param {number} y @param {number} radius @param {number} from
     *  @param {number} to */
    arc(x, y, radius, from, to) {
      super.arc(x, y, radius, from, to);
      this.steps.push(sp.writeArc(x, y, radius, from, to));
    }

    /** @param {Traced} other */
    addPath(other) {
      super.addPath(other);
      this.steps.push(other);
    }

    /** @returns {string} the lines as the path of an SVG */
    write() {
      return this.steps.map((step) => typeof step === "number" ? round(step) + " "
        : typeof step === "string" ? step : step.write()).join("");
    }
  };
})(globalThis.seatplan);
