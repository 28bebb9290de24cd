"""Pupils from outside the district: stated by school, or those beyond what residents can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.district.draft import Draft
from seatplan.district.stages import Stage
from seatplan.district.tables import RESIDENTS, TAKE_UP
from seatplan.labels import Floats

SCHOOLS = "schools.geojson"
BAND = (0.85, 1.15)  # rolls over residents x take-up that errors of both counts may explain


@dataclass(frozen=True)
class Supply:
    """What the rolls of a stage are, and what its residents x take-up can fill.

    `rolls` and `expected` pupils of the base year; `outside`: those held apart, school x grade by
    row and position; `stated`: whether the file says them.
    """

    rolls: float
    expected: float
    outside: Floats
    stated: bool

    @property
    def ratio(self) -> float:
        """Pupils on roll who are not held apart, for each that the residents can fill."""
        left = self.rolls - float(self.outside.sum())
        return left / self.expected if self.expected > 0 else 1.0


def weigh_supply(draft: Draft, stage: Stage) -> Supply:
    """Compare the rolls of a stage with its residents, and hold apart who comes from outside.

    Where some school states `outside_STAGE`, that counts. Where none does and the rolls pass the
    residents x take-up by more than `BAND`, the excess sits in the schools without a catchment (of
    stages without catchments: in the private ones), in proportion to their rolls and up to them.
    Without tables of residents, take-up and catchments nobody is taken to come from outside.
    Over the grades of a school they are spread as its roll is, in whole pupils.
    """
    table = draft.tables[SCHOOLS]
    stands = ~(table.opened > draft.base_year) & ~(table.closes <= draft.base_year)
    columns = [f"roll_{grade.code}" for grade in stage.grades]
    rolls = table[columns].where(stands, 0.0).fillna(0.0).to_numpy(float)
    told = table[f"outside_{stage.code}"]
    known = draft.has(RESIDENTS, TAKE_UP, "catchments.csv")
    expected = _expect_pupils(draft, stage) if known else float(rolls.sum())
    stated = bool(told.notna().any())
    if stated:
        wanted = told.fillna(0.0).to_numpy(float)
    else:
        excess = rolls.sum() - expected if rolls.sum() > BAND[1] * expected > 0 else 0.0
        apart = rolls.sum(axis=1) * (_stand_apart(draft, stage) if excess else 0.0)
        wanted = apart * min(excess / max(apart.sum(), 1.0), 1.0)
    return Supply(float(rolls.sum()), expected, _spread(wanted, rolls), stated)


def count_outside(draft: Draft) -> pd.Series[int]:
    """Count the pupils from outside the district, (`school`, `grade`), where there are some."""
    parts: list[pd.Series[float]] = []
    for stage in draft.standards.stages:
        grades = pd.Index([grade.code for grade in stage.grades], name="grade")
        schools = pd.Index(draft.tables[SCHOOLS].id, dtype="str", name="school")
        index = pd.MultiIndex.from_product([schools, grades])
        parts.append(pd.Series(weigh_supply(draft, stage).outside.ravel(), index, name="pupils"))
    counts = pd.concat(parts)
    return counts[counts > 0].astype(int)


def _expect_pupils(draft: Draft, stage: Stage) -> float:
    """Return residents x take-up of a stage in the base year."""
    people, rates = draft.tables[RESIDENTS], draft.tables[TAKE_UP]
    line = rates[rates.stage == stage.code].sort_values("year")
    rate = float(np.interp(draft.base_year, line.year, line.rate))
    ages = [range(grade.age_from, grade.age_to + 1) for grade in stage.grades]
    columns = [f"age_{age}" for span in ages for age in span]
    return rate * float(people[columns].to_numpy(float).sum())


def _stand_apart(draft: Draft, stage: Stage) -> npt.NDArray[np.bool_]:
    """Say which schools take no child for where it lives."""
    table, zoned = draft.tables[SCHOOLS], draft.tables["catchments.csv"]
    own = table.id.isin(zoned.school[zoned.stage == stage.code])
    return np.asarray(~own if own.any() else table.ownership == "private")


def _spread(wanted: Floats, rolls: Floats) -> Floats:
    """Spread whole pupils of each school over its grades as its roll is."""
    sums = np.cumsum(rolls, axis=1)
    share = np.divide(sums, sums[:, -1:], out=np.zeros_like(sums), where=sums[:, -1:] > 0)
    steps = np.rint(np.rint(wanted)[:, None] * share)
    spread: Floats = np.diff(steps, axis=1, prepend=0.0)
    return spread
