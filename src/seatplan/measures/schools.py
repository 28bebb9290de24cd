"""Measures of schools: rooms, seats, rolls, residents, classes.

Each returns an array along the dimensions it is entered under; see `registry.Measure`.
"""

from __future__ import annotations

import numpy as np

from seatplan.case.case import Case
from seatplan.case.outside import count_outside
from seatplan.district.order import order_places
from seatplan.labels import Floats, Ints
from seatplan.measures.registry import NOTHING, measure
from seatplan.measures.values import Values
from seatplan.seating.catchments import Catchments
from seatplan.seating.classes import Classes
from seatplan.seating.grades import place_residents
from seatplan.seating.headcount import round_along

SLIGHT = 1e-3  # pupils; sums of the same pupils in two orders differ by less


@measure("school", "stage", "year")
def classrooms(values: Values) -> Ints:
    """Classrooms in force."""
    return _whole(values.seats.rooms)


@measure("school", "stage", "year")
def seats(values: Values) -> Ints:
    """Seats: classrooms x seats per class, rounded down; 0 before opening and after closing."""
    return _whole(np.floor(values.seats.places + 1e-9))


@measure("school", "stage", "year")
def pupils(values: Values) -> Ints:
    """Pupils who attend the school."""
    attend = values.axes.sum_grades(values.heads.attend, axis=1)
    return np.where(_taught(values), attend, NOTHING)


@measure("school", "stage", "year")
def pupils_outside(values: Values) -> Ints:
    """Pupils who attend the school and live outside the district, among its `pupils`."""
    away = values.axes.sum_grades(count_outside(values.case), axis=1)
    return np.where(_taught(values), away, NOTHING)


@measure("school", "stage", "year")
def residents(values: Values) -> Ints:
    """Pupils who live in the school's catchment, by the shares of their block.

    A grade that the school is not for counts where it goes (`place_residents`). A stage's
    catchments add up to the pupils who live in its blocks. Where some block lies in no
    catchment the catchments hold fewer, and add up to their own sum.
    """
    axes = values.axes
    living = values.forecast.cube(axes.grades)
    whole = axes.sum_grades(values.heads.seated + values.heads.unplaced, axis=1).sum(axis=0)
    rounded = count_residents(values.case, values.catchments, living, whole)
    return np.where(_taught(values), rounded, NOTHING)


def count_residents(case: Case, catchments: Catchments, living: Floats, whole: Ints) -> Ints:
    """Count who lives in the catchment of each school, school x stage x year; draws pass through.

    Parameters
    ----------
    living
        Pupils, block x grade x year with any further axes.
    whole
        Whole pupils who live in the district, stage x year with the same axes. They are rounded
        grade by grade, so that they may differ from the sum of `living` by more than one; the
        schools then add up to them as nearly as each one's next whole numbers allow.
    """
    axes = case.axes
    lived = np.zeros((len(axes.schools), *whole.shape))
    living_in = np.zeros(whole.shape)
    for at, stage in enumerate(axes.stages):
        pairs, parts = place_residents(case, catchments, stage, living[:, axes.span(stage)])
        lived[:, at] = pairs.gather_schools(parts)
        living_in[at] = living[:, axes.span(stage)].sum(axis=(0, 1))
    sums = np.round(lived.sum(axis=0), 6)  # so that no order of schools decides a half
    every_block = np.abs(sums - living_in) < SLIGHT  # none lies in no catchment
    totals = np.where(every_block, whole, np.floor(sums + 0.5)).astype(np.int64)
    return round_along(lived, totals, order_places(case.district.schools))


@measure("school", "stage", "year")
def balance(values: Values) -> Ints:
    """Seats less residents of the catchment; below zero: its catchment shortage."""
    return _less(seats(values), residents(values))


@measure("school", "stage", "year")
def seat_gap(values: Values) -> Ints:
    """Roll less seats: above zero it is the roll over seats, below zero seats stand empty.

    gap = pupils - seats, where somebody attends.

    >>> from seatplan.examples import toy_outcome
    >>> int(toy_outcome().measure("seat_gap").max())   # K: 270 children for 180 seats
    90
    """
    attend = pupils(values)
    return np.where(attend > 0, _less(attend, seats(values)), NOTHING)


@measure("school", "stage", "year")
def seat_use(values: Values) -> Floats:
    """Share of the seats that are used, 1 where every seat is; none without a seat.

    use = pupils / seats.

    >>> from seatplan.examples import toy_outcome
    >>> float(toy_outcome().measure("seat_use")["A", "primary", 2020].round(3))   # 240 / 270
    0.889
    """
    attend, places = pupils(values), seats(values)
    known = (attend != NOTHING) & (places > 0)
    return np.where(known, attend / np.where(known, places, 1), np.nan)


@measure("school", "year")
def school_size(values: Values) -> Ints:
    """Pupils of all stages who attend a school; none where nobody does."""
    size = values.heads.attend.sum(axis=1)
    return np.where(size > 0, size, NOTHING)


@measure("school", "year")
def compulsory_size(values: Values) -> Ints:
    """Pupils of compulsory education who attend a school; none where nobody does.

    Of a school of twelve years, those of grades 1 to 9.
    """
    stages = values.standards.stages
    compulsory = np.array([bool(stage.compulsory) for stage in stages for _ in stage.grades])
    size = values.heads.attend[:, compulsory].sum(axis=1)
    return np.where(size > 0, size, NOTHING)


@measure("school", "year", needs="land_m2")
def land_area(values: Values) -> Floats:
    """Ground for each pupil of all stages, m2; none where it is not on record."""
    area = values.district.schools.land_m2.to_numpy(float)[:, None]
    size = values.heads.attend.sum(axis=1)
    return np.where(size > 0, area / np.maximum(size, 1), np.nan)


@measure("school", "year", needs="floor_m2")
def floor_area(values: Values) -> Floats:
    """Floor area for each pupil of all stages, m2; none where it is not on record."""
    area = values.district.schools.floor_m2.to_numpy(float)[:, None]
    size = values.heads.attend.sum(axis=1)
    return np.where(size > 0, area / np.maximum(size, 1), np.nan)


@measure("school", "stage", "year")
def pupils_per_class(values: Values) -> Floats:
    """Pupils who attend for each class of a stage; none without a class."""
    classes = _count_classes(values)
    attend = values.axes.sum_grades(values.heads.attend, axis=1)
    return np.where(classes > 0, attend / np.maximum(classes, 1), np.nan)


@measure("school", "stage", "year")
def rooms_spare(values: Values) -> Ints:
    """Classrooms in which no class sits: rooms - classes, 0 where there are more classes."""
    return _above(_less(classrooms(values), _count_classes(values)))


@measure("school", "stage", "year")
def rooms_short(values: Values) -> Ints:
    """Classes without a room of their own: classes - rooms, 0 where the rooms suffice."""
    return _above(_less(_count_classes(values), classrooms(values)))


@measure("school", "grade", "year")
def class_size(values: Values) -> Ints:
    """Pupils in the largest class of a grade.

    The pupils of a grade are spread evenly over its classes: largest = ceil(pupils / classes).
    Where grades are combined in one class, it is that class for each of them.
    """
    classes = values.classes
    return np.where(classes.pupils > 0, classes.largest, NOTHING)


def count_large_classes(classes: Classes, above: Floats) -> tuple[Ints, Ints]:
    """Count classes, and those with more than `above` pupils, school x grade x year.

    A grade's pupils are spread evenly, so its classes differ by one pupil at most: of `n` classes
    with `p` pupils in all, p - n * floor(p / n) have one more than the others.

    Parameters
    ----------
    above
        The limit, grade x year; inf where there is none.

    Returns
    -------
    Classes, and large classes; large / classes of any sum of cells is the share of large classes.
    """
    formed = classes.classes
    return formed, count_above(classes.sitting, formed, above)


def count_above(pupils: Ints, classes: Ints, above: Floats) -> Ints:
    """Count the classes with more than `above` pupils where pupils are spread evenly over them."""
    smallest = pupils // np.maximum(classes, 1)
    fuller = pupils - smallest * classes
    large = np.where(smallest > above, classes, np.where(smallest + 1 > above, fuller, 0))
    return np.where(classes > 0, large, 0)


def _count_classes(values: Values) -> Ints:
    """Count the classes of all grades of a stage, school x stage x year."""
    return values.axes.sum_grades(values.classes.classes, axis=1)


def _taught(values: Values) -> Ints:
    """Return where a school teaches a stage in some year."""
    taught: Ints = ~np.isnan(values.seats.rooms)
    return taught


def _whole(array: Floats) -> Ints:
    """Turn whole floats into ints; NaN becomes NOTHING."""
    known = ~np.isnan(array)
    return np.where(known, np.where(known, array, 0).astype(np.int64), NOTHING)


def _less(one: Ints, other: Ints) -> Ints:
    """Subtract, NOTHING where either is."""
    nothing = (one == NOTHING) | (other == NOTHING)
    return np.where(nothing, NOTHING, np.where(nothing, 0, one) - np.where(nothing, 0, other))


def _above(array: Ints) -> Ints:
    """Keep what is above 0, and NOTHING."""
    return np.where(array == NOTHING, NOTHING, np.maximum(array, 0))
