import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from shapely.geometry import Point

from seatplan.errors import ScenarioError
from seatplan.examples import toy_district
from seatplan.scenarios.interventions import Close, Expand, Merge, Rezone
from seatplan.scenarios.steps import (
    check_blocks,
    check_open,
    check_stages,
    check_taught,
    count_rooms,
    find_block,
    list_open,
    project,
)


def test_a_step_is_frozen_and_refuses_unknown_keys():
    step = Close(year=2023, source="plan", school="A")
    with pytest.raises(ValidationError, match="frozen"):
        step.year = 2024
    with pytest.raises(ValidationError, match="skool"):
        Close(year=2023, source="plan", school="A", skool="B")


def test_a_step_takes_what_an_optimiser_has_at_hand():
    blocks = pd.Index(["b1", "b2"])
    step = Rezone(year=np.int64(2023), source="rezone", stage="primary", school="B", blocks=blocks)
    assert step.blocks == ("b1", "b2")
    assert type(step.year) is int
    more = Expand(year=2023, source="x", school="A", classrooms={"primary": np.int32(3)})
    assert more.classrooms == {"primary": 3}


def test_a_step_lists_the_schools_that_it_names():
    merge = Merge(year=2023, source="plan", schools=("A", "K"), into="B")
    assert merge.list_schools() == {"A", "K", "B"}
    nearest = Merge(year=2023, source="plan", where={"setting": "rural"})
    assert nearest.list_schools() == set()


def test_a_school_is_open_from_its_first_year_until_the_year_it_closes():
    district = toy_district()
    schools = district.schools.copy()
    schools.loc["A", "opened"] = 2022
    schools.loc["A", "closes"] = 2024
    changed = district.replace(schools=schools)
    open_years = [year for year in district.years if "A" in list_open(changed, year)]
    assert open_years == [2022, 2023]
    check_open(changed, "A", 2023)
    with pytest.raises(ScenarioError, match="opens only in 2022, after 2021"):
        check_open(changed, "A", 2021)
    with pytest.raises(ScenarioError, match="closed from 2024 on"):
        check_open(changed, "A", 2024)


def test_rooms_are_counted_by_stage():
    assert count_rooms(toy_district(), "B", 2020) == {"primary": 6, "junior": 6}
    assert count_rooms(toy_district(), "B", 2019) == {}


def test_every_unknown_name_is_told_at_once():
    with pytest.raises(ScenarioError) as refusal:
        check_blocks(toy_district(), ["b1", "c1", "c2"])
    assert len(refusal.value.problems) == 2
    with pytest.raises(ScenarioError, match="did you mean junior"):
        check_stages(toy_district(), ["primary", "junor"])
    with pytest.raises(ScenarioError, match="K does not teach primary in 2021"):
        check_taught(toy_district(), "K", "primary", 2021)


def test_a_longitude_and_latitude_find_their_block():
    district = toy_district()
    middle = gpd.GeoSeries(district.blocks.geometry[["b5"]].centroid).to_crs(4326).iloc[0]
    (point,) = project(district, [(middle.x, middle.y)])
    assert find_block(district, point) == "b5"
    assert find_block(district, Point(0, 0)) is None
