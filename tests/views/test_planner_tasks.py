"""The planner's tasks on the explorer: each in at most three clicks, without a second file."""

import re
import tomllib

import docx
import openpyxl
import pytest
from tests.views.toy_page import evaluate_steps

from seatplan.examples import toy_outcome
from seatplan.results import tabulate
from seatplan.views.explorer import explore

pytestmark = pytest.mark.browser

BUILD = [
    {
        "kind": "new_school",
        "school": "D1",
        "name": "新校",
        "year": 2023,
        "site": "S1",
        "classrooms": {"primary": 6},
        "blocks": ["b2", "b3"],
    },
]
MERGE = [{"kind": "merge", "year": 2024, "schools": ["A"], "into": "B", "keep_classrooms": True}]
AT = ("primary", 2025)


@pytest.fixture(scope="module")
def outcomes():
    today = toy_outcome()
    plans = {"build": BUILD, "merge": MERGE}
    made = [evaluate_steps(today, name, [dict(step) for step in of]) for name, of in plans.items()]
    return {"baseline": today} | dict(zip(plans, made, strict=True))


@pytest.fixture(scope="module")
def page(outcomes, tmp_path_factory):
    path = tmp_path_factory.mktemp("tasks") / "explorer.html"
    explore(list(outcomes.values()), language="en").save(path)
    return path


class Planner:
    """Who opens the page as it was sent and clicks; typing a name into the search is one click."""

    def __init__(self, window):
        self.window, self.page, self.clicks = window, window.page, 0

    def click(self, selector):
        self.clicks += 1
        self.page.click(selector)

    def view(self, name):
        self.click(f"#views label:has(input[value={name}])")

    def year(self, year):
        self.click(f"#years .sp-bar:has-text('{year}')")

    def scenario(self, at):
        self.click(f"#scenarios label:has(input[value='{at}'])")

    def search(self, text):
        self.clicks += 1
        self.page.fill("#search", text)
        self.page.keyboard.press("Enter")

    def save(self, selector, folder):
        with self.page.expect_download() as saved:
            self.click(selector)
        path = folder / saved.value.suggested_filename
        saved.value.save_as(path)
        return path

    def read(self, selector):
        """The rows that a selector finds, each as the texts of its cells."""
        code = """(rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText
            .replaceAll("\\u202f", " ").trim()))"""
        return self.page.eval_on_selector_all(selector, code)


@pytest.fixture
def planner(visit, page):
    found = Planner(visit().show(page))
    yield found
    assert found.clicks <= 3
    found.window.check()


def test_catchments_with_a_shortage_in_a_year_with_amount_and_first_year(planner, outcomes):
    planner.scenario(0)
    planner.year(2025)
    (row,) = planner.page.locator("#ranking button").all_inner_texts()
    short = outcomes["baseline"].balance.schools.xs(AT, level=("stage", "year")).query("balance<0")
    assert short.balance.to_dict() == {"B": -30}
    assert row.split() == ["School", "B", "北镇", "·", "since", "2020", "30"]


def test_schools_over_a_limit_now_and_under_the_plan_and_who_drops_out(planner, outcomes):
    planner.scenario(2)
    planner.year(2025)
    planner.click("[data-opens=over]")
    rows = {row[0]: row[2:] for row in planner.read("#table-rows tr[data-over^=class-size]")}
    # B: 50 pupils a class in 2020; under the merger its 12 rooms hold 540 pupils, 45 a class
    assert outcomes["merge"].flags.table.query("school == 'B' and year == 2025").empty
    assert rows["School B"] == ["50", "50", "45", "45", "drops out"]
    assert rows["Kindergarten K"][-1] == "stays over"


def test_what_each_new_school_takes_from_whom(planner, outcomes):
    planner.year(2025)
    planner.click("#do-table")
    planner.view("flows")
    blocks = outcomes["build"].balance.blocks.xs(AT, level=("stage", "year"))
    assert blocks.school[["b2", "b3"]].to_list() == ["D1", "D1"]
    (head,) = planner.page.locator("#table-rows tr[data-takes=D1]").all_inner_texts()
    assert head == "New: 新校 (from 2023) takes 120 pupils from 2 catchments"
    assert planner.read("#table-rows tr[data-flow$=' D1']") == [
        ["Primary A", "新校", "60", "1"],  # b2
        ["School B", "新校", "60", "1"],  # b3
    ]


def test_one_village_under_all_plans(planner):
    planner.search("south-1")
    planner.year(2025)
    rows = planner.read("#card tr[data-plan]")
    # b1, b2 and b3 stand 1,200, 800 and 400 m from B, with 60 pupils each
    assert [" ".join(row[1].split()) for row in rows] == [
        "Primary A 120 School B 60 mean walk 267 m, longest 400 m",
        "新校 120 Primary A 60 mean walk 133 m, longest 400 m 120 pupils move",
        "School B 180 mean walk 800 m, longest 1,200 m 120 pupils move",
    ]
    planner.window.page.wait_for_function("location.hash.includes('unit=south-1')")


def test_a_village_that_is_not_there_is_said_to_be_missing(planner):
    planner.search("nowhere")
    assert planner.page.inner_text("#found-none") == "Nothing of that name."


def test_three_plans_at_once(planner, outcomes):
    planner.click("#do-table")
    planner.view("scenarios")
    planner.year(2025)
    shown = planner.read("#table-rows tr[data-row=shortage]")[0][1:]
    wanted = [
        -outcome.balance.schools.balance.xs(AT, level=("stage", "year")).clip(upper=0).sum()
        for outcome in outcomes.values()
    ]
    assert [int(re.match(r"\d+", cell)[0]) for cell in shown] == wanted


def test_schools_that_merge_and_who_walks_how_far(planner, outcomes):
    planner.click("#do-table")
    planner.view("closures")
    assert "This plan closes no school." in planner.page.inner_text("#table-note")
    planner.click("[data-closing]")
    closures = tabulate(outcomes["merge"]).closures
    rows = planner.read("#table-rows tr[data-closure]")
    assert len(rows) == len(closures) == 2
    for row, (_, told) in zip(rows, closures.iterrows(), strict=True):
        assert row[0] == "Primary A"
        assert [int(cell.replace(",", "")) for cell in row[5:]] == [
            told.pupils, told.walk_before_m, told.walk_after_m, told.longest_before_m,
            told.longest_after_m,
        ]  # fmt: skip
    assert rows[0][3:6] == ["g1 to g3", "School B 120", "120"]
    note = planner.page.inner_text("#table-note")
    assert "Their mean walk is 300 m before and 900 m after" in note


def test_a_table_into_excel(planner, tmp_path):
    planner.click("#do-table")
    planner.view("over")
    sheet = openpyxl.load_workbook(planner.save("#save-xlsx", tmp_path)).active
    shown = planner.page.locator("#table-view tbody tr").count()
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 1 + shown
    assert rows[0][0] == "School"


def test_a_figure_into_word(planner, tmp_path):
    picture = planner.save("#do-picture", tmp_path)
    paper = docx.Document()
    placed = paper.add_picture(str(picture), width=docx.shared.Mm(156))  # between the margins
    assert placed.height.mm == pytest.approx(156 * 297 / 420, abs=0.5)
    paper.save(tmp_path / "figure.docx")


def test_a_block_moved_by_hand_and_taken_away_as_a_file(planner, tmp_path):
    planner.search("b3")
    planner.click("#card-give-0")
    file = planner.save("#draft-save", tmp_path)
    step = tomllib.loads(file.read_text("utf-8"))["intervention"][-1]
    assert (step["kind"], step["blocks"]) == ("rezone", ["b3"])
