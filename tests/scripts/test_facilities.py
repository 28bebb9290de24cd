"""Schools stand in town where pupils walk least, in the country in the villages far off."""

import numpy as np
import pandas as pd
import pytest

from district.facilities import (
    Homes,
    _exchange,
    _farthest_village,
    _neediest_village,
    _open_villages,
    place_facilities,
)
from district.readings import Reading

# Eight blocks on a street: a town of four, 400 m apart, and four villages 3 to 12 km east of it.
X = np.array([0.0, 400.0, 800.0, 1200.0, 4200.0, 7200.0, 10200.0, 13200.0])
SETTING = np.array(["town"] * 4 + ["rural"] * 4)
WALKS = np.abs(X[:, None] - X[None, :])


def homes(stage="primary", pupils=(100, 100, 100, 100, 50, 50, 50, 20)):
    xy = np.column_stack([X, np.zeros(8)])
    return Homes(stage, SETTING, SETTING == "rural", xy, np.array(pupils, dtype=float), WALKS)


def test_a_school_moves_to_where_its_pupils_walk_least():
    # At 400 m and at 800 m the town walks 400 + 0 + 400 + 800 m times 100. At 800 m the first
    # village is nearer: 3,400 m instead of 3,800 m.
    town = homes()
    chosen, cost = _exchange(town, town.pupils, [0], [], [])
    assert chosen == [2]
    walked = 100 * (800 + 400 + 0 + 400)
    # 50 pupils at 3,400 m, of which 1,400 beyond 2 km count three times; the others as if at 4 km.
    assert cost == pytest.approx(walked + 50 * (3400 + 2 * 1400) + 120 * (4000 + 2 * 2000))


def test_a_school_keeps_to_its_setting_and_off_taken_blocks():
    town = homes(pupils=(0, 0, 0, 1, 900, 0, 0, 0))
    assert _exchange(town, town.pupils, [0], [], [])[0] == [3]
    assert _exchange(town, town.pupils, [0], [], [3])[0] == [2]


def test_only_villages_with_pupils_enough_and_no_school_are_open():
    # 20 children in the last village are too few.
    open_ = _open_villages(homes(), [("primary", "rural", 5)])
    assert np.flatnonzero(open_).tolist() == [4, 6]


def test_country_schools_go_to_the_farthest_village():
    rows = [("primary", "town", 0)]
    assert _farthest_village(homes(), rows) == 6
    # With a school there, 4.2 km and 3 km are left: the first village is the farthest now.
    assert _farthest_village(homes(), [*rows, ("primary", "rural", 6)]) == 4


def test_a_junior_school_does_not_count_for_primary_pupils():
    rows = [("primary", "town", 0), ("junior", "rural", 5)]
    assert _farthest_village(homes(), rows) == 6


def test_the_boarding_school_goes_where_most_metres_squared_are_saved():
    # The town's school is at 0. In km^2 saved, with 50 pupils in each of the villages at 4.2, 7.2
    # and 10.2 km: the first saves 50 x (17.6 + 42.8 + 68.0) = 6,426, the second
    # 50 x (8.6 + 51.8 + 95.0) = 7,776, the third 50 x (0 + 42.8 + 104.0) = 7,344.
    even = homes("junior", (100, 100, 100, 100, 50, 50, 50, 0))
    assert _neediest_village(even, [("junior", "town", 0)]) == 5
    # With 400 in the first it saves 50 x (42.8 + 68.0) + 400 x 17.6 = 12,600, the second 10,800.
    crowd = homes("junior", (100, 100, 100, 100, 400, 50, 50, 0))
    assert _neediest_village(crowd, [("junior", "town", 0)]) == 4


def test_a_reading_has_its_schools_by_setting_and_ids_from_north_to_south():
    setting = np.array(["urban", "urban", *SETTING[2:]])
    blocks = pd.DataFrame(
        {"x": 0.0, "y": X, "setting": setting, "village": setting == "rural", "area_m2": 1e4}
    )
    reading = Reading(
        "rural",
        ("rural",),
        primary={"urban": 1, "town": 1, "rural": 2},
        junior={"urban": 1, "town": 1, "rural": 0},
        nine_year={"urban": 0, "town": 0, "rural": 1},
    )
    pupils = {"primary": np.full(8, 60.0), "junior": np.full(8, 40.0)}
    table = place_facilities(reading, blocks, pupils, WALKS)
    assert table.groupby(["kind", "setting"]).size().to_dict() == {
        ("junior", "town"): 1,
        ("junior", "urban"): 1,
        ("nine_year", "rural"): 1,
        ("primary", "rural"): 2,
        ("primary", "town"): 1,
        ("primary", "urban"): 1,
    }
    assert table["block"].is_unique
    assert (setting[table["block"]] == table["setting"]).all()
    north = table.loc[["P01", "P02", "P03", "P04"], "y"]
    assert north.is_monotonic_decreasing
