"""Pupils to free seats at the least regularised cost, as many as there are seats and ways for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.pairs import Pairs
from seatplan.solvers.transport.regularised import STRENGTH, solve_regularised

LOST = 4.0  # longest ways that a pupil without a seat counts as


class Seated(NamedTuple):
    """Who goes where: positions of block and school, and pupils > 0."""

    block: Ints
    school: Ints
    pupils: Floats


def seat_overflow(pupils: Floats, seats: Floats, pairs: Pairs) -> Seated:
    """Seat pupils where seats are free; unique whatever the order, and proof against cuts.

    One more school takes whom no seat is left for, at `LOST` times the longest way, and one more
    block takes the seats that stay empty, at no cost; then all pupils are seated and all seats are
    taken, which `solve_regularised` does with the quadratic term of the district itself.

    Parameters
    ----------
    pupils
        (n,) pupils of each block, at least 0.
    seats
        (m,) free seats of each school, at least 0.
    pairs
        Blocks and schools with a way between them.
    """
    usable = (pupils[pairs.block] > 0) & (seats[pairs.school] > 0) & np.isfinite(pairs.metres)
    block, school, metres = pairs.block[usable], pairs.school[usable], pairs.metres[usable]
    if not len(block):
        return Seated(block, school, np.zeros(0))
    n, m = pairs.blocks, pairs.schools
    lost = LOST * max(float(metres.max()), 1.0)
    closed = Pairs(
        np.concatenate([block, np.arange(n), np.full(m + 1, n)]),
        np.concatenate([school, np.full(n, m), np.arange(m + 1)]),
        np.concatenate([metres, np.full(n, lost), np.zeros(m + 1)]),
        n + 1,
        m + 1,
    )
    whole = np.append(pupils, seats.sum()), np.append(seats, pupils.sum())
    strength = _keep_strength(pupils, seats, Pairs(block, school, metres, n, m), lost, *whole)
    plan = solve_regularised(whole[0][None], whole[1][None], closed, equal=True, strength=strength)
    block, school = closed.block[plan.pair], closed.school[plan.pair]
    real = (block < n) & (school < m) & (plan.flows[0] > 0)
    return Seated(block[real], school[real], plan.flows[0][real])


def _keep_strength(
    pupils: Floats, seats: Floats, pairs: Pairs, lost: float, all_pupils: Floats, all_seats: Floats
) -> float:
    """Return the strength that gives the closed problem the weight of the real one."""
    nearest = np.full(len(pupils), np.inf)
    np.minimum.at(nearest, pairs.block, pairs.metres)
    reached = np.isfinite(nearest)
    way = float(pupils[reached] @ nearest[reached]) / float(pupils[reached].sum())
    closed_way = float(pupils @ np.where(reached, nearest, lost)) / float(all_pupils.sum())
    if way <= 0 or closed_way <= 0:
        return STRENGTH
    mean, closed_mean = (float(room @ room) / float(room.sum()) for room in (seats, all_seats))
    return STRENGTH * (way * mean) / (closed_way * closed_mean)
