"""As many as can be find a seat, at nearly the least way, whatever the order and the cuts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.solvers.transport.test_columns import finder, make_town

from seatplan.solvers.transport import solve_transport
from seatplan.solvers.transport.overflow import seat_found, seat_overflow
from seatplan.solvers.transport.pairs import list_pairs, nearest_pairs


def town(seed, blocks=7, schools=4):
    random = np.random.default_rng(seed)
    ways = random.integers(1, 30, (blocks, schools)) * 100.0  # many ties
    ways[random.random(ways.shape) < 0.2] = np.inf
    return random.integers(0, 9, blocks) * 1.0, random.integers(0, 20, schools) * 1.0, ways


def lay(pupils, seats, ways):
    """The answer as a matrix."""
    found = seat_overflow(pupils, seats, list_pairs(ways))
    matrix = np.zeros(ways.shape)
    matrix[found.block, found.school] = found.pupils
    return matrix


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_as_many_are_seated_as_seats_and_ways_allow(seed):
    pupils, seats, ways = town(seed)
    matrix = lay(pupils, seats, ways)
    assert (matrix.sum(axis=1) <= pupils + 1e-6).all()
    assert (matrix.sum(axis=0) <= seats + 1e-6).all()
    assert matrix.sum() == pytest.approx(solve_transport(pupils, seats, ways).pupils.sum())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_order_of_blocks_or_schools_decides(seed):
    pupils, seats, ways = town(seed)
    random = np.random.default_rng(seed + 1)
    rows, columns = random.permutation(len(pupils)), random.permutation(len(seats))
    turned = lay(pupils[rows], seats[columns], ways[np.ix_(rows, columns)])
    assert np.allclose(turned, lay(pupils, seats, ways)[np.ix_(rows, columns)], atol=1e-7)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 0.9))
def test_a_block_cut_in_two_sends_what_it_sent_whole(seed, part):
    pupils, seats, ways = town(seed)
    cut = np.append(pupils, pupils[0] * (1 - part))
    cut[0] *= part
    halves = lay(cut, seats, np.vstack([ways, ways[:1]]))
    whole = lay(pupils, seats, ways)
    assert np.allclose(halves[0] + halves[-1], whole[0], atol=1e-6)
    assert np.allclose(halves[1:-1], whole[1:], atol=1e-6)


def test_the_total_way_is_near_the_least():
    random = np.random.default_rng(3)
    pupils, seats = random.random(60) * 20, random.random(12) * 90
    ways = random.random((60, 12)) * 5000
    matrix = lay(pupils, seats, ways)
    assert (matrix * ways).sum() <= 1.05 * solve_transport(pupils, seats, ways).cost


def test_nobody_moves_where_no_seat_is_free():
    ways = np.full((2, 2), 100.0)
    assert lay(np.ones(2), np.zeros(2), ways).sum() == 0
    assert lay(np.zeros(2), np.ones(2), ways).sum() == 0


def test_one_more_is_seated_however_many_must_shift():
    # Block 0 reaches school 0 only; each other block the school before, 0 m, or its own, 1 km. All
    # find a seat if the six others give way by 1 km each.
    ways = np.full((7, 7), np.inf)
    ways[np.arange(7), np.arange(7)] = 1_000.0
    ways[np.arange(1, 7), np.arange(6)] = 0.0
    assert lay(np.ones(7), np.ones(7), ways) == pytest.approx(np.eye(7), abs=1e-9)


def lay_found(pupils, seats, ways):
    """The answer over pairs that are found, beginning with the nearest of each block."""
    every = list_pairs(np.where(seats > 0, ways, np.inf))
    near = nearest_pairs(every, 1)
    first = replace(
        every, block=every.block[near], school=every.school[near], metres=every.metres[near]
    )
    asked = []
    found = seat_found(pupils, seats, first, finder(ways, asked))
    matrix = np.zeros(ways.shape)
    matrix[found.block, found.school] = found.pupils
    return matrix, asked


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_pairs_that_are_found_seat_whom_all_pairs_seat(seed):
    pupils, seats, ways = town(seed)
    assert np.allclose(lay_found(pupils, seats, ways)[0], lay(pupils, seats, ways), atol=1e-7)


@pytest.mark.parametrize("share", [0.5, 0.99, 1.0, 1.5])
@pytest.mark.parametrize("seed", range(4))
def test_few_pairs_are_found_where_many_blocks_look_for_seats(seed, share):
    # Seats for half, for nearly all, for all and for half as many again.
    table, pupils, seats = make_town(seed, blocks=120, schools=15, grades=1)
    own, room = pupils[0], seats[0] * share
    matrix, asked = lay_found(own, room, table)
    assert np.allclose(matrix, lay(own, room, table), atol=1e-6)
    assert matrix.sum() == pytest.approx(min(own.sum(), room.sum()))
    assert len(asked) < 60


def test_a_far_seat_is_found_where_all_near_ones_are_taken():
    # Two blocks beside one seat; the other is a thousand times as far, and somebody goes there.
    ways = np.array([[10.0, 90_000.0], [10.0, 100_000.0]])
    matrix, _ = lay_found(np.ones(2), np.ones(2), ways)
    assert matrix == pytest.approx(np.array([[0, 1], [1, 0]]), abs=1e-6)


def test_nothing_is_found_where_nobody_looks_for_a_seat():
    ways = np.full((2, 2), 100.0)
    assert lay_found(np.zeros(2), np.ones(2), ways)[0].sum() == 0
    assert lay_found(np.ones(2), np.ones(2), np.full((2, 2), np.inf))[0].sum() == 0
