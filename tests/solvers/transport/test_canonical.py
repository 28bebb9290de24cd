"""An order that numbers decide: alike for every order of rows."""

import numpy as np
import pytest
from tests.solvers.transport.towns import draw_town

from seatplan.solvers.transport.canonical import arrange
from seatplan.solvers.transport.pairs import Pairs, list_pairs


def shuffle(seed, pupils, seats, pairs):
    rng = np.random.default_rng(seed)
    blocks, schools = rng.permutation(pairs.blocks), rng.permutation(pairs.schools)
    order = rng.permutation(len(pairs.block))
    other = Pairs(
        np.argsort(blocks)[pairs.block][order],
        np.argsort(schools)[pairs.school][order],
        pairs.metres[order],
        pairs.blocks,
        pairs.schools,
    )
    return pupils[:, blocks], seats[:, schools], other


@pytest.mark.parametrize("step", [1.0, 1_000.0, 20_000.0])  # no ties, many, nothing but ties
def test_any_order_of_rows_is_arranged_alike(step):
    pupils, seats, metres = draw_town(1, problems=2)
    pairs = list_pairs(np.round(metres / step) * step)
    first = arrange(pairs, pupils, seats)
    for seed in range(5):
        own, room, other = shuffle(seed, pupils, seats, pairs)
        again = arrange(other, own, room)
        assert (again.metres == first.metres).all()
        assert (again.block == first.block).all()
        assert (again.school == first.school).all()
        assert (own[:, again.blocks] == pupils[:, first.blocks]).all()
        assert (room[:, again.schools] == seats[:, first.schools]).all()


def test_pairs_are_listed_by_block_and_remember_where_they_stood():
    pairs = list_pairs(np.array([[1.0, np.inf], [np.inf, np.inf], [3.0, 4.0]]))
    arranged = arrange(pairs, np.ones((1, 3)), np.ones((1, 2)))
    assert sorted(arranged.pair) == [0, 1, 2]
    assert (pairs.metres[arranged.pair] == arranged.metres).all()
    assert (pairs.block[arranged.pair] == arranged.blocks[arranged.block]).all()
    assert (pairs.school[arranged.pair] == arranged.schools[arranged.school]).all()
    counts = dict(zip(arranged.blocks.tolist(), np.diff(arranged.first).tolist(), strict=True))
    assert counts == {0: 1, 1: 0, 2: 2}


def test_pairs_without_a_way_are_left_out():
    pairs = Pairs(np.array([0, 0]), np.array([0, 1]), np.array([np.inf, 7.0]), 1, 2)
    assert arrange(pairs, np.ones((1, 1)), np.ones((1, 2))).pair.tolist() == [1]
