"""Combined classes (复式班): which grades of a small school sit in one class."""

from __future__ import annotations

import numpy as np

from seatplan.labels import Floats, Ints


def find_combined(pupils: Floats | Ints, classes: Floats | Ints) -> Ints:
    """Find the grade in whose class each grade of a stage sits, school x grade, by position.

    A grade with pupils and no class of its own on record sits with the next younger grade that has
    one, or, where no younger grade has one, with the next older. So does, in a school that combines
    grades, one that has no pupils on record, once it has some. Every other grade sits alone.

    >>> find_combined(np.array([[4, 3, 2]]), np.array([[1, 0, 0]])).tolist()
    [[0, 0, 0]]
    >>> find_combined(np.array([[4, 3, 5, 2]]), np.array([[0, 1, 1, 0]])).tolist()
    [[1, 1, 2, 2]]
    """
    own = np.arange(pupils.shape[1])
    known = np.where(classes > 0, own, -1)
    younger = np.maximum.accumulate(known, axis=1)
    later = np.where(classes > 0, own, len(own))[:, ::-1]
    older = np.minimum.accumulate(later, axis=1)[:, ::-1]
    host = np.where(younger >= 0, younger, older)
    combines = ((pupils > 0) & (classes == 0)).any(axis=1, keepdims=True)
    away = combines & (classes == 0) & (host < len(own))
    return np.where(away, host, own).astype(np.int64)


def seat_together(pupils: Ints, host: Ints, most: Ints) -> Ints:
    """Find with which grade each grade of a school sits in a later year, by position.

    Grades that sat in one class on record still do as long as they fit: from the youngest on, each
    joins the class of the one before while all of them are no more than a class may have.

    Parameters
    ----------
    pupils
        Of that year, (grade,).
    host
        The grade in whose class each sat on record (`find_combined`), (grade,).
    most
        Most pupils in a class of a grade, (grade,).

    >>> seat_together(np.array([20, 20, 9]), np.zeros(3, int), np.full(3, 45)).tolist()
    [0, 0, 2]
    """
    anchors = np.arange(len(pupils))
    first, seated = -1, 0
    for grade in np.flatnonzero(pupils > 0):
        fits = seated + pupils[grade] <= most[first : grade + 1].min(initial=most[grade])
        if first < 0 or host[first] != host[grade] or not fits:
            first, seated = int(grade), 0
        anchors[grade] = first
        seated += int(pupils[grade])
    return anchors


def add_up(pupils: Ints, anchors: Ints) -> Ints:
    """Count the pupils who sit in the classes of each grade, school x grade with any further axes.

    >>> add_up(np.array([[4, 3, 2]]), np.array([[0, 0, 2]])).tolist()
    [[7, 0, 2]]
    """
    sums = np.zeros_like(pupils)
    places: list[Ints] = list(np.indices(pupils.shape, sparse=True))
    places[1] = anchors
    np.add.at(sums, tuple(places), pupils)
    return sums
