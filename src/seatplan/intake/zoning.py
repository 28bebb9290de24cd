"""Catchments of a district that gives none, drawn so that the rolls of today come of them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from seatplan.district.stages import Stage
from seatplan.district.standards import Standards
from seatplan.intake.areas import Areas
from seatplan.intake.schools import Schools

MOST_PAIRS = 200_000  # pairs of area and school that are weighed; beyond it the nearest is taken
LEAST_SHARE = 0.1  # of an area's pupils: a smaller part goes with the rest
COLUMNS = ["block", "stage", "school", "share"]


def draw_by_rolls(
    areas: Areas, schools: Schools, points: gpd.GeoSeries, standards: Standards
) -> pd.DataFrame:
    """Return block, stage, school, share: the catchments that the rolls of today ask for.

    The pupils of all areas are shared out among the public schools of a stage in proportion to
    their rolls, over the least straight way in all (a transport problem). Where an area falls to
    several schools, `share` says how much of it to each; NaN where one has it all. Only stages
    that have catchments by the rule set, and whose schools have pupils.
    """
    drawn = [
        _draw_stage(areas, schools, points, stage)
        for stage in standards.stages
        if stage.intake == "catchment"
    ]
    return pd.concat([pd.DataFrame(columns=COLUMNS), *(table for table in drawn if len(table))])


def _draw_stage(
    areas: Areas, schools: Schools, points: gpd.GeoSeries, stage: Stage
) -> pd.DataFrame:
    """Return the catchments of a stage; none where no public school has pupils, or of too many."""
    codes = [grade.code for grade in stage.grades]
    rolls = schools.rolls[codes].mean(axis=1)  # of the grades taught: a teaching point has three
    open_to_all = (schools.table.ownership != "private") & (rolls > 0)
    ages = [age for grade in stage.grades for age in range(grade.age_from, grade.age_to + 1)]
    pupils = areas.residents[sorted(set(ages))].sum(axis=1).to_numpy(float)
    taken = rolls[open_to_all]
    if not len(taken) or not pupils.sum() > 0 or len(taken) * len(pupils) > MOST_PAIRS:
        return pd.DataFrame(columns=COLUMNS)
    homes = areas.shapes.representative_point()
    metres = np.array([homes.distance(points[school]) for school in taken.index]).T
    wanted = taken.to_numpy(float) / taken.sum() * pupils.sum()
    shares = _share_out(metres.round(), pupils, wanted)
    block, school = np.nonzero(shares)
    several = (shares > 0).sum(axis=1)[block] > 1
    return pd.DataFrame(
        {
            "block": areas.table.index[block],
            "stage": stage.code,
            "school": taken.index[school],
            "share": np.where(several, shares[block, school], np.nan),
        }
    )


def _share_out(
    metres: NDArray[np.float64], pupils: NDArray[np.float64], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of each area that falls to each school, area x school, to four decimals."""
    areas, schools = metres.shape
    pair = np.arange(areas * schools)
    rows = np.concatenate([pair // schools, areas + pair % schools])
    sums = coo_array((np.ones(2 * len(pair)), (rows, np.tile(pair, 2))))
    bounds = np.concatenate([pupils, wanted])
    found = linprog(metres.ravel(), A_eq=sums.tocsr()[:-1], b_eq=bounds[:-1], method="highs-ds")
    flows = np.asarray(found.x).reshape(areas, schools)
    empty = pupils <= 0
    flows[empty, metres[empty].argmin(axis=1)] = 1.0
    shares = flows / flows.sum(axis=1, keepdims=True)
    shares[shares < LEAST_SHARE] = 0.0
    shares = np.round(shares / shares.sum(axis=1, keepdims=True), 4)
    most = shares.argmax(axis=1)
    shares[np.arange(areas), most] += np.round(1.0 - shares.sum(axis=1), 4)
    whole: NDArray[np.float64] = shares.round(4)
    return whole
