"""What a rezoning moves as a picture: lines that go and that are new, blocks and their ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from seatplan.labels import Box
from seatplan.views.catalogue import format_count, say
from seatplan.views.changes.lines import part_lines
from seatplan.views.palette import COLOURS, MOVED
from seatplan.views.pictures import draw_scale, fit_box, tell_provenance
from seatplan.views.typeface import draw_page, font, spell

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from seatplan.outcome import Outcome
    from seatplan.rezoning.plan import Rezoning

MAP = (0.015, 0.075, 0.97, 0.79)  # left, bottom, width, height as shares of the page


def draw_moves(outcome: Outcome, rezoning: Rezoning, *, language: str = "zh") -> Figure:
    """Draw the blocks that move and the lines of today and of the plan, where they move.

    The figure belongs to no window: save it with `savefig`.
    """
    with draw_page(9.5, 8.2) as figure:
        axes = figure.add_axes(MAP)
        _paint(axes, outcome, rezoning)
        box = fit_box(_find_extent(outcome, rezoning), figure, MAP)
        axes.set(xlim=box[::2], ylim=box[1::2], xticks=[], yticks=[], xlabel="", ylabel="")
        draw_scale(axes, language)
        _explain(axes, language)
        _tell(figure, outcome, rezoning, language)
    return figure


def _find_extent(outcome: Outcome, rezoning: Rezoning) -> Box:
    """Return the box around most blocks that move; the whole district where few do."""
    blocks = outcome.district.blocks
    moved = blocks.loc[rezoning.moves.block]
    bounds = (moved if len(moved) > 3 else blocks).bounds
    low, high = bounds.quantile(0.06), bounds.quantile(0.94)
    room = 0.08 * max(high.maxx - low.minx, high.maxy - low.miny)
    return (low.minx - room, low.miny - room, high.maxx + room, high.maxy + room)


def _paint(axes: Axes, outcome: Outcome, rezoning: Rezoning) -> None:
    """Paint blocks, lines, ways and schools, in this order."""
    blocks, schools = outcome.district.blocks, outcome.district.schools
    axes.set_facecolor(COLOURS["ground"])
    blocks.plot(ax=axes, color=COLOURS["none"], edgecolor=COLOURS["line"], lw=0.4, aspect=None)
    moves = rezoning.moves
    if len(moves):
        moved = blocks.loc[moves.block]
        moved.plot(ax=axes, color=MOVED, edgecolor=COLOURS["line"], lw=0.4, aspect=None)
    lines = part_lines(blocks, rezoning.today, rezoning.plan)
    _draw_line(axes, lines["same"], COLOURS["catchment"], 0.9, "-")
    _draw_line(axes, lines["old"], COLOURS["shortage"], 1.3, (0, (4, 3)))
    _draw_line(axes, lines["new"], COLOURS["ink"], 1.9, "-")
    for block, to in zip(moves.block, moves.to, strict=True):
        if to in schools.index:
            ends = blocks.geometry[block].representative_point(), schools.geometry[to]
            axes.plot(
                *zip(*[(p.x, p.y) for p in ends], strict=True), color=COLOURS["accent"], lw=0.8
            )
    short = rezoning.schools.index[rezoning.schools.catchment_shortage_after > 0]
    taught = outcome.seats.of_stage(rezoning.stage)[rezoning.years[0]]
    for chosen, marker, size, face, edge in (
        (schools.loc[taught.index[taught > 0]], "o", 12, COLOURS["panel"], COLOURS["ink"]),
        (schools[schools.index.isin(short)], "^", 58, COLOURS["ink"], COLOURS["panel"]),
    ):
        x, y = chosen.geometry.x, chosen.geometry.y
        axes.scatter(x, y, s=size, marker=marker, c=face, edgecolors=edge, linewidths=0.9, zorder=5)


def _draw_line(axes: Axes, line: BaseGeometry, colour: str, width: float, dash: object) -> None:
    for part in getattr(line, "geoms", [line]):
        if part.geom_type in ("LineString", "LinearRing") and not part.is_empty:
            x, y = np.asarray(part.coords).T
            axes.plot(x, y, color=colour, lw=width, ls=dash)


def _explain(axes: Axes, language: str) -> None:
    """Write the legend."""
    ink = COLOURS["ink"]
    keys = [
        (Patch(facecolor=MOVED, edgecolor=COLOURS["line"]), say("moves.moved", language)),
        (Line2D([], [], color=COLOURS["catchment"], lw=0.9), say("moves.same", language)),
        (Line2D([], [], color=COLOURS["shortage"], lw=1.3, ls="--"), say("moves.old", language)),
        (Line2D([], [], color=ink, lw=1.9), say("moves.new", language)),
        (Line2D([], [], color=COLOURS["accent"], lw=0.8), say("moves.way", language)),
        (Line2D([], [], color=ink, lw=0, marker="^", ms=6), say("moves.short", language)),
        (
            Line2D([], [], color=ink, lw=0, marker="o", mfc="none", ms=4),
            say("moves.school", language),
        ),
    ]
    handles, names = zip(*keys, strict=True)
    legend = axes.legend(handles, names, loc="upper right", prop=font(9), framealpha=1.0)
    legend.get_frame().set(facecolor=COLOURS["panel"], edgecolor=COLOURS["line"])
    legend.set_zorder(10)


def _tell(figure: Figure, outcome: Outcome, rezoning: Rezoning, language: str) -> None:
    """Write what the sheet shows, the figures of the plan, and what the data are."""
    stage = outcome.standards.stage(rezoning.stage).name.of(language)
    district = outcome.district.name.of(language)
    heading = say("moves.heading", language, district=district, stage=stage)
    beyond = rezoning.schools[["catchment_shortage_before", "catchment_shortage_after"]].sum()
    figures = {
        "moves.share": f"{rezoning.moved:.1%}",
        "moves.blocks": format_count(len(rezoning.moves)),
        "moves.entrants": format_count(rezoning.moves.entrants.sum()),
        "moves.shortage": " → ".join(format_count(count) for count in beyond),
    }
    told = "    ".join(f"{say(key, language)} {value}" for key, value in figures.items())
    years = "–".join(str(year) for year in dict.fromkeys([rezoning.years[0], rezoning.years[-1]]))
    scenario = outcome.scenario.title.of(language)
    note = say("moves.note", language, year=years, scenario=scenario)
    figure.text(0.015, 0.945, spell(heading), fontsize=18, color=COLOURS["ink"], va="center")
    figure.text(0.015, 0.895, spell(told), fontsize=10.5, color=COLOURS["muted"], va="center")
    left = f"{note}  ·  {tell_provenance(outcome, language)}"
    figure.text(0.015, 0.035, spell(left), fontsize=8.5, color=COLOURS["muted"], va="center")
