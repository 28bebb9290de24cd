"""Chances: how likely each shortage is in each year, as it is and with a plan."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from seatplan.draws import OutcomeDraws
from seatplan.errors import InputError
from seatplan.findings.wave import add_idle_chances, list_stranded
from seatplan.labels import Ints
from seatplan.outcome import Outcome

LIKELY = 0.5  # chance from which a catchment counts as more likely short than not
BOUNDS = ("q05", "q95")  # nine futures of ten lie between


@dataclass(frozen=True)
class Side:
    """A district as it is or with a plan: its forecast, and the futures followed to their seats."""

    outcome: Outcome
    draws: OutcomeDraws


@dataclass(frozen=True)
class Chances:
    """What the same futures say of a district as it is and with a plan.

    Parameters
    ----------
    today, plan
        The two sides.
    stages
        Index (`stage`, `year`), from the year after the base year on; for each side, "today_" and
        "plan_": short (chance of a district shortage), lack (its expected pupils), area, area_q05
        and area_q95 (the catchment shortages added up: mean, and between which nine futures of ten
        lie), likely (catchments that are more likely short than not).
    catchments
        Index (`school`, `stage`, `year`) of the catchments and years in which either side may be
        short; for each side seats, chance (of a shortage), mean, q05 and q95 (its pupils). Missing
        where a side does not have the school.
    stranded
        Of `list_stranded`, with chances where rolls were given.
    """

    today: Side
    plan: Side
    stages: pd.DataFrame
    catchments: pd.DataFrame
    stranded: pd.DataFrame


def weigh_chances(today: Side, plan: Side, rolls: Ints | None = None) -> Chances:
    """Set the chances of each shortage as it is and with a plan beside each other.

    Parameters
    ----------
    today, plan
        The same futures of the same district.
    rolls
        Pupils on roll in many futures of the plan (`draw_rolls`), from which the chance of empty
        seats is read.

    Raises
    ------
    InputError
        The futures are of other years, or of another number.
    """
    years = [side.draws.case.axes.years for side in (today, plan)]
    if today.draws.count != plan.draws.count or years[0] != years[1]:
        raise InputError("chances: want the same futures, followed as it is and with the plan")
    sides = {"today_": today, "plan_": plan}
    stages = [_sum_stages(side).add_prefix(name) for name, side in sides.items()]
    catchments = [list_chances(side).add_prefix(name) for name, side in sides.items()]
    stranded = list_stranded(today.outcome, plan.outcome)
    if rolls is not None and len(stranded):
        stranded = add_idle_chances(stranded, plan.outcome, rolls)
    both = pd.concat(catchments, axis=1)
    may = both[["today_chance", "plan_chance"]].max(axis=1) > 0
    return Chances(today, plan, pd.concat(stages, axis=1), both[may].sort_index(), stranded)


def list_chances(side: Side) -> pd.DataFrame:
    """List how likely each catchment is short in each year from the one after the base year on.

    Returns
    -------
    Index (`school`, `stage`, `year`): seats, chance (share of futures with a catchment shortage),
    mean (expected pupils without a seat in it), q05 and q95 (nine futures of ten lie between).
    Stages that are seated from the whole district have no catchments.
    """
    table = follow_base(side.draws.measure("catchment_shortage"), side)
    table = table[table.index.isin(side.draws.case.rules.zoned, level="stage")]
    seats = side.outcome.measure("seats").reindex(table.index).fillna(0).astype(int)
    return table[["chance", "mean", *BOUNDS]].assign(seats=seats)[
        ["seats", "chance", "mean", *BOUNDS]
    ]


def list_limit_chances(draws: OutcomeDraws) -> pd.DataFrame:
    """List how likely each school passes each upper limit after the base year, where it may.

    Returns
    -------
    Index (`code`, `school`, `stage`, `year`), stage "" of a limit on the whole school: limit,
    chance (share of futures in which it is passed, by any grade of the stage), expected (classes
    above it in the mean, or pupils of a school).
    """
    table = draws.limits
    after = table.index.get_level_values("year") > draws.case.district.base_year
    return pd.DataFrame(table[after & (table.chance > 0).to_numpy()])


def _sum_stages(side: Side) -> pd.DataFrame:
    """Sum one side up by stage and year."""
    lack = follow_base(side.draws.measure("district_shortage"), side)
    area = follow_base(side.draws.measure("all_catchment_shortages"), side)
    chances = list_chances(side).chance
    likely = (chances >= LIKELY).groupby(["stage", "year"]).sum()
    table = pd.DataFrame({"short": lack.chance, "lack": lack["mean"], "area": area["mean"]})
    table = table.assign(**{f"area_{name}": area[name] for name in BOUNDS})
    return table.assign(likely=likely.reindex(table.index, fill_value=0))


def follow_base(table: pd.DataFrame, side: Side) -> pd.DataFrame:
    """Keep the years after the base year: what is known has no chance."""
    after = table.index.get_level_values("year") > side.outcome.district.base_year
    return pd.DataFrame(table[after])
