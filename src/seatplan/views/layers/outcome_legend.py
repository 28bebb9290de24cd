"""What the legend of an outcome's map says: classes with their counts, symbols, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import folium

from seatplan.views.catalogue import say
from seatplan.views.foot import tell_assumptions
from seatplan.views.layers.legend import (
    draw_hatches,
    list_classes,
    list_discs,
    list_symbols,
    write_legend,
)
from seatplan.views.layers.sides import Side, measure_disc
from seatplan.views.layers.symbols import name_symbol
from seatplan.views.palette import COLOURS
from seatplan.views.shades import Shade


def name_view(side: Side, year: int) -> str:
    """Return what a map shows in a year: district, stage, year and measure."""
    view, outcome = side.view, side.outcome
    return say(
        "folium.title",
        view.language,
        district=outcome.district.name.of(view.language),
        stage=outcome.standards.stage(view.stage).name.of(view.language),
        year=year,
        measure=name_measure(side),
    )


def name_measure(side: Side) -> str:
    """Return the name of a view's measure; a balance without catchments is counted by rolls."""
    if side.view.measure == "balance" and side.areas is None:
        return say("measure.balance_rolls", side.view.language)
    return say(f"measure.{side.view.measure}", side.view.language)


def tell_side(side: Side) -> str:
    """Return the title of a side's scenario."""
    return side.outcome.scenario.title.of(side.view.language)


def write_outcome_legend(sides: Sequence[Side], shade: Shade, *, sited: bool) -> str:
    """Return the legend of the first year shown; of two sides the counts of both."""
    side = sides[-1]
    view, language = side.view, side.view.language
    year = view.years[0]
    counts = side.count_classes(shade, year)
    counts[-1] = int(_lacks_figures(sides, shade))
    rows = list_classes(shade, counts, language, hatched=not side.on_canvas)
    told = _tell_counts(sides, shade, year)
    rows = [(picture, words, count) for (picture, words, _), count in zip(rows, told, strict=False)]
    keys = ["crowded", "large", "both", "none"]
    keys += ["fresh"] if _is_used(sides, "fresh") else []
    words = {key: name_symbol(side.outcome, key, view.stage, year, language) for key in keys}
    if sited:
        words["site"] = say("folium.sites", language)
    notes = [" | ".join(dict.fromkeys(tell_side(one) for one in sides)), _count_what(side)]
    discs = []
    if side.areas is None:
        notes.append(say("legend.whole_district", language))
        seats = float(side.schools.seats.to_numpy().max())
        discs = list_discs(seats, measure_disc, COLOURS["none"])
    title = name_view(side, year)
    district = side.outcome.district
    few = say("folium.assumed", language, n=len(district.assumptions[language]))
    return write_legend(
        title,
        notes,
        [*rows, *discs, *list_symbols(words)],
        assumed=(few, tell_assumptions(district, language)),
        hidden=draw_hatches(shade),
    )


def _count_what(side: Side) -> str:
    kind = "schools" if side.areas is None else "blocks" if side.view.along == "block" else "areas"
    return say(f"folium.count_{kind}", side.view.language)


def _is_used(sides: Sequence[Side], key: str) -> bool:
    return any((side.schools.symbols == key).to_numpy().any() for side in sides)


def _tell_counts(sides: Sequence[Side], shade: Shade, year: int) -> list[str]:
    """Return the number in each class as the legend lists them: the highest first, none last."""
    counts = [side.count_classes(shade, year) for side in sides]
    order = [*reversed(range(len(counts[0]) - 1)), len(counts[0]) - 1]
    return [" → ".join(str(one[at]) for one in counts) for at in order]


def _lacks_figures(sides: Sequence[Side], shade: Shade) -> bool:
    """Whether some place has no figure in some year."""
    return any(one.count_classes(shade, year)[-1] for one in sides for year in one.view.years)


def list_years(
    sides: Sequence[Side], shade: Shade, changing: Sequence[folium.GeoJson]
) -> dict[str, Any]:
    """Return the options of `years.js`; it opens in the year with the largest shortage."""
    side = sides[-1]
    view = side.view
    rows = len(shade.colours) + int(_lacks_figures(sides, shade))
    return {
        "years": list(view.years),
        "at": view.years.index(_find_worst_year(side)),
        "layers": list(changing),
        "counts": [_tell_counts(sides, shade, year)[:rows] for year in view.years],
        "titles": [name_view(side, year) for year in view.years],
        "label": say("folium.year", view.language),
    }


def _find_worst_year(side: Side) -> int:
    """Return the year with the largest shortage, the first of equals."""
    measure = "roll_over_seats" if side.areas is None else "catchment_shortage"
    table = side.outcome.measure(measure).xs(side.view.stage, level="stage")
    short = table.groupby("year").sum()
    return side.view.years[int(short.reindex(list(side.view.years)).to_numpy().argmax())]
