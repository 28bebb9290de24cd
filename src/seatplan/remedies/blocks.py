"""Which blocks to hand over: the fewest pupils, or the least way, that bring a catchment down.

A mixed-integer programme over (block, receiving school) pairs, solved to optimality by HiGHS.
Catchments stay connected: the cuts that say so are added where an answer breaks them (separator
inequalities, as in Oehrlein and Haunert 2017, "A cutting-plane method for contiguity-constrained
spatial aggregation").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from seatplan.labels import Floats, Ints
from seatplan.seating.neighbours import label_parts

ROUNDS = 200  # of cuts; each forbids one answer at least
SMALL = 1e-6


@dataclass(frozen=True)
class Border:
    """A catchment and those that its blocks may go to; blocks, schools and years by position.

    Parameters
    ----------
    pupils
        (block, year) pupils of the stage who would move with the block.
    owner
        (block,) school whose catchment it is, -1 for none.
    school
        The catchment that is to lose blocks.
    home
        The block that it keeps.
    ways
        (block, school) metres.
    allowed
        (block, school) whether the block may go there.
    spare
        (school, year) pupils whom each may take more; inf where nothing limits.
    pairs
        (e, 2) neighbours.
    """

    pupils: Floats
    owner: Ints
    school: int
    home: int
    ways: Floats
    allowed: npt.NDArray[np.bool_]
    spare: Floats
    pairs: Ints


def choose_blocks(border: Border, need: Floats, *, by_way: bool = False) -> Ints | None:
    """Choose blocks to hand over and to whom: (block,) the school, -1 for those that stay.

    Parameters
    ----------
    need
        (year,) pupils who must leave, at least.
    by_way
        Whether the least way more is asked for (pupil-metres), and then the fewest pupils; the
        other way round without it.

    Returns
    -------
    None where no choice does it.
    """
    block, school = _list_moves(border)
    if not len(block):
        return None
    mean = border.pupils.mean(axis=1)[block]
    own = border.ways[block, border.school]
    more = np.maximum(border.ways[block, school] - np.where(np.isfinite(own), own, 0.0), 0.0)
    terms = mean + SMALL, mean * more + SMALL
    first, second = (part / max(float(part.max()), SMALL) for part in terms[:: -1 if by_way else 1])
    rows = [*_limit(border, block, school, need)]
    for _ in range(ROUNDS):
        found = milp(
            first + 1e-4 * second,
            constraints=rows,
            integrality=np.ones(len(block)),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            return None
        chosen = found.x > 0.5
        cuts = _find_cuts(border, block, school, chosen)
        if not cuts:
            answer = np.full(len(border.owner), -1)
            answer[block[chosen]] = school[chosen]
            return answer
        rows += cuts
    return None


def _list_moves(border: Border) -> tuple[Ints, Ints]:
    """Return the (block, school) pairs that may be chosen."""
    free = (border.owner == border.school) & (border.pupils.sum(axis=1) > 0)
    free[border.home] = False
    may = border.allowed & free[:, None]
    may[:, border.school] = False
    may[:, (border.spare <= 0).any(axis=1)] = False
    block, school = np.nonzero(may)
    return block.astype(np.int64), school.astype(np.int64)


def _limit(border: Border, block: Ints, school: Ints, need: Floats) -> list[LinearConstraint]:
    """Return: one receiver at most, enough leave, nobody takes more than it may."""
    count, at = len(block), np.arange(len(block))
    once = sparse.csr_array((np.ones(count), (block, at)), (len(border.owner), count))
    moved = border.pupils[block].T  # year x move
    rows = [LinearConstraint(once, ub=1.0), LinearConstraint(moved, lb=need)]
    for receiver in np.unique(school):
        limit = border.spare[receiver]
        if np.isfinite(limit).all():
            rows.append(LinearConstraint(moved * (school == receiver), ub=limit))
    return rows


def _find_cuts(
    border: Border, block: Ints, school: Ints, chosen: npt.NDArray[np.bool_]
) -> list[LinearConstraint]:
    """Return what an answer breaks: a block sent where nothing touches, or left cut off."""
    cuts = []
    for receiver in np.unique(school[chosen]):
        sent = np.zeros(len(border.owner), dtype=bool)
        sent[block[chosen & (school == receiver)]] = True
        has = border.owner == receiver
        for part in _list_parts(border, sent | has):
            if (part & has).any() or not has.any():
                continue
            beside = _list_beside(border, part)
            cuts += [
                _cut(block, school, int(receiver), int(inner), beside)
                for inner in np.flatnonzero(part)
            ]
    left = border.owner == border.school
    whole = _find_part(border, left, border.home)  # what hangs together today
    left[block[chosen]] = False
    reached = _find_part(border, left, border.home)
    for part in _list_parts(border, whole & left & ~reached):
        beside = _list_beside(border, part) & whole
        # some block beside stays, or none of the part does
        for inner in np.flatnonzero(part):
            row = np.isin(block, np.flatnonzero(beside)) * 1.0 - (block == inner)
            cuts.append(LinearConstraint(row[None, :], ub=float(beside.sum() - 1)))
    return cuts


def _cut(
    block: Ints, school: Ints, receiver: int, inner: int, beside: npt.NDArray[np.bool_]
) -> LinearConstraint:
    """Ask that a block goes to a receiver only with one of those beside."""
    to = school == receiver
    row = (to & (block == inner)) * 1.0 - (to & np.isin(block, np.flatnonzero(beside)))
    return LinearConstraint(row[None, :], ub=0.0)


def _list_parts(border: Border, kept: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.bool_]]:
    """Return the connected parts of some blocks."""
    label = label_parts(len(kept), border.pairs, kept)
    return [kept & (label == number) for number in np.unique(label[kept])]


def _find_part(border: Border, kept: npt.NDArray[np.bool_], home: int) -> npt.NDArray[np.bool_]:
    label = label_parts(len(kept), border.pairs, kept)
    part: npt.NDArray[np.bool_] = kept & (label == label[home])
    return part


def _list_beside(border: Border, part: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the blocks outside a part that touch it."""
    one, other = border.pairs.T
    beside = np.zeros(len(part), dtype=bool)
    beside[other[part[one]]] = True
    beside[one[part[other]]] = True
    return beside & ~part
