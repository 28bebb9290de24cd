"""The verb report, from a folder to its files."""

import openpyxl
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards

PLAN = """name = "build"
title = {zh = "新建方案", en = "Build"}

[[intervention]]
kind = "new_school"
school = "N"
name = "新校"
site = "S1"
year = 2023
classrooms = {primary = 4}
source = "test"
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    place = tmp_path_factory.mktemp("town")
    write_district(toy_district(), toy_standards(), place / "data")
    (place / "plan.toml").write_text(PLAN, "utf-8")
    return place


def run(town, out, *words):
    words = [town / "data", town / "plan.toml", "--out", out, *words]
    return CliRunner().invoke(app, ["report", *map(str, words)])


def test_it_writes_a_workbook_in_either_language(town, tmp_path):
    for language, sheet in (("zh", "学区"), ("en", "Catchments")):
        done = run(town, tmp_path / language, "--language", language)
        assert done.exit_code == 0, done.output
        assert str(tmp_path / language / "tables.xlsx") in done.stdout
        book = openpyxl.load_workbook(tmp_path / language / "tables.xlsx", read_only=True)
        assert sheet in book.sheetnames


def test_what_cannot_be_used_is_refused_in_sentences_and_writes_nothing(town, tmp_path):
    (tmp_path / "bad.toml").write_text('name = "bad"\nsteps = 1\n', "utf-8")
    done = run(town, tmp_path / "out", tmp_path / "bad.toml")
    assert done.exit_code == 2
    assert "bad.toml" in done.stderr
    assert not (tmp_path / "out").exists()
