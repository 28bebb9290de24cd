"""Where Newton's method begins: a plan of least metres, its prices, and what runs short.

A simplex finds the plan. Its flows say which blocks share a shortage and which schools share empty
seats, by the cut of Ford and Fulkerson (1956).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seatplan.errors import SolveError
from seatplan.solvers.simplex import load_simplex
from seatplan.solvers.transport.answer import least_penalty
from seatplan.solvers.transport.basis import Floats, Flows, Ints
from seatplan.solvers.transport.growth import grow_tree, lay_table, read_tree
from seatplan.solvers.transport.params import PARAMS, Params

NOTHING = 1e-11  # share of the pupils: a flow that counts as none
MANY, LONG = 1_024.0, 16_384.0  # pupils in all and longest way, about, that suit POT's tolerances
MILD = 8.0  # longest ways of a pupil without a seat, tried first: smaller numbers, better prices
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
        (p,) the pairs, all with a way.
    """
    found, low = None, True
    if len(pupils) * len(seats) <= params.cells:
        found = _solve_table(pupils, seats, block, school, metres, params.turns)
    if found is None:
        most = params.iterations
        found, low = _solve_pairs(pupils, seats, block, school, metres, most), False
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
    pupils: Floats, seats: Floats, block: Ints, school: Ints, metres: Floats, iterations: int
) -> tuple[Flows, Floats, float]:
    """Hand the pairs to POT's sparse simplex, with a row of empty seats and a column of no seat."""
    rows, columns = np.flatnonzero(pupils > 0), np.flatnonzero(seats > 0)
    used = (pupils[block] > 0) & (seats[school] > 0)
    row = np.searchsorted(rows, block[used])
    column = np.searchsorted(columns, school[used])
    n, m = len(rows), len(columns)
    if not len(row):
        empty = np.zeros(0, np.int64)
        return (empty, empty, np.zeros(0)), np.zeros(len(seats)), 1.0
    heads = _power(pupils.sum() / MANY)
    unit = _power(metres[used].max(initial=0.0) / LONG)
    ways = metres[used] / unit
    supply = np.append(pupils[rows], seats.sum()) / heads
    demand = np.append(seats[columns], pupils.sum()) / heads
    demand *= supply.sum() / demand.sum()
    mild, full = MILD * float(ways.max(initial=0.0)) + 1.0, _penalty(row, ways, n, m)
    enough = pupils.sum() <= seats.sum()
    for penalty in (mild, full) if enough and mild < full else (full,):
        origin, goal, amount, price = _run_simplex(
            supply, demand, row, column, ways, penalty, iterations
        )
        left = float(amount[(goal == m) & (origin < n)].sum())
        if left <= NOTHING * float(supply[:n].sum()):
            break  # all are seated, so no penalty would seat more
    real = (origin < n) & (goal < m)
    flows = rows[origin[real]], columns[goal[real]], amount[real] * heads
    prices = np.zeros(len(seats))
    prices[columns] = np.maximum(price, 0.0) * unit
    return flows, prices, penalty * unit


def _run_simplex(
    supply: Floats,
    demand: Floats,
    row: Ints,
    column: Ints,
    metres: Floats,
    penalty: float,
    iterations: int,
) -> tuple[Ints, Ints, Floats, Floats]:
    """Return row, column and size of each flow, and the prices of the columns but the last."""
    n, m = len(supply) - 1, len(demand) - 1
    source = np.r_[row, np.arange(n), np.full(m + 1, n)].astype(np.uint64)
    target = np.r_[column, np.full(n, m), np.arange(m + 1)].astype(np.uint64)
    cost = np.r_[metres, np.full(n, penalty), np.zeros(m + 1)]
    origin, goal, amount, _, left, right, code = load_simplex().emd_c_sparse(
        supply, demand, source, target, cost, iterations
    )
    if code != 1:
        raise SolveError(f"the sparse network simplex ended with code {code}; want 1, optimal")
    return origin.astype(np.int64), goal.astype(np.int64), amount, -right[:m] - left[n]


def _anchor(
    price: Floats, flows: Flows, held: Marks, block: Ints, school: Ints, metres: Floats
) -> None:
    """Lower prices that a degenerate basis left high."""
    from seatplan.solvers.transport.anchoring import lower_prices  # numba is slow to import

    count = len(price)
    used = np.isin(block * count + school, flows[0] * count + flows[1])
    slack = ROUNDING * float(metres.max(initial=0.0))
    lower_prices(block, school, metres, used, held, price, slack, ROUNDS)


def _power(number: float) -> float:
    """Return the power of two nearest to a number, which keeps numbers exact; 1 for 0."""
    return float(2.0 ** np.round(np.log2(number))) if number > 0 else 1.0


def _penalty(row: Ints, metres: Floats, n: int, m: int) -> float:
    """Return metres that no saving elsewhere outweighs, as `answer.least_penalty` does."""
    longest, shortest = np.zeros(n), np.full(n, np.inf)
    np.maximum.at(longest, row, metres)
    np.minimum.at(shortest, row, metres)
    spread = np.sort(np.maximum(longest - shortest, 0.0))[::-1][: max(min(n, m) - 1, 0)]
    return float(2 * longest.max(initial=0.0) + spread.sum() + 1.0)


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
