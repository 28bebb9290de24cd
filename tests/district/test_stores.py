"""A district may be one workbook or one GeoPackage, or a folder of other forms."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import seatplan as sp
from seatplan.cli import app
from seatplan.district.district import District
from seatplan.district.reading import check_district, read_district, read_standards
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards

TABLES = ("zones", "blocks", "residents", "births", "schools", "classrooms", "rolls", "roads")


def ask(*words: object) -> tuple[int, str]:
    told = CliRunner().invoke(app, [str(word) for word in words])
    return told.exit_code, told.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stores") / "town"
    write_district(toy_district(), toy_standards(), path)
    return path


def equal(one: District, other: District) -> None:
    for name in TABLES:
        first, second = getattr(one, name), getattr(other, name)
        pd.testing.assert_frame_equal(
            pd.DataFrame(first).drop(columns="geometry", errors="ignore"),
            pd.DataFrame(second).drop(columns="geometry", errors="ignore"),
            check_dtype=False,
        )
        if isinstance(first, gpd.GeoDataFrame):
            assert first.geometry.geom_equals_exact(second.geometry, 1e-3).all(), name
    assert one.catchments.to_dict() == other.catchments.to_dict()
    assert one.crs == other.crs


@pytest.mark.parametrize("suffix", [".gpkg", pytest.param(".xlsx", marks=pytest.mark.slow)])
def test_a_district_is_written_to_one_file_and_read_back(folder: Path, tmp_path: Path, suffix: str):
    town, standards = read_district(folder), read_standards(folder / "standards.toml")
    path = tmp_path / f"town{suffix}"
    write_district(town, standards, path)
    equal(town, read_district(path))
    assert read_standards(path / "standards.toml") == standards
    assert set(read_district(path).inputs) == {path.name}
    status, told = ask("check", path)
    assert status == 0, told
    first = path.read_bytes()
    write_district(town, standards, path)
    assert path.read_bytes() == first


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".gpkg", ".xlsx"])
def test_a_run_of_one_file_says_what_a_run_of_the_folder_says(
    folder: Path, tmp_path: Path, suffix: str
):
    town, standards = read_district(folder), read_standards(folder / "standards.toml")
    path = tmp_path / f"town{suffix}"
    write_district(town, standards, path)
    here = sp.evaluate(read_district(path), read_standards(path / "standards.toml"))
    there = sp.evaluate(town, standards)
    pd.testing.assert_frame_equal(
        sp.compare([here]).table, sp.compare([there]).table, check_exact=True
    )


@pytest.mark.slow
def test_layers_and_tables_of_a_folder_may_have_other_forms(folder: Path, tmp_path: Path):
    mixed = tmp_path / "mixed"
    shutil.copytree(folder, mixed)
    for name, form in (("roads", ".shp"), ("schools", ".gpkg")):
        layer = gpd.read_file(mixed / f"{name}.geojson").set_crs("EPSG:4490", allow_override=True)
        layer.to_file(mixed / f"{name}{form}")
        (mixed / f"{name}.geojson").unlink()
    table = pd.read_csv(mixed / "catchments.csv")
    table.to_excel(mixed / "catchments.xlsx", index=False)
    (mixed / "catchments.csv").unlink()
    assert check_district(mixed).problems == []
    equal(read_district(folder), read_district(mixed))
    assert "roads.geojson" in read_district(mixed).inputs


def test_faults_of_a_workbook_are_told_by_row(folder: Path, tmp_path: Path):
    path = tmp_path / "town.xlsx"
    write_district(read_district(folder), read_standards(folder / "standards.toml"), path)
    book = load_workbook(path)
    heads = [cell.value for cell in book["residents"][1]]
    book["residents"].cell(3, heads.index("age_7") + 1, "many")
    del book["zones"]
    book["schools"].cell(2, 1).value = None
    book.save(path)
    told = check_district(path).problems
    for said in (
        "population/residents.csv: row 3, column age_7: many; want a number",
        f"zones.csv: not found in {path}; want a sheet zones",
        "schools.geojson: feature 1, property id: empty; want text",
    ):
        assert any(line.startswith(said) for line in told), told


def test_what_is_no_district_is_a_sentence(tmp_path: Path):
    for name, said in (("a.txt", "is a file; want the folder"), ("a.gpkg", "cannot be read as a")):
        (tmp_path / name).write_text("x", "utf-8")
        status, told = ask("check", tmp_path / name)
        assert (status, said in told) == (2, True), told
