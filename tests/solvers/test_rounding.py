"""Rounded tables stay within their bounds, and no other table within them is nearer."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seatplan.solvers.rounding import UNITS, raise_largest, round_tables

TABLES = arrays(
    np.int64,
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)),
    elements=st.integers(0, 3 * UNITS),
)


def list_tables(parts: np.ndarray, totals: np.ndarray) -> list[np.ndarray]:
    """Every table of floors and ceilings with those column totals and every row in its bounds."""
    floors, rest = np.divmod(parts, UNITS)
    cells = list(zip(*np.nonzero(rest), strict=True))
    sums = parts.sum(axis=0)
    found = []
    for raised in product((0, 1), repeat=len(cells)):
        table = floors.copy()
        for cell, up in zip(cells, raised, strict=True):
            table[cell] += up
        rows = table.sum(axis=0)
        inside = (rows >= sums // UNITS) & (rows <= -(-sums // UNITS))
        if inside.all() and (table.sum(axis=1) == totals).all():
            found.append(table)
    return found


@settings(deadline=None, max_examples=40)
@given(TABLES)
def test_no_table_within_the_bounds_is_nearer(tables):
    parts = tables // 1000 * 1000  # so that no sum is a hair's breadth from whole
    whole, failed = round_tables(parts)
    for table, given_up, part in zip(whole, failed, parts, strict=True):
        totals = (part.sum(axis=1) + UNITS // 2) // UNITS
        others = list_tables(part, totals)
        assert given_up == (not others)
        if others:
            away = [np.abs(other * UNITS - part).sum() for other in others]
            assert np.abs(table * UNITS - part).sum() == min(away)
            assert any((table == other).all() for other in others)


@given(TABLES)
def test_a_table_is_rounded_alike_among_others_and_alone(tables):
    whole, failed = round_tables(tables)
    for at, table in enumerate(tables):
        alone, alone_failed = round_tables(table)
        assert (whole[at] == alone).all()
        assert failed[at] == alone_failed


def test_of_equal_remainders_the_earlier_is_raised():
    chosen = raise_largest(np.array([[5, 9, 5, 5], [0, 0, 0, 0]]), np.array([2, 0]))
    assert chosen.tolist() == [[True, True, False, False], [False] * 4]
