"""First plans: every unit served, every area connected, today's plan kept where it can be."""

import numpy as np

from seatplan.solvers.districting.growth import grow_areas, keep_connected
from seatplan.solvers.districting.problem import build_problem


def test_areas_grow_over_every_unit(grid_town, is_connected):
    town = grid_town(6, 8, [0, 20, 47], 2)
    plan = grow_areas(build_problem(*town.arrays, None, None, None, None), np.zeros(3))
    assert is_connected(town, plan)


def test_a_dear_seat_makes_a_smaller_area(grid_town):
    problem = build_problem(*grid_town(6, 8, [0, 47], 2).arrays, None, None, None, None)
    even, dear = (grow_areas(problem, np.array([fee, 0.0])) for fee in (0.0, 2.0))
    assert (dear == 0).sum() < (even == 0).sum()


def test_a_unit_walled_in_is_reached_by_clearing_the_way(grid_town):
    # Unit 2 may go to facility 0 only, but 1, between them, lies nearer to facility 1.
    town = grid_town(1, 4, [0, 3], 0)
    cost = town.cost.copy()
    cost[1] = [5.0, 1.0]
    cost[2] = [1.0, np.inf]
    problem = build_problem(
        town.pupils, town.seats, cost, [(0, 1), (1, 2), (1, 3), (2, 3)], town.home,
        None, None, None, None,
    )  # fmt: skip
    assert grow_areas(problem, np.zeros(2)).tolist() == [0, 0, 0, 1]


def test_what_hangs_together_with_its_home_is_kept(grid_town):
    problem = build_problem(*grid_town(1, 5, [0, 4], 0).arrays, None, None, None, None)
    assert keep_connected(problem, np.array([0, 1, 0, 1, 1])).tolist() == [0, -1, -1, 1, 1]
