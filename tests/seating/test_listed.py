"""Homes that a list says; the toy town, where 40 of 90 pupils a grade attend A and 50 attend B.

b1 10, b2 10, b4 20 are A's catchment; b3 10, b5 20, b6 20 are B's.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.reading import check_district, read_district
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.attendance import hide_cells, share_own, tabulate_attendance
from seatplan.intake.pupils import count_pupils, know_district
from seatplan.outcome import Outcome, evaluate
from seatplan.seating.listed import _fit
from seatplan.seating.pairs import Pairs

OWN = {"b1": "A", "b2": "A", "b4": "A", "b3": "B", "b5": "B", "b6": "B"}
LIVE = {"b1": 10, "b2": 10, "b3": 10, "b4": 20, "b5": 20, "b6": 20}
PRIMARY = [f"g{grade}" for grade in range(1, 7)]


def list_pupils(part: float = 1.0, crossing: int = 3) -> pd.Series:
    """`crossing` of b3 attend A in each grade, as many of b4 attend B; `part` of all are listed."""
    counts = {}
    for grade in PRIMARY:
        for block, pupils in LIVE.items():
            away = crossing if block in ("b3", "b4") else 0
            counts[(block, OWN[block], grade)] = (pupils - away) * part
            if away:
                counts[(block, "AB".replace(OWN[block], ""), grade)] = away * part
    index = pd.MultiIndex.from_tuples(counts, names=["block", "school", "grade"])
    return pd.Series(list(counts.values()), index, name="pupils", dtype=float)


def seat(attend: pd.Series) -> Outcome:
    return evaluate(toy_district().replace(attend=attend), toy_standards())


@pytest.mark.parametrize("part", [1.0, 0.5])
def test_the_homes_of_a_list_are_those_of_the_base_year(part: float):
    lived = seat(list_pupils(part)).origins.pupils
    whole = list_pupils()
    assert lived.reindex(whole.index).to_numpy() == pytest.approx(whole.to_numpy(), abs=1e-6)


def test_who_is_not_listed_is_estimated():
    listed = list_pupils()
    few = listed[listed.index.isin(["b4"], level="block")]
    outcome = seat(few)
    lived = outcome.origins.pupils
    assert lived[("b4", "B", "g1")] == pytest.approx(3, abs=1e-6)
    assert lived.xs("g1", level="grade").groupby("school").sum().to_dict() == pytest.approx(
        {"A": 40.0, "B": 50.0}
    )
    assert lived.xs("g1", level="grade").groupby("block").sum().to_dict() == pytest.approx(LIVE)


def test_a_list_that_the_rolls_cannot_hold_is_cut_to_them():
    everybody = pd.Series({(block, "A", "g1"): float(n) for block, n in LIVE.items()})
    everybody.index.names = ["block", "school", "grade"]
    lived = seat(everybody).origins.pupils.xs("g1", level="grade")
    assert lived.groupby("school").sum().to_dict() == pytest.approx({"A": 40.0, "B": 50.0})
    assert lived.groupby("block").sum().to_dict() == pytest.approx(LIVE)


@pytest.mark.slow
def test_the_order_of_the_list_decides_nothing():
    listed = list_pupils(crossing=7)
    one, other = seat(listed), seat(listed[::-1])
    assert one.origins.pupils.equals(other.origins.pupils)


@pytest.mark.slow
def test_a_list_in_the_folder_is_read_and_written(tmp_path: Path):
    district = toy_district().replace(attend=list_pupils())
    write_district(district, toy_standards(), tmp_path / "town")
    again = read_district(tmp_path / "town")
    assert again.attend.sort_index().equals(list_pupils().sort_index())
    told = [str(one) for one in check_district(tmp_path / "town").findings if "homes" in one.kind]
    assert told == [
        "attend.csv: says where 50% of the pupils on roll live; homes of the others are estimated"
    ]


@pytest.mark.slow
def test_counts_without_a_grade_follow_the_roll(tmp_path: Path):
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    (tmp_path / "town/attend.csv").write_text("block,school,pupils\nb4,B,18\n", "utf-8")
    attend = read_district(tmp_path / "town").attend
    assert attend[("b4", "B", "g1")] == pytest.approx(18 * 50 / 570)
    assert attend.sum() == pytest.approx(18)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("b9,A,g1,3", "column block: b9; no such block"),
        ("b1,Z,g1,3", "column school: Z; no such school"),
        ("b1,A,g7,3", "column grade: g7; want a grade that A teaches (primary)"),
        ("b1,A,g1,-3", "column pupils: -3; want a number, 0 or more"),
    ],
)
def test_what_a_list_cannot_say_is_refused(tmp_path: Path, row: str, told: str):
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    (tmp_path / "town/attend.csv").write_text(f"block,school,grade,pupils\n{row}\n", "utf-8")
    assert told in check_district(tmp_path / "town").problems[0]


@pytest.mark.slow
def test_more_listed_than_on_roll_is_doubtful(tmp_path: Path):
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    (tmp_path / "town/attend.csv").write_text("block,school,pupils\nb1,A,900\n", "utf-8")
    found = [one for one in check_district(tmp_path / "town").findings if one.level == "doubtful"]
    assert "A: 900 pupils in the list, 240 on roll" in str(found[0])


def write_list(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_a_row_a_pupil_is_summed_up_without_names(tmp_path: Path):
    rows = [
        ["学生名单"],
        ["姓名", "家庭住址", "居住村居", "就读学校", "年级"],
        ["张三", "某路1号", "b1", "甲小学", "一年级"],
        ["李四", "某路2号", "b1", "A", "g1"],
        ["王五", "某路3号", "某县", "甲小学", "一年级"],
    ]
    counts, told = count_pupils(
        write_list(tmp_path / "list.csv", rows), know_district(toy_district(), toy_standards())
    )
    assert counts.to_dict() == {("b1", "A", "g1"): 2.0}
    assert told == ["list.csv: 1 rows name no area of the district and are left out (5)"]


def test_counted_rows_add_up(tmp_path: Path):
    rows = [["area", "school", "grade", "count"], ["b1", "A", "g1", "1,200"], ["b1", "A", "g1", 3]]
    known = know_district(toy_district(), toy_standards())
    counts, _ = count_pupils(write_list(tmp_path / "list.csv", rows), known)
    assert counts.to_dict() == {("b1", "A", "g1"): 1203.0}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["name", "grade"], ["x", "g1"]], "no row names an area and a school"),
        ([["area", "school"], ["某路1号", "A"]], "0 of 1 rows known"),
        ([["area", "school", "count"], ["b1", "A", "many"]], "row 2: the count is no number"),
    ],
)
def test_a_list_that_says_nothing_is_refused_without_its_words(tmp_path: Path, rows, told):
    known = know_district(toy_district(), toy_standards())
    with pytest.raises(InputError, match=told) as refused:
        count_pupils(write_list(tmp_path / "list.csv", rows), known)
    assert "某路" not in str(refused.value)


def test_small_cells_are_hidden_and_cannot_be_told_by_subtraction():
    rng = np.random.default_rng(5)
    for _ in range(200):
        table = rng.poisson(8, (4, 5)) * rng.integers(0, 2, (4, 5))
        sums = np.block([[table, table.sum(1)[:, None]], [table.sum(0), table.sum()]])
        hidden = hide_cells(sums.astype(float))
        assert hidden[(sums > 0) & (sums < 10)].all()
        for lines, marks in ((sums, hidden), (sums.T, hidden.T)):
            for line, mark in zip(lines, marks, strict=True):
                assert mark.sum() != 1 or not ((line > 0) & ~mark).any()


def test_the_table_of_area_and_school_hides_what_is_small():
    outcome = seat(list_pupils() / 6)  # of b3 7 at their own school, 3 at the other
    assert share_own(outcome, "primary") == pytest.approx(504 / 540, abs=0.01)
    table = tabulate_attendance(outcome, "primary")
    assert list(table.columns) == ["A", "B", "pupils", "own_share"]
    assert table.loc["b3"].to_list() == ["*", "*", "10", "*"]
    assert table.loc["b1"].to_list() == ["10", "", "10", 1.0]
    assert table.loc["total", "pupils"] == "90"


@pytest.mark.slow
def test_evaluate_takes_a_list_and_keeps_no_name(tmp_path: Path):
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    rows: list[list[object]] = [["姓名", "村居", "学校", "年级", "人数"]]
    rows += [["张三", *key, round(n)] for key, n in list_pupils().items()]
    path = write_list(tmp_path / "list.csv", rows)
    out = tmp_path / "out"
    run = CliRunner().invoke(
        app, ["evaluate", str(tmp_path / "town"), "--attend", str(path), "--out", str(out)]
    )
    assert run.exit_code == 0
    assert "primary: 93.3% of the pupils listed attend their own catchment" in run.output
    table = (out / "baseline/attendance_primary.csv").read_text("utf-8-sig").splitlines()
    assert table[3] == "b3,南村,南镇,18,42,60,0.7"
    assert not [f for f in out.rglob("*.*") if "张三".encode() in f.read_bytes()]


def test_parts_of_a_pupil_are_fitted_too():
    # half a pupil of block 0 at school 0 for 0.4 who live there and a roll of 0.3
    pairs = Pairs(np.array([0]), np.array([0]), 1, 1)
    half, there, roll = (np.array([[count]]) for count in (0.5, 0.4, 0.3))
    assert _fit(pairs, half, roll, there)[0] == pytest.approx([0.3])
    assert _fit(pairs, half, np.array([[9.0]]), there)[0] == pytest.approx([0.4])
