"""Townships and village units: real names and codes, positions real where a point is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from district.places import Points, cells, scatter, settle
from district.sources import Sources, part_rng, to_lonlat, to_metric

# The published boundary ends at 37.593 N and leaves out the Sunjiatan tract, which reaches
# 37.465 N. This patch, drawn by hand, stands for it; it is synthetic.
SUNJIATAN = shapely.Polygon(
    [
        (106.112, 37.640), (106.122, 37.580), (106.140, 37.525), (106.190, 37.480),
        (106.262, 37.465), (106.335, 37.474), (106.385, 37.512), (106.405, 37.565),
        (106.412, 37.630), (106.260, 37.640),
    ]
)  # fmt: skip
PARK = "640302401"
PARK_CENTRE = (106.262, 37.560)  # the national farming park: in the tract, no point is known

SETTING_OF_CLASS = {"11": "urban", "12": "town", "21": "rural", "22": "rural"}
CORE = {"640302104", "640302105", "640302106", "640302107", "640302201"}
TOWN_COMMUNITIES = {"640302101002"}  # the community of a town outside the core
SPREAD_M = {"640302103": 9000.0, PARK: 5000.0}  # units thin out with this distance
SPREAD_CORE_M = 2200.0
SPREAD_OTHERS_M = 4000.0


@dataclass(frozen=True)
class Zones:
    """The zones table as written, the units' points in metres, and the outline."""

    table: pd.DataFrame
    units: pd.DataFrame  # index code: township, setting, x, y
    outline: shapely.Geometry


def build_zones(sources: Sources) -> Zones:
    """Place every township and unit inside the outline."""
    outline = shapely.make_valid(shapely.union(sources.boundary, to_metric(SUNJIATAN)))
    towns = _township_points(sources)
    units = _unit_points(sources, towns, outline)
    return Zones(_write_table(towns, units), units, outline)


def _township_points(sources: Sources) -> pd.DataFrame:
    towns = sources.townships.set_index("code9")
    known = towns["lon_wgs84_approx"].notna()
    lonlat = towns[["lon_wgs84_approx", "lat_wgs84_approx"]].to_numpy(dtype=float).copy()
    lonlat[~known.to_numpy()] = PARK_CENTRE
    xy = shapely.get_coordinates(to_metric(shapely.MultiPoint(lonlat)))
    return pd.DataFrame({"name": towns["name"], "real": known, "x": xy[:, 0], "y": xy[:, 1]})


def _unit_points(sources: Sources, towns: pd.DataFrame, outline: shapely.Geometry) -> pd.DataFrame:
    units = sources.villages.set_index("code12")
    lonlat = units[["lon_wgs84_approx", "lat_wgs84_approx"]].to_numpy(dtype=float)
    real = ~np.isnan(lonlat[:, 0])
    xy = np.full((len(units), 2), np.nan)
    xy[real] = shapely.get_coordinates(to_metric(shapely.MultiPoint(lonlat[real])))
    parent = units["township_code9"].to_numpy()
    regions = _township_regions(towns, xy[real], parent[real], outline)
    for code, region in regions.items():
        mine = parent == code
        xy[mine & ~real] = _scatter_units(code, region, towns, xy[mine & real], mine & ~real)
    table = {
        "name": units["name"],
        "township": parent,
        "setting": [_setting(*row) for row in units[["urban_rural_code_2016"]].itertuples()],
        "real": real,
        "x": xy[:, 0],
        "y": xy[:, 1],
    }
    return pd.DataFrame(table, index=units.index)


def _township_regions(
    towns: pd.DataFrame, known: Points, parents: np.ndarray, outline: shapely.Geometry
) -> dict[str, shapely.Geometry]:
    """Return where each township's units lie: the ground nearest to its known points."""
    seeds = np.vstack([towns[["x", "y"]].to_numpy(), known])
    owners = np.concatenate([towns.index.to_numpy(), parents])
    pieces = np.array(cells(seeds, outline), dtype=object)
    return {code: shapely.union_all(pieces[owners == code]) for code in towns.index}


def _scatter_units(
    code: str, region: shapely.Geometry, towns: pd.DataFrame, known: Points, wanted: np.ndarray
) -> Points:
    rng = part_rng(f"units {code}")
    cloud = scatter(region, 4000, rng)
    centre = towns.loc[code, ["x", "y"]].to_numpy(dtype=float)
    distance = np.hypot(*(cloud - centre).T)
    spread = SPREAD_M.get(code, SPREAD_CORE_M if code in CORE else SPREAD_OTHERS_M)
    weights = np.exp(-distance / spread)
    return settle(cloud, weights, int(wanted.sum()), rng, known)


def _setting(code: str, urban_rural_class: object) -> str:
    """Return the setting by the class of 2016; for units without one, by their township."""
    if isinstance(urban_rural_class, str):
        return SETTING_OF_CLASS[urban_rural_class[:2]]
    if code in TOWN_COMMUNITIES:
        return "town"
    return "urban" if code[:9] in CORE else "rural"


def _write_table(towns: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([towns, units])
    lonlat = shapely.get_coordinates(to_lonlat(shapely.MultiPoint(both[["x", "y"]].to_numpy())))
    kinds = ["township"] * len(towns) + ["unit"] * len(units)
    settings = [_township_setting(code, units) for code in towns.index]
    return pd.DataFrame(
        {
            "id": both.index,
            "name": both["name"],
            "kind": kinds,
            "parent": both["township"].fillna(""),
            "setting": [*settings, *units["setting"]],
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "position": np.where(both["real"].astype(bool), "real", "synthetic"),
            "provenance": "real",
            "source": "townships_640302.csv, villages_640302.csv",
        }
    )


def _township_setting(code: str, units: pd.DataFrame) -> str:
    """Return the commonest setting of the township's units."""
    return str(units.loc[units["township"] == code, "setting"].mode().iloc[0])
