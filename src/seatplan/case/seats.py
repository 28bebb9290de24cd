"""Seats: classrooms times the class limit, or as stated, by school, stage and year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.case.axes import Axes, lay_axes
from seatplan.case.grades import find_grades, find_spans
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.district.stated import count_places
from seatplan.labels import Floats, Ints, to_series


@dataclass(frozen=True)
class Seats:
    """Seats of every school, stage and year.

    `rooms` (classrooms) and `places` (seats): school x stage x year; NaN where a school never
    teaches a stage, 0 before it opens and from the year it closes. `grades`: which grades a school
    teaches, school x grade x year (see `find_grades`). `spans`: which it is for once it is full,
    school x grade.
    """

    rooms: Floats
    places: Floats
    grades: npt.NDArray[np.bool_]
    spans: npt.NDArray[np.bool_]
    axes: Axes

    def taught(self, stage: str) -> Ints:
        """Return the schools that teach a stage in some year, by position."""
        rooms = self.rooms[:, self.axes.stages.index(stage), 0]
        return np.flatnonzero(~np.isnan(rooms)).astype(np.int64)

    def offered(self, stage: str) -> Floats:
        """Return the seats of the schools that teach a stage (`taught`), school x year."""
        seats: Floats = self.places[self.taught(stage), self.axes.stages.index(stage)]
        return seats

    @cached_property
    def table(self) -> pd.DataFrame:
        """Classrooms (int) and seats (float), index (`school`, `stage`, `year`)."""
        labels: dict[str, Any] = {
            "school": self.axes.schools,
            "stage": self.axes.stages,
            "year": self.axes.years,
        }
        table = {
            name: to_series(cube, name, above=-1, **labels)
            for name, cube in {"classrooms": self.rooms, "seats": self.places}.items()
        }
        return pd.DataFrame(table).astype({"classrooms": int})

    def of_stage(self, stage: str) -> pd.DataFrame:
        """Return the seats of one stage, `school` x `year`; no row where no school teaches it."""
        schools = self.axes.schools[self.taught(stage)]
        years = pd.Index(self.axes.years, name="year")
        return pd.DataFrame(self.offered(stage), schools, years)


def count_seats(district: District, standards: Standards) -> Seats:
    """Count the seats: classrooms in force x seats per class, where none are stated.

    Seats per class are the mean class limit over the stage's grades (`Standards.seats_per_class`).
    Stated seats are those of the rooms of the base year (see `count_places`).
    """
    axes = lay_axes(district, standards)
    schools, years = district.schools.index, district.years
    pairs = pd.MultiIndex.from_product([schools, axes.stages], names=["school", "stage"])
    steps = fill_forward(district.classrooms, pairs, years)
    never = steps.isna().all(axis=1).to_numpy()[:, None]
    rooms = np.where(never, np.nan, steps.fillna(0).to_numpy(float))
    rooms = rooms.reshape(len(schools), len(axes.stages), len(years))
    held = rooms[..., 0].copy()
    rooms *= find_open(district).to_numpy()[:, None, :]
    per_class = [
        [standards.seats_per_class(stage, year) for year in years] for stage in axes.stages
    ]
    grades = find_grades(district, rooms, axes)
    stated = district.stated.reindex(pairs).to_numpy(float).reshape(rooms.shape[:2])
    spans = find_spans(district, axes) | grades.any(axis=2)
    places = count_places(rooms, np.array(per_class), stated, held)
    return Seats(rooms, places, grades, spans, axes)


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
