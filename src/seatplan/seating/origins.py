"""Where the pupils on record live: the least travel that fits the rolls of the base year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.labels import Floats
from seatplan.solvers.transport import solve_transport
from seatplan.travel.costs import TravelCosts


@dataclass(frozen=True)
class Origins:
    """Pupils on the rolls of the base year by the block they live in.

    `pupils`: float > 0, index (`block`, `school`, `grade`).
    """

    pupils: pd.Series[float]


def fit_origins(
    district: District, standards: Standards, forecast: Forecast, costs: TravelCosts
) -> Origins:
    """Find a home block for every pupil on record.

    No file says which pupil of a school lives where. Assumed: as many as the rolls allow attend the
    school of their catchment, and beyond that the total way to school is least. Both are one exact
    transport problem a grade, in which a school outside the catchment counts as farther than any
    way in the district.
    """
    now = district.rolls.index.isin([district.base_year], "year")
    rolls = district.rolls.pupils[now].droplevel("year")
    rolls = rolls[rolls > 0]
    taught = rolls.index.get_level_values("grade").unique()
    parts = []
    for grade in [grade for grade in standards.grades if grade in taught]:
        roll = rolls.xs(grade, level="grade")
        pupils = forecast.pupils.xs((grade, district.base_year), level=("grade", "year"))
        ways = costs.metres[roll.index].to_numpy()
        ways = ways + _outside(district, standards.stage_of[grade], pupils.index, roll.index, ways)
        shipment = solve_transport(
            np.asarray(pupils, np.float64), np.asarray(roll, np.float64), ways
        )
        parts.append(
            pd.DataFrame(
                {
                    "block": pupils.index.to_numpy()[shipment.origin],
                    "school": roll.index.to_numpy()[shipment.school],
                    "grade": grade,
                    "pupils": shipment.pupils,
                }
            )
        )
    columns = ["block", "school", "grade"]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=[*columns, "pupils"], dtype=object)
    return Origins(table.set_index(columns).pupils.astype(float))


def _outside(
    district: District, stage: str, blocks: pd.Index, schools: pd.Index, ways: Floats
) -> Floats:
    """Return metres added where a school is zoned to other blocks only: block x school."""
    here = (
        district.catchments[
            (district.catchments.index.get_level_values("stage") == stage)
            & (district.catchments.index.get_level_values("year") <= district.base_year)
        ]
        .groupby("block")
        .last()
    )
    zone = here.reindex(blocks).to_numpy()[:, None] == schools.to_numpy()[None, :]
    zoned = zone.any(axis=0)
    farthest = ways[np.isfinite(ways)].max(initial=0.0)
    return np.where(zone | ~zoned, 0.0, farthest)
