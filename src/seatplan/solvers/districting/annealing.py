"""Annealing over whole plans: units shift, swap and chain between areas that stay connected.

A step moves a unit across the line between two areas, in 6 of 10 cases together with a unit that
leaves the area it enters (a swap, or a chain into a third area). Pupils beyond the seats are
allowed at a price that rises while the temperature falls (Kirkpatrick et al. 1983).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.districting.moves import (
    Ground,
    State,
    excess,
    get_border,
    get_full,
    get_least,
    get_tilt,
    place_balance,
    weigh_balances,
    weigh_border,
    weigh_fills,
    weigh_move,
)
from seatplan.solvers.districting.problem import BEYOND

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHAINS = 0.6  # share of steps that move two units
EPOCH = 1_000  # steps at one temperature
RESUM = 100  # epochs between two sums from scratch
HELD = 1e-7  # pupils beyond the limits that count as none


@compiled
def draw_share(state: State) -> float:
    """Return a random number from 0 up to 1 (xorshift; Marsaglia 2003)."""
    x = state.luck[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state.luck[0] = x
    return float(x >> np.uint64(11)) * 2.0**-53


@compiled
def draw_below(limit: int, state: State) -> int:
    """Return a random whole number from 0 to `limit` - 1."""
    return int(draw_share(state) * limit)


@compiled
def stays_connected(unit: int, ground: Ground, state: State) -> bool:
    """Tell whether the area of `unit` stays connected without it; False where it is alone."""
    plan, seen, queue = state.plan, state.seen, state.queue
    area = plan[unit]
    state.marks[0] += 2
    asked, reached = state.marks[0], state.marks[0] + 1
    wanted, first = 0, -1
    for e in range(ground.indptr[unit], ground.indptr[unit + 1]):
        other = ground.indices[e]
        if plan[other] == area:
            seen[other] = asked
            wanted += 1
            first = other
    if wanted <= 1:
        return wanted == 1
    seen[unit] = reached
    seen[first] = reached
    queue[0] = first
    head, tail = 0, 1
    wanted -= 1
    while head < tail:
        here = queue[head]
        head += 1
        for e in range(ground.indptr[here], ground.indptr[here + 1]):
            other = ground.indices[e]
            if plan[other] == area and seen[other] != reached:
                if seen[other] == asked:
                    wanted -= 1
                    if wanted == 0:
                        return True
                seen[other] = reached
                queue[tail] = other
                tail += 1
    return False


@compiled
def neighbour_area(unit: int, ground: Ground, state: State) -> tuple[int, int]:
    """Return a random neighbour of `unit` and its area; -1 where it may not go there."""
    first, last = ground.indptr[unit], ground.indptr[unit + 1]
    if ground.fixed[unit] or first == last:
        return -1, -1
    other = ground.indices[first + draw_below(last - first, state)]
    area = state.plan[other]
    if area == state.plan[unit] or ground.cost[unit, area] == np.inf:
        return -1, -1
    return other, area


@compiled
def relabel(unit: int, target: int, ground: Ground, state: State) -> None:
    """Move `unit` to the area `target`, lists and loads included."""
    source = state.plan[unit]
    state.size[source] -= 1
    last = state.members[source, state.size[source]]
    state.members[source, state.place[unit]] = last
    state.place[last] = state.place[unit]
    state.members[target, state.size[target]] = unit
    state.place[unit] = state.size[target]
    state.size[target] += 1
    state.load[source] -= ground.weight[unit]
    state.load[target] += ground.weight[unit]
    for kind in range(ground.kinds):
        tilt = get_tilt(unit, kind, ground)
        state.load[place_balance(source, kind, ground)] -= tilt
        state.load[place_balance(target, kind, ground)] += tilt
    state.plan[unit] = target


@compiled
def make_move(i: int, b: int, j: int, c: int, ground: Ground, state: State) -> bool:
    """Make the move unless an area falls apart; tell whether it was made."""
    if not stays_connected(i, ground, state):
        return False
    a = state.plan[i]
    state.plan[i] = b
    if j >= 0 and not stays_connected(j, ground, state):
        state.plan[i] = a
        return False
    state.plan[i] = a
    relabel(i, b, ground, state)
    if j >= 0:
        relabel(j, c, ground, state)
    return True


@compiled
def sum_up(ground: Ground, state: State) -> None:
    """Add up loads, cost, excess and pupils moved from scratch, against drift."""
    state.load[:] = 0.0
    state.sums[:] = 0.0
    for i in range(len(state.plan)):
        a = state.plan[i]
        state.load[a] += ground.weight[i]
        state.sums[0] += ground.cost[i, a]
        state.sums[2] += ground.moved[i, a]
        if ground.has_border:
            for e in range(ground.indptr[i], ground.indptr[i + 1]):
                if state.plan[ground.indices[e]] != a:
                    state.sums[0] += get_border(e, ground) / 2
        for kind in range(ground.kinds):
            state.load[place_balance(a, kind, ground)] += get_tilt(i, kind, ground)
    areas = ground.cost.shape[1]
    for balance in state.load[areas:]:
        state.sums[0] += abs(balance)
    for a in range(areas):
        state.sums[1] += excess(state.load[a], ground.limits[a])
        state.sums[1] += excess(get_least(a, ground), state.load[a])
        state.sums[3] += excess(state.load[a], get_full(a, ground))
    state.sums[1] += BEYOND * excess(state.sums[2], ground.budget)
    state.sums[1] += BEYOND * excess(state.sums[3], ground.spill)


@compiled
def lay_out(plan: Ints, ground: Ground, seed: int) -> State:
    """Return the state of `plan`, which it will change."""
    n, m = ground.cost.shape
    state = State(
        plan,
        np.zeros(m + m * ground.kinds),
        np.zeros((m, n), np.int64),
        np.zeros(m, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(4),
        np.ones(1, np.int64),
        np.full(1, np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1), np.uint64),
    )
    for i in range(n):
        a = plan[i]
        state.members[a, state.size[a]] = i
        state.place[i] = state.size[a]
        state.size[a] += 1
    sum_up(ground, state)
    return state


@compiled
def try_step(temperature: float, fine: float, ground: Ground, state: State) -> bool:
    """Draw a move and make it, if it is no worse or luck has it; tell whether it was made."""
    i = draw_below(len(state.plan), state)
    k, b = neighbour_area(i, ground, state)
    if b < 0:
        return False
    j, c = -1, -1
    if draw_share(state) < CHAINS:
        j = state.members[b, draw_below(state.size[b], state)]
        k, c = neighbour_area(j, ground, state)
        if c < 0 or k == i:
            return False
    gain, fault, shifted = weigh_move(i, b, j, c, ground, state)
    spilt = 0.0
    if ground.has_fill:
        misfit, spilt = weigh_fills(i, b, j, c, ground, state)
        fault += misfit
    if ground.has_border:
        gain += weigh_border(i, b, -1, ground, state)
        if j >= 0:
            gain += weigh_border(j, c, i, ground, state)
    if ground.kinds > 0:
        gain += weigh_balances(i, b, j, c, ground, state)
    rise = gain + fine * fault
    if rise > 0 and draw_share(state) >= np.exp(-rise / temperature):
        return False
    if not make_move(i, b, j, c, ground, state):
        return False
    state.sums[0] += gain
    state.sums[1] += fault
    state.sums[2] += shifted
    state.sums[3] += spilt
    return True


@compiled
def anneal(
    plan: Ints,
    best: Ints,
    ground: Ground,
    price: tuple[float, float],
    heat: tuple[float, float],
    steps: int,
    seed: int,
) -> None:
    """Anneal `plan` in place; leave the best plan met, the start included, in `best`.

    Parameters
    ----------
    plan, best
        (n,) facility of each unit; every area connected. The best plan is the one least beyond the
        limits, then the cheapest.
    price, heat
        First and last price of a pupil beyond the limits, and temperature; geometric between.
    """
    state = lay_out(plan, ground, seed)
    best[:] = plan
    least_over, least_cost = state.sums[1], state.sums[0]
    temperature, fine = heat[0], price[0]
    epochs = max(steps // EPOCH, 1)
    cooling, rising = (heat[1] / heat[0]) ** (1 / epochs), (price[1] / price[0]) ** (1 / epochs)
    for epoch in range(epochs):
        if epoch % RESUM == 0:
            sum_up(ground, state)
        temperature *= cooling
        fine *= rising
        for _ in range(EPOCH):
            if try_step(temperature, fine, ground, state):
                cost, over = state.sums[0], state.sums[1]
                level = over <= least_over + HELD
                if over < least_over - HELD or (level and cost < least_cost):
                    least_over, least_cost = max(over, 0.0), cost
                    best[:] = plan
