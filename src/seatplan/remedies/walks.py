"""Walks too far: for each flag of a way what clears it, a bus, another catchment or a new school.

A school is flagged where the share of its pupils beyond the metres of a limit on `beyond_walk` is
above that limit, or its longest way is above a limit on `longest_walk`. (A service radius is a
straight line; no bus shortens it.) Each remedy is run with `evaluate`, and counts where the flag is
gone in every year from the first on in which it works, and nothing else is flagged or lacks seats
for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.findings.thresholds import Thresholds, read_thresholds
from seatplan.outcome import Outcome
from seatplan.remedies.far import FarFlag, list_actions, list_far
from seatplan.remedies.prices import Bill, Costs, judge_costs, list_wan, read_costs, sum_bill
from seatplan.remedies.remedies import join_steps
from seatplan.remedies.scene import Action, Scene, Terms
from seatplan.remedies.shortfalls import Shortfall, check_asked
from seatplan.scenarios.scenario import Scenario


@dataclass(frozen=True)
class WalkRemedy:
    """What clears a flag of walks, as it was run.

    Parameters
    ----------
    flag, action, rank
        What it clears, what is done, and its place among those of the same flag.
    late
        By how many years it comes after the first year of the flag.
    after
        The value of the measure in the worst year that it can reach, or from `ready` on.
    riders
        Pupils more who ride a bus to the school in the year with most of them.
    bill, verdict
        What it costs; "cheapest", "undecided", "dearer" or "only" (see `judge_costs`).
    """

    flag: FarFlag
    action: Action
    rank: int
    late: int
    after: float
    riders: int
    bill: Bill
    verdict: str


@dataclass(frozen=True)
class WalkRemedies:
    """Remedies of every flag of walks that was asked for, by flag, then by rank."""

    outcome: Outcome
    flags: tuple[FarFlag, ...]
    found: tuple[WalkRemedy, ...]
    terms: Terms

    def list_ranked(self, flag: FarFlag) -> list[WalkRemedy]:
        """Return what clears a flag, by rank."""
        return [remedy for remedy in self.found if remedy.flag == flag]

    @property
    def table(self) -> pd.DataFrame:
        """One row a remedy, named after `WalkRemedy`; money in 10,000 yuan (万元)."""
        rows = [_write_row(remedy, self.terms.costs) for remedy in self.found]
        return pd.DataFrame(rows, columns=COLUMNS).set_index(["code", "school", "stage", "rank"])

    def scenario(self, remedy: WalkRemedy) -> Scenario:
        """Return the outcome's steps and then those of a remedy."""
        flag = remedy.flag
        name = f"{flag.school}-{flag.stage}-walk-{remedy.rank}"
        return join_steps(self.outcome, remedy.action, name)


COLUMNS = [
    *("code", "school", "stage", "rank", "first", "worst_year", "last", "value", "limit", "after"),
    *("action", "ready", "late", "riders", "wan_low", "wan", "wan_high", "verdict"),
]


def find_walk_remedies(
    outcome: Outcome,
    *,
    school: str | None = None,
    stage: str | None = None,
    year: int | None = None,
    now: int | None = None,
    costs: Costs | None = None,
    thresholds: Thresholds | None = None,
) -> WalkRemedies:
    """Find what clears each flag of walks, proven by running it.

    It tries a bus for the fewest pupils that clear it, a bus for everybody beyond the metres, the
    blocks beyond them to nearer schools with seats, and a new school on the nearest sites.

    Parameters
    ----------
    outcome, school, stage, year, now, costs, thresholds
        See `find_remedies`.

    Raises
    ------
    InputError
        No school or stage is called that, or the forecast does not reach the year.
    """
    rules = thresholds or read_thresholds()
    begin = outcome.district.base_year if now is None else now
    check_asked(outcome, begin, school, stage, year)
    terms = Terms(begin, rules, costs or read_costs())
    scene = Scene(outcome, terms)
    flags = [
        flag
        for flag in list_far(outcome, begin)
        if school in (None, flag.school) and stage in (None, flag.stage)
        if year is None or year in flag.years
    ]
    found = [remedy for flag in flags for remedy in _rank(scene, flag)]
    return WalkRemedies(outcome, tuple(flags), tuple(found), terms)


def _rank(scene: Scene, flag: FarFlag) -> list[WalkRemedy]:
    """Run what may clear a flag, and put what does in order: by cost, then the earlier."""
    kept: dict[tuple[str, ...], WalkRemedy] = {}
    for action in list_actions(scene, flag):
        key = tuple(step.model_dump_json() for step in action.steps)
        if key not in kept and (remedy := _try(scene, flag, action)):
            kept[key] = remedy
    remedies = list(kept.values())
    judged = judge_costs([one.bill for one in remedies], scene.terms.costs) if remedies else []
    money = [sum_bill(one.bill, scene.terms.costs).medium for one in remedies]
    order = sorted(
        range(len(remedies)), key=lambda at: (judged[at][0], remedies[at].late, money[at])
    )
    return [
        replace(remedies[at], rank=rank, verdict=judged[at][1]) for rank, at in enumerate(order, 1)
    ]


def _try(scene: Scene, flag: FarFlag, action: Action) -> WalkRemedy | None:
    """Run an action; None where it cannot be, does not clear the flag or does harm."""
    after = scene.run(action.steps)
    own = Shortfall(flag.school, flag.stage, (), 0, 0, scene.terms.rules.least.pupils)
    if after is None or scene.harms(after, own):
        return None
    code, ready = flag.standard.code, action.ready
    left = _list_flagged(after.outcome, code, ready)
    if (flag.school, flag.stage) in {key[:2] for key in left}:
        return None
    if left - _list_flagged(scene.outcome, code, ready):
        return None
    bill, riders = dict(action.bill), _count_riders(scene, after, flag.school, ready)
    if riders.any():
        bill["bus_year", flag.stage] = float(riders.sum())
    measured = after.outcome.measure(flag.standard.indicator)
    year = max(flag.worst_year, ready)
    value = measured.get((flag.school, flag.stage, year), np.nan)
    late = max(ready - flag.years[0], 0)
    return WalkRemedy(flag, action, 0, late, float(value), int(riders.max()), bill, "")


def _list_flagged(outcome: Outcome, code: str, since: int) -> set[tuple[str, str, int]]:
    table = outcome.flags.table
    own = table[(table.code == code) & (table.year >= since)]
    return set(own[["school", "stage", "year"]].itertuples(index=False, name=None))


def _count_riders(before: Scene, after: Scene, school: str, since: int) -> npt.NDArray[np.int64]:
    """Count the pupils more who ride a bus to a school, by year from `since` on."""
    years = [year for year in before.outcome.axes.years if year >= since]
    counts = []
    for scene in (before, after):
        riders = scene.outcome.measure("riders")
        counts.append([int(riders.get((school, year), 0)) for year in years])
    more: npt.NDArray[np.int64] = np.maximum(np.array(counts[1]) - np.array(counts[0]), 0)
    return more


def _write_row(remedy: WalkRemedy, costs: Costs) -> dict[str, object]:
    flag = remedy.flag
    return {
        "code": flag.standard.code,
        "school": flag.school,
        "stage": flag.stage,
        "rank": remedy.rank,
        "first": flag.years[0],
        "worst_year": flag.worst_year,
        "last": flag.years[-1],
        "value": flag.worst,
        "limit": flag.limit,
        "after": remedy.after,
        "action": "+".join(remedy.action.kinds),
        "ready": remedy.action.ready,
        "late": remedy.late,
        "riders": remedy.riders,
        **list_wan(sum_bill(remedy.bill, costs)),
        "verdict": remedy.verdict,
    }
