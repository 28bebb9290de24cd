"""Ways: the optimum of a solve from nothing, whatever year or tree came before."""

import numpy as np
import pytest
from tests.solvers.transport.cases import check_flows, draw_case, solve_linear

from seatplan.solvers.transport import prepare_ways, solve_transport, ways
from seatplan.solvers.transport.params import Params


@pytest.fixture
def alone(monkeypatch):
    """Nobody else solves what the tree does not."""
    monkeypatch.delattr(ways, "solve_transport")


def draw_years(seed, years):
    """The counts of `draw_case`, changed from year to year, and the metres that stay."""
    pupils, seats, metres = draw_case(seed)
    rng = np.random.default_rng(1_000 + seed)
    for _ in range(years):
        yield pupils, seats, metres
        pupils, seats = pupils * rng.uniform(0.8, 1.2, len(pupils)), seats.copy()
        if seed % 7 == 1:  # whole numbers that stay alike: degenerate
            pupils = 10.0 * rng.integers(0, 3, len(pupils))
        pupils[rng.random(len(pupils)) < 0.1] = 0.0
        pupils[rng.random(len(pupils)) < 0.1] = 7.0
        seats[rng.random(len(seats)) < 0.1] = 0.0
        seats[rng.random(len(seats)) < 0.1] = 20.0
        seats[rng.random(len(seats)) < 0.02] = np.inf


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("block", range(10))
def test_two_hundred_random_cases_have_the_optimum_of_highs(block):
    for seed in range(20 * block, 20 * block + 20):
        pupils, seats, metres = draw_case(seed)
        answer = prepare_ways(metres).seat(pupils, seats)
        seated = -solve_linear(pupils, seats, metres, -1.0)
        assert answer.pupils.sum() == pytest.approx(seated, rel=1e-9, abs=1e-9), seed
        least = solve_linear(pupils, seats, metres, metres, floor=seated - 1e-9 * seated)
        assert answer.cost == pytest.approx(least, rel=1e-6, abs=1e-6), seed
        check_flows(answer, pupils, seats, metres)


@pytest.mark.parametrize("block", range(7))
def test_a_chain_of_twenty_years_has_the_optimum_of_each_year_alone(monkeypatch, block):
    monkeypatch.setattr(ways, "solve_transport", None)
    for seed in range(block, 70, 7):
        year, warm = None, None
        for pupils, seats, metres in draw_years(seed, 20):
            year = year or prepare_ways(metres)
            warm = year.seat(pupils, seats, start=warm)
            cold = solve_transport(pupils, seats, metres)
            assert warm.pupils.sum() == pytest.approx(cold.pupils.sum(), rel=1e-9, abs=1e-9), seed
            assert warm.cost == pytest.approx(cold.cost, rel=1e-9, abs=1e-6), seed
            check_flows(warm, pupils, seats, metres)


@pytest.mark.usefixtures("alone")
def test_an_answer_may_be_the_start_of_two_others():
    # what one solve does to its tree must not reach the answer it began with
    pupils, seats, metres = draw_case(14)
    year = prepare_ways(metres)
    first = year.seat(pupils, seats)
    more = year.seat(pupils, seats + 5, start=first)
    again = year.seat(pupils, seats + 5, start=first)
    assert more.cost == again.cost
    assert year.seat(pupils, seats, start=first).cost == first.cost


@pytest.mark.usefixtures("alone")
def test_a_start_over_other_ways_is_left_aside():
    pupils, seats, metres = draw_case(14)
    before = prepare_ways(metres).seat(pupils, seats)
    closed = metres.copy()
    closed[:, 0] = np.inf
    after = prepare_ways(closed).seat(pupils, seats, start=before)
    assert after.cost == pytest.approx(solve_transport(pupils, seats, closed).cost)
    assert not (after.school == 0).any()


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("seat", [10.0, np.inf])
def test_a_sample_in_which_nobody_lives_is_passed_over(seat):
    # every fourth of 64 blocks is empty, and those are the ones that would be seated first
    pupils = (np.arange(64) % 4 > 0).astype(float)
    metres = np.arange(128.0).reshape(64, 2)
    answer = prepare_ways(metres).seat(pupils, np.array([seat, np.inf]))
    # 48 pupils at 0, 2, 4 ... m to the first school, 1 m more each where it has only 10 seats
    assert answer.cost == pupils @ metres[:, 0] + max(48 - seat, 0)


def test_metres_changed_afterwards_do_not_reach_the_ways():
    pupils, seats, metres = draw_case(14)
    year = prepare_ways(metres)
    cost = year.seat(pupils, seats).cost
    metres[:] = 1.0
    assert year.seat(pupils, seats).cost == cost


def test_a_tree_that_takes_too_many_turns_is_given_up_for_another_solver():
    pupils, seats, metres = draw_case(14)
    answer = prepare_ways(metres, params=Params(turns=0)).seat(pupils, seats)
    assert answer.basis is None
    assert answer.cost == pytest.approx(solve_transport(pupils, seats, metres).cost)


def test_a_tree_with_wrong_detours_is_found_out_by_the_certificate():
    pupils, seats, metres = draw_case(28)
    year = prepare_ways(metres)
    first = year.seat(pupils, seats)
    detour = first.basis.tree.detour
    detour[:] = np.random.default_rng(0).uniform(0, 9_000, detour.shape)
    pupils, seats = pupils[::-1].copy(), seats[::-1].copy()
    answer = year.seat(pupils, seats, start=first)
    assert answer.basis is None  # the tree ended somewhere, and another solver did the work
    assert answer.cost == pytest.approx(solve_transport(pupils, seats, metres).cost)


def test_counts_that_mean_nothing_are_refused():
    with pytest.raises(ValueError, match="metres holds numbers below 0"):
        prepare_ways(np.array([[-1.0]]))
    with pytest.raises(ValueError, match="pupils holds numbers below 0 or NaN"):
        prepare_ways(np.ones((1, 1))).seat(np.array([np.nan]), np.ones(1))
