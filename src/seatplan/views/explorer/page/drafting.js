// A draft: steps on a plan, followed year by year as seatplan follows a scenario. No page in here.
(function (sp) {
  "use strict";
  const drafting = (sp.drafting = /** @type {Drafting} */ ({}));

  /** The entry that holds in a year; null where there is none yet. */
  drafting.inForce = function (entries, year) {
    let held = null;
    for (const entry of entries || []) {
      if (entry[0] > year) break;
      held = entry;
    }
    return held;
  };

  /** The entries with one more, in place of that of its year. */
  drafting.enter = function (entries, year, value) {
    const kept = (entries || []).filter((entry) => entry[0] !== year);
    kept.push([year, value]);
    return kept.sort((a, b) => a[0] - b[0]);
  };

  drafting.find = (plan, id) => plan.places.findIndex((place) => place.present && place.id === id);

  /** Who has taken a school's pupils by a year: the school itself while it is not merged. */
  drafting.followHeirs = function ({ heirs }, school, year) {
    let at = school;
    for (let heir = heirs.get(at); heir && heir.year <= year; heir = heirs.get(at)) at = heir.into;
    return at;
  };

  /** Whether a school is open in a year. */
  drafting.isOpen = (place, year) => place.present && place.opened <= year &&
    (!place.closes || year < place.closes);

  /** Classrooms of a school by stage, those above 0. */
  drafting.countRooms = function (plan, at, year) {
    const found = new Map();
    plan.rooms.forEach((stage, number) => {
      const held = drafting.inForce(stage.get(at), year);
      if (held && held[1] > 0) found.set(number, held[1]);
    });
    return found;
  };

  drafting.stageAt = (plan, stage) => plan.ground.stages.findIndex(({ code }) => code === stage);

  /** The blocks of a new school by stage: one list is that of every stage. */
  drafting.listByStage = ({ blocks, classrooms }) => (Array.isArray(blocks)
    ? Object.fromEntries(Object.keys(classrooms).map((stage) => [stage, blocks])) : blocks || {});
})(globalThis.seatplan);
