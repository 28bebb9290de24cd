"""Maps of what a plan changes: who moves where, and where the next classroom saves most."""

from __future__ import annotations

from collections.abc import Sequence

import folium
import geopandas as gpd
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.rezoning.plan import Rezoning
from seatplan.siting.areas import AreaSiting
from seatplan.views.catalogue import say
from seatplan.views.changes.lines import part_lines
from seatplan.views.changes.parts import (
    SMOOTH_M,
    STROKES,
    add_areas,
    add_line,
    add_moved,
    add_schools,
    add_worth,
    draw_ways,
    explain_worth,
)
from seatplan.views.changes.tables import Table, write_aside
from seatplan.views.changes.told import (
    count_moves,
    table_moves,
    table_schools,
    table_sited,
    table_values,
    tell_areas,
    tell_years,
)
from seatplan.views.layers.base_maps import Tiles
from seatplan.views.layers.figures import View, split_zone
from seatplan.views.layers.legend import draw_swatch, list_lines, list_symbols, write_legend
from seatplan.views.layers.seat_map import Behaviour, SeatMap
from seatplan.views.layers.sides import read_side
from seatplan.views.layers.surroundings import draw_ground
from seatplan.views.maps import finish_sheet, open_sheet
from seatplan.views.palette import MOVED


def map_moves(
    outcome: Outcome, rezoning: Rezoning, *, language: str = "zh", tiles: Tiles = None
) -> folium.Map:
    """Return a folium map of what a rezoning moves, with its figures and tables beside it.

    Blocks that move, lines that go, stay and are new, ways to the new schools, schools and names
    are groups of their own; a row of the tables shows its place. The page needs no network, and
    shows every name as it is.

    Parameters
    ----------
    outcome
        What the rezoning was drawn from.
    language
        "zh" or "en".
    tiles
        Base map, see `map_outcome`.
    """
    note = tell_years(outcome, rezoning.years, language)
    return _map_plan(outcome, rezoning, "moves.heading", note, [], language, tiles)


def map_areas(
    built: Outcome,
    siting: AreaSiting,
    basis: Outcome,
    *,
    language: str = "zh",
    tiles: Tiles = None,
) -> folium.Map:
    """Return a folium map of sites with areas: new schools, and the catchments of all.

    Parameters
    ----------
    built
        The outcome of the answer's scenario, in which the new schools stand.
    siting
        The answer of `site_areas`.
    basis
        What it was drawn from.
    language, tiles
        As in `map_moves`.
    """
    note = tell_years(basis, siting.rezoning.years, language)
    new = [table_sited(built, siting.table, language)] if len(siting.table) else []
    return _map_plan(built, siting.rezoning, "moves.sited_heading", note, new, language, tiles)


def _map_plan(
    outcome: Outcome,
    rezoning: Rezoning,
    heading: str,
    note: str,
    first: list[Table],
    language: str,
    tiles: Tiles,
) -> folium.Map:
    """Return the map of a rezoning with `first` before the other tables."""
    view = View(rezoning.stage, (rezoning.years[0],), "balance", language)
    side = read_side(outcome, view)
    sheet = open_sheet(_name(heading, outcome, view), language, tiles)
    moves = rezoning.moves.sort_values("entrants", ascending=False, kind="stable")
    areas = add_areas(sheet, outcome, view, rezoning.plan, tell_areas(rezoning, language))
    moved = add_moved(sheet, outcome, moves, language)
    draw_ground(sheet, outcome.district, SMOOTH_M, language)
    lines = part_lines(outcome.district.blocks, rezoning.today, rezoning.plan)
    crs = outcome.district.blocks.crs
    for key, line in lines.items():
        add_line(sheet, f"moves.{key}", gpd.GeoSeries([line], crs=crs), language)
    add_line(sheet, "moves.way", draw_ways(outcome, moves), language)
    short = rezoning.schools.index[rezoning.schools.catchment_shortage_after > 0]
    marked = [
        school for area in short for school in split_zone(outcome.district.schools.index, str(area))
    ]
    schools = add_schools(sheet, outcome, view, marked)
    legend = [
        (draw_swatch(MOVED), say("moves.moved", language), ""),
        *list_lines([(*STROKES[key], say(key, language)) for key in STROKES]),
        *list_symbols(
            {"crowded": say("moves.short", language), "none": say("moves.school", language)}
        ),
    ]
    tables = [table_moves(outcome, moves, language), table_schools(outcome, rezoning, language)]
    tables = [*first, *tables]
    aside = write_aside(
        _name(heading, outcome, view),
        [note],
        count_moves(rezoning, language),
        tables,
    )
    _beside(sheet, aside, [*areas, *moved, *schools])
    finish_sheet(sheet, [side], write_legend(say("legend.label", language), [], legend))
    return sheet


def map_seat_values(
    outcome: Outcome,
    values: pd.DataFrame,
    *,
    stage: str,
    year: int,
    language: str = "zh",
    tiles: Tiles = None,
) -> folium.Map:
    """Return a folium map of where the next classroom saves most, with its table beside it.

    `values` are those of `price_seats`; a disc is sized by what a classroom is worth there. The
    other parameters are those of `map_moves`.
    """
    view = View(stage, (year,), "balance", language)
    side = read_side(outcome, view)
    sheet = open_sheet(_name("values.heading", outcome, view), language, tiles)
    zones = outcome.catchments.name_areas(stage, year)
    areas = add_areas(sheet, outcome, view, zones, {})
    draw_ground(sheet, outcome.district, SMOOTH_M, language)
    seated = (values.room_pupils > 0).any()
    worth = values.room_pupils if seated else values.room_saved_m
    schools = add_schools(sheet, outcome, view, [])
    discs = add_worth(sheet, outcome, values, worth, language)
    told = values[(values[["room_pupils", "room_saved_m"]] != 0).any(axis=1)]
    measure = say("values.by_pupils" if seated else "values.by_metres", language)
    legend = [*explain_worth(worth), *list_symbols({"none": say("moves.school", language)})]
    room = outcome.standards.seats_per_class(stage, year)
    aside = write_aside(
        _name("values.heading", outcome, view),
        [say("map.when", language, year=year, scenario=outcome.scenario.title.of(language))],
        [
            (say("values.room", language), float(round(room))),
            (say("values.schools", language), float(len(told))),
        ],
        [table_values(outcome, told, language)],
    )
    _beside(sheet, aside, [*areas, *schools, *discs])
    finish_sheet(sheet, [side], write_legend(say("legend.label", language), [measure], legend))
    return sheet


def _name(key: str, outcome: Outcome, view: View) -> str:
    """Return the heading of a map: district, stage and what changes."""
    stage = outcome.standards.stage(view.stage).name.of(view.language)
    return say(key, view.language, district=outcome.district.name.of(view.language), stage=stage)


def _beside(sheet: SeatMap, aside: str, layers: Sequence[folium.GeoJson]) -> None:
    """Put tables beside the map; of two places of one name that of the last layer is shown."""
    Behaviour("beside.js", {"html": aside, "layers": list(layers)}).add_to(sheet)
