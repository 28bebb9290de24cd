"""The toy town as a page is given it, and what the model makes of drafts: for the tests in `page/`.

    python -m tests.views.toy_page

writes `page/toy.json`; `test_toy_page.py` holds the file to the model.
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from seatplan.examples import toy_outcome
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.steps import KINDS
from seatplan.views.explorer.payload import build_payload
from seatplan.views.explorer.scene import read_outcome

FILE = Path(__file__).with_name("page") / "toy.json"
STAGES = ("primary", "junior")  # those with catchments
STAGE = 1  # the place of the primary stage among those of the page
WORDS = ("draft.name", "draft.plan", "unit.metres", "unit.kilometres", "page.title")
PLAN: list[dict[str, Any]] = [
    {"kind": "rezone", "year": 2022, "stage": "primary", "school": "B", "blocks": ["b4"]},
    {"kind": "expand", "year": 2023, "school": "A", "classrooms": {"primary": 2}},
    {"kind": "merge", "year": 2025, "schools": ["A"], "into": "B"},
]
NEW: dict[str, Any] = {"kind": "new_school", "school": "D1", "name": "新校", "year": 2023}
DRAFTS: dict[str, list[dict[str, Any]]] = {
    "rezone": [
        {"kind": "rezone", "year": 2021, "stage": "primary", "school": "A", "blocks": ["b5", "b6"]},
    ],
    "close": [{"kind": "close", "year": 2023, "school": "A"}],
    "merge": [
        {"kind": "merge", "year": 2024, "schools": ["A"], "into": "B", "keep_classrooms": True},
    ],
    "expand": [{"kind": "expand", "year": 2022, "school": "B", "classrooms": {"primary": -2}}],
    "convert": [
        {
            "kind": "convert",
            "year": 2025,
            "school": "B",
            "from_stage": "junior",
            "to_stage": "primary",
            "classrooms": 2,
        },
    ],
    "settle": [{**NEW, "site": "S1", "classrooms": {"primary": 4}}],
    "settle, then rezone": [
        {**NEW, "site": "S1", "classrooms": {"primary": 4}},
        {"kind": "rezone", "year": 2025, "stage": "primary", "school": "D1", "blocks": ["b5"]},
    ],
    "settle, then back": [
        {**NEW, "site": "S1", "classrooms": {"primary": 4}},
        {"kind": "rezone", "year": 2025, "stage": "primary", "school": "B", "blocks": ["b3"]},
    ],
    "settle, then merge": [
        {**NEW, "site": "S1", "classrooms": {"primary": 4}},
        {"kind": "merge", "year": 2025, "schools": ["D1"], "into": "A"},
        {"kind": "rezone", "year": 2026, "stage": "primary", "school": "B", "blocks": ["b3"]},
    ],
    "build": [{**NEW, "site": "S1", "classrooms": {"primary": 4}, "blocks": ["b3", "b2"]}],
    "all": [
        {**NEW, "site": "S1", "classrooms": {"primary": 6}, "blocks": ["b3"]},
        {"kind": "rezone", "year": 2024, "stage": "primary", "school": "D1", "blocks": ["b2"]},
        {"kind": "merge", "year": 2025, "schools": ["A"], "into": "B"},
        {"kind": "expand", "year": 2026, "school": "D1", "classrooms": {"primary": 3}},
    ],
}
# Drawn on the plan: what a school gives away before it closes does not pass to its heir.
ON_PLAN = [{**NEW, "site": "S1", "classrooms": {"primary": 6}, "blocks": ["b1"]}]


def evaluate_steps(today: Outcome, name: str, steps: list[dict[str, Any]]) -> Outcome:
    """Evaluate the toy town under steps that are written as in a scenario file."""
    fields = [{**step, "source": "test"} for step in steps]
    made = tuple(KINDS[step.pop("kind")].model_validate(step) for step in fields)
    return evaluate(
        today.district,
        today.standards,
        Scenario(name, interventions=made),
        costs=today.costs,
        forecast=today.forecast,
    )


def count_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return what a page counts too: stage -> catchments, and schools' rooms, seats, residents."""
    found: dict[str, Any] = {}
    for stage in STAGES:
        blocks = outcome.balance.blocks.xs(stage, level="stage")
        schools = outcome.balance.schools.xs(stage, level="stage")
        attend = outcome.assignment.by_school()[:, outcome.axes.span(stage).start]
        found[stage] = {
            "zones": blocks.school.unstack("block")[outcome.axes.blocks].to_numpy().tolist(),
            "schools": {
                school: {
                    "classrooms": schools.loc[school].classrooms.to_list(),
                    "seats": schools.loc[school].seats.to_list(),
                    "residents": schools.loc[school].residents.to_list(),
                    "entrants": attend[outcome.axes.schools.get_loc(school)].round(6).tolist(),
                }
                for school in schools.index.unique("school")
            },
        }
    return found


def share_blocks(today: Outcome) -> dict[str, Any]:
    """Return who shares blocks, as a page is given it, and what the model counts of drafts then."""
    rows = {("b2", "B"): 0.75, ("b2", "A"): 0.25, ("b4", "A"): np.nan, ("b4", "B"): np.nan}
    index = pd.MultiIndex.from_tuples(
        [(block, "primary", school) for block, school in rows], names=["block", "stage", "school"]
    )
    town = today.district.replace(shares=pd.Series([*rows.values()], index, name="share"))
    shared = evaluate(town, today.standards, costs=today.costs, forecast=today.forecast)
    scenes = [read_outcome(shared)]
    payload = build_payload(scenes, stages=["primary"], years=town.years, language="zh")
    drafts = {"none": [], **DRAFTS}
    return {
        "shares": [[STAGE, *row[1:]] for row in payload["board"]["shares"]],
        "drafts": {
            name: {"steps": steps, "counts": count_outcome(evaluate_steps(shared, name, steps))}
            for name, steps in drafts.items()
        },
    }


def unpack(packed: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the columns of a page, as `unpack.js` reads them."""
    raw = zlib.decompress(base64.b64decode(packed["text"]))
    columns, offset = {}, 0
    for name, kind, size, row, part in packed["columns"]:
        if isinstance(kind, str):
            columns[name] = np.frombuffer(raw, f"<{kind}", size, offset).tolist()
            offset += int(kind[1:]) * size
            continue
        values = np.frombuffer(raw, f"<i{kind}", size, offset).astype(np.int64)
        offset += kind * size
        if row > 1:
            values = values.reshape(-1, row).cumsum(axis=1).ravel()
        if part:
            values[part:] += np.resize(values[:part], values.size - part)
        columns[name] = values.tolist()
    return columns


def build_fixture() -> dict[str, Any]:
    """Return the payload of today and a plan, its columns, and what the model counts."""
    today = toy_outcome()
    plan = evaluate_steps(today, "plan", PLAN)
    scenes = [read_outcome(outcome) for outcome in (today, plan)]
    stages = [stage.code for stage in scenes[0].standards.stages]
    years = scenes[0].district.years
    payload = build_payload(scenes, stages=stages, years=years, language="zh")
    payload["words"] = {key: payload["words"][key] for key in WORDS}
    return {
        "payload": payload,
        "columns": unpack(payload["tables"]),
        "plans": [count_outcome(today), count_outcome(plan)],
        "drafts": {
            name: {"steps": steps, "counts": count_outcome(evaluate_steps(today, name, steps))}
            for name, steps in DRAFTS.items()
        },
        "shared": share_blocks(today),
        "onPlan": {
            "steps": ON_PLAN,
            "counts": count_outcome(evaluate_steps(today, "on-plan", PLAN + ON_PLAN)),
        },
    }


if __name__ == "__main__":
    text = json.dumps(build_fixture(), ensure_ascii=False, separators=(",", ":"))
    FILE.write_text(text.replace('},"', '},\n"') + "\n", "utf-8")
