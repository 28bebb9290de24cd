"""Measures of provision, stage by stage: who attends, where, and in which classes.

The indicators by which a district is judged: gross enrolment, public and inclusive share, classes
within the class size, and the share of pupils for whom their own catchment has a seat.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatplan.district.limits import limit_school_sizes
from seatplan.labels import Floats, Ints
from seatplan.measures import places, schools, shortage
from seatplan.measures.registry import NOTHING, Counted, measure
from seatplan.measures.schools import count_large_classes
from seatplan.measures.values import Values


@measure("stage", "year", unit="share")
def gross_enrolment(values: Values) -> Floats:
    """Pupils of the stage for each resident of its ages (毛入学率).

    Above 1 where pupils come from outside. share = pupils / residents of the
    grades' ages; none without a resident. Source: the plan, table, rows 1 and 5.
    """
    living = places.living(values).sum(axis=0)
    ages = values.forecast.residents.unstack("year").groupby("age").sum()
    people = np.zeros(living.shape)
    for at, stage in enumerate(values.standards.stages):
        first, last = stage.grades[0].age_from, stage.grades[-1].age_to
        people[at] = ages.loc[first:last, list(values.axes.years)].sum()
    return _divide(living, people)


@measure("stage", "year", unit="share")
def public_share(values: Values) -> Floats:
    """Pupils of public schools for each pupil who attends (公办在校占比); none without a pupil."""
    return _share_of_owners(values, ["public"])


@measure("stage", "year", unit="share")
def inclusive_coverage(values: Values) -> Floats:
    """Pupils of public and inclusive schools for each who attends (普惠性覆盖率).

    Source of the definition: 县域学前教育普及普惠督导评估办法 (2020): children of public and of
    inclusive private kindergartens for each child in a kindergarten.
    """
    return _share_of_owners(values, ["public", "inclusive"])


@measure("stage", "year", unit="share", counts=Counted("class_size", "pupils per class", "seats"))
def class_compliance(values: Values) -> Floats:
    """Classes within the class size of each class (班额达标率), 0 to 1; none without a class.

    The class size is the limit whose role is "seats".

    >>> from seatplan.examples import toy_outcome
    >>> float(toy_outcome().measure("class_compliance")["junior", 2020])   # 45 in each, limit 50
    1.0
    """
    grades, years, rules = values.axes.grades, values.axes.years, values.standards
    limit = np.array([[rules.class_limit(grade, year) for year in years] for grade in grades])
    formed, beyond = count_large_classes(values.classes, limit)
    within = values.axes.sum_grades((formed - beyond).sum(axis=0), axis=0)
    return _divide(within, values.axes.sum_grades(formed.sum(axis=0), axis=0))


@measure("stage", "year", unit="share")
def seated_nearby(values: Values) -> Floats:
    """Residents for whom their own catchment has a seat, of all residents (就近入学), 0 to 1.

    share = 1 - catchment shortage / residents; none where the stage has no resident.

    >>> from seatplan.examples import toy_outcome
    >>> round(float(toy_outcome().measure("seated_nearby")["primary", 2020]), 4)   # 30 of 540
    0.9444
    """
    missing = _sum_schools(shortage.catchment_shortage(values))
    people = _sum_schools(schools.residents(values))
    return _divide(people - missing, people)


@measure("stage", "year", unit="share", counts=Counted("school_size", "pupils"))
def school_size_compliance(values: Values) -> Floats:
    """Schools within the school size, of those that one is set for (校额达标率), 0 to 1.

    The school size is the lowest limit on school_size for the kind and setting of a school; a
    school counts in each stage that it teaches.

    >>> from seatplan.examples import toy_outcome
    >>> float(toy_outcome().measure("school_size_compliance")["primary", 2020])   # all below 2,000
    1.0
    """
    size, table = values.heads.attend.sum(axis=1), values.district.schools
    taught = values.axes.sum_grades(values.heads.attend, axis=1) > 0
    limits = np.array(
        [limit_school_sizes(values.standards, table, year) for year in values.axes.years]
    ).T
    held = taught & np.isfinite(limits)[:, None]
    within = held & (size <= limits + 1e-6)[:, None]
    return _divide(within.sum(axis=0), held.sum(axis=0))


@measure("stage", "year", unit="seats per 1,000 residents")
def seats_per_1000(values: Values) -> Floats:
    """Seats for every 1,000 residents of any age (千人学位).

    seats = 1000 x seats / residents: those on record, and whom planned homes of later years bring
    from outside. What births and deaths change is not in it.

    >>> from seatplan.examples import toy_outcome
    >>> round(float(toy_outcome().measure("seats_per_1000")["primary", 2020]), 1)   # 540 / 7,200
    75.0
    """
    seats = np.maximum(schools.seats(values), 0).sum(axis=0)
    district, years = values.district, np.array(values.axes.years)
    planned = district.housing[district.housing.year > district.base_year]
    moved = planned.dwellings * planned.residents_per_dwelling * planned.from_outside
    come = (planned.year.to_numpy()[:, None] <= years) * moved.to_numpy(float)[:, None]
    people = float(district.residents.total.sum()) + come.sum(axis=0)
    return _divide(1000.0 * seats, np.broadcast_to(people, seats.shape))


def _share_of_owners(values: Values, owners: list[str]) -> Floats:
    """Return the share of pupils who attend schools of the owners, stage x year."""
    owned = values.district.schools.ownership.reindex(values.axes.schools).isin(owners).to_numpy()
    attend = values.axes.sum_grades(values.heads.attend, axis=1)
    return _divide(attend[owned].sum(axis=0), attend.sum(axis=0))


def _sum_schools(counts: Ints) -> Ints:
    """Sum whole numbers over the schools, where they have a meaning."""
    sums: Ints = np.where(counts == NOTHING, 0, counts).sum(axis=0)
    return sums


def _divide(part: npt.NDArray[np.generic], whole: npt.NDArray[np.generic]) -> Floats:
    """Divide; NaN where the whole is 0."""
    shares = np.full(part.shape, np.nan)
    np.divide(part, whole, out=shares, where=np.asarray(whole) > 0)
    return shares
