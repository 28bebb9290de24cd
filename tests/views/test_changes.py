"""Pages of what a rezoning moves and of what seats are worth: the figures are the tables' own."""

import re
from pathlib import Path

import folium
import pytest
from tests.siting.towns import toy

from seatplan.examples import toy_district, toy_standards
from seatplan.findings.coverage import price_seats
from seatplan.outcome import evaluate
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.siting.areas import site_areas
from seatplan.siting.proposal import build_sited
from seatplan.views.changes import map_areas, map_moves, map_seat_values
from seatplan.views.changes.lines import part_lines
from seatplan.views.scanning import list_fetched

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


def read_tables(page):
    """The rows of each table beside a map, and its figures."""
    texts = [getattr(one, "options", {}).get("html", "") for one in page._children.values()]
    aside = next(text for text in texts if "seatplan-aside" in text)
    tables = {}
    for name, body in re.findall(r'data-table="(\w+)".*?<tbody>(.*?)</tbody>', aside, re.DOTALL):
        rows = re.findall(r"<tr.*?</tr>", body)
        tables[name] = [re.findall(r">([^<>]+)<", row) for row in rows]
    return tables, dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", aside))


def find_features(page, group):
    found = next(
        child for child in page._children.values() if getattr(child, "layer_name", "") == group
    )
    return [
        feature
        for layer in found._children.values()
        if isinstance(layer, folium.GeoJson)
        for feature in layer.data["features"]
    ]


def test_the_map_holds_the_moves_and_both_lines(outcome, plan):
    page = map_moves(outcome, plan, language="en")
    assert list_fetched(page.get_root().render()) == []
    # b3 has 10 entrants a year, 400 m to B and 800 m to A
    (moved,) = find_features(page, "Block that moves")
    properties = moved["properties"]
    told = [properties[key] for key in ("name", "from", "to", "entrants", "before", "after")]
    assert told == ["b3", "School B", "Primary A", "10", "400", "800"]
    tables, _ = read_tables(page)
    assert tables["moves"] == [told]
    # B had 300 pupils for 270 seats, and has 240; A has 300 for 315
    assert tables["schools"] == [
        ["School B", "270", "300", "240", "30", "0"],
        ["Primary A", "315", "240", "300", "0", "0"],
    ]
    for line in ("Line that stays", "Line that goes", "New line", "To its new school"):
        assert len(find_features(page, line)) == 1
    cards = [one["properties"] for one in find_features(page, "Catchments")]
    assert [(card["name"], card["told1"], card["told2"]) for card in cards] == [
        ("Primary A", "240", "300"),
        ("School B", "300", "240"),
    ]


def test_sites_with_areas_are_a_map_of_new_schools_and_of_what_moves():
    basis = toy()
    siting = site_areas(basis, n=1, stage="primary", years=[2025], classrooms=(2, 4, 6), effort=0.2)
    built = build_sited(basis, siting.scenario)
    page = map_areas(built, siting, basis, language="en")
    assert list_fetched(page.get_root().render()) == []
    tables, _ = read_tables(page)
    row = siting.table.loc["S1"]
    (new,) = tables["sited"]
    assert new[1:5] == ["S1", str(row.classrooms), f"{row.seats:.0f}", str(row.blocks)]
    assert {moved[2] for moved in tables["moves"]} <= {new[0], "Primary A", "School B"}
    names = [area["properties"]["name"] for area in find_features(page, "Catchments")]
    assert sorted(names) == sorted([new[0], "Primary A", "School B"])


def test_lines_are_parted_by_what_becomes_of_them(outcome, plan):
    lines = part_lines(outcome.district.blocks, plan.today, plan.plan)
    # b3 joins b1 and b2: its borders with b2 (400 m) goes, that with b6 (400 m) is new
    assert lines["old"].length == pytest.approx(400, abs=10)
    assert lines["new"].length == pytest.approx(400, abs=10)


def test_the_figures_of_the_whole_plan_are_before_and_after(outcome, plan):
    _, figures = read_tables(map_moves(outcome, plan, language="en"))
    # walks: today 144,000 m for 540 pupils (b2, b3, b4, b5 at 400 m); 24,000 more after
    assert figures == {
        "Pupils who move": "11.1%",
        "Blocks that move": "1",
        "Entrants a year": "10",
        "Catchment shortage, seats within the school size": "30 → 0",
        "Catchments with a catchment shortage": "1 → 0",
        "Mean walk, m": "267 → 311",
        # lines: b2-b3, b2-b5, b4-b5 before; b3-b6 in the stead of b2-b3 after, 400 m each. Two
        # areas of three squares with 8 sides around them; then four squares with 10, two with 6
        "Lines between catchments, km": "1.2 → 1.2",
        "Mean compactness (1: circles)": "0.59 → 0.60",
    }


def test_a_lottery_zone_is_one_area_under_the_names_of_its_schools(outcome):
    zone = draw(outcome, lotteries=[("A", "B")])
    tables, _ = read_tables(map_moves(outcome, zone))
    assert [row[0] for row in tables["schools"]] == ["甲小学 + 乙学校"]
    areas = find_features(map_moves(outcome, zone, language="en"), "Catchments")
    assert [area["properties"]["name"] for area in areas] == ["Primary A + School B"]


def test_the_values_are_those_of_the_table(outcome):
    table = price_seats(outcome, stage="primary", year=2025)
    page = map_seat_values(outcome, table, stage="primary", year=2025, language="en")
    # one seat more at B brings a pupil back who walks 400 m more to A; 30 of 45 would be used
    assert read_tables(page)[0]["values"] == [["School B", "400", "12,000"]]
    (disc,) = find_features(page, "What more seats are worth")
    assert disc["properties"]["room_saved_m"] == "12,000"
    assert disc["properties"]["style"]["radius"] == 26


def test_the_same_plan_gives_the_same_bytes(outcome, plan):
    assert len({map_moves(outcome, plan).get_root().render() for _ in range(2)}) == 1


@pytest.fixture
def show(visit, tmp_path):
    def open_map(page, *size):
        page.save(tmp_path / "moves.html")
        window = visit(*size)
        window.page.goto((tmp_path / "moves.html").as_uri())
        window.page.wait_for_selector("body[data-ready=yes]")
        return window

    return open_map


@pytest.mark.browser
def test_a_row_shows_its_place_and_a_place_its_row(show, outcome, plan):
    window = show(map_moves(outcome, plan, language="en"))
    shape = "() => document.querySelector('path.leaflet-interactive').getAttribute('d')"
    before = window.run(shape)
    window.page.click("[data-table=moves] button")
    assert window.page.inner_text(".leaflet-popup-content").startswith("Block\tb3")
    chosen = "() => document.querySelector('tr[aria-selected=true]').dataset.place"
    assert window.run(chosen) == "block b3"
    assert window.run(shape) != before
    window.page.click("[data-table=schools] button")
    assert window.run(chosen) == "area B"
    assert "School B" in window.page.inner_text(".leaflet-popup-content")
    window.check()


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=str)
def test_map_and_tables_stand_side_by_side_or_one_above_the_other(show, outcome, plan, size):
    window = show(map_moves(outcome, plan), *size)
    map_box, table_box = (
        window.page.locator(selector).bounding_box()
        for selector in (".leaflet-container", ".seatplan-beside")
    )
    if size[0] > 820:
        assert map_box["x"] + map_box["width"] <= table_box["x"] + 1
    else:
        assert map_box["y"] + map_box["height"] <= table_box["y"] + 1
    assert window.run("() => document.documentElement.scrollWidth") <= size[0]
    window.run(AXE.read_text("utf-8"))
    found = window.run("async () => (await axe.run()).violations.map((item) => item.id)")
    assert found == []


@pytest.mark.browser
def test_hostile_names_are_shown_as_they_are(show):
    outcome = build(name=[HOSTILE, "乙", "丙"], name_en=[HOSTILE, "B", "K"])
    table = price_seats(outcome, stage="primary", year=2025)
    for page in (
        map_seat_values(outcome, table, stage="primary", year=2025),
        map_moves(outcome, draw(outcome)),
    ):
        window = show(page)
        for button in window.page.locator("tr button").all():
            button.click()
        window.check()
    assert HOSTILE in window.page.text_content(".seatplan-beside")
