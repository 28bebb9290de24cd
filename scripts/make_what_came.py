"""Make up what came at Litong from 2021 to 2023, with known departures from plan and forecast.

Run from the root of a checkout: `python scripts/make_what_came.py`. It writes the rolls and births
of `tests/data/came-2023`, all of them synthetic: the model's own pupils under the plan with one
school late, with pupils who moved in and a little noise. `seatplan monitor` must name the
departures, and nothing else; `tests/monitoring/test_litong.py` holds it to that.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import seatplan as sp
from seatplan.scenarios.scenario import Scenario

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "tests" / "data" / "came-2023"
YEARS = (2021, 2022, 2023)
LATE = "P102"  # was to open in 2023 and has no pupils by then
MOVED = ("P14", "P15", "P13", "P26", "P22", "P09", "P10", "P24")  # where migrants came in 2022
EACH = 40  # pupils who joined each of grades 2 to 5 of each of them, and stayed
BIRTHS = {2021: 1.0, 2022: 0.88, 2023: 0.82}  # births of the year / those assumed
NOISE = 0.02  # of each grade of a school: the spread of what nobody foresees


def make_rolls() -> pd.DataFrame:
    """Return school, grade, year, pupils, classes: what came, made up."""
    district = sp.read_district(ROOT / "data")
    standards = sp.read_standards(ROOT / "data" / "standards.toml")
    plan = sp.read_scenario(ROOT / "scenarios" / "plan-2025.toml")
    outcome = sp.evaluate(district, standards, _delay(plan))
    axes, random, rows = outcome.axes, np.random.default_rng(21), []
    moved = {(school, f"g{2 + at}"): EACH for school in MOVED for at in range(4)}
    for at, school in enumerate(map(str, axes.schools)):
        for grade_at, grade in enumerate(axes.grades):
            for year in YEARS:
                pupils = int(outcome.heads.attend[at, grade_at, axes.years.index(year)])
                classes = int(outcome.classes.classes[at, grade_at, axes.years.index(year)])
                if not pupils:
                    continue
                begun = grade if year == 2022 else f"g{grade_at - axes.grades.index('g1')}"
                joined = moved.get((school, begun), 0) if year > 2021 else 0
                strayed = round(float(random.normal(0, NOISE * pupils)))
                rows.append((school, grade, year, max(pupils + joined + strayed, 1), classes))
    return pd.DataFrame(rows, columns=["school", "grade", "year", "pupils", "classes"])


def make_births() -> pd.DataFrame:
    """Return year, births: fewer than assumed in 2022 and 2023."""
    assumed = sp.read_district(ROOT / "data").births["medium"]
    return pd.DataFrame(
        [(year, round(float(assumed[year]) * part)) for year, part in BIRTHS.items()],
        columns=["year", "births"],
    )


def _delay(plan: Scenario) -> Scenario:
    """Return the plan with the late school opening a year later."""
    steps = [
        step.model_copy(update={"year": step.year + (getattr(step, "school", "") == LATE)})
        for step in plan.interventions
    ]
    return Scenario(plan.name, plan.title, tuple(steps))


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, table in {"rolls": make_rolls(), "births": make_births()}.items():
        table.to_csv(TARGET / f"{name}.csv", index=False, lineterminator="\n")
