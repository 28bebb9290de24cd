"""What a rule of catchments sees of one stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.case.case import Case
from seatplan.case.seats import fill_forward
from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.order import order_places
from seatplan.district.stages import Stage
from seatplan.district.standards import Standards
from seatplan.labels import Floats, Ints, to_array
from seatplan.seating.charges import MICROMETRES
from seatplan.seating.origins import Origins
from seatplan.seating.pairs import Pairs
from seatplan.seating.sharing import Sharing, read_sharing
from seatplan.travel.costs import TravelCosts


@dataclass(frozen=True)
class Ground:
    """What a rule sees of one stage; blocks, years and schools of the stage by position.

    `places`: the schools of the stage, as positions among all. `costs`: the ways to all schools.
    `seats`: year x school, 0 where closed. `weights`: what schools that share a block, a lottery
    zone or the stage share by: the seats, raised to those of all grades where a school has some
    grades only. `pupils`: of all grades of the stage, year x block.
    `zones`: school in force, year x block, -1 = none. `rezoned`: where the plan enters a block
    anew, other than because its school closes that year; year x block. `public`: whether a school
    is open to all who live near. `lived`: share of each block's pupils who go to each school in the
    base year, along `homes`, the pairs of the origins. `lots`: number of the lottery zone,
    year x school, -1 = none.
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
    rezoned: npt.NDArray[np.bool_]
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


def survey_stage(
    case: Case, stage: Stage, forecast: Forecast, origins: Origins, lotteries: pd.Series[str]
) -> Ground:
    """Lay out what a rule of catchments sees of one stage.

    `lotteries`: as `name_lotteries` returns them.
    """
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
    zones = in_force.T.astype(np.int64)
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
        zones=sharing.take_over(zones, seats),
        rezoned=_mark_rezoned(zoned.droplevel("stage"), axes.blocks, years, zones, seats),
        public=(district.schools.ownership.iloc[places] != "private").to_numpy(),
        homes=homes,
        lived=np.divide(lived, total, out=np.zeros_like(lived), where=total > 0),
        lots=_number_lotteries(lotteries, stage.code, schools, years),
        sharing=sharing,
        order=order_places(district.schools.iloc[places]),
    )


def _mark_rezoned(
    entries: pd.Series[float], blocks: pd.Index, years: list[int], zones: Ints, seats: Floats
) -> npt.NDArray[np.bool_]:
    """Mark where a block is entered anew after the first year while its school does not close."""
    level = entries.dropna().index.get_level_values
    block, year = blocks.get_indexer(level("block")), pd.Index(years).get_indexer(level("year"))
    known = (block >= 0) & (year > 0)
    block, year = block[known], year[known]
    held = zones[year - 1, block]
    closes = (held >= 0) & (seats[year - 1, held] > 0) & (seats[year, held] <= 0)
    rezoned = np.zeros(zones.shape, dtype=bool)
    rezoned[year, block] = ~closes
    return rezoned


def name_lotteries(district: District, standards: Standards) -> pd.Series[str]:
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
