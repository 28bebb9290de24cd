"""Years that came otherwise than forecast, made up with known departures.

The toy town under a plan that opens N1 in 2022 in b3. What comes is the model itself under a plan
that opens it later, with pupils added where they are said to have moved to.
"""

from __future__ import annotations

import pandas as pd

from seatplan.district.district import District
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.interventions import Close, NewSchool
from seatplan.scenarios.scenario import Scenario


def plan(year: int = 2022) -> Scenario:
    school = NewSchool(
        year=year,
        school="N1",
        name="新校",
        site="S1",
        classrooms={"primary": 6},
        every_grade=True,
        blocks={"primary": ["b3", "b5"]},
        source="test",
    )
    return Scenario("plan", Label("方案", "Plan"), (school,))


def close_a(year: int) -> Scenario:
    """The school A closes in a year."""
    return Scenario("close", interventions=(Close(year=year, school="A", source="test"),))


def list_rolls(outcome: Outcome, years: list[int]) -> pd.DataFrame:
    """The rolls and classes of an outcome, as a bureau would send them in."""
    axes, rows = outcome.axes, []
    for at, school in enumerate(axes.schools):
        for grade_at, grade in enumerate(axes.grades):
            for year in years:
                column = axes.years.index(year)
                pupils = int(outcome.heads.attend[at, grade_at, column])
                classes = int(outcome.classes.classes[at, grade_at, column])
                if pupils:
                    rows.append((str(school), grade, year, pupils, classes))
    table = pd.DataFrame(rows, columns=["school", "grade", "year", "pupils", "classes"])
    return table.set_index(["school", "grade", "year"])


def what_came(
    district: District,
    standards: Standards,
    scenario: Scenario,
    years: list[int],
    moved: dict[tuple[str, str, int], int] | None = None,
) -> pd.DataFrame:
    """Rolls under a scenario, with pupils who moved in added to school, grade and year."""
    rolls = list_rolls(evaluate(district, standards, scenario), years)
    for key, count in (moved or {}).items():
        rolls.loc[key, "pupils"] += count
    return rolls
