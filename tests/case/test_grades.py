"""Which grades a school teaches: spans on record, schools that still grow, and who takes over."""

import numpy as np
import pandas as pd

from seatplan.case.seats import count_seats
from seatplan.examples import toy_district, toy_standards
from tests.seating.test_catchments import add_school

PRIMARY = [f"g{grade}" for grade in range(1, 7)]


def taught(district, school, year):
    """The primary grades that a school teaches in a year."""
    seats = count_seats(district, toy_standards())
    own = seats.grades[seats.axes.schools.get_loc(school), :, year - district.base_year]
    return [grade for grade, known in zip(seats.axes.grades, own, strict=True) if known]


def with_rolls(school, pupils, **changes):
    """The toy town with other pupils of a school in its primary grades, and changed schools."""
    district = toy_district()
    rolls = district.rolls.copy()
    for grade, count in zip(PRIMARY, pupils, strict=True):
        rolls.loc[(school, grade, 2020), "pupils"] = count
    schools = district.schools.copy()
    for column, value in changes.items():
        schools.loc[school, column] = value
    return district.replace(rolls=rolls, schools=schools)


def test_a_school_on_record_teaches_every_grade_of_its_stage():
    assert taught(toy_district(), "A", 2020) == PRIMARY
    assert taught(toy_district(), "A", 2026) == PRIMARY


def test_a_teaching_point_teaches_the_grades_it_has():
    point = with_rolls("A", [20, 20, 20, 0, 0, 0])
    assert taught(point, "A", 2020) == taught(point, "A", 2026) == PRIMARY[:3]


def test_an_upper_school_teaches_the_grades_it_has():
    upper = with_rolls("A", [0, 0, 0, 20, 20, 20])
    assert taught(upper, "A", 2020) == taught(upper, "A", 2026) == PRIMARY[3:]
    assert taught(with_rolls("A", [0, 20, 20, 20, 20, 20]), "A", 2021) == PRIMARY[1:]
    # a small school without a first grade this year will have one again
    assert taught(with_rolls("A", [0, 8, 9, 9, 9, 10]), "A", 2021) == PRIMARY


def test_one_empty_grade_of_a_tiny_school_is_chance():
    assert taught(with_rolls("A", [2, 3, 1, 2, 4, 0]), "A", 2021) == PRIMARY
    assert taught(with_rolls("A", [20, 20, 20, 20, 20, 0]), "A", 2021) == PRIMARY[:5]


def test_a_new_school_grows_by_a_grade_a_year():
    new = add_school(toy_district(), year=2023)
    assert taught(new, "N", 2022) == []
    assert taught(new, "N", 2023) == ["g1"]
    assert taught(new, "N", 2025) == ["g1", "g2", "g3"]
    every = new.schools.assign(every_grade=new.schools.index == "N")
    assert taught(new.replace(schools=every), "N", 2023) == PRIMARY


def test_a_school_that_opened_two_years_ago_still_grows():
    young = with_rolls("A", [40, 40, 40, 0, 0, 0], opened=2018)
    assert taught(young, "A", 2020) == PRIMARY[:3]
    assert taught(young, "A", 2022) == PRIMARY[:5]


def test_a_successor_teaches_what_the_merged_school_taught():
    district = add_school(toy_district(), year=2023)
    closes = district.schools.closes.mask(district.schools.index == "A", 2024)
    into = pd.DataFrame({"into": ["N"], "year": [2024]}, index=pd.Index(["A"], name="school"))
    merged = district.replace(schools=district.schools.assign(closes=closes), successors=into)
    assert taught(merged, "N", 2023) == ["g1"]
    assert taught(merged, "N", 2024) == PRIMARY
    assert taught(merged, "A", 2024) == []


def test_a_district_without_rolls_has_schools_of_every_grade():
    town = toy_district()
    assert taught(town.replace(rolls=town.rolls.iloc[:0]), "A", 2020) == PRIMARY


def test_grades_do_not_hang_on_the_order_of_schools():
    district = add_school(with_rolls("A", [20, 20, 20, 0, 0, 0]))
    turned = district.replace(schools=district.schools.iloc[::-1])
    one, other = (count_seats(item, toy_standards()) for item in (district, turned))
    assert np.array_equal(one.grades, other.grades[::-1])
