"""A run takes a plan for better only if it is: less beyond the limits first, then cheaper."""

import numpy as np
import pytest

from seatplan.solvers.districting.problem import build_problem
from seatplan.solvers.districting.run import Run
from seatplan.solvers.stop import Stop


def test_fewer_pupils_beyond_the_seats_come_before_cost(grid_town):
    # Four units of known pupils in a row; facility 0 has room for its own unit and one more.
    town = grid_town(1, 4, [0, 3], 0)
    pupils = np.array([2.0, 2.0, 2.0, 2.0])
    problem = build_problem(
        pupils, np.array([4.0, 6.0]), town.cost, town.neighbours, town.home, None, None, None, None
    )
    run = Run.begin(problem, Stop(1.0))
    assert run.offer(np.array([0, 0, 0, 1]))
    assert not run.feasible
    assert run.offer(np.array([0, 1, 1, 1]))
    assert run.feasible
    assert not run.offer(np.array([0, 0, 0, 1]))  # 2 pupils too many, whatever it costs
    answer = run.answer("effort spent")
    assert answer.plan.tolist() == [0, 1, 1, 1]
    assert answer.shortage.tolist() == [0, 0]
    assert [entry[2] for entry in answer.history] == [pytest.approx(2), 0]


def test_work_is_what_ends_a_run_and_seconds_only_cut_it_short(grid_town):
    town = grid_town(1, 4, [0, 3], 0)
    problem = build_problem(*town.arrays, None, None, None, None)
    run = Run.begin(problem, Stop(2.0))
    run.work += 1.5
    assert run.left == 0.5
    run.work += 0.5
    assert run.over
    assert not run.halt.cut
    late = Run.begin(problem, Stop(2.0, seconds=0.0))
    assert late.over
    assert late.halt.cut


def test_a_run_that_is_ended_has_no_work_left(grid_town):
    town = grid_town(1, 4, [0, 3], 0)
    problem = build_problem(*town.arrays, None, None, None, None)
    run = Run.begin(problem, Stop(60.0))
    assert run.left == 60
    assert not run.over
    run.halt.end()
    assert run.left == 0
    assert run.over
