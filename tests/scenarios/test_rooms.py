import pandas as pd
import pytest

from seatplan.district.timelines import select_in_force
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios.interventions import Convert, Expand


def convert(**changes: object) -> Convert:
    keys = {
        "year": 2024,
        "source": "plan",
        "school": "B",
        "from_stage": "junior",
        "to_stage": "primary",
        "classrooms": 2,
    }
    return Convert(**{**keys, **changes})


def test_rooms_are_added_from_the_year_on():
    planned = Expand(year=2023, source="plan", school="B", classrooms={"primary": 4, "junior": -6})
    rooms = planned.apply(toy_district()).classrooms
    assert select_in_force(rooms, 2022)["B"].to_dict() == {"primary": 6, "junior": 6}
    # 6 + 4 and 6 - 6
    assert select_in_force(rooms, 2023)["B"].to_dict() == {"primary": 10, "junior": 0}


def test_rooms_given_up_must_be_there_in_every_later_year():
    district = toy_district()
    fewer = Expand(year=2025, source="plan", school="A", classrooms={"primary": -4}).apply(district)
    with pytest.raises(ScenarioError, match="has 2 classrooms of primary in 2025; -3 leaves -1"):
        Expand(year=2023, source="plan", school="A", classrooms={"primary": -3}).apply(fewer)


def test_converted_rooms_leave_one_stage_for_another():
    rooms = convert().apply(toy_district()).classrooms
    assert select_in_force(rooms, 2024)["B"].to_dict() == {"primary": 8, "junior": 4}
    assert rooms.dtype == "int64"


def test_a_school_can_take_up_a_stage_that_is_new_to_it():
    step = convert(school="A", from_stage="primary", to_stage="junior", school_kind="nine_year")
    planned = step.apply(toy_district())
    assert select_in_force(planned.classrooms, 2024)["A"].to_dict() == {"primary": 4, "junior": 2}
    assert planned.schools.kind.to_dict() == {
        "A": "nine_year",
        "B": "nine_year",
        "K": "kindergarten",
    }
    assert step.amend(toy_standards()) == toy_standards()
    with pytest.raises(ScenarioError, match="did you mean nine_year"):
        convert(school_kind="nineyear").amend(toy_standards())


def test_without_a_kind_the_school_keeps_its_own():
    planned = convert().apply(toy_district())
    pd.testing.assert_series_equal(planned.schools.kind, toy_district().schools.kind)
