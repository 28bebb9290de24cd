"""A run takes a plan for better only if it is: less beyond the limits first, then cheaper."""

import numpy as np
import pytest

from seatplan.solvers.districting.problem import build_problem
from seatplan.solvers.districting.run import Run


def test_fewer_pupils_beyond_the_seats_come_before_cost(grid_town):
    # Four units of known pupils in a row; facility 0 has room for its own unit and one more.
    town = grid_town(1, 4, [0, 3], 0)
    pupils = np.array([2.0, 2.0, 2.0, 2.0])
    problem = build_problem(
        pupils, np.array([4.0, 6.0]), town.cost, town.neighbours, town.home, None, None, None, None
    )
    run = Run(problem, seconds=1.0, seed=0, progress=None)
    assert run.offer(np.array([0, 0, 0, 1]))
    assert not run.feasible
    assert run.offer(np.array([0, 1, 1, 1]))
    assert run.feasible
    assert not run.offer(np.array([0, 0, 0, 1]))  # 2 pupils too many, whatever it costs
    answer = run.answer("time limit")
    assert answer.plan.tolist() == [0, 1, 1, 1]
    assert answer.shortage.tolist() == [0, 0]
    assert [entry[2] for entry in answer.history] == [pytest.approx(2), 0]


def test_a_run_that_is_ended_has_no_time_left(grid_town):
    town = grid_town(1, 4, [0, 3], 0)
    problem = build_problem(*town.arrays, None, None, None, None)
    run = Run(problem, seconds=60.0, seed=0, progress=None)
    assert 0 < run.left <= 60
    assert not run.over
    run.end()
    assert run.left == 0
    assert run.over
