"""The exact programme: optima by enumeration, and cuts where a part is cut off."""

import numpy as np
import pytest

from seatplan.solvers.districting.bounds import bound_transport
from seatplan.solvers.districting.exact import _broken, solve_arcs, spare_cost
from seatplan.solvers.districting.growth import grow_areas
from seatplan.solvers.districting.problem import build_problem


def build(town):
    return build_problem(*town.arrays, None, None, None, None)


@pytest.mark.parametrize("seed", range(5))
def test_all_arcs_open_give_the_best_plan(seed, grid_town, enumerate_best, is_connected):
    town = grid_town(3, 4, [0, 7, 9], seed)
    problem = build(town)
    first = grow_areas(problem, np.zeros(3))
    answer = solve_arcs(problem, np.ones((12, 3), bool), first, set(), 10.0, 1e4)
    assert answer.finished
    assert is_connected(town, answer.plan)
    assert problem.total(answer.plan) == pytest.approx(enumerate_best(town))


def test_a_programme_gives_up_when_its_run_is_over(grid_town):
    town = grid_town(8, 12, [0, 11, 50, 84], 1, room=1.02)
    problem = build(town)
    first = grow_areas(problem, np.zeros(4))
    arcs, cuts = np.ones((96, 4), bool), set()
    answer = solve_arcs(problem, arcs, first, cuts, 60.0, 1e4, stopped=lambda: True)
    assert not answer.finished


@pytest.mark.slow
def test_a_programme_of_little_effort_ends_early_and_always_at_the_same_point(grid_town):
    town = grid_town(12, 20, [0, 15, 37, 75, 120, 150, 190, 230], 6, room=1.01)
    problem = build(town)
    first = grow_areas(problem, np.zeros(8))
    arcs = np.ones((240, 8), bool)
    answers = [solve_arcs(problem, arcs, first, set(), work, 1e4) for work in (0.5, 0.5, 3.0)]
    little, again, more = answers
    assert not little.finished
    assert (little.least, little.work) == (again.least, again.work)
    assert little.work < more.work
    assert little.least <= more.least


def test_arcs_above_the_gap_are_in_no_better_plan(grid_town, enumerate_best):
    town = grid_town(3, 4, [0, 7, 9], 3)
    problem = build(town)
    bound, best = bound_transport(problem), enumerate_best(town)
    arcs = spare_cost(problem, bound) <= best - bound.least + 1e-9
    assert not arcs.all()
    first = grow_areas(problem, bound.price)
    answer = solve_arcs(problem, arcs, first, set(), 10.0, 1e4)
    assert problem.total(answer.plan) == pytest.approx(best)


def test_each_unit_of_a_part_cut_off_asks_for_a_way_home(grid_town):
    # 3 x 4, homes in the corners 0 and 11; the pair 3, 7 in the far corner goes to facility 0.
    problem = build(grid_town(3, 4, [0, 11], 0))
    plan = np.array([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1])
    cuts = _broken(problem, plan)
    # 11 is facility 1's home, so only 2 and 6 lead home.
    assert cuts == {(3, 0, (2, 6)), (7, 0, (2, 6))}
