"""Rates: what a pupil-year of shortage costs by kind of remedy, and by the projects of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from seatplan.outcome import Outcome
from seatplan.remedies.prices import Bill, Sum, sum_bill
from seatplan.remedies.remedies import Remedies
from seatplan.scenarios.interventions import Convert, Expand, NewSchool

Kinds = tuple[str, ...]
PLAN: Kinds = ("plan",)


@dataclass(frozen=True)
class Rate:
    """What some remedies of a stage take, and what they give.

    Parameters
    ----------
    stage, kinds
        Of what stage; what is done, "plan" for the projects of a plan.
    flags
        Catchments that it is advised for; 0 for a plan.
    pupil_years
        Catchment shortage less, summed over catchments and years.
    money
        Yuan, at the low, medium and high unit costs.
    """

    stage: str
    kinds: Kinds
    flags: int
    pupil_years: int
    money: Sum

    @property
    def each(self) -> Sum:
        """Yuan for each pupil-year; NaN where none is relieved."""
        by = self.pupil_years if self.pupil_years > 0 else np.nan
        return Sum(self.money.low / by, self.money.medium / by, self.money.high / by)

    def is_below(self, other: Rate) -> bool:
        """Say whether it is cheaper than another for a pupil-year, wherever the costs lie."""
        return bool(self.each.high < other.each.low)


def list_rates(found: Remedies, plan: Outcome) -> list[Rate]:
    """List what is advised by stage and kind, and the projects of a plan beside it.

    Each remedy counts alone, as it was run; a plan's projects count together. Remedies and projects
    have the same unit costs (`found.terms.costs`). Buses that a remedy needs are in its sum; those
    of a plan, and what its new schools cost beside their seats, are not: what is told as cheaper is
    so all the more. By stage in the order of the standards, the plan last.
    """
    today, costs = found.outcome, found.terms.costs
    rates = []
    for stage in (each.code for each in today.standards.stages):
        advised = [found.advise(flag) for flag in found.flags if flag.stage == stage]
        chosen = [remedy for remedy in advised if remedy is not None]
        for kinds in sorted({remedy.action.kinds for remedy in chosen}):
            same = [remedy for remedy in chosen if remedy.action.kinds == kinds]
            money = _add([sum_bill(remedy.bill, costs) for remedy in same])
            relieved = sum(remedy.pupil_years for remedy in same)
            rates.append(Rate(stage, kinds, len(same), relieved, money))
        bill = bill_plan(plan)
        own = {key: count for key, count in bill.items() if key[1] == stage}
        if own:
            rates.append(Rate(stage, PLAN, 0, _relieve(today, plan, stage), sum_bill(own, costs)))
    return rates


def bill_plan(plan: Outcome) -> Bill:
    """Return what a plan builds and converts: new seats, rooms added, rooms converted, by stage.

    Rooms that are given up bring nothing back.
    """
    bill: dict[tuple[str, str], float] = {}
    for step in plan.scenario.interventions:
        for (item, stage), count in _bill_step(step, plan).items():
            bill[item, stage] = bill.get((item, stage), 0.0) + count
    return bill


def _bill_step(step: object, plan: Outcome) -> Mapping[tuple[str, str], float]:
    if isinstance(step, NewSchool):
        rooms = step.classrooms.items()
        seats = plan.standards.seats_per_class
        return {("new_seat", stage): n * seats(stage, step.year) for stage, n in rooms}
    if isinstance(step, Expand):
        more = step.classrooms.items()
        return {("expand_room", stage): float(rooms) for stage, rooms in more if rooms > 0}
    if isinstance(step, Convert):
        return {("convert_room", step.to_stage): float(step.classrooms)}
    return {}


def _relieve(today: Outcome, plan: Outcome, stage: str) -> int:
    """Sum the catchment shortage that a plan takes away over all years."""
    short = [
        int(outcome.measure("catchment_shortage").xs(stage, level="stage").sum())
        for outcome in (today, plan)
    ]
    return short[0] - short[1]


def _add(sums: list[Sum]) -> Sum:
    lows, mediums, highs = (
        [getattr(each, name) for each in sums] for name in ("low", "medium", "high")
    )
    return Sum(sum(lows), sum(mediums), sum(highs))
