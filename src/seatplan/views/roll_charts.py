"""Pictures by matplotlib: errors and coverage of a backtest, and the fan of a school's futures."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seatplan.demand.backtest import Backtest
from seatplan.demand.ensemble import RollDraws
from seatplan.views.catalogue import say
from seatplan.views.palette import COLOURS
from seatplan.views.typeface import font

# Method -> its phrase, its colour; in the order of the legend.
METHODS = {
    "seatplan": ("roll.seatplan", COLOURS["accent"]),
    "last_value": ("roll.last_value", COLOURS["bar"]),
    "linear_trend": ("roll.linear_trend", COLOURS["focus"]),
    "cohort_survival_3": ("roll.cohort_survival", COLOURS["shortage"]),
    "hamilton_perry": ("roll.hamilton_perry", "#7d62a8"),
}
LEVELS = {"grade": ("roll.grade", COLOURS["accent"]), "unit": ("roll.unit", COLOURS["ink"])}
COVERED = {"all": ("roll.everyone", COLOURS["shortage"]), **LEVELS}
STYLES = {80: "-", 95: "--"}  # interval, % -> line


def draw_backtest(backtest: Backtest, language: str = "en") -> Figure:
    """Draw error by lead for every method, by cell and school, and the intervals' coverage.

    The caller saves it: `draw_backtest(result).savefig("backtest.png", dpi=150)`.
    """
    covered = not backtest.coverage.empty
    figure = Figure(figsize=(11.5 if covered else 8, 3.8), layout="constrained")
    axes = figure.subplots(1, 3 if covered else 2, squeeze=False)[0]
    for axis, level in zip(axes, LEVELS, strict=False):
        _draw_errors(axis, backtest, level, language)
    axes[0].legend(frameon=False, prop=font(8))
    if covered:
        _draw_coverage(axes[2], backtest, language)
    return figure


def draw_fan(draws: RollDraws, unit: str | None = None, language: str = "en") -> Figure:
    """Draw the roll of one unit (of all, without `unit`), its forecast and its intervals."""
    rolls = draws.forecast.rolls
    place, label = ("all", "all") if unit is None else ("unit", unit)
    record = rolls.pupils if unit is None else rolls.pupils.xs(unit, level="unit")
    past = record.groupby("year").sum()
    expected = draws.forecast.total(place).xs(label, level=place)
    bounds = draws.intervals(place).xs(label, level=place)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axis = figure.subplots()
    for chance, strength in ((95, 0.18), (80, 0.35)):
        low, high = bounds[f"low_{chance}"], bounds[f"high_{chance}"]
        name = say("roll.interval", language, chance=chance)
        area = axis.fill_between(bounds.index, low, high, color=COLOURS["accent"], label=name)
        area.set(alpha=strength, linewidth=0)
    known, ahead = say("roll.record", language), say("roll.forecast", language)
    axis.plot(past.index, past, color=COLOURS["ink"], marker="o", markersize=3.5, label=known)
    axis.plot(expected.index, expected, color=COLOURS["accent"], label=ahead)
    title = say("roll.everyone", language) if unit is None else unit
    _dress(axis, title, say("roll.year", language), say("roll.pupils", language))
    axis.legend(frameon=False, prop=font(8), loc="best")
    return figure


def _draw_errors(axis: Axes, backtest: Backtest, level: str, language: str) -> None:
    wape = backtest.wape(level)
    for method, (phrase, colour) in METHODS.items():
        if method not in wape.index:
            continue
        ours = method == "seatplan"
        axis.plot(
            wape.columns,
            wape.loc[method],
            color=colour,
            linewidth=2.6 if ours else 1.4,
            marker="o",
            markersize=4 if ours else 3,
            zorder=3 if ours else 2,
            label=say(phrase, language),
        )
    title, lead = say(LEVELS[level][0], language), say("roll.lead", language)
    _dress(axis, title, lead, say("roll.wape", language))


def _draw_coverage(axis: Axes, backtest: Backtest, language: str) -> None:
    whole = backtest.coverage[backtest.coverage["size"] == "all"]
    for chance, style in STYLES.items():
        axis.axhline(chance, color=COLOURS["line"], linewidth=6, zorder=1)
        for level, (phrase, colour) in COVERED.items():
            rows = whole[(whole["interval"] == chance) & (whole["level"] == level)]
            name = say(phrase, language) if chance == 80 else None
            (line,) = axis.plot(rows["lead"], rows["covered"], color=colour, label=name)
            line.set(linestyle=style, marker="o", markersize=3)
    _dress(axis, say("roll.coverage", language), say("roll.lead", language), "")
    axis.set_ylim(min(50, float(whole["covered"].min()) - 5), 102)
    axis.legend(frameon=False, prop=font(8), loc="lower left")


def _dress(axis: Axes, title: str, across: str, up: str) -> None:
    """Give an axis its title, labels and quiet lines."""
    axis.set_title(title, fontproperties=font(10), color=COLOURS["ink"], loc="left")
    axis.set_xlabel(across, fontproperties=font(9), color=COLOURS["muted"])
    axis.set_ylabel(up, fontproperties=font(9), color=COLOURS["muted"])
    axis.tick_params(colors=COLOURS["muted"], labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    axis.spines[["left", "bottom"]].set_color(COLOURS["line"])
    axis.grid(axis="y", color=COLOURS["line"], linewidth=0.5, alpha=0.6)
    axis.set_ylim(bottom=0)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
