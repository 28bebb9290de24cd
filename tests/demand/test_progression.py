import numpy as np
import pytest
from scipy.sparse import csr_array

from seatplan.demand.progression import bring_up, fit_ratios

FOLLOWS = np.array([False, True])
WHOLE = [(1, np.array([0]))]


def fit(pupils, ancestors=WHOLE, follows=FOLLOWS):
    return fit_ratios(pupils, bring_up(pupils, follows), ancestors)


def cube(*years):
    """One place, two grades: (pupils in the first, pupils in the second) for each year."""
    return np.array(years, dtype=float).T[None]


def test_pupils_are_pooled_not_ratios():
    # 1000 -> 900 and 10 -> 20 pool to about 0.91; the mean of the two ratios would be 1.45.
    ratio = fit(cube((1000, 0), (10, 900), (10, 20)))[0, 1]
    assert 0.89 < ratio < 0.95


def test_a_steady_ratio_is_found():
    pupils = cube(*[(1000, 800)] * 8)
    # The whole is drawn to 1 by 100 pupils and the place to the whole by as many: 0.8 + 0.2 x
    # (100 / 3160) x (100 / 3160 + ...) is below 0.81.
    assert fit(pupils)[0, 1] == pytest.approx(0.8, abs=0.01)


def test_a_phase_in_is_no_progression():
    # The second grade opens with 3 pupils for the first one's 100: a ratio of 0.03, then 1.
    pupils = cube((100, 3), (100, 3), (100, 100), (100, 100), (100, 100))
    assert fit(pupils)[0, 1] == pytest.approx(1.0, abs=0.01)


def test_one_wild_year_moves_the_ratio_little():
    calm = cube(*[(500, 500)] * 8)
    wild = calm.copy()
    wild[0, 1, 6] = 1000  # a ratio of 2, one year before the last
    ratio = fit(wild + np.arange(8) % 3)[0, 1]
    # Without robust weights the ratio would be 1 + 0.7 / 3.06 = 1.23.
    assert ratio < 1.06


def test_a_small_place_borrows_from_the_place_above():
    big, small = cube(*[(2000, 1000)] * 6), cube(*[(4, 4)] * 6)
    pupils = np.concatenate([big, small])
    ratios = fit(pupils, [(1, np.array([0, 0]))])[:, 1]
    # The small one saw 11.8 pupils (weighted) move on at 1, against 100 pseudo-pupils at 0.5.
    assert ratios[1] == pytest.approx((11.8 + 100 * 0.51) / 111.8, abs=0.02)


def test_nobody_moves_up_into_a_grade_that_follows_none():
    before = bring_up(cube(*[(10, 10)] * 4), np.array([False, False]))
    assert np.isnan(before).all()


def test_leavers_come_from_the_feeders():
    # Places 0 and 1 teach grade 1 only, place 2 grade 2 only: all of the first, half of the second.
    pupils = np.array([[80.0, np.nan], [40.0, np.nan], [np.nan, 90.0]])
    feeders = csr_array(([1.0, 0.5], ([2, 2], [0, 1])), shape=(3, 3))
    before = bring_up(pupils, FOLLOWS, feeders)
    assert before[2, 1] == 80 + 20
    assert before[0, 1] == 80
    assert np.isnan(bring_up(pupils, FOLLOWS)[2, 1])
