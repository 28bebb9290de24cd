"""Which school a block's entrants go to, by stage and year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.standards import Stage, Standards
from seatplan.labels import Floats, to_array, to_series
from seatplan.seating.neighbours import find_homes, find_neighbours, group_years
from seatplan.seating.origins import Origins
from seatplan.seating.seats import Seats, fill_forward
from seatplan.travel.costs import TravelCosts

Ints = npt.NDArray[np.int64]

DRAW_EFFORT = 2.0  # units of work on the areas of one stage under the rule "capacity": no clock
FAR = 10.0  # longest ways that a block without a way to a school counts as


@dataclass(frozen=True)
class Catchments:
    """Where the entrants of each block go.

    `shares`: float > 0, index (`block`, `stage`, `year`, `school`); they sum to 1 for every block,
    stage and year in which some school of the stage can be reached. In a lottery zone they are
    shared among its schools in proportion to the seats.
    `zones`: the school in whose catchment the block lies, index (`block`, `stage`, `year`); ""
    where the stage has no catchments or no school can be reached. In a lottery zone, one of its
    schools.
    `lotteries`: name of the lottery zone of each school that is in one, index (`stage`, `year`,
    `school`).
    """

    shares: pd.Series[float]
    zones: pd.Series[str]
    lotteries: pd.Series[str]

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


@dataclass(frozen=True)
class Ground:
    """What a rule sees of one stage; blocks, years and schools by position.

    `ways`: metres, block x school. `seats`: year x school, 0 where closed. `pupils`: of all grades
    of the stage, year x block. `zones`: school in force, year x block, -1 = none. `public`: whether
    a school is open to all who live near. `lived`: share of each block's pupils who go to each
    school in the base year, block x school. `lots`: number of the lottery zone, year x school, -1 =
    none.
    """

    district: District
    stage: Stage
    schools: pd.Index
    ways: Floats
    seats: Floats
    pupils: Floats
    zones: Ints
    public: npt.NDArray[np.bool_]
    lived: Floats
    lots: Ints

    def choose_apart(self, zones: Ints) -> Floats:
        """Return the share of pupils at private schools without catchment: year x block x school.

        They keep the share that they have in the base year while they are open.
        """
        apart = ~self.public & ~np.isin(np.arange(len(self.schools)), zones)
        shares: Floats = (self.lived * apart)[None, :, :] * (self.seats > 0)[:, None, :]
        return shares


def draw_catchments(
    district: District,
    standards: Standards,
    forecast: Forecast,
    costs: TravelCosts,
    seats: Seats,
    origins: Origins,
    rule: str = "current",
) -> Catchments:
    """Draw the catchments of every stage and year.

    A stage's `intake` says how: "catchment" by `rule` (see `RULES`), "nearest" to the nearest
    school open to all, "seats" over all schools by their seats. Schools that take no catchment
    (private ones) keep the share of each block's pupils that they have in the base year.
    """
    shares, zones = [], []
    lotteries = _name_lotteries(district, standards)
    for stage in standards.stages:
        ground = _survey(district, stage, forecast, costs, seats, origins, lotteries)
        if stage.intake == "seats":
            zone = np.full(ground.zones.shape, -1)
            cube = _share_by_seats(ground)
        else:
            zone = RULES["nearest" if stage.intake == "nearest" else rule](ground)
            cube = _share_by_zone(ground, zone)
        shares.append(_label_shares(cube, ground))
        zones.append(_label_zones(zone, ground))
    return Catchments(pd.concat(shares), pd.concat(zones), lotteries)


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
    for school in np.argsort(first, kind="stable"):
        alone = school not in given and ground.lots[first[school], school] < 0
        if ground.public[school] and alone and first[school] > 0:
            _settle(ground, zones, int(school), int(first[school]))
    is_open = np.take_along_axis(ground.seats > 0, np.maximum(zones, 0), axis=1) & (zones >= 0)
    return np.where(is_open, zones, nearest)


def zone_nearest(ground: Ground) -> Ints:
    """Zone every block to the nearest school that is open to all; -1 where none can be reached."""
    zones = np.empty(ground.zones.shape, dtype=np.int64)
    for year, seats in enumerate(ground.seats):
        ways = np.where((seats > 0) & ground.public, ground.ways, np.inf)
        best = ways.argmin(axis=1) if ways.shape[1] else np.zeros(len(ways), dtype=np.int64)
        reached = np.isfinite(ways).any(axis=1)
        zones[year] = np.where(reached, best, -1)
    return zones


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
            zones[years] = np.where(np.isfinite(ground.ways[:, schools]).any(axis=1), drawn, -1)
    return zones


def _draw_areas(ground: Ground, years: Ints, schools: Ints, pairs: Ints, effort: float) -> Ints:
    """Return the school of each block, the same in all of `years`."""
    from seatplan.solvers.districting import draw_districts
    from seatplan.solvers.stop import Stop

    seats = ground.seats[np.ix_(years, schools)].min(axis=0)
    apart = ground.choose_apart(ground.zones)[years].sum(axis=2)
    pupils = ground.pupils[years] * (1.0 - apart)
    ways = ground.ways[:, schools]
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

    A block whose zone changes later while its former school is open was rezoned by the plan, which
    counts from that year on; a change because that school closes does not.
    """
    now = zones[first]
    way = ground.ways[:, school]
    present = np.where(now >= 0, ground.ways[np.arange(len(now)), np.maximum(now, 0)], np.inf)
    order = np.argsort(way, kind="stable")
    order = order[(way < present)[order]]
    peak = ground.pupils[first:].max(axis=0)
    taken = order[np.cumsum(peak[order]) <= ground.seats[first:, school].max()]
    held, later = now[taken], zones[first:, taken]
    lasts = (ground.seats[first:, np.maximum(held, 0)] > 0) | (held < 0)
    rezoned = np.logical_or.accumulate((later != held) & lasts, axis=0)
    zones[first:, taken] = np.where(rezoned, later, school)


def _survey(
    district: District,
    stage: Stage,
    forecast: Forecast,
    costs: TravelCosts,
    seats: Seats,
    origins: Origins,
    lotteries: pd.Series[str],
) -> Ground:
    years = district.years
    table = seats.of_stage(stage.code)
    table = table.reindex([school for school in district.schools.index if school in table.index])
    grades = [grade.code for grade in stage.grades]
    labels = pd.MultiIndex.from_product(
        [district.blocks.index, [stage.code]], names=["block", "stage"]
    )
    in_force = fill_forward(district.catchments, labels, years)
    lived = to_array(
        origins.pupils, grade=grades, block=district.blocks.index, school=table.index
    ).sum(axis=0)
    total = lived.sum(axis=1, keepdims=True)
    return Ground(
        district=district,
        stage=stage,
        schools=table.index,
        ways=costs.metres[table.index].to_numpy(),
        seats=table[years].to_numpy().T,
        pupils=forecast.cube(grades).sum(axis=1).T,
        zones=np.stack([table.index.get_indexer(pd.Index(in_force[year])) for year in years]),
        public=(district.schools.ownership[table.index] != "private").to_numpy(),
        lived=np.divide(lived, total, out=np.zeros_like(lived), where=total > 0),
        lots=_number_lotteries(lotteries, stage.code, table.index, years),
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


def _share_by_seats(ground: Ground) -> Floats:
    """Return seats of the schools in reach over their sum: year x block x school."""
    reach = np.where(np.isfinite(ground.ways), ground.seats[:, None, :], 0.0)
    total = reach.sum(axis=2, keepdims=True)
    shares: Floats = np.divide(reach, total, out=np.zeros_like(reach), where=total > 0)
    return shares


def _share_by_zone(ground: Ground, zones: Ints) -> Floats:
    """Give private schools their share of the base year, the zone's school or schools the rest.

    Returns year x block x school.
    """
    cube = ground.choose_apart(zones)
    rest = 1.0 - cube.sum(axis=2)
    lots = np.pad(ground.lots, ((0, 0), (0, 1)), constant_values=-1)  # the last: no zone
    drawn = np.take_along_axis(lots, zones, axis=1) >= 0
    year, block = np.nonzero((zones >= 0) & ~drawn)
    cube[year, block, zones[year, block]] += rest[year, block]
    year, block = np.nonzero(drawn)
    cube[year, block] += rest[year, block, None] * _draw_lots(ground, year, block, zones)
    return cube


def _draw_lots(ground: Ground, year: Ints, block: Ints, zones: Ints) -> Floats:
    """Return the share of each school in the draw of its zone, by seats: row x school.

    Schools without a way from the block are not drawn; where none has one, its own takes all.
    """
    own = zones[year, block]
    together = ground.lots[year] == ground.lots[year, own][:, None]
    seats = np.where(together & np.isfinite(ground.ways[block]), ground.seats[year], 0.0)
    seats[np.arange(len(own)), own] += seats.sum(axis=1) <= 0
    shares: Floats = seats / seats.sum(axis=1, keepdims=True)
    return shares


def _label_shares(cube: Floats, ground: Ground) -> pd.Series[float]:
    return to_series(
        cube.transpose(1, 0, 2)[:, None],
        "share",
        above=0.0,
        block=ground.district.blocks.index,
        stage=[ground.stage.code],
        year=ground.district.years,
        school=ground.schools,
    )


def _label_zones(zones: Ints, ground: Ground) -> pd.Series[str]:
    names = np.append(ground.schools.to_numpy(dtype=object), "")  # -1 picks the last: no zone
    return to_series(
        names[zones.T][:, None, :],
        "school",
        block=ground.district.blocks.index,
        stage=[ground.stage.code],
        year=ground.district.years,
    )
