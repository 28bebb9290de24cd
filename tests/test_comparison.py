"""Outcomes side by side, on the toy town."""

import pytest

from seatplan.comparison import compare
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import Policy, evaluate
from seatplan.scenarios.areas import SetLimit
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.schools import NewSchool

BUILD = Scenario(
    "build",
    interventions=(
        NewSchool(
            year=2023, source="test", school="N", name="新校", site="S1", classrooms={"primary": 4}
        ),
    ),
)


def built():
    return evaluate(toy_district(), toy_standards(), BUILD)


def test_a_limit_on_large_classes_counts_from_its_year():
    step = SetLimit(year=2023, source="test", code="large-class", limit={"all": 40})
    plan = evaluate(toy_district(), toy_standards(), Scenario("strict", interventions=(step,)))
    primary = compare([plan]).table.large_classes.xs("primary", level="stage")
    assert primary["strict", 2022] == 0  # above 55
    assert primary["strict", 2023] == 6  # above 40: the six classes of 50 in school B


def test_every_scenario_stage_and_year_has_a_row_in_order():
    table = compare([toy_outcome(), built()]).table
    assert table.index.names == ["scenario", "stage", "year"]
    assert len(table) == 2 * 3 * 7
    assert list(table.index.unique("scenario")) == ["baseline", "build"]
    assert list(table.index.unique("stage")) == ["kindergarten", "primary", "junior"]
    assert all(kind == "int64" for kind in table.dtypes)


def test_the_figures_of_today():
    row = compare([toy_outcome()]).figures("baseline").loc[("primary", 2025)]
    # A 240 and B 300 pupils, 270 seats each: 30 beyond B's seats by home and by attendance
    assert row[["seats", "pupils", "balance", "short", "crowded"]].tolist() == [540, 540, 0, 30, 30]
    assert row.unplaced == 0
    # ways: b1 0 (10 a grade), b2 400 (10), b4 400 (20) to A; b6 0 (20), b5 400 (20), b3 400 (10)
    # to B: (10 + 20 + 20 + 10) x 400 / 90 = 266.7
    assert row.walk_m == 267
    # a grade of A is 40 in one class, of B 50 in one; none above 55
    assert row[["classes", "large_classes"]].tolist() == [12, 0]
    assert row[["flag_class-size", "flag_large-class", "flag_seat-gap"]].tolist() == [1, 0, 1]


def test_between_says_what_a_plan_changes():
    change = compare([toy_outcome(), built()]).between("build", "baseline")
    assert change.seats.xs("primary").tolist() == [0, 0, 0, 180, 180, 180, 180]  # 4 x 45
    assert change.short.xs("primary").tolist() == [0, 0, 0, -30, -30, -30, -30]
    # b3's 10 entrants a year go to N: B has 290, 280, 270, 260 pupils for 270 seats
    assert change.crowded.xs("primary").tolist() == [0, 0, 0, -10, -20, -30, -30]
    assert (change.xs("junior")[["seats", "pupils", "short", "crowded"]] == 0).all(axis=None)


def test_unplaced_pupils_are_counted_where_they_cannot_stay():
    outcome = evaluate(toy_district(), toy_standards(), policy=Policy(overflow="move"))
    figures = compare([outcome]).figures("baseline")
    # K has 180 seats for 270 children; the base year is the record
    assert figures.unplaced.xs("kindergarten").tolist() == [0] + [90] * 6
    assert figures.crowded.xs("kindergarten").tolist() == [90] + [0] * 6


def test_two_scenarios_of_one_name_are_refused():
    with pytest.raises(ScenarioError, match="got baseline more than once"):
        compare([toy_outcome(), toy_outcome()])
