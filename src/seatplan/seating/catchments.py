"""Which school a block's entrants go to, by stage and year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.case.seats import fill_forward
from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.order import order_places
from seatplan.district.standards import Stage, Standards
from seatplan.labels import Floats, Ints, to_array, to_series
from seatplan.seating.charges import MICROMETRES
from seatplan.seating.neighbours import find_homes, find_neighbours, group_years
from seatplan.seating.origins import Origins
from seatplan.seating.pairs import Pairs, expect_flows, from_keys
from seatplan.seating.sharing import Sharing, read_sharing
from seatplan.travel.costs import TravelCosts

DRAW_EFFORT = 2.0  # units of work on the areas of one stage under the rule "capacity": no clock
FAR = 10.0  # longest ways that a block without a way to a school counts as


@dataclass(frozen=True)
class Catchments:
    """Where the entrants of each block go.

    `pairs` and `share` by stage: the pairs that entrants take in some year, and the share of their
    block's entrants, pair x year; the shares of a block sum to 1 in every year in which some school
    of the stage can be reached. In a lottery zone they are shared among its schools in proportion
    to the seats; a block that several schools share is theirs by the shares that are stated, else
    by the seats.
    `zone` by stage: the school in whose catchment a block lies, block x year, -1 where the stage
    has no catchments or no school can be reached. In a lottery zone, one of its schools.
    `lotteries`: name of the lottery zone of each school that is in one, index (`stage`, `year`,
    `school`).
    """

    pairs: Mapping[str, Pairs]
    share: Mapping[str, Floats]
    zone: Mapping[str, Ints]
    lotteries: pd.Series[str]
    axes: Axes

    @cached_property
    def shares(self) -> pd.Series[float]:
        """Shares > 0, index (`block`, `stage`, `year`, `school`)."""
        return pd.concat([self._label_shares(stage) for stage in self.axes.stages])

    @cached_property
    def zones(self) -> pd.Series[str]:
        """School of each block's catchment, "" without one, (`block`, `stage`, `year`)."""
        names = np.append(self.axes.schools.to_numpy(dtype=object), "")  # -1 picks the last
        parts: list[pd.Series[str]] = [
            to_series(
                names[self.zone[stage]][:, None, :],
                "school",
                block=self.axes.blocks,
                stage=[stage],
                year=self.axes.years,
            )
            for stage in self.axes.stages
        ]
        return pd.concat(parts)

    def name_areas(self, stage: str, year: int) -> pd.Series[str]:
        """Return what each block's catchment is called: its school, or its lottery zone."""
        zones = self.zones.xs((stage, year), level=("stage", "year"))
        lots = self.list_lotteries(stage, year)
        return zones.map(lambda school: lots.get(school, school))

    def list_lotteries(self, stage: str, year: int) -> dict[str, str]:
        """Return the lottery zone of each school that is in one, by school."""
        index = self.lotteries.index
        held = self.lotteries[index.isin([stage], "stage") & index.isin([year], "year")]
        return dict(zip(held.index.get_level_values("school"), held, strict=True))

    def _label_shares(self, stage: str) -> pd.Series[float]:
        pairs, share = self.pairs[stage], self.share[stage]
        pair, year = np.nonzero(share > 0)
        order = np.lexsort((pairs.school[pair], year, pairs.block[pair]))
        pair, year = pair[order], year[order]
        levels: Any = [self.axes.blocks, [stage], list(self.axes.years), self.axes.schools]
        codes: Any = [pairs.block[pair], np.zeros_like(pair), year, pairs.school[pair]]
        names = ["block", "stage", "year", "school"]
        index = pd.MultiIndex(levels=levels, codes=codes, names=names)
        return pd.Series(share[pair, year], index, name="share")


@dataclass(frozen=True)
class Ground:
    """What a rule sees of one stage; blocks, years and schools of the stage by position.

    `places`: the schools of the stage, as positions among all. `costs`: the ways to all schools.
    `seats`: year x school, 0 where closed. `weights`: what schools that share a block, a lottery
    zone or the stage share by: the seats, raised to those of all grades where a school has some
    grades only. `pupils`: of all grades of the stage, year x block.
    `zones`: school in force, year x block, -1 = none. `public`: whether a school is open to all who
    live near. `lived`: share of each block's pupils who go to each school in the base year, along
    `homes`, the pairs of the origins. `lots`: number of the lottery zone, year x school, -1 = none.
    `sharing`: who shares a block. `order`: the schools in the order by which ties fall.
    """

    district: District
    stage: Stage
    schools: pd.Index
    places: Ints
    costs: TravelCosts
    seats: Floats
    weights: Floats
    pupils: Floats
    zones: Ints
    public: npt.NDArray[np.bool_]
    homes: Pairs
    lived: Floats
    lots: Ints
    sharing: Sharing
    order: Ints

    def choose_apart(self, zones: Ints) -> Floats:
        """Return the share of pupils at private schools without catchment: year x home pair.

        They keep the share that they have in the base year while they are open.
        """
        zoned = np.append(zones, self.sharing.school)
        apart = ~self.public & ~np.isin(np.arange(len(self.schools)), zoned)
        own = self.find_schools(self.homes.school)
        known = own >= 0
        shares = np.zeros((len(self.seats), len(own)))
        shares[:, known] = self.lived[known] * apart[own[known]] * (self.seats[:, own[known]] > 0)
        return shares

    @cached_property
    def reached(self) -> npt.NDArray[np.bool_]:
        """Whether a road leads from a block to a school: block x school."""
        home, gate = self.costs.parts
        joined: npt.NDArray[np.bool_] = home[:, None] == gate[self.places]
        return joined

    def measure(self, block: Ints, school: Ints) -> Floats:
        """Measure the ways from blocks to schools of the stage, metres, pair by pair."""
        ways: Floats = np.round(self.costs.pair_metres(block, self.places[school]), MICROMETRES)
        return ways

    def find_schools(self, places: Ints) -> Ints:
        """Return positions among the schools of the stage; -1 where a school does not teach it."""
        at = np.searchsorted(self.places, places)
        at = np.minimum(at, max(len(self.places) - 1, 0))
        known = self.places[at] == places if len(self.places) else np.zeros(len(places), bool)
        return np.where(known, at, -1).astype(np.int64)


def draw_catchments(case: Case, forecast: Forecast, origins: Origins) -> Catchments:
    """Draw the catchments of every stage and year.

    A stage's `intake` says how: "catchment" by the policy's rule (see `RULES`), "nearest" to the
    nearest school open to all, "seats" over all schools by their seats. Schools that take no
    catchment (private ones) keep the share of each block's pupils that they have in the base year.
    """
    pairs, share, zone = {}, {}, {}
    lotteries = _name_lotteries(case.district, case.rules)
    for stage in case.rules.stages:
        ground = _survey(case, stage, forecast, origins, lotteries)
        if stage.intake == "seats":
            zones = np.full(ground.zones.shape, -1)
            pairs[stage.code], share[stage.code] = _share_by_seats(ground)
        else:
            rule = "nearest" if stage.intake == "nearest" else case.rules.policy.catchments
            zones = RULES[rule](ground)
            entries = _share_by_zone(ground, zones)
            pairs[stage.code], share[stage.code] = _gather(entries, ground)
        names = np.append(ground.places, -1)
        zone[stage.code] = names[zones.T]
    return Catchments(pairs, share, zone, lotteries, case.axes)


def zone_current(ground: Ground) -> Ints:
    """Zone by the catchments in force; where there is none or its school is closed, the nearest.

    A new school without blocks of its own takes, from its first year, the blocks that are nearer to
    it than to their school, nearest first, while their pupils fit into its seats. It has them until
    the plan rezones them. Schools take their blocks in the order in which they open.
    """
    zones = ground.zones.copy()
    nearest = zone_nearest(ground)
    given = set(zones[zones >= 0].tolist())
    first = (ground.seats > 0).argmax(axis=0)  # 0 where a school never opens, too
    for school in ground.order[np.argsort(first[ground.order], kind="stable")]:
        alone = school not in given and ground.lots[first[school], school] < 0
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


RULES: dict[str, Callable[[Ground], Ints]] = {
    "current": zone_current,
    "nearest": zone_nearest,
    "capacity": zone_within_seats,
}


def _settle(ground: Ground, zones: Ints, school: int, first: int) -> None:
    """Give a new school the blocks nearest to it, from year position `first`, within its seats.

    Blocks at one way, such as the parts of a block that was cut, are taken together or not at all.
    A block whose zone changes later while its former school is open was rezoned by the plan, which
    counts from that year on; a change because that school closes does not.
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
    held, later = now[taken], zones[first:, taken]
    lasts = (ground.seats[first:, np.maximum(held, 0)] > 0) | (held < 0)
    rezoned = np.logical_or.accumulate((later != held) & lasts, axis=0)
    zones[first:, taken] = np.where(rezoned, later, school)


def _survey(
    case: Case, stage: Stage, forecast: Forecast, origins: Origins, lotteries: pd.Series[str]
) -> Ground:
    district, axes, years = case.district, case.axes, case.district.years
    places, seats = case.seats.taught(stage.code), case.seats.offered(stage.code).T
    schools = axes.schools[places]
    sharing = read_sharing(district, stage.code, axes.blocks, schools)
    spans = case.seats.spans[places, axes.span(stage.code)]
    labels = pd.MultiIndex.from_product([axes.blocks, [stage.code]], names=["block", "stage"])
    steps = district.catchments[district.catchments.index.isin([stage.code], "stage")]
    place = schools.get_indexer(pd.Index(steps)).astype(float)
    zoned = pd.Series(place, steps.index).where(steps.notna())
    in_force = np.full((len(axes.blocks), len(years)), -1.0)
    if len(zoned):
        in_force = fill_forward(zoned, labels, years).fillna(-1.0).to_numpy(float)
    homes, lived = origins.pairs[stage.code], origins.flows[stage.code].sum(axis=0)
    total = homes.sum_blocks(lived)[homes.block]
    return Ground(
        district=district,
        stage=stage,
        schools=schools,
        places=places,
        costs=case.ways_of(stage.code),
        seats=seats,
        weights=seats * (spans.shape[1] / spans.sum(axis=1)),
        pupils=forecast.cube(axes.grades[axes.span(stage.code)]).sum(axis=1).T,
        zones=sharing.take_over(in_force.T.astype(np.int64), seats),
        public=(district.schools.ownership.iloc[places] != "private").to_numpy(),
        homes=homes,
        lived=np.divide(lived, total, out=np.zeros_like(lived), where=total > 0),
        lots=_number_lotteries(lotteries, stage.code, schools, years),
        sharing=sharing,
        order=order_places(district.schools.iloc[places]),
    )


def _name_lotteries(district: District, standards: Standards) -> pd.Series[str]:
    """Return the lottery zone of every school that is in one: (`stage`, `year`, `school`)."""
    stages = [stage.code for stage in standards.stages]
    pairs = pd.MultiIndex.from_product([stages, district.schools.index], names=["stage", "school"])
    if not len(district.lotteries):
        index = pd.MultiIndex.from_arrays([[], [], []], names=["stage", "year", "school"])
        return pd.Series([], index, name="zone", dtype=object)
    spread = fill_forward(district.lotteries, pairs, district.years).fillna("")
    names: Any = spread.rename_axis(columns="year").stack()
    names = names[names != ""].rename("zone").reorder_levels(["stage", "year", "school"])
    return cast("pd.Series[str]", names)


def _number_lotteries(
    lotteries: pd.Series[str], stage: str, schools: pd.Index, years: list[int]
) -> Ints:
    numbers = pd.Series(pd.factorize(lotteries)[0] + 1, lotteries.index)
    array = to_array(numbers, stage=[stage], year=years, school=schools)[0] - 1
    lots: Ints = array.astype(np.int64)
    return lots


@dataclass(frozen=True)
class _Entries:
    """Shares one by one: the year, block, school (of the stage) and share of each."""

    year: Ints
    block: Ints
    school: Ints
    share: Floats


def _share_by_seats(ground: Ground) -> tuple[Pairs, Floats]:
    """Return seats of the schools in reach over their sum: the pairs, and pair x year."""
    used = ground.reached & (ground.seats > 0).any(axis=0)
    stage, years = ground.stage, len(ground.seats)
    expect_flows(stage.code, int(used.sum()), len(stage.grades), years)
    block, school = np.nonzero(used)
    pairs = Pairs(block, ground.places[school], ground.homes.blocks, ground.homes.schools)
    seats = np.ascontiguousarray(ground.weights.T[school])
    total = pairs.gather_blocks(seats)[block]
    return pairs, np.divide(seats, total, out=seats, where=total > 0)


def _share_by_zone(ground: Ground, zones: Ints) -> _Entries:
    """Give private schools their share of the base year, the zone's school or schools the rest."""
    apart = ground.choose_apart(zones)
    rest = 1.0 - ground.homes.sum_blocks(apart)
    lots = np.pad(ground.lots, ((0, 0), (0, 1)), constant_values=-1)  # the last: no zone
    drawn = np.take_along_axis(lots, zones, axis=1) >= 0
    year, pair, part = ground.sharing.weigh(zones, ground.weights, ground.reached)
    block = ground.sharing.block[pair]
    several = np.zeros(zones.shape, dtype=bool)
    several[year, block] = True
    part *= ~drawn[year, block]
    shared = _Entries(year, block, ground.sharing.school[pair], part * rest[year, block])
    year, block = np.nonzero((zones >= 0) & ~drawn & ~several)
    own = _Entries(year, block, zones[year, block], rest[year, block])
    year, pair = np.nonzero(apart)
    school = ground.find_schools(ground.homes.school[pair])
    private = _Entries(year, ground.homes.block[pair], school, apart[year, pair])
    year, block = np.nonzero(drawn)
    parts = rest[year, block, None] * _draw_lots(ground, year, block, zones)
    row, school = np.nonzero(parts)
    lottery = _Entries(year[row], block[row], school, parts[row, school])
    joined = zip(*(vars(one).values() for one in (own, shared, private, lottery)), strict=True)
    return _Entries(*(np.concatenate(column) for column in joined))


def _gather(entries: _Entries, ground: Ground) -> tuple[Pairs, Floats]:
    """Return the pairs that some year uses, and the shares, pair x year."""
    pairs, years = ground.homes, len(ground.seats)
    keys = entries.block * pairs.schools + ground.places[entries.school]
    used = from_keys(keys[entries.share > 0], pairs.blocks, pairs.schools)
    cell = used.locate(keys) * years + entries.year
    kept = entries.share > 0
    sums = np.bincount(cell[kept], entries.share[kept], len(used) * years).astype(np.float64)
    return used, sums.reshape(len(used), years)


def _draw_lots(ground: Ground, year: Ints, block: Ints, zones: Ints) -> Floats:
    """Return the share of each school in the draw of its zone, by seats: row x school.

    Schools without a way from the block are not drawn; where none has one, its own takes all.
    """
    own = zones[year, block]
    together = ground.lots[year] == ground.lots[year, own][:, None]
    seats = np.where(together & ground.reached[block], ground.weights[year], 0.0)
    seats[np.arange(len(own)), own] += seats.sum(axis=1) <= 0
    shares: Floats = seats / seats.sum(axis=1, keepdims=True)
    return shares
