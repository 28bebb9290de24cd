"""The rules of catchments: in which school's each block lies, year by year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.labels import Ints
from seatplan.seating.charges import MICROMETRES
from seatplan.seating.neighbours import find_homes, find_neighbours, group_years
from seatplan.seating.stage_ground import Ground
from seatplan.travel.costs import TravelCosts

DRAW_EFFORT = 2.0  # units of work on the areas of one stage under the rule "capacity": no clock
FAR = 10.0  # longest ways that a block without a way to a school counts as


def zone_current(ground: Ground) -> Ints:
    """Zone by the catchments in force; where there is none or its school is closed, the nearest.

    A new school without blocks of its own in its first year takes, from then on, the blocks that
    are nearer to it than to their school, nearest first, while their pupils fit into its seats. It
    has them until the plan rezones them, to their former school too; those that it still has when
    it merges go on to its heir. What it is given in a later year comes beside them.
    Schools take their blocks in the order in which they open.
    """
    zones = ground.zones.copy()
    nearest = zone_nearest(ground)
    first = (ground.seats > 0).argmax(axis=0)  # 0 where a school never opens, too
    for school in ground.order[np.argsort(first[ground.order], kind="stable")]:
        given = (ground.zones[first[school]] == school).any()
        alone = not given and ground.lots[first[school], school] < 0
        if ground.public[school] and alone and first[school] > 0:
            _settle(ground, zones, int(school), int(first[school]))
    is_open = np.take_along_axis(ground.seats > 0, np.maximum(zones, 0), axis=1) & (zones >= 0)
    return np.where(is_open, zones, nearest)


def zone_nearest(ground: Ground) -> Ints:
    """Zone every block to the nearest school that is open to all; -1 where none can be reached."""
    zones = np.empty(ground.zones.shape, dtype=np.int64)
    offered = (ground.seats > 0) & ground.public
    runs = group_years(offered)
    ranks = ground.places[ground.order]
    for years, nearest in zip(
        runs,
        find_nearest(ground.costs, ground.places, offered[[run[0] for run in runs]], ranks),
        strict=True,
    ):
        zones[years] = ground.find_schools(nearest)
    return zones


def find_nearest(
    costs: TravelCosts, schools: Ints, offered: npt.NDArray[np.bool_], order: Ints
) -> Ints:
    """Find the nearest school of every block, for several offers: offer x block, -1 without a way.

    Parameters
    ----------
    schools
        Positions among all schools.
    offered
        Whether each of them is offered, offer x school.
    order
        The same schools in the order by which ties fall.
    """
    groups = np.zeros((len(offered), len(costs.gates.points)), dtype=bool)
    groups[:, schools] = offered
    near = costs.nearest(1, groups)
    rank = np.full(groups.shape[1], -1)
    rank[order] = np.arange(len(order))
    metres = np.round(near.metres, MICROMETRES)
    turn = np.lexsort((rank[near.target], metres, near.origin, near.group))
    cell = near.group[turn] * len(costs.homes.points) + near.origin[turn]
    cell, first = np.unique(cell, return_index=True)
    nearest = np.full((len(offered), len(costs.homes.points)), -1)
    nearest.ravel()[cell] = near.target[turn][first]
    return nearest


def zone_within_seats(ground: Ground) -> Ints:
    """Zone whole blocks, connected, within the seats if that can be, at the least total walk.

    Drawn anew by `solvers.districting` for each set of years in which the same schools are open. A
    block counts with its pupils of the worst of these years and a school with its fewest seats, so
    a plan that fits them fits every year; where none is found, as few as can be are beyond them.
    """
    zones = np.full(ground.zones.shape, -1)
    pairs = find_neighbours(ground.district.blocks)
    offered = (ground.seats > 0) & (
        ground.public | np.isin(range(len(ground.schools)), ground.zones)
    )
    runs = group_years(offered)
    for years in runs:
        schools = np.flatnonzero(offered[years[0]])
        if len(schools):
            drawn = _draw_areas(ground, years, schools, pairs, DRAW_EFFORT / len(runs))
            zones[years] = np.where(ground.reached[:, schools].any(axis=1), drawn, -1)
    return zones


def _draw_areas(ground: Ground, years: Ints, schools: Ints, pairs: Ints, effort: float) -> Ints:
    """Return the school of each block, the same in all of `years`."""
    from seatplan.solvers.districting import draw_districts
    from seatplan.solvers.stop import Stop

    seats = ground.seats[np.ix_(years, schools)].min(axis=0)
    apart = ground.homes.sum_blocks(ground.choose_apart(ground.zones)[years])
    pupils = ground.pupils[years] * (1.0 - apart)
    block, school = np.indices((len(ground.pupils[0]), len(schools)))
    ways = ground.measure(block.ravel(), schools[school.ravel()]).reshape(block.shape)
    longest = ways[np.isfinite(ways)].max(initial=1.0)
    ways = np.where(np.isfinite(ways), ways, FAR * longest)
    sites = ground.district.schools.loc[ground.schools[schools]]
    drawn = draw_districts(
        pupils.max(axis=0),
        seats,
        pupils.mean(axis=0)[:, None] * ways,
        pairs,
        find_homes(ground.district.blocks, sites, seats, pairs),
        stop=Stop(effort),
    )
    return schools[drawn.plan]


def _settle(ground: Ground, zones: Ints, school: int, first: int) -> None:
    """Give a new school the blocks nearest to it, from year position `first`, within its seats.

    Blocks at one way, such as the parts of a block that was cut, are taken together or not at all.
    A block that the plan enters later was rezoned, which counts from that year on; an entry because
    its former school closes does not.
    """
    now = zones[first]
    way = ground.measure(np.arange(len(now)), np.full(len(now), school))
    present = np.full(len(now), np.inf)
    zoned = np.flatnonzero(now >= 0)
    present[zoned] = ground.measure(zoned, now[zoned])
    order = np.argsort(way, kind="stable")
    order = order[(way < present)[order]]
    peak = ground.pupils[first:].max(axis=0)
    last = np.searchsorted(way[order], way[order], side="right") - 1  # of the blocks at that way
    filled = np.round(np.cumsum(peak[order]), 6)[last]
    taken = order[filled <= ground.seats[first:, school].max()]
    entered = ground.rezoned[first:, taken]
    entered[0] = False  # what the plan entered by the first year is what the school takes from
    rezoned = np.logical_or.accumulate(entered, axis=0)
    heirs = _follow_heirs(ground, school)[first:, None]
    zones[first:, taken] = np.where(rezoned, zones[first:, taken], heirs)


def _follow_heirs(ground: Ground, school: int) -> Ints:
    """Return who has the blocks of a school in each year: itself, or its heir once it merged."""
    moved = ground.district.successors
    own = ground.schools.get_indexer(moved.index)
    heirs = ground.schools.get_indexer(pd.Index(moved.into))
    found = np.full(len(ground.seats), school)
    for merged, heir, year in zip(own, heirs, moved.year, strict=True):
        since = np.array(ground.district.years) >= year
        found[since & (found == merged)] = heir
    return found


RULES: dict[str, Callable[[Ground], Ints]] = {
    "current": zone_current,
    "nearest": zone_nearest,
    "capacity": zone_within_seats,
}
