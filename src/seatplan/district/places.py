"""Where blocks, schools, sites and roads lie: overlaps, strays, shifts and loose ends."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from seatplan.district.coordinates import Degrees, detect_shift
from seatplan.district.district import District
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.layers import Frame
from seatplan.district.tables import BLOCKS

SHIFT_M = 1500.0  # beyond what GCJ-02 (about 0.6 km at most) and BD-09 (about 1.4 km) displace
OVERLAP_M2, OVERLAP_SHARE = 1.0, 0.001
FAR_FROM_ROAD_M = 500.0


def find_overlaps(draft: Draft) -> Iterator[str]:
    """Yield a sentence for each pair of blocks that share ground.

    Up to 1 m2, or 0.1 % of the smaller block, counts as a rounded border.
    """
    shapes, rows = draft.shapes[BLOCKS].dropna(), draft.rows[BLOCKS]
    geometry = shapes.to_numpy()
    one, other = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.area(shapely.intersection(geometry[one], geometry[other]))
    smaller = np.minimum(shapely.area(geometry[one]), shapely.area(geometry[other]))
    for pair in np.flatnonzero(shared > np.maximum(OVERLAP_M2, OVERLAP_SHARE * smaller)):
        first, second = (rows.place(shapes.index[side[pair]]) for side in (one, other))
        area = f"{shared[pair]:,.0f} m2"
        yield rows.say(f"{first} overlaps {second} by {area}; want blocks that only touch")


def find_strays(draft: Draft, name: str) -> Iterator[str]:
    """Yield a sentence for each point farther from every block than a datum shift."""
    points, rows = draft.shapes[name].dropna(), draft.rows[name]
    away = measure_distance(points, draft.shapes[BLOCKS].dropna())
    for number in away.index[away > SHIFT_M]:
        found = f"{rows.place(number)}: lies {away[number]:,.0f} m outside every block"
        yield rows.say(f"{found}; want a point inside the district")


def measure_distance(points: gpd.GeoSeries, shapes: gpd.GeoSeries) -> pd.Series[float]:
    """Return metres from each point to the nearest of `shapes`: 0 inside, inf without any."""
    if shapes.empty or points.empty:
        return pd.Series(np.inf, index=points.index)
    tree = shapely.STRtree(shapes.to_numpy())
    _, metres = tree.query_nearest(points.to_numpy(), return_distance=True, all_matches=False)
    return pd.Series(metres, index=points.index)


def report_places(district: District) -> list[Finding]:
    """Return what is odd, though not wrong, about where things lie."""
    return [
        *_report_shift(district),
        *_report_outside(district),
        *(_report_roads(district) if len(district.roads) else ()),
        *(_report_far(district) if len(district.roads) else ()),
    ]


def _report_shift(district: District) -> Iterator[Finding]:
    """Yield a finding where schools lie outside their own unit, and the shift behind it.

    Units, not townships: the 390 m of GCJ-02 carry 9 of Litong's 128 schools out of their township,
    too few to tell from slips, but 33 out of their unit.
    """
    schools, blocks = district.schools, district.blocks
    frame = Frame(district.crs, "EPSG:4326")
    unit = blocks.unit.astype("category").cat
    tree = shapely.STRtree(blocks.geometry.to_numpy())
    wanted = unit.categories.get_indexer(schools.unit)

    def at_home(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
        points = frame.to_metres(shapely.points(lon, lat), "EPSG:4326")
        point, block = tree.query(points, predicate="intersects")
        home = np.zeros(len(points), dtype=bool)
        home[point[unit.codes.to_numpy()[block] == wanted[point]]] = True
        return home

    degrees = shapely.get_coordinates(frame.to_file(schools.geometry.to_numpy(), "EPSG:4326"))
    lon, lat = degrees.T
    away = ~at_home(lon, lat)
    if not away.any():
        return
    count = f"{away.sum()} of {len(away)} schools lie outside their own unit"
    datum = detect_shift(lon, lat, at_home)
    if datum:
        remedy = f"convert this layer from {datum}"
        sentence = f"schools.geojson: {count}, but fit after a {datum} shift; {remedy}"
    else:
        names = ", ".join(str(name) for name in schools.index[away][:8])
        sentence = f"schools.geojson: {count} ({names}); check their unit or their position"
    yield Finding("outside its unit", "doubtful", sentence)


def _report_outside(district: District) -> Iterator[Finding]:
    """Yield a finding for each school or site outside every block."""
    for name, layer in (("schools", district.schools), ("sites", district.sites)):
        away = measure_distance(layer.geometry, district.blocks.geometry)
        for label, metres in away[away > 0].items():
            sentence = f"{name}.geojson: {label} lies {metres:,.0f} m outside every block"
            yield Finding("outside every block", "doubtful", sentence)


def _report_roads(district: District) -> Iterator[Finding]:
    """Yield a finding where the roads do not hang together."""
    pieces = join_lines(district.roads.geometry)
    sizes = pieces.value_counts()
    if len(sizes) > 1:
        loose = len(pieces) - sizes.iloc[0]
        names = ", ".join(str(name) for name in pieces.index[pieces != sizes.index[0]][:8])
        sentence = (
            f"roads.geojson: {len(sizes)} separate networks; {loose} of {len(pieces)} lines do not "
            f"join the largest ({names}); lines join where they share an end point"
        )
        yield Finding("loose roads", "doubtful", sentence)


def join_lines(lines: gpd.GeoSeries) -> pd.Series[int]:
    """Return the number of the network each line belongs to; lines join at shared end points."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    geometry = lines.to_numpy()
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(geometry, end)) for end in (0, -1)])
    _, node = np.unique(ends.round(3), axis=0, return_inverse=True)
    start, end = node.reshape(2, -1)
    size = node.max(initial=-1) + 1
    links = coo_array((np.ones(len(start)), (start, end)), shape=(size, size))
    _, network = connected_components(links, directed=False)
    return pd.Series(network[start], index=lines.index)


def _report_far(district: District) -> Iterator[Finding]:
    """Yield a finding for each school, and for the blocks, far from every road."""
    roads = district.roads.geometry
    away = measure_distance(district.schools.geometry, roads)
    for school, metres in away[away > FAR_FROM_ROAD_M].items():
        sentence = f"schools.geojson: {school} lies {metres:,.0f} m from the nearest road"
        yield Finding("school far from roads", "doubtful", sentence)
    homes = measure_distance(district.blocks.geometry.representative_point(), roads)
    if len(far := homes[homes > FAR_FROM_ROAD_M]):
        sentence = (
            f"{BLOCKS}: {len(far)} of {len(homes)} blocks have their middle more than "
            f"{FAR_FROM_ROAD_M:.0f} m from a road (most: {far.idxmax()}, {far.max():,.0f} m)"
        )
        yield Finding("blocks far from roads", "note", sentence)
