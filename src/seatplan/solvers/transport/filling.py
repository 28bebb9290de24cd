"""Each block's pupils spread over its schools, as water finds its level: compiled.

With a price on every seat the regularised transport problem falls apart into one small problem a
block, whose answer has a closed form. What the schools then hold says which prices are wrong, and
how their load answers to prices is a matrix with few numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.transport.basis import Floats, Ints


class Net(NamedTuple):
    """Blocks with pupils, schools with seats and the pairs between them.

    Parameters
    ----------
    first
        (n+1,) block i has the pairs `first[i]` to `first[i + 1]`; at least one each.
    school, metres
        (p,) of each pair.
    pupils, seats
        (n,) and (m,), above 0.
    capped
        (n,) whether pupils of the block may be left over, at no cost.
    floored
        (m,) whether seats may stand empty; the price of these is at least 0.
    weight
        Pupil-metres; the weight of x^2 / (pupils * seats) in the cost, doubled.
    """

    first: Ints
    school: Ints
    metres: Floats
    pupils: Floats
    seats: Floats
    capped: NDArray[np.bool_]
    floored: NDArray[np.bool_]
    weight: float


@compiled
def find_level(net: Net, price: Floats, block: int) -> float:
    """Return the metres + price up to which the pupils of a block go.

    The level u solves sum_j seats_j max(0, u - metres_j - price_j) = weight. Newton's method from
    above drops the schools out of reach until none is left to drop: finite, and exact.
    """
    first, last = net.first[block], net.first[block + 1]
    level = np.inf
    for pair in range(first, last):
        school = net.school[pair]
        alone = net.metres[pair] + price[school] + net.weight / net.seats[school]
        level = min(level, alone)
    while True:
        room, volume = 0.0, net.weight
        for pair in range(first, last):
            school = net.school[pair]
            ground = net.metres[pair] + price[school]
            if ground < level:
                room += net.seats[school]
                volume += net.seats[school] * ground
        if room == 0.0 or not volume / room < level:
            break
        level = volume / room
    return min(level, 0.0) if net.capped[block] else level


@compiled
def fill(net: Net, price: Floats, level: Floats, flow: Floats, load: Floats) -> None:
    """Write the level of each block, the flow on each pair and the load of each school."""
    load[:] = 0.0
    for block in range(len(net.pupils)):
        level[block] = find_level(net, price, block)
        share = net.pupils[block] / net.weight
        for pair in range(net.first[block], net.first[block + 1]):
            school = net.school[pair]
            depth = level[block] - net.metres[pair] - price[school]
            flow[pair] = share * net.seats[school] * depth if depth > 0 else 0.0
            load[school] += flow[pair]


@compiled
def bend(net: Net, level: Floats, flow: Floats, place: Ints, band: Floats) -> None:
    """Write how much each load falls as each price rises: a symmetric band, lower half.

    `band[a, b]` belongs to the schools at the places a and a + b of the order `place`.
    """
    band[:] = 0.0
    for block in range(len(net.pupils)):
        first, last = net.first[block], net.first[block + 1]
        room = np.inf if net.capped[block] and level[block] >= 0.0 else 0.0
        for pair in range(first, last):
            if flow[pair] > 0:
                room += net.seats[net.school[pair]]
        for pair in range(first, last):
            if flow[pair] > 0:
                school = net.school[pair]
                pull = net.pupils[block] * net.seats[school] / net.weight
                band[place[school], 0] += pull
                for other in range(first, last):
                    far = place[net.school[other]] - place[school]
                    if flow[other] > 0 and far >= 0:
                        band[place[school], far] -= pull * net.seats[net.school[other]] / room


@compiled
def mark_nearest(
    first: Ints, metres: Floats, marks: NDArray[np.bool_], few: Ints
) -> NDArray[np.bool_]:
    """Keep the marks of each block's `few` nearest schools, and of those as far as the last."""
    kept = np.zeros(len(marks), np.bool_)
    for block in range(len(few)):
        some = marks[first[block] : first[block + 1]]
        ways = metres[first[block] : first[block + 1]][some]
        if len(ways) > 0:
            reach = np.sort(ways)[min(few[block], len(ways)) - 1]
            for pair in range(first[block], first[block + 1]):
                kept[pair] = marks[pair] and metres[pair] <= reach
    return kept


@compiled
def mark_near(
    net: Net, listed: NDArray[np.bool_], usable: NDArray[np.bool_], price: Floats
) -> NDArray[np.bool_]:
    """Mark the usable pairs whose metres + price lie below their block's level, or little above.

    The level is that of water poured on the listed pairs at the least of them; little above is as
    much as it stands there. A block without a listed pair has all its pairs marked.
    """
    marks = np.zeros(len(net.school), np.bool_)
    for block in range(len(net.first) - 1):
        level, lowest = np.inf, 0.0
        for pair in range(net.first[block], net.first[block + 1]):
            school = net.school[pair]
            if listed[pair]:
                ground = net.metres[pair] + price[school]
                if ground + net.weight / net.seats[school] < level:
                    level, lowest = ground + net.weight / net.seats[school], ground
        for pair in range(net.first[block], net.first[block + 1]):
            ground = net.metres[pair] + price[net.school[pair]]
            marks[pair] = usable[pair] and ground <= 2.0 * level - lowest
    return marks
