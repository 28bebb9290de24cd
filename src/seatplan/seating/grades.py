"""Where the pupils of each grade of a block go: to the school of their catchment, if it teaches it.

Where it does not (a new school that has only its first grades yet, a teaching point), they go to
the block's other schools; without one to the school whose catchment the block was in last that
teaches the grade; else to the nearest school open to all that does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatplan.case.case import Case
from seatplan.district.order import order_places
from seatplan.district.stages import Stage
from seatplan.labels import Floats, Ints
from seatplan.seating.catchments import Catchments
from seatplan.seating.pairs import Pairs
from seatplan.seating.zoning import find_nearest

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GradeShares:
    """The shares of one stage by grade.

    `pairs`: those of the catchments, and those that only some grades need. `share`: year x pair.
    `taught`: year x grade x school. `instead`: the school of a block's grade where no school of
    its shares teaches it, year x grade x block, -1 = none is needed, or none there is.
    """

    pairs: Pairs
    share: Floats
    taught: Bools
    instead: Ints

    def of_year(self, year: int) -> Floats:
        """Return the share of each grade's pupils of a block that go to a school, grade x pair."""
        pairs, share = self.pairs, self.share[year]
        if self.taught[year][:, _list_serving(pairs, share)].all():
            same: Floats = np.broadcast_to(share, (self.taught.shape[1], len(pairs)))
            return same
        taught = self.taught[year][:, pairs.school]
        whole = pairs.sum_blocks(share)[pairs.block]
        own = share * taught
        sums = pairs.sum_blocks(own)[:, pairs.block]
        shares: Floats = own * np.divide(whole, sums, out=np.zeros_like(sums), where=sums > 0)
        away = self.instead[year][:, pairs.block] == pairs.school
        shares[away] = np.broadcast_to(whole, taught.shape)[away]
        return shares


def keeps_cohorts(stage: Stage) -> bool:
    """Say whether the pupils of a stage go up through its grades together."""
    return len(stage.grades) > 1 or stage.grades[0].age_from == stage.grades[0].age_to


def share_grades(
    case: Case, catchments: Catchments, stage: str, taught: Bools | None = None
) -> GradeShares:
    """Find where each grade of a stage goes, in every year.

    Parameters
    ----------
    taught
        The grades that a school teaches, school x grade x year; without it, those of the year.
    """
    pairs, share = catchments.pairs[stage], catchments.share[stage].T
    taught = case.seats.grades[:, case.axes.span(stage)] if taught is None else taught
    taught = taught.transpose(2, 1, 0)
    instead = np.full((*taught.shape[:2], pairs.blocks), -1)
    nearest: dict[bytes, Ints] = {}
    lacking = [~taught[year][:, _list_serving(pairs, own)] for year, own in enumerate(share)]
    for year, grade in np.argwhere(np.array([part.any(axis=1) for part in lacking])):
        offered = taught[year, grade]
        lost = pairs.sum_blocks(share[year]) > 0
        lost &= pairs.sum_blocks(share[year] * offered[pairs.school]) <= 0
        if lost.any() and offered.any():
            if offered.tobytes() not in nearest:
                nearest[offered.tobytes()] = _find_public(case, stage, offered)
            zones = catchments.zone[stage][lost, : year + 1]
            close = nearest[offered.tobytes()][lost]
            instead[year, grade, lost] = _find_instead(zones, offered, close)
    block = np.nonzero(instead >= 0)[2]
    wider = pairs.union(block * pairs.schools + instead[instead >= 0])
    return GradeShares(wider, pairs.carry(share, wider), taught, instead)


def place_residents(
    case: Case, catchments: Catchments, stage: str, living: Floats
) -> tuple[Pairs, Floats]:
    """Place the pupils of a stage in the catchment that they live in, whatever school they attend.

    A grade that no school of a block is for, such as grade 4 about a teaching point, belongs to
    the catchment where it goes. A school that still grows counts the grades to come as its own.

    Parameters
    ----------
    living
        Of the stage, block x grade x year with any further axes.

    Returns
    -------
    The pairs, and the residents, pair x year with the same further axes.
    """
    axes, pairs, share = case.axes, catchments.pairs[stage], catchments.share[stage]
    spans, taught = case.seats.spans[:, axes.span(stage)], case.seats.taught(stage)
    if spans[taught].all():
        return pairs, _widen(share, living.ndim - 3) * living.sum(axis=1)[pairs.block]
    rooms = np.nan_to_num(case.seats.rooms[:, axes.stages.index(stage)])
    shares = share_grades(case, catchments, stage, spans[..., None] & (rooms > 0)[:, None])
    parts = [
        (_widen(shares.of_year(year).T, living.ndim - 3) * own[shares.pairs.block]).sum(axis=1)
        for year, own in enumerate(np.moveaxis(living, 2, 0))
    ]
    return shares.pairs, np.stack(parts, axis=1)


def _widen(values: Floats, more: int) -> Floats:
    """Return values with so many further axes of one."""
    return values.reshape(*values.shape, *[1] * more)


def _list_serving(pairs: Pairs, share: Floats) -> Ints:
    """Return the schools to which some share of a block goes."""
    return np.flatnonzero(np.bincount(pairs.school[share > 0])).astype(np.int64)


def _find_instead(zones: Ints, offered: Bools, nearest: Ints) -> Ints:
    """Return the last school of each block's catchments (block x year) on offer, else the nearest.

    -1 where no road leads to any.
    """
    past = zones[:, ::-1]
    known = (past >= 0) & offered[past]
    last = past[np.arange(len(past)), known.argmax(axis=1)]
    return np.where(known.any(axis=1), last, nearest)


def _find_public(case: Case, stage: str, offered: Bools) -> Ints:
    """Return the nearest school to each block, of those on offer that are open to all."""
    schools = case.district.schools
    public = np.flatnonzero((schools.ownership != "private").to_numpy() & offered)
    order = public[order_places(schools.iloc[public])]
    nearest: Ints = find_nearest(
        case.ways_of(stage), public, np.ones((1, len(public)), bool), order
    )[0]
    return nearest
