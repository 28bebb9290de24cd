"""Areas, lines and points as folium GeoJson: text stays text, coordinates are short."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.utilities import JsCode

DIGITS = 5  # of a degree: about a metre
SMOOTH_M = (3.0, 6.0, 12.0, 25.0, 50.0, 100.0)  # lines are drawn no finer
MOST_POINTS = 120_000  # of all lines of a map: 2.9 MB of 24 bytes each

Rows = Sequence[Mapping[str, object]]


def choose_smoothing(parts: Sequence[gpd.GeoSeries]) -> float:
    """Return the finest smoothing, metres, with which the lines of a map are few enough."""
    for metres in SMOOTH_M[:-1]:
        drawn = [shapely.simplify(part.to_numpy(), metres) for part in parts]
        if sum(int(shapely.get_num_coordinates(one).sum()) for one in drawn) <= MOST_POINTS:
            return metres
    return SMOOTH_M[-1]


def smooth_areas(shapes: gpd.GeoSeries, metres: float) -> gpd.GeoSeries:
    """Return areas with simpler outlines that still meet."""
    simple = shapes.copy()
    simple[:] = shapely.coverage_simplify(shapes.to_numpy(), metres)
    return simple


def join_lines(lines: gpd.GeoSeries, metres: float) -> gpd.GeoSeries:
    """Return all lines as one shape, simplified."""
    parts = shapely.get_parts(lines.to_numpy())
    merged = shapely.line_merge(shapely.multilinestrings(parts))
    return gpd.GeoSeries([shapely.simplify(merged, metres)], crs=lines.crs)


def list_features(shapes: gpd.GeoSeries, rows: Rows) -> dict[str, Any]:
    """Return shapes and their properties as GeoJSON in WGS-84.

    Text of properties becomes HTML that shows it as it is: folium puts it into tooltips as HTML.
    """
    rounded = shapely.transform(
        shapes.to_crs(4326).to_numpy(), lambda points: np.round(points, DIGITS)
    )
    features = [
        {
            "type": "Feature",
            "id": str(at),
            "properties": {key: _escape(one) for key, one in row.items()},
            "geometry": shapely.geometry.mapping(shape),
        }
        for at, (shape, row) in enumerate(zip(rounded, rows, strict=True))
        if not shape.is_empty
    ]
    return {"type": "FeatureCollection", "features": features}


def _escape(value: Any) -> Any:
    if isinstance(value, str):
        return html.escape(value)
    if isinstance(value, list):
        return [_escape(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _escape(one) for key, one in value.items()}
    return value


def follow_years(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return the properties of each row: of the first year, and by year where they change.

    `by_year` holds a list for each property that is not the same in every year.
    """
    columns = {key: table.to_numpy().tolist() for key, table in tables.items()}
    rows = []
    for at in range(len(next(iter(columns.values())))):
        row: dict[str, Any] = {key: values[at][0] for key, values in columns.items()}
        changing = {key: values[at] for key, values in columns.items() if len(set(values[at])) > 1}
        rows.append({**row, "by_year": changing} if changing else row)
    return rows


def add_features(
    group: folium.FeatureGroup,
    features: dict[str, Any],
    *,
    tip: Mapping[str, str] | None = None,
    card: Mapping[str, str] | None = None,
    **options: Any,
) -> folium.GeoJson | None:
    """Add GeoJSON to a group; None where there is nothing to add.

    Parameters
    ----------
    tip, card
        Properties that the tooltip and the popup show, each with its heading.
    options
        What `folium.GeoJson` takes.
    """
    if not features["features"]:
        return None
    shown: dict[str, Any] = {}
    for name, columns, kind in (
        ("tooltip", tip, folium.GeoJsonTooltip),
        ("popup", card, folium.GeoJsonPopup),
    ):
        if columns:
            heads = [html.escape(head) for head in columns.values()]
            shown[name] = kind(list(columns), heads, class_name=f"seatplan-{name}")
    layer = folium.GeoJson(features, **shown, **options)
    layer.add_to(group)
    return layer


def style_by(styles: Sequence[Mapping[str, object]], *, size: str = "") -> JsCode:
    """Return a style function: the style at the place `klass`, the last one for -1.

    `size` names the property that holds the radius of a disc in pixels.
    """
    listed = json.dumps(list(styles), separators=(",", ":"))
    chosen = f"{listed}.at(f.properties.klass)"
    if size:
        chosen = f"Object.assign({{radius: f.properties.{size}}}, {chosen})"
    return JsCode(f"function (f) {{ return {chosen}; }}")


def find_box(blocks: gpd.GeoDataFrame, points: gpd.GeoSeries | None) -> list[float]:
    """Return the box of all blocks and points in degrees: west, south, east, north.

    Points farther off than half of the district's width are left out: one astray hides the rest.
    """
    west, south, east, north = blocks.to_crs(4326).total_bounds
    boxes = [(west, south, east, north)]
    if points is not None:
        far = max(east - west, north - south) / 2
        near = points.to_crs(4326).cx[west - far : east + far, south - far : north + far]
        boxes += [tuple(near.total_bounds)] if len(near) else []
    lows = [round(float(min(box[at] for box in boxes)), 5) for at in (0, 1)]
    return lows + [round(float(max(box[at] for box in boxes)), 5) for at in (2, 3)]
