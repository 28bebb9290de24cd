import logging

import pandas as pd
import pytest

from seatplan.district.district import District
from seatplan.district.timelines import select_in_force
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district
from seatplan.scenarios.closures import _set_closing
from seatplan.scenarios.interventions import Close, Merge, NewSchool, Where


def merge(**changes: object) -> Merge:
    return Merge(**{"year": 2023, "source": "plan", **changes})


def toy_with_a_third_primary() -> District:
    """The toy town with the primary school N1 on site S1, in b3, from 2022 on."""
    return NewSchool(
        year=2022, source="plan", school="N1", name="新校", site="S1", classrooms={"primary": 6}
    ).apply(toy_district())


def test_a_closed_school_leaves_its_blocks_without_a_catchment():
    planned = Close(year=2024, source="plan", school="A").apply(toy_district())
    assert planned.schools.closes.dropna().to_dict() == {"A": 2024}
    before, after = (
        select_in_force(planned.catchments, year).xs("primary", level="stage")
        for year in (2023, 2024)
    )
    assert (before == "A").sum() == 3  # b1, b2, b4
    assert list(after.index[after.isna()]) == ["b1", "b2", "b4"]
    assert set(after.dropna()) == {"B"}
    assert planned.successors.empty


def test_a_school_that_is_to_close_later_is_not_closed_twice():
    planned = Close(year=2025, source="plan", school="A").apply(toy_district())
    with pytest.raises(ScenarioError, match="A closes in 2025 already; 2023 would close it twice"):
        Close(year=2023, source="plan", school="A").apply(planned)


def test_a_merged_school_passes_on_its_pupils_and_blocks():
    planned = merge(schools=["A"], into="B").apply(toy_district())
    assert planned.successors.to_dict("index") == {"A": {"into": "B", "year": 2023}}
    assert planned.schools.closes["A"] == 2023
    assert set(select_in_force(planned.catchments, 2023)) == {"B"}
    assert select_in_force(planned.catchments, 2022)["b1", "primary"] == "A"
    # the campus is given up: B keeps its own six rooms
    pd.testing.assert_series_equal(planned.classrooms, toy_district().classrooms)


def test_a_merged_school_keeps_its_classrooms():
    planned = merge(schools=["A"], into="B", keep_classrooms=True).apply(toy_district())
    # the 6 rooms of B and the 6 of A
    assert select_in_force(planned.classrooms, 2023)["B", "primary"] == 12
    assert select_in_force(planned.classrooms, 2022)["B", "primary"] == 6


def test_the_nearest_is_the_nearest_by_road():
    # A (b1) to N1 (b3) is 800 m along the southern road, to B (b6) 1,200 m
    planned = merge(schools=["A"], within_m=1200).apply(toy_with_a_third_primary())
    assert planned.successors.into.to_dict() == {"A": "N1"}


def test_the_limit_holds_from_every_home():
    # N1 (b3) is 800 m from A, but b4 of A's catchment would walk 1,200 m to it
    with pytest.raises(
        ScenarioError, match=r"some homes of A are more than 900 m .* N1 .* 1,200 m"
    ):
        merge(schools=["A"], within_m=900).apply(toy_with_a_third_primary())


def test_a_school_that_merges_itself_receives_nobody():
    planned = merge(schools=["A", "N1"]).apply(toy_with_a_third_primary())
    assert planned.successors.into.to_dict() == {"A": "B", "N1": "B"}


def test_a_private_school_receives_nobody_from_a_public_one():
    district = toy_district()
    schools = district.schools.assign(ownership=["public", "private", "public"])
    with pytest.raises(ScenarioError, match="no other open school of its ownership"):
        merge(schools=["A"]).apply(district.replace(schools=schools))


def test_a_school_that_no_road_leads_to_receives_nobody():
    district = toy_district()
    west = district.blocks.geometry[["b1", "b2"]].union_all()
    cut = district.roads[district.roads.intersects(west)]  # b1-b2 alone stays, an island
    with pytest.raises(ScenarioError, match="no road leads from A"):
        merge(schools=["A"]).apply(district.replace(roads=district.roads.drop(cut.index[1:])))


def test_schools_are_chosen_by_what_they_are():
    district = toy_district()
    # 240 pupils in A, 300 + 270 in B, 270 in K
    assert Where(pupils_under=241).select(district, 2023) == ["A"]
    assert Where(pupils_under=240).select(district, 2023) == []
    assert Where(kind="nine_year", setting="urban").select(district, 2023) == ["B"]
    assert Where(run_by="municipal").select(district, 2023) == []
    closed = Close(year=2022, source="plan", school="A").apply(district)
    assert Where(pupils_under=241).select(closed, 2023) == []


def test_schools_that_a_plan_opens_or_closes_are_not_chosen_by_what_they_are():
    district = Close(year=2026, source="plan", school="A").apply(toy_with_a_third_primary())
    # neither A, which is to close, nor N1, which opens in 2022
    assert Where(setting="urban").select(district, 2023) == ["B", "K"]


def test_a_school_by_trait_that_has_nobody_near_stays_open_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
):
    step = merge(where={"pupils_under": 300}, within_m=1200)
    with caplog.at_level(logging.WARNING):
        planned = step.apply(toy_with_a_third_primary())
    # A finds N1 at 800 m; K is the only kindergarten
    assert planned.successors.into.to_dict() == {"A": "N1"}
    assert pd.isna(planned.schools.closes["K"])
    assert "no other open school of its ownership teaches all that K does" in caplog.text
    assert "it stays open" in caplog.text


def test_successors_of_two_steps_stand_in_one_table():
    first = merge(schools=["N1"], into="A").apply(toy_with_a_third_primary())
    both = merge(schools=["A"], into="B", year=2024).apply(first)
    assert both.successors.to_dict("index") == {
        "N1": {"into": "A", "year": 2023},
        "A": {"into": "B", "year": 2024},
    }
    assert both.successors.index.name == "school"


def test_the_school_that_opens_too_late_to_close_is_named():
    district = toy_district()
    opened = district.schools.opened.mask(district.schools.index == "A", 1990)
    opened = opened.mask(opened.index == "K", 2022)
    district = district.replace(schools=district.schools.assign(opened=opened))
    with pytest.raises(ScenarioError, match="school K opens in 2022"):
        _set_closing(district, ["A", "K"], 2022)
