// The line chart of demand and supply, and the year slider that is a bar chart of the balance.
(function (sp) {
  "use strict";

  /** Rounded steps that cover low to high in about `count` lines.
   *  @param {number} low @param {number} high @param {number} count */
  function niceTicks(low, high, count) {
    const rough = Math.max(1, (high - low) / count);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough) || 10 * power;
    const ticks = [];
    for (let at = Math.floor(low / step) * step; at < high + step; at += step) ticks.push(at);
    return ticks;
  }

  /**
   * Lines over the years. series: [{values, colour, width, name, stepped}]; those with a name are
   * labelled at their right end. `text` says the same in words.
   */
  sp.lineChart = function (series, { width, height, year, text }) {
    const years = sp.model.years;
    const ends = series.filter((line) => line.name);
    const everything = series.flatMap(({ values, band }) => (band ? [...values, ...band.low, ...band.high] : values));
    const low = Math.min(...everything), high = Math.max(...everything);
    const ticks = niceTicks(low === high ? low - 1 : low, high, 3);
    const longest = Math.max(...ticks.map((tick) => sp.count(tick).length));
    const top = 8, bottom = height - 20, left = Math.max(44, 10 + 7 * longest), right = width - 47;
    /** @param {number} value */
    const y = (value) =>
      bottom - ((value - ticks[0]) / (ticks[ticks.length - 1] - ticks[0])) * (bottom - top);
    /** @param {number} at */
    const x = (at) => left + (years.length > 1 ? at / (years.length - 1) : 0.5) * (right - left);
    const svg = sp.shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
                                  "aria-label": text, class: "sp-chart" });
    for (const tick of ticks) {
      svg.append(
        sp.shape("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), class: "sp-grid" }),
        sp.shape("text", { x: left - 7, y: y(tick) + 4, class: "sp-tick", "text-anchor": "end" },
                 sp.count(tick)));
    }
    years.forEach((of, at) => {
      if ((of % 5 === 0 && years.length > 6) || (years.length <= 6 && years.length > 1))
        svg.append(sp.shape("text", { x: x(at), y: height - 4, class: "sp-tick",
                                      "text-anchor": "middle" }, String(of)));
    });
    svg.append(sp.shape("line", { x1: x(year), x2: x(year), y1: top - 4, y2: bottom, class: "sp-now" }));
    for (const line of series) if (line.band) svg.append(drawBand(line.colour, line.band, x, y));
    for (const line of series) svg.append(drawLine(line, x, y));
    for (const line of ends)
      svg.append(sp.shape("circle", { cx: x(year), cy: y(line.values[year]), r: 3.4,
                                      fill: line.colour }));
    labelEnds(svg, ends, right + 5, y, top, bottom);
    return svg;
  };

  /** @param {string} colour @param {Band} band @param {(at: number) => number} x
   *  @param {(value: number) => number} y */
  function drawBand(colour, { low, high }, x, y) {
    const points = [...low.map((value, at) => [x(at), y(value)]),
                    ...high.map((value, at) => [x(at), y(value)]).reverse()];
    return sp.shape("polygon", { points: points.map((point) => sp.writeNumbers(...point)).join(" "),
                                 fill: colour, "fill-opacity": 0.18, class: "sp-band" });
  }

  /** @param {Series} line @param {(at: number) => number} x @param {(value: number) => number} y */
  function drawLine(line, x, y) {
    let path = "";
    line.values.forEach((value, at) => {
      if (at && line.stepped) path += `H${x(at).toFixed(1)}V${y(value).toFixed(1)}`;
      else path += `${at ? "L" : "M"}${x(at).toFixed(1)},${y(value).toFixed(1)}`;
    });
    return sp.shape("path", { d: path, fill: "none", stroke: line.colour,
                              "stroke-width": line.width, "stroke-linejoin": "round" });
  }

  /** Names at the right end of lines, moved apart where they would touch.
   *  @param {SVGElement} svg @param {Series[]} ends @param {number} x
   *  @param {(value: number) => number} y @param {number} top @param {number} bottom */
  function labelEnds(svg, ends, x, y, top, bottom) {
    const places = ends.map((line) => ({ line, at: y(line.values[line.values.length - 1]) + 4 }))
      .sort((a, b) => a.at - b.at);
    for (let number = 1; number < places.length; number++)
      places[number].at = Math.max(places[number].at, places[number - 1].at + 14);
    const over = places.length ? places[places.length - 1].at - (bottom + 4) : 0;
    for (const { line, at } of places)
      svg.append(sp.shape("text", { x, y: Math.max(top + 4, at - Math.max(0, over)),
                                    class: "sp-end", fill: line.colour }, line.name || ""));
  }

  // --- the year slider --------------------------------------------------------------------

  /** @type {{ column: HTMLElement, value: HTMLElement, fill: HTMLElement }[]} */
  let bars = [];
  let playing = 0;

  sp.startTimeline = function () {
    const slider = sp.byId("years");
    const years = sp.model.years;
    slider.setAttribute("aria-valuemin", String(years[0]));
    slider.setAttribute("aria-valuemax", String(years[years.length - 1]));
    bars = years.map((year) => {
      const value = sp.element("span", { class: "sp-bar-value" });
      const fill = sp.element("span", { class: "sp-bar-fill" });
      const column = sp.element("span", { class: "sp-bar" }, value,
        sp.element("span", { class: "sp-bar-room" }, fill),
        sp.element("span", { class: "sp-bar-year" }, String(year)));
      slider.append(column);
      return { column, value, fill };
    });
    slider.addEventListener("keydown", stepYear);
    /** @param {PointerEvent} event */
    const pick = (event) => {
      const box = slider.getBoundingClientRect();
      const at = Math.floor(((event.clientX - box.left) / box.width) * years.length);
      sp.set({ year: Math.max(0, Math.min(years.length - 1, at)) });
    };
    slider.addEventListener("pointerdown", (event) => {
      stopPlaying();
      slider.setPointerCapture(event.pointerId);
      slider.addEventListener("pointermove", pick);
      pick(event);
    });
    for (const end of ["pointerup", "pointercancel"])
      slider.addEventListener(end, () => slider.removeEventListener("pointermove", pick));
    sp.byId("play").addEventListener("click", () => (playing ? stopPlaying() : startPlaying()));
  };

  /** @param {KeyboardEvent} event */
  function stepYear(event) {
    const last = sp.model.years.length - 1;
    const to = {
      ArrowLeft: sp.state.year - 1, ArrowDown: sp.state.year - 1, ArrowRight: sp.state.year + 1,
      ArrowUp: sp.state.year + 1, PageDown: sp.state.year - 5, PageUp: sp.state.year + 5,
      Home: 0, End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    stopPlaying();
    sp.set({ year: Math.max(0, Math.min(last, to)) });
  }

  function startPlaying() {
    if (sp.state.year === sp.model.years.length - 1) sp.set({ year: 0 });
    playing = setInterval(() => {
      if (sp.state.year >= sp.model.years.length - 1) stopPlaying();
      else sp.set({ year: sp.state.year + 1 });
    }, 900);
    showPlaying();
  }

  function stopPlaying() {
    clearInterval(playing);
    playing = 0;
    showPlaying();
  }

  function showPlaying() {
    const button = sp.byId("play");
    button.setAttribute("aria-label", sp.say(playing ? "action.pause" : "action.play"));
    button.dataset.playing = playing ? "yes" : "no";
  }

  sp.drawTimeline = function () {
    const { stage, year } = sp.state;
    const balances = sp.model.years.map((_, at) => sp.shownTotal(stage, at).balance);
    const highest = Math.max(1, ...balances);
    const lowest = Math.min(-1, ...balances);
    const zero = (100 * highest) / (highest - lowest);
    const slider = sp.byId("years");
    slider.style.setProperty("--zero", zero + "%");
    balances.forEach((balance, at) => {
      const { column, value, fill } = bars[at];
      column.classList.toggle("is-now", at === year);
      column.classList.toggle("is-short", balance < 0);
      value.textContent = at === year ? sp.count(balance, true) : "";
      const share = (100 * Math.abs(balance)) / (highest - lowest);
      fill.style.top = (balance >= 0 ? zero - share : zero) + "%";
      fill.style.height = Math.max(share, 1) + "%";
    });
    slider.setAttribute("aria-valuenow", String(sp.model.years[year]));
    slider.setAttribute("aria-valuetext", sp.sayBalance(sp.model.years[year], balances[year]));
    showPlaying();
  };

  sp.sayBalance = (year, balance) =>
    sp.say(balance < 0 ? "spoken.short" : "spoken.spare", { year, n: sp.count(Math.abs(balance)) });
})(globalThis.seatplan);
