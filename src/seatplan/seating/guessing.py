"""Pairs to begin a search for homes with, from schools as points on a map."""

from __future__ import annotations

import numpy as np

from seatplan.labels import Floats, Ints
from seatplan.seating.charges import Charges
from seatplan.solvers.transport.pairs import Pairs
from seatplan.solvers.transport.solve import solve_transport

ROADS = 1.25  # metres of road for one by air between schools, about
SOME = 1e-9  # pupils: fewer are rounding


def guess_moves(charges: Charges, first: Pairs, pupils: Floats, seats: Floats) -> Pairs:
    """Guess which blocks have pupils in which school beyond the one with the least metres.

    Were every block to send all its pupils there, some schools would have too many: they go on to
    those with too few, by air, from the blocks for which that is the least detour. A small
    transport problem between the two kinds of school says where to.

    Parameters
    ----------
    first
        Pairs, among them for every block the one with the least metres.
    pupils, seats
        Of every block, (n,), and of every school, (m,); as many in all.
    """
    home, metres = _find_homes(first, pupils, seats)
    rows = np.flatnonzero(home >= 0)
    rows = rows[np.argsort(home[rows], kind="stable")]
    gap = np.bincount(home[rows], pupils[rows], len(seats)) - seats
    full, free = np.flatnonzero(gap > SOME), np.flatnonzero(gap < -SOME)
    if not len(full) or not len(free):
        return charges.pair(full[:0], free[:0])
    runs = np.searchsorted(home[rows], np.append(full, len(seats)))
    ends = np.searchsorted(home[rows], full, side="right")
    members = [rows[begin:end] for begin, end in zip(runs, ends, strict=False)]
    air = _Air(charges, metres)
    detour = np.stack([air.detour(own[:, None], free).min(axis=0) for own in members])
    detour += charges.charge[free]
    spare = -gap[free] * (gap[full].sum() / -gap[free].sum())
    sent = solve_transport(gap[full], spare, detour - detour.min())
    block, school = [full[:0]], [free[:0]]
    for row, goal in zip(sent.origin, free[sent.school], strict=True):
        own = members[row]
        order = own[np.argsort(air.detour(own, goal), kind="stable")]
        enough = np.searchsorted(np.cumsum(pupils[order]), gap[full[row]]) + 1
        block.append(order[:enough])
        school.append(np.repeat(goal, len(block[-1])))
    return charges.pair(np.concatenate(block), np.concatenate(school))


class _Air:
    """How much farther it is by air from blocks to schools than to their own by road."""

    def __init__(self, charges: Charges, metres: Floats) -> None:
        self.homes = charges.ways.homes.xy.T
        self.gates = charges.ways.gates.xy[charges.schools].T
        self.metres = metres

    def detour(self, block: Ints, school: Ints) -> Floats:
        """Return metres; blocks and schools are laid out against each other."""
        (east, north), (x, y) = self.homes[:, block], self.gates[:, school]
        air: Floats = np.hypot(east - x, north - y)
        return ROADS * air - self.metres[block]


def _find_homes(first: Pairs, pupils: Floats, seats: Floats) -> tuple[Ints, Floats]:
    """Return the school with the least metres of each block, and the metres; -1 where none is."""
    usable = (seats[first.school] > 0) & (pupils[first.block] > 0) & np.isfinite(first.metres)
    metres = np.where(usable, first.metres, np.inf)
    order = np.lexsort((first.school, metres, first.block))
    block, at = np.unique(first.block[order], return_index=True)
    best = order[at]
    home, ways = np.full(first.blocks, -1), np.full(first.blocks, np.inf)
    home[block] = np.where(usable[best], first.school[best], -1)
    ways[block] = metres[best]
    return home, ways
