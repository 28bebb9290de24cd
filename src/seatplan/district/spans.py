"""Spans: between which grades a school has its pupils, as its rolls on record say."""

from __future__ import annotations

import numpy as np

from seatplan.labels import Floats, Ints

FEW = 5.0  # pupils a grade: in a school this small an empty last grade may be chance
FEW_BELOW = 10.0  # the same of an empty entry grade: where births fall it empties first


def find_ends(rolls: Floats, age: Floats) -> tuple[Ints, Ints]:
    """Find the lowest and the highest grade of a stage that each school has, by position.

    One empty grade below or above counts only where the others have `FEW_BELOW` or `FEW` pupils or
    more on average, and empty entry grades only where it has so many in all, since else it may be
    chance. A school without pupils has every grade.

    Parameters
    ----------
    rolls
        Pupils on record, school x grade of one stage, at least 0.
    age
        Years that a school has stood, inf where nobody knows: one that is younger than the stage
        is long has no last grade yet.

    >>> rolls = np.array([[20.0, 20.0, 0.0], [0.0, 20.0, 20.0], [3.0, 4.0, 0.0]])
    >>> find_ends(rolls, np.full(3, 9.0))
    (array([0, 1, 0]), array([1, 2, 2]))
    """
    count = rolls.shape[1]
    filled = rolls > 0
    anybody = filled.any(axis=1)
    low = np.where(anybody, filled.argmax(axis=1), 0)
    top = np.where(anybody, count - 1 - filled[:, ::-1].argmax(axis=1), count - 1)
    mean = rolls.sum(axis=1) / np.maximum(filled.sum(axis=1), 1)
    top[(top == count - 2) & (mean < FEW) & (age >= count - 1)] = count - 1
    low[((low == 1) & (mean < FEW_BELOW)) | (rolls.sum(axis=1) < FEW_BELOW)] = 0
    return low.astype(np.int64), top.astype(np.int64)


def find_span(rolls: Floats, age: Floats) -> tuple[Ints, Ints]:
    """Find between which grades a school is once it is full, by position; as `find_ends`.

    One that opened so few years ago that it cannot be full yet grows to the last.
    """
    low, top = find_ends(rolls, age)
    last = rolls.shape[1] - 1
    return low, np.where(age < last, last, top)
