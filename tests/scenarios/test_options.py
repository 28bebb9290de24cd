"""A committee's table of options becomes scenario files that compare takes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.reading import read_district, read_standards
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.interventions import NewSchool, Rezone
from seatplan.scenarios.scenario import read_scenario

# The toy town: primary A serves b1, b2, b4 (40 pupils a grade for 270 seats), B b3, b5, b6.
WIDE = {
    "地块": ["b1", "b2", "b4", "b5"],
    "方案一": ["", "B", "", "A"],
    "方案 2/东": ["", "", "新小学", "新小学"],
    "维持": ["", "", "", ""],
}
NEW = {"学校": ["新小学"], "年级": ["小学"], "教室": [6], "村居": ["b5"]}


def ask(*words: object) -> tuple[int, str]:
    told = CliRunner().invoke(app, [str(word) for word in words])
    return told.exit_code, told.output


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("options") / "town"
    write_district(toy_district(), toy_standards(), folder)
    return folder


def workbook(path: Path, *sheets: dict[str, list[object]]) -> Path:
    with pd.ExcelWriter(path) as book:
        for at, sheet in enumerate(sheets):
            pd.DataFrame(sheet).to_excel(book, sheet_name=f"s{at}", index=False)
    return path


def test_each_column_of_a_committees_table_becomes_a_scenario(town: Path, tmp_path: Path):
    table = workbook(tmp_path / "committee.xlsx", WIDE, NEW)
    status, told = ask("options", town, table, "--year", "2022", "--out", tmp_path / "o")
    assert status == 0, told
    files = {path.name for path in (tmp_path / "o").iterdir()}
    assert files == {"方案一.toml", "方案-2-东.toml"}  # 维持 is the district as it is
    assert "blocks that move 2, schools that open 1" in told

    first = read_scenario(tmp_path / "o" / "方案一.toml")
    assert first.title.zh == "方案一"
    assert [(type(s), s.school, s.blocks, s.year) for s in first.interventions] == [
        (Rezone, "B", ("b2",), 2022),
        (Rezone, "A", ("b5",), 2022),
    ]
    (opened,) = read_scenario(tmp_path / "o" / "方案-2-东.toml").interventions
    assert isinstance(opened, NewSchool)
    assert (opened.school, opened.name, opened.classrooms) == ("N01", "新小学", {"primary": 6})
    assert opened.blocks == {"primary": ("b4", "b5")}


@pytest.mark.slow
def test_a_new_school_of_an_option_takes_the_areas_sent_to_it(town: Path, tmp_path: Path):
    table = workbook(tmp_path / "committee.xlsx", WIDE, NEW)
    assert ask("options", town, table, "--year", "2022", "--out", tmp_path / "o")[0] == 0
    district, standards = read_district(town), read_standards(town / "standards.toml")
    outcome = evaluate(district, standards, read_scenario(tmp_path / "o" / "方案-2-东.toml"))
    zones = outcome.catchments.zones.xs(("primary", 2022), level=("stage", "year"))
    # b4 and b5 go to the new school, the others stay
    assert zones.to_dict() == {"b1": "A", "b2": "A", "b3": "B", "b4": "N01", "b5": "N01", "b6": "B"}
    entrants = outcome.assignment.pupils.xs(("N01", "g1", 2022), level=("school", "grade", "year"))
    assert entrants.sum() == pytest.approx(40)  # 20 of each age in b4 and in b5


@pytest.mark.slow
def test_a_long_table_gives_the_same_options(town: Path, tmp_path: Path):
    rows = [("b2", "方案一", "B"), ("b5", "方案一", "A")]
    long = pd.DataFrame(rows, columns=["片区", "方案", "学校"])
    long.to_csv(tmp_path / "long.csv", index=False)
    status, told = ask("options", town, tmp_path / "long.csv", "--out", tmp_path / "o")
    assert status == 0, told
    steps = read_scenario(tmp_path / "o" / "方案一.toml").interventions
    assert [(step.school, step.blocks, step.year) for step in steps] == [
        ("B", ("b2",), 2021),
        ("A", ("b5",), 2021),
    ]


def test_everything_that_names_nothing_is_told_and_nothing_written(town: Path, tmp_path: Path):
    wide = {"area": ["b1", "b99"], "one": ["Q", ""], "two": ["A", "A"], "pupils": [1, 2]}
    table = workbook(tmp_path / "wrong.xlsx", wide)
    status, told = ask("options", town, table, "--out", tmp_path / "o")
    assert status == 2
    assert "wrong.xlsx: row 2, one: Q: no such school; want one of" in told
    assert "wrong.xlsx: row 3: b99: no such area" in told
    assert "pupils" not in told  # a column of pupils is no option
    assert not (tmp_path / "o").exists()


@pytest.mark.slow
def test_a_school_that_does_not_teach_the_stage_is_refused_by_name(town: Path, tmp_path: Path):
    table = workbook(tmp_path / "k.xlsx", {"area": ["b1"], "one": ["K"]})
    status, told = ask("options", town, table, "--out", tmp_path / "o")
    assert status == 2
    assert "one: intervention 1: rezone: school K does not teach primary in 2021" in told


def test_a_stage_without_catchments_is_refused(town: Path, tmp_path: Path):
    table = workbook(tmp_path / "n.xlsx", {"area": ["b1"], "one": ["K"]})
    status, told = ask("options", town, table, "--stage", "kindergarten", "--out", tmp_path / "o")
    assert status == 2
    assert "n.xlsx: kindergarten has no catchments that could be changed" in told


def test_a_stage_that_is_not_there_is_one_sentence(town: Path, tmp_path: Path):
    table = workbook(tmp_path / "committee.xlsx", WIDE)
    status, told = ask("options", town, table, "--stage", "x", "--out", tmp_path / "o")
    assert (status, told) == (
        2,
        "--stage x: no such stage; want one of kindergarten, primary, junior\n",
    )
