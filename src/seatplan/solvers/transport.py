"""Least-cost flows within capacity: pupils of each block to seats of each school.

The problem is the transport problem of Hitchcock (1941), with pupils left over where the seats in
reach run out. First as many pupils are seated as can be, then with the least pupil-metres. It is
solved exactly by the network simplex of POT (Bonneel et al. 2011, after LEMON) on a balanced copy
with one row of empty seats and one column of pupils without a seat, and each answer carries a
certificate: by how much, at most, any plan could be cheaper.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seatplan.errors import SolveError
from seatplan.solvers.simplex import load_simplex

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DENSE_ARCS = 500_000  # up to here every arc is handed to the simplex at once
NEAREST = 6  # arcs of each block in the first round of a larger problem
ADDED = 3  # arcs a block may gain in a pricing round
SAMPLE = 3_000  # most blocks of the small problem that foretells the prices of a large one
THINNED = 8  # and how many blocks one of them stands for, at least
TOLERANCE = 1e-6  # largest certificate accepted, as a share of the cost
ITERATIONS = 2_000_000_000


@dataclass(frozen=True)
class Transport:
    """Who sits where, at which cost, and what one more seat would save.

    Parameters
    ----------
    origin, school, pupils
        (k,) flows above 0: `pupils[f]` go from block `origin[f]` to `school[f]`.
    unserved
        (n,) pupils without a seat.
    cost
        Pupil-metres of the flows.
    origin_price
        (n,) metres that one more pupil of the block costs; `penalty` where it finds no seat.
    seat_price
        (m,) metres that one more seat saves, at least 0; of the order of `penalty` where it seats
        a pupil who has none.
    penalty
        Metres charged for a pupil without a seat; above any saving that leaving one out can bring.
    gap
        The certificate: no plan that seats as many is cheaper by more than these pupil-metres.
        Every allowed arc is priced for it, whether or not the simplex was given it.
    """

    origin: Ints
    school: Ints
    pupils: Floats
    unserved: Floats
    cost: float
    origin_price: Floats
    seat_price: Floats
    penalty: float
    gap: float


def solve_transport(
    pupils: Floats, seats: Floats, metres: Floats, *, start: Transport | None = None
) -> Transport:
    """Seat as many pupils as can be, then with the least pupil-metres; exact.

    Parameters
    ----------
    pupils
        (n,) pupils of each block, at least 0.
    seats
        (m,) seats of each school, at least 0; inf where nothing limits them.
    metres
        (n, m) cost of a pupil of block i at school j, at least 0; inf where not allowed.
    start
        An answer to a problem of the same shape: its prices lead the simplex, which halves the time
        from year to year. The answer is exact whatever they are.

    Raises
    ------
    ValueError
        Shapes that do not meet; pupils, seats or metres below 0 or not a number.
    SolveError
        The certificate lies above 1e-6 of the cost: numbers of too many orders of magnitude.

    Examples
    --------
    >>> flows = solve_transport(np.array([30.0, 20.0]), np.array([40.0, 5.0]),
    ...                         np.array([[100.0, 900.0], [200.0, 500.0]]))
    >>> flows.cost, float(flows.unserved.sum()), bool(flows.seat_price[1] > flows.penalty / 2)
    (7500.0, 5.0, True)
    """
    pupils, seats, metres = _checked(pupils, seats, metres)
    rows, cols = np.flatnonzero(pupils > 0), np.flatnonzero(seats > 0)
    penalty = least_penalty(metres)
    if len(rows) == 0 or len(cols) == 0:
        flows, price = _no_flows(), np.zeros(len(seats))
    else:
        inner = metres[np.ix_(rows, cols)] if _partial(metres, rows, cols) else metres
        guess = np.zeros(len(cols)) if start is None else start.seat_price[cols]
        solve = _solve_dense if inner.size <= DENSE_ARCS else _solve_priced
        room = np.minimum(
            seats[cols], 2 * pupils.sum()
        )  # more than all: no price where seats spare
        (origin, school, amount), inner_price = solve(pupils[rows], room, inner, penalty, guess)
        flows = rows[origin], cols[school], amount
        price = np.zeros(len(seats))
        price[cols] = inner_price
    return _certified(pupils, seats, metres, penalty, flows, price)


def least_penalty(metres: Floats) -> float:
    """Metres for a pupil without a seat that no saving elsewhere can outweigh.

    To seat one pupil more, a plan shifts pupils along a path that meets no block and no school
    twice: the first block pays at most the longest way, each further block at most its own spread
    (longest less shortest way), and there are at most min(n, m) of them. Their sum, with one
    longest way as the margin, is a penalty under which every such path pays; so at the optimum
    none is left, and by the theorem of augmenting paths no more pupils can be seated.
    """
    allowed = np.isfinite(metres)
    if not allowed.any():
        return 1.0
    longest = np.where(allowed, metres, 0.0).max(axis=1)
    spread = np.maximum(longest - metres.min(axis=1, initial=np.inf), 0.0)
    further = np.sort(spread)[::-1][: max(min(metres.shape) - 1, 0)]
    return float(2 * longest.max() + further.sum() + 1.0)


def _checked(pupils: Floats, seats: Floats, metres: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the three arrays as floats; ValueError where they cannot be used."""
    pupils, seats, metres = (np.asarray(item, dtype=float) for item in (pupils, seats, metres))
    if metres.shape != (len(pupils), len(seats)):
        raise ValueError(
            f"metres has the shape {metres.shape}; {len(pupils)} blocks and {len(seats)} schools "
            f"take ({len(pupils)}, {len(seats)})"
        )
    for name, values in (("pupils", pupils), ("seats", seats), ("metres", metres)):
        if not (values >= 0).all():
            raise ValueError(f"{name} holds numbers below 0 or NaN; each must be at least 0")
    if not np.isfinite(pupils).all():
        raise ValueError("pupils holds inf; each must be a number of pupils")
    return pupils, seats, metres


def _partial(metres: Floats, rows: Ints, cols: Ints) -> bool:
    return metres.shape != (len(rows), len(cols))


def _no_flows() -> tuple[Ints, Ints, Floats]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)


def _balanced(pupils: Floats, seats: Floats) -> tuple[Floats, Floats]:
    """Add the row of empty seats and the column of pupils without one, so that the sums meet."""
    supply = np.append(pupils, seats.sum())
    demand = np.append(seats, pupils.sum())
    demand *= supply.sum() / demand.sum()
    return supply, demand


def _solve_dense(
    pupils: Floats, seats: Floats, metres: Floats, penalty: float, guess: Floats
) -> tuple[tuple[Ints, Ints, Floats], Floats]:
    """Hand every arc to the simplex; return its flows and the seat prices."""
    n, m = metres.shape
    full = np.zeros((n + 1, m + 1))
    # A forbidden arc dearer than no seat plus an empty seat is never used.
    np.copyto(full[:n, :m], metres)
    full[:n, :m][np.isinf(metres)] = 2 * penalty
    full[:n, m] = penalty
    supply, demand = _balanced(pupils, seats)
    left = np.append(np.minimum((full[:n, :m] + guess).min(axis=1), penalty), 0.0)
    plan, _, left, right, code = load_simplex().emd_c(
        supply, demand, full, ITERATIONS, 1, left, np.append(-guess, 0.0)
    )
    _require_optimal(code)
    origin, school = np.nonzero((plan[:n, :m] > 0) & np.isfinite(metres))
    return (origin, school, plan[origin, school]), np.maximum(-right[:m] - left[n], 0.0)


def _solve_priced(
    pupils: Floats, seats: Floats, metres: Floats, penalty: float, guess: Floats
) -> tuple[tuple[Ints, Ints, Floats], Floats]:
    """Hand over the likely arcs; add those that the prices call for until none does."""
    if not guess.any():
        guess = _foretold(pupils, seats, metres, penalty)
    width = min(NEAREST, metres.shape[1])
    arcs = _cheapest(metres, guess, width, np.full(len(metres), np.inf))
    while True:
        flows, price, cost = _solve_sparse(pupils, seats, metres, arcs, penalty, guess)
        added = _cheapest(metres, price, min(ADDED, metres.shape[1]), cost - 1e-9 * penalty)
        fresh = np.setdiff1d(added, arcs, assume_unique=True)
        if len(fresh) == 0:
            return flows, price
        arcs, guess = np.sort(np.concatenate([arcs, fresh])), price


def _foretold(pupils: Floats, seats: Floats, metres: Floats, penalty: float) -> Floats:
    """Return the seat prices of an even sample of the blocks, which are near those of all."""
    step = max(-(-len(pupils) // SAMPLE), THINNED)
    some = pupils[::step]
    room = seats * (some.sum() / pupils.sum())
    return _solve_dense(some, room, metres[::step], penalty, np.zeros(len(seats)))[1]


def _cheapest(metres: Floats, price: Floats, width: int, below: Floats) -> Ints:
    """Return the `width` arcs of each block least in metres + price, if under `below`, as i*m+j."""
    m = metres.shape[1]
    found = []
    for first in range(0, len(metres), 1_000):
        full = metres[first : first + 1_000] + price
        limit = below[first : first + 1_000, None]
        rows = np.flatnonzero(full.min(axis=1) < limit[:, 0])
        nearest = np.argpartition(full[rows], width - 1, axis=1)[:, :width]
        keep = np.take_along_axis(full[rows], nearest, axis=1) < limit[rows]
        found.append(((first + rows)[:, None] * m + nearest)[keep])
    return np.sort(np.concatenate(found))


def _solve_sparse(
    pupils: Floats, seats: Floats, metres: Floats, arcs: Ints, penalty: float, guess: Floats
) -> tuple[tuple[Ints, Ints, Floats], Floats, Floats]:
    """Solve over `arcs` alone; return flows, seat prices and each block's metres + price."""
    n, m = metres.shape
    origin, school = np.divmod(arcs, m)
    tail = np.concatenate([origin, np.arange(n), np.full(m + 1, n)])
    head = np.concatenate([school, np.full(n, m), np.arange(m + 1)])
    length = np.concatenate([metres[origin, school], np.full(n, penalty), np.zeros(m + 1)])
    supply, demand = _balanced(pupils, seats)
    left = np.full(n, penalty)
    np.minimum.at(left, origin, metres[origin, school] + guess[school])
    i, j, amount, _, left, right, code = load_simplex().emd_c_sparse(
        supply,
        demand,
        tail.astype(np.uint64),
        head.astype(np.uint64),
        length,
        ITERATIONS,
        np.append(left, 0.0),
        np.append(-guess, 0.0),
    )
    _require_optimal(code)
    i, j = i.astype(np.int64), j.astype(np.int64)
    real = (i < n) & (j < m) & (amount > 0)
    price = np.maximum(-right[:m] - left[n], 0.0)
    return (i[real], j[real], amount[real]), price, left[:n] - left[n]


def _require_optimal(code: int) -> None:
    if code != 1:
        raise SolveError(
            f"the transport problem ended with code {code} of the network simplex; "
            "check pupils, seats and metres for numbers of very different size"
        )


def _certified(
    pupils: Floats,
    seats: Floats,
    metres: Floats,
    penalty: float,
    flows: tuple[Ints, Ints, Floats],
    price: Floats,
) -> Transport:
    """Price every arc, close the prices over empty blocks and schools, and add up the gap."""
    origin, school, amount = flows
    large = amount > 1e-12 * pupils.sum()
    origin, school, amount = origin[large], school[large], amount[large]
    closed = seats == 0
    floor = _least(metres[:, ~closed], price[~closed], penalty)
    price[closed] = np.max(floor[:, None] - metres[:, closed], axis=0, initial=0.0)
    unserved = pupils - np.bincount(origin, amount, len(pupils))
    unserved[unserved < 1e-9 * np.maximum(pupils, 1.0)] = 0.0
    spare = seats - np.bincount(school, amount, len(seats))
    walked = metres[origin, school]
    cost = float(amount @ walked)
    # Complementary slackness: each term is 0 at the optimum, and their sum is primal less dual.
    gap = float(amount @ np.maximum(walked + price[school] - floor[origin], 0.0))
    gap += float(unserved @ (penalty - floor))
    priced = price > 0
    gap += float(np.maximum(spare[priced], 0.0) @ price[priced])
    if gap > TOLERANCE * max(cost, penalty):
        raise SolveError(f"the flows may be {gap:g} pupil-metres above the least cost of {cost:g}")
    return Transport(origin, school, amount, unserved, cost, floor, price, penalty, gap)


def _least(metres: Floats, price: Floats, penalty: float) -> Floats:
    """Return each block's least metres + price over all schools, at most `penalty`."""
    floor = np.full(len(metres), penalty)
    for first in range(0, len(metres), 1_000):
        rows = slice(first, first + 1_000)
        floor[rows] = np.min(metres[rows] + price, axis=1, initial=penalty)
    return floor
