"""The primal simplex's door: the optimum of HiGHS over listed ways and over whole tables."""

import numpy as np
import pytest
from tests.solvers.transport.cases import check_flows, draw_case, solve_linear
from tests.solvers.transport.towns import draw_town

from seatplan.errors import SolveError
from seatplan.solvers.transport.answer import certify, least_penalty
from seatplan.solvers.transport.arcs import solve_arcs


def list_ways(metres, *, is_table):
    """First, school and metres of every way, or of those that are allowed."""
    n, m = metres.shape
    if is_table:
        return np.arange(n + 1) * m, np.zeros(0, np.int32), metres.ravel()
    block, school = np.nonzero(np.isfinite(metres))
    first = np.searchsorted(block, np.arange(n + 1))
    return first, school.astype(np.int32), metres[block, school]


def solve(pupils, seats, metres, *, is_table=True, scale=1.0, guess=None):
    """The certified answer; blocks without pupils and schools without seats are left out."""
    rows, columns = np.flatnonzero(pupils > 0), np.flatnonzero(seats > 0)
    metres = scale * metres
    ways = list_ways(metres[np.ix_(rows, columns)], is_table=is_table)
    penalty = least_penalty(metres)
    flows, inner, lacking = solve_arcs(pupils[rows], seats[columns], *ways, penalty, guess)
    price = np.zeros(len(seats))
    price[columns] = np.maximum(np.where(lacking, inner + penalty, inner), 0.0)
    flows = rows[flows[0]], columns[flows[1]], flows[2]
    return certify(pupils, seats, metres, penalty, flows, price)


def draw_odd(seed):
    """As `draw_case`, and one block, one school, or ties with exactly as many seats besides."""
    pupils, seats, metres = draw_case(seed)
    if seed % 11 == 1:
        pupils, metres = pupils[:1], metres[:1]
    if seed % 11 == 2:
        seats, metres = seats[:1], metres[:, :1]
    if seed % 11 == 3:
        pupils = np.ones(len(seats) * 3)
        seats = np.full(len(seats), 3.0)
        metres = np.random.default_rng(seed).integers(0, 3, (len(pupils), len(seats))) * 1.0
    return pupils, seats, metres


@pytest.mark.slow
@pytest.mark.parametrize("part", range(24))
def test_twenty_four_hundred_random_problems_have_the_optimum_of_highs(part):
    for seed in range(100 * part, 100 * part + 100):
        pupils, seats, metres = draw_odd(seed)
        seated = -solve_linear(pupils, seats, metres, -1.0)
        least = solve_linear(pupils, seats, metres, metres, floor=seated - 1e-9 * seated)
        for is_table in (True, False):
            answer = solve(pupils, seats, metres, is_table=is_table)
            assert answer.pupils.sum() == pytest.approx(seated, rel=1e-9, abs=1e-9), seed
            # HiGHS takes 1e-7 pupils beyond a limit for none, which is worth 1e-5 pupil-metres
            assert answer.cost == pytest.approx(least, rel=1e-6, abs=1e-4), seed
            assert answer.gap <= 1e-9 * max(answer.cost, answer.penalty), seed
            check_flows(answer, pupils, seats, metres)


@pytest.mark.parametrize("seed", range(77))
def test_an_answer_over_a_table_or_over_ways_proves_itself(seed):
    pupils, seats, metres = draw_odd(seed)
    table, ways = (solve(pupils, seats, metres, is_table=is_table) for is_table in (True, False))
    for answer in (table, ways):
        assert answer.gap <= 1e-9 * max(answer.cost, answer.penalty)
        check_flows(answer, pupils, seats, metres)
    assert ways.cost == pytest.approx(table.cost, rel=1e-12, abs=1e-9)
    assert ways.unserved.sum() == pytest.approx(table.unserved.sum(), abs=1e-9)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_the_unit_of_the_metres_changes_no_flow(scale):
    for seed in range(7):
        pupils, seats, metres = draw_town(seed, spare=0.9 + 0.05 * (seed % 4))
        plain = solve(pupils[0], seats[0], metres)
        other = solve(pupils[0], seats[0], metres, scale=scale)
        assert (other.origin == plain.origin).all()
        assert (other.school == plain.school).all()
        assert other.pupils == pytest.approx(plain.pupils, rel=1e-9)
        assert other.cost == pytest.approx(scale * plain.cost, rel=1e-12)


def test_whole_metres_times_a_thousand_million_give_the_same_plan_among_ties():
    pupils, seats, metres = draw_town(3, spare=0.95)
    metres = np.round(metres, -3)  # many ties; every sum of whole metres is exact
    plain = solve(pupils[0], seats[0], metres)
    other = solve(pupils[0], seats[0], metres, scale=1e9)
    assert (other.origin == plain.origin).all()
    assert (other.school == plain.school).all()
    assert (other.pupils == plain.pupils).all()


def test_one_more_pupil_is_seated_however_far_the_others_must_walk():
    # Block 0 reaches school 1 alone; block 1, a millimetre from it, gives way and goes 9e14 m.
    metres = np.array([[np.inf, 9e14], [9e14, 1e-3]])
    answer = solve(np.array([1.0, 1.0]), np.array([1.0, 1.0]), metres)
    assert sorted(zip(answer.origin, answer.school, strict=True)) == [(0, 1), (1, 0)]


@pytest.mark.parametrize("seed", range(7))
def test_a_guess_of_prices_changes_no_cost(seed):
    pupils, seats, metres = draw_town(seed, spare=1.0 - 0.02 * seed)
    cold = solve(pupils[0], seats[0], metres)
    guess = np.random.default_rng(seed).uniform(0, 9_000, len(seats[0]))
    for prices in (cold.seat_price, guess, np.full(len(guess), 5e8)):
        led = solve(pupils[0], seats[0], metres, guess=prices)
        assert led.cost == pytest.approx(cold.cost, rel=1e-12)


def test_a_simplex_that_gives_up_is_told():
    pupils, seats, metres = draw_town(7)
    rows = np.flatnonzero(pupils[0])
    ways = list_ways(metres[rows], is_table=True)
    with pytest.raises(SolveError, match="took 0 turns and was not done"):
        solve_arcs(pupils[0][rows], seats[0], *ways, least_penalty(metres), turns=0)
