"""Pairs hold what a matrix would, and their sums are those of its rows and columns."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatplan import memory
from seatplan.errors import InputError
from seatplan.seating.pairs import Pairs, cut_to_seats, expect_flows, from_keys, to_labels

BLOCKS, SCHOOLS = 4, 3
cells = st.lists(st.integers(0, BLOCKS * SCHOOLS - 1), max_size=20)


@given(cells)
def test_sums_over_pairs_are_those_of_the_matrix(keys):
    pairs = from_keys(np.array(keys, dtype=np.int64), BLOCKS, SCHOOLS)
    values = np.arange(1.0, 2 * len(pairs) + 1).reshape(2, -1)
    matrix = np.zeros((2, BLOCKS, SCHOOLS))
    matrix[:, pairs.block, pairs.school] = values
    assert np.allclose(pairs.sum_blocks(values), matrix.sum(axis=2))
    assert np.allclose(pairs.sum_schools(values), matrix.sum(axis=1))
    assert np.allclose(pairs.gather_blocks(values.T), matrix.sum(axis=2).T)
    assert np.allclose(pairs.gather_schools(values.T), matrix.sum(axis=1).T)


@given(cells, cells)
def test_values_are_carried_to_wider_pairs(keys, more):
    pairs = from_keys(np.array(keys, dtype=np.int64), BLOCKS, SCHOOLS)
    wider = pairs.union(np.array(more, dtype=np.int64))
    values = np.arange(1.0, len(pairs) + 1)
    carried = pairs.carry(values, wider)
    assert carried[wider.locate(pairs.keys)].tolist() == values.tolist()
    assert carried.sum() == values.sum()
    assert set(wider.keys) == {*keys, *more}


def test_labels_are_those_of_the_pairs():
    pairs = from_keys(np.array([0, 5]), 2, 3)  # (b1, A) and (b2, C)
    table = to_labels(
        pairs,
        np.array([[1.0, 0.0], [2.0, 3.0]]),
        "pupils",
        blocks=pd.Index(["b1", "b2"]),
        schools=pd.Index(["A", "B", "C"]),
        above=0.0,
        year=pd.Index([2020, 2021]),
    )
    assert table.to_dict() == {
        ("b1", "A", 2020): 1.0,
        ("b2", "C", 2020): 2.0,
        ("b2", "C", 2021): 3.0,
    }


@pytest.mark.parametrize(("free", "fits"), [(8_000.0, True), (7_999.0, False)])
def test_pupils_take_sixteen_bytes_for_each_pair_grade_and_year(monkeypatch, free, fits):
    # 10 pairs x 6 grades x 5 years x 16 bytes are 4,800: 60 % of what is free, and no more
    monkeypatch.setattr(memory, "free_bytes", lambda: free)
    if fits:
        expect_flows("primary", 10, 6, 5)
    else:
        with pytest.raises(InputError, match="stage primary: the pupils of 10 pairs"):
            expect_flows("primary", 10, 6, 5)


def test_newcomers_are_cut_before_those_who_stay_and_all_blocks_alike():
    # school 0: 6 stay and 6 come for 9 seats, half of them from each block; school 1: 8 stay for 4
    pairs = Pairs(np.array([0, 1, 1]), np.array([0, 0, 1]), 2, 2)
    stayers, newcomers = np.array([[2.0, 4.0, 8.0]]), np.array([[4.0, 2.0, 3.0]])
    cut = cut_to_seats(pairs, stayers, newcomers, np.array([9.0, 4.0]))
    assert cut.tolist() == [[2 + 2, 4 + 1, 4]]
    roomy = cut_to_seats(pairs, stayers, newcomers, np.array([99.0, 99.0]))
    assert roomy.tolist() == [[6, 6, 11]]
    empty = cut_to_seats(pairs, 0 * stayers, 0 * newcomers, np.array([9.0, 0.0]))
    assert empty.tolist() == [[0, 0, 0]]
