"""Blocks that share a boundary are neighbours; every school has a block of its own."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

from seatplan.district.doubts.meetings import GAP_M
from seatplan.examples import toy_district
from seatplan.seating.neighbours import (
    find_homes,
    find_neighbours,
    label_parts,
    measure_borders,
)


def lay(*boxes):
    return gpd.GeoDataFrame(geometry=[box(*corners) for corners in boxes], crs="EPSG:4544")


def points(*places):
    return gpd.GeoDataFrame(geometry=[Point(place) for place in places], crs="EPSG:4544")


def pairs_of(blocks):
    return sorted(tuple(sorted(pair)) for pair in find_neighbours(blocks).tolist())


def test_the_toy_town_is_a_grid_of_two_rows():
    # b1 b2 b3 below b4 b5 b6: two pairs in each row and three between; corners do not count
    assert pairs_of(toy_district().blocks) == [
        (0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5),
    ]  # fmt: skip


def test_a_boundary_of_a_metre_is_not_enough():
    # the third block touches the first along 1 m, the second along 9 m
    blocks = lay((0, 0, 10, 10), (0, 10, 10, 20), (10, 9, 20, 19))
    assert pairs_of(blocks) == [(0, 1), (1, 2)]


def test_islands_are_joined_to_the_nearest_block():
    # two touching blocks, one 5 m to the right, one 30 m to the right of that
    blocks = lay((0, 0, 10, 10), (10, 0, 20, 10), (25, 0, 35, 10), (65, 0, 75, 10))
    assert pairs_of(blocks) == [(0, 1), (1, 2), (2, 3)]
    assert label_parts(4, find_neighbours(blocks)).max() == 0


def test_blocks_drawn_to_the_edge_of_the_street_are_neighbours_across_it():
    # four blocks of 100 m about a crossing of streets of 12 m: corners do not count
    blocks = lay((0, 0, 100, 100), (112, 0, 212, 100), (0, 112, 100, 212), (112, 112, 212, 212))
    assert pairs_of(blocks) == [(0, 1), (0, 2), (1, 3), (2, 3)]
    # the side of 100 m, and the 2.4 m of each end nearer to the other block than 14.4 m
    assert measure_borders(blocks, find_neighbours(blocks)) == pytest.approx([104.8] * 4)


def test_a_school_has_the_block_in_which_it_stands():
    blocks = lay((0, 0, 10, 10), (10, 0, 20, 10))
    homes = find_homes(blocks, points((15, 5), (5, 5)), np.ones(2), find_neighbours(blocks))
    assert homes.tolist() == [1, 0]


def test_of_two_schools_in_a_block_the_larger_has_it_and_the_other_the_next():
    # both stand in the middle block; the smaller one nearer to the right
    blocks = lay((0, 0, 10, 10), (10, 0, 20, 10), (20, 0, 30, 10))
    schools = points((18, 5), (15, 5))
    pairs = find_neighbours(blocks)
    assert find_homes(blocks, schools, np.array([100.0, 200.0]), pairs).tolist() == [2, 1]
    assert find_homes(blocks, schools, np.array([200.0, 100.0]), pairs).tolist() == [1, 0]


@pytest.mark.parametrize("place", [(40, 5), (12, 50)])
def test_a_school_outside_every_block_has_the_nearest(place):
    blocks = lay((0, 0, 10, 10), (10, 0, 20, 10))
    assert find_homes(blocks, points(place), np.ones(1), find_neighbours(blocks)).tolist() == [1]


def test_two_parts_of_a_map_are_joined_by_one_pair():
    blocks = lay((0, 0, 10, 10), (30, 0, 40, 10))
    assert pairs_of(blocks) == [(0, 1)]


def test_only_pairs_that_are_kept_hold_blocks_together():
    pairs = np.array([[0, 1], [1, 2], [3, 4]])
    kept = np.array([True, True, False, True, True])
    parts = label_parts(5, pairs, kept)
    assert parts[0] == parts[1]
    assert parts[3] == parts[4]
    assert len({parts[0], parts[2], parts[3]}) == 3


def test_a_border_is_the_boundary_in_common_or_the_side_along_a_narrow_gap():
    # 4 m in common; 10 m side by side, 1 m apart; far away
    blocks = lay((0, 0, 10, 10), (10, 6, 20, 16), (0, 11, 9, 21), (90, 0, 99, 10))
    lengths = measure_borders(blocks, np.array([[0, 1], [0, 2], [0, 3]]))
    assert lengths[0] == pytest.approx(4)
    assert 9 <= lengths[1] <= 9 + 2 * GAP_M + 2
    assert lengths[2] == 0
