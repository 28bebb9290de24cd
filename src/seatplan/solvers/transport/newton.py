"""Semismooth Newton over the prices of the schools, compiled.

After Lorenz, Manns and Meyer (2021), "Quadratically regularized optimal transport". The loads are
piecewise linear in the prices, so the method ends after finitely many steps, at rounding. Where the
loads do not answer to some prices (a school with only blocks that reach no other) the matrix is
singular: a diagonal that shrinks with what is amiss keeps the step finite, and the search along it
goes on until the slope has fallen.
"""

from __future__ import annotations

import numpy as np

from seatplan.solvers.compiled import compiled
from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.filling import Net, bend, fill

DAMPING = 0.1  # of a school of mean seats, times the share of the pupils that is amiss
FLAT = 1e-10  # of a school of mean seats, always: prices that nothing holds do not drift
FIRM = 1e-12  # of the answer of a load, always: the matrix stays positive in rounding
SLOPE, EVEN = 0.5, 1e-3  # shares of the first slope, up and down, that may be left after a step
NEAR = 1e-3  # of a level's usual height: prices as low as this may be kept from going below 0
TRIALS = 60  # step lengths tried in one search
FINE, CLOSE = 1e-9, 1e-12  # shares of the pupils amiss: good enough; only rounding is left
PATIENCE = 6  # searches from good enough on that need not halve what is amiss
WALL = 1e300  # answer of a load to a price that is not to move


@compiled
def solve_band(band: Floats, right: Floats) -> bool:
    """Solve in place by Cholesky's method; False where the matrix is not positive."""
    size, width = band.shape
    for row in range(size):
        if not band[row, 0] > 0:
            return False
        last = min(width, size - row)
        band[row, :last] /= np.sqrt(band[row, 0])
        right[row] /= band[row, 0]
        for far in range(1, last):
            pull = band[row, far]
            if pull != 0.0:
                right[row + far] -= pull * right[row]
                below = row + far
                for other in range(far, last):
                    band[below, other - far] -= pull * band[row, other]
    for row in range(size - 1, -1, -1):
        total = right[row]
        for far in range(1, min(width, size - row)):
            total -= band[row, far] * right[row + far]
        right[row] = total / band[row, 0]
    return True


@compiled
def weigh_excess(net: Net, price: Floats, load: Floats, excess: Floats) -> float:
    """Write what each load is above the seats; return the sum of what is amiss.

    Where seats may stand empty, they are amiss as far as their price, brought to 0, would fill
    them.
    """
    total = 0.0
    for school in range(len(load)):
        gap = load[school] - net.seats[school]
        excess[school] = gap
        if net.floored[school] and gap < 0:
            total += min(-gap, price[school] * net.seats[school] * net.seats[school] / net.weight)
        else:
            total += abs(gap)
    return total


@compiled
def aim(
    net: Net,
    price: Floats,
    level: Floats,
    flow: Floats,
    excess: Floats,
    damping: float,
    place: Ints,
    band: Floats,
) -> Floats:
    """Return the Newton step of the prices; all NaN where there is none.

    Prices about to fall below 0 go there, apart from the others (Bertsekas 1982).
    """
    bend(net, level, flow, place, band)
    count = len(place)
    right, grounded = np.zeros(count), np.zeros(count, np.bool_)
    mean = (net.seats * net.seats).sum() / net.seats.sum()
    for school in range(count):
        row = place[school]
        right[row] = excess[school]
        band[row, 0] += FIRM * band[row, 0]
        band[row, 0] += damping * net.seats[school] * mean / net.weight
        near = price[school] <= min(damping, NEAR) * net.weight / net.seats[school]
        if net.floored[school] and near and excess[school] <= 0.0:
            grounded[school] = True
            band[row, 0] = WALL
    if not solve_band(band, right):
        right[:] = np.nan
    aimed = right[place]
    for school in range(count):
        if grounded[school]:
            aimed[school] = -price[school]
    return aimed


@compiled
def step(net: Net, price: Floats, aimed: Floats, length: float, moved: Floats) -> None:
    """Write the prices after a step; none of those that have a floor goes below 0."""
    for school in range(len(price)):
        moved[school] = price[school] + length * aimed[school]
        if net.floored[school] and moved[school] < 0.0:
            moved[school] = 0.0


@compiled
def slope_at(net: Net, aimed: Floats, moved: Floats, load: Floats) -> float:
    """Return how fast the dual value rises along the step at `moved`."""
    total = 0.0
    for school in range(len(aimed)):
        if moved[school] > 0.0 or aimed[school] > 0.0 or not net.floored[school]:
            total += aimed[school] * (load[school] - net.seats[school])
    return total


@compiled
def search(
    net: Net, price: Floats, aimed: Floats, level: Floats, flow: Floats, load: Floats, slope: float
) -> int:
    """Move `price` up the slope, to where little of it is left; return the trials taken."""
    low, high, length = 0.0, np.inf, 1.0
    slope_low, slope_high = slope, 0.0
    moved = np.empty(len(price))
    trial = 0
    while trial < TRIALS:
        trial += 1
        step(net, price, aimed, length, moved)
        fill(net, moved, level, flow, load)
        here = slope_at(net, aimed, moved, load)
        if -EVEN * slope <= here <= SLOPE * slope:
            low = length
            break
        if here > 0:
            low, slope_low = length, here
        else:
            high, slope_high = length, here
        if high == np.inf:
            length *= 4.0
        else:
            cut = low + (high - low) * slope_low / (slope_low - slope_high)
            margin = 0.1 * (high - low)
            length = min(max(cut, low + margin), high - margin)
    if length != low:
        step(net, price, aimed, low, moved)
        fill(net, moved, level, flow, load)
    price[:] = moved
    return trial if low > 0 else TRIALS


@compiled
def run_newton(
    net: Net, price: Floats, place: Ints, width: int, fills: int
) -> tuple[Floats, Floats, float]:
    """Find prices under which each school holds its seats; `price` is changed in place.

    Parameters
    ----------
    place, width
        Order of the schools in which those that share a block are fewer than `width` apart.
    fills
        Times that all blocks may be filled.

    Returns
    -------
    tuple
        Level of each block, flow on each pair, and the share of the pupils that is amiss.
    """
    count = len(net.seats)
    level, flow = np.empty(len(net.pupils)), np.empty(len(net.school))
    load, excess, band = np.empty(count), np.empty(count), np.empty((count, width))
    total = net.pupils.sum()
    fill(net, price, level, flow, load)
    amiss = weigh_excess(net, price, load, excess) / total
    waited = 0
    while fills > 0 and amiss > 0 and waited < PATIENCE:
        damping = DAMPING * min(amiss, 1.0) + FLAT
        aimed = aim(net, price, level, flow, excess, damping, place, band)
        slope = 0.0
        for school in range(count):
            slope += aimed[school] * excess[school]
        if not slope > 0:
            break
        before, left = price.copy(), np.inf
        if amiss <= FINE:  # slopes are rounding here: the whole step, if it helps
            step(net, before, aimed, 1.0, price)
            fill(net, price, level, flow, load)
            left = weigh_excess(net, price, load, excess) / total
        if left > 0.5 * amiss:
            price[:] = before
            if amiss <= CLOSE:
                break
            fills -= search(net, price, aimed, level, flow, load, slope)
            left = weigh_excess(net, price, load, excess) / total
            waited = waited + 1 if FINE >= left > 0.5 * amiss else 0
            if amiss <= FINE and left > amiss:  # rounding led away: the prices before were better
                price[:] = before
                break
        amiss = left
    fill(net, price, level, flow, load)
    return level, flow, weigh_excess(net, price, load, excess) / total
