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
from seatplan.scenarios.interventions import Close, Convert, Merge, NewSchool
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


def grow(year: int) -> Scenario:
    """N1 opens with its entry grade alone, and grows by a grade a year."""
    (school,) = plan(year).interventions
    return Scenario("grow", interventions=(school.model_copy(update={"every_grade": False}),))


def merge_a(year: int) -> Scenario:
    """The school A merges into B in a year."""
    step = Merge(year=year, schools=["A"], into="B", source="test")
    return Scenario("merge", interventions=(step,))


def convert_a(year: int) -> Scenario:
    """A takes up the junior stage in a year, in half of its rooms."""
    step = Convert(
        year=year, school="A", from_stage="primary", to_stage="junior", classrooms=3, source="test"
    )
    return Scenario("convert", interventions=(step,))


def add_zeros(rolls: pd.DataFrame, school: str, since: int, years: list[int]) -> pd.DataFrame:
    """Rows of nobody for the primary grades of a school, as a bureau lists one that is empty."""
    gone = [(school, f"g{grade}", year) for grade in range(1, 7) for year in years if year >= since]
    index = pd.MultiIndex.from_tuples(gone, names=rolls.index.names).difference(rolls.index)
    return pd.concat([rolls, pd.DataFrame(0, index, rolls.columns)]).sort_index()


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
