"""Pupils to free seats at the least regularised cost, as many as there are seats and ways for."""

from __future__ import annotations

from typing import NamedTuple

from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.pairs import Pairs
from seatplan.solvers.transport.regularised import solve_regularised


class Seated(NamedTuple):
    """Who goes where: positions of block and school, and pupils > 0."""

    block: Ints
    school: Ints
    pupils: Floats


def seat_overflow(pupils: Floats, seats: Floats, pairs: Pairs) -> Seated:
    """Seat pupils where seats are free; unique whatever the order, and proof against cuts.

    Parameters
    ----------
    pupils
        (n,) pupils of each block, at least 0.
    seats
        (m,) free seats of each school, at least 0.
    pairs
        Blocks and schools with a way between them.
    """
    plan = solve_regularised(pupils[None], seats[None], pairs)
    some = plan.flows[0] > 0
    pair = plan.pair[some]
    return Seated(pairs.block[pair], pairs.school[pair], plan.flows[0][some])
