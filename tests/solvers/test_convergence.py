"""R-hat and effective size, against what is known of draws made by rule."""

import numpy as np
import pytest
from scipy.signal import lfilter

from seatplan.solvers.convergence import agrees, compute_rhat, count_effective


def test_the_effective_size_of_draws_that_remember_is_what_theory_says():
    # of an autoregressive series each draw is worth (1 - r) / (1 + r): a nineteenth for r = 0.9
    noise = np.random.default_rng(1).normal(size=(4, 20_000))
    draws = lfilter([1.0], [1.0, -0.9], noise, axis=1)
    assert count_effective(draws) == pytest.approx(80_000 / 19, rel=0.15)
    assert compute_rhat(draws) < 1.01


def test_chains_of_another_place_or_another_spread_do_not_agree():
    draws = np.random.default_rng(2).normal(size=(4, 1_000))
    assert agrees(draws)
    assert not agrees(draws + np.array([[0.0], [0.0], [0.0], [0.5]]))
    assert not agrees(draws * np.array([[1.0], [1.0], [1.0], [2.0]]))
    assert not agrees(draws[:, :90])  # 360 draws are fewer than the 400 asked for


def test_draws_all_alike_tell_nothing():
    assert np.isnan(compute_rhat(np.ones((4, 50))))
    assert not agrees(np.ones((4, 50)))
