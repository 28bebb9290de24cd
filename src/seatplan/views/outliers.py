"""Where plans lie among many drawn at random: a histogram of each figure, as a picture."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from seatplan.outcome import Outcome
from seatplan.rezoning.outliers import Ensemble
from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import COLOURS
from seatplan.views.pictures import tell_provenance
from seatplan.views.typeface import font

COLUMNS = 4
MARKS = {  # plan -> its colour and line
    "today": (COLOURS["muted"], "-"),
    "proposed": (COLOURS["accent"], "--"),
    "best": (COLOURS["shortage"], "-"),
}
SHARES = "moved", "worst_use"


def draw_ensemble_chart(outcome: Outcome, ensemble: Ensemble, *, language: str = "zh") -> Figure:
    """Return a histogram of each figure, with a line for each plan held against the ensemble.

    The percentile of each is told below where the chains agree: the share of plans with less, and
    half of those with the same.
    """
    figures = ensemble.figures.columns
    rows = -(-(len(figures) + 1) // COLUMNS)
    size = 3.1 * COLUMNS, 2.6 * rows
    figure = Figure(figsize=size, dpi=110, facecolor=COLOURS["panel"], layout="constrained")
    grid = figure.subplots(rows, COLUMNS).ravel()
    for axes, name in zip(grid, figures, strict=False):
        _draw_figure(axes, ensemble, str(name), language)
    for axes in grid[len(figures) :]:
        axes.axis("off")
    lines = grid[0].get_lines()
    labels = [say(f"ensemble.{plan}", language) for plan in ensemble.plans.index]
    grid[len(figures)].legend(lines, labels, loc="center", frameon=False, prop=font(9))
    stage = getattr(outcome.standards.stage(ensemble.stage).name, language)
    title = say(
        "ensemble.title", language, stage=stage, n=format_count(len(ensemble.figures)),
        year=ensemble.year, tolerance=f"{ensemble.tolerance:.0%}",
    )  # fmt: skip
    figure.suptitle(title, x=0.01, ha="left", fontproperties=font(12))
    told = tell_provenance(outcome, language)
    figure.supxlabel(told, x=0.01, ha="left", fontproperties=font(8), color=COLOURS["muted"])
    return figure


def _draw_figure(axes: Axes, ensemble: Ensemble, name: str, language: str) -> None:
    """Draw one figure: its histogram, and a line for each plan."""
    axes.set_facecolor(COLOURS["panel"])
    values, row = ensemble.figures[name].to_numpy(float), ensemble.table.loc[name]
    held = ensemble.plans[name]
    low, high = min(values.min(), held.min()), max(values.max(), held.max())
    alike = high == low
    room = 1.0 if alike else high - low
    low -= room / 2 if alike else 0.0
    axes.hist(values, bins=np.linspace(low, low + room, 41).tolist(), color=COLOURS["line"])
    for plan, value in held.items():
        colour, style = MARKS[str(plan)]
        axes.axvline(value, color=colour, ls=style, lw=1.8)
    axes.set_title(say(f"ensemble.{name}", language), loc="left", fontproperties=font(9.5))
    columns = [f"below_{plan}" for plan in held.index]
    shares = ensemble.table.loc[[name], columns].to_numpy(float)[0]
    below = [
        _place(str(plan), float(share), language)
        for plan, share in zip(held.index, shares, strict=True)
    ]
    why = "ensemble.same" if np.ptp(values) == 0 else "ensemble.apart"
    note = "\n".join(below) if row.holds else say(why, language)
    axes.set_xlabel(note, loc="left", fontproperties=font(8), color=COLOURS["muted"])
    axes.set_yticks([])
    ticks = FixedLocator([high]) if alike else MaxNLocator(4)
    axes.xaxis.set_major_locator(ticks)
    axes.xaxis.set_major_formatter(lambda value, _: _write(name, value))
    axes.spines[["top", "right", "left"]].set_visible(False)
    for label in axes.get_xticklabels():
        label.set_fontproperties(font(8))


def _place(plan: str, share: float, language: str) -> str:
    """Say where a plan lies: its percentile, or that all have more, or less."""
    key = {0.0: "ensemble.least", 1.0: "ensemble.most"}.get(share, "ensemble.below")
    return say(key, language, plan=say(f"ensemble.{plan}", language), share=f"{100 * share:.1f}")


def _write(name: str, value: float) -> str:
    """Write a figure as its axis does."""
    if name in SHARES:
        return f"{value:.0%}"
    if name == "compactness":
        return f"{value:.3f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
