"""Folium maps in a browser: whatever a folium user adds shows and works, before or after show."""

from __future__ import annotations

import html
import math
from dataclasses import replace
from pathlib import Path

import folium
import folium.plugins
import pytest
import shapely

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.interventions import Close
from seatplan.scenarios.scenario import Scenario
from seatplan.views.maps import map_comparison, map_outcome

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "assets" / "axe.min.js"
AT = [37.975, 106.199]  # inside the toy town
HOSTILE = (
    "{{7*7}} {% raw %} {% endraw %} {# ${alert(1)} `${alert(2)}` <img src=x onerror=alert(3)> "
    "</script><script>alert(4)</script> \"'\\ \\u \u2028\u2029 &lt;b&gt; ]]> <!-- "
)
PIXELS = """(colour) => [...document.querySelectorAll("path")].filter(
    (path) => path.getAttribute("stroke") === colour && path.getBoundingClientRect().width > 5)"""

MOVE = "(bar, to) => { bar.value = to; bar.dispatchEvent(new Event('input')); }"


@pytest.fixture(scope="module")
def today():
    return toy_outcome()


def make(today, *, shown_before=False):
    sheet = map_outcome(today, "primary", year=2022, language="en")
    if shown_before:
        sheet._repr_html_()
    return sheet


def on_top(window, selector):
    """Whether the middle of an element is what a pointer there would meet."""
    return window.run(
        """(selector) => { const box = document.querySelector(selector).getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return document.querySelector(selector).contains(top) || top.matches(selector); }""",
        selector,
    )


@pytest.mark.parametrize("before", [False, True])
def test_a_marker_shows_its_pin_tooltip_and_popup(today, show, before):
    sheet = make(today, shown_before=before)
    folium.Marker(AT, tooltip="a tip", popup="a card").add_to(sheet)
    window = show(sheet)
    pin = "img.leaflet-marker-icon"
    assert window.run("(pin) => document.querySelector(pin).naturalWidth", pin) > 10
    window.page.hover(pin)
    assert "a tip" in window.page.text_content(".leaflet-tooltip")
    window.page.click(pin)
    assert window.page.text_content(".leaflet-popup-content").strip() == "a card"
    window.check()


@pytest.mark.parametrize("before", [False, True])
def test_a_circle_and_a_geojson_lie_over_the_catchments(today, show, before):
    sheet = make(today, shown_before=before)
    folium.Circle(AT, radius=60, color="#ff0000", fill=True, popup="circle").add_to(sheet)
    square = [[106.195, 37.970], [106.197, 37.970], [106.197, 37.972], [106.195, 37.970]]
    area = {"type": "Polygon", "coordinates": [square]}
    folium.GeoJson(area, name="mine", style_function=lambda _: {"color": "#ff00ff"}).add_to(sheet)
    window = show(sheet)
    for colour in ("#ff0000", "#ff00ff"):
        assert window.run(f"(colour) => ({PIXELS})(colour).length", colour) == 1
        assert on_top(window, f'path[stroke="{colour}"]')
    window.page.click('path[stroke="#ff0000"]')
    assert window.page.text_content(".leaflet-popup-content").strip() == "circle"
    assert "mine" in window.page.text_content(".leaflet-control-layers")
    window.check()


@pytest.mark.parametrize("own_control", [False, True])
def test_a_group_is_switched_by_the_control_whenever_it_was_added(today, show, own_control):
    sheet = make(today, shown_before=True)
    if own_control:
        folium.LayerControl(collapsed=False).add_to(sheet)
    group = folium.FeatureGroup("my group").add_to(sheet)
    folium.Circle(AT, radius=60, color="#ff0000").add_to(group)
    window = show(sheet)
    assert window.page.locator(".leaflet-control-layers").count() == 1
    assert window.run(f"() => ({PIXELS})('#ff0000').length") == 1
    window.page.click("text=my group")
    assert window.run(f"() => ({PIXELS})('#ff0000').length") == 0
    window.check()


def test_every_group_of_the_map_can_be_switched_off_and_on(today, show):
    window = show(make(today))
    boxes = window.page.locator(".leaflet-control-layers input[type=checkbox]")
    assert boxes.count() >= 7
    count = "() => document.querySelectorAll('.leaflet-interactive').length"
    before = window.run(count)
    for at in range(boxes.count()):
        boxes.nth(at).set_checked(False)
    assert window.run(count) == 0
    for at in range(boxes.count()):
        boxes.nth(at).set_checked(True)
    assert window.run(count) == before  # other roads of the toy town take no pointer
    window.check()


@pytest.mark.parametrize("own", [False, True])
def test_distances_are_measured(today, show, own):
    sheet = make(today)
    if own:
        folium.plugins.MeasureControl(position="bottomleft").add_to(sheet)
    window = show(sheet)
    controls = window.page.locator(".leaflet-control-measure")
    assert controls.count() == 1 + own
    controls.last.hover()
    window.page.locator(".js-start:visible").last.click()
    for x in (600, 800):
        window.page.mouse.click(x, 500)
        window.page.wait_for_timeout(350)
    assert "0." in window.page.locator(".js-results:visible").last.text_content()
    window.check()


def test_a_popup_of_html_and_a_plain_html_on_the_page(today, show):
    sheet = make(today)
    card = folium.Popup(folium.Html("<b>bold</b>", script=True), max_width=200)
    folium.CircleMarker(AT, radius=12, color="#ff0000", fill=True, popup=card).add_to(sheet)
    sheet.get_root().html.add_child(folium.Element("<h1 id='mine'>My map</h1>"))
    window = show(sheet)
    window.page.click('path[stroke="#ff0000"]')
    assert window.page.inner_html(".leaflet-popup-content b") == "bold"
    assert window.page.text_content("#mine") == "My map"
    window.check()


def test_tiles_are_asked_for_where_folium_asks_and_the_page_names_the_host(today, show):
    sheet = make(today)
    folium.TileLayer("https://tile.example.org/{z}/{x}/{y}.png", attr="me").add_to(sheet)
    window = show(sheet)
    assert window.requests[0].startswith("https://tile.example.org/")
    foot = window.page.text_content(".leaflet-control-attribution")
    assert "This page loads from tile.example.org" in foot


def test_a_plugin_that_cannot_be_loaded_stops_nothing_else(today, show):
    sheet = make(today)
    folium.plugins.AntPath([AT, [37.98, 106.2]], name="ants").add_to(sheet)
    folium.plugins.Geocoder().add_to(sheet)
    group = folium.FeatureGroup("added after").add_to(sheet)
    folium.Circle(AT, radius=60, color="#ff0000").add_to(group)
    window = show(sheet)
    assert window.run(f"() => ({PIXELS})('#ff0000').length") == 1
    window.page.click("text=added after")
    assert window.run(f"() => ({PIXELS})('#ff0000').length") == 0
    foot = window.page.text_content(".leaflet-control-attribution")
    assert "This page loads from cdn.jsdelivr.net, unpkg.com" in foot


def test_an_icon_of_folium_keeps_its_pin_without_a_network(today, show):
    sheet = make(today)
    folium.Marker(AT, icon=folium.Icon(color="red", icon="info-sign")).add_to(sheet)
    window = show(sheet)
    pin = window.run(
        "() => getComputedStyle(document.querySelector('.awesome-marker')).backgroundImage"
    )
    assert pin.startswith('url("data:image/png')
    assert {address.split("/")[2] for address in window.requests} == {
        "netdna.bootstrapcdn.com",
        "cdn.jsdelivr.net",
    }


def test_a_school_and_a_catchment_tell_their_figures(today, show):
    window = show(make(today))
    window.page.locator(".seatplan-symbol").last.click()
    told = window.page.inner_text(".leaflet-popup-content").split()
    assert "270" in told
    assert "300" in told
    assert "Resident pupils" in window.page.inner_text(".leaflet-popup-content")
    window.page.keyboard.press("Escape")
    window.page.mouse.move(600, 300)
    assert "Seats − resident pupils" in window.page.inner_text(".leaflet-tooltip")
    window.check()


def test_the_slider_shows_each_year(show):
    close = Close(year=2023, source="t", school="K")
    plan = toy_outcome(Scenario("close-k", interventions=(close,)))
    window = show(map_outcome(plan, "kindergarten", language="en"))
    shown = "() => document.querySelectorAll('.seatplan-symbol svg:not(:has(rect))').length"
    slider = window.page.locator(".seatplan-years input")
    found = {}
    for at, year in enumerate(range(2020, 2027)):
        slider.evaluate(
            "(bar, at) => { bar.value = at; bar.dispatchEvent(new Event('input')) }", at
        )
        assert window.page.text_content(".seatplan-years output") == str(year)
        assert f"kindergarten {year}" in window.page.text_content(".seatplan-legend summary")
        found[year] = window.run(shown)
    assert found == {year: int(year < 2023) for year in range(2020, 2027)}
    window.check()


def test_the_line_of_a_comparison_parts_the_two_sides(today, show):
    close = Close(year=2023, source="t", school="K")
    plan = toy_outcome(Scenario("close-k", interventions=(close,)))
    window = show(map_comparison(today, plan, "primary", year=2023, language="en"))
    cut = """(name) => document.querySelector('.leaflet-seatplan-' + name + '-pane')
        .style.clipPath.match(/-?[0-9.]+(?=px)/g).map(Number)"""
    slider = window.page.locator(".seatplan-swipe-line")
    for share in (0.25, 0.75):
        slider.evaluate(MOVE, 1000 * share)
        left, right = (window.run(cut, pane) for pane in ("today", "plan"))
        assert left[2] == right[0]  # they meet in the line
        assert left[2] - left[0] == pytest.approx(1440 * share, abs=1)
        assert right[2] - right[0] == pytest.approx(1440 * (1 - share), abs=1)
    window.check()


def test_a_name_stands_on_the_side_on_which_its_school_does(today, show):
    close = Close(year=2023, source="t", school="K")
    plan = toy_outcome(Scenario("close-k", interventions=(close,)))
    window = show(map_comparison(today, plan, "kindergarten", year=2023, language="en"))
    slider = window.page.locator(".seatplan-swipe-line")
    assert 100 < int(slider.input_value()) < 900  # amid the schools
    named = {}
    for share in (0.02, 0.98):
        slider.evaluate(MOVE, 1000 * share)
        window.page.wait_for_timeout(80)
        names = window.page.locator(".seatplan-name").filter(visible=True)
        named[share] = "Kindergarten K" in names.all_text_contents()
    assert named == {0.02: False, 0.98: True}  # all of the plan, all of today
    window.check()


def test_it_shows_in_a_notebook_and_twice(today, visit, tmp_path):
    sheet = make(today)
    first, second = sheet._repr_html_(), sheet._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><body>{first}{second}</body>", "utf-8")
    window = visit()
    window.page.goto((tmp_path / "notebook.html").as_uri())
    for frame in window.page.frames[1:]:
        frame.wait_for_selector("body[data-ready=yes]")
        assert frame.locator(".seatplan-symbol svg").count() >= 2
    assert len(window.page.frames) == 3
    window.check()


@pytest.fixture(scope="module")
def hostile():
    """The toy town with hostile names of schools, townships, sites and scenario."""
    town = toy_district()
    tables = {
        name: getattr(town, name).assign(
            name=[f"{HOSTILE}{at}" for at in range(len(getattr(town, name)))]
        )
        for name in ("schools", "zones", "sites")
    }
    return evaluate(replace(town, **tables), toy_standards())


@pytest.mark.parametrize("draw", ["one", "years", "two"])
def test_a_hostile_name_is_shown_as_it_is_and_runs_nowhere(hostile, show, draw):
    sheet = {
        "one": lambda: map_outcome(hostile, "primary", year=2022),
        "years": lambda: map_outcome(hostile, "primary"),
        "two": lambda: map_comparison(hostile, hostile, "primary", year=2022),
    }[draw]()
    text = html.escape(HOSTILE)
    folium.Marker(AT, tooltip=text, popup=text).add_to(sheet)
    lazy = folium.Popup(folium.Html(HOSTILE), lazy=True)
    folium.Circle(AT, radius=20, color="#ff0000", popup=lazy).add_to(sheet)
    folium.FeatureGroup(text).add_to(sheet)
    window = show(sheet)
    names = window.page.locator(".seatplan-name").all_text_contents()
    assert sum(name.startswith(HOSTILE) for name in names) >= 2
    shown = []
    for mark in window.page.locator(".seatplan-symbol, path, img.leaflet-marker-icon").all():
        mark.dispatch_event("mouseover")
        mark.dispatch_event("click")
        cards = window.page.locator(".leaflet-popup-content, .leaflet-tooltip")
        shown += cards.all_text_contents()  # at once: a card goes when the next one comes
    assert any(HOSTILE.strip() in " ".join(text.split("\n")) for text in shown)
    assert HOSTILE.strip() in window.page.text_content(".leaflet-control-layers")
    assert window.run("() => document.querySelectorAll('img[src=x]').length") == 0
    window.page.wait_for_timeout(50)
    window.check()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=str)
def test_nothing_overlaps_and_axe_finds_nothing(today, show, size, language):
    close = Close(year=2023, source="t", school="K")
    plan = toy_outcome(Scenario("close-k", interventions=(close,)))
    for sheet in (
        map_outcome(plan, "primary", language=language),
        map_comparison(today, plan, "primary", year=2023, language=language),
    ):
        window = show(sheet, *size)
        boxes = window.run(
            """() => [...document.querySelectorAll(
            ".leaflet-control, .seatplan-years, .seatplan-swipe span, .seatplan-name")]
            .filter((one) => one.style.visibility !== "hidden" && !one.hidden)
            .map((one) => [one.className, one.getBoundingClientRect()])
            .map(([name, box]) => [name, box.left, box.top, box.right, box.bottom])"""
        )
        assert len(boxes) >= 8
        for at, a in enumerate(boxes):
            assert a[1] >= 0, a
            assert a[3] <= size[0] + 0.5, a
            for b in boxes[:at]:
                apart = a[3] <= b[1] or b[3] <= a[1] or a[4] <= b[2] or b[4] <= a[2]
                assert apart, (a, b)
        window.page.add_script_tag(path=AXE)
        found = window.run("() => axe.run()")
        faults = [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]]
        assert faults == []


SYMBOLS = """() => [...document.querySelectorAll(".leaflet-marker-icon.seatplan-symbol")]
    .map((one) => { const { left, top, width, height } = one.getBoundingClientRect();
    return [left + width / 2, top + height / 2, width / 2]; }).filter((one) => one[2])"""
ZOOM = "(by) => { const map = Object.values(window).find((one) => one instanceof L.Map); "
ZOOM += "map.setZoom(map.getZoom() + by, { animate: false }); }"


def test_symbols_a_few_pixels_apart_stand_apart_at_every_zoom(show):
    schools = toy_district().schools.copy()
    places = schools.geometry
    places["B"] = shapely.Point(places["A"].x + 12, places["A"].y + 5)
    outcome = evaluate(toy_district().replace(schools=schools.set_geometry(places)),
                       toy_standards())  # fmt: skip
    window = show(map_outcome(outcome, "primary", year=2022))
    for by in (-1, 0, 1, 2, 2, 2):
        window.run(ZOOM, by)
        window.page.wait_for_timeout(80)
        symbols = window.run(SYMBOLS)
        assert len(symbols) > 1
        for at, (x, y, reach) in enumerate(symbols):
            for right, down, other in symbols[:at]:
                assert math.hypot(x - right, y - down) >= reach + other, by
    window.check()


def test_a_district_small_on_the_screen_has_a_number_that_opens(show):
    window = show(map_outcome(evaluate(toy_district(), toy_standards()), "primary", year=2022))
    numbers = "() => document.querySelectorAll('.leaflet-marker-icon.seatplan-number').length"
    key = "() => !!document.querySelector('.seatplan-number-key:not(.seatplan-away)')"
    shown = len(window.run(SYMBOLS))
    # three symbols always have room beside each other: here none may leave its place
    window.run("() => { const place = seatplan.placeDiscs; "
               "seatplan.placeDiscs = (spots, radii) => place(spots, radii, 0.02); }")  # fmt: skip
    assert (window.run(numbers), window.run(key)) == (0, False)
    window.run(ZOOM, -9)
    window.page.wait_for_timeout(80)
    assert (window.run(numbers), window.run(key)) == (1, True)
    number = window.page.locator(".leaflet-marker-icon.seatplan-number")
    assert number.inner_text() == str(shown - len(window.run(SYMBOLS)))
    assert (
        window.run("() => document.querySelectorAll('.seatplan-school[style*=visible]').length")
        == 0
    )
    number.focus()
    window.page.keyboard.press("Enter")
    window.page.wait_for_timeout(900)
    window.run(ZOOM, 5)
    window.page.wait_for_timeout(300)
    assert (window.run(numbers), window.run(key)) == (0, False)
    assert len(window.run(SYMBOLS)) == shown
    window.check()


def test_the_print_is_one_sheet_with_the_legend(today, show):
    window = show(make(today))
    placed = "() => [...document.querySelectorAll('.seatplan-name')].map((n) => n.style.transform)"
    window.run("() => addEventListener('beforeprint', () => { window.printed = true; })")
    before = window.run(placed)
    sheet = window.page.pdf(prefer_css_page_size=True)
    assert window.run("() => window.printed")
    assert len(window.run(placed)) == len(before)
    assert sheet.count(b"/Type /Page\n") == 1
    assert window.run("() => document.querySelector('.seatplan-printing')") is None
