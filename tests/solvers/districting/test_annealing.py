"""Annealing: areas stay connected, sums stay true, the best plan is kept."""

import numpy as np
import pytest

from seatplan.solvers.districting.annealing import (
    Ground,
    anneal,
    lay_out,
    stays_connected,
)
from seatplan.solvers.districting.growth import grow_areas
from seatplan.solvers.districting.problem import build_problem


def ground_of(problem):
    return Ground(*(getattr(problem, name) for name in Ground._fields))


@pytest.fixture
def problem(grid_town):
    return build_problem(*grid_town(6, 8, [0, 20, 47], 5).arrays, None, None, None, None)


def test_an_annealed_plan_is_connected_and_no_worse(problem, grid_town, is_connected):
    first = grow_areas(problem, np.zeros(3))
    plan, best = first.copy(), first.copy()
    anneal(plan, best, ground_of(problem), (10.0, 300.0), (5.0, 0.05), 20_000, 1)
    town = grid_town(6, 8, [0, 20, 47], 5)
    assert is_connected(town, plan)
    assert is_connected(town, best)
    before = problem.shortage(first), problem.total(first)
    assert (problem.shortage(best), problem.total(best)) < before


def test_a_unit_that_holds_its_area_together_stays(grid_town):
    # A row of five, all one area but the last: without unit 1, unit 0 is cut off from 2.
    problem = build_problem(*grid_town(1, 5, [0, 4], 0).arrays, None, None, None, None)
    plan = np.array([0, 0, 0, 0, 1])
    ground = ground_of(problem)
    state = lay_out(plan, ground, 1)
    assert not stays_connected(1, ground, state)
    assert stays_connected(3, ground, state)
    assert not stays_connected(4, ground, state)  # alone in its area


def test_the_same_seed_gives_the_same_plan(problem):
    first = grow_areas(problem, np.zeros(3))
    plans = []
    for _ in range(2):
        plan, best = first.copy(), first.copy()
        anneal(plan, best, ground_of(problem), (10.0, 300.0), (5.0, 0.5), 20_000, 7)
        plans.append(plan)
    assert plans[0].tolist() == plans[1].tolist()
