"""Blocks: Voronoi cells of seeded points, nested in units and townships without gap or overlap.

A rural unit is a compact village and the fields about it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from district.places import Points, cells, scatter, settle
from district.sources import part_rng, to_lonlat
from district.zones import Zones

BLOCKS_PER_UNIT = {"urban": 5, "town": 4, "rural": 3}
LARGE_UNIT_M2 = {"urban": 12e6, "town": 6e6, "rural": 3e6}  # larger units have a block more
SPREAD_M = {"urban": 4000.0, "town": 400.0}  # blocks grow away from the centre
VILLAGE_M = 350.0  # from the middle of a village to where its fields begin
TURNS = 24  # directions that a ring of fields is tried in
SHRINK = 0.8 ** np.arange(12)  # of the ring, until it lies within the unit


def build_blocks(zones: Zones) -> pd.DataFrame:
    """Divide every unit into blocks.

    Returns
    -------
    pandas.DataFrame
        Index `id`: unit, township, setting, x, y (a point inside, where its walks begin, metres),
        village (the first block of a rural unit; the others are its fields), distance_m (to the
        unit's point), area_m2, geometry (metres) and lonlat (as written).

    Raises
    ------
    ValueError
        When the polygons as written overlap or leave a gap.
    """
    units = zones.units
    ground = cells(units[["x", "y"]].to_numpy(), zones.outline)
    seeds = [
        _seed_blocks(str(code), row, area)
        for (code, row), area in zip(units.iterrows(), ground, strict=True)
    ]
    owner = np.repeat(np.arange(len(units)), [len(points) for points in seeds])
    polygons = _join_stray_pieces(cells(np.vstack(seeds), zones.outline))
    lonlat = [to_lonlat(polygon) for polygon in polygons]
    if not shapely.coverage_is_valid(np.array(lonlat, dtype=object)):
        raise ValueError("blocks.geojson: the polygons as written overlap or leave a gap")
    return _tabulate(units.iloc[owner], polygons, lonlat)


def _seed_blocks(code: str, unit: pd.Series, area: shapely.Geometry) -> Points:
    rng = part_rng(f"blocks {code}")
    setting = unit["setting"]
    large = area.area > LARGE_UNIT_M2[setting]
    n = BLOCKS_PER_UNIT[setting] + int(large)
    if setting == "rural" or (setting == "town" and large):
        return _ring_village(unit, area, n - 1, rng)
    cloud = scatter(area, 600, rng)
    distance = np.hypot(cloud[:, 0] - unit["x"], cloud[:, 1] - unit["y"])
    return settle(cloud, np.exp(-distance / SPREAD_M[setting]), n, rng)


def _ring_village(
    unit: pd.Series, area: shapely.Geometry, n: int, rng: np.random.Generator
) -> Points:
    """Return the seed of a village and of `n` blocks of fields in a ring about it.

    The village ends half-way to them, so that its walks begin in its middle, not in its fields.
    """
    middle = np.array([unit["x"], unit["y"]])
    first = rng.uniform(0, 2 * np.pi)
    for reach in 2 * VILLAGE_M * SHRINK:
        for turn in first + np.arange(TURNS) * 2 * np.pi / TURNS:
            angle = turn + 2 * np.pi * np.arange(n) / n
            ring = middle + reach * np.column_stack([np.cos(angle), np.sin(angle)])
            if shapely.contains_xy(area, ring[:, 0], ring[:, 1]).all():
                return np.vstack([middle, ring])
    raise ValueError(f"no room for the blocks of a village at {middle}")


def _join_stray_pieces(polygons: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """Give pieces that the outline cut off a block to the neighbour with the longest border."""
    parts = [sorted(shapely.get_parts(p), key=lambda g: -g.area) for p in polygons]
    whole = [pieces[0] for pieces in parts]
    for stray in [piece for pieces in parts for piece in pieces[1:]]:
        border = [shapely.length(shapely.intersection(stray, other)) for other in whole]
        best = int(np.argmax(border))
        whole[best] = shapely.union(whole[best], stray)
    return whole


def _tabulate(
    units: pd.DataFrame, polygons: list[shapely.Geometry], lonlat: list[shapely.Geometry]
) -> pd.DataFrame:
    serial = units.groupby(level=0).cumcount() + 1
    centres = shapely.get_coordinates(shapely.point_on_surface(polygons))
    return pd.DataFrame(
        {
            "unit": units.index,
            "township": units["township"].to_numpy(),
            "setting": units["setting"].to_numpy(),
            "x": centres[:, 0],
            "y": centres[:, 1],
            "village": (serial == 1).to_numpy() & (units["setting"] == "rural").to_numpy(),
            "distance_m": np.hypot(
                centres[:, 0] - units["x"].to_numpy(), centres[:, 1] - units["y"].to_numpy()
            ),
            "area_m2": shapely.area(polygons),
            "geometry": polygons,
            "lonlat": lonlat,
        },
        index=pd.Index([f"{u}-{k}" for u, k in zip(units.index, serial, strict=True)], name="id"),
    )
