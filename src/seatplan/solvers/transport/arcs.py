"""One transport problem over listed ways, or over all of a table, by the primal simplex."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatplan.errors import SolveError
from seatplan.solvers.transport.basis import Floats, Flows, Ints, plant_links
from seatplan.solvers.transport.growth import read_flows
from seatplan.solvers.transport.params import PARAMS

PLACES = 2.0  # room for so many times the pupils is more than all take: no price where seats spare


def solve_arcs(
    pupils: Floats,
    seats: Floats,
    first: Ints,
    school: NDArray[np.int32],
    metres: Floats,
    penalty: float,
    guess: Floats | None = None,
    *,
    turns: int = PARAMS.pivots,
) -> tuple[Flows, Floats, NDArray[np.bool_]]:
    """Seat as many pupils as can be, then with the least pupil-metres.

    Parameters
    ----------
    pupils, seats
        (n,) and (m,), above 0; seats may be inf.
    first, school, metres, penalty
        See `primal.Arcs`.
    guess
        (m,) seat prices to begin with, which cost or save time only.
    turns
        Turns allowed for each node.

    Returns
    -------
    tuple
        Flows as (origin, school, pupils); seat prices (m,); and whether the penalty is to be added
        to them (m,), since one seat more would seat a pupil who has none, or is just not wanted for
        that. They are at least 0 then.

    Raises
    ------
    SolveError
        More turns were wanted.
    """
    from seatplan.solvers.transport import primal  # numba takes half a second to import

    n, m = len(pupils), len(seats)
    total = float(pupils.sum())
    if not len(metres):
        none = np.zeros(0, np.int64)
        return (none, none, np.zeros(0)), np.zeros(m), np.zeros(m, bool)
    room = np.append(np.minimum(seats, PLACES * total), PLACES * total)
    links = plant_links(n, m + 1)
    flow, arc, price = np.zeros(len(links)), np.full(len(links), -1), np.zeros(m + 1)
    flow[: m + 1] = room
    tree = primal.ArcTree(links, flow, arc, price, np.zeros(m + 1, bool), np.zeros((2, m)))
    arcs = primal.Arcs(first, school, metres, penalty)
    primal.seat_nearest(arcs, tree, pupils, np.zeros(m) if guess is None else guess)
    if not primal.run_primal(arcs, tree, pupils, room, turns * len(links)):
        raise SolveError(
            f"the network simplex took {turns * len(links)} turns and was not done; "
            "check pupils, seats and metres for numbers of very different size"
        )
    return read_flows(links, flow, m + 1), price[:m], tree.lacking[:m]
