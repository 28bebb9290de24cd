"""Districting as a whole: optima by enumeration, limits kept, faults reported, best plan kept."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from seatplan.solvers.districting import draw_districts
from seatplan.solvers.stop import Stop


@pytest.mark.parametrize("seed", range(4))
def test_small_towns_get_the_best_plan_there_is_and_its_proof(
    seed, grid_town, enumerate_best, is_connected
):
    town = grid_town(3, 4, [0, 7, 9], seed)  # 3 ** 9 plans to look through
    best = enumerate_best(town)
    drawn = draw_districts(*town.arrays, stop=Stop(10), seed=seed)
    assert drawn.cost == pytest.approx(best)
    assert drawn.status == "optimal"
    assert drawn.bound == pytest.approx(best, rel=1e-5)
    assert is_connected(town, drawn.plan)
    assert drawn.shortage.sum() == 0


def test_a_bound_is_never_above_the_best_plan(grid_town, enumerate_best):
    for seed in range(4, 8):
        town = grid_town(3, 4, [1, 10], seed, room=1.02)
        drawn = draw_districts(*town.arrays, stop=Stop(0.3), seed=seed)
        best = enumerate_best(town)
        if np.isfinite(best):
            assert drawn.bound <= best * (1 + 1e-6)


def test_locks_groups_and_homes_are_kept(grid_town, enumerate_best):
    town = grid_town(3, 4, [0, 11], 1, room=1.4)
    locked, groups = np.full(12, -1), np.full(12, -1)
    locked[1] = 1
    groups[[5, 6]] = 7

    def allowed(plan):
        return plan[1] == 1 and plan[5] == plan[6]

    drawn = draw_districts(*town.arrays, locked=locked, groups=groups, stop=Stop(1.5))
    assert allowed(drawn.plan)
    assert drawn.plan[[0, 11]].tolist() == [0, 1]
    assert drawn.cost == pytest.approx(enumerate_best(town, allowed))


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_no_more_pupils_move_than_allowed(share, grid_town, enumerate_best):
    town = grid_town(3, 4, [0, 11], 2, room=1.5)
    today = np.array([0] * 6 + [1] * 6)
    limit = share * town.pupils.sum()

    def allowed(plan):
        return town.pupils[plan != today].sum() <= limit

    drawn = draw_districts(*town.arrays, current=today, max_moved=limit, stop=Stop(1.5))
    assert allowed(drawn.plan)
    assert drawn.moved == 0
    assert drawn.cost == pytest.approx(enumerate_best(town, allowed))
    assert drawn.bound <= drawn.cost * (1 + 1e-9)


def test_where_no_plan_fits_the_least_shortage_is_reported(grid_town):
    town = grid_town(3, 4, [0, 11], 3)
    seats = np.floor(town.seats * 0.5)
    drawn = draw_districts(
        town.pupils, seats, town.cost, town.neighbours, town.home, stop=Stop(1.5)
    )
    assert drawn.status == "least violation"
    assert np.isnan(drawn.gap)
    # Both areas lie above their seats, so what is missing is all pupils less all seats.
    assert drawn.shortage.sum() == pytest.approx(town.pupils.sum() - seats.sum())


def test_a_unit_moves_only_where_it_may(grid_town, is_connected):
    town = grid_town(3, 4, [0, 11], 4, room=2.0)
    cost = town.cost.copy()
    cost[2, 0] = np.inf
    drawn = draw_districts(
        town.pupils, town.seats, cost, town.neighbours, town.home, stop=Stop(1.5)
    )
    assert drawn.plan[2] == 1
    assert is_connected(town, drawn.plan)


def test_progress_is_told_and_the_history_only_gets_better(grid_town):
    town, told = grid_town(6, 8, [0, 20, 47], 5), []
    drawn = draw_districts(*town.arrays, stop=Stop(2), progress=lambda *state: told.append(state))
    costs = [cost for cost, _, _ in told]
    assert costs == sorted(costs, reverse=True)
    assert all(bound <= cost for cost, bound, _ in told)
    assert drawn.history[-1][1] == drawn.cost
    shortages = [shortage for _, _, shortage in drawn.history]
    assert shortages == sorted(shortages, reverse=True)


def test_an_interrupted_run_keeps_its_best_plan(grid_town, is_connected):
    town = grid_town(6, 8, [0, 20, 47], 6)

    def stop(*_state):
        raise KeyboardInterrupt

    drawn = draw_districts(*town.arrays, stop=Stop(60), progress=stop)
    assert drawn.status == "interrupted"
    assert is_connected(town, drawn.plan)


@pytest.mark.slow
def test_ctrl_c_ends_both_threads_soon(grid_town, is_connected):
    # 800 units, seats nearly full: no proof ends this run before it is interrupted.
    town = grid_town(20, 40, list(range(25, 800, 50)), 6, room=1.01)
    timers = []

    def interrupt(*_state):
        if not timers:
            # A signal as Ctrl-C sends it: it wakes the caller, who waits for both threads.
            keys = [threading.main_thread().ident, signal.SIGINT]
            timers.append(threading.Timer(2.0, signal.pthread_kill, keys))
            timers[0].start()

    # A shell lets what it starts in the background ignore Ctrl-C, these tests included.
    held = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        drawn = draw_districts(*town.arrays, stop=Stop(120), progress=interrupt)
    finally:
        signal.signal(signal.SIGINT, held)
    assert drawn.status == "interrupted"
    assert drawn.cut_short
    assert drawn.effort < 60  # of 120, and one programme may take 18 of them
    assert is_connected(town, drawn.plan)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_and_effort_make_the_same_plan_in_two_threads(seed, grid_town):
    # 240 units, seats nearly full: no proof ends these runs, both threads work to their end.
    town = grid_town(12, 20, [0, 15, 37, 75, 120, 150, 190, 230], 6, room=1.01)
    one, other = (draw_districts(*town.arrays, stop=Stop(1), seed=seed) for _ in range(2))
    assert one.status == "effort spent"
    assert one.effort == 1
    assert one.plan.tobytes() == other.plan.tobytes()
    assert (one.cost, one.bound, one.history) == (other.cost, other.bound, other.history)


@pytest.mark.slow
def test_a_busy_machine_makes_the_same_plan(grid_town):
    town = grid_town(8, 12, [0, 11, 50, 84], 3, room=1.05)
    alone = draw_districts(*town.arrays, stop=Stop(2))
    with ThreadPoolExecutor(2) as pool:
        beside = [pool.submit(draw_districts, *town.arrays, stop=Stop(2)) for _ in range(2)]
    for drawn in (job.result() for job in beside):
        assert drawn.plan.tobytes() == alone.plan.tobytes()
        assert drawn.history == alone.history


@pytest.mark.slow
def test_an_answer_that_seconds_cut_short_says_so(grid_town):
    town = grid_town(10, 16, [0, 15, 37, 75, 120, 150], 6, room=1.05)
    cut = draw_districts(*town.arrays, stop=Stop(600, seconds=0.5))
    assert cut.status == "time limit"
    assert cut.cut_short
    assert cut.effort < 600
    assert not draw_districts(*town.arrays, stop=Stop(0.3)).cut_short


def test_seats_that_cannot_suffice_are_told_at_once_with_the_bound():
    # four units of one pupil and two seats: two pupils too many, which plain arithmetic proves
    row = np.array([[0, 9.0], [1, 2], [1, 2], [9, 0]]), [(0, 1), (1, 2), (2, 3)], np.array([0, 3])
    drawn = draw_districts(np.ones(4), np.ones(2), *row, stop=Stop(60))
    assert drawn.status == "least violation"
    assert drawn.shortage.sum() == drawn.shortage_bound == 2
    assert drawn.effort < 6
    # eight seats for eight pupils, but five of them live in one unit and each school has four
    drawn = draw_districts(np.array([1, 5.0, 1, 1]), np.full(2, 4.0), *row, stop=Stop(60))
    assert drawn.shortage.sum() == drawn.shortage_bound == 2
    assert drawn.effort < 6


def test_a_current_plan_in_pieces_is_mended(grid_town, is_connected):
    town = grid_town(3, 4, [0, 11], 8, room=2.0)
    today = np.array([0, 1] * 6)
    today[[0, 11]] = 0, 1
    drawn = draw_districts(*town.arrays, current=today, stop=Stop(1))
    assert is_connected(town, drawn.plan)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"locked": np.array([1] + [-1] * 11)}, "cannot be given to facility 1, its lock"),
        ({"groups": np.array([1] * 12)}, "reach no facility"),
        ({"max_moved": 5.0}, "max_moved needs current"),
        ({"locked": np.array([1])}, "locked has 1 entries"),
    ],
)
def test_arrays_that_contradict_each_other_are_refused(change, sentence, grid_town):
    town = grid_town(3, 4, [0, 11], 9)
    with pytest.raises(ValueError, match=sentence):
        draw_districts(*town.arrays, **change)


def test_an_island_is_refused_by_its_number(grid_town):
    town = grid_town(3, 4, [0, 11], 9)
    pairs = town.neighbours[(town.neighbours != 3).all(axis=1)]
    with pytest.raises(ValueError, match="units 3 reach no facility"):
        draw_districts(town.pupils, town.seats, town.cost, pairs, town.home)


@pytest.mark.slow
@pytest.mark.skipif("SEATPLAN_INSTANCES" not in os.environ, reason="names no folder of instances")
@pytest.mark.parametrize("name", ["zy_16a", "gy2_22a"])
def test_a_published_instance_is_drawn_between_its_bound_and_the_best_known(
    name, monkeypatch, is_connected
):
    # Soundness, not speed: benchmarks/districting.py gives the gaps and times.
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks"))
    from instances import read_instances

    folder = Path(os.environ["SEATPLAN_INSTANCES"]) / "sap"
    item = next(item for item in read_instances(folder) if item.name == name)
    drawn = draw_districts(
        item.pupils, item.seats, item.cost, item.neighbours, item.home, stop=Stop(20)
    )
    assert drawn.bound <= item.best * (1 + 1e-9)
    assert drawn.cost <= item.best * 1.05
    assert drawn.shortage.sum() == 0
    assert is_connected(item, drawn.plan)


def test_pupils_and_costs_in_another_unit_give_the_same_plan(grid_town):
    town = grid_town(4, 5, [0, 19], 2)
    drawn = draw_districts(*town.arrays, stop=Stop(5))
    for pupils, cost in ((1e9, 1.0), (1e-9, 1.0), (1.0, 1e12), (1e9, 1e12)):
        scaled = (town.pupils * pupils, town.seats * pupils, town.cost * cost, *town.arrays[3:])
        other = draw_districts(*scaled, stop=Stop(5))
        assert other.plan.tolist() == drawn.plan.tolist()
        assert other.cost == pytest.approx(drawn.cost * cost)
        assert other.shortage == pytest.approx(drawn.shortage * pupils)
