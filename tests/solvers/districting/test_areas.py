"""The best area of a facility: as enumeration finds it, and a sound bound where steps run out."""

from itertools import combinations

import numpy as np
import pytest

from seatplan.solvers.districting.areas import fill_areas
from seatplan.solvers.districting.knapsacks import whole_weights
from seatplan.solvers.districting.problem import build_problem


def fill(problem, value, most=100_000, start=None):
    steps, wide = whole_weights(problem)
    areas, sizes = start or home_alone(problem)
    return fill_areas(
        problem.cost,
        np.maximum(problem.weight, 1e-9),
        wide,
        problem.seats,
        steps,
        problem.home,
        problem.indptr,
        problem.indices,
        value,
        0.0,
        most,
        areas,
        sizes,
    )


def home_alone(problem):
    n, m = problem.cost.shape
    return np.repeat(problem.home[:, None], n, axis=1), np.ones(m, np.int64)


def is_connected_area(problem, area):
    reached, waiting = {area[0]}, [area[0]]
    while waiting:
        for k in problem.neighbours(waiting.pop()).tolist():
            if k in area and k not in reached:
                reached.add(k)
                waiting.append(k)
    return len(reached) == len(area)


def enumerate_least(problem, j, value):
    """The least cost less values of any connected area of facility j within its seats."""
    home = int(problem.home[j])
    others = [k for k in range(len(value)) if k != home and np.isfinite(problem.cost[k, j])]
    least = np.inf
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            area = (home, *more)
            worth = (problem.cost[list(area), j] - value[list(area)]).sum()
            if worth < least and problem.weight[list(area)].sum() <= problem.seats[j]:
                least = worth if is_connected_area(problem, area) else least
    return least


@pytest.mark.parametrize("seed", range(5))
def test_the_area_found_is_the_best_of_all(grid_town, seed):
    town = grid_town(3, 4, [0, 7, 9], seed)
    problem = build_problem(*town.arrays, None, None, None, None)
    # Values about the costs: some units pay, some do not and are only ways to others.
    value = np.random.default_rng(seed).uniform(0, 2, 12) * town.cost.mean(axis=1)
    base, _, ended, _ = fill(problem, value)
    assert ended.all()
    assert base == pytest.approx([enumerate_least(problem, j, value) for j in range(3)])


@pytest.mark.parametrize("seed", range(5))
def test_an_area_known_already_changes_the_search_but_not_what_it_finds(grid_town, seed):
    town = grid_town(5, 6, [0, 13, 29], seed)
    problem = build_problem(*town.arrays, None, None, None, None)
    luck = np.random.default_rng(seed)
    start = home_alone(problem)
    for _ in range(6):  # from the areas that other values led to
        value = luck.uniform(0, 2, 30) * town.cost.mean(axis=1)
        warm, covered, ended, _ = fill(problem, value, start=start)
        cold, _, _, _ = fill(problem, value)
        assert ended.all()
        assert warm == pytest.approx(cold)
        kept = [start[0][j, : start[1][j]] for j in range(3)]
        assert [(problem.cost[area, j] - value[area]).sum() for j, area in enumerate(kept)] == (
            pytest.approx(cold)
        )
        assert all(is_connected_area(problem, area.tolist()) for area in kept)
        assert (np.bincount(np.concatenate(kept), minlength=30) == covered).all()


def test_a_unit_that_does_not_pay_is_taken_as_the_way_to_one_that_does(grid_town):
    # A row of three: the home, a unit that loses 1 and one that gains 5: together 4.
    town = grid_town(1, 3, [0], 0, room=1.0)
    problem = build_problem(*town.arrays, None, None, None, None)
    value = problem.cost[:, 0] + np.array([0.0, -1.0, 5.0])
    base, covered, _, _ = fill(problem, value)
    assert base == pytest.approx([-4.0])
    assert covered.tolist() == [1, 1, 1]


def test_where_steps_run_out_the_bound_still_holds(grid_town):
    town = grid_town(5, 6, [0, 29], 3)
    problem = build_problem(*town.arrays, None, None, None, None)
    value = np.random.default_rng(1).uniform(0, 2, 30) * town.cost.mean(axis=1)
    exact, _, _, _ = fill(problem, value)
    short, _, ended, _ = fill(problem, value, most=1)
    assert not ended.all()
    assert (short <= exact + 1e-9).all()
    assert (short < exact - 1e-9).any()
