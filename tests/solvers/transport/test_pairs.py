"""Pairs of blocks and schools: checked, the nearest marked, the catchment first."""

import numpy as np
import pytest

from seatplan.solvers.transport.pairs import (
    Pairs,
    charge_outside,
    list_pairs,
    nearest_pairs,
)


def make(block, school, metres, blocks=2, schools=2):
    return Pairs(np.array(block), np.array(school), np.array(metres), blocks, schools)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (([0], [0, 1], [1.0, 2.0]), "differ in length"),
        (([0, 2], [0, 1], [1.0, 2.0]), "block holds positions beyond 0 to 1"),
        (([0, 1], [-1, 1], [1.0, 2.0]), "school holds positions beyond 0 to 1"),
        (([1, 0, 1], [1, 0, 1], [1.0, 2.0, 3.0]), "stands twice"),
        (([0], [0], [-1.0]), "metres holds numbers below 0 or NaN"),
        (([0], [0], [np.nan]), "metres holds numbers below 0 or NaN"),
    ],
)
def test_pairs_that_mean_nothing_are_refused(terms, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(*terms)


def test_every_cell_with_a_way_is_a_pair():
    pairs = list_pairs(np.array([[1.0, np.inf], [np.inf, np.inf], [3.0, 4.0]]))
    assert pairs.block.tolist() == [0, 2, 2]
    assert pairs.school.tolist() == [0, 0, 1]
    assert pairs.metres.tolist() == [1, 3, 4]
    assert (pairs.blocks, pairs.schools) == (3, 2)


def test_the_nearest_are_marked_in_any_order_and_with_their_ties():
    # Block 0: 10, 20, 20, 30; block 1: 5 and no way; block 2 has no pair.
    pairs = make([0, 1, 0, 0, 1, 0], [3, 0, 1, 0, 1, 2], [30.0, np.inf, 20, 10, 5, 20], 3, 4)
    assert nearest_pairs(pairs, 1).tolist() == [False, False, False, True, True, False]
    assert nearest_pairs(pairs, 2).tolist() == [False, False, True, True, True, True]
    assert nearest_pairs(pairs, 9).tolist() == [True, False, True, True, True, True]


def test_a_way_out_of_the_catchment_costs_the_farthest_way_more():
    # School 2 is nobody's catchment: open to all at its way.
    pairs = list_pairs(np.array([[100.0, 200.0, 700.0], [300.0, 50.0, 900.0]]))
    zone = np.array([False, True, False, False, True, False])
    # School 0 is nobody's either, though block 0 is nearer to it.
    assert charge_outside(pairs, zone).metres.tolist() == [100, 200, 700, 300, 50, 900]
    zone = np.array([True, False, False, False, True, False])
    assert charge_outside(pairs, zone).metres.tolist() == [100, 1100, 700, 1200, 50, 900]
