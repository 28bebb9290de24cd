"""The best connected area of a facility within its seats, by exact search.

Each unit has a worth for the facility (its value less its cost, so it may be below 0). An area
grows from the facility's home: a unit beside it is taken or left out for good, the taken one first
(every connected set is met once; Avis and Fukuda 1996). A branch ends where even units that may be
split, and reached at the least toll, could not make it better than the best area so far.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FREE, TAKEN, LEFT = 0, 1, 2


class Land(NamedTuple):
    """What one facility sees: all (n,) but the neighbours.

    `order` lists units of a worth above 0, the most worth a pupil first; `weight` is above 0.
    """

    weight: Floats
    worth: Floats
    may: NDArray[np.bool_]
    order: Ints
    indptr: Ints
    indices: Ints


class Growth(NamedTuple):
    """An area that grows; changed in place.

    `state` of each unit: free, taken or left out. `taken[:size]` lists the area in the order it
    grew, `tried[:depth]` the units decided on. `sizes` holds size, depth and the last stamp.
    """

    state: NDArray[np.int8]
    stamp: Ints
    queue: Ints
    taken: Ints
    tried: Ints
    sizes: Ints


@compiled
def look_around(room: float, land: Land, growth: Growth) -> tuple[int, float]:
    """Stamp the units that can be reached at no loss; return the best one beside and the toll.

    The toll is the least loss at which a unit beyond the stamped ones can be reached. The best one
    beside the area is that of most worth a pupil, or the least loss; -1 where none fits.
    """
    growth.sizes[2] += 1
    stamp, size = growth.sizes[2], growth.sizes[0]
    head, tail, best, most, toll = 0, 0, -1, -np.inf, np.inf
    for k in range(size):
        growth.queue[tail] = growth.taken[k]
        tail += 1
    while head < tail:
        here = growth.queue[head]
        for e in range(land.indptr[here], land.indptr[here + 1]):
            unit = land.indices[e]
            if not land.may[unit] or growth.state[unit] != FREE or growth.stamp[unit] == stamp:
                continue
            worth, weight = land.worth[unit], land.weight[unit]
            if weight > room:
                continue
            if worth >= 0:
                growth.stamp[unit] = stamp
                growth.queue[tail] = unit
                tail += 1
                worth /= weight
            else:
                toll = min(toll, -worth)
            if head < size and worth > most:
                best, most = unit, worth
        head += 1
    return best, toll


@compiled
def most_worth(room: float, everywhere: bool, land: Land, growth: Growth) -> float:
    """Return the worth of free units that may be split: the stamped ones, or those anywhere."""
    worth, left, stamp = 0.0, room, growth.sizes[2]
    for unit in land.order:
        reached = everywhere or growth.stamp[unit] == stamp
        if not reached or growth.state[unit] != FREE or land.weight[unit] > room:
            continue
        if land.weight[unit] >= left:
            return float(worth + land.worth[unit] * left / land.weight[unit])
        worth += land.worth[unit]
        left -= land.weight[unit]
    return worth


@compiled
def can_gain(room: float, lack: float, toll: float, land: Land, growth: Growth) -> bool:
    """Tell whether any growth could add more than `lack`."""
    if most_worth(room, False, land, growth) > lack:
        return True
    return toll < np.inf and most_worth(room, True, land, growth) - toll > lack


@compiled
def take(unit: int, growth: Growth) -> None:
    """Take a unit into the area, as the latest decision."""
    growth.state[unit] = TAKEN
    growth.taken[growth.sizes[0]] = unit
    growth.tried[growth.sizes[1]] = unit
    growth.sizes[0] += 1
    growth.sizes[1] += 1


@compiled
def turn_back(growth: Growth) -> int:
    """Undo decisions up to the last unit taken, and leave that one out; -1 at the home."""
    while growth.sizes[1] > 0:
        unit = growth.tried[growth.sizes[1] - 1]
        if growth.state[unit] == TAKEN:
            growth.state[unit] = LEFT
            growth.sizes[0] -= 1
            return int(unit)
        growth.state[unit] = FREE
        growth.sizes[1] -= 1
    return -1


@compiled
def best_area(
    home: int, seats: float, slack: float, most: int, land: Land, growth: Growth, best: Ints
) -> tuple[float, int]:
    """Search the connected area with `home` of most worth; list it in `best`.

    Returns
    -------
    tuple
        The most that any area is worth: that of the best and `slack`, or, where `most` steps did
        not end the search, what units that may be split are worth; how many units the best has.
    """
    growth.state[:] = FREE
    growth.state[home] = TAKEN
    growth.taken[0] = home
    growth.sizes[0], growth.sizes[1] = 1, 0
    weight, worth = land.weight[home], land.worth[home]
    high, size, top = worth, 1, worth + most_worth(seats - weight, True, land, growth)
    best[0] = home
    for _ in range(most):
        if worth > high:
            high, size = worth, growth.sizes[0]
            best[:size] = growth.taken[:size]
        unit, toll = look_around(seats - weight, land, growth)
        if unit >= 0 and can_gain(seats - weight, high + slack - worth, toll, land, growth):
            take(unit, growth)
            weight += land.weight[unit]
            worth += land.worth[unit]
            continue
        unit = turn_back(growth)
        if unit < 0:
            return min(high + slack, top), size
        weight -= land.weight[unit]
        worth -= land.worth[unit]
    return top, size


@compiled
def fill_areas(
    cost: Floats,
    weight: Floats,
    seats: Floats,
    home: Ints,
    indptr: Ints,
    indices: Ints,
    value: Floats,
    order: Ints,
    slack: float,
    most: int,
) -> tuple[Floats, Floats]:
    """Find for each facility the connected area of least cost less values within its seats.

    Parameters
    ----------
    cost
        (n, m), inf where not allowed.
    order
        (m, n) units, the most value less cost a pupil first.
    slack, most
        Each area is the best to within `slack`, if `most` steps suffice.

    Returns
    -------
    tuple
        (m,) no area of the facility costs less, values taken off; (n,) how many of the areas
        found hold each unit.
    """
    n, m = cost.shape
    base, covered = np.zeros(m), np.zeros(n)
    one = np.zeros(n, np.int64)
    growth = Growth(np.zeros(n, np.int8), one.copy(), one.copy(), one.copy(), one.copy(), one[:3])
    best = np.zeros(n, np.int64)
    for j in range(m):
        worth, may = value - cost[:, j], cost[:, j] < np.inf
        count = 0
        while count < n and worth[order[j, count]] > 0:
            count += 1
        land = Land(weight, worth, may, order[j, :count], indptr, indices)
        high, size = best_area(home[j], seats[j], slack, most, land, growth, best)
        base[j] = -high
        for k in range(size):
            covered[best[k]] += 1.0
    return base, covered
