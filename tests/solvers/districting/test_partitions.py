"""The best plan that areas make: the optimum where all are listed, the start where none are."""

import numpy as np
import pytest

from seatplan.solvers.districting.bounds import Climb, bound_transport
from seatplan.solvers.districting.growth import grow_areas
from seatplan.solvers.districting.listing import list_near
from seatplan.solvers.districting.partitions import solve_partition
from seatplan.solvers.districting.problem import build_problem


def begin(town, current=None, max_moved=None):
    """The bound over a town raised, and a plan that keeps its seats."""
    problem = build_problem(*town.arrays, current, None, max_moved, None)
    bound = bound_transport(problem)
    climb = Climb(problem, bound)
    climb.climb(1.5 * bound.least, 0.3)
    return climb, grow_areas(problem, bound.price)


@pytest.mark.parametrize("seed", [0, 2, 3, 4])  # of 1, all ties, the first plan lacks two seats
def test_all_areas_together_give_the_best_plan(seed, grid_town, enumerate_best, is_connected):
    town = grid_town(3, 4, [0, 7, 9], seed, room=1.6)
    climb, first = begin(town)
    best = enumerate_best(town)
    assert climb.problem.shortage(first) == 0
    gap = 1.5 * (best - climb.best.least) + 1.0
    near = list_near(climb.view(), np.isfinite(climb.problem.cost), gap, 10_000)
    answer = solve_partition(climb.problem, near, first, 10.0)
    assert answer.finished
    assert is_connected(town, answer.plan)
    assert climb.problem.total(answer.plan) == pytest.approx(best)
    assert answer.least == pytest.approx(best)


def test_areas_of_the_start_are_there_once_whether_listed_or_not(grid_town):
    climb, first = begin(grid_town(3, 4, [0, 7, 9], 0, room=1.6))
    own = np.zeros(climb.problem.cost.shape, bool)
    own[np.arange(len(first)), first] = True  # each area of the plan, and nothing else, is listed
    near = list_near(climb.view(), own, 10 * climb.best.least, 10)
    assert len(near.facility) == 3
    answer = solve_partition(climb.problem, near, first, 10.0)
    assert answer.finished
    assert (answer.plan == first).all()
    assert answer.least == pytest.approx(climb.problem.total(first))


def test_no_more_pupils_move_than_may(grid_town, enumerate_best):
    town = grid_town(3, 4, [0, 7, 9], 2, room=1.6)
    _, today = begin(town)
    climb, _ = begin(town, current=today, max_moved=6.0)
    problem = climb.problem
    near = list_near(climb.view(), np.isfinite(problem.cost), 10 * climb.best.least, 20_000)
    answer = solve_partition(problem, near, today, 10.0)
    moved = problem.weight[answer.plan != today].sum()
    few = enumerate_best(town, lambda plan: problem.weight[plan != today].sum() <= 6.0)
    assert moved <= 6.0
    assert problem.total(answer.plan) == pytest.approx(few)
