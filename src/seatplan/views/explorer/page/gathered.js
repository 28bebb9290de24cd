// Schools and sites that a scale cannot show each by itself: a number that stands for them.
(function (sp) {
  "use strict";

  /** A number that stands for several schools at a scale that cannot show each. */
  sp.drawGathered = function (ctx, [x, y], count, size) {
    const { ink, panel } = sp.payload.palette;
    ctx.beginPath();
    ctx.arc(x, y, 8.4 * size, 0, 7);
    ctx.fillStyle = panel;
    ctx.fill();
    ctx.strokeStyle = ink;
    ctx.lineWidth = 1.2 * size;
    ctx.stroke();
    ctx.fillStyle = ink;
    ctx.font = `600 ${(count > 99 ? 8 : 10) * size}px ${sp.FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(String(count), x, y + 0.5 * size);
  };

  /** Show the schools of a number each by itself: closer, where they stand at several places. */
  sp.openGathered = function (schools) {
    const { sites } = sp.shown(sp.state.stage, sp.state.year);
    const places = schools.flatMap((school) => (school >= 0 ? [sp.geometry.schoolPoints[school]]
      : (sites || []).flatMap(({ site, place }) => (site === -1 - school ? [place] : []))));
    const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    sp.goTo(box);
  };

  const NAMED = 6; // schools named in the tip of a number

  /** What the tip of a number says: how many, and which. */
  sp.tipOfGathered = function (schools) {
    const sites = schools.filter((school) => school < 0).length;
    const names = schools.filter((school) => school >= 0).slice(0, NAMED).map(sp.schoolName);
    const more = schools.length - names.length - sites;
    return [sp.element("b", {}, sp.say("legend.gathered_tip", { count: sp.count(schools.length) })),
      sp.element("small", {}, names.join(sp.language === "zh" ? "、" : ", ") + (more ? " …" : ""))];
  };

  /** The legend tells what a number means while one is on the map or its inset. */
  sp.tellGathered = function (views) {
    const picture = sp.shown(sp.state.stage, sp.state.year);
    const shown = views.some(([view, size]) => sp.listGathered(view, picture, size).length > 0);
    sp.byId("legend").classList.toggle("has-gathered", shown);
  };
})(globalThis.seatplan);
