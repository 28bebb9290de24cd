"""Which road lies on a place's own bank: nobody walks across water where there is no bridge."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Objects = NDArray[np.object_]
Positions = NDArray[np.int64]
BANK_M = 2_000.0  # so far along its own bank a place looks for a road
NEIGHBOURS = 8  # places without a road to which each of them has a straight way, at most


def keep_bank(points: Objects, lines: Objects, edge: Positions, water: Objects) -> Positions:
    """Return the nearest line of each point that no water parts from it.

    Parameters
    ----------
    points, lines, water
        Shapes in metres; water as lines or areas.
    edge
        The nearest line of each point whatever lies between.

    Returns
    -------
    ndarray
        Positions in `lines`; -1 where every line within `BANK_M` lies across water.
    """
    kept = edge.copy()
    if not len(water) or not len(lines):
        return kept
    banks = shapely.STRtree(water)
    crossed, _ = banks.query(shapely.shortest_line(points, lines[edge]), predicate="crosses")
    if len(crossed):
        streets = shapely.STRtree(lines)
        for place in np.unique(crossed).tolist():
            kept[place] = _find_dry(points[place], lines, streets, banks)
    return kept


def _find_dry(
    point: shapely.Point, lines: Objects, streets: shapely.STRtree, banks: shapely.STRtree
) -> int:
    """Return the nearest line on the bank of a point, of lines alike the westernmost; -1: none."""
    near = streets.query(point, predicate="dwithin", distance=BANK_M)
    ways = shapely.shortest_line(point, lines[near])
    wet, _ = banks.query(ways, predicate="crosses")
    dry = np.setdiff1d(np.arange(len(near)), wet)
    if not len(dry):
        return -1
    west, south = shapely.bounds(lines[near[dry]])[:, :2].T
    order = np.lexsort((south, west, shapely.length(ways[dry]).round(3)))
    return int(near[dry[order[0]]])


def lay_paths(points: Objects, water: Objects) -> Objects:
    """Return straight ways between places without a road, none across water.

    A place that none of the others can be reached from has a way of a metre, which leads nowhere.

    Parameters
    ----------
    points, water
        Shapes in metres.
    """
    spots = np.unique(shapely.get_coordinates(points), axis=0)
    near = cKDTree(spots).query(spots, k=range(1, min(NEIGHBOURS + 1, len(spots)) + 1))[1]
    ends = np.stack([np.repeat(np.arange(len(spots)), near.shape[1]), near.ravel()], axis=1)
    pairs = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    ways = shapely.linestrings(spots[pairs])
    wet, _ = shapely.STRtree(water).query(ways, predicate="crosses")
    dry = np.setdiff1d(np.arange(len(pairs)), wet)
    alone = np.setdiff1d(np.arange(len(spots)), pairs[dry])
    stubs = shapely.linestrings(np.stack([spots[alone], spots[alone] + [1.0, 0.0]], axis=1))
    paths: Objects = np.concatenate([ways[dry], stubs])
    return paths
