"""Regularised transport: the plan is unique, whatever the order of rows or the cuts of blocks."""

import numpy as np
import pytest
from tests.solvers.transport.cases import draw_case, solve_linear
from tests.solvers.transport.towns import (
    cut_blocks,
    draw_town,
    lay_flows,
    list_some,
    price_plan,
    solve_quadratic,
)

from seatplan.errors import SolveError
from seatplan.solvers.transport import solve_transport
from seatplan.solvers.transport.pairs import Pairs, list_pairs, nearest_pairs
from seatplan.solvers.transport.params import PARAMS, Params
from seatplan.solvers.transport.regularised import solve_regularised


@pytest.fixture(params=["table", "pairs"])
def path(request):
    """Both ways to begin: a table of all blocks and schools, and listed pairs."""
    return Params(cells=0) if request.param == "pairs" else PARAMS


def test_a_block_shares_its_pupils_out_as_worked_by_hand():
    # A school counts with no more seats than all pupils can take: 8 and 8, mean seats 8, nearest
    # way 100 m: w = 2 * 8 * 100 = 1600. The level u: 8 (u - 100) + 8 (u - 200) = 1600, u = 250.
    # Flows: 8 * 8 * 150 / 1600 = 6 and 8 * 8 * 50 / 1600 = 2, within the seats.
    pairs = list_pairs(np.array([[100.0, 200.0]]))
    plan = solve_regularised(np.array([[8.0]]), np.array([[10.0, 30.0]]), pairs, strength=2.0)
    assert plan.weight.tolist() == [1600]
    assert plan.flows[0] == pytest.approx([6, 2], rel=1e-12)
    assert plan.spare[0] == pytest.approx([4, 28], rel=1e-12)


def test_a_full_school_gets_a_price_as_worked_by_hand():
    # Two blocks of 10 pupils, 0 m and 300 m from school A, 300 m and 0 m from B; A has 4 seats, B
    # 16. Mean seats (16 + 256) / 20 = 13.6, the mean way to the nearest is 0, so the longest, 300,
    # stands for it: w = 0.5 * 300 * 13.6 = 2040. Say block 2 is at B whole, and block 1 has 4 at A
    # and 6 at B. One pupil more of block 1 costs 2040 * 4 / (10 * 4) = 204 at A, and at B
    # 300 + 2040 * 6 / (10 * 16) = 376.5, so A's price is 172.5 above B's. One of block 2 costs
    # 300 + 172.5 at A and 2040 * 10 / (10 * 16) = 127.5 at B: it is there whole.
    pairs = list_pairs(np.array([[0.0, 300.0], [300.0, 0.0]]))
    plan = solve_regularised(
        np.array([[10.0, 10.0]]), np.array([[4.0, 16.0]]), pairs, strength=0.5, equal=True
    )
    assert plan.weight.tolist() == [2040]
    assert lay_flows(plan, pairs) == pytest.approx(np.array([[4.0, 6.0], [0.0, 10.0]]), rel=1e-12)


@pytest.mark.parametrize("block", range(7))
def test_random_cases_have_the_optimum_of_highs(path, block):
    for seed in range(20 * block, 20 * block + 20):
        pupils, seats, metres = draw_case(seed)
        pairs = list_pairs(metres)
        strength = 10 ** np.random.default_rng(seed).uniform(-2.0, 0.5)
        start = nearest_pairs(pairs, 1) if seed % 2 else None
        plan = solve_regularised(
            pupils[None], seats[None], pairs, start=start, strength=strength, params=path
        )
        flows = np.zeros(len(pairs.block))
        flows[plan.pair] = plan.flows[0]
        most = -solve_linear(pupils, seats, metres, -1.0)
        assert flows.sum() == pytest.approx(most, rel=1e-9, abs=1e-9), seed
        assert plan.amiss[0] < 1e-10
        sent = np.bincount(pairs.block, flows, len(pupils)) + plan.unserved[0]
        assert sent == pytest.approx(pupils, rel=1e-9, abs=1e-9 * pupils.sum())
        held = np.bincount(pairs.school, flows, len(seats)) + plan.spare[0]
        assert held == pytest.approx(seats, rel=1e-9, abs=1e-9 * pupils.sum())
        if most > 0:
            best = solve_quadratic(pupils, seats, pairs, plan.weight[0], most * (1 - 1e-10))
            terms = pupils, seats, pairs, plan.weight[0]
            assert price_plan(flows, *terms) <= price_plan(best, *terms) * (1 + 1e-6) + 1e-9, seed


@pytest.mark.parametrize("equal", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_no_order_of_blocks_schools_or_pairs_changes_a_bit(path, seed, equal):
    pupils, seats, metres = draw_town(seed, problems=2, spare=1.0 if equal else 1.1)
    pairs = list_pairs(metres)
    start = nearest_pairs(pairs, 3)
    plan = solve_regularised(pupils, seats, pairs, start=start, equal=equal, params=path)
    rng = np.random.default_rng(seed)
    blocks, schools = rng.permutation(60), rng.permutation(9)
    order = rng.permutation(len(pairs.block))
    place, post = np.argsort(blocks), np.argsort(schools)
    other = Pairs(place[pairs.block][order], post[pairs.school][order], pairs.metres[order], 60, 9)
    shuffled = solve_regularised(
        pupils[:, blocks], seats[:, schools], other, start=start[order], equal=equal, params=path
    )
    for problem in range(2):
        table = lay_flows(shuffled, other, problem)
        assert (table[np.ix_(place, post)] == lay_flows(plan, pairs, problem)).all()


@pytest.mark.parametrize("spare", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("seed", range(10))
def test_parts_of_a_block_at_one_place_send_what_it_sent(path, seed, spare):
    pupils, seats, metres = draw_town(seed, spare=spare)
    whole, parts, ways = cut_blocks(seed, pupils, metres)
    assert len(whole) > 90
    one, many = list_pairs(metres), list_pairs(ways)
    before = lay_flows(solve_regularised(pupils, seats, one, equal=spare == 1.0, params=path), one)
    after = lay_flows(solve_regularised(parts, seats, many, equal=spare == 1.0, params=path), many)
    added = np.zeros_like(before)
    np.add.at(added, whole, after)
    assert added == pytest.approx(before, rel=1e-9, abs=1e-9)


def test_a_simplex_does_hang_on_cuts():
    # What the quadratic term is for: the linear plan of the same towns moves when blocks are cut.
    moved = 0.0
    for seed in range(10):
        pupils, seats, metres = draw_town(seed)
        metres = np.round(metres, -3)  # ties, as on a grid
        whole, parts, ways = cut_blocks(seed, pupils, metres)
        tables = []
        for own, far in ((pupils[0], metres), (parts[0], ways)):
            flows = solve_transport(own, seats[0], far)
            table = np.zeros(metres.shape)
            rows = flows.origin if len(own) == len(metres) else whole[flows.origin]
            np.add.at(table, (rows, flows.school), flows.pupils)
            tables.append(table)
        moved += np.abs(tables[1] - tables[0]).sum() / pupils.sum()
    assert moved > 1.0  # in ten towns, a tenth of all pupils on average and more


@pytest.mark.parametrize("seed", range(5))
def test_ties_are_shared_alike(path, seed):
    # On a grid with many equal ways, order and cuts change nothing beyond rounding either.
    pupils, seats, metres = draw_town(seed)
    metres = np.round(metres, -3)
    pairs = list_pairs(metres)
    plan = lay_flows(solve_regularised(pupils, seats, pairs, equal=True, params=path), pairs)
    order = np.random.default_rng(seed).permutation(60)
    other = list_pairs(metres[order])
    shuffled = lay_flows(
        solve_regularised(pupils[:, order], seats, other, equal=True, params=path), other
    )
    assert shuffled == pytest.approx(plan[order], rel=1e-9, abs=1e-9)
    whole, parts, ways = cut_blocks(seed, pupils, metres)
    many = list_pairs(ways)
    added = np.zeros_like(plan)
    np.add.at(
        added,
        whole,
        lay_flows(solve_regularised(parts, seats, many, equal=True, params=path), many),
    )
    assert added == pytest.approx(plan, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("heads", "unit"), [(1e9, 1.0), (1e-9, 1.0), (1.0, 1e9), (1.0, 1e-9)])
@pytest.mark.parametrize("spare", [0.9, 1.0, 1.1])
def test_neither_unit_matters(path, heads, unit, spare):
    pupils, seats, metres = draw_town(3, spare=spare)
    pairs, other = list_pairs(metres), list_pairs(metres * unit)
    plan = lay_flows(solve_regularised(pupils, seats, pairs, params=path), pairs)
    scaled = lay_flows(solve_regularised(pupils * heads, seats * heads, other, params=path), other)
    assert scaled / heads == pytest.approx(plan, rel=1e-9, abs=1e-9)


def test_districts_side_by_side_keep_their_plans(path):
    # Two towns of the same means, far apart: one problem has the plans of both.
    pupils, seats, metres = draw_town(4)
    apart = np.full_like(metres, np.inf)
    both = list_pairs(np.block([[metres, apart], [apart, metres]]))
    alone = list_pairs(metres)
    plan = lay_flows(solve_regularised(pupils, seats, alone, params=path), alone)
    joint = solve_regularised(
        np.hstack([pupils, pupils]), np.hstack([seats, seats]), both, params=path
    )
    table = lay_flows(joint, both)
    assert table[:60, :9] == pytest.approx(plan, rel=1e-9, abs=1e-9)
    assert table[60:, 9:] == pytest.approx(plan, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_plan_is_that_over_all_pairs_whatever_the_start(path, seed):
    pupils, seats, metres = draw_town(seed, problems=3, spare=1.05)
    pairs = list_pairs(metres)
    plan = solve_regularised(pupils, seats, pairs, params=path)
    rng = np.random.default_rng(seed)
    for start in (
        nearest_pairs(pairs, 1),
        rng.random(len(pairs.block)) < 0.2,
        np.zeros(len(pairs.block), bool),
        np.ones(len(pairs.block), bool),
    ):
        other = solve_regularised(pupils, seats, pairs, start=start, params=path)
        for problem in range(3):
            flows = lay_flows(other, pairs, problem)
            assert flows == pytest.approx(lay_flows(plan, pairs, problem), rel=1e-9, abs=1e-9)


def test_the_plan_is_sparse_and_little_longer_than_the_shortest():
    for seed in range(10):
        pupils, seats, metres = draw_town(seed, blocks=300, schools=20, spare=1.05)
        pairs = list_pairs(metres)
        plan = solve_regularised(pupils, seats, pairs)
        least = solve_transport(pupils[0], seats[0], metres).cost
        walked = float(plan.flows[0] @ pairs.metres[plan.pair])
        assert 1.0 <= walked / least < 1.02
        homes = np.count_nonzero(pupils)
        assert (plan.flows > 0).sum() < 3 * homes  # of 20 schools; at random, none has catchments


def test_a_weaker_term_walks_less():
    pupils, seats, metres = draw_town(1)
    pairs = list_pairs(metres)
    walked = []
    for strength in (1.0, 0.3, 0.1, 0.01):
        plan = solve_regularised(pupils, seats, pairs, strength=strength)
        walked.append(float(plan.flows[0] @ pairs.metres[plan.pair]))
    assert walked == sorted(walked, reverse=True)
    assert walked[-1] == pytest.approx(solve_transport(pupils[0], seats[0], metres).cost, rel=1e-4)


def test_a_problem_is_answered_alike_alone_and_among_others():
    pupils, seats, metres = draw_town(5, problems=3)
    pairs = list_pairs(metres)
    together = solve_regularised(pupils, seats, pairs)
    for problem in range(3):
        rows = slice(problem, problem + 1)
        alone = solve_regularised(pupils[rows], seats[rows], pairs)
        table = lay_flows(together, pairs, problem)
        assert (lay_flows(alone, pairs) == table).all()


def test_what_cannot_be_met_is_told_by_block_and_school(path):
    # Blocks 0 and 1 reach school A only: 20 pupils for 15 seats. Block 2 reaches B, with 25 seats
    # for its 20. More pairs for 0 and 1 seat all.
    metres = np.array([[100.0, 900.0], [200.0, 800.0], [900.0, 100.0]])
    few = list_some(metres, np.array([[True, False], [True, False], [False, True]]))
    pupils, seats = np.array([[12.0, 8.0, 20.0]]), np.array([[15.0, 25.0]])
    plan = solve_regularised(pupils, seats, few, equal=True, params=path)
    assert plan.short.tolist() == [[True, True, False]]
    assert plan.unserved.sum() == pytest.approx(5)
    assert plan.spare[0] == pytest.approx([0, 5])
    wide = solve_regularised(pupils, seats, list_pairs(metres), equal=True, params=path)
    assert not wide.short.any()
    assert wide.unserved.sum() == wide.spare.sum() == 0


def test_those_who_must_do_without_are_shared_over_blocks_alike_in_way():
    # Ten seats for two blocks of 10 at one place: each has 5 seated, whatever their order.
    pairs = list_pairs(np.full((2, 1), 300.0))
    plan = solve_regularised(np.full((1, 2), 10.0), np.array([[10.0]]), pairs)
    assert plan.unserved[0] == pytest.approx([5, 5], rel=1e-12)


def test_empty_margins_and_missing_ways_are_answers_too(path):
    metres = np.array([[100.0, np.inf, 50.0], [np.inf, np.inf, np.inf], [0.0, 80.0, 10.0]])
    pairs = Pairs(*np.divmod(np.arange(9), 3), metres.ravel(), 3, 3)
    plan = solve_regularised(
        np.array([[5.0, 3.0, 0.0]]), np.array([[np.inf, 9.0, 0.0]]), pairs, params=path
    )
    assert lay_flows(plan, pairs).tolist() == [[5, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert plan.unserved.tolist() == [[0, 3, 0]]
    assert plan.short.tolist() == [[False, True, False]]
    assert plan.spare.tolist() == [[np.inf, 9, 0]]
    nobody = solve_regularised(np.zeros((1, 3)), np.zeros((1, 3)), pairs, equal=True, params=path)
    assert nobody.flows.shape == (1, 0)
    none = solve_regularised(np.zeros((0, 3)), np.zeros((0, 3)), pairs, params=path)
    assert none.flows.shape == (0, 0)


def test_ways_of_no_length_still_have_one_plan():
    pairs = list_pairs(np.zeros((2, 2)))
    plan = solve_regularised(np.array([[30.0, 10.0]]), np.array([[10.0, 30.0]]), pairs, equal=True)
    # all alike: every block's pupils go to both schools as the seats are, 1 to 3
    assert lay_flows(plan, pairs) == pytest.approx(np.array([[7.5, 22.5], [2.5, 7.5]]), rel=1e-12)


def test_sums_apart_by_rounding_are_scaled_to_the_seats():
    pairs = list_pairs(np.array([[10.0], [20.0]]))
    plan = solve_regularised(np.array([[10.0, 20.0 + 1e-5]]), np.array([[30.0]]), pairs, equal=True)
    assert plan.flows.sum() == pytest.approx(30.0, rel=1e-14)
    assert plan.unserved.sum() == 0


@pytest.mark.parametrize(
    ("pupils", "seats", "terms", "sentence"),
    [
        ([[1.0, 2.0]], [[3.0]], {}, "take .k, 1."),
        ([[-1.0]], [[3.0]], {}, "pupils holds numbers below 0 or NaN"),
        ([[np.inf]], [[3.0]], {}, "pupils holds inf"),
        ([[1.0]], [[np.nan]], {}, "seats holds numbers below 0 or NaN"),
        ([[1.0]], [[3.0]], {"strength": 0.0}, "strength is 0.0; want a number above 0"),
        ([[1.0]], [[3.0]], {"equal": True}, "problem 0: 1 pupils for 3 seats that are all to be"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(pupils, seats, terms, sentence):
    pairs = list_pairs(np.ones((1, 1)))
    with pytest.raises(ValueError, match=sentence):
        solve_regularised(np.array(pupils), np.array(seats), pairs, **terms)


def test_a_plan_that_misses_the_seats_is_refused():
    pairs = list_pairs(np.ones((1, 1)))
    with pytest.raises(SolveError, match="miss the seats by 0 of the pupils"):
        solve_regularised(np.ones((1, 1)), np.ones((1, 1)), pairs, params=Params(accuracy=-1.0))
