"""Layers of the maps of changes: catchments, blocks that move, lines, ways, schools, worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString

from seatplan.outcome import Outcome
from seatplan.views.catalogue import format_count, say
from seatplan.views.changes.tables import Cell, write_cell
from seatplan.views.changes.told import MOVE_COLUMNS, VALUE_COLUMNS, list_moves
from seatplan.views.layers.figures import View, name_schools, read_naming, split_zone
from seatplan.views.layers.legend import list_discs
from seatplan.views.layers.seat_map import SeatMap
from seatplan.views.layers.shapes import add_features, list_features, smooth_areas
from seatplan.views.layers.symbols import INK, mark_by_symbol
from seatplan.views.palette import COLOURS, MOVED

SMOOTH_M = 3.0
# What becomes of a line -> its colour, width in pixels and dashes.
STROKES = {
    "moves.same": (COLOURS["catchment"], 1.0, ""),
    "moves.old": (COLOURS["shortage"], 2.0, "6 5"),
    "moves.new": (INK, 2.6, ""),
    "moves.way": (COLOURS["accent"], 1.3, ""),
}
LARGEST_DISC = 26  # pixels, the radius of the largest worth


def _add_group(sheet: SeatMap, words: str) -> folium.FeatureGroup:
    group: folium.FeatureGroup = folium.FeatureGroup(words)
    sheet.add_child(group)
    return group


def add_areas(
    sheet: SeatMap,
    outcome: Outcome,
    view: View,
    zones: pd.Series[str],
    words: dict[str, dict[str, Cell]],
) -> list[folium.GeoJson]:
    """Add the catchments as quiet areas; `words`: what the card of each says, by heading."""
    blocks = outcome.district.blocks.loc[zones.index, ["geometry"]]
    areas = blocks.assign(zone=zones)[zones != ""].dissolve("zone")
    name = read_naming(outcome, view.language)
    heads = {"name": say("folium.name", view.language)}
    heads |= {f"told{at}": head for at, head in enumerate(words)}
    rows = [
        {
            "name": name(str(zone)),
            "place": f"area {zone}",
            **{
                f"told{at}": write_cell(told.get(str(zone)))
                for at, told in enumerate(words.values())
            },
        }
        for zone in areas.index
    ]
    style = {"color": COLOURS["catchment"], "weight": 0.6, "fillColor": COLOURS["none"]}
    return _add(
        _add_group(sheet, say("folium.catchments", view.language)),
        smooth_areas(areas.geometry, SMOOTH_M),
        [{**row, "style": {**style, "fillOpacity": 0.9}} for row in rows],
        heads,
        pane="seatplan-areas",
    )


def _add(
    group: folium.FeatureGroup,
    shapes: gpd.GeoSeries,
    rows: Sequence[dict[str, Any]],
    heads: dict[str, str],
    **options: Any,
) -> list[folium.GeoJson]:
    layer = add_features(
        group, list_features(shapes, rows), tip={"name": heads["name"]}, card=heads, **options
    )
    return [layer] if layer else []


def add_moved(
    sheet: SeatMap, outcome: Outcome, moves: pd.DataFrame, language: str
) -> list[folium.GeoJson]:
    """Add the blocks that move; the card of each is its row of the table."""
    heads = {key: say(head, language) for key, head in MOVE_COLUMNS.items() if key != "block"}
    rows = [
        {
            "name": str(row[0]),
            "place": f"block {row[0]}",
            **{key: write_cell(cell) for key, cell in zip(heads, row[1:], strict=True)},
            "style": {"fillColor": MOVED, "fillOpacity": 0.95, "color": "#857d6d", "weight": 0.8},
        }
        for row in list_moves(outcome, moves, language)
    ]
    return _add(
        _add_group(sheet, say("moves.moved", language)),
        outcome.district.blocks.geometry[moves.block],
        rows,
        {"name": say("moves.column_block", language), **heads},
        pane="seatplan-areas",
    )


def add_line(sheet: SeatMap, key: str, lines: gpd.GeoSeries, language: str) -> None:
    """Add lines by what becomes of them, see `STROKES`."""
    colour, width, dashes = STROKES[key]
    style = {"color": colour, "weight": width, "fill": False, "dashArray": dashes or None}
    group = _add_group(sheet, say(key, language))
    rows = [{"style": style}] * len(lines)
    add_features(group, list_features(lines, rows), pane="seatplan-lines", interactive=False)


def draw_ways(outcome: Outcome, moves: pd.DataFrame) -> gpd.GeoSeries:
    """Return the lines from the blocks that move to the nearest school of their new catchment."""
    blocks, schools = outcome.district.blocks, outcome.district.schools
    lines = []
    for block, to in zip(moves.block, moves.to, strict=True):
        members = split_zone(schools.index, str(to))
        nearest = outcome.costs.metres.loc[block, members].astype(float).idxmin()
        start = blocks.geometry[block].representative_point()
        lines.append(LineString([start, schools.geometry[str(nearest)]]))
    return gpd.GeoSeries(lines, crs=blocks.crs)


def add_schools(
    sheet: SeatMap, outcome: Outcome, view: View, marked: Sequence[str]
) -> list[folium.GeoJson]:
    """Add the open schools of the stage; those that are `marked` bear the sign of a flag."""
    seats = outcome.seats.of_stage(view.stage)[view.years[0]]
    seats = seats[seats > 0]
    names = name_schools(outcome, view.language)
    heads = {
        "name": say("folium.name", view.language),
        "seats": say("measure.seats", view.language),
    }
    rows = [
        {
            "name": names[str(school)],
            "seats": format_count(count),
            "symbol": "crowded" if school in marked else "none",
        }
        for school, count in seats.items()
    ]
    group = _add_group(sheet, say("folium.schools", view.language))
    points = outcome.district.schools.geometry[seats.index]
    return _add(group, points, rows, heads, point_to_layer=mark_by_symbol())


def add_worth(
    sheet: SeatMap, outcome: Outcome, values: pd.DataFrame, worth: pd.Series[float], language: str
) -> list[folium.GeoJson]:
    """Add a disc at each school where a classroom is worth something, sized by it."""
    chosen = worth[worth > 0].sort_values(ascending=False, kind="stable")
    names = name_schools(outcome, language)
    heads = {key: say(head, language) for key, head in VALUE_COLUMNS.items()}
    radius = LARGEST_DISC * (chosen / chosen.max()) ** 0.5
    style = {"color": INK, "weight": 1, "fill": True, "fillColor": MOVED, "fillOpacity": 0.85}
    rows = [
        {
            "name": names[str(school)],
            "place": f"area {school}",
            **{key: write_cell(round(float(values.loc[school, key]), 1)) for key in heads},
            "style": {**style, "radius": round(float(radius[school]), 1)},
        }
        for school in chosen.index
    ]
    return _add(
        _add_group(sheet, say("values.title", language)),
        outcome.district.schools.geometry[chosen.index],
        rows,
        {"name": say("folium.name", language), **heads},
        marker=folium.CircleMarker(),
    )


def explain_worth(worth: pd.Series[float]) -> list[tuple[str, str, str]]:
    """Return the lines of the legend that say how large the discs of `add_worth` are."""
    top = float(worth.max()) if len(worth) else 0.0
    return list_discs(top, lambda value: LARGEST_DISC * (value / top) ** 0.5, MOVED)
