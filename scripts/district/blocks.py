"""Blocks: Voronoi cells of seeded points, nested in units and townships without gap or overlap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from district.places import Points, cells, scatter, settle
from district.sources import part_rng, to_lonlat
from district.zones import Zones

BLOCKS_PER_UNIT = {"urban": 5, "town": 4, "rural": 3}
LARGE_UNIT_M2 = 12e6  # larger units have a block more
SPREAD_M = {"urban": 4000.0, "town": 1200.0, "rural": 1500.0}  # blocks grow away from the centre


def build_blocks(zones: Zones) -> pd.DataFrame:
    """Divide every unit into blocks.

    Returns
    -------
    pandas.DataFrame
        Index `id`: unit, township, setting, x, y (a point inside, where its walks begin, metres),
        distance_m (to the unit's point), area_m2, geometry (metres) and lonlat (as written).

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
    n = BLOCKS_PER_UNIT[unit["setting"]] + int(area.area > LARGE_UNIT_M2)
    cloud = scatter(area, 600, rng)
    distance = np.hypot(cloud[:, 0] - unit["x"], cloud[:, 1] - unit["y"])
    return settle(cloud, np.exp(-distance / SPREAD_M[unit["setting"]]), n, rng)


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
            "distance_m": np.hypot(
                centres[:, 0] - units["x"].to_numpy(), centres[:, 1] - units["y"].to_numpy()
            ),
            "area_m2": shapely.area(polygons),
            "geometry": polygons,
            "lonlat": lonlat,
        },
        index=pd.Index([f"{u}-{k}" for u, k in zip(units.index, serial, strict=True)], name="id"),
    )
