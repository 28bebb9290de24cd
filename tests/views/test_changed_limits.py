"""A plan's `set_limit` reaches every view, from its year on and in its own scenario only.

The toy town: A has 240 pupils, B 300 and 270, K 270. A service radius of 300 m is added to its
rules. The plan sets the radius to 900 m for primary, a school to 500 pupils (B has 570) and a
primary class to 40 (60 as a large one becomes 42), all from 2023.
"""

import io
from dataclasses import replace

import pytest
from matplotlib.colors import to_hex
from rich.console import Console
from tests.findings.rules import add_walk
from tests.views.test_maps import read_payload
from tests.views.test_packing import unpack

from seatplan.comparison import compare
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.interventions import SetLimit
from seatplan.scenarios.scenario import Scenario
from seatplan.views.charts import draw_class_sizes, draw_walks
from seatplan.views.explorer import explore
from seatplan.views.explorer.payload import build_payload
from seatplan.views.explorer.scene import read_outcome
from seatplan.views.findings import write_findings
from seatplan.views.maps import map_outcome
from seatplan.views.palette import COLOURS
from seatplan.views.pictures import draw_map
from seatplan.views.plates import read_plate
from seatplan.views.summary import draw_flags, tell_changed_limits


def step(code, limit, **keys):
    return SetLimit(year=2023, source="plan, task 5", code=code, limit=limit, **keys)


STEPS = (
    step("walk", {"primary": 900}),
    step("school-size", {"all": 500}),
    step("class-size", {"primary": 40}),
    step("large-class", {"all": 42}),
)


@pytest.fixture(scope="module")
def outcomes():
    rules = add_walk(toy_standards(), {"primary": 300.0})
    plan = Scenario("plan", interventions=STEPS)
    return [evaluate(toy_district(), rules), evaluate(toy_district(), rules, plan)]


@pytest.fixture(scope="module")
def payload(outcomes):
    scenes = [read_outcome(outcome) for outcome in outcomes]
    return build_payload(scenes, stages=["primary"], years=[2022, 2023], language="en")


def read_texts(figure):
    texts = figure.findobj(lambda item: hasattr(item, "get_text"))
    return [text.get_text() for text in texts]


def test_the_summary_counts_by_the_plans_limits_and_says_which_they_are(outcomes):
    console = Console(file=io.StringIO(), width=120)
    console.print(draw_flags(outcomes))
    lines = [line.strip() for line in console.file.getvalue().splitlines()]
    # B is the one school of more than 500; in 2020 nothing has changed
    row = next(line for line in lines if "school-size" in line)
    assert row.split() == ["大校额", "school-size", "0", "0→1"]
    assert tell_changed_limits(outcomes).splitlines() == [
        "限值改变 limits changed:",
        "plan: 班额 class-size, 2023: primary 45→40",
        "plan: 大班额 large-class, 2023: all 55→42",
        "plan: 大校额 school-size, 2023: all 2000→500",
        "plan: 服务半径 walk, 2023: primary 300→900",
    ]


def test_the_summary_says_nothing_where_no_limit_changes(outcomes):
    assert tell_changed_limits(outcomes[:1]) == ""
    assert tell_changed_limits([outcomes[0], toy_outcome(Scenario("other"))]) == ""


def test_the_findings_hold_each_side_to_its_own_limits_and_tell_them(outcomes):
    told = write_findings(outcomes)
    assert "| 大校额 School size | 0 / 0 / 1 |" in told
    assert "The plan is held to other limits from then on: " in told
    assert "服务半径 Walk (m), 2023: primary 300→900" in told
    other = evaluate(toy_district(), outcomes[0].standards, Scenario("other"))
    assert "held to other limits" not in write_findings([outcomes[0], other])


def test_large_classes_are_counted_by_the_line_of_each_side(outcomes):
    # B's six primary classes of 50 are beyond 42, and none is beyond 55
    table = compare(outcomes).table.large_classes.xs("primary", level="stage").unstack("scenario")
    assert table.loc[2022].to_dict() == {"baseline": 0, "plan": 0}
    assert table.loc[2023].to_dict() == {"baseline": 0, "plan": 6}


def test_the_page_carries_the_limits_of_each_scenario_and_year(payload):
    (stage,) = payload["stages"]
    # A and B are a primary and a nine-year school, both held to the limit of all kinds
    assert stage["walk"] == [[300, 300], [300, 900]]
    assert stage["size"] == [[[2000], [2000]], [[2000], [500]]]
    grades = [grade for school, grade in payload["rows"]["grades"] if school == "B"]
    limits = unpack(payload["tables"])["grades_limit"]
    rows = len(payload["rows"]["grades"])
    first = payload["rows"]["grades"].index(["B", grades[0]])
    assert [limits[2 * (scene * rows + first) + 1] for scene in (0, 1)] == [45, 40]


def test_the_metres_of_a_limit_on_a_share_reach_the_views():
    """All of b2 and b4 live 400 m from A: beyond 300 m, within 450 m."""
    rules = add_walk(toy_standards(), {"all": 0.4})
    (*others, share) = rules.standards
    share = replace(share, code="r", indicator="beyond_walk", within={"primary": 300.0})
    rules = rules.replace(standards=(*others, share))
    wider = SetLimit(year=2023, source="plan", code="r", within={"primary": 450})
    plan = evaluate(toy_district(), rules, Scenario("wider", interventions=(wider,)))
    outcomes = [evaluate(toy_district(), rules), plan]
    page = build_payload(
        [read_outcome(outcome) for outcome in outcomes],
        stages=["primary"], years=[2022, 2023], language="en",
    )  # fmt: skip
    assert page["stages"][0]["walk"] == [[300, 300], [300, 450]]
    schools = [
        {year: set(table.query("code == 'r' and year == @year").school) for year in (2022, 2023)}
        for table in (outcome.flags.table for outcome in outcomes)
    ]
    assert schools == [{2022: {"A", "B"}, 2023: {"A", "B"}}, {2022: {"A", "B"}, 2023: set()}]
    assert tell_changed_limits(outcomes).endswith("r, 2023: counted beyond primary 300→450 m")
    assert wider.describe("en") == "Limit r from 2023 on: counted beyond primary 450 m."
    assert wider.describe("zh") == "2023 年起r限值改为：按 primary 450 米以外计。"


def test_the_page_flags_by_the_version_in_force(outcomes):
    small = step("school-size", {"all": 400}, side="below")
    plan = evaluate(toy_district(), outcomes[0].standards, Scenario("s", interventions=(small,)))
    scenes = [read_outcome(outcomes[0]), read_outcome(plan)]
    page = build_payload(scenes, stages=["primary"], years=[2023], language="en")
    columns = unpack(page["tables"])
    versions = [page["standards"][at] for at in columns["flags_standard"]]
    sizes = [item for item in versions if item["code"] == "school-size"]
    assert [(item["side"], item["indicator"]) for item in sizes] == [
        ("below", "school_size"),
        ("below", "school_size"),
    ]  # A (240) and K (270); B has 570


def test_the_page_is_written_with_them(outcomes, tmp_path):
    explore(outcomes).save(tmp_path / "explorer.html")
    page = read_payload((tmp_path / "explorer.html").read_text("utf-8"))
    stage = next(item for item in page["stages"] if item["code"] == "primary")
    assert [len(of_years) for of_years in stage["walk"]] == [7, 7]
    at = page["years"].index(2023)
    assert [of_years[at] for of_years in stage["walk"]] == [300, 900]
    assert [of_years[at] for of_years in stage["size"]] == [[2000], [500]]


def test_a_folium_map_names_them_in_its_legend(outcomes):
    pages = [
        map_outcome(outcome, "primary", year=2023, language="en").get_root().render()
        for outcome in outcomes
    ]
    assert ["Over 500 pupils" in page for page in pages] == [False, True]


def test_a_map_as_a_picture_marks_and_names_by_them(outcomes):
    today, plan = outcomes
    assert not read_plate(today, "primary", 2023).schools.large.any()
    assert not read_plate(plan, "primary", 2022).schools.large.any()
    assert list(read_plate(plan, "primary", 2023).schools.large) == [False, True]  # A, B
    legends = [read_texts(draw_map(item, "primary", 2023, language="en")) for item in outcomes]
    assert {"Over 2,000 pupils", "Class over 45"} <= set(legends[0])
    assert {"Over 500 pupils", "Class over 40"} <= set(legends[1])
    before = read_texts(draw_map(plan, "primary", 2022, language="en"))
    assert {"Over 2,000 pupils", "Class over 45"} <= set(before)


def test_class_sizes_are_drawn_against_the_limits_of_their_own_panel(outcomes):
    figure = draw_class_sizes(outcomes, stage="primary", year=2023)
    lines = [
        [text.get_text() for text in axes.texts if text.get_text().isdigit()]
        for axes in figure.axes
    ]
    assert lines == [["45", "55"], ["40", "42"]]
    # A's classes of 40 are beyond no limit of either; B's 50 are beyond both
    colours = [
        {bar.get_x() + bar.get_width() / 2: to_hex(bar.get_facecolor()) for bar in axes.patches}
        for axes in figure.axes
    ]
    assert colours[0][50] == colours[1][50] == to_hex(COLOURS["shortage"])
    assert colours[0][40] == colours[1][40] == to_hex(COLOURS["bar"])


def test_walks_are_marked_at_the_radius_in_force(outcomes):
    def told(outcome, year):
        figure = draw_walks(outcome, stages=["primary"], year=year, language="en")
        return next(text for text in read_texts(figure) if text.startswith("primary"))

    assert told(outcomes[0], 2023).startswith("primary · 300 m ")
    assert told(outcomes[1], 2022).startswith("primary · 300 m ")
    assert told(outcomes[1], 2023).startswith("primary · 900 m ")
