"""What the figures say, on the toy town: 540 primary pupils, 540 seats, 30 of them elsewhere."""

import re
from pathlib import Path

import pandas as pd
import pytest

from seatplan.district.reading import read_district, read_standards
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.closures import Close
from seatplan.scenarios.scenario import Scenario, read_scenario
from seatplan.scenarios.schools import NewSchool
from seatplan.views.findings import split_shortage, write_findings

ROOT = Path(__file__).parents[2]
BUILD = NewSchool(
    year=2023, source="test", school="N", name="新校", site="S1", classrooms={"primary": 4}
)


@pytest.fixture(scope="module")
def told() -> str:
    plan = Scenario("build", interventions=(BUILD,))
    return write_findings([toy_outcome(), evaluate(toy_district(), toy_standards(), plan)])


def section(text: str, title: str) -> str:
    return next(part for part in text.split("\n## ") if part.startswith(title))


def row(text: str, year: int) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {year} "))
    return line.strip("| ").split(" | ")


def test_a_shortage_is_of_number_as_far_as_the_district_lacks_seats():
    figures = pd.DataFrame({"balance": [5, 0, -4, -4], "short": [3, 3, 10, 4]})
    split = split_shortage(figures)
    assert split.of_number.tolist() == [0, 0, 4, 4]
    assert split.of_place.tolist() == [3, 3, 6, 0]  # 10 short, 4 of them of number


def test_it_says_first_that_the_schools_are_not_surveyed(told: str):
    assert "calibrated, not surveyed" in told.split("##")[1]
    assert "schools 学校: 3 synthetic; blocks 街区: 6 synthetic" in told


def test_a_stage_short_of_number_says_so(told: str):
    part = section(told, "幼儿园")
    # K: 6 rooms x 30 = 180 seats for 270 children; one catchment, so nothing is of place
    assert "lacks seats in 2020 to 2026, most in 2020: 90." in part
    assert "wrong place" not in part
    assert row(part, 2020) == ["2020", "270", "180", "−90", "90", "0"]


def test_a_stage_short_of_place_says_so(told: str):
    part = section(told, "小学")
    # A: 270 seats, 240 live there; B: 270 seats, 300 live there
    assert "the district as a whole has a seat for everyone in every year" in part
    assert "most so in 2020: 30 pupils could sit only outside their catchment" in part
    assert "where 30 seats are empty" in part


def test_the_plan_is_told_by_year_with_what_it_mends_and_leaves_empty(told: str):
    part = section(told, "小学")
    # N: 4 rooms x 45 = 180 seats in b3, whose 60 pupils come out of B's catchment: 240 live there
    assert "The plan adds seats from 2023 on, 180 by 2023." in part
    assert "In 2023, 30 pupils live beyond" in part
    assert "+180 seats, −30 pupils without one" in part
    assert "In 2026, 180 seats stand empty with the plan, 0 without it" in part
    # year, pupils, seats, balance, of number, of place; with the plan: seats, balance, of place
    assert row(part, 2022) == ["2022", "540", "540", "+0", "0", "30", "540", "+0", "30"]
    assert row(part, 2023) == ["2023", "540", "540", "+0", "0", "30", "720", "+180", "0"]


def test_a_stage_that_the_plan_leaves_alone_says_so(told: str):
    part = section(told, "初中")
    assert "The plan changes nothing here." in part
    assert "plan |" not in part


def test_a_plan_that_takes_seats_away_is_told_as_one():
    close = Scenario("close", interventions=(Close(year=2024, source="test", school="A"),))
    told = write_findings([toy_outcome(), evaluate(toy_district(), toy_standards(), close)])
    part = section(told, "小学")
    assert "The plan takes away seats from 2024 on, 270 by 2024." in part
    assert "With the plan, the district lacks seats in 2024 to 2026." in part
    assert "outlasts" not in part


def test_it_says_which_step_from_the_classes_on_record_is_the_rules(told: str):
    part = section(told, "Classes")
    # 24 on record: each grade of A and B has one, of junior and kindergarten two, and no room more
    assert "as they are on record, 24 in all; from 2021 on" in part
    assert "For the pupils and rooms of 2020 it forms 24." in part
    assert "| 小学 primary | 12 | 12 | 12 |" in part

    district, standards = toy_district(), toy_standards()
    rolls, rooms = district.rolls.copy(), district.classrooms.copy()
    rolls.loc[("A", "g1", 2020), "classes"] = 2
    rolls.loc[("A", "g2", 2020), "classes"] = 3
    rooms[("A", "primary", 2020)], rooms[("B", "primary", 2020)] = 9, 7
    changed = district.replace(rolls=rolls, classrooms=rooms)
    part = section(
        write_findings(
            [evaluate(changed, standards), evaluate(changed, standards, Scenario("same"))]
        ),
        "Classes",
    )
    # A has 9 on record: one class of 40 enters, for two, and 40 fit two of 36, for three. B, 50 a
    # grade, has a seventh room for its entrants. In 2021 the two of g1 are two in g2, the three of
    # g2 two in g3: 8 in A, 7 in B.
    assert "| 小学 primary | 15 | 14 | 15 |" in part
    assert (
        "For the pupils and rooms of 2020 it forms 26. So of the step to 27 in 2021 (+0), −1 come "
        "from the rule alone and +1 with the pupils who leave, enter and move up." in part
    )


def test_a_district_of_one_year_has_no_step_from_its_record():
    district = toy_district()
    one = district.replace(horizon=district.base_year)
    told = write_findings(
        [evaluate(one, toy_standards()), evaluate(one, toy_standards(), Scenario("same"))]
    )
    assert "## Classes" not in told
    assert "\n\n\n" not in told


def test_limits_are_counted_as_cleared_left_and_new(told: str):
    part = section(told, "Limits passed")
    # 2025, who attend beyond the seats: K (90) and B (300 of 270 in primary) as it is. With N from
    # 2023 on the three youngest grades of B have 40 pupils: 3 x 40 + 3 x 50 = 270. B is cleared.
    assert "| 学位缺口 Pupils beyond seats | 1 / 1 / 0 |" in part


def test_no_figure_is_blank_or_missing(told: str):
    assert not re.search(r"\bnan\b|None|\| \|", told)
    assert all(line.count("|") == 0 or line.startswith("| ") for line in told.splitlines())


@pytest.mark.slow
def test_the_findings_of_the_district_are_those_of_its_data():
    """Where the data or the words change: `seatplan demo`, then copy out/findings.md to docs/."""
    district, standards = read_district(ROOT / "data"), read_standards(ROOT / "data/standards.toml")
    today = evaluate(district, standards)
    scenario = read_scenario(ROOT / "scenarios" / "plan-2025.toml")
    plan = evaluate(district, standards, scenario, costs=today.costs)
    assert write_findings([today, plan]) == (ROOT / "docs" / "findings.md").read_text("utf-8")
