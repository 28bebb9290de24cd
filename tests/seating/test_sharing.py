"""Blocks that several schools share, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from seatplan.examples import toy_district
from seatplan.seating.sharing import Sharing, read_sharing

A, B = 0, 1
YEARS, BLOCKS = 7, 6
RECORD = pd.MultiIndex.from_tuples(
    [("b2", "primary", "B"), ("b2", "primary", "A"), ("b3", "junior", "B")],
    names=["block", "stage", "school"],
)


def read(parts=(0.25, 0.75, 1.0), district=None):
    district = district or toy_district()
    shares = pd.Series(parts, RECORD, name="share", dtype=float)
    schools = district.schools.index[:2]  # A and B
    return read_sharing(district.replace(shares=shares), "primary", district.blocks.index, schools)


def test_without_a_block_that_is_shared_there_is_no_pair():
    district = toy_district()
    none = read_sharing(district, "primary", district.blocks.index, district.schools.index)
    assert len(none.block) == len(none.school) == len(none.part) == 0
    assert none.holds.shape == (YEARS, 0)


def test_the_schools_of_a_block_stand_in_the_order_of_its_shares():
    sharing = read()
    assert (sharing.block.tolist(), sharing.school.tolist()) == ([1, 1], [B, A])
    assert sharing.part.tolist() == [0.25, 0.75]
    assert sharing.holds.all()
    assert sharing.holds.shape == (YEARS, 2)


def test_a_block_that_a_step_enters_is_shared_until_then():
    district = toy_district()
    key = pd.MultiIndex.from_tuples(
        [("b2", "primary", 2023)], names=district.catchments.index.names
    )
    change = pd.concat([district.catchments, pd.Series(["A"], key, name="school")])
    sharing = read(district=district.replace(catchments=change))
    assert sharing.holds.tolist() == [[True, True]] * 3 + [[False, False]] * 4


def share(part, holds=True):
    """b2 (position 1) is shared by B and A."""
    return Sharing(np.array([1, 1]), np.array([B, A]), np.array(part), np.full((2, 2), holds))


SEATS = np.array([[270.0, 90.0], [0.0, 90.0]])  # A closes in the second year
REACHED = np.ones((3, 2), dtype=bool)


def test_the_next_school_stands_for_one_without_seats():
    zones = np.array([[A, A, B], [A, A, B]])
    taken = share([0.5, 0.5]).take_over(zones, SEATS[:, ::-1])  # B has no seats in the second
    assert taken.tolist() == [[A, B, B], [A, A, B]]
    assert share([0.5, 0.5], holds=False).take_over(zones, SEATS).tolist() == zones.tolist()
    few = np.array([[270.0, 0.5], [270.0, 0.5]])  # half a seat is one
    assert share([0.5, 0.5]).take_over(zones, few).tolist() == [[A, B, B], [A, B, B]]


def test_shares_are_those_stated_or_those_of_the_seats():
    zones = np.array([[A, A, B], [A, B, B]])
    year, pair, part = share([0.25, 0.75]).weigh(zones, SEATS, REACHED)
    # in the second year A has no seats and leaves its part to B
    assert (year.tolist(), pair.tolist(), part.tolist()) == ([0, 0, 1], [0, 1, 0], [0.25, 0.75, 1])
    _, _, part = share([np.nan, np.nan]).weigh(zones, SEATS, REACHED)
    assert part.tolist() == [0.25, 0.75, 1]  # 90 and 270 seats


@pytest.mark.parametrize("seats", [0.5, 1.0])
def test_half_a_seat_opens_a_school(seats: float):
    zones = np.array([[A, A, B], [A, A, B]])
    few = np.array([[270.0, seats], [270.0, seats]])
    year, pair, _ = share([0.5, 0.5]).weigh(zones, few, REACHED)
    assert (year.tolist(), pair.tolist()) == ([0, 0, 1, 1], [0, 1, 0, 1])


def test_a_block_is_shared_while_its_school_is_one_of_those_who_share_it():
    zones = np.array([[A, -1, B], [A, A, B]])
    year, _, part = share([0.5, 0.5]).weigh(zones, SEATS[:1].repeat(2, axis=0), REACHED)
    assert (year.tolist(), part.tolist()) == ([1, 1], [0.5, 0.5])
    assert len(share([0.5, 0.5], holds=False).weigh(zones, SEATS, REACHED)[0]) == 0


def test_a_school_without_a_way_leaves_its_part_to_the_others():
    reached = REACHED.copy()
    reached[1, B] = False
    zones = np.array([[A, A, B], [A, A, B]])
    year, pair, part = share([0.5, 0.5]).weigh(zones, SEATS, reached)
    assert (year.tolist(), pair.tolist(), part.tolist()) == ([0], [1], [1.0])
