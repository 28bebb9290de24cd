"""Lower bounds: no plan can cost less, whatever the search finds.

Without contiguity and with units that may be split the problem is a transport problem; its duals
give a bound, prices for the seats and a first plan. With whole units it is the generalised
assignment problem, whose Lagrangian bound (each facility fills itself as a knapsack; Fisher 1981)
is stronger where units are large beside the seats.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.districting.problem import Floats, Ints, Problem
from seatplan.solvers.transport import Transport, solve_transport

FINEST = 2_000  # steps into which a facility's seats are divided for the knapsack
WORK = 4e7  # units x steps x facilities up to which knapsacks are solved


@dataclass(frozen=True)
class Bound:
    """A bound and the duals that prove it.

    Parameters
    ----------
    least
        No plan within the limits costs less.
    value, base
        (n,) value of covering a unit and (m,) least worth (cost less values) of any area of a
        facility; their sum, less `spent`, is `least`.
    price
        (m,) price of a seat in the transport problem.
    spent
        Price of the moves allowed.
    unserved
        Pupils who find no seat even if units may be split.
    """

    least: float
    value: Floats
    base: Floats
    price: Floats
    spent: float
    unserved: float


def bound_transport(problem: Problem) -> Bound:
    """Return the transport bound, with the best price of a move where moves are limited."""
    best, fee = _transport_at(problem, 0.0, None)
    if not np.isfinite(problem.budget) or best.unserved > 0:
        return best
    top = 4 * float(best.price.max(initial=0.0)) + _spread(problem)
    low, high = 0.0, top
    for _ in range(20):  # concave in the price of a move: narrow by thirds
        left, right = low + (high - low) / 3, high - (high - low) / 3
        one, fee = _transport_at(problem, left, fee)
        two, fee = _transport_at(problem, right, fee)
        best = max(best, one, two, key=lambda bound: bound.least)
        low, high = (left, high) if one.least < two.least else (low, right)
    return best


def _spread(problem: Problem) -> float:
    """Return the most that a pupil's move can save."""
    inside = np.where(np.isfinite(problem.cost), problem.cost, 0.0).max(axis=1)
    per_pupil = (inside - problem.cost.min(axis=1)) / np.maximum(problem.weight, 1e-9)
    return float(per_pupil[problem.weight > 0].max(initial=0.0))


def _transport_at(problem: Problem, fee: float, start: Transport | None) -> tuple[Bound, Transport]:
    """Return the bound where each moved pupil costs `fee`."""
    weight = problem.weight
    cost = problem.cost + fee * problem.moved
    some = weight > 0
    metres = np.where(some[:, None], cost, 0.0) / np.where(some, weight, 1.0)[:, None]
    metres[~np.isfinite(cost)] = np.inf
    flows = solve_transport(weight, problem.seats, metres, start=start)
    value = np.where(some, flows.origin_price * weight, cost.min(axis=1))
    base = -flows.seat_price * np.minimum(problem.seats, weight.sum())
    spent = fee * problem.budget if fee else 0.0
    unserved = float(flows.unserved.sum())
    least = float(value.sum() + base.sum() - spent)
    if unserved > 0:
        least = float(problem.cost.min(axis=1).sum())
    return Bound(least, value, base, flows.seat_price, spent, unserved), flows


def bound_knapsacks(problem: Problem, first: Bound, above: float, seconds: float) -> Bound:
    """Raise the bound by a subgradient search over the values of the units.

    Parameters
    ----------
    first
        The transport bound.
    above
        Cost of a plan, or a guess of it: it sets the length of the steps.
    seconds
        Time limit.
    """
    n = len(problem.weight)
    steps, wide = _whole_weights(problem)
    if first.unserved > 0 or float(steps.sum()) * n > WORK:
        return first
    fee = first.spent / problem.budget if first.spent else 0.0
    cost = problem.cost + fee * problem.moved
    best, value, step, stale, slope = first, first.value.copy(), 1.0, 0, np.zeros(n)
    until = time.monotonic() + seconds
    while time.monotonic() < until and step > 1e-3:
        base, covered = fill_knapsacks(cost, wide, steps, value)
        least = float(value.sum() + base.sum() - first.spent)
        stale += 1
        if least > best.least:
            best = Bound(least, value.copy(), base, first.price, first.spent, 0.0)
            stale = 0
        elif stale >= 10:
            step, stale, value = 0.7 * step, 0, best.value.copy()
        slope = 0.7 * slope + 0.3 * (1.0 - covered)
        length = float(slope @ slope)
        if length < 1e-12:
            break
        value = value + step * max(above - least, 1e-6 * above) / length * slope
    return best


def _whole_weights(problem: Problem) -> tuple[Ints, Ints]:
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
    cost: NDArray[np.float64],
    wide: NDArray[np.int64],
    steps: NDArray[np.int64],
    value: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
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
