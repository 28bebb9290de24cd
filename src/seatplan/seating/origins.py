"""Where the pupils on record live: the least travel that fits the rolls, made unique."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.case.outside import count_residents
from seatplan.demand.cohorts import Forecast
from seatplan.labels import Floats, Ints, to_array
from seatplan.seating.charges import charge_ways
from seatplan.seating.guessing import guess_moves
from seatplan.seating.listed import fit_listed, join_flows, take_listed
from seatplan.seating.pairs import Pairs, to_labels
from seatplan.seating.sharing import read_sharing
from seatplan.solvers.transport.columns import solve_by_columns
from seatplan.solvers.transport.params import PARAMS
from seatplan.solvers.transport.regularised import solve_regularised

TINY = 1e-9  # pupils: below this a count is rounding, not a child


@dataclass(frozen=True)
class Origins:
    """Pupils on the rolls of the base year by the block they live in.

    `pairs` and `flows` by stage: the pairs that hold pupils, and the pupils, grade x pair.
    """

    pairs: Mapping[str, Pairs]
    flows: Mapping[str, Floats]
    axes: Axes

    @cached_property
    def pupils(self) -> pd.Series[float]:
        """Pupils > 0, index (`block`, `school`, `grade`)."""
        parts = [
            to_labels(
                self.pairs[stage],
                self.flows[stage].T,
                "pupils",
                blocks=self.axes.blocks,
                schools=self.axes.schools,
                above=0.0,
                grade=pd.Index(self.axes.grades[self.axes.span(stage)]),
            )
            for stage in self.axes.stages
        ]
        return pd.concat(parts)


def fit_origins(case: Case, forecast: Forecast) -> Origins:
    """Find a home block for every pupil on record.

    A list of where pupils live and attend (`District.attend`) is followed as far as rolls and
    residents allow (`fit_listed`). Of the others no file says who lives where. Assumed: as many as
    the rolls allow attend the school of their catchment, since a school outside it counts as
    farther than any way in the district; beyond that the total way to school is least, with a
    quadratic term that makes the answer unique, whatever the order of rows and however blocks are
    cut (`solve_regularised`).

    Pupils from outside the district (`District.outside`) have no home block and are left out.

    A school that no road reaches keeps its roll on record: its pupils have no way, and are counted
    as such.
    """
    axes = case.axes
    base = case.district.base_year
    rolls = to_array(
        count_residents(case.district), year=[base], grade=axes.grades, school=axes.schools
    )[0]
    pupils = forecast.cube(axes.grades)[:, :, 0].T  # grade x block
    pairs, flows = {}, {}
    for stage in axes.stages:
        span = axes.span(stage)
        pairs[stage], flows[stage] = _fit_stage(case, stage, rolls[span], pupils[span])
    return Origins(pairs, flows, axes)


def _fit_stage(case: Case, stage: str, rolls: Floats, pupils: Floats) -> tuple[Pairs, Floats]:
    """Fit the grades of one stage: `rolls` grade x school, `pupils` grade x block."""
    known = np.asarray(rolls.any(axis=1), np.float64)  # grades with a roll on record
    pupils = pupils * known[:, None]
    if not len(case.district.attend):
        return _estimate_stage(case, stage, rolls, pupils)
    listed = fit_listed(case, stage, rolls, pupils)
    return join_flows(listed, *_estimate_stage(case, stage, *take_listed(listed, rolls, pupils)))


def _estimate_stage(case: Case, stage: str, rolls: Floats, pupils: Floats) -> tuple[Pairs, Floats]:
    """Estimate who lives where: `rolls` grade x school, `pupils` grade x block."""
    schools = np.flatnonzero(rolls.any(axis=0))
    rolls = rolls[:, schools]
    sharing = read_sharing(case.district, stage, case.axes.blocks, case.axes.schools)
    zone = _zone_now(case, stage)
    charges = charge_ways(case.ways_of(stage), schools, zone, sharing.block, sharing.school)
    if len(charges) <= PARAMS.cells:
        ways = charges.list_all()
        plan = solve_regularised(pupils, rolls, ways)
    else:
        first = charges.list_first(rolls > 0)
        guess = partial(guess_moves, charges, first)
        ways, plan = solve_by_columns(pupils, rolls, first, charges.find, guess=guess)
    count = (len(case.axes.blocks), len(case.axes.schools))
    pairs = Pairs(ways.block[plan.pair], schools[ways.school[plan.pair]], *count)
    order = np.argsort(pairs.keys)
    pairs = Pairs(pairs.block[order], pairs.school[order], *count)
    return pairs, np.round(plan.flows[:, order], 9)


def _zone_now(case: Case, stage: str) -> Ints:
    """Return the school in whose catchment each block lies in the base year; -1 = none."""
    catchments = case.district.catchments
    in_stage = catchments.index.get_level_values("stage") == stage
    past = catchments.index.get_level_values("year") <= case.district.base_year
    here = catchments[in_stage & past].groupby("block").last().reindex(case.axes.blocks)
    return np.asarray(case.axes.schools.get_indexer(pd.Index(here)), np.int64)
