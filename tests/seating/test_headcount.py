"""Whole children add up to one total, however they are sorted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seatplan.case.case import prepare
from seatplan.examples import toy_district, toy_standards
from seatplan.seating.headcount import count_heads, round_parts, round_table
from tests.seating.test_assignment import assign


@given(st.lists(st.tuples(st.floats(0, 50), st.integers(0, 3)), min_size=1, max_size=30))
def test_parts_add_up_and_none_is_off_by_a_whole_pupil(rows):
    parts, groups = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    totals = np.floor(np.bincount(groups, parts, 4) + 0.5).astype(np.int64)
    whole = round_parts(parts, groups, totals)
    assert (np.bincount(groups, whole, 4) == totals).all()
    assert (np.abs(whole - parts) <= 1 + 1e-6).all()


def test_schools_and_blocks_tell_the_same_total_as_the_forecast():
    district = toy_district()
    ratios = district.cohort_ratios.copy()
    ratios.loc[:] = 0.97  # so that nothing is whole by itself
    district = district.replace(cohort_ratios=ratios)
    forecast, assignment = assign(district, "move")
    heads = count_heads(prepare(district, toy_standards()), forecast, assignment)
    wanted = forecast.cube(toy_standards().grades).sum(axis=0)
    blocks = (heads.seated + heads.unplaced).sum(axis=0)
    assert (np.abs(blocks - wanted) < 1).all()
    assert (heads.attend.sum(axis=0) + heads.unplaced.sum(axis=0) == blocks).all()
    assert (heads.seated >= 0).all()
    assert (heads.unplaced >= 0).all()


@given(
    arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.floats(0, 40))
)
def test_no_cell_row_or_column_is_off_by_a_whole_pupil(parts):
    whole = round_table(parts)
    for sums in (lambda t: t, lambda t: t.sum(axis=0), lambda t: t.sum(axis=1)):
        assert (np.abs(sums(whole) - sums(parts)) < 1 + 1e-4).all()


def test_a_full_school_stays_full():
    # by largest remainder every cell of .5 in the first row would be raised: 6 pupils for 5 seats
    parts = np.array([[1.5, 1.5, 2.0], [0.5, 0.5, 0.4]])
    assert round_table(parts).sum(axis=1)[0] == 5
    thirds = np.array([[80 + 1 / 3, 79 + 1 / 3, 80 + 1 / 3 + 1e-12], [0.4, 0.4, 0.4]])
    assert round_table(thirds).sum(axis=1)[0] == 240
