"""district.toml and standards.toml say what they may, key by key."""

from pathlib import Path

import pytest
from tests.towns import GRADES, SMALL, write_declarations

from seatplan.district.declarations import read_settings, read_standards
from seatplan.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_declarations(tmp_path, SMALL)
    return tmp_path


def test_settings_are_read(folder: Path):
    settings = read_settings(folder / "district.toml")
    assert (settings.code, settings.base_year, settings.horizon) == ("000001", 2020, 2026)
    assert settings.name.label().of("en") == "Small town"
    assert settings.frame.crs == "EPSG:4544"


def test_settings_are_frozen(folder: Path):
    settings = read_settings(folder / "district.toml")
    with pytest.raises(ValueError, match="frozen"):
        settings.base_year = 2021  # type: ignore[misc]


def test_standards_are_read_in_order(folder: Path):
    standards = read_standards(folder / "standards.toml")
    assert [stage.code for stage in standards.stages] == list(GRADES)
    assert standards.grades == [grade for grades in GRADES.values() for grade in grades]
    assert standards.kinds["nine_year"] == ("primary", "junior")
    assert standards.stage("junior").intake == "catchment"
    assert standards.seats_per_class("kindergarten", 2020) == 30  # mean of 25, 30, 35


def test_a_path_may_be_text(folder: Path):
    assert read_standards(str(folder / "standards.toml")).standard("class-size", 2020) is not None


def test_every_fault_of_the_settings_is_told_at_once(folder: Path):
    path = folder / "district.toml"
    text = path.read_text("utf-8").replace("EPSG:4544", "EPSG:4326").replace("2026", "2019")
    path.write_text(text.replace("EPSG:4490", "Mars"), "utf-8")
    with pytest.raises(InputError) as refused:
        read_settings(path)
    assert [problem.split(":")[1].strip() for problem in refused.value.problems] == [
        "key horizon",
        "key crs",
        "key file_crs",
    ]
