"""Variation, Gini and quantiles: by hand, by their properties, and against PySAL."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality.gini import Gini

from seatplan.measures.spread import measure_gini, measure_quantile, measure_variation

PUPILS = np.array([45.0, 37, 89, 76, 55])
BOOKS = np.array([279.0, 137, 935, 160, 402])

amounts = st.lists(st.integers(1, 1000), min_size=2, max_size=12)


def test_the_variation_of_the_inspectors_own_example():
    assert measure_variation(BOOKS / PUPILS, PUPILS) == pytest.approx(0.515, abs=5e-4)
    alike = np.ones(5)
    assert measure_variation(BOOKS / PUPILS, alike) == pytest.approx(0.489, abs=5e-4)  # the trap


def test_the_mean_of_the_variation_is_the_districts_own_figure():
    # two schools, 10 pupils with 1 book each and 30 with 3: mean 100 / 40 = 2.5,
    # variance (10 x 1.5^2 + 30 x 0.5^2) / 40 = 0.75
    found = measure_variation(np.array([1.0, 3.0]), np.array([10.0, 30.0]))
    assert found == pytest.approx(0.75**0.5 / 2.5)


@given(amounts, st.floats(0.01, 100))
def test_variation_and_gini_know_no_scale_and_are_nothing_where_all_are_alike(values, factor):
    x, w = np.array(values, float), np.arange(1.0, len(values) + 1)
    for function in (measure_variation, measure_gini):
        assert function(factor * x, 3 * w) == pytest.approx(function(x, w), abs=1e-9)
        assert function(np.full(len(w), factor), w) == pytest.approx(0, abs=1e-7)
        assert function(x, w) >= -1e-12
    assert measure_gini(x, w) < 1


@given(amounts, st.randoms(use_true_random=False))
def test_gini_is_that_of_pysal_with_a_row_for_each_pupil(values, random):
    x = np.array(values, float)
    w = np.array([random.randint(1, 6) for _ in values])
    assert measure_gini(x, w.astype(float)) == pytest.approx(Gini(np.repeat(x, w)).g, abs=1e-9)


@given(amounts, st.floats(0.05, 0.95))
def test_a_quantile_is_one_of_the_values_that_the_share_does_not_pass(values, share):
    x, w = np.array(values, float), np.arange(1, len(values) + 1)
    each = np.sort(np.repeat(x, w))
    found = measure_quantile(x, w.astype(float), share)
    assert found in each
    assert (each <= found).mean() >= share - 1e-9
    assert (each < found).mean() < share


def test_nothing_has_no_spread():
    for function in (measure_variation, measure_gini):
        assert np.isnan(function(np.zeros(3), np.ones(3)))
        assert np.isnan(function(np.ones(3), np.zeros(3)))
    assert np.isnan(measure_quantile(np.array([]), np.array([]), 0.9))
