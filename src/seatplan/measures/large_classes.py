"""Measures of classes counted together: how many there are, and how many of them are large.

A class is large above the limit whose role is "large" (56 pupils and more, where the limit is 55).
The share is told of compulsory education (grades 1 to 9), for all schools and for those that the
district runs, and of every other stage; each is a scope, see `registry.list_scopes`.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from seatplan.labels import Floats, Ints
from seatplan.measures.registry import COMPULSORY, NOTHING, OWN, Counted, list_scopes, measure
from seatplan.measures.schools import count_large_classes
from seatplan.measures.values import Values

LARGE = Counted("class_size", "pupils per class", "large")


@measure("scope", "year", unit="classes")
def class_count(values: Values) -> Ints:
    """Classes of the scope: the base of `large_class_share`."""
    formed, _ = count_classes(values)
    return _sum_scopes(values, formed)


@measure("scope", "year", unit="large classes", counts=LARGE)
def large_classes(values: Values) -> Ints:
    """Classes above the limit whose role is "large"; none where some grade has no such limit."""
    _, large = count_classes(values)
    counts = _sum_scopes(values, large)
    return np.where(_is_limited(values), counts, NOTHING)


@measure("scope", "year", unit="share", counts=LARGE)
def large_class_share(values: Values) -> Floats:
    """Large classes for each class of the scope (大班额比例), 0 to 1.

    share = large classes / classes; none without a class, or where some grade has no limit on large
    classes. Source of the figure and its ceiling of 5 %: the plan, 一(一)2.

    >>> from seatplan.examples import toy_outcome
    >>> float(toy_outcome().measure("large_class_share")["compulsory", 2020])
    0.0
    """
    known = _is_limited(values) & (class_count(values) > 0)
    large = np.where(known, large_classes(values), 0)
    return np.where(known, large / np.maximum(class_count(values), 1), np.nan)


@measure("school", "stage", "year")
def school_large_classes(values: Values) -> Ints:
    """Large classes of a school, see `count_classes`; none where it forms no class of the stage.

    >>> from seatplan.examples import toy_outcome
    >>> int(toy_outcome().measure("school_large_classes").max())
    0
    """
    formed, large = (values.axes.sum_grades(counts, axis=1) for counts in count_classes(values))
    return np.where(formed > 0, large, NOTHING)


def count_classes(values: Values) -> tuple[Ints, Ints]:
    """Count classes, and large ones by the limits in force, school x grade x year.

    No class of a grade without a limit on large classes is a large one.
    """
    return count_large_classes(values.classes, _find_limits(values))


def _find_limits(values: Values) -> Floats:
    """Return above how many pupils a class is large, grade x year; inf where nothing says."""
    rules, axes = values.standards, values.axes
    above = np.full((len(axes.grades), len(axes.years)), np.inf)
    for (row, grade), (at, year) in product(enumerate(axes.grades), enumerate(axes.years)):
        if large := rules.class_standard("large", grade, year):
            above[row, at] = large.value
    return above


def _is_limited(values: Values) -> npt.NDArray[np.bool_]:
    """Return whether every grade of a scope has a limit on large classes, scope x year."""
    limited = np.isfinite(_find_limits(values))
    grades = _list_members(values)[1]
    return np.array([limited[chosen].all(axis=0) for chosen in grades])


def _sum_scopes(values: Values, counts: Ints) -> Ints:
    """Sum counts, school x grade x year, over the schools and grades of each scope."""
    members = zip(*_list_members(values), strict=True)
    sums = [counts[np.ix_(school, grade)].sum(axis=(0, 1)) for school, grade in members]
    return np.array(sums, dtype=np.int64).reshape(len(sums), counts.shape[-1])


def _list_members(
    values: Values,
) -> tuple[list[npt.NDArray[np.bool_]], list[npt.NDArray[np.bool_]]]:
    """Return which schools, and which grades, belong to each scope."""
    run_by = values.district.schools.run_by.reindex(values.axes.schools)
    own = (run_by == "district").to_numpy()
    stage = np.array([values.standards.stage_of[grade] for grade in values.axes.grades])
    compulsory = [item.code for item in values.standards.stages if item.compulsory]
    scopes = list_scopes(values)
    grades = [
        np.isin(stage, compulsory) if scope in (COMPULSORY, OWN) else stage == scope
        for scope in scopes
    ]
    return [own if scope == OWN else np.ones_like(own) for scope in scopes], grades
