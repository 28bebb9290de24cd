"""Rolls of a workbook say what the same rolls say as CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.monitoring.actual import read_actual

TOWN = toy_district(), toy_standards()
NAMES = [str(name) for name in TOWN[0].schools.name[:2]]
IDS = [str(school) for school in TOWN[0].schools.index[:2]]


def write(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_by_rows_or_by_columns_is_read_as_the_csv(tmp_path: Path):
    csv = "school,grade,pupils\n" + "\n".join(
        f"{school},{grade},{count}"
        for school, counts in zip(IDS, ((30, 40), (50, 60)), strict=True)
        for grade, count in zip(("g1", "g2"), counts, strict=True)
    )
    (tmp_path / "rolls.csv").write_text(csv, "utf-8")
    by_rows = write(
        tmp_path / "rows.xlsx",
        ["2021年秋季学籍"],
        ["学校", "年级", "在校生数（人）"],
        [NAMES[0], "一年级", "３０"],
        [NAMES[0], "二年级", 40],
        [IDS[1], "g1", 50],
        [NAMES[1], "二年级", "60人"],
        ["合计", None, 180],
    )
    by_columns = write(
        tmp_path / "columns.xlsx",
        ["学校名称", "一年级", "二年级"],
        [NAMES[0], 30, 40],
        [NAMES[1], 50, 60],
    )
    wanted = read_actual(tmp_path / "rolls.csv", *TOWN, 2021)
    for path in (by_rows, by_columns):
        assert read_actual(path, *TOWN, 2021).equals(wanted), path.name


def test_what_names_no_school_or_grade_is_told_at_once(tmp_path: Path):
    path = write(
        tmp_path / "rolls.xlsx",
        ["学校", "年级", "在校生"],
        ["没有这所学校", "一年级", 30],
        [NAMES[0], "十三年级", 30],
        [NAMES[0], "一年级", "约30"],
    )
    with pytest.raises(InputError) as caught:
        read_actual(path, *TOWN, 2021)
    told = str(caught.value)
    for words in ("row 2: no school 没有这所学校", "row 3: grade 十三年级", "约30; want a number"):
        assert words in told
