"""Promise: what the optimiser promised against what `evaluate` finds, and why they differ."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from seatplan.labels import Floats, to_array
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.interventions import NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.seating.assignment import plan_courses, seat_pupils
from seatplan.siting.choice import Siting
from seatplan.siting.programme import close_all, operate
from seatplan.siting.survey import Survey
from seatplan.solvers.transport import solve_transport

FIGURES = ["short", "walk_m", "walk_all_m"]


def compare_promise(siting: Siting) -> pd.DataFrame:
    """Set the promised figures of each year beside those of `evaluate` with overflow "move".

    Returns index `year`; columns (`how`, `figure`) with `how`:

    - "promised_without", "without": the same without the plan, so that what it changes can be read
      from either count;
    - "promised": every pupil is seated anew each year, with the least walking in reach;
    - "every_grade": evaluated, the new schools opening with every grade;
    - "evaluated": evaluated as the scenario says;
    - "explained": what lies between promised and evaluated, see `explain_promise`.

    Figures are short (pupils seated beyond reach or not at all), walk_m (mean way of those seated
    in reach) and walk_all_m (of all who are seated); those of "explained" are pupils.
    """
    survey = siting.survey
    outcome = survey.outcome
    policy = replace(outcome.policy, overflow="move")
    runs = {
        how: evaluate(
            outcome.district, outcome.standards, scenario, policy=policy, costs=outcome.costs
        )
        for how, scenario in {
            "without": replace(siting.steps, interventions=(), origins=()),
            "every_grade": _open_whole(siting.steps),
            "evaluated": siting.steps,
        }.items()
    }
    parts = {
        "promised_without": operate(survey, close_all(survey)).table[FIGURES],
        "promised": siting.promised[FIGURES],
        **{how: measure_outcome(run, survey) for how, run in runs.items()},
    }
    whole, short = runs["every_grade"], {how: part["short"] for how, part in parts.items()}
    parts["explained"] = explain_promise(siting, short["promised"], whole, short["evaluated"])
    return pd.concat(parts, axis=1, names=["how", "figure"])


def explain_promise(
    siting: Siting, promised: pd.Series[float], whole: Outcome, evaluated: pd.Series[float]
) -> pd.DataFrame:
    """Take the way from the promise to the evaluation in steps, each with one rule more.

    `whole` is evaluated with new schools that open with every grade. Returns index `year`, pupils
    more without a seat in reach by the step; promised + the row's sum = evaluated:

    - catchments: pupils have the first claim to the school of their block, others to what is left;
      who goes on from a full school, and where to, is still chosen for the least shortage;
    - spill: each block of a full school gives up the same share, and the spill goes where the
      total way is least, in reach or not;
    - cohorts: who has entered stays, from the year on in which the plan opens its first seats;
    - settled: so do those who entered before that year;
    - entry_grade: new schools open with their entry grade, as the scenario says.
    """
    survey = siting.survey
    before = [year for year in survey.years if year <= siting.table.year.min()]
    free, once = reseat(whole, survey.years), reseat(whole, before)
    stages = [
        promised,
        _claim_seats(whole, survey),
        *(measure_outcome(outcome, survey).short for outcome in (free, once, whole)),
        evaluated,
    ]
    steps = np.diff(np.array(stages), axis=0)
    names = ["catchments", "spill", "cohorts", "settled", "entry_grade"]
    return pd.DataFrame(dict(zip(names, steps, strict=True)), index=promised.index)


def reseat(outcome: Outcome, anew: Collection[int]) -> Outcome:
    """Return an outcome whose pupils are seated within the seats, all anew in the years `anew`.

    Only `assignment` is exchanged.
    """
    rules = outcome.standards.replace(policy=replace(outcome.policy, overflow="move"))
    case = replace(outcome.case, rules=rules)
    moved = [year in anew for year in case.axes.years]
    courses = {
        stage: replace(course, anew=moved)
        for stage, course in plan_courses(case, outcome.origins, outcome.catchments).items()
    }
    return replace(outcome, assignment=seat_pupils(case, outcome.forecast, courses))


def _claim_seats(outcome: Outcome, survey: Survey) -> pd.Series[float]:
    """Return the pupils short where each has the first claim to the school of its block.

    A school keeps as many of its own as it seats; which of them is chosen for the least shortage.
    """
    stage, schools = survey.stage, list_open(outcome, survey)
    blocks, years = outcome.district.blocks.index, survey.years
    axes = {"year": years, "block": blocks, "school": schools}
    shares = to_array(outcome.catchments.shares, stage=[stage], **axes)[0]
    grades = [grade.code for grade in outcome.standards.stage(stage).grades]
    pupils = to_array(outcome.forecast.pupils, year=years, block=blocks, grade=grades).sum(axis=2)
    room = outcome.seats.of_stage(stage).loc[schools, years].to_numpy(float)
    metres = outcome.ways_of(stage).metres[schools].to_numpy()
    ways = np.where(metres <= survey.reach[:, None] * (1 + 1e-9), metres, np.inf)
    lost = to_array(outcome.catchments.shares, stage=[stage], year=years, block=blocks)[0] <= 0
    short = [
        _claim_year(pupils[at][:, None] * shares[at], room[:, at], ways)
        + float(pupils[at][lost[at]].sum())
        for at in range(len(years))
    ]
    return pd.Series(short, index=pd.Index(years, name="year"), name="short")


def _claim_year(loads: Floats, seats: Floats, ways: Floats) -> float:
    """Seat one year's pupils (blocks, schools of their claim); return how many are short.

    Each school stands twice: the seats of its own pupils, and those that it has to spare.
    """
    block, school = np.nonzero(loads)
    own = np.minimum(loads.sum(axis=0), seats)
    claimed = np.full((len(block), len(seats)), np.inf)
    rows = np.arange(len(block))
    claimed[rows, school] = ways[block, school]
    table = np.hstack([claimed, ways[block]])
    flows = solve_transport(loads[block, school], np.concatenate([own, seats - own]), table)
    return float(flows.unserved.sum())


def list_open(outcome: Outcome, survey: Survey) -> list[str]:
    """Return the schools whose seats the optimiser knows: those of the survey, and new ones."""
    standing = survey.outcome.district.schools.index
    taught = set(outcome.seats.of_stage(survey.stage).index)
    return [
        school
        for school in outcome.costs.metres.columns
        if school in survey.schools or (school in taught and school not in standing)
    ]


def measure_outcome(outcome: Outcome, survey: Survey) -> pd.DataFrame:
    """Measure an evaluated outcome as the optimiser counts; index `year`.

    Only the pupils whom the optimiser seats: those at schools that are open to all.
    """
    schools, years = list_open(outcome, survey), survey.years
    blocks = outcome.district.blocks.index
    grades = [grade.code for grade in outcome.standards.stage(survey.stage).grades]
    axes = {"year": years, "block": blocks, "grade": grades}
    seated = to_array(outcome.assignment.pupils, school=schools, **axes).sum(axis=3)
    seated = seated.transpose(1, 2, 0)  # year x block x school
    unplaced = to_array(outcome.assignment.unplaced, **axes).sum(axis=(1, 2))
    ways = outcome.ways_of(survey.stage).metres[schools].to_numpy()
    near = ways <= survey.reach[:, None] * (1 + 1e-9)
    walked = seated * ways.clip(max=ways[ways < float("inf")].max())
    inside = (seated * near).sum(axis=(1, 2))
    return pd.DataFrame(
        {
            "short": (seated * ~near).sum(axis=(1, 2)) + unplaced,
            "walk_m": (walked * near).sum(axis=(1, 2)) / inside.clip(min=1e-9),
            "walk_all_m": walked.sum(axis=(1, 2)) / seated.sum(axis=(1, 2)).clip(min=1e-9),
        },
        index=pd.Index(years, name="year"),
    )


def _open_whole(steps: Scenario) -> Scenario:
    """Return the same schools, opening with every grade."""
    schools = tuple(
        step.model_copy(update={"every_grade": True}) if isinstance(step, NewSchool) else step
        for step in steps.interventions
    )
    return replace(steps, interventions=schools, origins=())
