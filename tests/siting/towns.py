"""The toy town with its site S1 in b3, and towns with more sites.

S1 is moved 50 m off the end of the road, so that no two ways are equally long by chance: b3 has
50 m to it, b2 and b6 have 450 m.
"""

from functools import cache

import geopandas as gpd
import pandas as pd
from shapely.affinity import translate

from seatplan.district.clauses import Standard
from seatplan.district.stages import Label
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import Policy, evaluate


@cache
def toy(earliest: int = 2021, births: str = "medium", walk: float = 0.0):
    """The toy town as it is; `walk` metres of walk standard, 0 for none."""
    district = toy_district()
    district = district.replace(
        sites=district.sites.set_geometry(district.sites.translate(50)).assign(
            earliest_year=earliest
        )
    )
    return evaluate(district, add_walk(toy_standards(), walk), policy=Policy(births=births))


@cache
def toy_with_sites(*blocks: str):
    """The toy town with a site (S1, S2, ...) in each of `blocks`, each 10 m farther off the middle.

    Where a block comes twice, its two sites lie 10 m apart for each place between them.
    """
    district = toy_district()
    middles = district.blocks.geometry[list(blocks)].representative_point()
    points = [translate(middle, 10.0 * k) for k, middle in enumerate(middles, start=1)]
    sites = gpd.GeoDataFrame(
        {
            "name": [f"地块{block}" for block in blocks],
            "stages": "kindergarten primary",
            "land_m2": 9000.0,
            "max_classrooms": 24,
            "earliest_year": 2021,
        },
        geometry=points,
        crs=district.crs,
        index=pd.Index([f"S{k}" for k in range(1, len(blocks) + 1)], name="site"),
    )
    return evaluate(district.replace(sites=sites), toy_standards())


def add_walk(standards, metres):
    if not metres:
        return standards
    walk = Standard(
        "walk", Label("服务半径", "Walk"), "walk", {"primary": metres}, "above", "m", "toy", "seen"
    )
    return standards.replace(standards=(*standards.standards, walk))
