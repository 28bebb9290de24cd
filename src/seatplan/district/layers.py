"""Shapes of a GeoJSON file: read, checked, and carried into metres."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from geopandas.array import TransformerFromCRS
from numpy.typing import NDArray
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from seatplan.district.coordinates import Datum, convert_coordinates
from seatplan.district.rows import Rows

Shapes = NDArray[Any]  # shapely geometries, None where unreadable
Kind = Literal["point", "place", "line", "shore", "polygon", "ground"]

SHIFTED: dict[str, Datum] = {"GCJ-02": "GCJ-02", "BD-09": "BD-09"}
KINDS: dict[Kind, tuple[str, ...]] = {
    "point": ("Point",),
    "place": ("Point",),  # a point that stands for an area
    "line": ("LineString",),
    "shore": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),  # kept as lines
    "polygon": ("Polygon", "MultiPolygon"),
    "ground": ("Polygon", "MultiPolygon", "Point"),  # an area, or a place in it
}
MARGIN = 3.0  # degrees by which a district may reach beyond the area of use of its CRS


@dataclass(frozen=True)
class Frame:
    """How coordinates in files become metres.

    Parameters
    ----------
    crs
        The metric CRS inside.
    file_crs
        The CRS of the files, "GCJ-02" or "BD-09" included; None where `district.toml` names none.
    """

    crs: str
    file_crs: str | None

    def to_metres(self, shapes: Shapes, file_crs: str) -> Shapes:
        """Return shapes given in `file_crs` in metres."""
        return _transform(shapes, file_crs, self.crs)

    def to_file(self, shapes: Shapes, file_crs: str) -> Shapes:
        """Return shapes given in metres in `file_crs`."""
        return _transform(shapes, self.crs, file_crs)


@lru_cache(maxsize=32)
def find_crs(name: str) -> pyproj.CRS | None:
    """Return the CRS called `name` ("EPSG:4544"; GCJ-02 and BD-09 count as WGS-84), else None."""
    try:
        return pyproj.CRS.from_user_input("EPSG:4326" if name in SHIFTED else name)
    except CRSError:
        return None


def metric_fault(name: str) -> str | None:
    """Return what makes `name` unfit as the CRS inside, None where it is a CRS in metres."""
    crs = find_crs(name)
    if crs is None or name in SHIFTED:
        return f"{name} is no CRS that is known; want one such as EPSG:4544"
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        return f"{name} ({crs.name}) is not in metres; want a projected CRS such as EPSG:4544"
    return None


def _transformer(source: str, target: str) -> pyproj.Transformer:
    """Return the transformer that geopandas' `to_crs` keeps; making one takes 0.1 s."""
    kept: pyproj.Transformer = TransformerFromCRS(
        find_crs(source), find_crs(target), always_xy=True
    )
    return kept


def _transform(shapes: Shapes, source: str, target: str) -> Shapes:
    """Carry shapes from one CRS to another, by way of WGS-84 where one is shifted."""

    def carry(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points[:, 0], points[:, 1]
        if source in SHIFTED:
            x, y = convert_coordinates(x, y, SHIFTED[source], "WGS-84")
        x, y = _transformer(source, target).transform(x, y)
        if target in SHIFTED:
            x, y = convert_coordinates(x, y, "WGS-84", SHIFTED[target])
        return np.column_stack([x, y])

    return np.asarray(shapely.transform(shapes, carry), dtype=object)


def read_shapes(rows: Rows, kind: Kind, frame: Frame) -> tuple[gpd.GeoSeries, list[str]]:
    """Return the shapes of a layer in metres, and a sentence for each that cannot be used.

    The index is the feature's number; what cannot be used is None. Areas of water stand as their
    shores.
    """
    empty = gpd.GeoSeries([None] * len(rows.cells), index=rows.cells.index, crs=frame.crs)
    file_crs, problems = _layer_crs(rows, frame)
    if file_crs is None:
        return empty, problems
    shapes = _parse_shapes(rows.shapes)
    faults = _shape_faults(shapes, rows, KINDS[kind])
    shapes[list(faults)] = None
    if kind == "shore":
        areas = shapely.get_dimensions(shapes) == 2
        shapes[areas] = shapely.boundary(shapes[areas])
    if problem := _position_fault(shapes, rows, frame, file_crs):
        return empty, [*faults.values(), problem]
    moved = gpd.GeoSeries(frame.to_metres(shapes, file_crs), rows.cells.index, crs=frame.crs)
    return moved, list(faults.values())


def all_points(rows: Rows) -> bool:
    """Say whether every feature of a layer that has a geometry has a point."""
    kinds = {shape.get("type") for shape in rows.shapes if isinstance(shape, dict)}
    kinds |= {shape.geom_type for shape in rows.shapes if isinstance(shape, BaseGeometry)}
    return kinds == {"Point"}


def find_layer_crs(rows: Rows, frame: Frame) -> str | None:
    """Return the CRS in which the shapes of a layer are given; None where it is not known."""
    return _layer_crs(rows, frame)[0]


def _layer_crs(rows: Rows, frame: Frame) -> tuple[str | None, list[str]]:
    """Return the CRS of a layer: what district.toml says, or what the layer says of itself."""
    if frame.file_crs is None and rows.crs is None:
        wish = 'add file_crs = "EPSG:4490" (CGCS2000) to district.toml'
        return None, [rows.say(f"no CRS is named for this layer; {wish}")]
    if rows.crs is not None and find_crs(rows.crs) is None:
        return None, [rows.say(f"member crs: {rows.crs} is not known; want one such as EPSG:4490")]
    if frame.file_crs is None or rows.crs is None:
        return frame.file_crs or rows.crs, []
    if not _same_crs(rows.crs, frame.file_crs):
        rule = f"district.toml has file_crs {frame.file_crs}"
        return None, [rows.say(f"member crs: {rows.crs}; {rule}; want both to be the same")]
    return frame.file_crs, []


def _same_crs(name: str, rule: str) -> bool:
    """Say whether two CRS give the same longitudes and latitudes (to a metre) or are one."""
    one, other = find_crs(name), find_crs(rule)
    if rule in SHIFTED and name not in SHIFTED:  # a GIS names degrees, never GCJ-02
        return one is not None and one.is_geographic
    if one is None or other is None or {name, rule} & set(SHIFTED):
        return name == rule
    if one.is_geographic and other.is_geographic:
        sizes = [
            (round(crs.ellipsoid.semi_major_metre), round(crs.ellipsoid.inverse_flattening, 3))
            for crs in (one, other)
            if crs.ellipsoid
        ]
        return len(set(sizes)) == 1
    return one.equals(other, ignore_axis_order=True)


def _parse_shapes(shapes: Sequence[Any]) -> Shapes:
    """Return geometries as shapes without heights, None where they cannot be read."""
    if any(isinstance(shape, BaseGeometry) for shape in shapes):
        ready = [shape if isinstance(shape, BaseGeometry) else None for shape in shapes]
        return _flatten(np.array([*ready, None], dtype=object)[:-1])
    texts = [json.dumps(shape) if isinstance(shape, dict) else None for shape in shapes]
    parsed = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    return _flatten(parsed)


def _flatten(shapes: Any) -> Shapes:
    """Return shapes without heights; those of one part as that part."""
    flat = np.asarray(shapely.force_2d(shapes), dtype=object)
    single = (shapely.get_type_id(flat) >= 4) & (shapely.get_num_geometries(flat) == 1)
    flat[single] = shapely.get_geometry(flat[single], 0)
    return flat


def _shape_faults(shapes: Shapes, rows: Rows, kinds: Sequence[str]) -> dict[int, str]:
    """Return position -> sentence for each shape that is missing, empty, broken or another kind."""
    faults: dict[int, str] = {}
    want = f"want a {kinds[0]}" if len(kinds) < 3 else f"want a {kinds[0]} or a {kinds[2]}"
    for position in np.flatnonzero(~_usable(shapes, kinds)).tolist():
        shape, given = shapes[position], rows.shapes[position]
        if given is None:
            found = "no geometry"
        elif shape is None:
            found = "geometry that cannot be read"
        elif shape.is_empty:
            found = f"an empty {shape.geom_type}"
        elif shape.geom_type not in kinds:
            found = f"a {shape.geom_type}"
        elif kinds[0] == "LineString":
            found = f"a {shape.geom_type} without length"
        else:
            found = f"a broken {shape.geom_type} ({shapely.is_valid_reason(shape)})"
        number = rows.cells.index[position]
        faults[position] = rows.say(f"{rows.place(number)}: {found}; {want}")
    return faults


def _usable(shapes: Shapes, kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Say which shapes are there, not empty, of the kind wanted, and valid."""
    names = np.array([getattr(shape, "geom_type", "") for shape in shapes], dtype=object)
    right = np.isin(names.astype(str), kinds) & ~shapely.is_empty(shapes)
    valid = shapely.is_valid(shapes) if "Polygon" in kinds else shapely.length(shapes) >= 0
    sized = shapely.length(shapes) > 0 if "LineString" in kinds else True
    return np.asarray(right & valid & sized, dtype=bool)


def _position_fault(shapes: Shapes, rows: Rows, frame: Frame, file_crs: str) -> str | None:
    """Return one sentence where coordinates cannot be places in the area of the metric CRS."""
    bounds = shapely.bounds(shapes)
    west, south, east, north = _area(frame.crs)
    crs = find_crs(file_crs)
    if crs is None or not crs.is_geographic:
        area = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform_bounds(
            west, south, east, north
        )
        west, south, east, north = area
    swapped = bounds[:, [1, 0, 3, 2]]
    inside, inside_swapped = (
        (box[:, 0] >= west) & (box[:, 1] >= south) & (box[:, 2] <= east) & (box[:, 3] <= north)
        for box in (bounds, swapped)
    )
    known = ~np.isnan(bounds[:, 0])
    outside = np.flatnonzero(known & ~inside)
    if not len(outside):
        return None
    first = int(outside[0])
    x, y = bounds[first, :2]
    count = f"{len(outside)} of {known.sum()} features lie outside {frame.crs}"
    area_words = f"({west:.7g} to {east:.7g} east, {south:.7g} to {north:.7g} north)"
    if inside_swapped[outside].all():
        why = "longitude and latitude look swapped; want longitude first"
    elif np.abs(bounds[first]).max() > 180:
        why = f"these look like metres; want longitude, latitude in {file_crs}"
    else:
        why = "wrong CRS or wrong place; want coordinates there, or another crs in district.toml"
    where = f"first {rows.place(rows.cells.index[first])} at {x:.7g}, {y:.7g}"
    return rows.say(f"{count} {area_words}: {where}: {why}")


def _area(crs: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north (degrees) of a CRS's area of use, with a margin."""
    found = find_crs(crs)
    area = found.area_of_use if found else None
    if area is None:
        return -180.0, -90.0, 180.0, 90.0
    return area.west - MARGIN, area.south - MARGIN, area.east + MARGIN, area.north + MARGIN
