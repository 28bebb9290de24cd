"""Which grades a school teaches in which year: spans on record, schools that still grow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.district.district import District
from seatplan.district.spans import find_ends, find_span
from seatplan.labels import Floats, to_array

Bools = npt.NDArray[np.bool_]


def find_spans(district: District, axes: Axes) -> Bools:
    """Find the grades that each school is for, school x grade.

    It is for every grade of a stage, but for those on either side of its pupils on record: a
    teaching point of grades 1 to 3, an upper school of grades 4 to 6 (`find_span`).
    """
    rolls, age = _read_rolls(district, axes)
    spans = np.zeros(rolls.shape, dtype=bool)
    for span in axes.spans:
        low, top = find_span(rolls[:, span], age)
        at = np.arange(span.stop - span.start)
        spans[:, span] = (low[:, None] <= at) & (at <= top[:, None])
    return spans


def find_grades(district: District, rooms: Floats, axes: Axes) -> Bools:
    """Find the grades that each school teaches, school x grade x year.

    A school with rooms teaches the grades that it is for (`find_spans`). Where it opens after the
    base year, or gains the stage then, it begins with the entry grade and grows by one grade a
    year, unless it opens with `every_grade`. So does one on record that opened so few years ago
    that it cannot be full yet.
    A school that takes over another's pupils teaches from then on what that one taught.

    Parameters
    ----------
    rooms
        Classrooms, school x stage x year; NaN where a school never teaches a stage.
    """
    open_rooms = np.nan_to_num(rooms) > 0
    rolls, age = _read_rolls(district, axes)
    every = district.schools.every_grade.to_numpy(bool) & (age < 0)
    grades = np.zeros((*rolls.shape, len(axes.years)), dtype=bool)
    for stage, span in enumerate(axes.spans):
        count = span.stop - span.start
        first = open_rooms[:, stage].argmax(axis=1)  # 0 where it never opens, too
        low, top = find_ends(rolls[:, span], age)
        top = np.where(first > 0, np.where(every, count - 1, 0), top)
        young = (first > 0) | (age < count - 1)
        years = np.maximum(np.arange(len(axes.years)) - first[:, None], 0)
        reach = top[:, None] + young[:, None] * years
        at = np.arange(count)[:, None]
        own = (low[:, None, None] <= at) & (at <= reach[:, None, :])
        grades[:, span] = own & open_rooms[:, stage][:, None, :]
    return _hand_over(grades, open_rooms, district, axes)


def _read_rolls(district: District, axes: Axes) -> tuple[Floats, Floats]:
    """Return the rolls of the base year, school x grade, and how many years a school has stood."""
    rolls = to_array(
        district.rolls.pupils, year=[district.base_year], school=axes.schools, grade=axes.grades
    )[0]
    opened = district.schools.opened.astype("Float64").fillna(-np.inf).to_numpy(float)
    return rolls, district.base_year - opened


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
