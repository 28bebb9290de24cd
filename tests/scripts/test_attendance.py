"""Catchments walk least, with one price on the country's schools; a few pupils go next door."""

import numpy as np
import pandas as pd
import pytest

from district.attendance import _share_blocks, _share_pupils, draw_attendance
from district.readings import Reading

RURAL = Reading("rural", ("rural",), {}, {}, {})
# Blocks every kilometre; a town school at 0 and a village school at 5 km, each teaching all grades.
BLOCKS = [f"b{k}" for k in range(7)]
SCHOOLS = pd.DataFrame(
    {"kind": ["nine_year", "nine_year"], "setting": ["town", "rural"], "block": [0, 5]},
    index=["T", "V"],
)
WALKS = pd.DataFrame(
    {"T": [1000.0 * k for k in range(7)], "V": [1000.0 * abs(k - 5) for k in range(7)]}, BLOCKS
)
PUPILS = {"primary": np.full(7, 10.0), "junior": np.full(7, 5.0)}


@pytest.mark.parametrize("meals", [30, 60, 75])
def test_the_country_school_gets_the_pupils_wanted(meals):
    attendance = draw_attendance(RURAL, meals, SCHOOLS, PUPILS, WALKS)
    sides = attendance.catchments
    on_roll = sum((PUPILS[s] * (sides[s] == "V").to_numpy()).sum() for s in sides)
    # Blocks are whole: ten primary and five junior pupils each.
    assert on_roll == pytest.approx(meals, abs=10)
    for ids in sides.values():
        # Least travel: whoever goes to the village lives nearer to it than whoever does not.
        mine = (ids == "V").to_numpy()
        gain = (WALKS["T"] - WALKS["V"]).to_numpy()
        assert gain[mine].min() > gain[~mine].max()


def test_a_school_never_loses_its_own_block():
    attendance = draw_attendance(RURAL, 0, SCHOOLS, PUPILS, WALKS)
    for ids in attendance.catchments.values():
        assert ids["b5"] == "V"
        assert ids["b0"] == "T"


def test_a_school_without_ground_for_more_gives_blocks_away():
    cost = WALKS.assign(T=WALKS["T"] + 4000.0)  # everybody would go to the village
    pupils = np.full(7, 400.0)
    ids = _share_blocks("primary", SCHOOLS, pupils, cost)
    # 2,000 is the most of a nine-year school in a stage: five blocks of 400.
    assert (ids == "V").sum() <= 5
    assert (ids == "T").tolist()[:2] == [True, True]


def test_four_in_a_hundred_go_next_door_within_a_walk_in_town():
    town = SCHOOLS.assign(setting="town")
    ids = pd.Series(["T", "T", "T", "V", "V", "V", "V"], BLOCKS)
    shares = _share_pupils("primary", ids, town, WALKS)
    assert (shares.sum(axis=1) == 1.0).all()
    # b3 is 3 km from the other school and 2 km from its own; only the block 2 km from T may cross.
    assert shares.loc["b2"].tolist() == [1.0, 0.0]
    near = WALKS.assign(T=WALKS["T"] / 2)
    assert _share_pupils("primary", ids, town, near).loc["b4"].tolist() == [0.04, 0.96]
    # In the country nobody does.
    assert _share_pupils("primary", ids, SCHOOLS, near).loc["b4"].tolist() == [0.0, 1.0]


def test_who_lives_far_from_every_junior_school_goes_to_a_bed():
    # b3 is 3.5 km from the town's school and 5 km from the beds: too far from both to walk, and a
    # bed makes up for 2.5 km. b0 walks to the town's.
    walks = pd.DataFrame({"T": [500.0, 3500.0], "V": [4000.0, 5000.0]}, ["b0", "b3"])
    schools = SCHOOLS.assign(block=[0, 1])
    ids = draw_attendance(
        RURAL, 5, schools, {"primary": np.zeros(2), "junior": np.full(2, 5.0)}, walks
    ).catchments
    assert ids["junior"].tolist() == ["T", "V"]
