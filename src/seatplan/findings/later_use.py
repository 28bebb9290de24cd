"""Later use: what a project's empty seats could serve once the wave has passed, as steps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from seatplan.district.stages import Label
from seatplan.errors import SeatplanError
from seatplan.findings.wave import STRANDED_AFTER
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.closures import Merge
from seatplan.scenarios.interventions import Intervention
from seatplan.scenarios.rooms import Convert
from seatplan.scenarios.scenario import Scenario

NEAR_M = 2000.0  # straight line to an older school that may close: beyond it pupils would ride
TRIED = 3  # older schools that are tried for a project, the nearest first
LEAST = 5  # pupils of catchment shortage more that are within the rounding of whole children
SOURCE = "later use of empty seats, proposed by seatplan warn"


@dataclass(frozen=True)
class LaterUse:
    """What is proposed for the projects of a plan that stand empty.

    Attributes
    ----------
    table
        Index (`school`, `stage`): year (ten years after opening), idle (seats empty then), step
        ("convert", "merge", or "" where nothing was found), served (pupils who would sit there).
    steps
        By (`school`, `stage`), the step.
    scenario
        The plan with all the steps.
    """

    table: pd.DataFrame
    steps: dict[tuple[str, str], Intervention]
    scenario: Scenario


@dataclass(frozen=True)
class Idle:
    """Seats of a project that stand empty: where, from which year on, how many.

    `projects` are the schools of all projects, `near_m` metres: an older school is none of these,
    and lies within so many.
    """

    school: str
    stage: str
    year: int
    seats: int
    projects: frozenset[str]
    near_m: float


def propose_later_use(
    today: Outcome, plan: Outcome, stranded: pd.DataFrame, *, near_m: float = NEAR_M
) -> LaterUse:
    """Propose for each project that stands empty ten years after opening what it could serve.

    First its empty rooms for a stage whose seats the whole district lacks in that year, as many as
    are lacked (`convert`). Else the nearest older school of its stage alone and its ownership,
    within `near_m`, whose pupils fit into the empty seats in every year from then on, closes and
    its pupils go on at the project (`merge`). Steps add up in the order of the projects; each is
    run with those before it, and kept where it makes no catchment shortage of its stage larger.

    Parameters
    ----------
    today
        The district as it is.
    plan
        The outcome under the plan.
    stranded
        Of `wave.list_stranded`.
    near_m
        Metres in a straight line.
    """
    own = plan.scenario
    steps: dict[tuple[str, str], Intervention] = {}
    rows, state = [], plan
    empty = stranded[stranded[f"stranded_{STRANDED_AFTER[0]}"].fillna(value=False).astype(bool)]
    projects = [(str(school), str(stage)) for school, stage in empty.index]
    schools = frozenset(school for school, _ in projects)
    for place, row in zip(projects, empty.to_dict("records"), strict=True):
        year, seats = int(row["opening"]) + STRANDED_AFTER[0], int(row[f"idle_{STRANDED_AFTER[0]}"])
        idle = Idle(*place, year, seats, schools, near_m)
        found: tuple[str, int] = ("", 0)
        for step, served in _list_steps(state, idle):
            after = _run(today, own, [*steps.values(), step])
            if after is not None and not _harms(state, after, idle):
                steps[place], state, found = step, after, (step.kind, served)
                break
        rows.append({"year": year, "idle": seats, "step": found[0], "served": found[1]})
    table = pd.DataFrame(rows, empty.index, columns=["year", "idle", "step", "served"])
    title = Label(
        f"{own.title.zh}，空余学位以后的用途", f"{own.title.en}, later use of empty seats"
    )
    scenario = Scenario(f"{own.name}-later-use", title, (*own.interventions, *steps.values()))
    return LaterUse(table, steps, scenario)


def _list_steps(state: Outcome, idle: Idle) -> Iterator[tuple[Intervention, int]]:
    """Yield what could be done, the first first, with the pupils whom it would serve."""
    school, stage, year, rules = idle.school, idle.stage, idle.year, state.standards
    rooms = math.floor(idle.seats / rules.seats_per_class(stage, year) + 1e-9)
    lacked = state.measure("district_shortage").xs(year, level="year")
    for other in rules.zoned:
        if other != stage and lacked[other] > 0 and rooms:
            seats = rules.seats_per_class(other, year)
            used = min(rooms, math.ceil(lacked[other] / seats))
            words = {"school": school, "from_stage": stage, "to_stage": other, "year": year}
            words |= {"classrooms": used, "source": SOURCE}
            yield Convert.model_validate(words), min(int(lacked[other]), int(used * seats))
    for older, pupils in _list_older(state, idle):
        words = {"schools": [older], "into": school, "year": year, "source": SOURCE}
        yield Merge.model_validate(words), pupils


def _list_older(state: Outcome, idle: Idle) -> Iterator[tuple[str, int]]:
    """Yield the nearest older schools whose pupils fit, with the most that they have."""
    school, stage, year = idle.school, idle.stage, idle.year
    schools, rules = state.district.schools, state.standards
    rolls = state.measure("pupils").xs(stage, level="stage").unstack("year")
    rolls = rolls[[one for one in rolls.columns if int(one) >= year]].fillna(0)
    alone = [kind for kind, stages in rules.kinds.items() if tuple(stages) == (stage,)]
    fits = schools.kind.isin(alone) & (schools.ownership == schools.ownership[school])
    most = rolls.max(axis=1).reindex(schools.index).fillna(0)
    open_then = rolls[year].reindex(schools.index).fillna(0) > 0
    fits &= open_then & (most <= idle.seats) & ~schools.index.isin(idle.projects)
    way = schools.geometry.distance(schools.geometry[school]).round(3)[fits]
    for older in way[way <= idle.near_m].sort_values(kind="stable").index[:TRIED]:
        yield str(older), int(most[older])


def _run(today: Outcome, own: Scenario, steps: list[Intervention]) -> Outcome | None:
    """Run a plan with more steps; None where they do not go together."""
    scenario = Scenario(own.name, own.title, (*own.interventions, *steps))
    try:
        return evaluate(
            today.district, today.standards, scenario, policy=today.policy, costs=today.costs
        )
    except SeatplanError:
        return None


def _harms(before: Outcome, after: Outcome, idle: Idle) -> bool:
    """Say whether the catchment shortage of the stage grows in any year from then on."""
    short = [
        outcome.measure("catchment_shortage").xs(idle.stage, level="stage").groupby("year").sum()
        for outcome in (before, after)
    ]
    more = (short[1] - short[0])[lambda table: table.index >= idle.year]
    return bool((more > LEAST).any())
