"""The one JSON value of a page says the same as the tables."""

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, box
from tests.views.test_packing import unpack

from seatplan.examples import toy_outcome
from seatplan.views.explorer.payload import NEAREST, build_payload
from seatplan.views.explorer.scene import read_outcome


@pytest.fixture(scope="module")
def scene():
    return read_outcome(toy_outcome())


@pytest.fixture(scope="module")
def payload(scene):
    stages = [stage.code for stage in scene.standards.stages]
    return build_payload([scene], stages=stages, years=scene.district.years, language="zh")


@pytest.fixture(scope="module")
def columns(payload):
    return unpack(payload["tables"])


@pytest.mark.parametrize("name", ["schools", "grades", "places"])
def test_the_tables_are_there_row_by_row(scene, payload, columns, name):
    table = getattr(scene.tables, name)
    years = scene.district.years
    for place, row in enumerate(payload["rows"][name]):
        for column in ("seats", "pupils", "classes", "residents", "limit"):
            if f"{name}_{column}" in columns:
                packed = columns[f"{name}_{column}"][place * len(years) : (place + 1) * len(years)]
                assert packed == table[column].loc[tuple(row)].tolist()


def test_blocks_are_laid_out_by_stage_block_and_year(scene, payload, columns):
    shape = (len(payload["stages"]), len(payload["blocks"]), len(payload["years"]))
    pupils = np.reshape(columns["blocks_pupils"], shape)
    school = np.reshape(columns["blocks_school"], shape)
    ids = [texts[0] for texts in payload["schools"]]
    table = scene.tables.blocks
    for at, stage in enumerate(payload["stages"]):
        for block, name in enumerate(payload["blocks"]):
            row = table.loc[(name, stage["code"], 2023)]
            assert pupils[at, block, 3] == row.pupils
            assert ids[school[at, block, 3]] == row.school


def test_flags_keep_their_value_and_the_first_year(scene, columns):
    flags = scene.tables.flags
    assert sorted(columns["flags_value"]) == sorted(flags.value)
    assert sorted(columns["flags_limit"]) == sorted(flags.limit)
    assert min(columns["flags_first_year"]) == flags.first_year.min()


def test_the_nearest_schools_come_first(payload, columns):
    ids = [texts[0] for texts in payload["schools"]]
    shape = (len(payload["stages"]), len(payload["blocks"]), NEAREST)
    nearest = np.reshape(columns["nearest_school"], shape)
    # b1 holds A itself; B, the other primary school, stands in b6. There is no third.
    primary = [stage["code"] for stage in payload["stages"]].index("primary")
    found = nearest[primary, payload["blocks"].index("b1")]
    assert [ids[at] for at in found[:2]] == ["A", "B"]
    assert found[2:].tolist() == [-1, -1]


def test_every_text_is_plain_json(payload):
    assert json.loads(json.dumps(payload)) == payload


def test_a_lake_is_a_closed_line_and_a_canal_an_open_one(scene):
    west, south, east, north = scene.district.blocks.total_bounds
    shapes = [LineString([(west, south), (east, north)]), box(west, south, east, north)]
    water = gpd.GeoDataFrame(geometry=shapes, crs=scene.district.blocks.crs)
    wet = replace(scene, district=replace(scene.district, water=water))
    columns = unpack(
        build_payload([wet], stages=["primary"], years=[2020], language="zh")["tables"]
    )
    assert columns["water_size"] == [2, 5]
    steps = np.reshape(columns["water_steps"], (-1, 2))
    assert steps[:2].any()
    assert not steps[3:].sum(axis=0).any()  # the ring ends where it began


def test_further_sites_of_a_school_are_there_stage_by_stage(scene, columns):
    assert "campus_x" not in columns  # the toy town has none
    homes = scene.district.blocks.representative_point()
    sites = gpd.GeoDataFrame(
        {"school": ["B", "B", "B"], "name": ["1", "2", "3"], "grades": ["", "g1 g2", "g9"]},
        geometry=homes.to_numpy()[[0, 1, 2]],
        crs=scene.district.crs,
    )
    split = replace(scene, district=scene.district.replace(campuses=sites))
    stages = [stage.code for stage in scene.standards.stages]
    payload = build_payload([split], stages=stages, years=[2020, 2021], language="zh")
    several = unpack(payload["tables"])
    schools = [row[0] for row in payload["schools"]]
    # grades 1 and 2 at the second site are primary, grade 9 at the third is junior
    found = list(zip(several["campus_stage"], several["campus_school"], strict=True))
    assert found == [(stages.index("primary"), schools.index("B")),
                     (stages.index("junior"), schools.index("B"))]  # fmt: skip
    at = [columns["block_x"][place] for place in (1, 2)]
    assert several["campus_x"] == at
