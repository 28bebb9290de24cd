// Every school on the map can be reached by keyboard: one stop, then arrow keys.
(function (sp) {
  "use strict";

  const focusable = /** @type {HTMLButtonElement[]} */ ([]);

  /** A button for each school; those that a draft draws come and go with it. */
  sp.syncSchoolButtons = function () {
    const { schools } = sp.model;
    for (const left of focusable.splice(schools.length)) left.remove();
    focusable.forEach(nameButton);
    for (let at = focusable.length; at < schools.length; at++) {
      focusable.push(schoolButton(at));
      nameButton(focusable[at], at);
      sp.byId("school-points").append(focusable[at]);
    }
  };

  /** In the reader's language, where the school has a name in it.
   *  @param {HTMLButtonElement} button @param {number} at */
  function nameButton(button, at) {
    const name = sp.schoolName(at);
    if (button.textContent === name) return;
    button.textContent = name;
    button.lang = sp.langOf(name) || document.documentElement.lang;
    button.removeAttribute("aria-label");
  }

  /** @param {number} at */
  const schoolButton = (at) => sp.element("button", {
    type: "button", class: "sp-point", tabindex: "-1",
    onclick: () => pressSchool(at),
    onkeydown: (event) => stepFrom(event, at),
    onfocus: (event) => {
      event.target.setAttribute("aria-label", sp.tipOf({ school: at, block: -1 })
        .map((part) => part.textContent).join(", "));
      keepInSight(at);
    },
  });

  /** @param {number} at */
  function pressSchool(at) {
    if (!sp.state.edit) sp.select({ school: at, block: -1 });
    else if (sp.board.blocks.size) sp.board.give(at);
    else sp.board.pickSchool(at);
  }

  let placed = ""; // where the buttons stand: nothing is to do while view and schools are the same

  /** Put each button over its school; those of schools that do not stand are hidden. */
  sp.placeSchoolButtons = function (view, picture) {
    const standing = new Set(
      picture.standing.filter((entry) => entry.seats || entry.pupils).map((entry) => entry.school));
    const key = [view.scale, view.dx, view.dy, ...standing].join();
    if (key === placed) return;
    placed = key;
    let stop = focusable.findIndex((button, at) => button.tabIndex === 0 && standing.has(at));
    if (stop < 0) stop = [...standing][0];
    focusable.forEach((button, at) => {
      const shown = standing.has(at);
      if (button.hidden === shown) button.hidden = !shown;
      if (!shown) return;
      button.tabIndex = at === stop ? 0 : -1;
      const [x, y] = sp.symbolAt(view, picture, at, 1);
      button.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
    });
  };

  /** Move to the nearest school in the direction of the arrow.
   *  @param {KeyboardEvent} event @param {number} at */
  function stepFrom(event, at) {
    /** @type {Record<string, Point>} */
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const direction = way[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const [x, y] = sp.geometry.schoolPoints[at];
    let best = { cost: Infinity, at };
    focusable.forEach((button, other) => {
      if (button.hidden || other === at) return;
      const dx = sp.geometry.schoolPoints[other][0] - x;
      const dy = sp.geometry.schoolPoints[other][1] - y;
      const ahead = dx * direction[0] + dy * direction[1];
      const aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
      const cost = ahead + 2 * aside;
      if (ahead > 0 && ahead >= aside * 0.6 && cost < best.cost) best = { cost, at: other };
    });
    focusable[at].tabIndex = -1;
    focusable[best.at].tabIndex = 0;
    focusable[best.at].focus();
  }

  /** @param {number} at */
  function keepInSight(at) {
    const [x, y] = sp.geometry.schoolPoints[at];
    const [px, py] = sp.toScreen([x, y]);
    const room = sp.mapRoom();
    const { x: width, y: height } = sp.map.getSize();
    const inSight = px > 10 && py > 10 && px < width - room.right && py < height - 10;
    if (!inSight) sp.map.panTo(sp.geometry.toLatLng(x, y), { animate: false });
  }

  sp.focusSchool = (at) => focusable[at] && !focusable[at].hidden && focusable[at].focus();
})(globalThis.seatplan);
