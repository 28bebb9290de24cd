"""Who lives too far to walk boards or rides; the rest is told."""

import pandas as pd
import pytest

from district.attendance import Attendance
from district.journeys import compare_readings, list_riders, tabulate_journeys
from district.readings import Reading
from district.rides import Rides, seat_riders

RURAL = Reading("rural", ("rural",), {"rural": 26}, {"rural": 0}, {"rural": 2})
BOARDING = pd.Series({"P": False, "Y": True})


def table(*rows):
    columns = ["stage", "school", "home", "walk_m", "pupils", "older"]
    return pd.DataFrame(rows, columns=columns)


def test_nobody_within_a_walk_boards_or_rides():
    seats = seat_riders(
        table(
            ("primary", "Y", "rural", 2000.0, 10.0, 5.0),
            ("junior", "Y", "rural", 3000.0, 9.0, 9.0),
        ),
        BOARDING, RURAL, buses=100,
    )  # fmt: skip
    assert (seats[["far", "boarders", "riders", "unexplained"]] == 0).all(axis=None)


def test_older_pupils_of_a_boarding_school_board_and_the_others_ride():
    seats = seat_riders(
        table(("primary", "Y", "rural", 2100.0, 10.0, 5.0)), BOARDING, RURAL, buses=100
    )
    assert seats[["far", "boarders", "riders", "unexplained"]].to_numpy().tolist() == [
        [10, 5, 5, 0]
    ]


def test_the_farthest_ride_first_and_only_from_the_country():
    seats = seat_riders(
        table(
            ("primary", "P", "rural", 4000.0, 10.0, 5.0),
            ("junior", "P", "rural", 9000.0, 10.0, 10.0),
            ("primary", "P", "urban", 9500.0, 10.0, 5.0),
        ),
        BOARDING, RURAL, buses=12,
    )  # fmt: skip
    # Twelve seats: ten for those at 9 km, two for those at 4 km; the city has no bus.
    assert seats["riders"].tolist() == [2, 10, 0]
    assert seats["unexplained"].tolist() == [8, 0, 10]


@pytest.fixture
def rides():
    schools = pd.DataFrame({"setting": ["town", "rural"]}, index=["P", "Y"])
    rows = [
        (stage, "Y" if home == "rural" else "P", home, walk, 50.0, 25.0)
        for stage in ("primary", "junior")
        for home in ("urban", "town", "rural")
        for walk in (1000.0, 5000.0)
    ]
    seats = seat_riders(table(*rows), BOARDING, RURAL, buses=40)
    seats["at"] = schools["setting"].loc[seats["school"]].to_numpy()
    return Rides(RURAL, schools, Attendance({}, {}, pd.DataFrame()), seats)


def test_the_unexplained_way_is_pupils_times_metres(rides):
    # Far: 50 pupils of each stage and setting at 5 km. In the country 25 board and 25 would ride:
    # 2 x 25 = 50, of whom 40 have a seat. Left: 4 x 50 + 10, each 5 km.
    assert rides.unexplained_km == pytest.approx(210 * 5)


def test_beds_come_in_tens(rides):
    assert rides.count_beds().to_dict() == {"P": 0, "Y": 50}


def test_tables_say_what_was_seated(rides):
    reading = compare_readings([rides], rides).set_index("under the reading")["rural (built)"]
    assert reading["pupils who live too far to walk"] == "300"
    assert reading["neither: unexplained"] == "210"
    rows = tabulate_journeys(rides).set_index(["stage", "home"])
    assert rows.loc[("primary", "rural"), "mean way, m"] == "3,000"  # half 1 km, half 5 km
    assert rows.loc[("primary", "rural"), "board"] == "25"
    assert rows.loc[("junior", "city"), "longest unexplained, m"] == "5,000"
    assert rows.loc[("junior", "city"), "longest walk, m"] == "1,000"
    assert list_riders(rides).set_index("school").loc["Y", "boarders"] == 50
