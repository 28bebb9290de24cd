"""Points scattered where people are: seeded clouds, and centres that settle among them."""

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
                centres[k] = np.average(cloud[mine], axis=0, weights=weights[mine])
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
