"""Charts: places by year, class sizes, walks, figures by year, as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seatplan.district.stages import name_rows
from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import CLASS_COLOURS, COLOURS, classify_balance
from seatplan.views.typeface import SIZE, draw_page, fold_text, spell

if TYPE_CHECKING:
    from seatplan.outcome import Outcome

INK, MUTED = COLOURS["ink"], COLOURS["muted"]
# Colours and strokes of lines, in order: told apart without colour as well.
LINES = (COLOURS["muted"], COLOURS["accent"], "#7d62a8", COLOURS["focus"], "#4f7d5c", INK)
BESIDE = 0.015  # from the end of a line to its name, of the width of the axes
FARTHEST = 6000  # metres: the walks beyond are few, and off the picture
STROKES = ("-", "-", (0, (5, 2)), "-.", (0, (1, 1.5)), "--")


def draw_lines(
    lines: Mapping[str, pd.Series[float]], *, title: str, percent: bool = False
) -> Figure:
    """Draw figures by year (index), each line named at its end; shares as percent if told so."""
    with draw_page(9, 3.8) as figure:
        axes = figure.add_axes((0.07, 0.11, 0.69, 0.74))
        ends = []
        for at, (name, line) in enumerate(lines.items()):
            colour, stroke = LINES[at % len(LINES)], STROKES[at % len(STROKES)]
            axes.plot(line.index, line, color=colour, lw=2.2, ls=stroke)
            ends.append((float(line.iloc[-1]), name, colour))
        dress_axes(axes, title, percent=percent)
        axes.set_ylim(bottom=0)
        name_ends(axes, ends)
    return figure


def draw_places(outcome: Outcome, *, stage: str, language: str = "zh") -> Figure:
    """Draw seats less resident pupils of each township and year: a table in the map's colours."""
    places = outcome.balance.places.balance.xs(("township", stage), level=("level", "stage"))
    table = places.unstack("year")
    table = table.loc[table.min(axis=1).sort_values().index]
    names = name_rows(outcome.district.zones, language).reindex(table.index)
    return _draw_grid(
        table,
        [spell(name if isinstance(name, str) else zone) for zone, name in names.items()],
        say(
            "picture.places",
            language,
            stage=outcome.standards.stage(stage).name.of(language),
            scenario=outcome.scenario.title.of(language),
        ),
    )


def _draw_grid(table: pd.DataFrame, names: Sequence[str], title: str) -> Figure:
    """Draw counts as cells in the colours of the balance classes, each with its number."""
    rows, columns = table.shape
    klass = classify_balance(table.to_numpy())
    with draw_page(11, 0.9 + 0.3 * rows) as figure:
        top = 1 - 0.55 / (0.9 + 0.3 * rows)
        axes = figure.add_axes((0.15, 0.3 / (0.9 + 0.3 * rows), 0.84, top - 0.05))
        axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
        colours = np.array(CLASS_COLOURS)[klass]
        for (row, column), value in np.ndenumerate(table.to_numpy()):
            axes.axvspan(
                column - 0.48,
                column + 0.48,
                1 - (row + 0.95) / rows,
                1 - (row + 0.05) / rows,
                color=colours[row, column],
                lw=0,
            )
            dark = klass[row, column] in (0, 1, 6)
            axes.text(
                column,
                row,
                format_count(value),
                ha="center",
                va="center",
                fontsize=8,
                color=COLOURS["panel"] if dark else INK,
            )
        axes.set_yticks(range(rows), names)
        axes.set_xticks(range(columns), [str(year) for year in table.columns])
        axes.tick_params(length=0, labelcolor=INK)
        axes.spines[:].set_visible(False)
        axes.set_title(spell(title), loc="left", fontsize=12, color=INK, pad=8)
    return figure


def draw_class_sizes(
    outcomes: Sequence[Outcome], *, stage: str, year: int, language: str = "zh"
) -> Figure:
    """Draw how many classes there are of each size, with the limit and the large-class line.

    Each panel has the limits of its own scenario in the year. A grade's pupils are spread evenly
    over its classes, so its classes differ by one at most.
    """
    rules = outcomes[0].standards
    with draw_page(9, 1.1 + 2.2 * len(outcomes)) as figure:
        panels = figure.subplots(len(outcomes), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        figure.subplots_adjust(left=0.07, right=0.97, hspace=0.42, top=0.86, bottom=0.12)
        for axes, outcome in zip(panels, outcomes, strict=True):
            sizes = count_class_sizes(outcome, stage, year)
            limits = list_class_limits(outcome, stage, year)
            over = sizes.index > min(limits)
            axes.bar(
                sizes.index,
                sizes,
                width=0.82,
                color=np.where(over, COLOURS["shortage"], COLOURS["bar"]),
            )
            for limit in limits:
                axes.axvline(limit + 0.5, color=INK, lw=1, ls=(0, (4, 3)))
                axes.text(
                    limit + 0.7, 0.97, f"{limit:g}", transform=axes.get_xaxis_transform(), va="top"
                )
            words = say(
                "map.when", language, year=year, scenario=outcome.scenario.title.of(language)
            )
            dress_axes(axes, words, years=False)
        words = say("picture.sizes", language, stage=rules.stage(stage).name.of(language))
        panels[-1].set_xlabel(words, color=MUTED)
    return figure


def count_class_sizes(
    outcome: Outcome, stage: str, year: int, *, grade: int | None = None
) -> pd.Series[int]:
    """Count the classes of each size (index), of a stage in a year.

    Parameters
    ----------
    grade
        The grade of the stage alone, from 0; None counts all of them.
    """
    axes = outcome.axes
    span = axes.span(stage)
    grades = span if grade is None else slice(span.start + grade, span.start + grade + 1)
    cells = (slice(None), grades, axes.years.index(year))
    formed = outcome.classes.classes[cells].ravel()
    sitting = outcome.classes.sitting[cells].ravel()[formed > 0]
    formed = formed[formed > 0]
    small = sitting // formed
    fuller = sitting - small * formed
    sizes = pd.Series(np.append(formed - fuller, fuller), np.append(small, small + 1))
    counts: pd.Series[int] = sizes.groupby(level=0).sum()
    return counts[counts > 0].rename_axis("size")


def list_class_limits(
    outcome: Outcome, stage: str, year: int, *, grade: str | None = None
) -> list[float]:
    """List the upper limits on a class of a grade in a year, the strictest first.

    Parameters
    ----------
    grade
        Its code; None takes the grade in which the stage begins.
    """
    rules = outcome.standards
    whose = grade or rules.stage(stage).entry
    limits = [item.limit_for(whose, stage) for item in rules.limits("class_size", year, "above")]
    return sorted({limit for limit in limits if limit is not None})


def draw_walks(
    outcome: Outcome, *, stages: Sequence[str], year: int, language: str = "zh"
) -> Figure:
    """Draw the share of pupils who walk at most so many metres, a line a stage.

    A dot marks the share within the stage's service radius, where the standards set one.
    """
    with draw_page(9, 4) as figure:
        axes = figure.add_axes((0.07, 0.14, 0.69, 0.72))
        ends = []
        for at, stage in enumerate(stages):
            ways = spread_walks(outcome, stage, year)
            near = ways[ways.index <= FARTHEST]
            axes.plot(near.index, near, color=LINES[at], lw=2.2, ls=STROKES[at])
            name = outcome.standards.stage(stage).name.of(language)
            radius = outcome.standards.radius(year, stage)
            if radius:
                limit = radius.value
                reached = (
                    float((ways[ways.index <= limit]).max()) if (ways.index <= limit).any() else 0
                )
                axes.plot(
                    limit, reached, "o", color=LINES[at], ms=8, zorder=4, mec=COLOURS["panel"]
                )
                within = say("unit.metres", language, n=f"{limit:g}")
                name = f"{name} · {within} {reached:.0%}"
            ends.append((float(near.iloc[-1]), name, LINES[at]))
        words = say(
            "picture.walks", language, year=year, scenario=outcome.scenario.title.of(language)
        )
        dress_axes(axes, words, percent=True, years=False)
        axes.set(xlim=(0, FARTHEST), ylim=(0, 1))
        axes.set_xlabel(say("picture.metres", language), color=MUTED)
        name_ends(axes, ends)
    return figure


def spread_walks(outcome: Outcome, stage: str, year: int) -> pd.Series[float]:
    """Return the share (0 to 1) of seated pupils whose way is at most so many metres (index)."""
    return share_walks(list_walks(outcome, stage, year))


def list_walks(outcome: Outcome, stage: str, year: int) -> pd.DataFrame:
    """Return the seated pupils of a stage and their way in metres, index (`block`, `school`)."""
    grades = [grade.code for grade in outcome.standards.stage(stage).grades]
    seated = outcome.assignment.pupils.xs(year, level="year")
    seated = seated[seated.index.get_level_values("grade").isin(grades)]
    pupils = seated.groupby(["block", "school"]).sum()
    metres = outcome.ways_of(stage).metres
    rows = metres.index.get_indexer(pupils.index.get_level_values("block"))
    columns = metres.columns.get_indexer(pupils.index.get_level_values("school"))
    return pd.DataFrame({"pupils": pupils, "metres": metres.to_numpy(float)[rows, columns]})


def share_walks(walks: pd.DataFrame) -> pd.Series[float]:
    """Return the share (0 to 1) of pupils whose way (of `list_walks`) is at most so many metres."""
    ordered = walks.sort_values("metres", kind="stable")
    shares = ordered.pupils.to_numpy().cumsum() / ordered.pupils.sum()
    return pd.Series(shares, index=pd.Index(ordered.metres, name="metres"), name="share")


def dress_axes(axes: Axes, title: str, *, percent: bool = False, years: bool = True) -> None:
    """Quiet frame, thousands on the left, whole years below."""
    axes.set_title(spell(title), loc="left", fontsize=12, color=INK, pad=10)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(COLOURS["line"])
    axes.grid(axis="y", color=COLOURS["line"], lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=MUTED)
    axes.set_facecolor(COLOURS["panel"])
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:.0%}" if percent else format_count(value))
    )
    if years:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))


def name_ends(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write each line's name beside its end, moved apart where ends meet, folded to the page."""
    low, high = axes.get_ylim()
    place, wide = axes.get_position(), axes.figure.bbox.width / axes.figure.dpi * 72  # points
    room = 0.94 * wide * (1 - place.x1 - BESIDE * place.width) / SIZE  # drawn wider: hinted
    told = [(value, fold_text(spell(name), room), colour) for value, name, colour in sorted(ends)]
    gap = 0.075 * (high - low)
    heights: list[float] = []
    for at, (value, lines, _) in enumerate(told):
        apart = gap * (len(lines) + len(told[at - 1][1])) / 2
        heights.append(max(value, heights[-1] + apart) if heights else max(value, low))
    over = max(0.0, heights[-1] - high) if heights else 0.0
    for (_, lines, colour), height in zip(told, heights, strict=True):
        axes.annotate(
            "\n".join(lines),
            (1 + BESIDE, height - over),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour,
            annotation_clip=False,
        )
