"""Every connected area of a facility that is nearly worth as much as its best.

The loss of an area is what it costs beyond the values of its units and the base of its facility
(see `bounds.Bound`). The losses of a plan's areas add up to what the plan costs beyond the bound,
so a good plan is made of areas of small loss. They are listed by the search that finds the best
area (see `areas`), which goes on from every area met and ends a branch where no area in it could
lose less than asked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seatplan.solvers.compiled import compiled
from seatplan.solvers.districting.areas import (
    TAKEN,
    Floats,
    Growth,
    Ints,
    Land,
    can_gain,
    cut_out,
    look_around,
    start_growth,
    survey,
    take,
    turn_back,
)
from seatplan.solvers.districting.bounds import NONE, View

DEEPEST = 100_000  # steps of the search of one facility's areas
NEARER = 2 / 3  # of the loss is left when there are too many areas
LEAST = 1 / 32  # of the loss asked for is the least that is tried
ROOM = 8  # areas for which there is room, in those asked for
CROWD = 2  # and units in each on average, in those of an even share


class Listing(NamedTuple):
    """Room for a list of areas: area k holds `unit[start[k]:start[k + 1]]`."""

    unit: Ints
    start: Ints
    facility: Ints
    worth: Floats


class Near(NamedTuple):
    """Areas by facility (k,), the units that each holds (k, n) and its loss (k,).

    They are all that there are of a loss up to `reach`. `looked`: units and cells of tables looked
    at to list them.
    """

    facility: Ints
    holds: sparse.csr_array
    loss: Floats
    reach: float
    looked: int


@compiled
def note_area(
    count: int, facility: int, worth: float, kept: Ints, growth: Growth, listing: Listing
) -> bool:
    """List the area grown as number `count`; tell whether there was room for it."""
    if count >= len(listing.facility):
        return False
    begin, size = listing.start[count], growth.sizes[0]
    if begin + size > len(listing.unit):
        return False
    listing.unit[begin : begin + size] = kept[growth.taken[:size]]
    listing.start[count + 1] = begin + size
    listing.facility[count], listing.worth[count] = facility, worth
    return True


@compiled
def list_areas(
    facility: int,
    home: int,
    seats: float,
    steps: int,
    least: float,
    land: Land,
    count: int,
    listing: Listing,
) -> tuple[int, bool, int]:
    """List connected areas with `home` worth more than `least`, from number `count` on.

    Returns
    -------
    tuple
        How many areas are listed now; whether they are all, or there was no room for some or the
        search was too long; units and cells of tables looked at.
    """
    state = np.zeros(len(land.weight), np.int8)
    state[home] = TAKEN
    room, spare = seats - land.weight[home], max(steps - land.wide[home], 0)
    good, top, looked = survey(home, room, spare, least, land, state)
    if top <= least:
        return count, True, looked
    left, kept = cut_out(home, good, land, state)
    growth, worth = start_growth(len(good), len(kept)), land.worth[home]
    grown = True
    for _ in range(DEEPEST):
        if grown and worth > least:
            if not note_area(count, facility, worth, kept, growth, listing):
                return count, False, looked + growth.sizes[3]
            count += 1
        unit, toll = look_around(room, left, growth)
        grown = unit >= 0 and can_gain(room, least - worth, toll, len(good), left, growth)
        if grown:
            take(unit, growth)
        else:
            unit = turn_back(growth)
            if unit < 0:
                return count, True, looked + growth.sizes[3]
        sign = 1.0 if grown else -1.0
        room -= sign * left.weight[unit]
        worth += sign * left.worth[unit]
    return count, False, looked + growth.sizes[3]


@compiled
def list_all(
    worth: Floats,
    weight: Floats,
    wide: Ints,
    seats: Floats,
    steps: Ints,
    home: Ints,
    indptr: Ints,
    indices: Ints,
    least: Floats,
    listing: Listing,
) -> tuple[int, bool, int]:
    """List areas of each facility worth more than `least` (m,), units being worth (m, n) there."""
    count, looked = 0, 0
    for j in range(len(seats)):
        land = Land(weight, wide[j], worth[j], indptr, indices)
        count, every, more = list_areas(
            j, home[j], seats[j], steps[j], least[j], land, count, listing
        )
        looked += more
        if not every:
            return count, False, looked
    return count, True, looked


def list_near(view: View, arcs: NDArray[np.bool_], loss: float, most: int) -> Near:
    """List up to `most` areas of least loss over `arcs` (n, m), none of more than `loss`.

    `view` is what a climb knows of the values of units and the bases of facilities.

    A unit with one arc is in every area listed of that facility. Where too many lose even a
    small part of `loss`, none is listed.
    """
    problem, bound = view.problem, view.best
    n, m = problem.cost.shape
    fee = bound.spent / problem.budget if bound.spent else 0.0
    worth = np.where(arcs, bound.value[:, None] - problem.cost - fee * problem.moved, -np.inf)
    sole = arcs & (arcs.sum(axis=1) == 1)[:, None]
    bonus = 4 * loss  # for a unit with one arc: without it an area loses more than any listed
    worth = np.ascontiguousarray((worth + bonus * sole).T)
    base = bonus * sole.sum(axis=0) - bound.base
    size = ROOM * most
    listing = Listing(
        np.zeros(size * CROWD * (n // m + 1), np.int64),
        np.zeros(size + 1, np.int64),
        np.zeros(size, np.int64),
        np.zeros(size),
    )
    near, looked = loss, 0
    while True:
        count, every, more = list_all(
            worth,
            np.maximum(problem.weight, NONE),
            view.wide,
            problem.seats + NONE * (1 + n),
            view.steps,
            problem.home,
            problem.indptr,
            problem.indices,
            base - near,
            listing,
        )
        looked += more
        if every or near * NEARER < LEAST * loss:
            break
        near *= NEARER
    count = count if every else 0
    lost = base[listing.facility[:count]] - listing.worth[:count]
    best = np.sort(np.argsort(lost, kind="stable")[:most])
    start = listing.start[: count + 1]
    units = listing.unit[: start[-1]]
    holds = sparse.csr_array((np.ones(len(units)), units, start), shape=(count, n))
    reach = near if len(best) == count else float(lost[best].max())
    kept = listing.facility[best], holds[best], lost[best]
    return Near(*kept, reach if every else 0.0, looked)
