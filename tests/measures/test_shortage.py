"""Shortage by its measures, on the toy town: A has 270 seats, B 270, K 180."""

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.closures import Close
from seatplan.scenarios.scenario import Scenario


def test_a_catchment_shortage_is_never_below_zero():
    shortage = toy_outcome().measure("catchment_shortage").xs(2020, level="year")
    # A: 240 live there; B: 300 in primary, 270 for 300 junior seats; K: 270 children
    assert shortage.to_dict() == {
        ("A", "primary"): 0,
        ("B", "primary"): 30,
        ("B", "junior"): 0,
        ("K", "kindergarten"): 90,
    }


def test_the_roll_over_seats_is_the_gap_above_zero():
    outcome = toy_outcome()
    gap = outcome.measure("seat_gap")
    assert gap["A", "primary", 2020] == -30
    assert outcome.measure("roll_over_seats").equals(gap.clip(lower=0).rename("roll_over_seats"))


def test_a_school_that_closed_has_no_roll_and_leaves_a_district_shortage():
    close = Scenario("close", interventions=(Close(year=2024, source="test", school="A"),))
    outcome = evaluate(toy_district(), toy_standards(), close)
    assert ("A", "primary", 2024) not in outcome.measure("roll_over_seats").index
    shortage = outcome.measure("district_shortage")
    # 540 pupils: 540 seats with A, 270 without it
    assert (shortage["primary", 2023], shortage["primary", 2024]) == (0, 270)
