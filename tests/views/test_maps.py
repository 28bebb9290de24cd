"""Folium maps of a stage: what they hold, and what they refuse."""

import json
import re

import folium
import pytest

from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome
from seatplan.scenarios.interventions import Close
from seatplan.scenarios.scenario import Scenario
from seatplan.views.explorer import explore
from seatplan.views.layers.shapes import find_box
from seatplan.views.layers.sides import read_side
from seatplan.views.maps import choose_view, map_comparison, map_outcome
from seatplan.views.scanning import list_fetched
from seatplan.views.shades import choose_shade


@pytest.fixture(scope="module")
def today():
    return toy_outcome()


@pytest.fixture(scope="module")
def closed():
    # K is closed in 2023; its children have no other kindergarten
    return toy_outcome(
        Scenario("close-k", interventions=(Close(year=2023, source="t", school="K"),))
    )


def read_payload(page):
    block = re.search(r'id="seatplan-payload">(.*?)</script>', page, re.DOTALL)[1]
    return json.loads(block)


def list_groups(sheet):
    return [
        child.layer_name
        for child in sheet._children.values()
        if isinstance(child, folium.FeatureGroup)
    ]


def find_layer(sheet, group):
    groups = {
        child.layer_name: child
        for child in sheet._children.values()
        if isinstance(child, folium.FeatureGroup)
    }
    found = [one for one in groups[group]._children.values() if isinstance(one, folium.GeoJson)]
    return found[0].data["features"]


def test_a_map_is_a_folium_map_of_groups_and_fetches_nothing(today):
    sheet = map_outcome(today, "primary", year=2022, language="en")
    assert isinstance(sheet, folium.Map)
    wanted = ["Catchments", "Other roads", "Township lines", "Schools"]
    assert [name for name in list_groups(sheet) if name in wanted] == wanted
    page = sheet.get_root().render()
    assert list_fetched(page) == []
    assert "<title>Toy town, primary 2022: Seats − resident pupils</title>" in page
    assert len(page) < 800_000


def test_catchments_and_schools_carry_the_figures_of_the_outcome(today):
    sheet = map_outcome(today, "primary", year=2022)
    areas = {one["properties"]["name"]: one["properties"] for one in find_layer(sheet, "学区")}
    # A: 270 seats for 240; B: 270 seats for 300
    assert {name: row["balance"] for name, row in areas.items()} == {
        "甲小学": "+30",
        "乙学校": "−30",
    }
    schools = [one["properties"] for one in find_layer(sheet, "学校")]
    assert [(row["name"], row["seats"], row["pupils"]) for row in schools] == [
        ("甲小学", "270", "240"),
        ("乙学校", "270", "300"),
    ]
    assert [row["first_catchment"] for row in schools] == ["没有", "2020"]


def test_a_measure_of_blocks_colours_blocks(today):
    sheet = map_outcome(today, "primary", year=2022, measure="living", language="en")
    blocks = find_layer(sheet, "Blocks")
    # 10 or 20 residents of each of six ages
    told = {one["properties"]["name"]: one["properties"]["living"] for one in blocks}
    assert told == {"b1": "60", "b2": "60", "b3": "60", "b4": "120", "b5": "120", "b6": "120"}


def test_without_a_year_every_year_is_there(today, closed):
    sheet = map_outcome(closed, "kindergarten")
    kindergarten = find_layer(sheet, "学校")[0]["properties"]
    assert kindergarten["by_year"]["symbol"] == ["crowded"] * 3 + [""] * 4  # 2020 to 2026
    assert kindergarten["by_year"]["seats"] == ["180"] * 3 + ["0"] * 4
    assert "by_year" not in find_layer(map_outcome(today, "kindergarten", year=2022), "学校")[0]


def test_a_comparison_holds_both_sides_and_the_line_between(today, closed):
    sheet = map_comparison(today, closed, "kindergarten", year=2023, language="en")
    assert list_groups(sheet)[:2] == ["As it is", "close-k"]
    assert "clipPath" in sheet.get_root().render()


def test_classes_are_counted_by_catchment(today):
    view = choose_view([today], "primary", 2022, "balance", "zh")
    counts = read_side(today, view).count_classes(choose_shade(today, "balance", "primary"), 2022)
    assert counts == [0, 0, 0, 2, 0, 0, 0, 0]  # +30 and -30 are even


def test_a_stage_or_a_year_that_is_not_there_is_named_with_those_that_are(today):
    with pytest.raises(
        InputError, match=r"no stage 'senior'; the stages are kindergarten, primary"
    ):
        map_outcome(today, "senior", year=2022)
    with pytest.raises(InputError, match=r"2040 is outside the forecast, 2020 to 2026"):
        map_outcome(today, "primary", year=2040)


def test_outcomes_of_one_name_are_refused(today):
    with pytest.raises(InputError, match="two scenarios have one name"):
        explore([today, today])


def test_nothing_to_show_is_refused():
    with pytest.raises(InputError, match="no outcome was given"):
        explore([])


def test_a_notebook_gives_a_page_room_enough(today):
    assert 'height="820px"' in explore([today])._repr_html_()
    assert 'height="600px"' in map_outcome(today, "primary", year=2022)._repr_html_()


@pytest.mark.parametrize("draw", ["map", "comparison", "explorer"])
def test_the_same_outcomes_give_the_same_bytes(today, closed, draw):
    pages = {
        {
            "map": lambda: map_outcome(today, "primary").get_root(),
            "comparison": lambda: map_comparison(today, closed, "primary", year=2022).get_root(),
            "explorer": lambda: explore([today, closed]),
        }[draw]().render()
        for _ in range(2)
    }
    assert len(pages) == 1


def test_a_key_of_tianditu_stands_in_the_page_and_the_log_says_so(today, monkeypatch, caplog):
    monkeypatch.setenv("TIANDITU_KEY", "k123")
    page = map_outcome(today, "primary", year=2022, tiles="tianditu").get_root().render()
    assert re.search(r"tianditu\.gov\.cn/vec_w/.*tk\\?=k123|tk\\u003dk123", page)
    assert "stands readable in the page" in caplog.text
    assert "will load from t*.tianditu.gov.cn" in caplog.text
    assert "t*.tianditu.gov.cn" in page  # at the foot of the map


@pytest.mark.parametrize("tiles", ["OpenStreetMap", "https://tile.example.org/{z}/{x}/{y}.png"])
def test_any_tiles_may_be_asked_for(today, tiles):
    page = map_outcome(today, "primary", year=2022, tiles=tiles).get_root().render()
    assert "L.tileLayer(" in page


def test_a_map_without_tiles_says_how_near_one_may_come_and_tiles_say_it_themselves(today):
    sheet = map_outcome(today, "primary", year=2022, tiles="none")
    assert '"maxZoom": 22' in sheet.get_root().render()  # or MarkerCluster refuses
    folium.TileLayer("https://tile.example.org/{z}/{x}/{y}.png", attr="me").add_to(sheet)
    assert '"maxZoom": 22' not in sheet.get_root().render()


def test_unknown_tiles_are_refused(today):
    with pytest.raises(InputError, match="tiles 'nowhere' are not known; want tianditu"):
        map_outcome(today, "primary", year=2022, tiles="nowhere")


def test_a_school_beyond_the_outline_is_in_sight_and_one_astray_is_not():
    blocks, schools = toy_district().blocks, toy_district().schools.geometry
    west, south, east, north = find_box(blocks, schools)
    wide = blocks.total_bounds[2] - blocks.total_bounds[0]
    beside = find_box(blocks, schools.translate(xoff=wide / 3))
    assert beside[2] > east
    assert beside[:2] == [west, south]
    assert find_box(blocks, schools.translate(xoff=100 * wide)) == [west, south, east, north]
