"""What a transport problem takes and gives: counts checked, answers with their own proof."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seatplan.errors import SolveError
from seatplan.solvers.transport.basis import Basis, Floats, Flows, Ints

TOLERANCE = 1e-6  # largest certificate accepted, as a share of the cost


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
        Every allowed arc is priced for it, whether or not the simplex was given it; inf where the
        flows do not fit pupils and seats.
    basis
        Where the next problem over the same `Ways` may begin; None after other solvers.
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
    basis: Basis | None = field(default=None, repr=False)

    @property
    def proven(self) -> bool:
        """Whether the certificate is good to 1e-6 of the cost."""
        return self.gap <= TOLERANCE * max(self.cost, self.penalty)

    def require_proof(self) -> Transport:
        """Return the answer itself; SolveError where the certificate does not hold."""
        if not self.proven:
            raise SolveError(
                f"the flows may be {self.gap:g} pupil-metres above the least cost of {self.cost:g}"
            )
        return self


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
    return add_up_ways(longest, metres.min(axis=1, initial=np.inf), metres.shape[1])


def add_up_ways(longest: Floats, shortest: Floats, schools: int) -> float:
    """Return that penalty from the longest and the shortest way of each block."""
    spread = np.sort(np.maximum(longest - shortest, 0.0))[::-1]
    further = spread[: max(min(len(longest), schools) - 1, 0)]
    return float(2 * longest.max(initial=0.0) + further.sum() + 1.0)


def check_metres(metres: Floats) -> Floats:
    """Return the metres as floats; ValueError where they cannot be used."""
    metres = np.asarray(metres, dtype=float)
    if not (metres >= 0).all():
        raise ValueError("metres holds numbers below 0 or NaN; each must be at least 0")
    return metres


def check_counts(pupils: Floats, seats: Floats, metres: Floats) -> tuple[Floats, Floats]:
    """Return pupils and seats as floats; ValueError where they cannot be used with `metres`."""
    pupils, seats = np.asarray(pupils, dtype=float), np.asarray(seats, dtype=float)
    if metres.shape != (len(pupils), len(seats)):
        raise ValueError(
            f"metres has the shape {metres.shape}; {len(pupils)} blocks and {len(seats)} schools "
            f"take ({len(pupils)}, {len(seats)})"
        )
    for name, values in (("pupils", pupils), ("seats", seats)):
        if not (values >= 0).all():
            raise ValueError(f"{name} holds numbers below 0 or NaN; each must be at least 0")
    if not np.isfinite(pupils).all():
        raise ValueError("pupils holds inf; each must be a number of pupils")
    return pupils, seats


def certify(
    pupils: Floats,
    seats: Floats,
    metres: Floats,
    penalty: float,
    flows: Flows,
    price: Floats,
    basis: Basis | None = None,
) -> Transport:
    """Price every arc, close the prices over empty blocks and schools, and add up the gap."""
    total = pupils.sum()
    large = flows[2] > 1e-12 * total
    origin, school, amount = (part[large] for part in flows)
    floor, price = _close_prices(seats, metres, penalty, price, basis)
    unserved = pupils - np.bincount(origin, amount, len(pupils))
    spare = seats - np.bincount(school, amount, len(seats))
    fits = min(unserved.min(initial=0.0), spare.min(initial=0.0)) >= -1e-9 * max(total, 1.0)
    unserved[unserved < 1e-9 * np.maximum(pupils, 1.0)] = 0.0
    walked = metres[origin, school]
    cost = float(amount @ walked)
    # Complementary slackness: each term is 0 at the optimum, and their sum is primal less dual.
    gap = float(amount @ np.maximum(walked + price[school] - floor[origin], 0.0))
    gap += float(unserved @ (penalty - floor))
    priced = price > 0
    gap += float(np.maximum(spare[priced], 0.0) @ price[priced])
    gap = gap if fits else np.inf
    return Transport(origin, school, amount, unserved, cost, floor, price, penalty, gap, basis)


def _close_prices(
    seats: Floats, metres: Floats, penalty: float, price: Floats, basis: Basis | None
) -> tuple[Floats, Floats]:
    """Return each block's least metres + price, and the prices.

    Where seats have no limit one more is worth nothing; where there are none, as little as can be.
    """
    price = np.where(np.isinf(seats), 0.0, price)
    closed = seats == 0
    offered = np.where(closed, np.inf, price)
    floor = _least(metres, offered, penalty) if basis is None else basis.least(offered)
    if closed.any():
        price[closed] = np.max(floor[:, None] - metres[:, closed], axis=0, initial=0.0)
    return floor, price


def _least(metres: Floats, price: Floats, penalty: float) -> Floats:
    """Return each block's least metres + price over all schools, at most `penalty`."""
    floor = np.full(len(metres), penalty)
    for first in range(0, len(metres), 1_000):
        rows = slice(first, first + 1_000)
        floor[rows] = np.min(metres[rows] + price, axis=1, initial=penalty)
    return floor
