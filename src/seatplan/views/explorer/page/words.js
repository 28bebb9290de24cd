// Words and numbers in the language of the reader. Every phrase comes from the catalogue.
(function (sp) {
  "use strict";

  sp.language = "zh";

  const place = () => (sp.language === "en" ? 1 : 0);

  const ONE = new Set(["1", "+1", "-1", "\u22121"]);

  /** The phrase `key`, its {slots} filled with `values` once; {n|block|blocks} is a word by number. */
  sp.say = function (key, values) {
    const phrase = sp.payload.words[key];
    if (!phrase) throw new Error("no phrase " + key);
    return phrase[place()].replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, slot, one, other) => {
      const value = String((values || {})[slot]);
      return other === undefined ? value : ONE.has(value) ? one : other;
    });
  };

  /** A [Chinese, English] pair in the reader's language. */
  sp.pick = (pair) => pair[place()] || pair[0];

  /** A whole number with thousands separators and a true minus sign. */
  sp.count = function (value, signed) {
    const digits = String(Math.abs(Math.round(value))).replace(/\B(?=(\d{3})+$)/g, ",");
    if (Math.round(value) < 0) return "\u2212" + digits;
    return (signed && Math.round(value) > 0 ? "+" : "") + digits;
  };

  /** A number with its decimals, as the tables round it. */
  sp.decimal = (value) => {
    const rest = String(Number(Math.abs(value % 1).toFixed(7))).split(".")[1];
    return rest ? (value < 0 ? "\u2212" : "") + sp.count(Math.floor(Math.abs(value))) + "." + rest
      : sp.count(value);
  };

  /** A chance in whole per cent, which reads as none, or as all, only where it is. */
  sp.chance = function (share) {
    if (share > 0 && share < 0.01) return "<1 %";
    return share > 0.99 && share < 1 ? ">99 %" : sp.count(100 * share) + " %";
  };

  /** A share as per cent. */
  sp.percent = (value) => sp.decimal(Number((100 * value).toFixed(5))) + " %";

  /** A length in metres, in kilometres from 10 km on. */
  sp.metres = (value) =>
    value < 10000
      ? sp.say("unit.metres", { n: sp.count(value) })
      : sp.say("unit.kilometres", { n: (value / 1000).toFixed(1) });

  /** The walk of a block; "" where there is no way (-1). */
  sp.sayWalk = (value) => (value < 0 ? "" : sp.metres(value));

  /** What is there to append, lists laid out.
   *  @param {Child[]} children @returns {(Node | string)[]} */
  const flatten = (children) => children.flatMap((child) =>
    (Array.isArray(child) ? flatten(child) : child === null || child === undefined ? [] : [child]));

  /** A new element; attributes as given, strings among the children become text, never markup. */
  sp.element = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on"))
        element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined)
        element.setAttribute(name, String(value));
    }
    for (const child of flatten(children)) element.append(child);
    return element;
  };

  /** A new SVG element. */
  sp.shape = function (tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes || {}))
      element.setAttribute(name, String(value));
    element.append(...children);
    return element;
  };

  sp.langOf = (text) => (/[\u3400-\u9fff]/.test(text) ? "zh-CN" : null);

  /** A name from the district's own files: often Chinese whatever the page's language. */
  sp.name = (text) => sp.element("span", { lang: sp.langOf(text) }, text);

  sp.callZone = (zone) => (zone ? sp.pick(zone.slice(1)) : "");

  /** The name of a school in the reader's language, where it has one. */
  sp.schoolName = function (school) {
    const { name, nameEn } = sp.model.schools[school];
    return (sp.language === "en" && nameEn) || name;
  };

  /** The same as an element, which says that it is Chinese where it is. */
  sp.nameOf = (school) => sp.name(sp.schoolName(school));

  /** The name of a school as a button that opens its card. */
  sp.schoolLink = (school) => sp.element("button", { type: "button", class: "sp-link",
    lang: sp.langOf(sp.schoolName(school)),
    onclick: () => sp.selectAndGo({ school, block: -1 }) }, sp.schoolName(school));

  sp.blockName = function (block) {
    const unit = sp.payload.units[sp.model.columns.block_unit[block]];
    return sp.say("card.block_name", { unit: sp.callZone(unit), id: sp.model.blocks[block] });
  };

  /** What draws on a canvas. */
  sp.contextOf = (canvas) =>
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

  sp.byId = /** @type {Seatplan["byId"]} */ (
    (/** @type {string} */ id) => document.getElementById(id)
  );
})(globalThis.seatplan);
