"""What a map shows is what the tables hold."""

from seatplan.district.clauses import Standard
from seatplan.district.stages import Label
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.interventions import LotteryZone
from seatplan.scenarios.scenario import Scenario
from seatplan.views.plates import find_core, read_plate


def test_a_plate_classes_catchments_by_seats_less_residents():
    outcome = toy_outcome()
    plate = read_plate(outcome, "kindergarten", 2020)
    # K: 180 seats, 270 children: 90 short, class 2 of 0 to 6.
    assert plate.schools.balance.to_dict() == {"K": -90}
    assert plate.schools.klass.to_dict() == {"K": 2}
    assert plate.counts == [0, 0, 1, 0, 0, 0, 0]
    assert plate.areas.klass.to_dict() == {"K": 2}


def test_the_catchments_and_the_townships_cover_the_blocks():
    outcome = toy_outcome()
    plate = read_plate(outcome, "primary", 2020)
    ground = outcome.district.blocks.area.sum()
    assert set(plate.areas.index) == {"A", "B"}
    assert abs(plate.areas.area.sum() - ground) < 1
    assert abs(plate.townships.area.sum() - ground) < 1
    assert plate.zoned


def test_the_core_lies_about_the_urban_blocks():
    outcome = toy_outcome()
    west, south, east, north = find_core(outcome)
    points = outcome.district.blocks.representative_point()
    inside = (points.x > west) & (points.x < east) & (points.y > south) & (points.y < north)
    assert inside.all()


def test_a_school_below_a_limit_is_no_large_one():
    # every toy school has fewer than 1,000 pupils, and none more than 2,000
    small = Standard(
        "small", Label("小", "Small"), "school_size", {"all": 1000.0}, "below", "", "t", "seen"
    )
    rules = toy_standards()
    outcome = evaluate(toy_district(), rules.replace(standards=(*rules.standards, small)))
    assert {"A", "B"} <= set(outcome.flags.table.query("code == 'small'").school)
    assert not read_plate(outcome, "primary", 2022).schools.large.any()


def test_a_lottery_zone_is_one_area_with_the_balance_of_its_schools():
    # A 270 and B 270 seats for 540 pupils: even, class 3, though A alone had 30 to spare
    step = LotteryZone(year=2022, source="t", stage="primary", schools=("A", "B"))
    plate = read_plate(toy_outcome(Scenario("lots", interventions=(step,))), "primary", 2022)
    assert plate.areas.klass.to_dict() == {"A+B": 3}
