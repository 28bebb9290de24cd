"""Areas, lines, schools and names of a map as folium layers.

Names enter as properties of GeoJSON with `<`, `>`, `&` and quotes as HTML entities, because folium
puts properties into tooltips as HTML; `Verbatim` keeps templates from reading them.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import COLOURS
from seatplan.views.plates import Plate
from seatplan.views.shades import SHARES, Shade

if TYPE_CHECKING:
    from seatplan.outcome import Outcome

DIGITS = 5  # of a degree: about a metre
SMOOTH_M = 4.0  # lines are drawn no finer
PANES = {"seatplan-areas": 340, "seatplan-lines": 350, "seatplan-names": 620}
MAIN_ROADS = ("arterial", "secondary", "bridge")
INK, PAPER = COLOURS["ink"], COLOURS["panel"]
# Shape and size in pixels of each symbol; one ink with a white outline.
SYMBOLS = {
    "none": (9, '<circle cx="8" cy="8" r="4.5" fill="{p}" stroke="{i}" stroke-width="2"/>'),
    "crowded": (17, '<path d="M8 1.5 15 14H1z" fill="{i}" stroke="{p}" stroke-width="1.3"/>'),
    "large": (17, '<path d="M8 .8 15.2 8 8 15.2.8 8z" fill="{i}" stroke="{p}" stroke-width="1.2"/>'),
    "both": (
        18,
        '<path d="M8 .8 15.2 8 8 15.2.8 8z" fill="{i}" stroke="{p}" stroke-width="1.2"/>'
        '<path d="M8 4.8 11.3 10.6H4.7z" fill="{p}"/>',
    ),
    "fresh": (
        19,
        '<circle cx="8" cy="8" r="6.6" fill="{p}" stroke="{i}" stroke-width="1.7"/>'
        '<path d="M8 4v8M4 8h8" stroke="{i}" stroke-width="1.8"/>',
    ),
}  # fmt: skip


def draw_symbol(key: str) -> str:
    """Return a symbol as SVG."""
    size, shapes = SYMBOLS[key]
    drawn = shapes.replace("{i}", INK).replace("{p}", PAPER)
    return f'<svg width="{size}" height="{size}" viewBox="0 0 16 16" aria-hidden="true">{drawn}</svg>'


def list_features(
    geometry: gpd.GeoSeries, rows: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Return shapes and their properties as GeoJSON in WGS-84; text of properties becomes HTML."""
    lines = geometry.to_crs(4326)
    rounded = shapely.transform(lines.to_numpy(), lambda points: np.round(points, DIGITS))
    features = [
        {
            "type": "Feature",
            "id": str(at),
            "properties": {
                key: html.escape(one) if isinstance(one, str) else one for key, one in row.items()
            },
            "geometry": shapely.geometry.mapping(shape),
        }
        for at, (shape, row) in enumerate(zip(rounded, rows, strict=True))
        if not shape.is_empty
    ]
    return {"type": "FeatureCollection", "features": features}


def add_panes(sheet: folium.Map) -> None:
    """Put areas under lines, and both under whatever a user adds."""
    for name, height in PANES.items():
        folium.map.CustomPane(name, z_index=height, pointer_events=True).add_to(sheet)


def add_areas(
    group: folium.FeatureGroup,
    areas: gpd.GeoDataFrame,
    shade: Shade,
    words: Mapping[str, str],
    language: str,
) -> None:
    """Add areas coloured by `value`; other columns named in `words` stand in the tooltip."""
    classes = shade.classify(areas.value)
    outlines = areas.geometry.copy()
    outlines[:] = shapely.coverage_simplify(outlines.to_numpy(), SMOOTH_M)
    rows = [
        {"klass": klass, **{key: str(row[key]) for key in words}}
        for klass, row in zip(classes, areas.to_dict("records"), strict=True)
    ]
    if not rows:
        return

    def style(feature: Any) -> dict[str, object]:
        klass = feature["properties"]["klass"]
        colour = shade.colours[klass] if klass >= 0 else COLOURS["none"]
        return {"fillColor": colour, "fillOpacity": 0.82, "color": COLOURS["catchment"], "weight": 0.8}

    _add(group, list_features(outlines, rows), words, style_function=style, pane="seatplan-areas",
         highlight_function=lambda _: {"weight": 2.5, "color": COLOURS["accent"]})  # fmt: skip


def add_schools(
    group: folium.FeatureGroup,
    plate: Plate,
    told: pd.DataFrame,
    words: Mapping[str, str],
    shade: Shade,
) -> None:
    """Add schools by symbol; where there are no catchments, on discs sized by seats."""
    schools = plate.schools.join(told).sort_values("seats", ascending=False)
    if not plate.zoned:
        _add_discs(group, schools, words, shade)
    for key, (size, _) in SYMBOLS.items():
        chosen = schools[plate.name_symbols(schools) == key]
        if len(chosen):
            icon = folium.DivIcon(
                html=draw_symbol(key), icon_size=(size, size), icon_anchor=(size / 2, size / 2),
                class_name="seatplan-symbol",
            )  # fmt: skip
            rows = [{word: str(row[word]) for word in words} for row in chosen.to_dict("records")]
            marker = folium.Marker(icon=icon)
            _add(group, list_features(chosen.geometry, rows), words, marker=marker)


def _add_discs(
    group: folium.FeatureGroup, schools: gpd.GeoDataFrame, words: Mapping[str, str], shade: Shade
) -> None:
    classes = shade.classify(schools.value)
    rows = [
        {"klass": klass, "radius": round(float(np.sqrt(row["seats"])) / 3.2 + 4, 1),
         **{word: str(row[word]) for word in words}}
        for klass, row in zip(classes, schools.to_dict("records"), strict=True)
    ]  # fmt: skip
    if not rows:
        return

    def style(feature: Any) -> dict[str, object]:
        found = feature["properties"]
        colour = shade.colours[found["klass"]] if found["klass"] >= 0 else COLOURS["none"]
        return {"radius": found["radius"], "fillColor": colour, "fillOpacity": 0.9, "color": INK,
                "weight": 1, "fill": True}  # fmt: skip

    _add(group, list_features(schools.geometry, rows), words, style_function=style,
         marker=folium.CircleMarker())  # fmt: skip


def _add(
    group: folium.FeatureGroup, features: dict[str, object], words: Mapping[str, str], **options: Any
) -> None:
    """Add GeoJSON with a tooltip and a popup of the properties named in `words`."""
    fields, names = list(words), [html.escape(word) for word in words.values()]
    tip = folium.GeoJsonTooltip(fields, names, class_name="seatplan-tip")
    card = folium.GeoJsonPopup(fields, names, class_name="seatplan-card")
    folium.GeoJson(features, tooltip=tip, popup=card, **options).add_to(group)


def add_lines(sheet: folium.Map, outcome: Outcome, plate: Plate, language: str) -> None:
    """Add water, roads, township outlines and names, each a group that can be switched."""
    roads = outcome.district.roads
    main = roads.road_class.isin(MAIN_ROADS)
    plain = {"pane": "seatplan-lines", "interactive": False}
    for key, lines, colour, weight, show in (
        ("water", plate.water.geometry, COLOURS["water"], 1.8, True),
        ("streets", roads[~main].geometry, COLOURS["line"], 0.7, False),
        ("roads", roads[main].geometry, "#a79c86", 1.1, True),
        ("townships", plate.townships.geometry.boundary, INK, 1.5, True),
    ):
        group = folium.FeatureGroup(say(f"folium.{key}", language), show=show).add_to(sheet)
        if len(lines):
            merged = gpd.GeoSeries([lines.union_all("unary")], crs=roads.crs).line_merge()
            style = {"color": colour, "weight": weight, "fill": False}
            features = list_features(merged.simplify(SMOOTH_M), [{"key": key}])
            folium.GeoJson(features, style_function=_give(style), **plain).add_to(group)
    names = folium.FeatureGroup(say("folium.names", language)).add_to(sheet)
    towns = plate.townships.iloc[np.argsort(-plate.townships.area.to_numpy(), kind="stable")]
    rows = [{"name": str(name)} for name in towns.name]
    tip = folium.GeoJsonTooltip(
        ["name"], labels=False, sticky=False, permanent=True, direction="center",
        class_name="seatplan-name", pane="seatplan-names",
    )  # fmt: skip
    point = folium.CircleMarker(radius=0, opacity=0, fill=False, interactive=False)
    places = towns.geometry.representative_point()
    folium.GeoJson(list_features(places, rows), marker=point, tooltip=tip).add_to(names)


def _give(style: dict[str, object]) -> Any:
    return lambda _: style


def spell_value(value: float, measure: str, language: str) -> str:
    """Return a value as the map's cards write it."""
    if np.isnan(value):
        return say("folium.none", language)
    if measure in SHARES:
        return f"{value:.1f}"
    if float(value).is_integer() or abs(value) >= 100:
        return format_count(value, signed=measure in ("balance", "seat_gap"))
    return f"{value:.1f}"
