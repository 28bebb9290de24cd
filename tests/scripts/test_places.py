"""Points are scattered inside, centres settle where people are, and cells cover the ground."""

import numpy as np
import pytest
import shapely

from district.places import cells, scatter, settle

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
