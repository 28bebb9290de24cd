"""The most that units are worth within a facility's seats, connected or not.

By dynamic programming over the seats left, exact in whole steps of the seats.
"""

from __future__ import annotations

import numpy as np

from seatplan.solvers.compiled import compiled
from seatplan.solvers.districting.problem import Floats, Ints, Problem

FINEST = 2_000  # steps into which a facility's seats are divided at most


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
def fill_table(wide: Ints, worth: Floats, steps: int) -> Floats:
    """Return the most that the units from the k-th on are worth in s steps, (k + 1, steps + 1)."""
    count = len(wide)
    table = np.zeros((count + 1, steps + 1))
    for k in range(count - 1, -1, -1):
        width = min(wide[k], steps + 1)
        table[k, :width] = table[k + 1, :width]
        for s in range(width, steps + 1):
            table[k, s] = max(table[k + 1, s], table[k + 1, s - width] + worth[k])
    return table


@compiled
def fill_with(wide: Ints, worth: Floats, table: Floats) -> Floats:
    """Return the most that a filling with unit k in it is worth, (k,); -inf where it cannot fit."""
    count, steps = len(wide), table.shape[1] - 1
    most, before = np.full(count, -np.inf), np.zeros(steps + 1)
    for k in range(count):
        width = wide[k]
        for s in range(steps - width + 1):
            most[k] = max(most[k], before[s] + table[k + 1, steps - width - s] + worth[k])
        for s in range(steps, width - 1, -1):
            before[s] = max(before[s], before[s - width] + worth[k])
    return most


@compiled
def list_filling(wide: Ints, table: Floats) -> Ints:
    """Return the units of the filling that `table` says is worth most."""
    left, size = table.shape[1] - 1, 0
    units = np.zeros(len(wide), np.int64)
    for k in range(len(wide)):
        if table[k, left] > table[k + 1, left]:
            units[size] = k
            size += 1
            left -= wide[k]
    return units[:size]
