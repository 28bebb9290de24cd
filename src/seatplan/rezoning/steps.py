"""The steps that bring a plan of catchments about: lottery zones, then the blocks that move."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.case.seats import fill_forward
from seatplan.labels import Ints
from seatplan.outcome import Outcome
from seatplan.rezoning.town import Town
from seatplan.scenarios.interventions import Intervention, LotteryZone, Rezone
from seatplan.seating.sharing import read_sharing

SOURCE = "seatplan rezone"


def write_steps(outcome: Outcome, stage: str, town: Town, plan: Ints) -> list[Intervention]:
    """Return the steps that bring the plan about in its first year and keep it to its last.

    A plan that moves somebody also enters each block that schools share for the one that it counts
    it at.
    """
    labels = pd.MultiIndex.from_product([town.blocks, [stage]], names=["block", "stage"])
    entered = fill_forward(outcome.district.catchments, labels, outcome.district.years)
    first, target = town.years[0], _name_schools(outcome, stage, town, plan)
    steps: list[Intervention] = list(_declare_zones(outcome, stage, town))
    for year in range(first, town.years[-1] + 1):
        now = entered[year].droplevel("stage").fillna("")
        before = entered[year - 1].droplevel("stage").fillna("")
        due = (now != target) & ((year == first) | (now != before))
        if year == first and due.any():
            due |= target.index.isin(_list_shared(outcome, stage, year))
        for school, blocks in target[due].groupby(target[due], sort=False):
            steps.append(
                Rezone(
                    year=year,
                    source=SOURCE,
                    stage=stage,
                    school=str(school),
                    blocks=tuple(blocks.index),
                )
            )
    return steps


def _list_shared(outcome: Outcome, stage: str, year: int) -> pd.Index:
    """List the blocks that several schools share in a year."""
    axes = outcome.axes
    sharing = read_sharing(outcome.district, stage, axes.blocks, axes.schools)
    return axes.blocks[np.unique(sharing.block[sharing.holds[axes.years.index(year)]])]


def _declare_zones(outcome: Outcome, stage: str, town: Town) -> list[LotteryZone]:
    """Return a step for each lottery zone that the outcome does not have yet."""
    held = outcome.catchments.list_lotteries(stage, town.years[0]).values()
    return [
        LotteryZone(year=town.years[0], source=SOURCE, stage=stage, schools=schools)
        for zone, schools in town.members.items()
        if zone not in held
    ]


def _name_schools(outcome: Outcome, stage: str, town: Town, plan: Ints) -> pd.Series[str]:
    """Return the school that each block is entered with; in a zone today's, or the nearest."""
    apart = town.before or town
    zones = outcome.catchments.zones.xs((stage, town.years[0]), level=("stage", "year"))
    target = pd.Series(town.schools[plan], town.blocks, dtype=object)
    for zone, schools in town.members.items():
        inside = np.flatnonzero(target == zone)
        ways = apart.ways[np.ix_(inside, apart.schools.get_indexer(pd.Index(schools)))]
        nearest = pd.Series(np.array(schools, dtype=object)[ways.argmin(axis=1)])
        own = zones[town.blocks[inside]].reset_index(drop=True)
        target.iloc[inside] = own.where(own.isin(schools), nearest).to_numpy()
    return target
