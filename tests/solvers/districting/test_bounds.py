"""Bounds: never above a plan, and stronger where units are large."""

import numpy as np
import pytest

from seatplan.solvers.districting.bounds import bound_knapsacks, bound_transport, fill_knapsacks
from seatplan.solvers.districting.problem import build_problem


def build(town, **more):
    given = {"current": None, "locked": None, "max_moved": None, "groups": None, **more}
    return build_problem(*town.arrays, **given)


def test_knapsacks_raise_the_bound_but_not_above_the_best_plan(grid_town, enumerate_best):
    raised = 0
    for seed in range(6):
        town = grid_town(3, 4, [0, 7, 9], seed, room=1.05)
        best = enumerate_best(town)
        if np.isinf(best):
            continue
        flat = bound_transport(build(town))
        strong = bound_knapsacks(build(town), flat, best, 0.2)
        assert flat.least <= strong.least <= best * (1 + 1e-9)
        raised += strong.least > flat.least * 1.001
    assert raised > 0


def test_values_bases_and_spent_add_up_to_the_bound(grid_town):
    bound = bound_transport(build(grid_town(4, 4, [0, 15], 1)))
    assert bound.value.sum() + bound.base.sum() - bound.spent == pytest.approx(bound.least)


def test_a_limit_on_moves_raises_the_bound(grid_town):
    town = grid_town(3, 4, [0, 11], 2, room=1.5)
    today = np.array([1] * 6 + [0] * 6)
    today[[0, 11]] = 0, 1
    free = bound_transport(build(town)).least
    held = bound_transport(build(town, current=today, max_moved=5.0)).least
    # With nothing free to move, the cost of today is what is left.
    least = bound_transport(build(town, current=today, max_moved=0.0)).least
    assert free < held <= least * (1 + 1e-6)
    assert least <= town.cost[np.arange(12), today].sum() * (1 + 1e-9)


def test_a_knapsack_takes_the_best_set_that_fits():
    # Weights 2, 3, 4 in 5 steps; worths -3, -4, -5: the first two (-7) beat the last (-5).
    cost = np.array([[1.0], [1.0], [1.0]])
    value = np.array([4.0, 5.0, 6.0])
    base, covered = fill_knapsacks(cost, np.array([[2, 3, 4]]), np.array([5]), value)
    assert base.tolist() == [-7]
    assert covered.tolist() == [1, 1, 0]
