"""Roads of any layer, OpenStreetMap's among them -> roads.geojson."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from seatplan.district.layers import Frame
from seatplan.district.writing import spell_layer
from seatplan.errors import InputError
from seatplan.files import note_input
from seatplan.intake.tables import FILE_CRS

NOT_WALKED = (  # values of OpenStreetMap's key highway, fclass in extracts of Geofabrik
    *("motorway", "motorway_link", "trunk_link", "construction", "proposed", "raceway"),
    *("bus_guideway", "abandoned", "razed", "no"),
)
KINDS = ("highway", "fclass")


def spell_roads(path: Path, crs: str) -> str:
    """Return a layer of roads as GeoJSON: single lines, noded where they meet."""
    layer = read_lines(path)
    lines = shapely.get_parts(shapely.node(layer.to_crs(crs).geometry.force_2d().union_all()))
    lines = lines[shapely.length(lines) > 0]
    roads = gpd.GeoDataFrame(
        {
            "id": [f"R{at:05d}" for at in range(1, len(lines) + 1)],
            "road_class": "local",
            "speed_kmh": 30,
        },
        geometry=lines,
        crs=crs,
    )
    return spell_layer(roads, Frame(crs, None), FILE_CRS)


def read_lines(path: Path) -> gpd.GeoDataFrame:
    """Return the lines of a layer, or the ways of an OpenStreetMap extract that people walk on.

    Of several layers that with lines is taken, or of those the one called roads: a GeoPackage of
    Geofabrik has gis_osm_roads_free among twenty.

    Raises
    ------
    InputError
        The file is missing, cannot be read, names no CRS, or holds no lines.
    """
    if not path.exists():
        raise InputError(f"{path}: does not exist; want a layer of roads")
    note_input(path)
    try:
        layer = gpd.read_file(path, layer=_choose_layer(path))
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{path.name}: cannot be read as a layer ({error})") from error
    for key in KINDS:
        if key in layer:  # ways of OpenStreetMap
            layer = layer[layer[key].notna() & ~layer[key].isin(NOT_WALKED)]
    if layer.crs is None:
        raise InputError(f"{path.name}: the layer names no CRS; want one, such as EPSG:4490")
    lines = layer[layer.geom_type.isin(["LineString", "MultiLineString"])]
    if lines.empty:
        raise InputError(f"{path.name}: no lines; want roads")
    return lines


def _choose_layer(path: Path) -> str | None:
    """Return the layer of roads of a file; None where it has one layer."""
    layers = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path)]
    if len(layers) < 2:
        return None
    names = [name for name, kind in layers if "LineString" in kind]
    called = [name for name in names if re.search(r"^lines$|roads?(_|$)|道路", name, re.IGNORECASE)]
    chosen = called if called else names
    if len(chosen) != 1:
        found = ", ".join(name for name, _ in layers)
        want = "want one layer of lines, or one called roads"
        raise InputError(f"{path.name}: {len(names)} layers of lines ({found}); {want}")
    return chosen[0]
