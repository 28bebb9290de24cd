"""Seats: classrooms times the class limit, by school, stage and year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.labels import to_series


@dataclass(frozen=True)
class Seats:
    """Seats of every school, stage and year.

    `table`: classrooms (int) and seats (float), every (`school`, `stage`) pair and year; both are
    0 before a school opens and from the year it closes.
    """

    table: pd.DataFrame

    def of_stage(self, stage: str) -> pd.DataFrame:
        """Return the seats of one stage, `school` x `year`; no row where no school teaches it."""
        own = self.table.seats[self.table.index.isin([stage], "stage")].droplevel("stage")
        years = self.table.index.unique("year")
        return own.unstack("year").reindex(columns=years)


def count_seats(district: District, standards: Standards) -> Seats:
    """Count the seats: classrooms in force x seats per class.

    Seats per class are the mean class limit over the stage's grades (`Standards.seats_per_class`).
    """
    schools, years = district.schools.index, district.years
    stages = [stage.code for stage in standards.stages]
    pairs = pd.MultiIndex.from_product([schools, stages], names=["school", "stage"])
    steps = fill_forward(district.classrooms, pairs, years)
    never = steps.isna().all(axis=1).to_numpy()[:, None]
    rooms = np.where(never, np.nan, steps.fillna(0).to_numpy(float))
    rooms = rooms.reshape(len(schools), len(stages), len(years))
    rooms *= find_open(district).to_numpy()[:, None, :]
    per_class = [[standards.seats_per_class(stage, year) for year in years] for stage in stages]
    table = {
        name: to_series(cube, name, above=-1, school=schools, stage=stages, year=years)
        for name, cube in {"classrooms": rooms, "seats": rooms * np.array(per_class)}.items()
    }
    return Seats(pd.DataFrame(table).astype({"classrooms": int}))


def find_open(district: District) -> pd.DataFrame:
    """Return whether each school (index) is open in each year (columns)."""
    years = np.array(district.years)
    opened = district.schools.opened.astype("Float64").fillna(-np.inf).to_numpy(float)
    closes = district.schools.closes.astype("Float64").fillna(np.inf).to_numpy(float)
    return pd.DataFrame(
        (opened[:, None] <= years) & (years < closes[:, None]),
        index=district.schools.index,
        columns=years,
    )


def fill_forward(steps: pd.Series[Any], labels: pd.MultiIndex, years: list[int]) -> pd.DataFrame:
    """Spread a table "from year on" over `years`: `labels` x `years`, NA before the first entry."""
    wide = steps.unstack("year").reindex(labels)
    known = sorted({*wide.columns, *years})
    return wide.reindex(columns=known).ffill(axis=1)[years]
