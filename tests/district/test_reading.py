"""A folder becomes a district, and a district a folder."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal, assert_series_equal
from tests.towns import FAR, SMALL, FarTown, write_features, write_town

from seatplan.district.coordinates import convert_coordinates
from seatplan.district.district import District
from seatplan.district.reading import check_district, read_district, read_standards
from seatplan.district.writing import write_district

DATA = Path(__file__).parents[2] / "data"
TABLES = ["zones", "residents", "births", "housing", "rolls", "successors", "provenance"]
SERIES = ["cohort_ratios", "take_up", "classrooms", "catchments"]
LAYERS = ["blocks", "schools", "roads", "sites", "water", "neighbours"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("small") / "town", SMALL)


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("far") / "town", FAR)


def assert_same_district(one: District, other: District) -> None:
    """Hold two districts equal in every table; geometry to a millimetre."""
    for name in ("name", "code", "base_year", "horizon", "crs"):
        assert getattr(one, name) == getattr(other, name)
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(other, name))
    for name in SERIES:
        assert_series_equal(getattr(one, name), getattr(other, name))
    for name in LAYERS:
        mine, theirs = getattr(one, name), getattr(other, name)
        assert_frame_equal(
            pd.DataFrame(mine).drop(columns="geometry"), theirs.drop(columns="geometry")
        )
        assert mine.crs == theirs.crs
        assert mine.geometry.geom_equals_exact(theirs.geometry, 1e-3).all()


def test_tables_stand_by_their_labels(small: Path):
    district = read_district(small)
    assert repr(district) == "District(Small town, 3 schools, 6 blocks, 2020-2026)"
    assert list(district.blocks.index) == ["b1", "b2", "b3", "b4", "b5", "b6"]
    assert district.blocks.index.name == "block"
    assert list(district.residents.columns) == ["total", *range(20)]
    assert district.residents.loc["b4", "total"] == 800  # 10 a year of age over 80 years
    assert district.births.loc[2026, "medium"] == 60  # 6 blocks x 10
    assert district.cohort_ratios.index.tolist() == list(range(-1, 19))
    assert district.take_up["junior", 2020] == 1.0
    assert district.classrooms.to_dict() == {
        ("P1", "primary", 2020): 6,  # 40 pupils a grade: one class each
        ("N1", "primary", 2020): 6,  # 20 a grade
        ("N1", "junior", 2020): 6,  # 60 a grade: two classes of at most 50
        ("K1", "kindergarten", 2020): 7,  # 60 a grade at 25, 30, 35: 3 + 2 + 2
    }
    assert district.rolls.loc[("N1", "g7", 2020)].to_dict() == {"pupils": 60, "classes": 2}
    assert district.catchments["b3", "junior", 2020] == "N1"
    assert district.successors.empty
    assert district.water.empty
    assert not district.schools.every_grade.any()
    assert district.schools.opened.isna().all()


def test_geometry_is_in_metres(small: Path):
    district = read_district(small)
    assert district.blocks.crs == "EPSG:4544"
    # blocks of 400 m from 605,000 east and 4,205,000 north; K1 stands in the middle of b2
    assert district.blocks.area.tolist() == pytest.approx([160_000] * 6, rel=1e-6)
    assert district.schools.geometry["K1"].x == pytest.approx(605_600, abs=1e-3)
    assert district.schools.geometry["K1"].y == pytest.approx(4_205_200, abs=1e-3)


def test_labels_are_text_and_counts_are_whole(small: Path):
    district = read_district(small)
    assert str(district.schools.index.dtype) == "str"
    assert str(district.catchments.dtype) == "str"
    assert str(district.rolls.pupils.dtype) == "int64"
    assert str(district.classrooms.dtype) == "int64"
    assert str(district.schools.opened.dtype) == "Int64"
    assert set(map(str, district.residents.dtypes)) == {"int64"}


def test_inputs_carry_the_hash_of_every_file(small: Path):
    inputs = read_district(small).inputs
    files = {str(path.relative_to(small)) for path in small.rglob("*") if path.is_file()}
    assert set(inputs) == files
    content = (small / "zones.csv").read_bytes()
    assert inputs["zones.csv"] == hashlib.sha256(content).hexdigest()


def test_another_zone_and_other_ids_are_read_as_they_are(far: Path):
    district = read_district(far)
    assert district.crs == "EPSG:4547"
    assert district.blocks.index[[0, 6, 39]].tolist() == ["001", "007", "东 40"]
    assert district.schools.index.tolist() == ["实验一小", "A 1", "007"]
    assert district.catchments["001", "primary", 2022] == "实验一小"
    assert district.catchments["东 40", "primary", 2022] == "A 1"
    assert district.rolls.pupils.groupby("school").sum().to_dict() == {
        "实验一小": 6 * 200,  # 20 blocks x 10 a grade
        "A 1": 6 * 200 + 3 * 400,
        "007": 3 * 400,
    }
    assert district.blocks.total_bounds == pytest.approx([530_000, 3_380_000, 533_200, 3_382_000])


@pytest.mark.parametrize("town", ["small", "far"])
def test_what_is_written_is_what_was_read(
    town: str, request: pytest.FixtureRequest, tmp_path: Path
):
    folder = request.getfixturevalue(town)
    district = read_district(folder)
    standards = read_standards(folder / "standards.toml")
    write_district(district, standards, tmp_path / "copy")
    again = read_district(tmp_path / "copy")
    assert_same_district(district, again)
    assert read_standards(tmp_path / "copy" / "standards.toml") == standards
    write_district(again, standards, tmp_path / "third")
    assert read_district(tmp_path / "third").inputs == again.inputs  # byte for byte


def test_litong_is_written_as_it_was_read(tmp_path: Path):
    district = read_district(DATA)
    standards = read_standards(DATA / "standards.toml")
    write_district(district, standards, tmp_path / "copy")
    assert_same_district(district, read_district(tmp_path / "copy"))
    assert read_standards(tmp_path / "copy" / "standards.toml") == standards


def test_history_and_optional_columns_survive_the_round_trip(tmp_path: Path):
    folder = write_town(tmp_path / "town", SMALL)
    (folder / "rolls.csv").write_text(
        "school,year,grade,pupils,classes\nP1,2019,g1,38,1\nP1,2018,g1,36,\nP1,2017,g1,,\n", "utf-8"
    )
    content = json.loads((folder / "schools.geojson").read_text("utf-8"))
    content["features"][0]["properties"] |= {
        "name_en": "Primary One",
        "opened": 1998,
        "land_m2": 9000.5,
        "boarding_beds": 40,
        "provenance": "calibrated",
    }
    (folder / "schools.geojson").write_text(json.dumps(content), "utf-8")
    line = {"type": "LineString", "coordinates": [[106.2, 37.97], [106.21, 37.975]]}
    write_features(folder / "water.geojson", [({}, line)])
    point = {"type": "Point", "coordinates": [106.4, 37.9]}
    ring = [[106.25, 37.9], [106.3, 37.9], [106.3, 38.0], [106.25, 37.9]]
    area = {"type": "Polygon", "coordinates": [ring]}
    around = [({"name": "东县", "name_en": "East"}, point), ({"name": "北县"}, area)]
    write_features(folder / "neighbours.geojson", around)
    district = read_district(folder)
    assert district.neighbours.geom_type.to_dict() == {"东县": "Point", "北县": "Polygon"}
    assert district.rolls.loc[("P1", "g1", 2019)].to_dict() == {"pupils": 38, "classes": 1}
    assert district.rolls.loc[("P1", "g1", 2018)].to_dict() == {"pupils": 36, "classes": 0}
    assert district.schools.opened["P1"] == 1998
    assert len(district.water) == 1
    write_district(district, read_standards(folder / "standards.toml"), tmp_path / "copy")
    assert_same_district(district, read_district(tmp_path / "copy"))


def test_a_school_that_opens_later_has_rooms_and_no_roll(tmp_path: Path):
    folder = write_town(tmp_path / "town", SMALL)
    content = json.loads((folder / "schools.geojson").read_text("utf-8"))
    row = content["features"][2]["properties"]
    for key in [key for key in row if key.startswith(("roll_", "classes_"))]:
        row[key] = None
    row["opened"] = 2023
    (folder / "schools.geojson").write_text(json.dumps(content), "utf-8")
    district = read_district(folder)
    assert district.classrooms["K1", "kindergarten", 2020] == 7
    assert "K1" not in district.rolls.index.get_level_values("school")


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_files_in_a_shifted_datum_are_read_where_the_ground_is(datum: str, tmp_path: Path):
    folder = write_town(tmp_path / "town", SMALL)
    truth = read_district(folder)

    def shift(part):
        if isinstance(part[0], float):
            lon, lat = convert_coordinates([part[0]], [part[1]], "WGS-84", datum)
            return [lon[0], lat[0]]
        return [shift(inner) for inner in part]

    for path in [*folder.glob("*.geojson"), folder / "population" / "blocks.geojson"]:
        content = json.loads(path.read_text("utf-8"))
        for item in content["features"]:
            item["geometry"]["coordinates"] = shift(item["geometry"]["coordinates"])
        path.write_text(json.dumps(content), "utf-8")
    text = (folder / "district.toml").read_text("utf-8").replace("EPSG:4490", datum)
    (folder / "district.toml").write_text(text, "utf-8")
    moved = read_district(folder)
    for name in LAYERS[:4]:
        mine, theirs = getattr(truth, name), getattr(moved, name)
        assert mine.geometry.geom_equals_exact(theirs.geometry, 1e-5).all()


def test_the_old_crs_member_is_enough_where_district_toml_names_none(tmp_path: Path):
    folder = write_town(tmp_path / "town", SMALL)
    truth = read_district(folder)
    text = (folder / "district.toml").read_text("utf-8").replace('file_crs = "EPSG:4490"\n', "")
    (folder / "district.toml").write_text(text, "utf-8")
    name = "urn:ogc:def:crs:EPSG::4490"
    for path in [*folder.glob("*.geojson"), folder / "population" / "blocks.geojson"]:
        content = json.loads(path.read_text("utf-8"))
        content["crs"] = {"type": "name", "properties": {"name": name}}
        path.write_text(json.dumps(content), "utf-8")
    assert_geodataframe_equal(read_district(folder).schools, truth.schools)


def test_wgs_84_layers_are_at_home_in_a_cgcs2000_district(tmp_path: Path):
    folder = write_town(tmp_path / "town", SMALL)
    path = folder / "schools.geojson"
    content = json.loads(path.read_text("utf-8"))
    content["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    path.write_text(json.dumps(content), "utf-8")
    assert check_district(folder).problems == []


def test_schools_in_gcj_02_among_blocks_in_cgcs2000_are_found_out(tmp_path: Path):
    # here, at 114.3 E, 30.5 N, the shift is some 550 m east and 250 m south: the schools stand
    # 200 m from the southern or the eastern edge of the district, so all three leave it
    folder = write_town(tmp_path / "town", FAR)
    content = json.loads((folder / "schools.geojson").read_text("utf-8"))
    for item in content["features"]:
        lon, lat = item["geometry"]["coordinates"]
        x, y = convert_coordinates([lon], [lat], "WGS-84", "GCJ-02")
        item["geometry"]["coordinates"] = [x[0], y[0]]
    (folder / "schools.geojson").write_text(json.dumps(content), "utf-8")
    findings = [str(finding) for finding in check_district(folder).findings]
    found = [item for item in findings if "GCJ-02 shift" in item]
    assert found == [
        "schools.geojson: 3 of 3 schools lie outside their own unit, but fit after a GCJ-02 "
        "shift; convert this layer from GCJ-02"
    ]


def test_a_school_far_from_roads_is_reported(tmp_path: Path):
    folder = write_town(tmp_path / "town", replace(SMALL, columns=6, rows=4))
    content = json.loads((folder / "roads.geojson").read_text("utf-8"))
    # of 6 x 4 blocks the south row keeps its five road lines; N1 in the north-east is 1,200 m away
    content["features"] = content["features"][:5]
    (folder / "roads.geojson").write_text(json.dumps(content), "utf-8")
    findings = [str(finding) for finding in check_district(folder).findings]
    assert "schools.geojson: N1 lies 1,200 m from the nearest road" in findings
    assert any(
        "12 of 24 blocks have their middle more than 500 m from a road" in f for f in findings
    )


def test_litong_is_read_without_a_problem():
    check = check_district(DATA)
    assert check.problems == []
    assert check.district is not None
    assert len(check.district.schools) == 128  # plan: 61 + 48 + 8 + 7 + 3 + 1
    assert check.district.rolls.pupils.sum() == 88_033  # plan: pupils in all


@pytest.mark.slow
def test_litong_is_read_in_a_second_and_a_half():
    read_district(DATA)  # the first compiles patterns and loads PROJ's tables
    start = time.process_time()
    read_district(DATA)
    assert time.process_time() - start < 1.5


def test_the_far_town_keeps_forty_blocks():
    assert isinstance(FAR, FarTown)
    assert len(set(FAR.blocks)) == FAR.columns * FAR.rows == 40
