"""Where the pupils on record live: the least travel that fits the rolls, made unique."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.case.outside import count_residents
from seatplan.demand.cohorts import Forecast
from seatplan.labels import Floats, Ints, to_array
from seatplan.seating.pairs import Pairs, to_labels
from seatplan.solvers.transport.pairs import list_pairs
from seatplan.solvers.transport.regularised import solve_regularised

MICROMETRES = 6  # decimals of a metre to which two ways are the same
FAR = 10.0  # longest ways that a school without a way counts as
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

    No file says which pupil of a school lives where. Assumed: as many as the rolls allow attend the
    school of their catchment, since a school outside it counts as farther than any way in the
    district; beyond that the total way to school is least, with a quadratic term that makes the
    answer unique, whatever the order of rows and however blocks are cut (`solve_regularised`).

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
    schools = np.flatnonzero(rolls.any(axis=0))
    known = np.asarray(rolls.any(axis=1), np.float64)  # grades with a roll on record
    metres = _bridge(np.round(case.ways.metres.iloc[:, schools].to_numpy(), MICROMETRES))
    ways = list_pairs(metres + _outside(_zone_now(case, stage), schools, metres))
    plan = solve_regularised(pupils * known[:, None], rolls[:, schools], ways)
    count = (len(case.axes.blocks), len(case.axes.schools))
    pairs = Pairs(ways.block[plan.pair], schools[ways.school[plan.pair]], *count)
    return pairs, np.round(plan.flows, 9)


def _bridge(metres: Floats) -> Floats:
    """Let a school on record be reached from everywhere, where no road leads farther than any way.

    So that it keeps its roll, from its own catchment first. Nobody walks these metres: the ways
    themselves stay inf, and the pupils are counted as having none.
    """
    farthest = max(float(metres[np.isfinite(metres)].max(initial=0.0)), 1.0)
    return np.where(np.isfinite(metres), metres, FAR * farthest)


def _zone_now(case: Case, stage: str) -> Ints:
    """Return the school in whose catchment each block lies in the base year; -1 = none."""
    catchments = case.district.catchments
    in_stage = catchments.index.get_level_values("stage") == stage
    past = catchments.index.get_level_values("year") <= case.district.base_year
    here = catchments[in_stage & past].groupby("block").last().reindex(case.axes.blocks)
    return np.asarray(case.axes.schools.get_indexer(pd.Index(here)), np.int64)


def _outside(zone: Ints, schools: Ints, metres: Floats) -> Floats:
    """Return metres added where a school is zoned to other blocks only: block x school."""
    inside = zone[:, None] == schools[None, :]
    zoned = inside.any(axis=0)
    farthest = metres[np.isfinite(metres)].max(initial=0.0)
    return np.where(inside | ~zoned, 0.0, farthest)
