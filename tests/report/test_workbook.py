"""The workbook of the toy town: live balances, texts that stay texts, the same bytes twice."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from seatplan.assess.rule_sets import read_rule_sets
from seatplan.demand.draws import hold_factors
from seatplan.district.finding import Finding
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.report.brief import read_brief
from seatplan.report.chapters.judging import write_judging
from seatplan.report.parts import Grid
from seatplan.report.tables import Tab
from seatplan.report.workbook import _measure_rows, write_workbook
from seatplan.scenarios.closures import Merge
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.schools import NewSchool

HOSTILE = '=HYPERLINK("http://x","=1+1")'
BUILD = NewSchool(
    year=2023, source="plan", school="N", name=HOSTILE, site="S1", classrooms={"primary": 4}
)
MERGE = Merge(year=2024, source="plan, task 5", source_zh="规划任务5", schools=("A",), into="B")


def plan(*steps):
    return evaluate(toy_district(), toy_standards(), Scenario("build", interventions=steps))


@pytest.fixture(scope="module")
def brief():
    findings = [Finding("far", "note", "A is far"), Finding("odd", "doubtful", "B is odd")]
    return read_brief([toy_outcome(), plan(BUILD, MERGE)], findings=findings, language="zh")


@pytest.fixture(scope="module")
def content(brief):
    return write_workbook(brief)


def read(content, *, values):
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


def rows_of(book, name):
    """The rows of a sheet under its headings, each as heading -> value."""
    heads, *rows = book[name].iter_rows(min_row=4, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_every_sheet_is_there_frozen_filtered_and_fits_its_page(content):
    book = read(content, values=True)
    assert book.sheetnames == [
        *("说明", "方案比较", "分年", "图", "乡镇", "学区", "学校", "项目", "预警"),
        *("假设与依据", "数据检查"),
    ]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "草稿" in sheet.oddFooter.left.text
        if sheet.title not in ("说明", "图"):
            assert sheet.freeze_panes
            assert sheet.auto_filter.ref.startswith("A4:")
            assert sheet.print_title_rows == "$4:$4"


def test_a_row_is_as_tall_as_its_longest_text():
    table = pd.DataFrame(
        {"school": ["短", "短"], "source": ["有据", "规划任务" * 10], "year": [1, 2]}
    )
    assert _measure_rows(Tab("projects", table)) == {1: 3}  # 80 characters, 29 in a line


def test_a_balance_is_a_formula_that_gives_its_stored_value(content):
    live, stored = read(content, values=False), read(content, values=True)
    checked = 0
    for name, column in (
        ("分年", "余缺"),
        ("乡镇", "余缺"),
        ("学区", "余缺"),
        ("学校", "学位−在校生"),
    ):
        heads = [cell.value for cell in live[name][4]]
        at = next(place for place, head in enumerate(heads) if head.startswith(column))
        for row in live[name].iter_rows(min_row=5):
            formula = row[at].value
            one, other = formula.removeprefix("=").split("-")
            sheet = stored[name]
            assert sheet[row[at].coordinate].value == sheet[one].value - sheet[other].value
            checked += 1
    assert checked > 100


def test_its_figures_are_those_of_the_tables(brief, content):
    book = read(content, values=True)
    rows = {(row["方案"], row["学段"], row["年份"]): row for row in rows_of(book, "分年")}
    for (scenario, stage, year), figures in brief.comparison.table.iterrows():
        title = dict(zip(["baseline", "build"], brief.titles, strict=True))[scenario]
        row = rows[title, toy_standards().stage(stage).name.zh, year]
        assert row["学区缺口（人）"] == figures.catchment_shortage
        assert row["学位（个）"] == figures.seats
        assert row["居住学生（人）"] == figures.pupils
    catchment = next(
        row
        for row in rows_of(book, "学区")
        if (row["方案"], row["学段"], row["年份"], row["学校代码"]) == ("现状", "小学", 2020, "B")
    )
    assert (catchment["学位（个）"], catchment["居住学生（人）"]) == (270, 300)
    assert catchment["学区缺口（人）"] == 30


def test_only_the_plan_in_its_year_is_shown_and_it_is_said(brief, content):
    sheet = read(content, values=True)["乡镇"]
    assert sheet["A3"].value.startswith("已筛选：方案 build、年份 2024。")
    shown = [
        row[0].row
        for row in sheet.iter_rows(min_row=5)
        if not sheet.row_dimensions[row[0].row].hidden
    ]
    assert {sheet.cell(row, 2).value for row in shown} == {2024}
    assert {sheet.cell(row, 1).value for row in shown} == {"build"}
    townships = brief.results[0].places.xs("township", level="level").index.unique("place")
    assert len(shown) == len(townships) * len(brief.today.standards.stages)


def test_a_name_that_a_spreadsheet_would_run_is_a_text(content):
    book = read(content, values=False)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    named = [cell for cell in cells if HOSTILE in str(cell.value)]
    assert len(named) > 5
    assert {cell.data_type for cell in named} == {"s"}


def test_the_projects_say_what_opens_and_who_takes_the_pupils(brief, content):
    rows = rows_of(read(content, values=True), "项目")
    told = [(row["类型"], row["学校代码"], row["年份"], row["学位（增减，个）"]) for row in rows]
    assert told == [("新建", "N", 2023, 180), ("撤并", "A", 2024, -270)]
    closing = rows[1]
    assert closing["依据"] == "规划任务5"
    assert closing["生源范围"] == brief.names[0].schools["B"]
    assert closing["在校生（人）"] == toy_outcome().measure("pupils")["A", "primary", 2024]
    assert closing["期末在校生（人）"] == 0


def test_assumptions_have_sources_and_findings_their_weight(content):
    book = read(content, values=True)
    limits = [row for row in rows_of(book, "假设与依据") if row["类"] == "限值"]
    assert ("班额：小学", 45, "toy town", "已核") in {
        (row["项目"], row["数值"], row["依据"], row["条文核对"]) for row in limits
    }
    steps = [row["依据"] for row in rows_of(book, "假设与依据") if row["类"].startswith("方案措施")]
    assert steps == ["plan", "规划任务5"]  # in Chinese where it is written apart
    assert [(row["程度"], row["内容"]) for row in rows_of(book, "数据检查")] == [
        ("存疑", "B is odd"),
        ("提示", "A is far"),
    ]


def test_flags_carry_their_clause(brief, content):
    rows = rows_of(read(content, values=True), "预警")
    assert len(rows) == sum(len(results.flags) for results in brief.results)
    assert {row["依据"] for row in rows} == {"toy town"}


def test_the_same_figures_give_the_same_bytes(brief, content):
    again = read_brief(brief.outcomes, findings=brief.findings, language="zh")
    assert write_workbook(again) == content


def test_it_is_written_in_english_too(brief):
    book = read(write_workbook(replace(brief, language="en")), values=True)
    assert book.sheetnames[1:4] == ["Scenarios", "Years", "Charts"]
    heads = [cell.value for cell in book["Years"][4]]
    assert heads[:4] == ["Scenario", "Year", "Stage", "Seats"]


def test_indicators_of_rule_sets_are_a_sheet_with_their_clause(brief):
    rules = read_rule_sets([Path(__file__).parents[2] / "standards" / "quality-balance-2017.toml"])
    held = read_brief(brief.outcomes, findings=brief.findings, language="zh", rules=rules)
    rows = rows_of(read(write_workbook(held), values=True), "指标")
    sizes = [row for row in rows if row["指标"] == "班级学生数" and row["范围"] == "小学"]
    assert len(sizes) == len(brief.outcomes)
    assert {row["限值"] for row in sizes} == {"≤ 45 人/班"}
    assert all(row["条款"] and row["判断"] for row in rows)


def test_with_draws_the_sheet_of_indicators_has_a_probability(brief):
    rules = read_rule_sets([Path(__file__).parents[2] / "standards" / "quality-balance-2017.toml"])
    axes = brief.today.axes
    shape = (len(axes.blocks), len(axes.grades), len(axes.years), 2)
    draws = hold_factors(np.ones(shape), axes.blocks, axes.grades, axes.years)
    held = read_brief(brief.outcomes, language="zh", rules=rules, draws=draws)
    rows = rows_of(read(write_workbook(held), values=True), "指标")
    # futures that are all the forecast meet a clause in all of them or in none
    for row in rows:
        assert row["达标概率"] == ("100 %" if row["判断"] == "达标" else "0 %")
    (grid,) = [part for part in write_judging(held) if isinstance(part, Grid)]
    at = grid.heads.index("方案达标概率")
    assert {row[at] for row in grid.rows} <= {"100 %", "0 %"}
    assert "2个未来中达标的比例" in grid.note


def test_what_only_the_plan_can_be_held_to_stands_in_the_chapter(brief):
    rules = read_rule_sets([Path(__file__).parents[2] / "standards" / "quality-balance-2017.toml"])
    held = read_brief(brief.outcomes, language="zh", rules=rules)
    found = held.assessment
    today = (found.table.scenario == brief.today.scenario.name) & (found.table.stage == "primary")
    held.__dict__["assessment"] = replace(found, table=found.table[~today])
    (grid,) = [part for part in write_judging(held) if isinstance(part, Grid)]
    assert any("–" in row[3] for row in grid.rows)
