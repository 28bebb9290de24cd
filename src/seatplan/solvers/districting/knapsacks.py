"""The best set of units within a facility's seats, connected or not, by dynamic programming."""

from __future__ import annotations

import numpy as np

from seatplan.solvers.compiled import compiled
from seatplan.solvers.districting.problem import Floats, Ints, Problem

FINEST = 2_000  # steps into which a facility's seats are divided for the knapsack


def whole_weights(problem: Problem) -> tuple[Ints, Ints]:
    """Return seats and weights in whole steps, weights rounded down: the bound stays one."""
    seats = np.minimum(np.floor(problem.seats), problem.weight.sum() + 1)
    steps = np.maximum(np.minimum(seats, FINEST), 1).astype(np.int64)
    scale = steps / np.maximum(np.minimum(problem.seats, problem.weight.sum() + 1), 1e-9)
    whole = np.equal(np.floor(problem.weight), problem.weight).all()
    scale = np.where(whole & (seats <= FINEST), 1.0, scale)
    wide = np.floor(problem.weight[:, None] * scale + 1e-9).astype(np.int64)
    return steps, np.ascontiguousarray(wide.T)


@compiled
def fill_knapsacks(
    cost: Floats,
    wide: Ints,
    steps: Ints,
    value: Floats,
) -> tuple[Floats, Floats]:
    """Fill each facility with the units least in cost less value; exact, by dynamic programming.

    Returns
    -------
    tuple
        (m,) least worth of each facility; (n,) how many facilities took each unit.
    """
    n, m = cost.shape
    base, covered = np.zeros(m), np.zeros(n)
    longest = steps.max() + 1
    taken = np.zeros((n, longest), np.bool_)
    least = np.zeros(longest)
    items = np.zeros(n, np.int64)
    for j in range(m):
        size = steps[j]
        count = 0
        least[: size + 1] = 0.0
        for i in range(n):
            worth = cost[i, j] - value[i]
            width = wide[j, i]
            if worth >= 0 or width > size:
                continue
            items[count] = i
            for k in range(width):
                taken[count, k] = False
            for k in range(size, width - 1, -1):
                taken[count, k] = least[k - width] + worth < least[k]
                if taken[count, k]:
                    least[k] = least[k - width] + worth
            count += 1
        base[j] = least[size]
        k = size
        for t in range(count - 1, -1, -1):
            if taken[t, k]:
                covered[items[t]] += 1
                k -= wide[j, items[t]]
    return base, covered
