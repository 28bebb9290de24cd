"""decisions.toml of a run, read again: the same steps and choices, on files told apart by hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from seatplan.district.district import District
from seatplan.errors import InputError
from seatplan.files import read_text
from seatplan.scenarios.interventions import Close, Merge, NewSchool
from seatplan.scenarios.scenario import Scenario, read_scenario
from seatplan.scenarios.steps import Intervention
from seatplan.toml_files import parse_toml

STEPS = "scenario.toml"  # the plan, beside decisions.toml


@dataclass(frozen=True)
class Decisions:
    """What was decided in a run: by whom, which plan, which choices, on which files.

    `seen`: the hash of each file that was read.
    """

    by: str
    scenario: Scenario
    overflow: str
    births: str
    seen: Mapping[str, str]


@dataclass(frozen=True)
class Replay:
    """Decisions carried over to a district: what is left of the plan, and what is not as it was.

    `done`: steps that lie in the base year or before it, and are left out. `late`: schools whose
    step lies there and has not come: it follows in the year after. `changed`, `gone` and
    `new`: files that differ from those that were seen, that are not there any more, that came.
    """

    scenario: Scenario
    done: int
    late: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]


def read_decisions(path: Path) -> Decisions:
    """Read decisions.toml and the scenario.toml beside it.

    Raises
    ------
    InputError
        A file is missing or no TOML, says nothing of what was decided, or the plan beside it is not
        the one that was decided on.
    """
    told = parse_toml(read_text(path, path.name), path.name)
    try:
        decided, choices = told["decided"], told["choices"]
        fingerprint, by = str(decided["fingerprint"]), str(decided.get("by", ""))
        overflow, births = str(choices["overflow"]), str(choices["births"])
        seen = {str(one["file"]): str(one["hash"]) for one in told.get("seen", [])}
    except (KeyError, TypeError, AttributeError):
        want = "want decisions.toml as a run of evaluate writes it"
        raise InputError(f"{path.name}: says nothing of what was decided; {want}") from None
    scenario = read_scenario(path.with_name(STEPS))
    if scenario.fingerprint != fingerprint:
        want = f"want the plan that {path.name} was written with"
        raise InputError(f"{STEPS}: these are not the steps that were decided on; {want}")
    return Decisions(by, scenario, overflow, births, seen)


def carry_over(decisions: Decisions, district: District) -> Replay:
    """Carry decisions over to a district, of the same year or a later one."""
    steps = decisions.scenario.interventions
    left: list[Intervention] = []
    late: list[str] = []
    for step in steps:
        if step.year > district.base_year:
            left.append(step)
        elif behind := _list_late(step, district):
            some = {"schools": behind} if isinstance(step, Merge) else {}
            left.append(step.model_copy(update={"year": district.base_year + 1, **some}))
            late += behind
    scenario = replace(decisions.scenario, interventions=tuple(left), origins=())
    now: Mapping[str, Any] = district.inputs
    both = [file for file in decisions.seen if file in now]
    return Replay(
        scenario,
        len(steps) - len(left),
        tuple(late),
        tuple(file for file in both if decisions.seen[file] != now[file]),
        tuple(file for file in decisions.seen if file not in now),
        tuple(file for file in now if file not in decisions.seen),
    )


def _list_late(step: Intervention, district: District) -> list[str]:
    """Return the schools that a step was to open or to close by now, and has not."""
    closes = district.schools.closes
    if isinstance(step, NewSchool):
        return [] if step.school in closes.index else [step.school]
    if isinstance(step, Merge):
        named = step.schools or ()
    else:
        named = (step.school,) if isinstance(step, Close) else ()
    return [school for school in named if school in closes.index and pd.isna(closes[school])]
