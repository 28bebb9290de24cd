"""Least metres + price over every way, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled, compiled_wide

Floats = NDArray[np.float64]


@compiled_wide
def find_least(detour: Floats, price: Floats) -> float:
    """Return the least sum of the two."""
    least = np.inf
    for column in range(len(price)):
        least = min(least, detour[column] + price[column])
    return least


@compiled
def find_floor(table: Floats, price: Floats) -> Floats:
    """Return the least sum of each row of `table` and `price`."""
    floor = np.empty(len(table))
    for row in range(len(table)):
        floor[row] = find_least(table[row], price)
    return floor
