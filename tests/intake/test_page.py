"""A page and two blank sheets, filled in by hand and read back by the same command."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.reading import read_district
from seatplan.intake.blanks import list_columns
from seatplan.intake.words import find_columns, find_grade, find_word, read_age, read_span

SCHOOLS = {
    "zh": [
        {
            "学校名称": "甲小学",
            "年级": "小学",
            "经度": 106.2,
            "纬度": 38.0,
            "教室数": 6,
            "在校生": 200,
        },
        {"学校名称": "乙学校", "年级": "九年一贯制", "村居": "西村", "班数": 9, "在校生": 270},
    ],
    "en": [
        {"school": "A", "grades": "primary", "longitude": 106.2, "latitude": 38, "classrooms": 6},
        {"school": "B", "grades": "nine year", "longitude": 106.22, "latitude": 38, "classes": 9},
    ],
}
AREAS = {
    "zh": [
        {"村居": "东村", "经度": 106.2, "纬度": 38.0, "在校生": 240},
        {"村居": "西村", "经度": 106.22, "纬度": 38.0, "在校生": 210},
    ],
    "en": [
        {"area": "Easton", "longitude": 106.2, "latitude": 38, "5-9": 150, "10-14": 100},
        {"area": "Weston", "longitude": 106.22, "latitude": 38, "5-9": 100, "10-14": 100},
    ],
}


def ask(*words: object) -> tuple[int, str]:
    told = CliRunner().invoke(app, [str(word) for word in words])
    return told.exit_code, told.output


def fill(path: Path, rows: list[dict[str, object]]) -> None:
    """Type rows below the example of a blank sheet."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[2]]
    for at, row in enumerate(rows, 4):
        for head, value in row.items():
            sheet.cell(at, heads.index(head) + 1, value)
    book.save(path)


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_blank_sheets_that_are_filled_in_become_a_district(tmp_path: Path, language: str):
    folder = tmp_path / "mine"
    assert ask("new", folder, "--language", language, "--year", "2024")[0] == 0
    assert {path.name for path in folder.iterdir()} == {"new.toml", "schools.xlsx", "areas.xlsx"}
    status, told = ask("new", folder)
    assert (status, "schools.xlsx: no row below the header" in told) == (2, True)
    for path in ("schools.xlsx", "areas.xlsx"):
        sheet = load_workbook(folder / path).worksheets[0]
        assert [rule.type for rule in sheet.data_validations.dataValidation].count("list") >= 1
    fill(folder / "schools.xlsx", SCHOOLS[language])  # zh: the second stands in a village named
    fill(folder / "areas.xlsx", AREAS[language])
    status, told = ask("new", folder)
    assert status == 0, told
    district = read_district(folder)
    assert (district.base_year, len(district.schools), len(district.blocks)) == (2024, 2, 2)
    assert district.schools.kind.tolist() == ["primary", "nine_year"]
    # zh: 200 + 270 on roll as stated; en: 250 aged 5 to 9 and 200 aged 10 to 14, bands spread
    # evenly: grades 1 to 9 are ages 6 to 14, so 250 x 4/5 + 200
    assert district.rolls.pupils.sum() == {"zh": 470, "en": 400}[language]
    assert "【例】" not in told
    assert "[example]" not in told


@pytest.mark.slow
def test_a_district_made_before_is_only_made_again_when_asked(tmp_path: Path):
    folder = tmp_path / "mine"
    ask("new", folder)
    fill(folder / "schools.xlsx", SCHOOLS["zh"])
    fill(folder / "areas.xlsx", AREAS["zh"])
    assert ask("new", folder)[0] == 0
    (folder / "notes.txt").write_text("mine", "utf-8")
    fill(folder / "schools.xlsx", [SCHOOLS["zh"][0] | {"在校生": 230}, SCHOOLS["zh"][1]])
    status, told = ask("new", folder)
    assert (status, "want --again" in told) == (2, True)
    assert read_district(folder).rolls.pupils.sum() == 470
    assert ask("new", folder, "--again")[0] == 0
    assert read_district(folder).rolls.pupils.sum() == 500
    assert (folder / "notes.txt").read_text("utf-8") == "mine"


def test_a_faulty_page_or_option_is_a_sentence(tmp_path: Path):
    assert ask("new", tmp_path / "a", "--roads", "roads.gpkg")[0] == 2
    assert not (tmp_path / "a").exists()
    ask("new", tmp_path / "b", "--name", 'The "old" town')
    page = tmp_path / "b" / "new.toml"
    assert tomllib.loads(page.read_text("utf-8"))["name"] == 'The "old" town'
    page.write_text('name = "b"\nyaer = 2025\nschools = "schools.xlsx"\n', "utf-8")
    status, told = ask("new", tmp_path / "b")
    assert status == 2
    assert "new.toml: line 2, key yaer is unknown; did you mean year?" in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_new_knows_every_heading_and_choice_of_its_own_sheets(language):
    grades = [f"g{grade}" for grade in range(1, 13)] + ["k1", "k2", "k3"]
    for group, kind in (("schools", "school"), ("areas", "area")):
        columns = list_columns(group, language)
        known = set(find_columns([column["head"] for column in columns], kind).values())
        for column in columns:
            head = column["head"]
            assert head in known or read_age(head) or find_grade(head, grades), head
            for word in column.get("choose", []):
                assert find_word(word, "setting") or read_span(word, grades), word


def test_a_page_without_a_district_says_what_comes_next(tmp_path: Path):
    folder = tmp_path / "town"
    assert CliRunner().invoke(app, ["new", str(folder)]).exit_code == 0
    asked = CliRunner().invoke(app, ["check", str(folder)])
    assert asked.exit_code == 2
    assert "holds new.toml and no district yet; fill in its sheets" in asked.output
