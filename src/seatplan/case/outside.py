"""Pupils from outside the district, year by year: a flow of their own beside the residents."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.case.case import Case
from seatplan.district.district import District
from seatplan.labels import Ints, to_array


def count_outside(case: Case) -> Ints:
    """Count the pupils from outside of each school, school x grade x year.

    As many as in the base year come in every year to each grade that the school teaches then.
    """
    axes = case.axes
    now = to_array(case.district.outside, school=axes.schools, grade=axes.grades)
    return np.asarray(np.rint(now)[:, :, None] * case.seats.grades, np.int64)


def count_residents(district: District) -> pd.Series[float]:
    """Return the rolls on record without the pupils from outside, (`school`, `grade`, `year`).

    Of years before the base year they are the same part of each roll.
    """
    rolls: pd.Series[float] = district.rolls["pupils"]
    if not len(district.outside):
        return rolls
    now = rolls.xs(district.base_year, level="year")
    labels = pd.MultiIndex.from_arrays(
        [rolls.index.get_level_values(name) for name in ("school", "grade")]
    )
    part = (district.outside / now).reindex(labels).fillna(0.0)
    own = np.rint(rolls.to_numpy(float) * (1.0 - part.to_numpy(float)))
    return pd.Series(own, rolls.index, name=rolls.name)
