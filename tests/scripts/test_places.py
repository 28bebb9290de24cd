"""Points are scattered inside, centres settle where people are, schools where children are left."""

import numpy as np
import pytest
import shapely

from district.places import cells, scatter, settle, spread_points

SQUARE = shapely.box(0, 0, 100, 100)


def test_scattered_points_lie_inside():
    ring = SQUARE.difference(shapely.box(20, 20, 80, 80))
    points = scatter(ring, 200, np.random.default_rng(1))
    assert points.shape == (200, 2)
    assert shapely.contains_xy(ring, points[:, 0], points[:, 1]).all()


def test_centres_settle_on_two_clumps():
    clumps = np.array([[0.0, 0.0], [2.0, 0.0], [90.0, 90.0], [92.0, 90.0]])
    centres = settle(clumps, np.ones(4), 2, np.random.default_rng(3))
    # The mean of each clump.
    assert sorted(centres.tolist()) == [[1.0, 0.0], [91.0, 90.0]]


def test_a_fixed_centre_keeps_its_clump_to_itself():
    clumps = np.array([[0.0, 0.0], [2.0, 0.0], [90.0, 90.0], [92.0, 90.0]])
    fixed = np.array([[1.0, 1.0]])
    centres = settle(clumps, np.array([1e-9, 1e-9, 1.0, 1.0]), 1, np.random.default_rng(3), fixed)
    assert centres[0] == pytest.approx([91.0, 90.0])


def test_cells_cover_the_outline_in_the_order_of_their_points():
    points = scatter(SQUARE, 30, np.random.default_rng(2))
    ground = cells(points, SQUARE)
    assert sum(cell.area for cell in ground) == pytest.approx(SQUARE.area)
    for cell, point in zip(ground, points, strict=True):
        assert cell.covers(shapely.Point(point))


STREET = np.array([[0.0, 0.0], [10.0, 0.0], [1000.0, 0.0], [1010.0, 0.0]])


def test_a_second_school_goes_to_the_children_that_the_first_leaves():
    # 60 + 40 children in the west, 30 + 20 in the east: once 100 are served in the west (or 50 in
    # the east), those who are left live on the other side.
    demand = np.array([60.0, 40.0, 30.0, 20.0])
    anywhere = np.ones((2, 4), dtype=bool)
    for seed in range(10):
        first, second = spread_points(
            STREET, demand, np.array([100.0, 50.0]), anywhere, np.random.default_rng(seed)
        )
        served_west = first < 2
        assert (second >= 2) == served_west or not served_west


def test_a_school_stands_only_where_it_may_and_no_block_has_two():
    demand = np.array([1000.0, 1.0, 1.0, 1.0])
    east = np.array([[False, False, True, True]] * 2)
    chosen = spread_points(STREET, demand, np.array([5.0, 5.0]), east, np.random.default_rng(1))
    assert sorted(chosen) == [2, 3]
