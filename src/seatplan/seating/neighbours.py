"""Which blocks touch, and the block that each school calls its own."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from seatplan.district.doubts.meetings import GAP_M, STREET_M, find_gaps, find_streets
from seatplan.labels import Floats, Ints

TOUCHING_M = 1.0  # blocks with a longer boundary in common are neighbours


def find_neighbours(blocks: gpd.GeoDataFrame) -> Ints:
    """Find the pairs of blocks with more than `TOUCHING_M` metres of boundary in common.

    Blocks that run side by side a few metres apart were drawn to touch, and are neighbours too; a
    block that touches none, as where all are drawn to the edge of the street, those across it.
    A part of the map that touches no other (an island, a field between villages) is joined where it
    is nearest, so that there is a chain of neighbours between any two blocks.

    Returns
    -------
    (e, 2) positions in `blocks`.
    """
    shapes = blocks.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    pairs = np.stack([one, other], axis=1)[shared > TOUCHING_M].astype(np.int64)
    pairs = np.concatenate([pairs, find_gaps(shapes)[0]])  # drawn to touch, a metre or two apart
    across = np.sort(find_streets(shapes)[0], axis=1)
    pairs = np.concatenate([pairs, np.unique(across, axis=0)])
    while (parts := label_parts(len(blocks), pairs)).max(initial=0) > 0:
        pairs = np.concatenate([pairs, _bridge(shapes, parts)])
    return np.asarray(pairs, np.int64)


def measure_borders(blocks: gpd.GeoDataFrame, pairs: Ints) -> Floats:
    """Measure the boundary that each pair of blocks has in common, metres.

    Of two that were drawn to touch, or lie across a street, it is the side of the one along the
    other; 0 where blocks are neighbours only because nothing is nearer.
    """
    shapes = blocks.geometry.to_numpy()
    one, other = shapes[pairs[:, 0]], shapes[pairs[:, 1]]
    lengths: Floats = shapely.length(shapely.intersection(one, other))
    metres = shapely.distance(one, other)
    apart = np.flatnonzero(metres > 0)
    street = (metres > GAP_M) & (metres <= STREET_M)
    beside = shapely.buffer(other[apart], np.where(street, 1.2 * metres, GAP_M)[apart])
    lengths[apart] = shapely.length(shapely.intersection(shapely.boundary(one[apart]), beside))
    return lengths


def label_parts(count: int, pairs: Ints, kept: npt.NDArray[np.bool_] | None = None) -> Ints:
    """Give each of `count` blocks the number of its connected part; `pairs` hold where kept."""
    if kept is not None:
        pairs = pairs[kept[pairs].all(axis=1)]
    graph = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    parts: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return parts


def find_homes(
    blocks: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    seats: Floats,
    pairs: Ints,
    zones: Ints | None = None,
) -> Ints:
    """Find the own block of each school: no two have the same.

    It is the block in which the school stands, or the nearest to it; where it stands outside its
    own catchment of today (a gate across the line), the nearest of its catchment. Of two schools in
    one block the one with more seats has it; the other has the nearest block among the neighbours,
    or where these are taken too, the nearest of all.

    Parameters
    ----------
    seats
        (m,) seats of the schools, which decide who comes first.
    pairs
        (e, 2) neighbours (`find_neighbours`).
    zones
        (n,) the school (position) of each block today, -1 without one; None where nobody is zoned.

    Returns
    -------
    (m,) positions in `blocks`.
    """
    away = np.stack([blocks.distance(point).to_numpy() for point in schools.geometry])
    homes = np.full(len(schools), -1)
    for school in np.argsort(-seats, kind="stable"):
        own = int(away[school].argmin())
        if zones is not None and zones[own] != school and (zones == school).any():
            zoned = np.flatnonzero(zones == school)
            own = int(zoned[away[school][zoned].argmin()])
        free = np.setdiff1d(np.arange(len(blocks)), homes)
        if own not in free:
            beside = np.concatenate([pairs[pairs[:, 0] == own, 1], pairs[pairs[:, 1] == own, 0]])
            choice = np.intersect1d(beside, free)
            free = choice if len(choice) else free
            own = int(free[away[school][free].argmin()])
        homes[school] = own
    return homes


def _bridge(shapes: npt.NDArray[np.object_], parts: Ints) -> Ints:
    """Return the shortest pair between the smallest part and the rest: (1, 2) positions."""
    smallest = int(np.bincount(parts).argmin())
    inside, outside = np.flatnonzero(parts == smallest), np.flatnonzero(parts != smallest)
    own, nearest = shapely.STRtree(shapes[outside]).query_nearest(shapes[inside], all_matches=False)
    gaps = shapely.distance(shapes[inside][own], shapes[outside][nearest])
    best = int(gaps.argmin())
    return np.array([[inside[own[best]], outside[nearest[best]]]], dtype=np.int64)


def group_years(open_years: npt.NDArray[np.bool_]) -> list[Ints]:
    """Group years (rows) in which the same schools (columns) are open.

    >>> [run.tolist() for run in group_years(np.array([[True, False], [True, True], [True, True]]))]
    [[0], [1, 2]]
    """
    _, group = np.unique(open_years, axis=0, return_inverse=True)
    return [np.flatnonzero(group == label) for label in pd.unique(group.ravel())]
