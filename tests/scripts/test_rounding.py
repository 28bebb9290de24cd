"""Whole numbers keep their totals, and smooth numbers their sums."""

import numpy as np
import pytest

from district.rounding import fit_margins, round_table, share_out, smooth_within


def test_parts_add_to_the_total_and_the_largest_remainders_round_up():
    # 10 in proportion to 1, 2, 4: 1.43, 2.86, 5.71; the two largest fractions are .86 and .71.
    assert share_out(np.array([1.0, 2.0, 4.0]), 10).tolist() == [1, 3, 6]


def test_a_fitted_table_has_its_margins():
    table = fit_margins(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([30.0, 70.0]),
                        np.array([60.0, 40.0]))  # fmt: skip
    assert table.sum(axis=1) == pytest.approx([30, 70])
    assert table.sum(axis=0) == pytest.approx([60, 40])


@pytest.mark.parametrize("seed", range(20))
def test_a_rounded_table_keeps_whole_margins_and_stays_near(seed):
    rng = np.random.default_rng(seed)
    whole = rng.integers(0, 9, size=(7, 4))
    rows, columns = whole.sum(axis=1), whole.sum(axis=0)
    fitted = fit_margins(rng.uniform(0.5, 2, whole.shape), rows.astype(float),
                         columns.astype(float))  # fmt: skip
    rounded = round_table(fitted, rows, columns)
    assert rounded.sum(axis=1).tolist() == rows.tolist()
    assert rounded.sum(axis=0).tolist() == columns.tolist()
    assert np.abs(rounded - fitted).max() < 2


def test_a_straight_shape_with_fitting_sums_is_left_as_it_is():
    shape = np.arange(1.0, 7.0)
    groups = [slice(0, 2), slice(2, 6)]
    # 1 + 2 and 3 + 4 + 5 + 6: the multiplier is 1 everywhere.
    assert smooth_within(shape, groups, np.array([3.0, 18.0])) == pytest.approx(shape)


def test_groups_hold_when_the_shape_must_bend():
    bent = smooth_within(np.ones(10), [slice(0, 1), slice(1, 5), slice(5, 10)],
                         np.array([4.0, 24.0, 31.0]))  # fmt: skip
    assert bent[0] == pytest.approx(4)
    assert bent[1:5].sum() == pytest.approx(24)
    assert bent[5:].sum() == pytest.approx(31)
    assert (np.diff(bent[:4]) > 0).all()  # it rises from 4 towards 6 without a jump


def test_a_tie_falls_the_same_way_whatever_the_last_digit():
    # 5 between two equal weights: the first gets the odd one, be it larger or smaller by a hair.
    for hair in (-1e-13, 0.0, 1e-13):
        assert share_out(np.array([1.0, 1.0 + hair]), 5).tolist() == [3, 2]
