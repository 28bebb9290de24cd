"""Outcomes side by side, on the toy town."""

import pytest

from seatplan.comparison import compare
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.measures.registry import OWN
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
    assert row[["seats", "pupils", "balance"]].tolist() == [540, 540, 0]
    assert row[["catchment_shortage", "roll_over_seats"]].tolist() == [30, 30]
    assert row[["district_shortage", "unplaced"]].tolist() == [0, 0]
    # ways: b1 0 (10 a grade), b2 400 (10), b4 400 (20) to A; b6 0 (20), b5 400 (20), b3 400 (10)
    # to B: (10 + 20 + 20 + 10) x 400 / 90 = 266.7
    assert row.walk_m == 267
    # a grade of A is 40 in one class, of B 50 in one; none above 55
    assert row[["classes", "large_classes"]].tolist() == [12, 0]
    assert row[["flag_class-size", "flag_large-class", "flag_roll-over-seats"]].tolist() == [
        1,
        0,
        1,
    ]


def test_between_says_what_a_plan_changes():
    change = compare([toy_outcome(), built()]).between("build", "baseline")
    assert change.seats.xs("primary").tolist() == [0, 0, 0, 180, 180, 180, 180]  # 4 x 45
    assert change.catchment_shortage.xs("primary").tolist() == [0, 0, 0, -30, -30, -30, -30]
    # b3's 10 entrants a year go to N: B has 290, 280, 270, 260 pupils for 270 seats
    assert change.roll_over_seats.xs("primary").tolist() == [0, 0, 0, -10, -20, -30, -30]
    names = ["seats", "pupils", "catchment_shortage", "roll_over_seats", "district_shortage"]
    assert (change.xs("junior")[names] == 0).all(axis=None)


def test_unplaced_pupils_are_counted_where_they_cannot_stay():
    outcome = evaluate(toy_district(), toy_standards(), policy=Policy(overflow="move"))
    figures = compare([outcome]).figures("baseline")
    # K has 180 seats for 270 children; the base year is the record
    assert figures.unplaced.xs("kindergarten").tolist() == [0] + [90] * 6
    assert figures.roll_over_seats.xs("kindergarten").tolist() == [90] + [0] * 6


def test_the_district_shortage_is_what_all_seats_of_a_stage_leave_over():
    figures = compare([toy_outcome()]).figures("baseline")
    # K: 180 seats, 270 children; primary has 540 seats for 540
    assert figures.district_shortage.xs("kindergarten").tolist() == [90] * 7
    assert figures.district_shortage.xs("primary").tolist() == [0] * 7
    assert (figures.district_shortage == (-figures.balance).clip(lower=0)).all()


def test_large_classes_are_told_with_the_classes_that_they_are_a_share_of():
    step = SetLimit(year=2023, source="test", code="large-class", limit={"primary": 40})
    strict = evaluate(toy_district(), toy_standards(), Scenario("strict", interventions=(step,)))
    table = compare([toy_outcome(), strict]).large_classes
    assert table.index.names == ["scenario", "scope", "year"]
    assert list(table.index.unique("scope")) == ["compulsory", OWN, "kindergarten"]
    # primary 12 classes, six of them (B's) of 50; junior 6 of 45: 6 of 18 above 40 (55 in junior)
    assert table.loc[("strict", "compulsory", 2023)].tolist() == [18, 6, pytest.approx(1 / 3)]
    assert table.loc[("strict", "compulsory", 2022)].tolist() == [18, 0, 0.0]
    # all of the town's schools are run by the district
    whole, own = (table.xs(scope, level="scope") for scope in ("compulsory", OWN))
    assert whole.equals(own)


def test_two_scenarios_of_one_name_are_refused():
    with pytest.raises(ScenarioError, match="got baseline more than once"):
        compare([toy_outcome(), toy_outcome()])
