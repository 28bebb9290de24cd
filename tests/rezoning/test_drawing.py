"""New catchments fit the seats, or say by how little they do not; as a scenario they hold."""

import numpy as np
import pandas as pd
import pytest

from seatplan.errors import ScenarioError, SolveError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning import plan as plans
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.scenarios.interventions import NewSchool, SetLimit
from seatplan.scenarios.scenario import Scenario, read_scenario, write_scenario

TODAY = {"b1": "A", "b2": "A", "b3": "B", "b4": "A", "b5": "B", "b6": "B"}


def more_rooms(school, rooms):
    """Evaluate the toy town with other rooms at `school`, 45 seats each."""
    district = toy_district()
    at = (school, "primary", 2020)
    classrooms = district.classrooms.where(district.classrooms.index != at, rooms)
    return evaluate(district.replace(classrooms=classrooms), toy_standards())


def draw(outcome, **terms):
    return rezone_catchments(
        outcome, **{"stage": "primary", "years": [2025], "effort": 0.2, **terms}
    )


@pytest.fixture(scope="module")
def roomy():
    """A has 7 rooms, 315 seats: b3 (60 pupils) fits beside b1, b2, b4 (240)."""
    return more_rooms("A", 7)


@pytest.fixture(scope="module")
def cured(roomy):
    return draw(roomy)


def test_where_no_plan_of_whole_blocks_fits_the_smallest_violation_is_told():
    # 540 pupils for 270 + 270 seats in blocks of 60 and 120: the halves are 240 and 300 at best
    plan = draw(toy_outcome())
    assert plan.status == "least violation"
    assert plan.shortage.catchment_shortage.sum() == pytest.approx(30)
    assert np.isnan(plan.gap)


def test_the_plan_with_the_least_walking_that_fits_is_found(cured):
    # A: b1, b2, b4 (240) and b3, that is 300 of 315. b3 walks 800 m to A, not 400 to B; moving b5
    # (120) would overfill A, b6 is B's own block
    assert cured.plan.to_dict() == {**TODAY, "b3": "A"}
    assert cured.shortage.empty
    # pupil-metres: b2 60 x 400, b3 60 x 800, b4 120 x 400, b5 120 x 400
    assert cured.cost == pytest.approx(168_000)
    assert cured.status == "optimal"
    assert cured.moved == pytest.approx(60 / 540)


def test_the_moves_name_entrants_and_walks(cured):
    assert cured.moves.to_dict("records") == [
        {
            "block": "b3", "from": "B", "to": "A", "entrants": 10.0,
            "walk_before": 400.0, "walk_after": 800.0,
        }
    ]  # fmt: skip


def test_the_scenario_goes_back_in_by_the_same_door(roomy, cured, tmp_path):
    write_scenario(cured.scenario, tmp_path / "rezone.toml")
    again = evaluate(roomy.district, roomy.standards, read_scenario(tmp_path / "rezone.toml"))
    zones = again.catchments.zones.xs("primary", level="stage").unstack("year")
    assert zones[2024].to_dict() == TODAY
    for year in (2025, 2026):
        assert zones[year].to_dict() == cured.plan.to_dict()
    # after six years of entrants every pupil of b3 would sit at A; residents count at once
    assert again.balance.schools.residents[("A", "primary", 2025)] == 300


def test_a_plan_for_several_years_fits_the_worst(roomy):
    plan = draw(roomy, years=[2026, 2025])
    assert plan.shortage.empty
    assert {step.year for step in plan.scenario.interventions} == {2025}


def test_seats_of_the_year_with_the_smallest_classes_count():
    # 8 rooms at A and 7 at B: 360 and 315 seats, and from 2026 on, with 40 to a class, 320 and 280.
    # In 2025 today's 240 and 300 fit; over both years B's 300 are too many, and b3 goes to A
    district = more_rooms("A", 8).district
    at = ("B", "primary", 2020)
    classrooms = district.classrooms.where(district.classrooms.index != at, 7)
    smaller = SetLimit(year=2026, source="test", code="class-size", limit={"primary": 40})
    plan = Scenario("smaller", interventions=(smaller,))
    outcome = evaluate(district.replace(classrooms=classrooms), toy_standards(), plan)
    assert draw(outcome, years=[2025]).moves.empty
    both = draw(outcome, years=[2025, 2026])
    assert both.moves.block.tolist() == ["b3"]
    assert both.schools.seats.to_dict() == {"A": 320, "B": 280}
    assert both.shortage.empty


def test_locked_blocks_stay(roomy):
    plan = draw(roomy, locked=["b3", "b2"])
    assert plan.plan.to_dict() == TODAY
    # only b5 could leave B then, and with it A would be 45 over: B's 30 over is the least
    assert plan.shortage.catchment_shortage.sum() == pytest.approx(30)


def test_no_more_than_the_share_moves(roomy):
    # b3 is one ninth of the pupils: 12 % let it move, 10 % do not
    assert draw(roomy, max_moved=0.12).moves.block.tolist() == ["b3"]
    kept = draw(roomy, max_moved=0.1)
    assert kept.moves.empty
    assert kept.shortage.catchment_shortage.sum() == pytest.approx(30)


def test_walks_grow_no_more_than_asked(roomy):
    assert draw(roomy, max_increase_m=300.0).moves.empty  # b3 would walk 400 m more
    assert draw(roomy, max_increase_m=400.0).moves.block.tolist() == ["b3"]
    assert draw(roomy, max_walk_m=700.0).moves.empty


def test_blocks_that_walk_too_far_today_are_listed_and_walk_no_farther(roomy):
    plan = draw(roomy, max_walk_m=300.0)
    assert sorted(plan.longer.index) == ["b2", "b3", "b4", "b5"]
    assert (plan.longer.walk_after <= plan.longer.walk_before).all()


def test_groups_go_to_one_school_together(roomy):
    # b4 and b5 (240) fit A only without b2: A b1, b4, b5 (300 of 315), B b2, b3, b6 (240)
    plan = draw(roomy, groups=pd.Series({"b4": "estate", "b5": "estate"}))
    assert plan.shortage.empty
    assert plan.plan.to_dict() == {
        "b1": "A", "b2": "B", "b3": "B", "b4": "A", "b5": "A", "b6": "B",
    }  # fmt: skip
    # b2 and b5 as one: A with b1, b2, b4, b5 is 45 over; B with b2, b3, b5, b6 would be 90 over
    plan = draw(roomy, groups=pd.Series({"b2": "estate", "b5": "estate"}))
    assert plan.plan[["b2", "b5"]].tolist() == ["A", "A"]
    assert plan.shortage.catchment_shortage.sum() == pytest.approx(45)


def test_units_are_groups_and_the_own_blocks_of_two_schools_stay_apart(roomy):
    # south-1 is b1 (A's own), b2, b3; north-1 is b4, b5, b6 (B's own): 360 for B's 270 seats
    plan = draw(roomy, groups="unit")
    assert plan.plan[["b1", "b2", "b3"]].tolist() == ["A"] * 3
    assert plan.plan[["b4", "b5", "b6"]].tolist() == ["B"] * 3
    assert plan.shortage.catchment_shortage.sum() == pytest.approx(90)


def test_the_school_size_counts_the_pupils_of_every_stage():
    # B has 270 junior pupils: of at most 400 in all, 130 places are left for primary; b6 has 120
    plan = draw(more_rooms("A", 12), max_size=400.0)
    assert plan.plan.to_dict() == {**dict.fromkeys(TODAY, "A"), "b6": "B"}
    assert plan.shortage.loc[("A", 2025)].tolist() == [420, 400, 20]


def test_a_new_school_takes_part_from_its_first_year():
    step = NewSchool(
        school="N", name="新校", site="S1", year=2023, classrooms={"primary": 2}, source="test"
    )
    outcome = evaluate(toy_district(), toy_standards(), Scenario("new", interventions=(step,)))
    plan = draw(outcome)
    assert plan.plan["b3"] == "N"  # its own block, 60 of 90 seats
    assert plan.shortage.empty
    again = evaluate(toy_district(), toy_standards(), plan.scenario)
    zones = again.catchments.zones.xs(("primary", 2025), level=("stage", "year"))
    assert zones.to_dict() == plan.plan.to_dict()
    with pytest.raises(ScenarioError, match="N: not open in all of the years"):
        draw(outcome, years=[2022, 2025])


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"stage": "kindergarten"}, "kindergarten has no catchments"),
        ({"years": [2020]}, "years from 2021 to 2026"),
        ({"years": []}, "years from 2021 to 2026"),
        ({"max_moved": 5.0}, "share from 0 to 1"),
        ({"locked": ["b9"]}, "no block is called b9"),
        ({"groups": pd.Series({"b9": "estate"})}, "groups name no block: b9"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused_in_a_sentence(terms, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        draw(toy_outcome(), **terms)


def test_no_plan_leaves_without_the_verifier(roomy, monkeypatch):
    monkeypatch.setattr(plans, "verify_plan", lambda *_, **__: ["block b1 is cut off from A"])
    with pytest.raises(SolveError, match="the plan does not hold: block b1 is cut off from A"):
        draw(roomy)
