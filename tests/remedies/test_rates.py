"""What a pupil-year costs, by hand: the toy town's remedies beside a plan of three rooms."""

from dataclasses import replace

import pytest

import seatplan as sp
from seatplan.examples import toy_district, toy_standards
from seatplan.remedies.rates import PLAN, bill_plan, list_rates
from seatplan.scenarios.interventions import Convert, Expand, NewSchool
from seatplan.scenarios.scenario import Scenario

LABEL = sp.BASELINE.title


def evaluate(*steps):
    return sp.evaluate(toy_district(), toy_standards(), Scenario("plan", LABEL, steps))


def test_remedies_and_plan_pay_the_same_for_the_same_rooms(found):
    # three rooms of K at 300,000 to 900,000 yuan; 90 children in each of 2022 to 2026
    plan = evaluate(Expand(school="K", classrooms={"kindergarten": 3}, year=2022, source="toy"))
    rates = {(rate.stage, rate.kinds): rate for rate in list_rates(found, plan)}
    own = rates["kindergarten", PLAN]
    assert (own.pupil_years, own.money.low, own.each.high) == (450, 900_000, 6000)
    advised = rates["kindergarten", ("expand",)]
    assert (advised.flags, advised.each) == (1, own.each)
    assert not advised.is_below(own)
    assert ("primary", PLAN) not in rates  # the plan does nothing there


def test_a_plan_that_builds_too_much_is_dearer_whatever_the_unit_costs(found):
    # a new school of 12 rooms gives 360 seats at 28,000 yuan and more for the same 90 children
    home = toy_district().blocks.to_crs(4326).representative_point().iloc[0]
    plan = evaluate(
        NewSchool(
            school="N",
            name="新园",
            at=(home.x + 0.001, home.y),
            classrooms={"kindergarten": 12},
            every_grade=True,
            year=2022,
            source="toy",
        )
    )
    rates = {(rate.stage, rate.kinds): rate for rate in list_rates(found, plan)}
    assert rates["kindergarten", PLAN].money.low == 360 * 28_000
    assert rates["kindergarten", ("expand",)].is_below(rates["kindergarten", PLAN])


def test_a_plan_is_billed_by_its_steps():
    plan = evaluate(
        Expand(school="A", classrooms={"primary": 2}, year=2021, source="toy"),
        Convert(
            school="B",
            from_stage="junior",
            to_stage="primary",
            classrooms=1,
            year=2022,
            source="toy",
        ),
    )
    assert bill_plan(plan) == {("expand_room", "primary"): 2, ("convert_room", "primary"): 1}


@pytest.mark.parametrize("pupil_years", [0, -5])
def test_what_relieves_nobody_is_below_nothing(found, pupil_years):
    rate = list_rates(found, evaluate())[0]
    idle = replace(rate, pupil_years=pupil_years)
    assert not idle.is_below(rate)
    assert not rate.is_below(idle)
