"""What a move of one or two units changes: cost, borders, balances, pupils beyond or moved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.districting.problem import BEYOND

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Ground(NamedTuple):
    """What does not change: see `problem.Problem`.

    `limits` holds seats, least and full of each area, then the borders and the tilts in one: each
    further array here takes every step 5 % of its time.
    """

    weight: Floats
    limits: Floats
    cost: Floats
    moved: Floats
    budget: float
    indptr: Ints
    indices: Ints
    fixed: NDArray[np.bool_]
    spill: float
    has_fill: bool
    has_border: bool
    kinds: int


class State(NamedTuple):
    """A plan, its loads and the lists of its areas; changed in place.

    `load` holds the pupils of each area and then its balances; `sums` cost (of borders and
    balances too), pupils beyond the limits, pupils moved and pupils beyond
    full; `marks[0]` the last mark given; `luck[0]` the state of the random numbers.
    """

    plan: Ints
    load: Floats
    members: Ints
    size: Ints
    place: Ints
    seen: Ints
    queue: Ints
    sums: Floats
    marks: Ints
    luck: NDArray[np.uint64]


@compiled
def excess(load: float, limit: float) -> float:
    """Return what of `load` lies beyond `limit`."""
    return max(load - limit, 0.0)


@compiled
def get_least(area: int, ground: Ground) -> float:
    """Return the pupils that an area must have at least."""
    return float(ground.limits[ground.cost.shape[1] + area])


@compiled
def get_full(area: int, ground: Ground) -> float:
    """Return the pupils up to which an area is not full."""
    return float(ground.limits[2 * ground.cost.shape[1] + area])


@compiled
def get_border(entry: int, ground: Ground) -> float:
    """Return what the line costs that an entry of `indices` stands for, as a border."""
    return float(ground.limits[3 * ground.cost.shape[1] + entry])


@compiled
def get_tilt(unit: int, kind: int, ground: Ground) -> float:
    """Return what a unit adds to a balance of its area."""
    first = 3 * ground.cost.shape[1] + len(ground.indices)
    return float(ground.limits[first + unit * ground.kinds + kind])


@compiled
def place_balance(area: int, kind: int, ground: Ground) -> int:
    """Return where a balance of an area stands in `State.load`."""
    return int(ground.cost.shape[1] + area * ground.kinds + kind)


@compiled
def weigh_balances(i: int, b: int, j: int, c: int, ground: Ground, state: State) -> float:
    """Return by how much the cost of balances changes with a move (see `weigh_move`)."""
    a, change = state.plan[i], 0.0
    for kind in range(ground.kinds):
        one, other = get_tilt(i, kind, ground), 0.0
        if j >= 0:
            other = get_tilt(j, kind, ground)
        back = other if c == a else 0.0
        for area, more in ((a, back - one), (b, one - other), (c, other - back)):
            if area >= 0 and more != 0.0:
                sum_now = state.load[place_balance(area, kind, ground)]
                change += abs(sum_now + more) - abs(sum_now)
    return change


@compiled
def weigh_fill(area: int, change: float, ground: Ground, state: State) -> tuple[float, float]:
    """Return by how much the pupils that an area has too few, and beyond full, change."""
    load, least, full = state.load[area], get_least(area, ground), get_full(area, ground)
    lack = excess(least, load + change) - excess(least, load)
    return lack, excess(load + change, full) - excess(load, full)


@compiled
def weigh_border(unit: int, target: int, gone: int, ground: Ground, state: State) -> float:
    """Return by how much the cost of borders changes where a unit goes to an area.

    `gone`, unless it is -1, has just come to the area that `unit` leaves.
    """
    plan, source, change = state.plan, state.plan[unit], 0.0
    for e in range(ground.indptr[unit], ground.indptr[unit + 1]):
        other = ground.indices[e]
        area = source if other == gone else plan[other]
        if area == source:
            change += get_border(e, ground)
        elif area == target:
            change -= get_border(e, ground)
    return change


@compiled
def weigh_move(
    i: int, b: int, j: int, c: int, ground: Ground, state: State
) -> tuple[float, float, float]:
    """Return by how much cost, misfit and pupils moved change; fill and borders apart.

    Unit i goes to b, and j, unless it is -1, from b to c.
    """
    a = state.plan[i]
    gain = ground.cost[i, b] - ground.cost[i, a]
    shifted = ground.moved[i, b] - ground.moved[i, a]
    change_a, change_b, change_c = -ground.weight[i], ground.weight[i], 0.0
    if j >= 0:
        gain += ground.cost[j, c] - ground.cost[j, b]
        shifted += ground.moved[j, c] - ground.moved[j, b]
        change_b -= ground.weight[j]
        if c == a:
            change_a += ground.weight[j]
        else:
            change_c = ground.weight[j]
    load, seats = state.load, ground.limits
    fault = excess(load[a] + change_a, seats[a]) - excess(load[a], seats[a])
    fault += excess(load[b] + change_b, seats[b]) - excess(load[b], seats[b])
    if change_c > 0:
        fault += excess(load[c] + change_c, seats[c]) - excess(load[c], seats[c])
    away = state.sums[2]
    fault += BEYOND * (excess(away + shifted, ground.budget) - excess(away, ground.budget))
    return gain, fault, shifted


@compiled
def weigh_fills(
    i: int, b: int, j: int, c: int, ground: Ground, state: State
) -> tuple[float, float]:
    """Return by how much the misfit of fill, and the pupils spilled, change with a move."""
    a, weight = state.plan[i], ground.weight
    lack, spilt = 0.0, 0.0
    back = weight[j] if j >= 0 else 0.0
    for area, change in (
        (a, (back if c == a else 0.0) - weight[i]),
        (b, weight[i] - back),
        (c, 0.0 if c == a else back),
    ):
        if change != 0.0:
            more, over = weigh_fill(area, change, ground, state)
            lack += more
            spilt += over
    over = state.sums[3]
    spill = excess(over + spilt, ground.spill) - excess(over, ground.spill)
    return lack + BEYOND * spill, spilt
