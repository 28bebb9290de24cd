"""From few pairs to all that matter."""

import numpy as np
import pytest
from tests.solvers.transport.test_levels import pose_town
from tests.solvers.transport.towns import draw_town

from seatplan.solvers.transport.canonical import arrange
from seatplan.solvers.transport.levels import lead, solve_levels
from seatplan.solvers.transport.pairs import Pairs, list_pairs
from seatplan.solvers.transport.params import Params
from seatplan.solvers.transport.widening import find_missed, mark_likely, pose, widen


def test_the_weight_is_strength_times_mean_seats_times_the_mean_nearest_way():
    # Two blocks of 30 and 10, nearest ways 100 and 300: 150 m. Seats 10 and 30: 1000 / 40 = 25.
    metres = np.array([[100.0, 500.0], [900.0, 300.0]])
    pupils, seats = np.array([30.0, 10.0]), np.array([10.0, 30.0])
    arranged = arrange(list_pairs(metres), pupils[None], seats[None])
    problem = pose(arranged, pupils[arranged.blocks], seats[arranged.schools], 0.2)
    assert problem.weight == pytest.approx(0.2 * 25 * 150)
    # A school without seats is nobody's nearest: block 0 goes 500 m, so (15000 + 3000) / 40 = 450.
    seats = np.array([0.0, 40.0])
    problem = pose(arranged, pupils[arranged.blocks], seats[arranged.schools], 0.2)
    assert problem.weight == pytest.approx(0.2 * 40 * 450)


@pytest.mark.parametrize("spare", [0.8, 1.0, 1.2])
def test_a_plan_over_few_pairs_names_those_it_missed_and_one_over_all_names_none(spare):
    problem = pose_town(6, spare=spare)
    best = solve_levels(problem, problem.usable, lead(problem, problem.usable), at_hand=False)
    assert not find_missed(problem, problem.usable, best).any()
    carrying = np.zeros(len(problem.usable), bool)
    carrying[best.listed[best.flow > 1e-9]] = True
    assert not find_missed(problem, carrying, best).any()  # the prices prove it
    for pair in np.flatnonzero(carrying)[::7]:
        less = carrying.copy()
        less[pair] = False
        poor = solve_levels(problem, less, lead(problem, less), at_hand=False)
        assert find_missed(problem, less, poor).any()


def test_blocks_in_need_are_given_their_nearest_further_schools():
    # One school is listed for both blocks, with 5 of 20 seats; further ones at 20, 30, 30, 40 m.
    metres = np.array([[10.0, 20.0, 30.0, 30.0, 40.0], [10.0, 20.0, 30.0, 30.0, 40.0]])
    pupils, seats = np.array([[10.0, 10.0]]), np.array([[5.0, 9, 9, 9, 9]])
    arranged = arrange(list_pairs(metres), pupils, seats)
    terms = pupils[0, arranged.blocks], seats[0, arranged.schools], 0.3
    problem = pose(arranged, *terms, Params(few=2))
    marks = arranged.metres == 10
    short = solve_levels(problem, marks, lead(problem, marks), at_hand=False)
    missed = find_missed(problem, marks, short)
    assert sorted(arranged.metres[missed]) == [20, 20, 30, 30, 30, 30]


def test_no_way_out_is_no_pair_missed():
    pupils, seats, metres = draw_town(8, spare=1.0)
    near = metres < 2_500  # too few to seat all
    block, school = np.nonzero(near)
    pairs = Pairs(block, school, metres[block, school], 60, 9)
    arranged = arrange(pairs, pupils, seats)
    terms = pupils[0, arranged.blocks], seats[0, arranged.schools], 0.3
    problem = pose(arranged, *terms, Params(cells=0))
    few = widen(problem, problem.usable & (np.arange(len(block)) % 3 == 0))
    all_of_them = widen(problem, None)
    assert all_of_them.unserved.sum() > 1
    assert few.unserved == pytest.approx(all_of_them.unserved, abs=1e-9)
    assert (few.short == all_of_them.short).all()


def test_blocks_whose_nearest_school_is_too_full_begin_with_more_schools():
    # Blocks 0 and 1 (6 and 4 pupils) live nearest to school 0, block 2 (5) to school 2.
    metres = np.array([[1.0, 2.0, 3.0, 2.0], [1.0, 2.0, 3.0, 4.0], [3.0, 2.0, 1.0, 4.0]])
    pupils = np.array([[6.0, 4.0, 5.0]])
    for seats, rows in ((10.0, [1, 1, 1]), (9.0, [3, 2, 1])):  # block 0: a tie at 2 m
        room = np.array([[seats, 5.0, 5.0, 5.0]])
        arranged = arrange(list_pairs(metres), pupils, room)
        terms = pupils[0, arranged.blocks], room[0, arranged.schools], 0.3
        problem = pose(arranged, *terms, Params(near=1, far=2))
        likely = mark_likely(problem)
        assert np.bincount(arranged.blocks[arranged.block[likely]]).tolist() == rows
        assert arranged.metres[likely].max() == (1 if seats == 10 else 2)
