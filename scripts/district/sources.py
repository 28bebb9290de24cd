"""What the sources say: census, plan, zones and boundary, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

METRIC = "EPSG:4544"  # CGCS2000 / 3-degree Gauss-Kruger, central meridian 105 E
LONLAT = "EPSG:4490"  # CGCS2000

CODE = "640302"
BASE_YEAR = 2020
HORIZON = 2035
SEED = 640302

_TO_METRIC = Transformer.from_crs(LONLAT, METRIC, always_xy=True)
_TO_LONLAT = Transformer.from_crs(METRIC, LONLAT, always_xy=True)


@dataclass(frozen=True)
class Sources:
    """Every source table that the build reads.

    Parameters
    ----------
    townships, villages
        Rows of `townships_640302.csv` and `villages_640302.csv`, codes as text.
    census
        People of the district, index (`census_year`, `age_group`).
    ningxia_age_0
        Children aged 0 in Ningxia in 2020.
    population, urban
        Census totals of the district in 2020.
    known_townships
        Township name -> its population in 2020, where a 2020 figure exists.
    births
        Area -> year -> births.
    plan
        Numbers of the plan, index (`key`, `year`), as text.
    boundary
        The published boundary, in metres.
    neighbours
        The published areas of the districts around, in degrees.
    """

    townships: pd.DataFrame
    villages: pd.DataFrame
    census: pd.Series[int]
    ningxia_age_0: int
    population: int
    urban: int
    known_townships: dict[str, int]
    births: dict[str, dict[int, int]]
    plan: pd.Series[str]
    boundary: shapely.Geometry
    neighbours: gpd.GeoDataFrame

    def plan_number(self, key: str, year: str = "2020") -> float:
        """Return the plan's number called `key` for `year`."""
        return float(self.plan.loc[(key, year)])


def read_sources(folder: Path) -> Sources:
    """Read `data/sources`."""
    ages = pd.read_csv(folder / "census_age_2010_2020.csv")
    here = ages[ages["code"] == int(CODE)].set_index(["census_year", "age_group"])
    region = ages.set_index(["code", "census_year", "age_group"])["total"]
    summary = pd.read_csv(folder / "census_summary_2010_2020.csv")
    summary = summary.set_index(["code", "census_year"])
    observed = pd.read_csv(folder / "township_population_observations.csv", dtype={"year": str})
    observed = observed[(observed["year"] == "2020") & (observed["grade"] == "A")]
    births: dict[str, dict[int, int]] = {}
    for row in pd.read_csv(folder / "births.csv").to_dict("records"):
        births.setdefault(row["area"], {})[int(row["year"])] = int(row["births"])
    plan = pd.read_csv(folder / "plan_facts.csv", dtype=str).set_index(["key", "year"])["value"]
    boundary = gpd.read_file(folder / "boundary_640302_tianditu.geojson")
    return Sources(
        townships=pd.read_csv(folder / "townships_640302.csv", dtype={"code9": str}),
        villages=pd.read_csv(
            folder / "villages_640302.csv",
            dtype={"code12": str, "township_code9": str, "urban_rural_code_2016": str},
        ),
        census=here["total"],
        ningxia_age_0=int(region.loc[(640000, BASE_YEAR, "0")]),
        population=int(summary["population"].loc[(int(CODE), BASE_YEAR)]),
        urban=int(summary["urban"].loc[(int(CODE), BASE_YEAR)]),
        known_townships={
            str(k): int(n) for k, n in zip(observed["unit"], observed["population"], strict=True)
        },
        births=births,
        plan=plan,
        boundary=to_metric(boundary.geometry.iloc[0]),
        neighbours=gpd.read_file(folder / "neighbours_640302_tianditu.geojson"),
    )


def part_rng(part: str) -> np.random.Generator:
    """Return the random numbers of one part, so that parts do not disturb each other."""
    return np.random.default_rng([SEED, *part.encode()])


def to_metric(geometry: shapely.Geometry) -> shapely.Geometry:
    """Longitude and latitude -> metres."""
    return shapely.transform(geometry, lambda xy: _convert(_TO_METRIC, xy))


def to_lonlat(geometry: shapely.Geometry) -> shapely.Geometry:
    """Metres -> longitude and latitude, to 6 decimals (about 0.1 m)."""
    return shapely.transform(geometry, lambda xy: _convert(_TO_LONLAT, xy).round(6))


def _convert(transformer: Transformer, xy: np.ndarray) -> np.ndarray:
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
