"""Pictures of siting: where what is built, and seats in reach and walking against its cost."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seatplan.siting.choice import Siting
from seatplan.siting.frontier import Frontier
from seatplan.siting.programme import close_all, count_short
from seatplan.views.catalogue import say
from seatplan.views.palette import CLASS_COLOURS, COLOURS
from seatplan.views.pictures import tell_provenance
from seatplan.views.plates import find_core
from seatplan.views.typeface import draw_page, font

# What comes first -> its phrase, colour and marker.
KINDS = {
    "shortage": ("siting.seats_first", COLOURS["shortage"], "o"),
    "walk": ("siting.walk_first", COLOURS["accent"], "s"),
}
# From nothing cured to most, as the balance goes from even to surplus.
SHADES = LinearSegmentedColormap.from_list("cured", CLASS_COLOURS[3:])
MEASURES = {"short": "siting.no_seat", "walk_m": "siting.walk_m"}
# Kind of place -> its phrase and marker.
ADDITIONS = {
    "new": ("siting.new", "^"),
    "expand": ("siting.expand", "s"),
    "convert": ("siting.convert", "D"),
}


def draw_siting(siting: Siting, language: str = "en") -> Figure:
    """Draw the answer on the urban core: what opens where and when, and who gains a seat.

    Blocks are shaded by the pupil-years that gain a seat in reach there; a mark is as large as its
    classrooms, and bears them with the year. Places beyond the core are left out of the view.
    """
    survey = siting.survey
    outcome = survey.outcome
    cured = count_short(survey, close_all(survey)) - count_short(survey, siting.programme)
    blocks = outcome.district.blocks[["geometry"]].assign(cured=cured.clip(lower=0.0))
    with draw_page(8.0, 7.0) as figure:
        axis = figure.add_axes((0.02, 0.05, 0.96, 0.87))
        blocks.plot(
            ax=axis, column="cured", cmap=SHADES, edgecolor=COLOURS["line"], linewidth=0.3,
            legend=True, legend_kwds={"label": say("siting.cured", language), "shrink": 0.5},
        )  # fmt: skip
        stands = outcome.district.schools.geometry[survey.schools]
        axis.scatter(stands.x, stands.y, s=6, color=COLOURS["muted"], zorder=3)
        _mark_additions(axis, siting, language)
        west, south, east, north = find_core(outcome)
        axis.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], xlabel="", ylabel="")
        axis.set_title(say("siting.map", language), fontproperties=font(11), loc="left")
        told = tell_provenance(outcome, language)
        figure.text(0.02, 0.015, told, fontproperties=font(8), color=COLOURS["muted"])
    return figure


def _mark_additions(axis: Axes, siting: Siting, language: str) -> None:
    """Mark what is built by kind, sized by its classrooms, with classrooms and year."""
    district = siting.survey.outcome.district
    for kind, (phrase, marker) in ADDITIONS.items():
        rows = siting.table[siting.table.kind == kind]
        if rows.empty:
            continue
        at = siting.survey.places["at"][rows.index]
        ground = district.sites if kind == "new" else district.schools
        points = ground.geometry[at]
        name = say(phrase, language)
        axis.scatter(
            points.x, points.y, s=8.0 * rows.classrooms, marker=marker, zorder=4, label=name,
            color=COLOURS["accent"], edgecolors=COLOURS["ink"],
        )  # fmt: skip
        for place, point, (_, row) in zip(at, points, rows.iterrows(), strict=True):
            axis.annotate(
                say("siting.mark", language, place=place, n=row.classrooms, year=row.year),
                (point.x, point.y),
                (7, 5),
                textcoords="offset points",
                fontproperties=font(8),
                annotation_clip=True,
                zorder=5,
            )
    axis.legend(frameon=False, loc="lower right", prop=font(9))


def draw_frontier(frontier: Frontier, language: str = "en") -> Figure:
    """Draw pupils without a seat in reach, and the mean walk, against cost.

    Plans that another beats are hollow. Each point bears its number of schools. The caller saves
    the figure.
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
