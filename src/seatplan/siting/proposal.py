"""Proposal: an answer as a table, and as the steps of a scenario."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from seatplan.district.stages import Label
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.interventions import Convert, Expand, NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.steps import Intervention
from seatplan.siting.programme import Operation, Programme, count_stranded
from seatplan.siting.survey import Survey

LOOK_AHEAD = 10  # years after its opening in which a school's empty seats are counted


def tabulate_answer(
    survey: Survey, programme: Programme, operation: Operation, price_per_classroom: float
) -> pd.DataFrame:
    """Return one row for each place that gains rooms, in the order in which they open.

    Index `place` (a site; "B+": B expanded; "B+junior": B with rooms of its junior stage): kind
    ("new", "expand", "convert"), school, name, classrooms, seats, year, cost, pupils (most in one
    of the years; of an extension those whom its school had no seat for), stranded (seats empty ten
    years after opening, or at the end of the forecast).
    """
    built = np.flatnonzero(programme.classrooms)
    rooms, places = programme.classrooms[built], survey.places.iloc[built]
    attending = operation.attending[:, len(survey.schools) + built]
    district = survey.outcome.district
    names = {"new": district.sites.name, "expand": district.schools.name}
    names["convert"] = names["expand"]
    table = pd.DataFrame(
        {
            "kind": places.kind,
            "school": places["at"],
            "name": [names[kind][at] for kind, at in zip(places.kind, places["at"], strict=True)],
            "classrooms": rooms,
            "seats": rooms * survey.per_class,
            "year": programme.opening[built],
            "cost": rooms * places.price.to_numpy(float) * price_per_classroom,
            "pupils": attending.max(axis=0, initial=0.0),
            "stranded": count_stranded(survey, programme, LOOK_AHEAD),
        },
        index=places.index,
    ).sort_values(["year", "classrooms"], ascending=[True, False], kind="stable")
    new = table.kind == "new"
    table.loc[new, "school"] = make_ids(survey.outcome, int(new.sum()))
    return table


def make_ids(outcome: Outcome, count: int) -> list[str]:
    """Return ids N01, N02, ... that no school of the district bears."""
    taken = set(outcome.district.schools.index)
    free = (name for k in range(1, len(taken) + count + 1) if (name := f"N{k:02}") not in taken)
    return [name for name, _ in zip(free, range(count), strict=False)]


def write_steps(survey: Survey, table: pd.DataFrame, objective: str, every_grade: bool) -> Scenario:
    """Return the answer as a scenario, the names of new schools plainly made up."""
    stage = survey.outcome.standards.stage(survey.stage)
    steps: list[Intervention] = []
    for place, row in table.iterrows():
        step: dict[str, object] = {
            "school": row.school,
            "year": int(row.year),
            "source": f"seatplan site, objective {objective}",
        }
        rooms = {survey.stage: int(row.classrooms)}
        if row.kind == "new":
            number = 1 + sum(isinstance(other, NewSchool) for other in steps)
            step["name"] = f"选址{stage.name.zh}{number}（{place}）"
            step["name_en"] = f"Sited {stage.name.en.lower()} {number} ({place})"
            step["source"] = f"{step['source']}: name and place are the model's"
            step |= {"site": place, "every_grade": every_grade, "classrooms": rooms}
            steps.append(NewSchool.model_validate(step))
        elif row.kind == "expand":
            steps.append(Expand.model_validate({**step, "classrooms": rooms}))
        else:
            other = survey.places.from_stage[str(place)]
            step |= {"from_stage": other, "to_stage": survey.stage, "classrooms": row.classrooms}
            steps.append(Convert.model_validate(step))
    plan = survey.outcome.scenario.name
    head = f"site-{survey.stage}" + ("" if plan == "baseline" else f"-on-{plan}")
    title = Label(f"选址方案：{stage.name.zh}", f"Siting: {stage.name.en.lower()}")
    return Scenario(head, title, tuple(steps))


def name_siting(outcome: Outcome, stage: str, first: int) -> Label:
    """Return the title of a scenario that builds schools of a stage and draws all catchments."""
    name = outcome.standards.stage(stage).name
    return Label(
        f"新建{name.zh}选址与学区（{first} 年起）",
        f"New schools and catchments, {name.en.lower()}, from {first}",
    )


def build_sited(outcome: Outcome, scenario: Scenario) -> Outcome:
    """Return what becomes of `outcome` with what a scenario drawn from it adds to its steps."""
    known = len(outcome.scenario.interventions)
    added = replace(scenario, interventions=scenario.interventions[known:], origins=())
    return evaluate(
        outcome.district, outcome.standards, added, policy=outcome.policy, costs=outcome.costs
    )
