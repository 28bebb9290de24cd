"""Pupils whom their schools cannot seat, sent on to where a seat is free."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from seatplan.case.case import Case
from seatplan.labels import Floats, Ints
from seatplan.seating.charges import MICROMETRES
from seatplan.solvers.transport.overflow import Seated, seat_found, seat_overflow
from seatplan.solvers.transport.pairs import Pairs, list_pairs
from seatplan.solvers.transport.params import PARAMS
from seatplan.travel.costs import TravelCosts

Bools = npt.NDArray[np.bool_]

FEW = 8  # nearest schools with a free seat that are listed for each block to begin with


@dataclass(frozen=True)
class Offer:
    """The schools of a stage, and the ways to them.

    `schools`: positions among all. `public`: which of them take pupils from anywhere.
    """

    ways: TravelCosts
    schools: Ints
    public: Bools

    @cached_property
    def table(self) -> Floats:
        """Metres, block x school; inf to those that are not open to all."""
        metres = np.round(self.ways.metres.to_numpy()[:, self.schools], MICROMETRES)
        table: Floats = np.where(self.public, metres, np.inf)
        return table


def offer_seats(case: Case, stage: str, schools: Ints) -> Offer:
    """Lay out who may be sent on to which school."""
    public = (case.district.schools.ownership != "private").to_numpy()[schools]
    return Offer(case.ways_of(stage), schools, public)


def send_on(offer: Offer, taught: Bools, spill: Floats, free: Floats) -> tuple[Ints, Ints, Floats]:
    """Seat pupils in free seats, as many as can be with the least travel.

    Grades that the same schools teach are sent on together. In a large district the ways are looked
    for, from the nearest schools on until none is missing; the answer is that over all of them.

    Parameters
    ----------
    taught
        Which school teaches which grade, grade x school, of all schools.
    spill
        Pupils without a seat, grade x block.
    free
        Free seats of every school.

    Returns
    -------
    Block, school and the pupils of each grade, grade x pair.
    """
    _, group = np.unique(taught[:, offer.schools], axis=0, return_inverse=True)
    group = group.ravel()
    count, blocks = int(group.max()) + 1, spill.shape[1]
    whole = np.zeros((count, blocks))
    np.add.at(whole, group, spill)
    offered = np.zeros((count, len(offer.schools)), dtype=bool)
    offered[group] = taught[:, offer.schools]
    room = free[offer.schools]
    seat = _seat_listed if whole.size * len(room) <= PARAMS.cells else _seat_found
    seated = seat(offer, offered, whole, room)
    of_group, block = np.divmod(seated.block, blocks)
    parts = spill[:, block] * (group[:, None] == of_group) / whole[of_group, block]
    return block, offer.schools[seated.school], parts * seated.pupils


def _seat_listed(offer: Offer, offered: Bools, whole: Floats, room: Floats) -> Seated:
    """Seat pupils, group x block, over all ways at once."""
    ways = np.where(offered[:, None, :], offer.table, np.inf)
    ways[:, :, room <= 0] = np.inf
    ways[whole <= 0] = np.inf
    return seat_overflow(whole.ravel(), room, list_pairs(ways.reshape(whole.size, -1)))


def _seat_found(offer: Offer, offered: Bools, whole: Floats, room: Floats) -> Seated:
    """Seat pupils, group x block, over ways that are looked for."""
    count, blocks = whole.shape
    open_to = offered & offer.public

    def find(price: Floats, wanted: Bools, few: int | None, below: Floats) -> Pairs:
        handicap = np.zeros(len(offer.ways.gates.points))
        handicap[offer.schools] = price
        blocks_of, schools_of, metres = [], [], [np.zeros(0)]
        for group, level in enumerate(below.reshape(count, blocks)):
            mask = np.zeros(len(handicap), dtype=bool)
            mask[offer.schools] = open_to[group] & wanted
            if mask.any() and (level > -np.inf).any():
                near = offer.ways.nearest(few or len(handicap), mask, handicap, level)
                blocks_of.append(near.origin + group * blocks)
                schools_of.append(np.searchsorted(offer.schools, near.target))
                metres.append(np.round(near.metres, MICROMETRES))
        block, school = (
            np.concatenate([[], *part]).astype(int) for part in (blocks_of, schools_of)
        )
        return Pairs(block, school, np.concatenate(metres), whole.size, len(room))

    level = np.where(whole.ravel() > 0, np.inf, -np.inf)
    first = find(np.zeros(len(room)), room > 0, FEW, level)
    return seat_found(whole.ravel(), room, first, find)
