import geopandas as gpd
import pandas as pd
import pytest

from seatplan.district.timelines import select_in_force
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios.interventions import NewSchool, OpenEveryGrade


def build(**changes: object) -> NewSchool:
    keys = {
        "school": "N1",
        "name": "新校",
        "year": 2023,
        "source": "plan, task 9",
        "site": "S1",
        "classrooms": {"primary": 6},
    }
    return NewSchool(**{**keys, **changes})


def test_a_new_school_stands_on_its_site_with_its_rooms():
    planned = build().apply(toy_district())
    school = planned.schools.loc["N1"]
    assert school.geometry == toy_district().sites.geometry["S1"]
    assert (school["name"], school.kind, school.opened) == ("新校", "primary", 2023)
    # S1 lies in b3: an urban block of the southern township
    assert (school.setting, school.township, school.land_m2) == ("urban", "south", 9000)
    assert select_in_force(planned.classrooms, 2022).get(("N1", "primary")) is None
    assert select_in_force(planned.classrooms, 2023)["N1", "primary"] == 6


def test_the_table_of_schools_keeps_its_columns_types_and_crs():
    before = toy_district().schools
    after = build().apply(toy_district()).schools
    assert isinstance(after, gpd.GeoDataFrame)
    assert after.crs == before.crs
    pd.testing.assert_series_equal(after.dtypes, before.dtypes)
    pd.testing.assert_frame_equal(after.iloc[:3], before)


def test_a_new_school_can_be_placed_by_longitude_and_latitude():
    district = toy_district()
    place = district.blocks.geometry[["b5"]].centroid.to_crs(4326).iloc[0]
    planned = build(site=None, at=[place.x, place.y]).apply(district)
    assert planned.schools.geometry["N1"].distance(district.blocks.geometry["b5"].centroid) < 0.01
    assert planned.schools.township["N1"] == "north"
    assert pd.isna(planned.schools.land_m2["N1"])


def test_latitude_before_longitude_is_seen_where_both_could_be_either():
    district = toy_district()
    crs = "EPSG:3857"  # a district at 10 degrees east, 20 degrees north
    moved = gpd.GeoSeries.from_xy([10.0], [20.0], crs=4326).to_crs(crs).buffer(1000)
    blocks = gpd.GeoDataFrame(
        district.blocks.iloc[:1].drop(columns="geometry"), geometry=moved.values
    )
    with pytest.raises(ScenarioError, match="longitude comes first"):
        build(site=None, at=(20.0, 10.0)).apply(district.replace(blocks=blocks))


@pytest.mark.parametrize(
    ("stages", "kind"),
    [
        (["primary"], "primary"),
        (["primary", "junior"], "nine_year"),
        (["junior", "primary"], "nine_year"),
        (["junior", "senior"], "complete_secondary"),
        (["kindergarten", "primary"], None),
    ],
)
def test_the_kind_of_school_follows_from_its_stages(stages: list[str], kind: str | None):
    assert build(classrooms=dict.fromkeys(stages, 6)).kind_of_school == kind


def test_a_given_kind_wins():
    assert build(school_kind="teaching_point").kind_of_school == "teaching_point"


def test_a_school_without_blocks_leaves_the_catchments_alone():
    district = toy_district()
    assert build().apply(district).catchments is district.catchments


def test_one_list_of_blocks_serves_every_stage():
    step = build(
        site=None,
        at=list(
            toy_district()
            .blocks.geometry[["b2"]]
            .representative_point()
            .translate(50)
            .to_crs(4326)
            .get_coordinates()
            .iloc[0]
        ),
        classrooms={"primary": 6, "junior": 3},
        blocks=["b2", "b3"],
    )
    planned = step.apply(toy_district())
    held = select_in_force(planned.catchments, 2023)
    assert {label for label, school in held.items() if school == "N1"} == {
        ("b2", "primary"),
        ("b3", "primary"),
        ("b2", "junior"),
        ("b3", "junior"),
    }


def test_every_problem_of_a_site_is_told_at_once():
    with pytest.raises(ScenarioError) as refusal:
        build(year=2021, classrooms={"primary": 20, "junior": 10}).apply(toy_district())
    # 30 rooms for 24, 2021 before 2022, junior not among its stages
    assert len(refusal.value.problems) == 3


def test_a_place_can_be_built_on_again_after_its_school_has_closed():
    district = toy_district()
    schools = district.schools.copy()
    schools.loc["A", "closes"] = 2023
    place = tuple(district.schools.geometry[["A"]].to_crs(4326).get_coordinates().iloc[0])
    step = build(site=None, at=place)
    assert "N1" in step.apply(district.replace(schools=schools)).schools.index
    with pytest.raises(ScenarioError, match="is where school A stands"):
        step.apply(district)


def test_a_school_may_open_with_every_grade():
    assert build(every_grade=True).apply(toy_district()).schools.every_grade["N1"]
    planned = build().apply(toy_district())
    assert not planned.schools.every_grade["N1"]
    opened = OpenEveryGrade(year=2023, source="plan", school="N1").apply(planned)
    assert opened.schools.every_grade.to_dict() == {"A": False, "B": False, "K": False, "N1": True}
    with pytest.raises(ScenarioError, match="opens in 2023, not in 2024"):
        OpenEveryGrade(year=2024, source="plan", school="N1").apply(planned)


def test_a_kind_known_to_the_standards_passes_unchanged():
    standards = toy_standards()
    assert build().amend(standards) is standards
