"""One function per measure; standards and comparisons reach them by name.

Each takes the seat balance and the classes and returns a Series named after itself, indexed by
(`school`, `stage`, `year`), (`school`, `grade`, `year`) or (`school`, `year`); rows without a pupil
are left out, for an empty school breaks no limit.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from seatplan.seating.balance import SeatBalance
from seatplan.seating.classes import Classes


def class_size(_: SeatBalance, classes: Classes) -> pd.Series[float]:
    """Pupils in the largest class of a grade, per (`school`, `grade`, `year`).

    The pupils of a grade are spread evenly over its classes: largest = ceil(pupils / classes).
    """
    table = classes.table
    return table.largest[table.classes > 0].rename("class_size")


def school_size(balance: SeatBalance, _: Classes) -> pd.Series[float]:
    """Pupils of all stages who attend a school, per (`school`, `year`)."""
    size = balance.schools.pupils.groupby(["school", "year"], sort=False).sum()
    return size[size > 0].rename("school_size")


def seat_gap(balance: SeatBalance, _: Classes) -> pd.Series[float]:
    """Pupils who attend beyond the seats; negative where seats stand empty.

    gap = pupils - seats, per (`school`, `stage`, `year`).

    >>> from seatplan.examples import toy_outcome
    >>> outcome = toy_outcome()   # K: 270 children for 180 seats
    >>> int(seat_gap(outcome.balance, outcome.classes).max())
    90
    """
    schools = balance.schools
    return (schools.pupils - schools.seats)[schools.pupils > 0].rename("seat_gap")


def walk(balance: SeatBalance, _: Classes) -> pd.Series[float]:
    """Mean way to school of those who attend, metres, per (`school`, `stage`, `year`)."""
    return balance.schools.walk_m.dropna().rename("walk")


Indicator = Callable[[SeatBalance, Classes], "pd.Series[float]"]
INDICATORS: dict[str, Indicator] = {
    function.__name__: function for function in (class_size, school_size, seat_gap, walk)
}


def count_large_classes(classes: Classes, above: float) -> pd.DataFrame:
    """Count classes, and those with more than `above` pupils, per (`school`, `grade`, `year`).

    A grade's pupils are spread evenly, so its classes differ by one pupil at most: of `n` classes
    with `p` pupils in all, p - n * floor(p / n) have one more than the others. Columns `classes`
    and `large`; large / classes of any sum of rows is the share of large classes there.
    """
    table = classes.table[classes.table.classes > 0]
    smallest = table.pupils // table.classes
    fuller = table.pupils - smallest * table.classes
    large = table.classes.where(smallest > above, fuller.where(smallest + 1 > above, 0))
    return pd.DataFrame({"classes": table.classes, "large": large})
