"""What the figures say, on the toy town: 540 primary pupils, 540 seats, 30 of them elsewhere."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from seatplan.district.reading import read_district, read_standards
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.areas import SetLimit
from seatplan.scenarios.closures import Close
from seatplan.scenarios.scenario import BASELINE, Scenario, read_scenario
from seatplan.scenarios.schools import NewSchool
from seatplan.views.findings import write_findings
from seatplan.views.sentences import count_seatable, tell_plan

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


def test_other_catchments_can_seat_what_is_no_district_shortage():
    figures = pd.DataFrame({"district_shortage": [0, 0, 4, 4], "catchment_shortage": [3, 0, 10, 4]})
    assert count_seatable(figures).tolist() == [3, 0, 6, 0]  # of 10, 4 find no seat anywhere


def test_it_says_first_that_the_schools_are_not_surveyed(told: str):
    assert "calibrated, not surveyed" in told.split("##")[1]
    assert "schools 学校: 3 synthetic; blocks 街区: 6 synthetic" in told


def test_a_district_shortage_is_told_with_its_years(told: str):
    part = section(told, "幼儿园")
    # K: 6 rooms x 30 = 180 seats for 270 children; one catchment, so nobody could sit elsewhere
    assert "there is a district shortage in 2020 to 2026, largest in 2020: 90 pupils." in part
    assert "largest in 2020: 90 pupils. No other catchment has a seat for them." in part
    assert row(part, 2020) == ["2020", "90", "90", "270", "180", "−90"]


def test_a_catchment_shortage_is_told_with_those_who_could_sit_elsewhere(told: str):
    part = section(told, "小学")
    # A: 270 seats, 240 live there; B: 270 seats, 300 live there
    assert "the district as a whole has a seat for everyone in every year" in part
    assert (
        "The catchment shortage is largest in 2020: 30 pupils. All of them could sit in other "
        "catchments: 30 seats are empty there." in part
    )


def test_the_plan_is_told_by_year_with_what_it_mends_and_leaves_empty(told: str):
    part = section(told, "小学")
    # N: 4 rooms x 45 = 180 seats in b3, whose 60 pupils come out of B's catchment: 240 live there
    assert "The plan adds 180 seats in 2023." in part
    assert (
        "In 2023, the catchment shortage is 30 pupils as it is, and 0 with the plan: +180 seats, "
        "−30 pupils." in part
    )
    more = "In 2026, the district has 180 more seats than pupils with the plan, 0 without it"
    assert more in part
    # year, catchment and district shortage, pupils, seats, balance; with the plan: catchment
    # shortage, seats, balance
    assert row(part, 2022) == ["2022", "30", "0", "540", "540", "+0", "30", "540", "+0"]
    assert row(part, 2023) == ["2023", "30", "0", "540", "540", "+0", "0", "720", "+180"]


def test_a_stage_that_the_plan_leaves_alone_says_so(told: str):
    part = section(told, "初中")
    assert "The plan changes nothing here." in part
    assert "plan |" not in part


def test_a_plan_that_takes_seats_away_is_told_as_one():
    close = Scenario("close", interventions=(Close(year=2024, source="test", school="A"),))
    told = write_findings([toy_outcome(), evaluate(toy_district(), toy_standards(), close)])
    part = section(told, "小学")
    assert "The plan takes away 270 seats in 2024." in part
    assert "With the plan, there is a district shortage in 2024 to 2026." in part
    assert "outlasts" not in part


def draw_figures(pupils: list[int], seats: list[int]) -> pd.DataFrame:
    years = range(2021, 2021 + len(pupils))
    table = pd.DataFrame({"pupils": pupils, "seats": seats}, index=years)
    table["balance"] = table.seats - table.pupils
    table["district_shortage"] = (-table.balance).clip(lower=0)
    return table


LATE = (
    "With the plan, there is no district shortage from {} on; that of {} comes before the plan "
    "works."
)


@pytest.mark.parametrize(
    ("seats", "short", "is_of_peak"),
    [
        ([100, 130, 130, 130], LATE.format(2022, "2021"), True),  # from the peak on
        ([100, 100, 100, 130], LATE.format(2024, "2021 to 2023"), False),  # after it
        ([130, 130, 130, 130], "With the plan, there is no district shortage in any year.", True),
        ([100, 110, 130, 130], "With the plan, there is a district shortage in 2022.", True),
    ],
)
def test_what_a_plan_leaves_is_told_of_the_years_in_which_it_acts(seats, short, is_of_peak):
    pupils = [110, 120, 118, 90]
    today, plan = draw_figures(pupils, [100] * 4), draw_figures(pupils, seats)
    said = tell_plan(today, plan, zoned=False, language="en")
    assert [sentence for sentence in said if "With the plan, there is" in sentence] == [short]
    assert said[-1].startswith(
        "In 2024, the district has 40 more seats than pupils with the plan, 10 without it"
    )
    assert ("built for the peak outlasts it" in said[-1]) is is_of_peak


def test_a_shortage_that_grows_where_seats_are_added_is_told():
    today, plan = draw_figures([90, 90], [100, 100]), draw_figures([90, 90], [100, 140])
    today["catchment_shortage"], plan["catchment_shortage"] = [5, 5], [5, 9]
    said = tell_plan(today, plan, zoned=True, language="en")
    assert said[2].startswith("In 2022 the catchment shortage grows although")


def test_seats_added_and_taken_away_are_told_level_by_level():
    pupils = [110, 120, 120, 120]  # no peak that seats could outlast
    today, plan = draw_figures(pupils, [130] * 4), draw_figures(pupils, [130, 117, 157, 157])
    said = tell_plan(today, plan, zoned=False, language="en")
    assert said[0] == "Seats against things as they are: −13 from 2022 on, +27 from 2023 on."
    assert said[-1] == (
        "In 2024, the district has 37 more seats than pupils with the plan, 10 without it."
    )


def test_where_nobody_lacks_a_seat_no_shortage_is_counted():
    today, plan = draw_figures([90, 90], [100, 100]), draw_figures([90, 90], [100, 140])
    said = tell_plan(today, plan, zoned=False, language="en")
    assert said[:2] == [
        "The plan adds 40 seats in 2022.",
        "There is no district shortage in any year, as it is or with the plan.",
    ]


def test_what_was_assumed_is_no_part_of_what_was_surveyed():
    told = pd.DataFrame({"table": ["roads.geojson"], "zh": ["无道路"], "en": ["no roads"]})
    outcome = evaluate(toy_district().replace(assumptions=told), toy_standards())
    paragraphs = section(write_findings([outcome]), "What the data").strip().split("\n\n")
    assert paragraphs[-1] == "Assumed: no roads"
    assert "no roads" not in paragraphs[-2]


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
    assert "| 在校超额 Roll over seats | 1 / 1 / 0 |" in part


def test_large_classes_are_told_of_the_grades_that_are_compulsory():
    step = SetLimit(year=2023, source="test", code="large-class", limit={"primary": 40})
    strict = evaluate(toy_district(), toy_standards(), Scenario("strict", interventions=(step,)))
    part = section(write_findings([toy_outcome(), strict]), "Large-class share")
    assert part.splitlines()[0] == "Large-class share 大班额比例"
    # A and B have 12 primary classes, B's six of 50 above 40; junior six of 45; 2020 and 2025
    assert (
        "| g1至g9，全区学校 g1 to g9, all schools | 0 of 18 (0.00 %) | 0 of 18 (0.00 %) |" in part
    )
    assert "all schools, plan | 0 of 18 (0.00 %) | 6 of 18 (33.33 %) |" in part
    # the limit of 55 holds for all in the toy town: kindergarten stands beside them
    assert "| 幼儿园 kindergarten | 0 of 6 (0.00 %) | 0 of 6 (0.00 %) |" in part


def test_a_stage_without_a_limit_on_large_classes_is_named_with_its_classes():
    rules = toy_standards()
    held = tuple(
        replace(item, limit={"primary": 55.0, "junior": 55.0})
        if item.code == "large-class"
        else item
        for item in rules.standards
    )
    rules = rules.replace(standards=held)
    sides = [evaluate(toy_district(), rules, each) for each in (BASELINE, Scenario("same"))]
    part = section(write_findings(sides), "Large-class share")
    assert "No limit says what a large class is in kindergarten (6 classes in 2020)." in part
    assert "| 幼儿园" not in part


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
