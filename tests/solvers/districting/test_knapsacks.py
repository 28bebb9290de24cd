"""Knapsacks: the best set that fits, and weights that never round up."""

import numpy as np

from seatplan.solvers.districting.knapsacks import fill_knapsacks, whole_weights
from seatplan.solvers.districting.problem import build_problem


def test_a_knapsack_takes_the_best_set_that_fits():
    # Weights 2, 3, 4 in 5 steps; worths -3, -4, -5: the first two (-7) beat the last (-5).
    cost = np.array([[1.0], [1.0], [1.0]])
    value = np.array([4.0, 5.0, 6.0])
    base, covered = fill_knapsacks(cost, np.array([[2, 3, 4]]), np.array([5]), value)
    assert base.tolist() == [-7]
    assert covered.tolist() == [1, 1, 0]


def test_no_unit_weighs_more_in_steps_than_in_pupils(grid_town):
    town = grid_town(3, 4, [0, 11], 1)
    # 100,000 times as many pupils: seats of 2,000 steps, of some hundred pupils each.
    pupils, seats = 100_000 * town.pupils + 0.7, 100_000 * town.seats
    problem = build_problem(pupils, seats, *town.arrays[2:], None, None, None, None)
    steps, wide = whole_weights(problem)
    assert steps.tolist() == [2_000, 2_000]
    in_pupils = wide * (problem.seats / steps)[:, None]
    assert (in_pupils <= problem.weight + 1e-6).all()
    assert (in_pupils > 0.99 * problem.weight - problem.seats[0] / 2_000).all()
