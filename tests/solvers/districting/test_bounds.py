"""Bounds: never above a plan, and stronger where units are large."""

from dataclasses import replace

import numpy as np
import pytest

from seatplan.solvers.districting.bounds import Climb, bound_transport
from seatplan.solvers.districting.growth import grow_areas
from seatplan.solvers.districting.problem import build_problem, narrow


def build(town, **more):
    given = {"current": None, "locked": None, "max_moved": None, "groups": None, **more}
    return build_problem(*town.arrays, **given)


def test_whole_connected_areas_raise_the_bound_but_not_above_the_best_plan(
    grid_town, enumerate_best
):
    raised = 0
    for seed in range(6):
        town = grid_town(3, 4, [0, 7, 9], seed, room=1.05)
        best = enumerate_best(town)
        if np.isinf(best):
            continue
        tight = narrow(build(town))
        flat = bound_transport(tight)
        search = Climb(tight, flat)
        search.climb(best, 0.2)
        assert flat.least <= search.best.least <= best * (1 + 1e-9)
        raised += search.best.least > flat.least * 1.001
    assert raised > 0


@pytest.mark.parametrize("seed", range(6))
def test_blocks_without_pupils_take_no_seats_in_the_bound(seed, grid_town, enumerate_best):
    town = grid_town(3, 4, [0, 7, 9], seed, room=1.0)
    rng = np.random.default_rng(seed)
    pupils = np.where(rng.random(12) < 0.6, 0.0, town.pupils)
    full = replace(town, pupils=pupils, cost=pupils[:, None] + town.cost)
    plan = grow_areas(build(full), np.zeros(3))
    exact = replace(full, seats=np.bincount(plan, pupils, 3))  # full to the last seat
    best = enumerate_best(exact)
    tight = narrow(build(exact))
    search = Climb(tight, bound_transport(tight))
    search.climb(best, 0.3)
    assert search.best.least <= best * (1 + 1e-9)


def test_a_climb_goes_on_where_it_stopped(grid_town, enumerate_best):
    town = grid_town(3, 4, [0, 7, 9], 1, room=1.2)
    tight, best = narrow(build(town)), enumerate_best(town)
    search = Climb(tight, bound_transport(tight))
    bounds = []
    for _ in range(5):
        search.climb(best, 0.02)
        bounds.append(search.best.least)
    assert bounds == sorted(bounds)
    assert bounds[0] > 0


def test_shares_tell_how_much_of_late_an_area_has_held_a_unit(grid_town, enumerate_best):
    town = grid_town(3, 4, [0, 7, 9], 1, room=1.2)
    tight, best = narrow(build(town)), enumerate_best(town)
    search = Climb(tight, bound_transport(tight))
    search.climb(best, 0.2)
    assert search.turns > 1
    assert search.share[town.home, range(3)] == pytest.approx(1.0)
    assert ((search.share >= 0) & (search.share <= 1 + 1e-9)).all()
    # The values hold each unit near one area, so shares of a unit add up to nearly 1.
    assert search.share.sum(axis=1).mean() == pytest.approx(1.0, abs=0.1)


def test_a_climb_settles_as_its_steps_shorten(grid_town, enumerate_best):
    town = grid_town(3, 4, [0, 7, 9], 1, room=1.2)
    tight, best = narrow(build(town)), enumerate_best(town)
    search = Climb(tight, bound_transport(tight))
    assert not search.settled
    search.climb(best, 5.0)
    assert search.settled
    assert search.is_over


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
