"""Whether chains of a random walk have come to tell the same: R-hat and effective size.

Rank-normalised, split chains as in Vehtari, Gelman, Simpson, Carpenter and Buerkner, Bayesian
Analysis 16, 2021; autocorrelations summed while pairs of them stay positive and fall (Geyer 1992).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

RHAT = 1.01  # at most, for chains that tell the same
SIZE = 400.0  # effective draws at least, before a quantile is told


def rank_split(draws: Floats) -> Floats:
    """Return draws (chains, n) as normal scores of their ranks, each chain in two halves."""
    half = draws.shape[1] // 2
    halves = np.concatenate([draws[:, :half], draws[:, draws.shape[1] - half :]])
    ranks = stats.rankdata(halves, method="average").reshape(halves.shape)
    return np.asarray(stats.norm.ppf((ranks - 0.375) / (halves.size + 0.25)), np.float64)


def compute_rhat(draws: Floats) -> float:
    """Return R-hat of draws (chains, n): the greater of that of place and that of spread.

    1 where chains tell the same; NaN where all draws are alike.

    >>> rng = np.random.default_rng(0)
    >>> bool(compute_rhat(rng.normal(size=(4, 500))) < 1.01)
    True
    >>> bool(compute_rhat(rng.normal(size=(4, 500)) + np.arange(4)[:, None]) > 1.5)
    True
    """
    if np.ptp(draws) == 0:
        return float("nan")
    folded = np.abs(draws - np.median(draws))
    return max(_compare(rank_split(draws)), _compare(rank_split(folded)))


def _compare(scores: Floats) -> float:
    """Return the root of the variance of all chains over that within them."""
    n = scores.shape[1]
    within = float(scores.var(axis=1, ddof=1).mean())
    between = n * float(scores.mean(axis=1).var(ddof=1))
    if within == 0:
        return 1.0 if between == 0 else float("inf")
    return float(np.sqrt(((n - 1) / n * within + between / n) / within))


def count_effective(draws: Floats) -> float:
    """Return how many independent draws tell as much as draws (chains, n) do.

    >>> rng = np.random.default_rng(0)
    >>> steps = rng.normal(size=(4, 2000))
    >>> count_effective(steps) > 6000, count_effective(np.cumsum(steps, axis=1)) < 100
    (True, True)
    """
    if np.ptp(draws) == 0:
        return float("nan")
    scores = rank_split(draws)
    m, n = scores.shape
    centred = scores - scores.mean(axis=1, keepdims=True)
    waves = np.fft.rfft(centred, 2 * n, axis=1)
    covariance = np.fft.irfft(np.abs(waves) ** 2, axis=1)[:, :n].mean(axis=0) / n
    within = covariance[0] * n / (n - 1)
    total = within * (n - 1) / n + float(scores.mean(axis=1).var(ddof=1))
    if total == 0:
        return float("nan")
    related = 1.0 - (within - covariance) / total
    related[0] = 1.0
    pairs = related[: n // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0)
    pairs = np.minimum.accumulate(pairs[: negative[0]] if len(negative) else pairs)
    time = max(-1.0 + 2.0 * float(pairs.sum()), 1.0 / np.log10(m * n))
    return float(m * n / time)


def agrees(draws: Floats) -> bool:
    """Tell whether chains tell the same well enough for quantiles to be told."""
    return compute_rhat(draws) <= RHAT and count_effective(draws) >= SIZE
