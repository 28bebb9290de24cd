"""Where Newton's method begins: a plan of least metres, its prices, and what runs short.

A simplex finds the plan. Its flows say which blocks share a shortage and which schools share empty
seats, by the cut of Ford and Fulkerson (1956).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.transport.answer import add_up_ways, least_penalty
from seatplan.solvers.transport.arcs import solve_arcs
from seatplan.solvers.transport.basis import Floats, Flows, Ints
from seatplan.solvers.transport.growth import grow_tree, lay_table, read_tree
from seatplan.solvers.transport.params import PARAMS, Params

NOTHING = 1e-11  # share of the pupils: a flow that counts as none
ROUNDING, ROUNDS = 1e-9, 200  # of the longest way; times that prices may be looked at

SHORT, EXACT, SPARE = range(3)
Parts = NDArray[np.int8]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Start:
    """Prices, and where seats run short, are just enough, or stand empty.

    Parameters
    ----------
    price
        (m,) metres that one more seat saves, of the order of `penalty` where it seats a pupil who
        has none.
    block_part, school_part
        (n,) and (m,) `SHORT`, `EXACT` or `SPARE`. Between two parts no pupil goes in any plan that
        seats as many as can be.
    penalty
        Metres of a pupil without a seat.
    """

    price: Floats
    block_part: Parts
    school_part: Parts
    penalty: float


def find_start(
    pupils: Floats,
    seats: Floats,
    block: Ints,
    school: Ints,
    metres: Floats,
    params: Params = PARAMS,
) -> Start:
    """Seat as many pupils as can be with the least metres.

    Parameters
    ----------
    pupils, seats
        (n,) and (m,), finite.
    block, school, metres
        (p,) the pairs, all with a way, by block and school.
    """
    found, low = None, True
    if len(pupils) * len(seats) <= params.cells:
        found = _solve_table(pupils, seats, block, school, metres, params.turns)
    if found is None:
        found, low = _solve_pairs(pupils, seats, block, school, metres, params.pivots), False
    flows, price, penalty = found
    parts = _find_parts(flows, pupils, seats, block, school)
    if not low:
        _anchor(price, flows, parts[1] != SHORT, block, school, metres)
    return Start(price, *parts, penalty)


def _solve_table(
    pupils: Floats, seats: Floats, block: Ints, school: Ints, metres: Floats, turns: int
) -> tuple[Flows, Floats, float] | None:
    """Lay all blocks and schools out as a table; None where too many turns were taken."""
    table = np.full((len(pupils), len(seats)), np.inf)
    table[block, school] = metres
    penalty = least_penalty(table)
    tree = grow_tree(lay_table(table, penalty), pupils, seats, turns=turns)
    return None if tree is None else (*read_tree(tree), penalty)


def _solve_pairs(
    pupils: Floats, seats: Floats, block: Ints, school: Ints, metres: Floats, turns: int
) -> tuple[Flows, Floats, float]:
    """Hand the pairs that have pupils and seats to the primal simplex."""
    rows, columns = np.flatnonzero(pupils > 0), np.flatnonzero(seats > 0)
    used = (pupils[block] > 0) & (seats[school] > 0)
    row, ways = np.searchsorted(rows, block[used]), metres[used]
    column = np.searchsorted(columns, school[used]).astype(np.int32)
    first = np.searchsorted(row, np.arange(len(rows) + 1))
    penalty = _penalty(row, ways, len(rows), len(columns))
    flows, price, lacking = solve_arcs(
        pupils[rows], seats[columns], first, column, ways, penalty, turns=turns
    )
    if pupils.sum() - flows[2].sum() > NOTHING * pupils.sum():
        price[lacking] += penalty
    else:  # all are seated, so that no penalty would seat more
        price[lacking] -= price[lacking].min(initial=0.0)
    prices = np.zeros(len(seats))
    prices[columns] = np.maximum(price, 0.0)
    return (rows[flows[0]], columns[flows[1]], flows[2]), prices, penalty


def _anchor(
    price: Floats, flows: Flows, held: Marks, block: Ints, school: Ints, metres: Floats
) -> None:
    """Lower prices that a degenerate basis left high."""
    from seatplan.solvers.transport.anchoring import lower_prices  # numba is slow to import

    count = len(price)
    used = np.isin(block * count + school, flows[0] * count + flows[1])
    slack = ROUNDING * float(metres.max(initial=0.0))
    lower_prices(block, school, metres, used, held, price, slack, ROUNDS)


def _penalty(row: Ints, metres: Floats, n: int, m: int) -> float:
    """Return metres that no saving elsewhere outweighs, as `answer.least_penalty` does."""
    longest, shortest = np.zeros(n), np.full(n, np.inf)
    np.maximum.at(longest, row, metres)
    np.minimum.at(shortest, row, metres)
    return add_up_ways(longest, shortest, m)


def _find_parts(
    flows: Flows, pupils: Floats, seats: Floats, block: Ints, school: Ints
) -> tuple[Parts, Parts]:
    """Follow the shortage from block to school to block, and the empty seats the other way."""
    nothing = NOTHING * pupils.sum()
    some = flows[2] > nothing
    used, taken = flows[0][some], flows[1][some]
    left = pupils - np.bincount(flows[0], flows[2], len(pupils))
    free = seats - np.bincount(flows[1], flows[2], len(seats))
    short, full = _follow(left > nothing, block, school, taken, used, len(seats))
    spare, easy = _follow(free > nothing, school, block, used, taken, len(pupils))
    block_part = np.where(short, SHORT, np.where(easy, SPARE, EXACT)).astype(np.int8)
    school_part = np.where(full, SHORT, np.where(spare, SPARE, EXACT)).astype(np.int8)
    return block_part, school_part


def _follow(
    marked: Marks, near: Ints, far: Ints, back_from: Ints, back_to: Ints, count: int
) -> tuple[Marks, Marks]:
    """Mark what is reached over pairs (near, far), and back over flows (back_from, back_to)."""
    reached = np.zeros(count, bool)
    grown = bool(marked.any())
    while grown:
        reached[far[marked[near]]] = True
        more = back_to[reached[back_from]]
        grown = not marked[more].all()
        marked[more] = True
    return marked, reached
