"""Townships and village units: real names and codes, positions real where a point is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from district.places import Points, cells, scatter, settle
from district.sources import Sources, part_rng, to_lonlat, to_metric

# Hanyu Pinyin, the generic term in English; 堡 is read bu, as in 红寺堡 Hongsibu.
ROMANISED = Path(__file__).with_name("romanised.csv")
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
SPECIAL = "123"  # special areas: five units of the park in 2016, four under 扁担沟镇 since

SETTING_OF_CLASS = {"11": "urban", "12": "town", "21": "rural", "22": "rural"}
CORE = {"640302104", "640302105", "640302106", "640302107", "640302201"}
BESIDE_CORE = {*CORE, "640302200"}
TOWN_COMMUNITIES = {"640302101002"}  # the community of a town outside the core
SPREAD_M = {"640302103": 2500.0, PARK: 600.0}  # units thin out with this distance from the seat
SPREAD_CORE_M = 2200.0
SPREAD_OTHERS_M = 1100.0
TOWN_APART_M = 800.0  # the units of a town stand this far apart
# By class, the nearest to the seat first: city, its fringe, town, its fringe, special, villages.
RANK = {"111": 0, "112": 1, "121": 2, "122": 3, "123": 4, "210": 5, "220": 6}


@dataclass(frozen=True)
class Zones:
    """The zones table as written, the units' points in metres, and the outline."""

    table: pd.DataFrame
    units: pd.DataFrame  # index code: township, setting, special (of the park), x, y
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
    classes = np.array([_class(*row) for row in units[["urban_rural_code_2016"]].itertuples()])
    about = np.where(classes == SPECIAL, PARK, parent)  # whose seat a unit lies about
    for code, region in regions.items():
        mine = np.flatnonzero((about == code) & ~real)
        mine = mine[np.argsort([RANK[c] for c in classes[mine]], kind="stable")]
        known = xy[(about == code) & real]
        xy[mine] = _place_units(code, region, towns, known, classes[mine])
    table = {
        "name": units["name"],
        "township": parent,
        "setting": [SETTING_OF_CLASS[c[:2]] for c in classes],
        "special": classes == SPECIAL,
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


def _place_units(
    code: str,
    region: shapely.Geometry,
    towns: pd.DataFrame,
    known: Points,
    classes: NDArray[np.str_],
) -> Points:
    """Return a point for each unit of a township, its classes given the most built-up first.

    The units of a town gather at the seat; the others are villages that thin out from it.
    """
    seat = towns.loc[code, ["x", "y"]].to_numpy(dtype=float)
    n_town = int(np.char.startswith(classes, "12").sum())
    town = _gather_town(seat, known, n_town)
    held = np.vstack([known, town])
    core = towns.loc[sorted(CORE), ["x", "y"]].to_numpy(dtype=float).mean(axis=0)
    middle = core if code in BESIDE_CORE else seat
    points = _scatter_units(code, region, seat, held, len(classes) - n_town)
    order = np.argsort(np.hypot(*(points - middle).T).round(3), kind="stable")
    return np.vstack([town, points[order]])


def _gather_town(seat: Points, known: Points, wanted: int) -> Points:
    """Return the points of the units of a town: at the seat and in a ring about it.

    Places that a known point has already taken are left out.
    """
    angle = np.arange(6) * np.pi / 3 + 0.25
    ring = TOWN_APART_M * np.column_stack([np.cos(angle), np.sin(angle)])
    places = seat + np.vstack([np.zeros((1, 2)), ring])
    gap = np.hypot(*(places[:, None] - known[None]).transpose(2, 0, 1))
    free = gap.min(axis=1, initial=np.inf) > TOWN_APART_M / 2
    return np.asarray(places[free][:wanted], dtype=np.float64)


def _scatter_units(
    code: str, region: shapely.Geometry, seat: Points, held: Points, wanted: int
) -> Points:
    rng = part_rng(f"units {code}")
    cloud = scatter(region, 4000, rng)
    spread = SPREAD_M.get(code, SPREAD_CORE_M if code in CORE else SPREAD_OTHERS_M)
    weights = np.exp(-np.hypot(*(cloud - seat).T) / spread)
    return settle(cloud, weights, wanted, rng, held)


def _class(code: str, urban_rural_class: object) -> str:
    """Return the urban-rural class of 2016; for units without one, by their township."""
    if isinstance(urban_rural_class, str):
        return urban_rural_class
    if code in TOWN_COMMUNITIES:
        return "121"
    return "112" if code[:9] in CORE else "220"


def _write_table(towns: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([towns, units])
    lonlat = shapely.get_coordinates(to_lonlat(shapely.MultiPoint(both[["x", "y"]].to_numpy())))
    kinds = ["township"] * len(towns) + ["unit"] * len(units)
    settings = [_township_setting(code, units) for code in towns.index]
    romanised = pd.read_csv(ROMANISED, index_col="name")["name_en"]
    return pd.DataFrame(
        {
            "id": both.index,
            "name": both["name"],
            "name_en": romanised[both["name"]].to_numpy(),
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
