import numpy as np
import pandas as pd
import pytest

from seatplan.district.standards import Standards
from seatplan.district.timelines import select_in_force
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios.interventions import Housing, LotteryZone, Rezone, SetLimit, SetTakeUp


def rates(take_up: pd.Series, stage: str, years: range) -> list[float]:
    """The line through the points of a stage, as District.take_up is read."""
    line = take_up.xs(stage, level="stage")
    return np.interp(years, line.index, line).round(4).tolist()


def housing(**changes: object) -> Housing:
    keys = {
        "year": 2023,
        "source": "plan",
        "block": "b2",
        "dwellings": 100,
        "residents_per_dwelling": 3,
        "pupils_per_1000": 120,
        "from_outside": 0.5,
    }
    return Housing(**{**keys, **changes})


def test_listed_blocks_pass_into_the_catchment():
    step = Rezone(year=2022, source="plan", stage="primary", school="B", blocks=["b2", "b1", "b2"])
    held = select_in_force(step.apply(toy_district()).catchments, 2022).xs("primary", level=1)
    assert set(held.index[held == "B"]) == {"b1", "b2", "b3", "b5", "b6"}


def test_a_polygon_takes_the_blocks_whose_inner_point_lies_in_it():
    district = toy_district()
    # around the two western blocks and a third of the middle ones
    west, south, _, north = district.blocks.total_bounds
    box = [(west, south), (west + 533, south), (west + 533, north), (west, north)]
    corners = pd.DataFrame(box)
    points = (
        district.blocks.geometry.iloc[:0]
        .reindex(range(4))
        .set_crs(district.crs)
        .from_xy(corners[0], corners[1], crs=district.crs)
        .to_crs(4326)
    )
    step = Rezone(
        year=2022,
        source="plan",
        stage="primary",
        school="B",
        polygon=points.get_coordinates().to_numpy(),
    )
    assert step.list_blocks(district) == ["b1", "b4"]


def lottery(*schools, year=2022, **keys):
    return LotteryZone(year=year, source="plan", stage="primary", schools=schools, **keys)


def test_a_lottery_zone_is_named_by_its_schools_and_takes_blocks():
    district = lottery("B", "A", blocks=["b1"]).apply(toy_district())
    assert district.lotteries.to_dict() == {
        ("primary", "B", 2022): "B+A",
        ("primary", "A", 2022): "B+A",
    }
    held = select_in_force(district.catchments, 2022).xs("primary", level=1)
    assert set(held.index[held == "B"]) == {"b1", "b3", "b5", "b6"}


def test_a_later_lottery_zone_ends_an_earlier_one():
    # of three schools two go on together; the third is on its own again
    district = toy_district()
    more = district.schools.loc[["A"]].rename(index={"A": "C"})
    rooms = district.classrooms.rename(index={"A": "C"}).loc[["C"]]
    district = district.replace(
        schools=pd.concat([district.schools, more]),
        classrooms=pd.concat([district.classrooms, rooms]),
    )
    district = lottery("A", "C", year=2023).apply(lottery("A", "B", "C").apply(district))
    held = select_in_force(district.lotteries, 2023).droplevel("stage")
    assert held.to_dict() == {"A": "A+C", "B": "", "C": "A+C"}
    assert (select_in_force(district.lotteries, 2022) == "A+B+C").all()


def test_housing_joins_what_is_planned():
    once = housing().apply(toy_district())
    twice = housing(block="b5", from_outside=1).apply(once)
    assert list(twice.housing.block) == ["b2", "b5"]
    assert list(twice.housing.index) == [0, 1]
    pd.testing.assert_series_equal(twice.housing.dtypes, toy_district().housing.dtypes)


def test_housing_of_a_plan_says_so_where_the_table_asks():
    district = toy_district()
    table = district.housing.assign(provenance=pd.Series(dtype=str), source=pd.Series(dtype=str))
    row = housing().apply(district.replace(housing=table)).housing.iloc[0]
    assert (row.provenance, row.source) == ("plan", "plan")


def test_take_up_steps_in_its_year_and_stays_level():
    district = toy_district()
    points = {("primary", 2020): 0.9, ("primary", 2030): 1.0, ("junior", 2020): 0.8}
    index = pd.MultiIndex.from_tuples(list(points), names=["stage", "year"])
    sloped = district.replace(take_up=pd.Series(list(points.values()), index=index, name="rate"))
    stepped = SetTakeUp(year=2024, source="plan", stage="primary", rate=0.97).apply(sloped).take_up
    # the old line gains 0.01 a year until 2023, then 0.97 for good
    years = range(2020, 2027)
    assert rates(stepped, "primary", years) == [0.9, 0.91, 0.92, 0.93, 0.97, 0.97, 0.97]
    assert rates(stepped, "junior", years) == [0.8] * 7
    assert stepped.index.names == ["stage", "year"]


def test_take_up_can_step_in_the_year_after_a_point():
    stepped = SetTakeUp(year=2021, source="plan", stage="primary", rate=0.5).apply(toy_district())
    assert rates(stepped.take_up, "primary", range(2020, 2023)) == [1.0, 0.5, 0.5]


def limits(standards: Standards, code: str, year: int) -> dict[str, float]:
    standard = standards.standard(code, year)
    assert standard is not None
    return dict(standard.limit)


def test_a_limit_changes_for_the_keys_given_and_from_its_year_on():
    step = SetLimit(year=2024, source="plan", code="class-size", limit={"primary": 40})
    amended = step.amend(toy_standards())
    assert limits(amended, "class-size", 2023) == limits(toy_standards(), "class-size", 2023)
    assert limits(amended, "class-size", 2024) == {
        "k1": 25,
        "k2": 30,
        "k3": 35,
        "primary": 40,
        "junior": 50,
    }
    # 40 instead of 45 seats in each room
    assert amended.seats_per_class("primary", 2024) == 40


def test_a_second_change_in_the_same_year_takes_the_place_of_the_first():
    first = SetLimit(year=2024, source="plan", code="class-size", limit={"primary": 40})
    second = SetLimit(year=2024, source="plan", code="class-size", limit={"primary": 42})
    amended = second.amend(first.amend(toy_standards()))
    assert amended.class_limit("g1", 2024) == 42
    assert len(amended.standards) == len(toy_standards().standards) + 1


def test_binding_and_side_stay_unless_given():
    keys = {"year": 2024, "source": "law", "code": "school-size", "limit": {"all": 45}}
    plain = SetLimit(**keys).amend(toy_standards()).standard("school-size", 2024)
    assert plain is not None
    assert (plain.binding, plain.side, plain.source) == ((), "above", "law")
    bound = SetLimit(**keys, binding=True, side="below").amend(toy_standards())
    strict = bound.standard("school-size", 2024)
    assert strict is not None
    assert (strict.binding, strict.side) == (("all",), "below")
    later = SetLimit(**{**keys, "year": 2025}).amend(bound).standard("school-size", 2025)
    assert later is not None
    assert later.binding == ("all",)


def test_a_limit_that_seats_are_counted_by_stays_an_upper_one():
    step = SetLimit(year=2024, source="law", code="class-size", limit={"all": 45}, side="below")
    with pytest.raises(ScenarioError, match="class-size: side below; want above"):
        step.amend(toy_standards())


@pytest.mark.parametrize("limit", [0, -1, 101, 4500, 1e9])
def test_a_limit_without_sense_is_refused_with_what_would_do(limit):
    step = SetLimit(year=2024, source="plan", code="class-size", limit={"primary": limit})
    with pytest.raises(ScenarioError, match=r"class-size: limit.primary: .*; want 1 to 100"):
        step.amend(toy_standards())


@pytest.mark.parametrize(
    ("within", "told"),
    [
        ({"primary": 3}, "class-size: within: is for limits on beyond_radius and beyond_walk"),
        ({"primry": 500}, "no stage, grade, kind or setting is called primry"),
    ],
)
def test_metres_that_do_not_fit_are_refused(within, told):
    step = SetLimit(year=2024, source="plan", code="class-size", within=within)
    with pytest.raises(ScenarioError, match=told):
        step.amend(toy_standards())


def test_a_step_that_sets_nothing_is_refused():
    with pytest.raises(ValueError, match="needs limit, or within"):
        SetLimit(year=2024, source="plan", code="class-size", binding=True)


def test_a_standard_keeps_its_role_when_its_limit_passes_another():
    """Classes of 60 lie above the 55 of a large class; class-size still counts the seats."""
    step = SetLimit(year=2024, source="plan", code="class-size", limit={"primary": 60})
    amended = step.amend(toy_standards())
    assert amended.class_limit("g1", 2024) == 60
    large = amended.class_standard("large", "g1", 2024)
    assert large is not None
    assert (large.value, large.standard.code) == (55, "large-class")


def test_only_the_keys_of_a_binding_step_bind():
    """A strict primary class does not shut children out of a full kindergarten."""
    keys = {"source": "law", "code": "class-size"}
    strict = SetLimit(year=2022, limit={"primary": 45, "junior": 50}, binding=True, **keys)
    loose = SetLimit(year=2024, limit={"junior": 55}, binding=False, **keys)
    amended = loose.amend(strict.amend(toy_standards()))
    bound = [amended.standard("class-size", year) for year in (2021, 2022, 2024)]
    assert [item.binding for item in bound if item is not None] == [
        (),
        ("primary", "junior"),
        ("primary",),
    ]


def test_a_standard_that_is_not_yet_in_force_cannot_change():
    standards = toy_standards()
    (first, *others) = standards.standards
    late = type(first)(**{**vars(first), "since": 2025})
    with pytest.raises(ScenarioError, match="class-size is not in force in 2024"):
        SetLimit(year=2024, source="plan", code="class-size", limit={"all": 40}).amend(
            standards.replace(standards=(late, *others))
        )
