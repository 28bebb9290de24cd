"""Rounds: good plans kept once each, windows that hang together, a whole window that proves."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from seatplan.solvers.districting.bounds import bound_transport
from seatplan.solvers.districting.growth import grow_areas
from seatplan.solvers.districting.problem import build_problem, narrow
from seatplan.solvers.districting.restarts import WAYS, Restarts
from seatplan.solvers.districting.rounds import Rounds, begin_lanes, search_rounds
from seatplan.solvers.districting.run import Run
from seatplan.solvers.stop import Stop


@pytest.fixture
def town(grid_town):
    return grid_town(2, 12, [0, 6, 11], 4, room=1.3)  # three areas in a row


@pytest.fixture
def search(town):
    return begin(town)


def begin_both(town):
    """Both threads of a search at their first plan."""
    problem = build_problem(*town.arrays, None, None, None, None)
    run = Run.begin(problem, Stop(20.0))
    tight = narrow(problem)
    bound = bound_transport(tight)
    run.offer(grow_areas(problem, bound.price))
    return begin_lanes(run, tight, bound)


def begin(town):
    """The thread of programmes by itself: the other one tells nothing."""
    rounds, restarts = begin_both(town)
    restarts.exchange.pass_by(restarts.own, np.inf)
    return rounds


def start(town):
    """Both threads after the first annealings."""
    rounds, restarts = begin_both(town)
    with ThreadPoolExecutor(2) as pool:
        restarts.start_cold(pool, rounds.keep)
    return rounds, restarts


def open_every_window(search):
    """Solve all areas anew: at first over likely arcs only, twice as dear ones each time."""
    search.opened = 3
    for _ in range(20):
        search.open_window(10.0)


def check_best(search, before):
    """Whether the plan found is better than the one before and no window can better it."""
    found = search.run.cost
    search.rank((0.0, found, search.run.plan))
    open_every_window(search)
    assert search.run.closed
    assert found == pytest.approx(search.run.cost)
    assert found < before


def test_a_plan_is_kept_once_among_the_best(search):
    plan = search.run.plan
    for good in ((0.0, 5.0, plan), (0.0, 3.0, plan), (0.0, 5.0, plan), (2.0, 1.0, plan)):
        search.rank(good)
    assert [good[:2] for good in search.elite] == [(0.0, 3.0), (0.0, 5.0), (2.0, 1.0)]


def test_a_window_holds_areas_side_by_side(search):
    for _ in range(20):  # the outer two areas never meet
        assert sorted(search.window(2).tolist()) in ([0, 1], [1, 2])


def test_a_window_of_all_areas_proves_the_plan(town):
    search, _ = start(town)
    open_every_window(search)
    assert search.run.feasible
    assert search.run.closed


@pytest.mark.slow
def test_the_first_annealings_try_every_way_and_the_best_leads(town):
    _, restarts = start(town)
    assert set(restarts.given) == set(WAYS)
    assert restarts.given[restarts.best_way] == min(restarts.given.values())


def test_the_bound_is_raised_towards_the_plan_and_not_above_it(search):
    before = search.scene.flat.least
    search.raise_bound(0.1)
    assert before <= search.run.least <= search.run.cost + 1e-9


@pytest.mark.parametrize("seed", [3, 8, 11])  # whose first plan keeps the seats, not the best
def test_the_areas_of_the_bound_lead_to_the_best_plan(seed, grid_town):
    search = begin(grid_town(2, 12, [0, 6, 11], seed, room=1.15))
    before = search.run.cost
    search.follow_bound(5.0)  # nothing to follow yet
    assert search.run.cost == before
    search.climb.climb(before, 0.5)
    search.view = search.climb.view()
    for _ in range(6):  # each share that counts comes up
        search.follow_bound(5.0)
    check_best(search, before)


@pytest.mark.parametrize("seed", [3, 8, 11])  # whose first plan keeps the seats, not the best
def test_areas_near_the_bound_make_the_best_plan_once_it_has_settled(seed, grid_town):
    search = begin(grid_town(2, 12, [0, 6, 11], seed, room=1.15))
    before = search.run.cost
    search.keep(search.weigh(search.run.plan))
    search.partition()  # no areas to make it of yet
    assert search.run.cost == before
    search.climb.climb(before, 5.0)
    search.view = search.climb.view()
    for _ in range(20):  # each share and kind of plans comes up
        search.partition()
    check_best(search, before)


@pytest.mark.parametrize("lane", [Restarts, Rounds])
def test_a_fault_in_either_thread_ends_the_run_and_is_told(lane, grid_town, monkeypatch):
    def fail(*_args, **_more):
        raise ZeroDivisionError

    search = begin(grid_town(10, 16, [0, 15, 37, 75, 120, 150], 6, room=1.05))
    monkeypatch.setattr(lane, "search", fail)
    run = Run.begin(search.problem, Stop(10.0))
    run.offer(search.run.plan)
    with pytest.raises(ZeroDivisionError):
        search_rounds(run, search.scene.tight, search.scene.flat)
    assert run.work < 5
    assert run.halt.cut


@pytest.mark.slow
def test_merging_never_makes_the_best_plan_worse(town):
    search, _ = start(town)
    before = search.run.cost
    search.merge(5.0)
    assert search.run.cost <= before
    assert np.isfinite(search.run.cost)
