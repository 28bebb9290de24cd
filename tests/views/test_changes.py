"""Pages of what a rezoning moves and of what seats are worth: the figures are the tables' own."""

import json
import re
from pathlib import Path

import pytest

from seatplan.examples import toy_district, toy_standards
from seatplan.findings.coverage import price_seats
from seatplan.outcome import evaluate
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.views.changes import map_moves, map_seat_values
from seatplan.views.scanning import scan_page

AXE = Path(__file__).parents[1] / "assets" / "axe.min.js"
HOSTILE = "{{7*7}} ${alert(1)} <img src=x onerror=alert(2)> </script><script>alert(3)</script> \"'"


def build(**names):
    """The toy town with 7 rooms at A, so that b3 may move there (see tests/rezoning)."""
    district = toy_district()
    at = ("A", "primary", 2020)
    rooms = district.classrooms.where(district.classrooms.index != at, 7)
    schools = district.schools.assign(**names)
    return evaluate(district.replace(classrooms=rooms, schools=schools), toy_standards())


@pytest.fixture(scope="module")
def outcome():
    return build()


@pytest.fixture(scope="module")
def plan(outcome):
    return draw(outcome)


def draw(outcome, **terms):
    return rezone_catchments(outcome, stage="primary", years=[2025], seconds=0.5, **terms)


def read_sheet(page):
    text = page.get_root().render()
    assert scan_page(text)[1] == []
    return json.loads(re.search(r'id="seatplan-payload">(.*?)</script>', text, re.DOTALL)[1])


def test_the_sheet_holds_the_moves_and_both_lines(outcome, plan):
    payload = read_sheet(map_moves(outcome, plan))
    sheet = payload["sheet"]
    moves, schools = sheet["tables"]
    # b3 has 10 entrants a year, 400 m to B and 800 m to A
    assert moves["rows"] == [
        ["b3", ["乙学校", "School B"], ["甲小学", "Primary A"], 10, 400, 800]
    ]  # fmt: skip
    assert moves["places"] == [{"block": 2}]
    # B had 300 pupils for 270 seats, and has 240; A has 300 for 315
    assert schools["rows"] == [
        [["乙学校", "School B"], 270, 300, 240, 30, 0],
        [["甲小学", "Primary A"], 315, 240, 300, 0, 0],
    ]
    changed = [at for at in range(6) if sheet["before"][at] != sheet["after"][at]]
    assert changed == [2] == [at for at, klass in enumerate(sheet["classes"]) if klass == 1]
    assert sheet["links"] == [[2, 0]]
    assert payload["labels"] == {"synthetic": 3}


def test_the_figures_of_the_whole_plan_are_before_and_after(outcome, plan):
    figures = {
        name[1]: value for name, value in read_sheet(map_moves(outcome, plan))["sheet"]["figures"]
    }
    # walks: today 144,000 m for 540 pupils (b2, b3, b4, b5 at 400 m); 24,000 more after
    assert figures == {
        "Pupils who move": "11.1%",
        "Blocks that move": 1,
        "Entrants a year": 10,
        "Catchment shortage, seats within the school size": "30 → 0",
        "Catchments with a catchment shortage": "1 → 0",
        "Mean walk, m": "267 → 311",
    }


def test_a_lottery_zone_is_one_area_under_the_names_of_its_schools(outcome):
    zone = draw(outcome, lotteries=[("A", "B")])
    sheet = read_sheet(map_moves(outcome, zone))["sheet"]
    assert sheet["areas"] == [["甲小学、乙学校", "Primary A, School B"]]
    assert set(sheet["after"]) == {0}


def test_the_values_are_those_of_the_table(outcome):
    table = price_seats(outcome, stage="primary", year=2025)
    sheet = read_sheet(map_seat_values(outcome, table, stage="primary", year=2025))["sheet"]
    # one seat more at B brings a pupil back who walks 400 m more to A; 30 of 45 would be used
    assert sheet["tables"][0]["rows"] == [[["乙学校", "School B"], 0, 400, 0, 12_000]]
    assert sheet["worth"] == [[1, 12_000]]


def test_the_same_plan_gives_the_same_bytes(outcome, plan):
    assert len({map_moves(outcome, plan).get_root().render() for _ in range(2)}) == 1


@pytest.mark.browser
def test_the_page_opens_without_a_network_and_shows_what_the_table_says(
    visit, outcome, plan, tmp_path
):
    map_moves(outcome, plan, language="en").save(tmp_path / "moves.html")
    window = visit().show(tmp_path / "moves.html")
    read = """(name) => [...document.querySelectorAll(`[data-table=${name}] tbody tr`)]
        .map((row) => [...row.children].map((cell) => cell.textContent))"""
    (row,) = plan.moves.to_dict("records")
    assert window.run(read, "moves") == [
        ["b3", "School B", "Primary A", f"{row['entrants']:.0f}", f"{row['walk_before']:.0f}",
         f"{row['walk_after']:.0f}"]
    ]  # fmt: skip
    shown = {line[0]: line[1:] for line in window.run(read, "schools")}
    for school, name in (("A", "Primary A"), ("B", "School B")):
        kept = plan.schools.loc[school]
        columns = [
            "seats",
            "pupils_before",
            "pupils_after",
            "catchment_shortage_before",
            "catchment_shortage_after",
        ]
        assert shown[name] == [f"{kept[column]:.0f}" for column in columns]
    assert window.run("() => document.documentElement.lang") == "en"
    window.page.click("#do-language")
    assert "学区调整" in window.run("() => document.getElementById('sheet-heading').textContent")
    window.page.click("[data-table=moves] button")
    selected = "() => document.querySelector('tr[aria-selected=true]').dataset.block"
    assert window.run(selected) == "2"
    window.check()


@pytest.mark.browser
def test_hostile_names_are_shown_as_they_are(visit, tmp_path):
    outcome = build(name=[HOSTILE, "乙", "丙"], name_en=[HOSTILE, "B", "K"])
    map_moves(outcome, draw(outcome)).save(tmp_path / "moves.html")
    table = price_seats(outcome, stage="primary", year=2025)
    page = map_seat_values(outcome, table, stage="primary", year=2025)
    page.save(tmp_path / "values.html")
    for name in ("values.html", "moves.html"):
        window = visit().show(tmp_path / name)
        window.check()
    assert HOSTILE in window.run("() => document.getElementById('sheet-tables').textContent")


@pytest.mark.browser
def test_axe_finds_nothing_to_mend(visit, outcome, plan, tmp_path):
    map_moves(outcome, plan).save(tmp_path / "moves.html")
    window = visit().show(tmp_path / "moves.html")
    window.run(AXE.read_text("utf-8"))
    found = window.run("async () => (await axe.run()).violations.map((item) => item.id)")
    assert found == []
