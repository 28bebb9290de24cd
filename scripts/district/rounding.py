"""Whole numbers that keep their totals, and smooth numbers that keep their sums.

Sums, logarithms and linear systems differ in their last digits between processors. What decides
something (the order of remainders, the nearest of two places) is rounded to `DIGITS` first, so that
ties fall the same way everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DIGITS = 6


def share_out(weights: Floats, total: int) -> Integers:
    """Split `total` in whole parts in proportion to `weights`, by largest remainder.

    >>> share_out(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    exact = (weights * (total / weights.sum())).round(DIGITS)
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return np.asarray(parts, dtype=np.int64)


def fit_margins(table: Floats, rows: Floats, columns: Floats, rounds: int = 500) -> Floats:
    """Scale a table of weights to given row and column sums (iterative proportional fitting)."""
    fitted = table.astype(np.float64)
    for _ in range(rounds):
        fitted *= (rows / np.maximum(fitted.sum(axis=1), 1e-12))[:, None]
        fitted *= columns / np.maximum(fitted.sum(axis=0), 1e-12)
    return np.asarray(fitted.round(DIGITS), dtype=np.float64)


def round_table(table: Floats, rows: Integers, columns: Integers) -> Integers:
    """Round a fitted table to whole numbers with exactly these row and column sums.

    Cells are rounded down; what is missing goes to the cells with the largest fractions that
    still have room in their row and column, and the last few wherever both are short.
    """
    whole = np.floor(table).astype(np.int64)
    short_rows, short_columns = rows - whole.sum(axis=1), columns - whole.sum(axis=0)
    order = np.argsort(-(table - whole), axis=None, kind="stable")
    for cell in [*order, *order]:
        i, j = divmod(int(cell), table.shape[1])
        if short_rows[i] > 0 and short_columns[j] > 0:
            whole[i, j] += 1
            short_rows[i] -= 1
            short_columns[j] -= 1
    while short_rows.sum():
        i, j = int(np.argmax(short_rows)), int(np.argmax(short_columns))
        whole[i, j] += 1
        short_rows[i] -= 1
        short_columns[j] -= 1
    return whole


def smooth_within(shape: Floats, groups: list[slice], totals: Floats) -> Floats:
    """Bend `shape` as smoothly as can be so that each group of its entries has its total.

    The multiplier m of shape minimises the sum of squared second differences of m subject to
    sum(shape * m over group) = total: one linear system (its Karush-Kuhn-Tucker conditions).
    """
    n, k = len(shape), len(groups)
    bend = np.diff(np.eye(n), n=2, axis=0)
    sums = np.zeros((k, n))
    for row, group in enumerate(groups):
        sums[row, group] = shape[group]
    system = np.block([[bend.T @ bend, sums.T], [sums, np.zeros((k, k))]])
    multiplier = np.linalg.solve(system, np.concatenate([np.zeros(n), totals]))[:n]
    return np.asarray((shape * multiplier).round(DIGITS), dtype=np.float64)
