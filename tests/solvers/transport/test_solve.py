"""Transport: the same optimum as HiGHS, and answers that carry their own proof."""

import numpy as np
import pytest
from tests.solvers.transport.cases import check_flows, draw_case, solve_linear

from seatplan.solvers.transport import solve, solve_transport
from seatplan.solvers.transport.params import Params


@pytest.mark.parametrize("block", range(10))
def test_two_hundred_random_cases_have_the_optimum_of_highs(block):
    for seed in range(20 * block, 20 * block + 20):
        pupils, seats, metres = draw_case(seed)
        answer = solve_transport(pupils, seats, metres)
        seated = -solve_linear(pupils, seats, metres, -1.0)
        assert answer.pupils.sum() == pytest.approx(seated, rel=1e-9, abs=1e-9), seed
        least = solve_linear(pupils, seats, metres, metres, floor=seated - 1e-9 * seated)
        assert answer.cost == pytest.approx(least, rel=1e-6, abs=1e-6), seed
        check_flows(answer, pupils, seats, metres)


def test_prices_never_promise_more_than_an_arc_gives():
    for seed in range(70):
        pupils, seats, metres = draw_case(seed)
        answer = solve_transport(pupils, seats, metres)
        reduced = metres + answer.seat_price - answer.origin_price[:, None]
        assert (reduced >= -1e-9 * answer.penalty).all()
        assert (answer.seat_price >= 0).all()
        assert answer.gap <= 1e-6 * max(answer.cost, answer.penalty)


def test_a_seat_is_worth_what_one_more_of_it_saves():
    # Five of B's pupils walk 900 m since A is full; a seat more at A saves 900 - 200 = 700 m.
    pupils, seats = np.array([30.0, 20.0]), np.array([45.0, 40.0])
    metres = np.array([[100.0, 1500.0], [200.0, 900.0]])
    answer = solve_transport(pupils, seats, metres)
    more = solve_transport(pupils, seats + np.eye(2)[0], metres)
    assert answer.seat_price == pytest.approx([700, 0])
    assert answer.cost - more.cost == pytest.approx(700)


def test_pupils_beyond_every_seat_are_counted_by_block():
    answer = solve_transport(np.array([10.0, 10.0]), np.array([12.0]), np.array([[5.0], [9.0]]))
    assert answer.unserved.tolist() == [0, 8]  # the farther block gives way: less to walk
    assert answer.seat_price[0] > answer.penalty / 2


@pytest.mark.parametrize("blocks", [100, 700])  # the second seats a sample of the blocks first
def test_a_large_problem_has_the_optimum_of_a_small_one(monkeypatch, blocks):
    rng = np.random.default_rng(5)
    pupils = rng.integers(0, 30, blocks).astype(float)
    seats = np.floor(rng.dirichlet(np.ones(40)) * pupils.sum() * 0.98)
    metres = rng.uniform(0, 5000, (blocks, 40))
    metres[rng.random((blocks, 40)) < 0.3] = np.inf
    dense = solve_transport(pupils, seats, metres)
    monkeypatch.delattr(solve, "solve_arcs")  # nobody else helps
    large = solve_transport(pupils, seats, metres, params=Params(dense_arcs=100))
    assert large.cost == pytest.approx(dense.cost, rel=1e-9)
    assert large.unserved.sum() == pytest.approx(dense.unserved.sum())
    check_flows(large, pupils, seats, metres)


def test_a_start_from_any_prices_ends_at_the_same_optimum():
    pupils, seats, metres = draw_case(14)
    cold = solve_transport(pupils, seats, metres)
    other = solve_transport(pupils[::-1], seats + 3, metres * 2)
    warm = solve_transport(pupils, seats, metres, start=other)
    assert warm.cost == pytest.approx(cold.cost, rel=1e-12)


def test_no_pupil_or_no_seat_is_an_answer_too():
    none = solve_transport(np.zeros(2), np.ones(1), np.ones((2, 1)))
    assert none.cost == 0
    assert none.gap == 0
    empty = solve_transport(np.ones(2), np.zeros(1), np.ones((2, 1)))
    assert empty.unserved.tolist() == [1, 1]
    assert empty.seat_price[0] == pytest.approx(empty.penalty - 1)
    assert solve_transport(np.ones(2), np.full(1, np.inf), np.ones((2, 1))).cost == 2


@pytest.mark.parametrize(
    ("pupils", "seats", "metres", "sentence"),
    [
        ([1.0], [1.0], [[1.0, 2.0]], "shape"),
        ([-1.0], [1.0], [[1.0]], "pupils holds numbers below 0"),
        ([1.0], [np.nan], [[1.0]], "seats holds numbers below 0 or NaN"),
        ([np.inf], [1.0], [[1.0]], "pupils holds inf"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(pupils, seats, metres, sentence):
    with pytest.raises(ValueError, match=sentence):
        solve_transport(np.array(pupils), np.array(seats), np.array(metres))


def test_seats_that_stand_empty_have_no_price():
    # 216 seats for 214 pupils at the same way: two stay empty, so one more saves nothing
    flows = solve_transport(np.full(107, 2.0), np.array([216.0]), np.ones((107, 1)))
    assert flows.seat_price.tolist() == [0.0]
    assert flows.pupils.sum() == pytest.approx(214)


def test_a_school_without_a_limit_has_no_price_whatever_the_start_foretells():
    # The first school takes all; a start under which both are dear leaves prices of 1e-16 behind.
    metres = np.array(
        [[0.9, 0.14, np.inf], [0.39, 0.66, 0.37], [0.37, 0.86, 0.19], [0.1, 0.5, 0.7]]
    )
    pupils = np.array([0.12, 1.88, 5.1, 3.55])
    start = solve_transport(pupils, np.array([1.0, 0.0, 1.0]), metres)
    flows = solve_transport(pupils, np.array([4.0, 0.0, np.inf]), metres, start=start)
    assert flows.seat_price[2] == 0.0
    assert flows.unserved.sum() == 0.0
