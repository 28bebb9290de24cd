"""Flows that are unique: least metres, and no pair fuller than it must be.

A transport problem often has many plans of least cost, and a simplex ends at one corner of them:
which one hangs on the order of rows and on how blocks were cut. Here the cost of a plan is

    sum c_ij x_ij + w / 2 * sum x_ij^2 / (O_i D_j)

with the pupils O of block i and the seats D of school j (Blondel, Seguy and Rolet 2018, "Smooth and
sparse optimal transport"). The second term makes the plan unique. Its weights are the margins', so
a block cut in parts at one place sends, part by part, what it sent whole: at the best plan
x_ij = O_i D_j max(0, u_i - c_ij - price_j) / w, and neither u_i nor the prices know of the cut.
Pairs far from worth their way stay empty. The entropy model (Wilson 1971, "A family of spatial
interaction models") is unique and proof against cuts too, but joins every block to every school.

As many pupils are seated as can be, whatever that costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from seatplan.errors import SolveError
from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.canonical import Arranged, arrange
from seatplan.solvers.transport.pairs import Pairs
from seatplan.solvers.transport.params import PARAMS, Params
from seatplan.solvers.transport.widening import Plan, pose, widen

STRENGTH = 0.15  # at Litong the mean walk grows by 0.7 % at most
BALANCE = 1e-6  # share by which pupils and seats may differ where they are to be equal


@dataclass(frozen=True)
class Regularised:
    """The plans of k problems over the same pairs.

    Parameters
    ----------
    pair
        (q,) those pairs that carry pupils in some problem, as positions in the pairs given.
    flows
        (k, q) pupils on them.
    unserved
        (k, n) pupils without a seat.
    spare
        (k, m) seats that stand empty; inf where nothing limits them.
    short
        (k, n) blocks that share a shortage: their pairs lead only to schools that are full of
        pupils of such blocks, and these are more than the seats. Only more pairs for them can help.
    weight
        (k,) w, in pupil-metres.
    amiss
        (k,) share of the pupils by which the seats are missed: rounding.
    """

    pair: Ints
    flows: Floats
    unserved: Floats
    spare: Floats
    short: NDArray[np.bool_]
    weight: Floats
    amiss: Floats


def solve_regularised(
    pupils: Floats,
    seats: Floats,
    pairs: Pairs,
    *,
    start: NDArray[np.bool_] | None = None,
    strength: float = STRENGTH,
    equal: bool = False,
    params: Params = PARAMS,
) -> Regularised:
    """Seat as many pupils as can be, then at the least regularised cost; exact, and unique.

    Parameters
    ----------
    pupils
        (k, n) pupils of each block, at least 0, in k problems: grades, years or draws.
    seats
        (k, m) seats of each school, at least 0; inf where nothing limits them.
    pairs
        Blocks and schools that may be joined.
    start
        (p,) pairs to begin with where there are many. Others are taken in where they would carry
        pupils, so the plan is that over all pairs, whatever the start, which costs time only. None
        begins with the nearest of each block.
    strength
        w / (mean seats * mean metres), above 0: mean seats as a pupil in a full school sees them,
        sum D^2 / sum D, and metres the mean way to the nearest school. So neither the unit of
        metres nor that of pupils matters, nor how many districts lie side by side. A block shares
        its pupils out over schools of mean size whose way + price differs by less than `strength`
        times the mean way. Where that way is 0, the longest stands for it.
    equal
        Whether all seats are to be taken, as by the pupils on a roll. Pupils and seats may differ
        by 1e-6 in all; the pupils of every block are then scaled to the seats.
    params
        How it is gone about, and how exact the answer must be.

    Raises
    ------
    ValueError
        Shapes that do not meet; numbers below 0 or not finite; sums that differ with `equal`.
    SolveError
        The seats are missed by more than 1e-9 of the pupils: numbers of too many orders of
        magnitude.

    Examples
    --------
    Two blocks as far from one school as from the other share both:

    >>> from seatplan.solvers.transport.pairs import list_pairs
    >>> ways = list_pairs(np.full((2, 2), 500.0))
    >>> plan = solve_regularised(np.array([[30.0, 10.0]]), np.array([[20.0, 20.0]]), ways)
    >>> plan.flows.round(9).tolist()
    [[15.0, 15.0, 5.0, 5.0]]
    """
    pupils, seats = check_margins(pupils, seats, pairs, strength)
    if equal:
        pupils = scale_to_seats(pupils, seats)
    arranged = arrange(pairs, pupils, seats)
    marks = None if start is None else np.asarray(start, bool)[arranged.pair]
    plans = [
        widen(pose(arranged, own[arranged.blocks], room[arranged.schools], strength, params), marks)
        for own, room in zip(pupils, seats, strict=True)
    ]
    answer = gather_plans(plans, arranged, pupils, seats, len(pairs.block))
    return require_accuracy(answer, params.accuracy)


def gather_plans(
    plans: list[Plan], arranged: Arranged, pupils: Floats, seats: Floats, count: int
) -> Regularised:
    """Bring the plans back into the order of the pairs, blocks and schools as given."""
    carrying = np.zeros(count, bool)
    for plan in plans:
        carrying[arranged.pair[plan.pair]] = True
    place = np.cumsum(carrying) - 1
    flows = np.zeros((len(plans), int(carrying.sum())))
    unserved = np.zeros((len(plans), len(arranged.blocks)))
    short = np.zeros(unserved.shape, bool)
    spare = np.zeros(seats.shape)
    for row, plan in enumerate(plans):
        flows[row, place[arranged.pair[plan.pair]]] = plan.flow
        unserved[row, arranged.blocks] = plan.unserved
        short[row, arranged.blocks] = plan.short
        room = seats[row, arranged.schools]
        free = plan.spare | (room > pupils[row].sum())
        spare[row, arranged.schools] = np.where(free, np.maximum(room - plan.taken, 0.0), 0.0)
    weight, amiss = [plan.weight for plan in plans], [plan.amiss for plan in plans]
    pair = np.flatnonzero(carrying)
    return Regularised(pair, flows, unserved, spare, short, np.array(weight), np.array(amiss))


def check_margins(
    pupils: Floats, seats: Floats, pairs: Pairs, strength: float
) -> tuple[Floats, Floats]:
    """Return pupils and seats as floats; ValueError where they cannot be used with `pairs`."""
    pupils, seats = np.asarray(pupils, np.float64), np.asarray(seats, np.float64)
    count = len(pupils)
    if pupils.shape != (count, pairs.blocks) or seats.shape != (count, pairs.schools):
        raise ValueError(
            f"pupils and seats have the shapes {pupils.shape} and {seats.shape}; k problems over "
            f"{pairs.blocks} blocks and {pairs.schools} schools take (k, {pairs.blocks}) and "
            f"(k, {pairs.schools})"
        )
    for name, values in (("pupils", pupils), ("seats", seats)):
        if not (values >= 0).all():
            raise ValueError(f"{name} holds numbers below 0 or NaN; each must be at least 0")
    if not np.isfinite(pupils).all():
        raise ValueError("pupils holds inf; each must be a number of pupils")
    if not 0 < strength < np.inf:
        raise ValueError(f"strength is {strength}; want a number above 0")
    return pupils, seats


def scale_to_seats(pupils: Floats, seats: Floats) -> Floats:
    """Scale the pupils of each problem to its seats; ValueError where they differ by much."""
    # Sums that no order of rows changes.
    have, want = (np.array([fsum(row) for row in rows]) for rows in (pupils, seats))
    far = ~(np.abs(have - want) <= BALANCE * want)
    if far.any():
        first = int(np.flatnonzero(far)[0])
        raise ValueError(
            f"problem {first}: {have[first]:g} pupils for {want[first]:g} seats that are all to be "
            "taken; want as many, or equal=False"
        )
    ratio = np.divide(want, have, out=np.ones_like(have), where=have > 0)
    scaled: Floats = pupils * ratio[:, None]
    return scaled


def require_accuracy(answer: Regularised, accuracy: float = PARAMS.accuracy) -> Regularised:
    """Return the answer; SolveError where some plan misses its seats by more than `accuracy`."""
    worst = answer.amiss.max(initial=0.0)
    if not worst <= accuracy:
        raise SolveError(
            f"the flows miss the seats by {worst:g} of the pupils; want at most {accuracy:g}: "
            "check pupils, seats and metres for numbers of very different size"
        )
    return answer
