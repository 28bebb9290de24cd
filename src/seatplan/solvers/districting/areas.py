"""The best connected area of a facility within its seats, by exact search.

Each unit has a worth for the facility (its value less its cost, so it may be below 0). An area
known already rules out most units first (`survey`): no area with such a unit in it, filled up by
dynamic programming as if connection did not matter and less the toll of the way there, is worth
more. Over the rest an area grows from the facility's home: a unit beside it is taken or left out
for good, the taken one first (every connected set is met once; Avis and Fukuda 1996). A branch ends
where even units that may be split, and reached at the least toll, could not make it better than the
best area so far.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.districting.knapsacks import fill_table, fill_with, list_filling

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FREE, TAKEN, LEFT = 0, 1, 2
SURVEYS = 12  # rounds of ruling out, at most


class Land(NamedTuple):
    """What one facility sees: units with `weight` and `worth`, `wide` in whole steps of its seats.

    Neighbours of unit i are `indices[indptr[i]:indptr[i + 1]]`.
    """

    weight: Floats
    wide: Ints
    worth: Floats
    indptr: Ints
    indices: Ints


class Growth(NamedTuple):
    """An area that grows; changed in place.

    `state` of each unit: free, taken or left out. `taken[:size]` lists the area in the order it
    grew, `tried[:depth]` the units decided on. `sizes`: size, depth, last stamp, units looked at.
    """

    state: NDArray[np.int8]
    stamp: Ints
    queue: Ints
    taken: Ints
    tried: Ints
    sizes: Ints


@compiled
def start_growth(home: int, count: int) -> Growth:
    """Return the area of `home` alone among `count` units."""
    state, one = np.zeros(count, np.int8), np.zeros(count, np.int64)
    sizes = np.zeros(4, np.int64)
    state[home], sizes[0] = TAKEN, 1
    return Growth(state, one, one.copy(), np.full(count, home, np.int64), one.copy(), sizes)


@compiled
def weigh_ways(home: int, room: float, land: Land, state: NDArray[np.int8]) -> Floats:
    """Return the least loss on a way from home to each unit, the unit itself left out.

    Units left out or larger than `room` are not passed; inf where there is no way.
    """
    toll = np.full(len(state), np.inf)
    queue = np.zeros(len(state), np.int64)
    toll[home], queue[0], size = 0.0, home, 1
    while size > 0:
        nearest = 0
        for k in range(1, size):
            if toll[queue[k]] < toll[queue[nearest]]:
                nearest = k
        here = queue[nearest]
        size -= 1
        queue[nearest] = queue[size]
        through = toll[here]
        if here != home:
            through += max(-land.worth[here], 0.0)
        for e in range(land.indptr[here], land.indptr[here + 1]):
            unit = land.indices[e]
            if state[unit] != FREE or land.weight[unit] > room or through >= toll[unit]:
                continue
            if toll[unit] == np.inf:
                queue[size] = unit
                size += 1
            toll[unit] = through
    return toll


@compiled
def survey(
    home: int, room: float, steps: int, high: float, land: Land, state: NDArray[np.int8]
) -> tuple[Ints, float, int]:
    """Leave out every unit that no area worth more than `high` can hold.

    `room` and `steps` are the seats left beside the home.

    Returns
    -------
    tuple
        Units left of some worth, the most a pupil first; what no area is worth more than, or `high`
        if that is more; units and cells of tables looked at.
    """
    good, top, looked = np.zeros(0, np.int64), high, 0
    for _ in range(SURVEYS):
        toll = weigh_ways(home, room, land, state)
        state[toll == np.inf] = LEFT
        free = np.flatnonzero(state == FREE)
        good = free[land.worth[free] > 0]
        good = good[np.argsort(-land.worth[good] / land.weight[good])]
        table = fill_table(land.wide[good], land.worth[good], steps)
        looked += len(land.indices) + len(good) * steps
        top = land.worth[home] + table[0, steps]
        if top <= high:
            break
        least = high - land.worth[home]
        gone = 0
        within = fill_with(land.wide[good], land.worth[good], table)
        looked += 2 * len(good) * steps
        for k in range(len(good)):
            if within[k] - toll[good[k]] <= least:
                state[good[k]] = LEFT
                gone += 1
        for unit in free:
            if land.worth[unit] <= 0:
                rest = steps - land.wide[unit]
                if rest < 0 or table[0, rest] + land.worth[unit] - toll[unit] <= least:
                    state[unit] = LEFT
                    gone += 1
        if gone == 0:
            break
    return good[state[good] == FREE], top, looked


@compiled
def cut_out(home: int, good: Ints, land: Land, state: NDArray[np.int8]) -> tuple[Land, Ints]:
    """Return what is left of the land, `good` units first and the home next, and their numbers."""
    bad = np.flatnonzero((state == FREE) & (land.worth <= 0))
    kept = np.concatenate((good, np.array([home]), bad))
    number = np.full(len(land.weight), -1)
    number[kept] = np.arange(len(kept))
    indptr, size = np.zeros(len(kept) + 1, np.int64), 0
    indices = np.zeros(len(land.indices), np.int64)
    for k, unit in enumerate(kept):
        for e in range(land.indptr[unit], land.indptr[unit + 1]):
            if number[land.indices[e]] >= 0:
                indices[size] = number[land.indices[e]]
                size += 1
        indptr[k + 1] = size
    left = Land(land.weight[kept], land.wide[kept], land.worth[kept], indptr, indices[:size])
    return left, kept


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
        growth.sizes[3] += land.indptr[here + 1] - land.indptr[here]
        for e in range(land.indptr[here], land.indptr[here + 1]):
            unit = land.indices[e]
            if growth.state[unit] != FREE or growth.stamp[unit] == stamp:
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
def most_worth(room: float, everywhere: bool, good: int, land: Land, growth: Growth) -> float:
    """Return the worth of free units that may be split: the stamped ones, or those anywhere."""
    worth, left, stamp = 0.0, room, growth.sizes[2]
    for unit in range(good):
        reached = everywhere or growth.stamp[unit] == stamp
        if not reached or growth.state[unit] != FREE or land.weight[unit] > room:
            continue
        if land.weight[unit] >= left:
            return float(worth + land.worth[unit] * left / land.weight[unit])
        worth += land.worth[unit]
        left -= land.weight[unit]
    return worth


@compiled
def can_gain(room: float, lack: float, toll: float, good: int, land: Land, growth: Growth) -> bool:
    """Tell whether any growth could add more than `lack`."""
    growth.sizes[3] += good
    if most_worth(room, False, good, land, growth) > lack:
        return True
    return toll < np.inf and most_worth(room, True, good, land, growth) - toll > lack


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
    home: int,
    seats: float,
    steps: int,
    high: float,
    slack: float,
    most: int,
    land: Land,
    best: Ints,
) -> tuple[float, int, bool, int]:
    """Search the connected area with `home` of most worth, above `high`; list it in `best`.

    Where `most` steps do not end the search, what fits the seats, connected or not, is listed.

    Returns
    -------
    tuple
        The most that any area is worth, to within `slack`, or what it cannot be above; how many
        units are listed, 0 where none is above `high`; whether the search ended; what it looked at.
    """
    state = np.zeros(len(land.weight), np.int8)
    state[home] = TAKEN
    room, spare = seats - land.weight[home], max(steps - land.wide[home], 0)
    good, top, looked = survey(home, room, spare, high + slack, land, state)
    if top <= high + slack:
        return high + slack, 0, True, looked
    left, kept = cut_out(home, good, land, state)
    growth, count = start_growth(len(good), len(kept)), len(good)
    worth, size = land.worth[home], 0
    for _ in range(most):
        if worth > high:
            high, size = worth, growth.sizes[0]
            best[:size] = kept[growth.taken[:size]]
        unit, toll = look_around(room, left, growth)
        if unit >= 0 and can_gain(room, high + slack - worth, toll, count, left, growth):
            take(unit, growth)
            room -= left.weight[unit]
            worth += left.worth[unit]
            continue
        unit = turn_back(growth)
        if unit < 0:
            return high + slack, size, True, looked + growth.sizes[3]
        room += left.weight[unit]
        worth -= left.worth[unit]
    table = fill_table(left.wide[:count], left.worth[:count], spare)
    loose = list_filling(left.wide[:count], table)
    best[0], size = home, 1 + len(loose)
    best[1:size] = kept[loose]
    top = max(high + slack, land.worth[home] + table[0, spare])
    return top, size, False, looked + growth.sizes[3] + count * spare


@compiled
def fill_areas(
    cost: Floats,
    weight: Floats,
    wide: Ints,
    seats: Floats,
    steps: Ints,
    home: Ints,
    indptr: Ints,
    indices: Ints,
    value: Floats,
    slack: float,
    most: int,
    areas: Ints,
    sizes: Ints,
) -> tuple[Floats, Floats, NDArray[np.bool_], int]:
    """Find for each facility the connected area of least cost less values within its seats.

    Parameters
    ----------
    cost
        (n, m), inf where not allowed.
    wide, steps
        (m, n) units in whole steps of the seats, rounded down, and (m,) steps of the seats.
    slack, most
        Each area is the best to within `slack`, if `most` steps suffice.
    areas, sizes
        (m, n) units of an area of each facility, (m,) how many: the start, then what was found.

    Returns
    -------
    tuple
        (m,) no area costs less, values taken off; (n,) how many of the areas found hold each unit;
        (m,) whether the search ended: where not, what fits stands in; what was looked at.
    """
    m = len(seats)
    base, covered, ended = np.zeros(m), np.zeros(len(weight)), np.zeros(m, np.bool_)
    best, looked = np.zeros(len(weight), np.int64), 0
    for j in range(m):
        worth = value - cost[:, j]  # -inf where not allowed: no such unit is ever taken
        land = Land(weight, wide[j], worth, indptr, indices)
        high = worth[areas[j, : sizes[j]]].sum()
        found, size, ended[j], more = best_area(
            home[j], seats[j], steps[j], high, slack, most, land, best
        )
        base[j], looked = -found, looked + more
        if not ended[j]:
            covered[best[:size]] += 1.0
            continue
        if size > 0:
            areas[j, :size], sizes[j] = best[:size], size
        covered[areas[j, : sizes[j]]] += 1.0
    return base, covered, ended, looked
