"""The verb report, from a folder to its files."""

import csv
import re

import docx
import openpyxl
import pytest
from matplotlib.figure import Figure
from tests.report.blanks import print_blanks
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.report import folder
from seatplan.report.chapters import layout, outlook
from seatplan.report.prints import save_png, tell_wave

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


def run(town, out, *words, verb="report"):
    words = [town / "data", town / "plan.toml", "--out", out, *words]
    return CliRunner().invoke(app, [verb, *map(str, words)])


def read(path):
    with path.open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def quick(monkeypatch):
    """A blank in place of each picture of the draft: the pictures have tests of their own."""
    plate = save_png(Figure(figsize=(1, 1)))
    monkeypatch.setattr(folder, "begin_sheets", print_blanks(plate))
    monkeypatch.setattr(outlook, "draw_wave", lambda *asked: (plate, tell_wave(*asked)))
    monkeypatch.setattr(layout, "draw_effects", lambda _: [])


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_it_writes_draft_workbook_and_layers_in_either_language(town, tmp_path):
    for language, sheet, title in (("zh", "学区", "布局规划"), ("en", "Catchments", "layout plan")):
        done = run(town, tmp_path / language, "--language", language)
        assert done.exit_code == 0, done.output
        draft = docx.Document(tmp_path / language / "layout-plan.docx")
        assert title in draft.paragraphs[0].text
        assert (tmp_path / language / "layers.gpkg").exists()
        assert str(tmp_path / language / "tables.xlsx") in done.stdout
        book = openpyxl.load_workbook(tmp_path / language / "tables.xlsx", read_only=True)
        assert sheet in book.sheetnames


def test_what_cannot_be_used_is_refused_in_sentences_and_writes_nothing(town, tmp_path):
    (tmp_path / "bad.toml").write_text('name = "bad"\nsteps = 1\n', "utf-8")
    done = run(town, tmp_path / "out", tmp_path / "bad.toml")
    assert done.exit_code == 2
    assert "bad.toml" in done.stderr
    assert not (tmp_path / "out").exists()


def test_findings_are_a_page_in_either_language(town, tmp_path):
    for language, said in (
        ("zh", "方案在2023年增加学位180个。"),
        ("en", "The plan adds 180 seats in 2023."),
    ):
        page = tmp_path / f"{language}.md"
        done = run(town, page, "--language", language, verb="findings")
        assert done.exit_code == 0, done.output
        told = page.read_text("utf-8")
        assert said in told
        assert "`seatplan findings`" in told
    chinese = re.sub(r"`[^`]*`", "", (tmp_path / "zh.md").read_text("utf-8"))
    assert not re.search(r"[a-z]{5,}", chinese)  # no sentence is left in English


def test_the_findings_of_two_plans_stand_one_after_the_other(town, tmp_path):
    (town / "same.toml").write_text('name = "same"\n', "utf-8")
    done = run(town, tmp_path / "f.md", town / "same.toml", verb="findings")
    assert done.exit_code == 0, done.output
    told = (tmp_path / "f.md").read_text("utf-8")
    assert told.count("\n# ") == 1
    assert "方案不改变本学段。" in told.split("\n# ")[1]


@pytest.mark.slow
def test_findings_with_draws_say_how_likely_each_shortage_is(town, tmp_path):
    page = tmp_path / "f.md"
    more = ["--draws", "20", "--horizon", "2030"]
    done = run(town, page, *more, verb="findings")
    assert done.exit_code == 2
    assert "--horizon 2030" in done.stderr
    done = run(town, page, *more[:2], verb="findings")
    assert done.exit_code == 0, done.output
    told = page.read_text("utf-8")
    assert "## 有多大可能" in told
    assert "同样的 20 个未来" in told
    assert told.index("## 局限") < told.index("## 有多大可能")
    alone = run(town, page, "--remedies", verb="findings")
    assert alone.exit_code == 2


def test_tables_with_names_stand_beside_the_plain_ones(town, tmp_path):
    words = ["evaluate", town / "data", "--scenario", town / "plan.toml", "--names"]
    done = CliRunner().invoke(app, [*map(str, words), "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    plain, named = (read(tmp_path / "build" / f"schools{end}.csv") for end in ("", "-named"))
    assert len(plain) == len(named)
    assert named[0]["学校代码"] == plain[0]["school"]
    assert named[0]["学校"] == "甲小学"
    assert named[0]["学段"] == "小学"
    assert [row["学位（个）"] for row in named] == [row["seats"] for row in plain]
    assert read(tmp_path / "build" / "flags-named.csv")[0]["指标"] == "班额"


def test_a_comparison_with_names_calls_scenarios_and_limits(town, tmp_path):
    words = ["compare", town / "data", town / "plan.toml", "--names", "--language", "en"]
    done = CliRunner().invoke(app, [*map(str, words), "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    plain, named = (read(tmp_path / f"compare{end}.csv") for end in ("", "-named"))
    assert named[-1]["Scenario name"] == "Build"
    over = [row["Schools flagged: Roll over seats"] for row in named]
    assert over == [row["flag_roll-over-seats"] for row in plain]
