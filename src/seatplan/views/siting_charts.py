"""Pictures of siting: shortage and walking against what is built."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seatplan.siting.frontier import Frontier
from seatplan.views.catalogue import say
from seatplan.views.palette import COLOURS
from seatplan.views.typeface import font

# What comes first -> its phrase, colour and marker.
KINDS = {
    "shortage": ("siting.shortage_first", COLOURS["shortage"], "o"),
    "walk": ("siting.walk_first", COLOURS["accent"], "s"),
}
MEASURES = {"short": "siting.short", "walk_m": "siting.walk_m"}


def draw_frontier(frontier: Frontier, language: str = "en") -> Figure:
    """Draw shortage, and the mean walk, against cost; plans that another beats are hollow.

    Each point bears its number of schools. The caller saves the figure.
    """
    figure = Figure(figsize=(9.5, 3.8), layout="constrained")
    axes = figure.subplots(1, 2)
    for axis, column in zip(axes, MEASURES, strict=True):
        _draw_plans(axis, frontier, column, language)
    axes[0].legend(frameon=False, prop=font(8))
    return figure


def _draw_plans(axis: Axes, frontier: Frontier, column: str, language: str) -> None:
    """Draw one measure of every plan against its cost."""
    table = frontier.table
    for first, (phrase, colour, marker) in KINDS.items():
        plans = table[table["first"].isin(["", first])].sort_values("cost")
        axis.plot(plans.cost, plans[column], color=colour, linewidth=1, alpha=0.5)
        for is_best, face in ((True, colour), (False, COLOURS["panel"])):
            some = plans[plans.best == is_best]
            name = say(phrase, language) if is_best else None
            axis.scatter(
                some.cost, some[column], s=30, marker=marker, edgecolors=colour, facecolors=face,
                zorder=3, label=name,
            )  # fmt: skip
    for n, cost, value in zip(table.n, table.cost, table[column], strict=True):
        axis.annotate(
            str(n), (cost, value), (0, 6), textcoords="offset points", ha="center", fontsize=7
        )
    axis.set_title(say(MEASURES[column], language), fontproperties=font(10), loc="left")
    axis.set_xlabel(say("siting.cost", language), fontproperties=font(9), color=COLOURS["muted"])
    axis.tick_params(colors=COLOURS["muted"], labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.margins(y=0.15)
