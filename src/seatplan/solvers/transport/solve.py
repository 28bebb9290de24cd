"""One transport problem: checked, cut to what matters, solved, certified."""

from __future__ import annotations

import numpy as np

from seatplan.solvers.transport.answer import (
    Transport,
    certify,
    check_counts,
    check_metres,
    least_penalty,
)
from seatplan.solvers.transport.arcs import solve_arcs
from seatplan.solvers.transport.basis import Floats, Flows
from seatplan.solvers.transport.growth import grow_tree, lay_table, read_tree
from seatplan.solvers.transport.params import PARAMS, Params


def solve_transport(
    pupils: Floats,
    seats: Floats,
    metres: Floats,
    *,
    start: Transport | None = None,
    params: Params = PARAMS,
) -> Transport:
    """Seat as many pupils as can be, then with the least pupil-metres; exact.

    Many problems over the same ways, as from year to year, are solved ten times as fast by
    `prepare_ways`.

    Parameters
    ----------
    pupils
        (n,) pupils of each block, at least 0.
    seats
        (m,) seats of each school, at least 0; inf where nothing limits them.
    metres
        (n, m) cost of a pupil of block i at school j, at least 0; inf where not allowed.
    start
        An answer to a problem of the same shape with other ways: its prices lead the simplex. The
        answer is exact whatever they are.
    params
        Which simplex, and when one is given up; the answer is exact whatever they are.

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
    metres = check_metres(metres)
    pupils, seats = check_counts(pupils, seats, metres)
    penalty = least_penalty(metres)
    rows, cols = np.flatnonzero(pupils > 0), np.flatnonzero(seats > 0)
    inner = metres if metres.shape == (len(rows), len(cols)) else metres[np.ix_(rows, cols)]

    def complete(flows: Flows, inner_price: Floats) -> Transport:
        price = np.zeros(len(seats))
        price[cols] = inner_price
        whole = rows[flows[0]], cols[flows[1]], flows[2]
        return certify(pupils, seats, metres, penalty, whole, price)

    if inner.size > params.dense_arcs:
        table = lay_table(inner, penalty)
        tree = grow_tree(table, pupils[rows], seats[cols], turns=params.turns)
        if tree is not None and (answer := complete(*read_tree(tree))).proven:
            return answer
    guess = None if start is None else start.seat_price[cols]
    first, every = np.arange(len(rows) + 1) * len(cols), np.zeros(0, np.int32)
    ways = np.require(inner.ravel(), requirements="W")
    flows, price, lacking = solve_arcs(
        pupils[rows], seats[cols], first, every, ways, penalty, guess, turns=params.pivots
    )
    full = np.where(lacking, price + penalty, price)
    return complete(flows, np.maximum(full, 0.0)).require_proof()
