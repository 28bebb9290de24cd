"""Annealing over whole plans: units shift, swap and chain between areas that stay connected.

A step moves a unit across the line between two areas, in 6 of 10 cases together with a unit that
leaves the area it enters (a swap, or a chain into a third area). Pupils beyond the seats are
allowed at a price that rises while the temperature falls. Areas within their seats that pass by in
the colder half are kept in a pool, for the set partitioning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])

CHAINS = 0.6  # share of steps that move two units
EPOCH = 1_000  # steps at one temperature
HELD = 1e-7  # pupils over the seats that count as none


def compiled(function: Function) -> Function:
    """Compile `function` by numba; the machine code is kept beside the source."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


@compiled
def stays_connected(
    unit: int,
    plan: NDArray[np.int64],
    indptr: NDArray[np.int64],
    indices: NDArray[np.int64],
    seen: NDArray[np.int64],
    queue: NDArray[np.int64],
    mark: int,
) -> bool:
    """Tell whether the area of `unit` stays connected without it; False where it is alone.

    `seen` holds marks below `mark`; `mark` and `mark + 1` are used up.
    """
    area = plan[unit]
    wanted = 0
    first = -1
    for e in range(indptr[unit], indptr[unit + 1]):
        other = indices[e]
        if plan[other] == area:
            seen[other] = mark
            wanted += 1
            first = other
    if wanted <= 1:
        return wanted == 1
    seen[unit] = mark + 1
    seen[first] = mark + 1
    queue[0] = first
    head, tail = 0, 1
    wanted -= 1
    while head < tail:
        here = queue[head]
        head += 1
        for e in range(indptr[here], indptr[here + 1]):
            other = indices[e]
            if plan[other] == area and seen[other] != mark + 1:
                if seen[other] == mark:
                    wanted -= 1
                    if wanted == 0:
                        return True
                seen[other] = mark + 1
                queue[tail] = other
                tail += 1
    return False


@compiled
def shift_member(
    members: NDArray[np.int64],
    size: NDArray[np.int64],
    place: NDArray[np.int64],
    unit: int,
    source: int,
    target: int,
) -> None:
    """Move `unit` from the list of `source` to the list of `target`."""
    size[source] -= 1
    last = members[source, size[source]]
    members[source, place[unit]] = last
    place[last] = place[unit]
    members[target, size[target]] = unit
    place[unit] = size[target]
    size[target] += 1


@compiled
def excess(load: float, limit: float) -> float:
    """Return what of `load` lies beyond `limit`."""
    return max(load - limit, 0.0)


@compiled
def keep_area(
    area: int,
    mark: np.uint64,
    worth: float,
    members: NDArray[np.int64],
    size: NDArray[np.int64],
    table: NDArray[np.uint64],
    pool: NDArray[np.uint64],
    pool_worth: NDArray[np.float64],
    pool_area: NDArray[np.int64],
    count: int,
) -> int:
    """Add an area to the pool unless its mark is known; return the new number of areas."""
    slots = np.uint64(len(table) - 1)
    slot = mark & slots
    while table[slot] != np.uint64(0):
        if table[slot] == mark:
            return count
        slot = (slot + np.uint64(1)) & slots
    table[slot] = mark
    for p in range(size[area]):
        unit = members[area, p]
        pool[count, unit >> 6] |= np.uint64(1) << np.uint64(unit & 63)
    pool_worth[count] = worth
    pool_area[count] = area
    return count + 1


@compiled
def anneal(
    plan: NDArray[np.int64],
    best: NDArray[np.int64],
    weight: NDArray[np.float64],
    seats: NDArray[np.float64],
    cost: NDArray[np.float64],
    moved: NDArray[np.float64],
    budget: float,
    indptr: NDArray[np.int64],
    indices: NDArray[np.int64],
    fixed: NDArray[np.bool_],
    price: tuple[float, float],
    heat: tuple[float, float],
    steps: int,
    seed: int,
    value: NDArray[np.float64],
    base: NDArray[np.float64],
    limit: float,
    marks: NDArray[np.uint64],
    table: NDArray[np.uint64],
    pool: NDArray[np.uint64],
    pool_worth: NDArray[np.float64],
    pool_area: NDArray[np.int64],
    count: int,
) -> tuple[float, float, int]:
    """Anneal `plan` in place; leave the best plan met in `best`.

    Parameters
    ----------
    plan, best
        (n,) facility of each unit; every area connected. `best` is replaced by better plans only.
    weight, seats, cost, moved, budget
        (n,), (m,), (n, m), (n, m) and the most of `moved` that a plan may add up to.
    indptr, indices, fixed
        Neighbours as rows of a sparse matrix; units that stay where they are.
    price, heat
        First and last price of a pupil beyond the limits, and temperature; geometric between.
    value, base, limit
        (n,) value of covering a unit and (m,) least worth of any area of a facility: an area is
        pooled if its cost less the values of its units lies at most `limit` above `base`.
    marks
        (n, m) random numbers, whose sums name areas.
    table, pool, pool_worth, pool_area, count
        Names met (a power of 2 long), areas as bits, their worth and facility, and their number.

    Returns
    -------
    tuple
        Excess and cost of `best`, and the new number of pooled areas.
    """
    np.random.seed(seed)  # the generator inside compiled code, apart from numpy's own
    n, m = cost.shape
    room = min(len(pool), len(table) // 2) - 2
    load, worth, name = np.zeros(m), -base, np.zeros(m, np.uint64)
    members, size = np.zeros((m, n), np.int64), np.zeros(m, np.int64)
    place, seen, queue = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    mark = 1
    least_over, least_cost = np.inf, np.inf
    for i in range(n):
        a = plan[i]
        load[a] += weight[i]
        worth[a] += cost[i, a] - value[i]
        name[a] += marks[i, a]
        members[a, size[a]] = i
        place[i] = size[a]
        size[a] += 1
    temperature, fine = heat[0], price[0]
    epochs = max(steps // EPOCH, 1)
    cooling, rising = (heat[1] / heat[0]) ** (1 / epochs), (price[1] / price[0]) ** (1 / epochs)
    total, over, away = 0.0, 0.0, 0.0
    for epoch in range(epochs):
        if epoch % 100 == 0:  # sums anew, against drift
            total, away, over = 0.0, 0.0, 0.0
            for i in range(n):
                total += cost[i, plan[i]]
                away += moved[i, plan[i]]
            for a in range(m):
                over += excess(load[a], seats[a])
            over += excess(away, budget)
        temperature *= cooling
        fine *= rising
        pooling = 2 * epoch > epochs
        for _ in range(EPOCH):
            i = np.random.randint(n)
            if fixed[i] or indptr[i] == indptr[i + 1]:
                continue
            k = indices[indptr[i] + np.random.randint(indptr[i + 1] - indptr[i])]
            a, b = plan[i], plan[k]
            if a == b or cost[i, b] == np.inf:
                continue
            j, c = -1, -1
            gain = cost[i, b] - cost[i, a]
            shifted = moved[i, b] - moved[i, a]
            load_a, load_b, load_c = load[a] - weight[i], load[b] + weight[i], 0.0
            fault = -excess(load[a], seats[a]) - excess(load[b], seats[b])
            if np.random.random() < CHAINS:
                j = members[b, np.random.randint(size[b])]
                if fixed[j]:
                    continue
                k = indices[indptr[j] + np.random.randint(indptr[j + 1] - indptr[j])]
                c = plan[k]
                if c == b or k == i or cost[j, c] == np.inf:
                    continue
                gain += cost[j, c] - cost[j, b]
                shifted += moved[j, c] - moved[j, b]
                load_b -= weight[j]
                if c == a:
                    load_a += weight[j]
                else:
                    load_c = load[c] + weight[j]
                    fault += excess(load_c, seats[c]) - excess(load[c], seats[c])
            fault += excess(load_a, seats[a]) + excess(load_b, seats[b])
            fault += excess(away + shifted, budget) - excess(away, budget)
            rise = gain + fine * fault
            if rise > 0 and np.random.random() >= np.exp(-rise / temperature):
                continue
            mark += 2
            if not stays_connected(i, plan, indptr, indices, seen, queue, mark):
                continue
            plan[i] = b
            if j >= 0:
                mark += 2
                if not stays_connected(j, plan, indptr, indices, seen, queue, mark):
                    plan[i] = a
                    continue
                plan[j] = c
                shift_member(members, size, place, j, b, c)
                worth[b] -= cost[j, b] - value[j]
                worth[c] += cost[j, c] - value[j]
                name[b] -= marks[j, b]
                name[c] += marks[j, c]
                if c != a:
                    load[c] = load_c
            shift_member(members, size, place, i, a, b)
            load[a], load[b] = load_a, load_b
            worth[a] -= cost[i, a] - value[i]
            worth[b] += cost[i, b] - value[i]
            name[a] -= marks[i, a]
            name[b] += marks[i, b]
            total += gain
            over += fault
            away += shifted
            if over < least_over - HELD or (over <= least_over + HELD and total < least_cost):
                least_over, least_cost = max(over, 0.0), total
                best[:] = plan
            if pooling and count < room:
                for area in (a, b, c):
                    if area >= 0 and worth[area] <= limit and load[area] <= seats[area] + HELD:
                        count = keep_area(
                            area, name[area], worth[area], members, size,
                            table, pool, pool_worth, pool_area, count,
                        )  # fmt: skip
    return least_over, least_cost, count
