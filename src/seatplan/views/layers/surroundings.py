"""What lies around schools on a map: water, roads, townships with their names, sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.district.campuses import find_campuses
from seatplan.district.stages import name_rows
from seatplan.views.catalogue import format_count, say
from seatplan.views.layers.shapes import add_features, join_lines, list_features
from seatplan.views.layers.symbols import INK, mark_by_symbol

if TYPE_CHECKING:
    from seatplan.district.district import District
    from seatplan.outcome import Outcome

BELOW = -2000  # in the order of markers: a site never covers a school
MAIN_ROADS = ("arterial", "secondary", "bridge")
# Key in the catalogue -> colour and width in pixels of each kind of line, the lowest first.
LINES = {
    "water": ("#3d7ea6", 2.0),
    "streets": ("#b9b0a0", 0.7),
    "roads": ("#9a8f78", 1.3),
    "townships": (INK, 1.6),
}


def list_lines(district: District) -> dict[str, gpd.GeoSeries]:
    """Return the lines of a district by their kind; a kind without lines is left out."""
    main = district.roads.road_class.isin(MAIN_ROADS)
    found = {
        "water": district.water.geometry,
        "streets": district.roads[~main].geometry,
        "roads": district.roads[main].geometry,
        "townships": district.townships.boundary,
    }
    return {key: lines for key, lines in found.items() if len(lines)}


def add_lines(
    sheet: folium.Map,
    lines: dict[str, gpd.GeoSeries],
    metres: float,
    language: str,
    hidden: Sequence[str] = ("streets",),
) -> None:
    """Add each kind of line as a group; those that are `hidden` show when they are asked for."""
    for key, parts in lines.items():
        colour, width = LINES[key]
        group = folium.FeatureGroup(say(f"folium.{key}", language), show=key not in hidden)
        group.add_to(sheet)
        style = {"color": colour, "weight": width, "fill": False}
        features = list_features(join_lines(parts, metres), [{"style": style}])
        add_features(group, features, pane="seatplan-lines", interactive=False)


def draw_ground(sheet: folium.Map, district: District, metres: float, language: str) -> None:
    """Add water and roads, for a map whose own lines take the place of township lines."""
    lines = list_lines(district)
    lines.pop("townships")
    add_lines(sheet, lines, metres, language, hidden=("streets", "roads"))


def list_place_names(district: District, group: int, language: str) -> list[list[Any]]:
    """Return the names of townships for `names.js`, the largest first."""
    areas = district.townships
    order = np.argsort(-areas.area.to_numpy(), kind="stable")
    points = areas.representative_point().to_crs(4326)
    names = name_rows(district.zones, language).reindex(areas.index)
    told = names.fillna(pd.Series(areas.index, areas.index)).astype(str)
    return [
        [
            round(float(points.iloc[at].y), 5),
            round(float(points.iloc[at].x), 5),
            told.iloc[at],
            group,
            0,
            0,
        ]
        for at in order
    ]


def add_campuses(sheet: folium.Map, outcome: Outcome, stage: str, language: str) -> None:
    """Add the further sites of schools that teach some grade of the stage there, as a group."""
    district, grades = outcome.district, outcome.standards.stage(stage).grades
    sites = find_campuses(district, [grade.code for grade in grades])
    if not len(sites):
        return
    names = {grade.code: getattr(grade.name, language) for grade in grades}
    rows = [
        {
            "name": " · ".join(dict.fromkeys([str(district.schools.name[site.school]), site.name])),
            "grades": " ".join(names[code] for code in site.grades.split() if code in names)
            or say("folium.every_grade", language),
            "symbol": "none",
        }
        for site in sites.itertuples()
    ]
    heads = {"name": say("folium.campus", language), "grades": say("folium.grades", language)}
    _add_points(sheet, say("folium.campuses", language), list_features(sites.geometry, rows), heads)


def _add_points(
    sheet: folium.Map, title: str, features: dict[str, Any], heads: dict[str, str], **marks: object
) -> None:
    """Add points as a group of their own, drawn by their symbols, each with its name and a card.

    `marks` are options of Leaflet's markers.
    """
    group = folium.FeatureGroup(title)
    sheet.add_child(group)
    add_features(
        group,
        features,
        tip={"name": heads["name"]},
        card=heads,
        point_to_layer=mark_by_symbol(**marks),
    )


def list_campus_names(outcome: Outcome, stage: str, group: int) -> list[list[Any]]:
    """Return the names of further sites for `names.js`, of the schools that teach a stage there."""
    grades = [grade.code for grade in outcome.standards.stage(stage).grades]
    sites = find_campuses(outcome.district, grades)
    points = sites.geometry.to_crs(4326) if len(sites) else sites.geometry
    return [
        [round(float(point.y), 5), round(float(point.x), 5), str(name), group, 10, 0]
        for name, point in zip(sites["name"], points, strict=True)
    ]


def add_sites(sheet: folium.Map, district: District, stage: str, language: str) -> bool:
    """Add the candidate sites for a stage as a group; whether there are any."""
    sites = district.sites
    if not len(sites):
        return False
    sites = sites[[stage in str(given).split() for given in sites.stages]]
    if not len(sites):
        return False
    none = say("folium.none", language)
    heads = {
        "name": say("folium.site", language),
        "rooms": say("folium.most_rooms", language),
        "from": say("folium.earliest", language),
        "land": say("folium.land", language),
    }
    rows = [
        {
            "name": str(row["name"] or at),
            "rooms": none if pd.isna(row.max_classrooms) else format_count(row.max_classrooms),
            "from": none if pd.isna(row.earliest_year) else str(int(row.earliest_year)),
            "land": none if pd.isna(row.land_m2) else format_count(row.land_m2),
            "symbol": "site",
        }
        for at, row in sites.iterrows()
    ]
    points = list_features(sites.geometry, rows)
    _add_points(sheet, say("folium.sites", language), points, heads, zIndexOffset=BELOW)
    return True
