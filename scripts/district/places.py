"""Points scattered where people are: seeded clouds, centres among them, schools of given sizes."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

Points = NDArray[np.float64]  # (n, 2), metres


def scatter(area: shapely.Geometry, n: int, rng: np.random.Generator) -> Points:
    """Draw `n` points evenly inside `area`."""
    west, south, east, north = area.bounds
    shapely.prepare(area)
    found = np.empty((0, 2))
    while len(found) < n:
        trial = rng.uniform((west, south), (east, north), size=(4 * n, 2))
        found = np.vstack([found, trial[shapely.contains_xy(area, trial[:, 0], trial[:, 1])]])
    return found[:n]


def settle(
    cloud: Points,
    weights: Points,
    n: int,
    rng: np.random.Generator,
    fixed: Points | None = None,
    rounds: int = 15,
) -> Points:
    """Return `n` centres that settle among a weighted cloud (Lloyd), beside the `fixed` ones.

    The fixed centres take their share of the cloud and do not move; they are not returned.
    """
    held = np.empty((0, 2)) if fixed is None else fixed
    chance = weights / weights.sum()
    centres = cloud[rng.choice(len(cloud), size=n, replace=False, p=chance)]
    for _ in range(rounds):
        _, owner = KDTree(np.vstack([held, centres])).query(cloud)
        for k in range(n):
            mine = owner == len(held) + k
            if weights[mine].sum() > 0:
                mean = np.average(cloud[mine], axis=0, weights=weights[mine])
                centres[k] = mean.round(3)  # to a millimetre, whatever the processor
    return centres


def cells(points: Points, outline: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the Voronoi cell of each point, cut to the outline."""
    diagram = shapely.voronoi_polygons(
        shapely.MultiPoint(points), extend_to=outline.buffer(1000), ordered=True
    )
    shapely.prepare(outline)
    return [
        cell if outline.contains_properly(cell) else cell.intersection(outline)
        for cell in diagram.geoms
    ]


def spread_points(
    xy: Points,
    demand: NDArray[np.float64],
    sizes: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> list[int]:
    """Place schools of given sizes, largest first, where unserved children are most.

    Each takes a free block drawn by the unserved children around it, and serves the nearest.

    Parameters
    ----------
    xy
        Where the blocks lie.
    demand
        Children of each block.
    sizes
        Children of each school, in descending order.
    allowed
        True per school and block where the school may stand.
    """
    left, free = demand.astype(float).copy(), np.ones(len(xy), dtype=bool)
    chosen: list[int] = []
    for k, size in enumerate(sizes):
        chance = np.where(free & allowed[k], left**2, 0.0) + 1e-9 * (free & allowed[k])
        spot = int(rng.choice(len(xy), p=chance / chance.sum()))
        free[spot] = False
        chosen.append(spot)
        order = np.argsort(np.hypot(*(xy - xy[spot]).T).round(3), kind="stable")
        before = np.cumsum(left[order]) - left[order]
        left[order] -= np.clip(size - before, 0.0, left[order])
    return chosen
