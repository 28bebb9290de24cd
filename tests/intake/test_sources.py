"""Sheets as bureaus keep them become rows: cells, totals, notes, numbers."""

import re
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from seatplan.intake.sources import read_numbers, read_source
from seatplan.views.doubts import say_finding

HEAD = ["村居", "经度", "纬度", "在校生"]
ROWS = [["东村", "106.2", "38", "120"], ["西村", "106.3", "38", "80"]]


def write(path: Path, *rows: list[str], sign: str = ",", encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(sign.join(row) + "\n" for row in rows).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("name", "sign", "encoding"),
    [
        ("a.csv", ",", "utf-8"),
        ("a.csv", ";", "gb18030"),
        ("a.txt", "\t", "utf-16"),  # as Excel saves "Unicode text"
        ("a.tsv", "\t", "utf-8-sig"),
    ],
)
def test_a_text_file_may_set_its_cells_apart_by_other_signs(tmp_path, name, sign, encoding):
    source = read_source(write(tmp_path / name, HEAD, *ROWS, sign=sign, encoding=encoding), "area")
    assert source.cells.to_numpy().tolist() == ROWS
    assert source.columns == {"name": "村居", "lon": "经度", "lat": "纬度", "pupils": "在校生"}


def test_of_a_workbook_the_sheet_that_has_what_is_wanted_is_read(tmp_path):
    book = Workbook()
    sheets = {
        "学校": [["学校名称*", "办学类型", "经纬度"], ["甲校", "小学", "106.2,38"]],
        "村": [["村（社区）名称", "经度", "纬度", "小学生数"], *ROWS],
    }
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    areas, schools = (read_source(tmp_path / "a.xlsx", group) for group in ("area", "school"))
    assert areas.cells["村（社区）名称"].tolist() == ["东村", "西村"]
    assert areas.told == ("a.xlsx: sheet 村 is read; 学校 not",)
    assert schools.cells["学校名称*"].tolist() == ["甲校"]


def test_rows_that_are_no_area_are_left_out_and_told(tmp_path):
    rows = [*ROWS, ["小计", "", "", "200"], ["", "", "", "200"], ["全区合　计：", "", "", "200"]]
    path = write(tmp_path / "a.csv", HEAD, *rows, ["注：数据来自派出所", "", "", ""])
    source = read_source(path, "area")
    assert source.cells["村居"].tolist() == ["东村", "西村"]
    assert source.told == (
        "a.csv: row 4 (小计), 6 (全区合　计：) left out as a total",
        "a.csv: row 7 left out as a note",
        "a.csv: row 5 left out as having no name",
    )


def test_a_name_that_stands_once_for_several_rows_is_theirs(tmp_path):
    rows = [[name if at == 0 else "", *rest] for name, *rest in ROWS for at in range(3)]
    source = read_source(write(tmp_path / "a.csv", HEAD, *rows), "area")
    assert source.cells["村居"].tolist() == ["东村"] * 3 + ["西村"] * 3


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1,360人", 1360), ("１２", 12), ("12 间", 12), ("无", np.nan), ("-", np.nan)],
)
def test_a_number_is_read_as_offices_write_it(tmp_path, cell, number):
    path = write(tmp_path / "a.csv", HEAD, [*ROWS[0][:3], cell], [*ROWS[1][:3], "5"], sign=";")
    numbers, faults = read_numbers(read_source(path, "area"), "在校生")
    assert faults == []
    np.testing.assert_equal(numbers.tolist(), [number, 5])


@pytest.mark.parametrize("cell", ["10,5", "约50", "1e10", "五十"])
def test_what_is_no_number_is_named_and_not_guessed(tmp_path, cell):
    path = write(tmp_path / "a.csv", HEAD, [*ROWS[0][:3], cell], sign=";")
    _, faults = read_numbers(read_source(path, "area"), "在校生")
    assert faults == [f"a.csv: row 2, column 在校生: {cell}; want a number"]


def test_headings_sums_and_notes_that_stand_in_the_first_column_are_known(tmp_path):
    head = ["序号", "学校", "经度", "纬度", "班数", "在校生"]
    rows = [["一、小学"], ["1", "甲", "106.2", "38", "8个班", "300"]]
    rows += [["2", "乙", "106.2", "38", "6", "200"], ["小计", "", "", "", "14", "510"]]
    rows += [["二、初中"], ["1", "丙", "106.2", "38", "9", "400"], ["小计", "", "", "", "8", "400"]]
    rows += [["总计", "", "", "", "23", "900"], ["", "1.为学籍数；2.含教学点。"]]
    rows += [["", "单位负责人：张某", "", "", "", "联系电话：0953-1234567"]]
    padded = [row + [""] * (6 - len(row)) for row in rows]
    source = read_source(write(tmp_path / "s.csv", head, *padded), "school")
    assert source.cells["学段"].tolist() == ["小学", "小学", "初中"]
    assert read_numbers(source, "班数")[0].tolist() == [8, 6, 9]
    doubts = [line for line in source.told if line.startswith("doubtful")]
    assert [line.partition("; ")[0] for line in doubts] == [
        "doubtful: s.csv: row 5 (小计), column 在校生: 510, but rows 3 to 4 come to 500",
        "doubtful: s.csv: row 8 (小计), column 班数: 8, but row 7 comes to 9",
    ]
    told = [say_finding(line.removeprefix("doubtful: "), "zh") for line in source.told]
    assert not [line for line in told if re.search("[a-z]{3} [a-z]{3}", line)]
