"""When schools opened, closed and changed their stage: the plan moved to what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.scenarios.interventions import Close, Convert, Merge, NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.steps import Intervention, count_rooms, list_open

Turn = Literal[
    "late",
    "early",
    "closed_late",
    "closed_early",
    "closed",
    "opened",
    "stage_late",
    "stage_early",
    "stage_new",
]


@dataclass(frozen=True)
class Opening:
    """A school that opened, closed or took up a stage in another year than planned.

    Attributes
    ----------
    kind
        "late", "early": a school of the plan; "closed_late", "closed_early": one that the plan
        closes or merges; "stage_late", "stage_early": a stage that the plan gives a school;
        "closed", "opened", "stage_new": not in the plan; a school that "opened" is in no file of
        the district.
    planned
        The year of the plan; 0 where it is not in the plan.
    came
        The year in which it came; 0 where it has not come yet.
    """

    kind: Turn
    school: str
    planned: int
    came: int
    stage: str = ""


class Record:
    """Which schools have pupils in which year that is on record, as a whole and by stage."""

    def __init__(self, actual: pd.DataFrame, stage_of: Mapping[str, str]) -> None:
        self.years = sorted(int(year) for year in actual.index.unique("year"))
        stages = actual.index.get_level_values("grade").map(dict(stage_of))
        rows = actual.pupils.groupby(
            [actual.index.get_level_values("school"), stages, actual.index.get_level_values("year")]
        ).sum()
        self.by_stage: pd.Series[int] = rows.rename_axis(["school", "stage", "year"])
        self.by_school: pd.Series[int] = self.by_stage.groupby(["school", "year"]).sum()

    def find_first(self, school: str, stage: str = "") -> int:
        """Return the first year in which a school (or its stage) has pupils; 0 for none."""
        return next((year for year in self.years if self.has_pupils(school, year, stage)), 0)

    def find_empty(self, school: str) -> int:
        """Return the year from which a school has no pupils any more; 0 where it has some."""
        empty = 0
        for year in reversed(self.years):
            if self.has_pupils(school, year):
                break
            empty = year
        return empty

    def has_pupils(self, school: str, year: int, stage: str = "") -> bool:
        """Say whether a school (or its stage) has pupils in a year."""
        if stage:
            return bool(self.by_stage.get((school, stage, year), 0) > 0)
        return bool(self.by_school.get((school, year), 0) > 0)

    def says(self, school: str, year: int) -> bool:
        """Say whether there are rows of a school in a year, if only of 0."""
        return (school, year) in self.by_school.index


def shift_openings(
    district: District, standards: Standards, scenario: Scenario, actual: pd.DataFrame, year: int
) -> tuple[Scenario, tuple[Opening, ...]]:
    """Move the steps of a plan to when they came, those that have not come yet to the next year.

    A school has closed where its rows have no pupils any more, or where the plan closes it and it
    has no rows. A school that closes outside the plan gets a step that closes it, a stage that it
    takes up outside the plan one that converts rooms to it. A school that no file knows gets none,
    as nobody says where it stands. What cannot be told from the years on record counts as it was
    planned.
    """
    seen = Record(actual, standards.stage_of)
    steps: list[Intervention] = []
    found: list[Opening] = []
    planned = scenario.apply(district)
    for step in scenario.interventions:
        if isinstance(step, Merge):
            parts, told = _shift_merge(step, planned, seen, year)
        else:
            turn = _find_turn(step, seen, year, district)
            parts = [_move(step, turn.came or year + 1)] if turn else [step]
            told = [turn] if turn else []
        steps += parts
        found += told
    shifted = replace(scenario, interventions=tuple(_follow_late(steps)), origins=())
    for extra, turn in _find_unplanned(shifted.apply(district), standards, seen, year):
        kept = (step for step in shifted.interventions if _is_free(step, turn))
        shifted = replace(shifted, interventions=(*kept, extra))
        found.append(turn)
    known = {str(school) for school in planned.schools.index}
    strange = sorted({str(school) for school, _ in seen.by_school.index} - known)
    found += [Opening("opened", one, 0, came) for one in strange if (came := seen.find_first(one))]
    return shifted, tuple(found)


def _find_turn(step: Intervention, seen: Record, year: int, district: District) -> Opening | None:
    """Return how a step of one school came otherwise; None where it came as planned."""
    if isinstance(step, NewSchool):
        came = seen.find_first(step.school)
        return _judge_start(step.school, step.year, came, seen, year)
    if isinstance(step, Close):
        return _judge_end(step.school, step.year, seen, year)
    if isinstance(step, Convert) and step.to_stage not in _teach(district, step.school):
        came = seen.find_first(step.school, step.to_stage)
        return _judge_start(step.school, step.year, came, seen, year, step.to_stage)
    return None


def _judge_start(
    school: str, planned: int, came: int, seen: Record, year: int, stage: str = ""
) -> Opening | None:
    """Say whether pupils came in another year than planned."""
    waited = [when for when in seen.years if planned <= when < (came or year + 1)]
    if planned <= year and waited:
        return Opening("stage_late" if stage else "late", school, planned, came, stage)
    if came and came < planned:
        return Opening("stage_early" if stage else "early", school, planned, came, stage)
    return None


def _judge_end(school: str, planned: int, seen: Record, year: int) -> Opening | None:
    """Say whether a school that is to close had pupils longer, or none before."""
    empty = seen.find_empty(school)
    stayed = [when for when in seen.years if when >= planned and seen.has_pupils(school, when)]
    if stayed:
        return Opening("closed_late", school, planned, empty)
    if empty and empty < planned and (planned <= year or seen.says(school, year)):
        return Opening("closed_early", school, planned, empty)
    return None


def _shift_merge(
    step: Merge, planned: District, seen: Record, year: int
) -> tuple[list[Intervention], list[Opening]]:
    """Split a merger into its schools where one of them closed in another year."""
    merged = planned.successors[planned.successors.year == step.year]
    named = [school for school in merged.index if not step.schools or school in step.schools]
    turns = {school: _judge_end(school, step.year, seen, year) for school in named}
    told = [turn for turn in turns.values() if turn]
    if not told:
        return [step], []
    parts: list[Intervention] = []
    for school, turn in turns.items():
        part = {"schools": [school], "where": None, "into": merged.into[school], "within_m": None}
        when = (turn.came or year + 1) if turn else step.year
        parts.append(step.model_copy(update={**part, "year": when}))
    return parts, told


def _follow_late(steps: list[Intervention]) -> Iterator[Intervention]:
    """Yield steps; those about a school that opens later than they were to be, in that year."""
    opens = {step.school: step.year for step in steps if isinstance(step, NewSchool)}
    for step in steps:
        last = max((opens.get(school, 0) for school in step.list_schools()), default=0)
        yield _move(step, last) if step.year < last else step


def _find_unplanned(
    planned: District, standards: Standards, seen: Record, year: int
) -> Iterator[tuple[Intervention, Opening]]:
    """Yield schools that closed, and stages that schools took up, outside the plan."""
    base = planned.rolls.xs(planned.base_year, level="year").pupils.groupby("school").sum()
    for school in map(str, list_open(planned, year)):
        empty = seen.find_empty(school)
        if empty and seen.says(school, year) and base.get(school, 0) > 0:
            closing = Close(year=empty, school=school, source="rolls")
            yield closing, Opening("closed", school, 0, empty)
            continue
        rooms = count_rooms(planned, school, year)
        now = seen.by_stage[seen.by_stage.index.isin([school], "school")]
        now = now[now.index.isin([year], "year") & (now > 0)].droplevel(["school", "year"])
        for stage, pupils in now.items():
            if stage in rooms or not rooms:
                continue
            left = {old: count for old, count in rooms.items() if old not in now.index} or rooms
            old = max(left, key=lambda each: left[each])
            grade = next(one for one in standards.grades if standards.stage_of[one] == stage)
            size = standards.class_limit(grade, year)
            count = min(int(np.ceil(pupils / size)) if old in now.index else rooms[old], rooms[old])
            first = seen.find_first(school, str(stage))
            step = Convert(
                year=first,
                school=school,
                from_stage=old,
                to_stage=str(stage),
                classrooms=max(count, 1),
                source="rolls",
            )
            yield step, Opening("stage_new", school, 0, first, str(stage))


def _is_free(step: Intervention, turn: Opening) -> bool:
    """Say whether a step can still be followed once a school has closed outside the plan."""
    return not (
        turn.kind == "closed" and step.year >= turn.came and turn.school in step.list_schools()
    )


def _teach(district: District, school: str) -> dict[str, int]:
    """Return the stages that a school has rooms for in the base year."""
    return count_rooms(district, school, district.base_year)


def _move(step: Intervention, year: int) -> Intervention:
    return step.model_copy(update={"year": year})
