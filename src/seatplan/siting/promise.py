"""Promise: what the optimiser promised against what `evaluate` finds, and why they differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from seatplan.labels import to_array
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.interventions import NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.siting.choice import Siting
from seatplan.siting.programme import close_all, operate
from seatplan.siting.survey import Survey


def compare_promise(siting: Siting) -> pd.DataFrame:
    """Set the promised figures of each year beside those of `evaluate` with overflow "move".

    Returns index `year`; columns (`how`, `figure`) with `how`:

    - "promised_without", "without": the same without the new schools, so that what they change can
      be read from either count;
    - "promised": every pupil is seated anew each year, with the least walking in reach;
    - "every_grade": evaluated, the new schools opening with every grade. What is left between this
      and the promise: existing schools keep their cohorts, and catchments follow the blocks;
    - "evaluated": evaluated as the scenario says. What is left between this and the last: a new
      school that opens with its entry grade fills up year by year.

    and figures: short (pupils seated beyond reach or not at all), walk_m (mean way of those seated
    in reach), walk_all_m (of all who are seated); of those evaluated also on_record: how many of
    the short were at school in the base year already. They stay where they are, whatever opens.
    """
    survey = siting.survey
    outcome = survey.outcome
    policy = replace(outcome.policy, overflow="move")
    runs = {
        "without": replace(siting.steps, interventions=(), origins=()),
        "every_grade": _open_whole(siting.steps),
        "evaluated": siting.steps,
    }
    figures = ["short", "walk_m", "walk_all_m"]
    without = operate(survey, close_all(survey)).table
    parts = {"promised_without": without[figures], "promised": siting.promised[figures]}
    for how, scenario in runs.items():
        result = evaluate(
            outcome.district, outcome.standards, scenario, policy=policy, costs=outcome.costs
        )
        parts[how] = measure_outcome(result, survey)
    return pd.concat(parts, axis=1, names=["how", "figure"])


def measure_outcome(outcome: Outcome, survey: Survey) -> pd.DataFrame:
    """Measure an evaluated outcome as the optimiser counts; index `year`.

    Only the pupils whom the optimiser seats: those at schools that are open to all.
    """
    district = outcome.district
    schools = [
        school
        for school in outcome.costs.metres.columns
        if school in survey.schools or school not in survey.outcome.district.schools.index
    ]
    grades = [grade.code for grade in outcome.standards.stage(survey.stage).grades]
    axes = {"block": district.blocks.index, "grade": grades, "year": survey.years}
    cells = to_array(
        outcome.assignment.pupils,
        year=survey.years,
        block=district.blocks.index,
        school=schools,
        grade=grades,
    )
    seated = cells.sum(axis=3)
    unplaced = to_array(outcome.assignment.unplaced, **axes).sum(axis=(0, 1))
    ways = outcome.costs.metres[schools].to_numpy()
    near = ways <= survey.reach[:, None] * (1 + 1e-9)
    far = (cells * ~near[None, :, :, None]).sum(axis=(1, 2))  # year x grade
    on_record = np.arange(len(grades)) >= np.array(survey.columns)[:, None]
    walked = seated * ways.clip(max=ways[ways < float("inf")].max())
    inside = (seated * near).sum(axis=(1, 2))
    return pd.DataFrame(
        {
            "short": far.sum(axis=1) + unplaced,
            "on_record": (far * on_record).sum(axis=1),
            "walk_m": (walked * near).sum(axis=(1, 2)) / inside.clip(min=1e-9),
            "walk_all_m": walked.sum(axis=(1, 2)) / seated.sum(axis=(1, 2)).clip(min=1e-9),
        },
        index=pd.Index(survey.years, name="year"),
    )


def _open_whole(steps: Scenario) -> Scenario:
    """Return the same schools, opening with every grade."""
    schools = tuple(
        step.model_copy(update={"every_grade": True}) if isinstance(step, NewSchool) else step
        for step in steps.interventions
    )
    return replace(steps, interventions=schools, origins=())
