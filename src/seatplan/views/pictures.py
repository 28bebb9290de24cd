"""The map of one stage and year as a picture: for a README, a notebook, a document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from seatplan.district.limits import list_school_sizes
from seatplan.labels import Box
from seatplan.views.catalogue import format_count, say
from seatplan.views.foot import name_datum, tell_assumptions
from seatplan.views.maps import check_choice
from seatplan.views.palette import BREAKS, CLASS_COLOURS, COLOURS, HATCH
from seatplan.views.plates import Plate, find_core, mark_symbol, paint_plate, read_plate
from seatplan.views.typeface import draw_page, spell

if TYPE_CHECKING:
    from seatplan.outcome import Outcome

INK, MUTED = COLOURS["ink"], COLOURS["muted"]
# The parts of a sheet: left, bottom, width, height as shares of the page.
DISTRICT = (0.015, 0.085, 0.345, 0.775)
CORE = (0.37, 0.085, 0.375, 0.775)
LEGEND = (0.76, 0.085, 0.225, 0.775)
SYMBOLS = ("crowded", "large", "both", "fresh", "none")


def draw_map(outcome: Outcome, stage: str, year: int, *, language: str = "zh") -> Figure:
    """Draw each catchment's seats less its resident pupils, with flags and new schools.

    Stages without catchments show each school's seats less its roll. The figure belongs to no
    window: save it with `savefig`, or show it in a notebook. InputError for a stage or a year that
    the outcome does not hold.
    """
    check_choice(outcome.standards, outcome.district.years, stage, year)
    plate = read_plate(outcome, stage, year, language)
    with draw_page(12, 7.6) as figure:
        _title(figure, outcome, plate, stage, year, language)
        core = fit_box(find_core(outcome), figure, CORE)
        main, inset = figure.add_axes(DISTRICT), figure.add_axes(CORE)
        paint_plate(
            main, plate, fit_box(outcome.district.blocks.total_bounds, figure, DISTRICT), core
        )
        paint_plate(inset, plate, core)
        _furnish(main, inset, language)
        _write_legend(figure.add_axes(LEGEND), outcome, plate, (stage, year, language))
        _foot(figure, outcome, language)
    return figure


def draw_cores(
    outcomes: Sequence[Outcome], stage: str, year: int, *, language: str = "zh"
) -> Figure:
    """Draw the urban core of several scenarios side by side, one legend below them."""
    check_choice(outcomes[0].standards, outcomes[0].district.years, stage, year)
    with draw_page(5.6 * len(outcomes), 6.6) as figure:
        wide = 1 / len(outcomes)
        for at, outcome in enumerate(outcomes):
            part = (at * wide + 0.01, 0.13, wide - 0.02, 0.79)
            axes = figure.add_axes(part)
            plate = read_plate(outcome, stage, year, language)
            box = fit_box(find_core(outcome), figure, part)
            paint_plate(axes, plate, box)
            words = say(
                "map.when", language, year=year, scenario=outcome.scenario.title.of(language)
            )
            axes.set_title(spell(words), fontsize=12, color=INK, loc="left")
        _write_ribbon(figure.add_axes((0.01, 0.01, 0.98, 0.1)), language)
    return figure


def fit_box(bounds: Any, figure: Figure, part: Box) -> Box:
    """Widen a box so that it fills its part of the page, with a small margin."""
    west, south, east, north = bounds
    width, height = figure.get_size_inches() * np.array(part[2:])
    scale = 1.04 * max((east - west) / width, (north - south) / height)
    x, y = (west + east) / 2, (south + north) / 2
    dx, dy = scale * width / 2, scale * height / 2
    return (x - dx, y - dy, x + dx, y + dy)


def _title(
    figure: Figure, outcome: Outcome, plate: Plate, stage: str, year: int, language: str
) -> None:
    """Write what the sheet shows; below it the shortage of its places and the balance."""
    stage_name = outcome.standards.stage(stage).name.of(language)
    words = say(
        "sheet.title",
        language,
        district=outcome.district.name.of(language),
        stage=stage_name,
        year=year,
        scenario=outcome.scenario.title.of(language),
    )
    keys = ("district", outcome.district.code, stage, year)
    total = outcome.balance.places.loc[[keys]].iloc[0]
    short = plate.schools.balance[plate.schools.balance < 0]
    told = say(
        "sheet.subtitle" if plate.zoned else "sheet.subtitle_schools",
        language,
        pupils=format_count(-short.sum()),
        places=format_count(len(short)),
        balance=format_count(total.balance, signed=True),
        demand=format_count(total.residents),
        supply=format_count(total.seats),
    )
    figure.text(0.015, 0.935, spell(words), fontsize=19, color=INK, va="center")
    figure.text(0.015, 0.885, spell(told), fontsize=10.5, color=MUTED, va="center")


def _foot(figure: Figure, outcome: Outcome, language: str) -> None:
    """Write the title block: what the data are, the grid, and room for number, maker and date."""
    crs = str(outcome.district.crs)
    grid = say("map.crs", language, datum=name_datum(crs), crs=crs)
    left = f"{tell_provenance(outcome, language)}  ·  {grid}"
    right = f"{say('sheet.number', language)}    {say('sheet.made_by', language)}"
    figure.text(0.015, 0.04, spell(left), fontsize=8.5, color=MUTED, va="center")
    figure.text(0.985, 0.04, spell(right), fontsize=8.5, color=MUTED, va="center", ha="right")


def tell_provenance(outcome: Outcome, language: str) -> str:
    """Say how many schools are surveyed, planned, calibrated or made up."""
    labels = outcome.district.schools.provenance.value_counts()
    told = [f"{say('provenance.' + str(name), language)} {n}" for name, n in labels.items()]
    line = say("page.provenance", language, list=" · ".join(told))
    assumed = tell_assumptions(outcome.district, language)
    return f"{line}  ·  {assumed}" if assumed else line


def _furnish(main: Axes, inset: Axes, language: str) -> None:
    """Add north arrow, scale bar and the inset's name."""
    main.add_patch(
        FancyArrowPatch(
            (0.93, 0.905),
            (0.93, 0.965),
            transform=main.transAxes,
            arrowstyle="-|>",
            mutation_scale=12,
            color=INK,
        )
    )
    north = say("map.north", language)
    main.text(0.93, 0.895, north, transform=main.transAxes, ha="center", va="top", color=INK)
    for axes in (main, inset):
        draw_scale(axes, language)
    inset.text(
        0.015,
        0.985,
        say("map.inset", language),
        transform=inset.transAxes,
        va="top",
        fontsize=9.5,
        color=COLOURS["panel"],
        bbox={"boxstyle": "square,pad=0.35", "facecolor": INK, "edgecolor": INK},
        zorder=10,
    )


def draw_scale(axes: Axes, language: str) -> None:
    """Draw a bar of a round number of kilometres, about a fifth of the view."""
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    fifth = (east - west) / 5
    step = max(size for size in (100, 200, 500, *(1000 * n for n in (1, 2, 5, 10, 20, 50)))
               if size <= max(fifth, 100))  # fmt: skip
    x, y = west + 0.04 * (east - west), south + 0.03 * (north - south)
    for at, colour in enumerate((INK, COLOURS["panel"])):
        axes.add_patch(
            Rectangle(
                (x + at * step / 2, y),
                step / 2,
                0.008 * (north - south),
                facecolor=colour,
                edgecolor=INK,
                linewidth=0.8,
                zorder=10,
            )
        )
    unit, n = ("unit.kilometres", step // 1000) if step >= 1000 else ("unit.metres", step)
    label_y = y + 0.014 * (north - south)
    axes.text(x, label_y, say(unit, language, n=n), fontsize=8.5, color=INK, va="bottom", zorder=10)


def name_classes(language: str) -> list[str]:
    """Return the range of each class in words, the worst shortage first."""
    signed = [format_count(bound, signed=True) for bound in BREAKS]
    inner = [say("legend.range", language, low=low, high=high) for low, high in pairwise(signed)]
    below, above = (
        say(f"legend.{side}", language, n=bound)
        for side, bound in (("below", signed[0]), ("above", signed[-1]))
    )
    return [below, *inner, above]


def _write_legend(axes: Axes, outcome: Outcome, plate: Plate, shown: tuple[str, int, str]) -> None:
    """Write the legend: a histogram of the classes, then the symbols."""
    stage, year, language = shown
    axes.set(xlim=(0, 1), ylim=(16.2, 0))
    axes.axis("off")
    heading = "legend.catchments" if plate.zoned else "legend.schools"
    axes.text(0, 0.3, say(heading, language), fontsize=10, color=INK, va="center")
    most = max(1, *plate.counts)
    for row, klass in enumerate(reversed(range(len(CLASS_COLOURS)))):
        y, count = 1.3 + row, plate.counts[klass]
        _draw_swatch(axes, 0.0, y, klass, 0.13)
        axes.text(0.17, y, name_classes(language)[klass], color=INK, va="center")
        axes.barh(y, 0.3 * count / most, 0.42, left=0.56, color=COLOURS["bar"])
        axes.text(1.0, y, format_count(count), color=INK, va="center", ha="right")
    axes.plot([0, 1], [8.6, 8.6], color=COLOURS["line"], linewidth=0.8)
    sized = list_school_sizes(outcome.standards, outcome.district.schools, stage, year)
    symbols = [key for key in SYMBOLS if sized or key not in ("large", "both")]
    for row, key in enumerate(symbols):
        y = 9.5 + row * 1.1
        mark_symbol(axes, [0.06], [y], key)
        words = tell_symbol(outcome, key, stage, year, language)
        axes.text(0.17, y, words, color=INK, va="center")


def _draw_swatch(axes: Axes, x: float, y: float, klass: int, width: float) -> None:
    axes.add_patch(
        Rectangle(
            (x, y - 0.3),
            width,
            0.6,
            facecolor=CLASS_COLOURS[klass],
            edgecolor=HATCH if klass == 0 else COLOURS["catchment"],
            hatch="////" if klass == 0 else None,
            linewidth=0 if klass == 0 else 0.6,
        )
    )


def tell_symbol(outcome: Outcome, key: str, stage: str, year: int, language: str) -> str:
    """Say what a symbol means, with the limits of the stage in the year."""
    rules = outcome.standards
    grades = [grade.code for grade in rules.stage(stage).grades]
    limits = {
        "crowded": [rules.class_limit(grade, year) for grade in grades],
        "large": list_school_sizes(rules, outcome.district.schools, stage, year),
    }.get(key, [])
    told = "/".join(format_count(limit) for limit in dict.fromkeys(limits)) or "—"
    return say(f"symbol.{key}", language, limit=told)


def _write_ribbon(axes: Axes, language: str) -> None:
    """Write the classes in one line, the worst shortage first, and what is measured."""
    axes.set(xlim=(0, 7), ylim=(2, 0))
    axes.axis("off")
    axes.text(0, 0.45, say("legend.catchments", language), fontsize=10, color=INK, va="center")
    for klass, words in enumerate(name_classes(language)):
        _draw_swatch(axes, klass, 1.4, klass, 0.22)
        axes.text(klass + 0.27, 1.4, words, color=INK, va="center", fontsize=9)
