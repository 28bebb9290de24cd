"""How far a figure differs: between schools, and between those who walk.

Plain functions of values and weights; `NaN` where there is nothing to measure.
"""

from __future__ import annotations

import numpy as np

from seatplan.labels import Floats


def measure_variation(values: Floats, weights: Floats) -> float:
    """Return the variation coefficient between schools, weighted by their pupils (差异系数).

        CV = sqrt(sum_i w_i / W x (x_i - m)^2) / m,   m = sum_i w_i x_i / W

    With `x_i` per pupil and `w_i` pupils, `m` is the district's own figure per pupil. Source:
    县域义务教育校际均衡指标计算方法; unweighted it is another number (0.489 below).

    Parameters
    ----------
    values, weights
        Of each school: the figure for each pupil, and its pupils, at least 0.

    >>> pupils = np.array([45.0, 37, 89, 76, 55])
    >>> books = np.array([279.0, 137, 935, 160, 402])
    >>> round(measure_variation(books / pupils, pupils), 3)
    0.515
    """
    whole = weights.sum()
    mean = (weights * values).sum() / whole if whole > 0 else 0.0
    if not mean > 0:
        return np.nan
    return float(np.sqrt((weights * (values - mean) ** 2).sum() / whole) / mean)


def measure_gini(values: Floats, weights: Floats) -> float:
    """Return the Gini coefficient: mean difference of any two, over twice the mean; 0 if alike.

        G = sum_ij w_i w_j |x_i - x_j| / (2 W^2 m)

    Parameters
    ----------
    values, weights
        Of each group: the figure, at least 0, and how many bear it.

    >>> round(measure_gini(np.array([0.0, 100.0]), np.array([1.0, 1.0])), 3)
    0.5
    """
    order = np.argsort(values, kind="stable")
    x, w = values[order], weights[order]
    whole, total = w.sum(), (w * x).sum()
    if not (whole > 0 and total > 0):
        return np.nan
    before = np.cumsum(w) - w
    return float((w * x * (2 * before + w)).sum() / (whole * total) - 1)


def measure_dissimilarity(members: Floats, others: Floats) -> float:
    """Return the share of a group that would have to change school for every school to be alike.

        D = 1/2 sum_j |members_j / members - others_j / others|

    0: each school has the group's share in all; 1: no school has both. NaN where one is empty.
    Source: Duncan and Duncan, American Sociological Review 20 (1955); recalled, not re-read.

    Parameters
    ----------
    members, others
        Of each school: pupils of the group, and all others.

    >>> measure_dissimilarity(np.array([30.0, 10]), np.array([20.0, 20]))
    0.25
    """
    own, rest = members.sum(), others.sum()
    if not (own > 0 and rest > 0):
        return np.nan
    return float(np.abs(members / own - others / rest).sum() / 2)


def measure_exposure(members: Floats, others: Floats) -> float:
    """Return the share of others among the schoolmates of a pupil of the group, in the mean.

        E = sum_j members_j / members x others_j / (members_j + others_j)

    NaN where the group is empty. Source: Bell, Social Forces 32 (1954); recalled, not re-read.

    >>> round(measure_exposure(np.array([30.0, 10]), np.array([20.0, 20])), 4)
    0.4667
    """
    own, all_pupils = members.sum(), members + others
    if not own > 0:
        return np.nan
    return float((members * others / np.maximum(all_pupils, 1e-9)).sum() / own)


def measure_quantile(values: Floats, weights: Floats, share: float) -> float:
    """Return the least value that `share` of the weight does not pass.

    Parameters
    ----------
    values, weights
        Of each group: the figure, and how many bear it.
    share
        0 to 1; 0.9 for the walk that nine pupils in ten do not pass.

    >>> measure_quantile(np.array([100.0, 200.0, 900.0]), np.array([5.0, 4.0, 1.0]), 0.9)
    200.0
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    if not reached.size or not reached[-1] > 0:
        return np.nan
    return float(values[order][np.searchsorted(reached, share * reached[-1] - 1e-9)])
