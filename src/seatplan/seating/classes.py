"""Whole classes: how a school's classrooms are shared among the grades of a stage.

The rule, for each school, stage and year. Every grade with pupils has a class, and a grade's pupils
are spread evenly over its classes (sizes differ by one at most). Of all ways to share the stage's
classrooms among its grades, the one is taken with

1. no class further above its limit than must be (the largest size - limit is as small as can be),
2. then as few classes above their limits as can be,
3. then as small a largest class as can be,
4. then as few classes as can be.

The first line speaks only where the rooms do not suffice. Without it the second would cram a grade
to spare the others: two grades of 100 in four rooms sit as 50, 50, 50, 50 and not as 34, 33, 33 and
100, though this has but one class above 45. Where a stage has more grades with pupils than rooms,
each has one class all the same, and `classes` beyond the classrooms shows what is short.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.labels import Floats, Ints, to_array
from seatplan.seating.headcount import Headcount

# A way to share rooms is ranked by one integer, from the highest bits to the lowest: classes above
# the limit, largest class, rooms of the last grade.
ROOM_BITS, SIZE_BITS, ABOVE_BITS = 10, 20, 30
ROOM_MASK, SIZE_MASK = (1 << ROOM_BITS) - 1, (1 << SIZE_BITS) - 1
NO_WAY = 1 << (SIZE_BITS + ABOVE_BITS)
BANDS = (0, 8, 16, 24, 40, ROOM_MASK)  # cases with alike numbers of rooms are solved together


@dataclass(frozen=True)
class Classes:
    """The classes of every school, school x grade x year.

    `pupils`, `classes` and `largest` (pupils in the largest class) are 0 where nobody attends.
    `limit`: pupils per class, grade x year.
    """

    pupils: Ints
    classes: Ints
    largest: Ints
    limit: Floats
    axes: Axes

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row where pupils attend, (`school`, `grade`, `year`), columns as above."""
        axes = self.axes
        school, grade, year = at = np.nonzero(self.pupils)
        index = pd.MultiIndex.from_arrays(
            [axes.schools[school], pd.Index(axes.grades)[grade], pd.Index(axes.years)[year]],
            names=["school", "grade", "year"],
        )
        columns = {name: getattr(self, name)[at] for name in ("pupils", "classes", "largest")}
        return pd.DataFrame({**columns, "limit": self.limit[grade, year]}, index=index)


def form_classes(case: Case, heads: Headcount) -> Classes:
    """Form whole classes by the rule at the head of this file.

    In the base year the classes on record stand wherever there are some; the other grades of the
    stage share the rooms that are left.
    """
    axes, pupils = case.axes, heads.attend
    limits = np.array(
        [[case.rules.class_limit(code, year) for year in axes.years] for code in axes.grades]
    )
    record = to_array(
        case.district.rolls.classes.fillna(0),
        year=axes.years[:1],
        school=axes.schools,
        grade=axes.grades,
    )[0].astype(np.int64)
    classes = np.zeros_like(pupils)
    classes[:, :, 0] = np.where(pupils[:, :, 0] > 0, record, 0)
    rooms = np.nan_to_num(case.seats.rooms).astype(np.int64)
    for stage, span in enumerate(axes.spans):
        classes[:, span] += _share_rooms(
            pupils[:, span], classes[:, span], rooms[:, stage], limits[span]
        )
    return Classes(pupils, classes, -(-pupils // np.maximum(classes, 1)), limits, axes)


def allot_classes(pupils: Floats | Ints, rooms: Ints, limits: Floats) -> Ints:
    """Share rooms among grades by the rule at the head of this file, many cases at once.

    Exact. The excess that must be is found by bisection, and sets the least rooms of each grade; a
    dynamic programme over the grades and the rooms used so far does the rest. A best way for all
    grades may hold any best way for the first of them with as many rooms, because classes above the
    limit add up, and the larger of two largest classes never shrinks when one of them grows.

    Parameters
    ----------
    pupils
        (cases, grades); fractions count as a whole pupil. At most a million in a case.
    rooms
        (cases,), at most 1,023.
    limits
        Most pupils in a class, (cases, grades).

    Returns
    -------
    Classes of each grade, (cases, grades): none without pupils, else one at least.

    >>> allot_classes(np.array([[100, 100]]), np.array([4]), np.array([[45.0, 45.0]])).tolist()
    [[2, 2]]
    """
    whole = np.ceil(pupils - 1e-9).astype(np.int64)
    usable = np.maximum(np.minimum(rooms, whole.sum(axis=1)), (whole > 0).sum(axis=1))
    classes = np.zeros_like(whole)
    for least, most in itertools.pairwise(BANDS):
        band = (usable > least) & (usable <= most)
        if band.any():
            limit = np.floor(limits[band] + 1e-9).astype(np.int64)
            classes[band] = _allot_band(whole[band], usable[band], limit)
    return classes


def _allot_band(pupils: Ints, rooms: Ints, limits: Ints) -> Ints:
    """Solve cases of alike size: forward over the grades, then back along the best way."""
    cases, grades = pupils.shape
    widest = int(rooms.max())
    ranks = np.full((cases, widest + 1), NO_WAY)  # best rank by rooms used so far
    ranks[:, 0] = 0
    given = []
    excess = _find_excess(pupils, rooms, limits)
    for grade in range(grades):
        above, largest = _fill_classes(pupils[:, grade], limits[:, grade], excess, widest)
        ranks, last = _add_grade(ranks, above, largest)
        given.append(last)
    used = np.where(np.arange(widest + 1) <= rooms[:, None], ranks, NO_WAY).argmin(axis=1)
    classes, case = np.empty_like(pupils), np.arange(cases)
    for grade in reversed(range(grades)):
        classes[:, grade] = given[grade][case, used]
        used = used - classes[:, grade]
    return classes


def _add_grade(ranks: Ints, above: Ints, largest: Ints) -> tuple[Ints, Ints]:
    """Rank the ways with one more grade, by rooms used, and the rooms that this grade has in them.

    `above`, `largest`: classes above the limit and largest class of the grade, by its rooms.
    """
    width = ranks.shape[1]
    size, rest = ranks & SIZE_MASK, ranks & ~SIZE_MASK
    best = np.full_like(ranks, NO_WAY << ROOM_BITS)
    for rooms in range(width):
        before = slice(0, width - rooms)
        rank = np.maximum(size[:, before], largest[:, rooms, None])
        rank += rest[:, before]
        rank += above[:, rooms, None] << SIZE_BITS
        rank <<= ROOM_BITS
        rank += rooms
        np.minimum(best[:, rooms:], rank, out=best[:, rooms:])
    return best >> ROOM_BITS, best & ROOM_MASK


def _find_excess(pupils: Ints, rooms: Ints, limits: Ints) -> Ints:
    """Find the least excess over the limits with which every grade fits the rooms, (cases,)."""
    low, high = np.zeros_like(rooms), np.max(pupils, axis=1)
    while (low < high).any():
        middle = (low + high) // 2
        needed = -(-pupils // np.maximum(limits + middle[:, None], 1))
        fits = needed.sum(axis=1) <= rooms
        low = np.where(fits, low, np.minimum(middle + 1, high))
        high = np.where(fits, middle, high)
    return low


def _fill_classes(pupils: Ints, limits: Ints, excess: Ints, most: int) -> tuple[Ints, Ints]:
    """Classes above the limit and the largest class, (cases, 0 to `most` classes), spread evenly.

    `excess` is the most by which a class may pass the limit.
    """
    classes = np.arange(1, most + 1)
    size, fuller = np.divmod(pupils[:, None], classes)
    largest = size + (fuller > 0)
    limit = limits[:, None]
    above = np.where(size > limit, classes, np.where(largest > limit, fuller, 0))
    above = np.where(largest - limit > excess[:, None], NO_WAY >> SIZE_BITS, above)
    none = np.where(pupils > 0, NO_WAY >> SIZE_BITS, 0)
    return np.column_stack([none, above]), np.column_stack([np.zeros_like(none), largest])


def _share_rooms(pupils: Ints, given: Ints, rooms: Ints, limits: Floats) -> Ints:
    """Classes for the pupils of grades that have none given, (schools, grades, years)."""
    grades = pupils.shape[1]
    open_pupils = np.where(given > 0, 0, pupils).transpose(0, 2, 1).reshape(-1, grades)
    left = np.maximum(rooms - given.sum(axis=1), 0).ravel()
    limit = np.broadcast_to(limits.T, (len(pupils), *limits.T.shape)).reshape(-1, grades)
    classes = allot_classes(open_pupils, left, limit)
    return classes.reshape(len(pupils), -1, grades).transpose(0, 2, 1)
