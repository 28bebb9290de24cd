// The swipe: a line on the map, today or the plan of a draft left of it, what is shown right of it.
(function (sp) {
  "use strict";

  /** Where the swipe starts: over the middle of the urban core, else of the district. */
  sp.middleOfMap = function () {
    const view = sp.mapView();
    const [left, , right] = sp.geometry.core || sp.geometry.bounds;
    const share = (((left + right) / 2) * view.scale + view.dx) / view.width;
    return Math.max(0.1, Math.min(0.9, share));
  };

  sp.startSwipe = function () {
    const handle = sp.byId("swipe-handle");
    /** @param {PointerEvent} event */
    const move = (event) => {
      const frame = sp.byId("map-frame").getBoundingClientRect();
      setSwipe((event.clientX - frame.left) / frame.width);
    };
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.addEventListener("pointermove", move);
    });
    handle.addEventListener("pointerup", () => handle.removeEventListener("pointermove", move));
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.03, ArrowRight: 0.03, Home: -1, End: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      setSwipe((sp.state.swipe || 0) + step);
    });
  };

  /** @param {number} share */
  function setSwipe(share) {
    sp.state.swipe = Math.max(0.02, Math.min(0.98, share));
    sp.showSwipe();
    sp.drawMap();
    sp.writeLink();
  }

  sp.showSwipe = function () {
    const swipe = sp.byId("swipe");
    const share = sp.state.swipe;
    swipe.hidden = share === null;
    if (share === null) return;
    swipe.style.left = 100 * share + "%";
    sp.byId("swipe-handle").setAttribute("aria-valuenow", String(Math.round(100 * share)));
    const before = sp.state.edit ? sp.state.scenario : 0;
    sp.byId("swipe-before").textContent = sp.scenarioName(before);
    sp.byId("swipe-after").textContent = sp.shownName();
  };
})(globalThis.seatplan);
