"""Seats are rooms in force times the class limit."""

import pandas as pd

from seatplan.case.seats import count_seats
from seatplan.examples import toy_district, toy_standards


def test_a_room_gives_as_many_seats_as_its_limit():
    seats = count_seats(toy_district(), toy_standards()).table.seats.xs(2020, level="year")
    # 6 rooms each: primary x 45, junior x 50, kindergarten x (25 + 30 + 35) / 3
    assert seats.to_dict() == {
        ("A", "primary"): 270,
        ("B", "primary"): 270,
        ("B", "junior"): 300,
        ("K", "kindergarten"): 180,
    }


def test_rooms_hold_from_their_year_until_the_next_entry():
    district = toy_district()
    more = pd.Series(
        [8],
        index=pd.MultiIndex.from_tuples(
            [("A", "primary", 2023)], names=["school", "stage", "year"]
        ),
    )
    rooms = count_seats(
        district.replace(classrooms=pd.concat([district.classrooms, more])), toy_standards()
    ).table.classrooms.loc["A", "primary"]
    assert rooms.to_dict() == {2020: 6, 2021: 6, 2022: 6, 2023: 8, 2024: 8, 2025: 8, 2026: 8}


def test_a_school_has_no_seats_before_it_opens_and_after_it_closes():
    district = toy_district()
    schools = district.schools.copy()
    schools.loc["B", "opened"] = 2022
    schools.loc["B", "closes"] = 2025
    seats = count_seats(district.replace(schools=schools), toy_standards()).table.seats
    assert seats.loc["B", "junior"].to_list() == [0, 0, 300, 300, 300, 0, 0]


def test_a_limit_that_changes_changes_the_seats_from_its_year():
    standards = toy_standards()
    size = standards.standards[0]
    stricter = type(size)(**{**vars(size), "limit": {**size.limit, "primary": 40.0}, "since": 2024})
    rules = standards.replace(standards=(*standards.standards, stricter))
    seats = count_seats(toy_district(), rules).table.seats.loc["A", "primary"]
    assert seats[2023] == 270
    assert seats[2024] == 240  # 6 x 40
