"""Which grades a school teaches in which year: spans on record, schools that still grow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.district.district import District
from seatplan.labels import Floats, Ints, to_array

Bools = npt.NDArray[np.bool_]

FEW = 5.0  # pupils a grade: in a school this small one empty grade may be chance


def find_grades(district: District, rooms: Floats, axes: Axes) -> Bools:
    """Find the grades that each school teaches, school x grade x year.

    A school with rooms teaches every grade of the stage, with three exceptions. Where it opens
    after the base year, or gains the stage then, it begins with the entry grade and grows by one
    grade a year, unless it opens with `every_grade`. So does one on record that opened so few
    years ago that it cannot be full yet. And a school whose highest grades have no pupils on record
    does not teach them (a teaching point of grades 1 to 3); a single empty grade counts only where
    the others have `FEW` pupils or more, since else it may be chance.
    A school that takes over another's pupils teaches from then on what that one taught.

    Parameters
    ----------
    rooms
        Classrooms, school x stage x year; NaN where a school never teaches a stage.
    """
    open_rooms = np.nan_to_num(rooms) > 0
    rolls = to_array(
        district.rolls.pupils, year=[district.base_year], school=axes.schools, grade=axes.grades
    )[0]
    opened = district.schools.opened.astype("Float64").fillna(-np.inf).to_numpy(float)
    age = district.base_year - opened
    every = district.schools.every_grade.to_numpy(bool) & (opened > district.base_year)
    grades = np.zeros((*rolls.shape, len(axes.years)), dtype=bool)
    for stage, span in enumerate(axes.spans):
        count = span.stop - span.start
        first = open_rooms[:, stage].argmax(axis=1)  # 0 where it never opens, too
        top = _find_top(rolls[:, span], age)
        top = np.where(first > 0, np.where(every, count - 1, 0), top)
        young = (first > 0) | (age < count - 1)
        years = np.maximum(np.arange(len(axes.years)) - first[:, None], 0)
        reach = top[:, None] + young[:, None] * years
        own = np.arange(count)[:, None] <= reach[:, None, :]
        grades[:, span] = own & open_rooms[:, stage][:, None, :]
    return _hand_over(grades, open_rooms, district, axes)


def _find_top(rolls: Floats, age: Floats) -> Ints:
    """Return the highest grade with pupils, by position; the last where nobody is on record."""
    count = rolls.shape[1]
    filled = rolls > 0
    top = np.where(filled.any(axis=1), count - 1 - filled[:, ::-1].argmax(axis=1), count - 1)
    mean = rolls.sum(axis=1) / np.maximum(filled.sum(axis=1), 1)
    chance = (top == count - 2) & (mean < FEW) & (age >= count - 1)
    highest: Ints = np.where(chance, count - 1, top).astype(np.int64)
    return highest


def _hand_over(grades: Bools, open_rooms: Bools, district: District, axes: Axes) -> Bools:
    """Let the successor of a merged school teach what that one taught."""
    moved = district.successors
    schools = axes.schools.get_indexer(moved.index)
    heirs = axes.schools.get_indexer(pd.Index(moved.into))
    for school, heir, year in zip(schools, heirs, moved.year, strict=True):
        first = int(year) - district.base_year
        if school < 0 or heir < 0 or not 0 < first < len(axes.years):
            continue
        taught = grades[school, :, first - 1]
        for stage, span in enumerate(axes.spans):
            later = open_rooms[heir, stage, first:]
            grades[heir, span, first:] |= taught[span, None] & later
    return grades
