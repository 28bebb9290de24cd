"""The explorer in a browser without a network: safe, exact, quick, within everyone's reach."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from tests.views.synthetic import STAGES, make_scenes

from seatplan.examples import toy_outcome
from seatplan.results import Results, write_run
from seatplan.scenarios.interventions import Close, SetLimit
from seatplan.scenarios.scenario import Scenario
from seatplan.views.explorer import explore, explore_scenes
from seatplan.views.explorer.scene import read_outcome
from seatplan.views.offline import OfflineMap

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "assets" / "axe.min.js"
HOSTILE = (
    "{{7*7}} {% raw %} {# ${alert(1)} `${alert(2)}` <img src=x onerror=alert(3)> "
    "</script><script>alert(4)</script> \"'\\ \u2028\u2029 &lt;b&gt; ]]> <!-- "
)


@pytest.fixture(scope="module")
def scenes():
    return make_scenes()


@pytest.fixture(scope="module")
def explorer(scenes, tmp_path_factory):
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    explore_scenes(scenes).save(path)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    # braces are doubled because the name is a format with one slot
    name = HOSTILE.replace("{", "{{").replace("}", "}}") + "{}"
    scenes = make_scenes(24, 60, 2, 4, name=name)
    explore_scenes(scenes).save(folder / "explorer.html")
    return folder


# --- no network, no way in ------------------------------------------------------------------


def test_every_page_opens_without_a_network_and_without_an_error(visit, explorer, hostile):
    for path in (explorer, *sorted(hostile.glob("*.html"))):
        visit().show(path).check()


def test_a_plain_map_opens_without_a_network(visit, tmp_path):
    OfflineMap().save(tmp_path / "plain.html")
    window = visit()
    window.page.goto((tmp_path / "plain.html").as_uri())
    assert window.run("() => L.version") == "1.9.4"
    window.check()


def test_a_hostile_name_is_shown_as_it_is_and_runs_nowhere(visit, hostile):
    for path in sorted(hostile.glob("*.html")):
        window = visit().show(path)
        scripts = window.run("() => document.scripts.length")
        window.run("() => seatplan.probe.showEverything()")
        assert window.page.text_content("#card h2").startswith(HOSTILE)
        assert window.page.text_content("#table-rows button").startswith(HOSTILE)
        assert window.page.text_content("#page-sub").startswith(HOSTILE.rstrip())
        assert window.run("() => document.querySelectorAll('img[src=x]').length") == 0
        assert window.run("() => document.scripts.length") == scripts
        window.page.wait_for_timeout(50)
        window.check()


def test_a_script_that_was_not_there_when_the_page_was_written_does_not_run(visit, explorer):
    assert visit().show(explorer).run("() => seatplan.probe.intrude()") is None


# --- exact ----------------------------------------------------------------------------------


def expected_figures(scene, stage, year):
    """The figures that a page shows, from the tables."""
    tables = scene.tables
    total = tables.places.loc[("district", scene.district.code, stage, year)]
    schools = select_schools(scene, stage, year)
    rolls = scene.standards.stage(stage).intake == "seats"
    balance = schools.seats - (schools.pupils if rolls else schools.residents)
    flags = tables.flags[(tables.flags.stage == stage) & (tables.flags.year == year)]
    measures = {item.code: item.indicator for item in scene.standards.standards}
    flagged = flags.groupby(flags.code.map(measures)).school.nunique()
    # the seven classes, from the largest surplus to the largest shortage; +-50 is even
    bounds = [-1e9, -300.5, -150.5, -50.5, 50, 150, 300, 1e9]
    counts = pd.cut(-balance, bounds).value_counts(sort=False)
    return {
        "shortage": int(-balance.clip(upper=0).sum()),
        "balance": total.seats - total.residents,
        "demand": total.residents,
        "supply": total.seats,
        "short": int((balance < 0).sum()),
        "crowded": int(flagged.get("class_size", 0)),
        "large": int(flagged.get("school_size", 0)),
        "unplaced": total.unplaced,
        "ranks": (-balance[balance < 0].sort_values()).head(8).to_list(),
        "counts": counts.to_list(),
        "spoken": abs(total.seats - total.residents),
    }, balance


def select_schools(scene, stage, year):
    """The schools that stand or have a catchment."""
    schools = scene.tables.schools.xs((stage, year), level=("stage", "year"))
    return schools[(schools[["seats", "pupils", "residents"]] != 0).any(axis=1)]


def test_the_figures_on_the_page_are_those_of_the_tables(visit, explorer, scenes):
    compare_figures(visit().show(explorer), scenes)


def test_the_page_of_a_run_says_what_its_csv_files_say(visit, tmp_path):
    close = Close(year=2023, source="test", school="K")
    outcomes = [toy_outcome(), toy_outcome(Scenario("close", interventions=(close,)))]
    explore(outcomes).save(tmp_path / "explorer.html")
    scenes = []
    for outcome in outcomes:
        write_run(outcome, tmp_path / outcome.scenario.name)
        read = partial(read_table, tmp_path / outcome.scenario.name)
        tables = Results(
            read("grades", 3),
            read("schools", 3),
            read("blocks", 3),
            read("places", 4),
            read("flags", 0),
            read("closures", 0),
        )
        scenes.append(replace(read_outcome(outcome), tables=tables))
    compare_figures(visit().show(tmp_path / "explorer.html"), scenes)


def test_the_page_names_the_limits_of_the_scenario_and_year_it_shows(visit, tmp_path):
    smaller = SetLimit(year=2023, source="test", code="school-size", limit={"all": 500})
    outcomes = [toy_outcome(), toy_outcome(Scenario("smaller", interventions=(smaller,)))]
    explore(outcomes).save(tmp_path / "explorer.html")
    window = visit().show(tmp_path / "explorer.html")
    stage = [item.code for item in outcomes[0].standards.stages].index("primary")
    words = """([scenario, stage, year]) => {
        seatplan.set({ language: "en", scenario, stage, year });
        return [document.getElementById("legend-symbols").textContent,
                document.querySelector("[data-figure=large]").parentElement.textContent];
    }"""
    # 2020 is year 0; B has 570 pupils
    for scenario, year, most, large in ((0, 3, "2,000", 0), (1, 2, "2,000", 0), (1, 3, "500", 1)):
        legend, figure = window.run(words, [scenario, stage, year])
        assert f"Over {most} pupils" in legend
        assert figure.startswith(f"Over {most} pupils{large}")
    window.check()


def read_table(folder, name, labels):
    """A table of a run's folder, its first columns as labels."""
    table = pd.read_csv(folder / f"{name}.csv", dtype={"place": str}, keep_default_na=False)
    return table.set_index(list(table.columns[:labels])) if labels else table


def compare_figures(window, scenes):
    """Hold every figure of the page against the tables, for every scenario, stage and year."""
    for number, scene in enumerate(scenes):
        for place, stage in enumerate(item.code for item in scene.standards.stages):
            for at, year in enumerate(scene.district.years):
                shown = window.run("(at) => seatplan.probe.figures(at)", [number, place, at])
                wanted, balance = expected_figures(scene, stage, year)
                assert all(-balance[school] == value for school, value in shown["ranks"])
                shown["ranks"] = [value for _, value in shown["ranks"]]
                assert shown == wanted, (scene.code, stage, year)


def test_the_table_view_shows_every_school_as_in_the_tables(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-2&stage=primary&year=2027")
    window.page.click("#do-table")
    columns = ["classrooms", "seats", "pupils", "residents", "balance", "walk"]
    rows = window.run("(columns) => seatplan.probe.table(columns)", columns)
    table = select_schools(scenes[2], "primary", 2027).rename(columns={"walk_m": "walk"})
    wanted = {school: row.to_list() for school, row in table[columns].iterrows()}
    assert {school: row for school, *row in rows} == wanted
    balances = [row[5] for row in rows]
    assert balances == sorted(balances)  # the largest shortage first


def test_the_table_of_all_plans_sets_their_figures_side_by_side(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2027&table=scenarios")
    shown = window.run("() => seatplan.probe.plans()")
    wanted = [expected_figures(scene, "primary", 2027)[0] for scene in scenes]
    for key in ("shortage", "short", "demand", "supply", "balance", "crowded", "large"):
        values = [figures[key] for figures in wanted]
        assert [cell[0] for cell in shown[key]] == values, key
        assert [cell[1] for cell in shown[key]] == [value - values[0] for value in values], key
        best = "is-best" if key not in ("demand", "supply", "balance") else ""
        marked = [cell[2] == "is-best" for cell in shown[key]]
        lowest = [bool(best) and value == min(values) < max(values) for value in values]
        assert marked == lowest, key
    by_year = [cell[0] for cell in shown["2030"]]
    assert by_year == [expected_figures(scene, "primary", 2030)[0]["shortage"] for scene in scenes]


def test_flows_are_the_pupils_of_blocks_whose_catchment_changes(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-2&stage=primary&year=2027&table=flows")
    today, plan = (
        scenes[at].tables.blocks.xs(("primary", 2027), level=("stage", "year")) for at in (0, 2)
    )
    moved = plan[(plan.school != today.school) & (plan.pupils > 0)]
    pairs = today.school[moved.index] + " " + moved.school
    wanted = moved.pupils.groupby(pairs).sum().to_dict()
    shown = window.run("() => seatplan.probe.flows()")
    assert shown == wanted
    opened = scenes[2].district.schools.opened
    fresh = set(opened.index[(opened > scenes[2].district.base_year) & (opened <= 2027)])
    rest = [count for pair, count in shown.items() if pair.split()[1] not in fresh]
    assert rest == sorted(rest, reverse=True)
    # what new schools take stands first, school by school
    takers = [pair.split()[1] for pair in shown][: len(shown) - len(rest)]
    assert len(dict.fromkeys(takers)) == sum(
        at == 0 or school != takers[at - 1] for at, school in enumerate(takers)
    )
    assert set(takers) <= fresh


def test_a_shortage_is_listed_with_its_first_year(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2027&lang=en")
    table = scenes[1].tables.schools.xs("primary", level="stage")
    short = table[table.residents > table.seats].reset_index().groupby("school").year.min()
    read = """() => [...document.querySelectorAll("#ranking button")].map((row) => [
        seatplan.model.schools[row.dataset.school].id, row.querySelector("small").textContent])"""
    rows = window.run(read)
    assert len(rows) == 8
    for school, told in rows:
        assert told.endswith(f"since {short[school]}")


def test_no_name_lies_on_another_at_any_zoom(visit, explorer):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2027")
    pictures = window.run("() => seatplan.probe.names([0.5, 2, 3, 4])")
    assert len(pictures) >= 4
    assert max(len(boxes) for boxes in pictures) > 20
    for boxes in pictures:
        for at, a in enumerate(boxes):
            for b in boxes[:at]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def test_classes_of_shortage_differ_from_spare_seats_in_grey(visit, explorer):
    window = visit().show(explorer)
    read = "(at) => getComputedStyle(document.querySelector('.is-class-' + at)).backgroundImage"
    strokes = [window.run(read, at) for at in range(7)]
    assert all("repeating-linear-gradient" in stroke for stroke in strokes[:3])
    assert len(set(strokes[:3])) == 3
    assert set(strokes[3:]) == {"none"}


def test_the_map_comes_first_on_a_phone(visit, explorer):
    layout = visit(390, 844).show(explorer).run("() => seatplan.probe.layout()")["parts"]
    assert layout["bar"][3] <= layout["map-frame"][1] <= 200
    assert layout["map-frame"][3] <= layout["panel"][1]


def test_the_card_of_a_school_shows_its_classes(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2024")
    for school in select_schools(scenes[1], "primary", 2024).index[:6]:
        window.run(
            "(id) => seatplan.select({school: seatplan.model.schoolAt.get(id), block: -1})", school
        )
        grades = scenes[1].tables.grades.loc[school].xs(2024, level="year")
        primary = grades.filter(
            regex="^g[1-6]$", axis=0
        )  # not the junior half of a nine-year school
        wanted = dict(zip(primary.index, primary.to_numpy().tolist(), strict=True))
        assert window.run("() => seatplan.probe.card('grade')") == wanted


def test_the_card_of_a_block_shows_its_pupils_by_stage(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2024&block=B0007")
    shown = {
        stage: row[0] for stage, row in window.run("() => seatplan.probe.card('stage')").items()
    }
    assert shown == scenes[1].tables.blocks.loc["B0007"].xs(2024, level="year").pupils.to_dict()


def test_the_same_input_gives_the_same_bytes(explorer):
    again = explore_scenes(make_scenes()).render()
    assert hashlib.sha256(again.encode()).digest() == hashlib.sha256(explorer.read_bytes()).digest()


# --- within reach ---------------------------------------------------------------------------

STATES = {
    "overview": "",
    "school": "seatplan.select({school: seatplan.model.schoolRows[0][0].school, block: -1})",
    "block": "seatplan.select({school: -1, block: 30})",
}


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_to_mend_where_names_are_hostile(visit, hostile, width):
    window = visit(width, 844, bypass_csp=True)  # so that axe itself may run
    for name, code in STATES.items():
        window.show(hostile / "explorer.html")
        window.run(f"() => {{ {code} }}")
        window.page.add_script_tag(path=AXE)
        found = window.run("() => axe.run()")
        assert len(found["passes"]) > 15
        faults = [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]]
        assert faults == [], name


def test_the_keyboard_reaches_everything(visit, explorer):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2024")
    name = "({id, className, dataset, name}) => id || className || dataset.layer || name"
    seen = []
    for _ in range(70):
        window.page.keyboard.press("Tab")
        seen.append(window.run(f"() => ({name})(document.activeElement)") or "")
    places = "search stage scenario years play swipe table picture print language sources home"
    for wanted in [*places.split(), "sp-rank", "sp-point", "rings", "catchments"]:
        assert any(wanted in item for item in seen), wanted


def test_arrow_keys_walk_from_school_to_school_and_enter_opens_the_card(visit, explorer):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2024")
    window.page.focus(".sp-point[tabindex='0']")
    reached = {window.run("() => document.activeElement.textContent")}
    for key in ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"] * 12:
        window.page.keyboard.press(key)
        reached.add(window.run("() => document.activeElement.textContent"))
    assert len(reached) >= 4
    name = window.run("() => document.activeElement.textContent")
    window.page.keyboard.press("Enter")
    assert window.page.text_content("#card h2") == name
    window.page.keyboard.press("Escape")
    assert window.page.is_hidden("#card")


def test_every_standing_school_can_hold_the_focus(visit, explorer):
    window = visit().show(explorer)
    for stage in range(len(STAGES)):
        assert (
            window.run(
                "(at) => seatplan.set({scenario: at[0], stage: at[1], year: at[2]})", [1, stage, 6]
            )
            is None
        )
        assert window.run("(at) => seatplan.probe.withoutFocus(at)", [1, stage, 6]) == 0


def test_the_slider_speaks_its_year_and_balance(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-0&stage=primary&year=2024")
    window.page.focus("#years")
    window.page.keyboard.press("ArrowRight")
    total = scenes[0].tables.places.loc[("district", "000000", "primary", 2025)]
    balance = total.seats - total.residents
    told = f"全区缺口 {-balance:,} 人" if balance < 0 else f"余 {balance:,} 个学位"
    spoken = f"2025 年，{told}"
    assert window.page.get_attribute("#years", "aria-valuetext") == spoken
    window.page.keyboard.press("End")
    assert window.page.get_attribute("#years", "aria-valuenow") == "2035"
    window.run("() => seatplan.set({language: 'en'})")
    assert window.page.get_attribute("#years", "aria-valuetext").startswith("2035: ")


def test_search_finds_schools_blocks_and_townships(visit, explorer):
    window = visit(reduced_motion="reduce").show(explorer)
    for text in ("第70", "B0123"):
        window.page.fill("#search", text)
        window.page.keyboard.press("Enter")
        assert text in window.page.text_content("#card h2")
    before = window.run("() => seatplan.map.getZoom()")
    window.page.fill("#search", "3号镇")
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    assert window.run("() => seatplan.map.getZoom()") != before
    window.check()


def test_a_link_carries_scenario_stage_year_and_school(visit, explorer):
    link = "#scenario=scenario-3&stage=junior&year=2031&lang=en&school=S0110"
    window = visit().show(explorer, link)
    assert window.page.text_content("#figure-when") == "2031 · Junior middle · Scenario 3"
    assert window.run("() => document.documentElement.lang") == "en"
    assert window.page.is_visible("#card")
    window.run("() => seatplan.set({year: 3, scenario: 1})")
    link = window.run("() => location.hash")
    for part in ("scenario=scenario-1", "stage=junior", "year=2023", "lang=en", "school=S0110"):
        assert part in link
    again = visit().show(explorer, link)
    assert again.page.text_content("#figure-when") == "2023 · Junior middle · Scenario 1"


def test_a_link_carries_the_swipe_and_the_order_of_the_table(visit, explorer):
    window = visit().show(explorer)
    window.page.click("#do-swipe")
    for _ in range(3):
        window.page.press("#swipe-handle", "ArrowRight")
    again = visit().show(explorer, window.run("() => location.hash"))
    swipe = "() => seatplan.state.swipe"
    assert again.run(swipe) == pytest.approx(window.run(swipe), abs=0.001)
    window.page.click("#do-table")
    window.page.click("#table-head th:nth-child(2) button")
    window.page.click("#table-head th:nth-child(2) button")
    again = visit().show(explorer, window.run("() => location.hash"))
    rows = "() => document.getElementById('table-view').innerText"
    assert again.run(rows) == window.run(rows)


def test_a_link_carries_where_the_reader_has_gone(visit, explorer):
    window = visit().show(explorer)
    assert "at=" not in window.run("() => location.hash")
    where = """() => { const { lat, lng } = seatplan.map.getCenter();
        return [lat, lng, seatplan.map.getZoom()]; }"""
    zoom = window.run("() => seatplan.map.getZoom()")
    window.run(
        "(zoom) => seatplan.map.setView([37.8, 106.2], zoom, { animate: false })", zoom + 1.5
    )
    link = window.run("() => location.hash")
    again = visit().show(explorer, link)
    assert again.run(where) == pytest.approx(window.run(where), abs=0.01)
    again.page.click("#do-home")
    assert again.run("() => seatplan.map.getZoom()") == pytest.approx(zoom)
    assert "at=" not in again.run("() => location.hash")


def test_a_new_school_is_on_the_map_from_its_opening_year_only(visit, explorer):
    window = visit().show(explorer)
    before, after = (window.run("(at) => seatplan.probe.fresh(at)", [1, 0, at]) for at in (3, 4))
    opening = window.run("(at) => seatplan.probe.opening(at)", [1, 0, 2024])
    assert (before, after) == (0, opening)
    assert opening > 0


def test_a_picture_and_the_print_are_one_sheet(visit, explorer, tmp_path):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2026")
    with window.page.expect_download() as saved:
        window.page.click("#do-picture")
    saved.value.save_as(tmp_path / "sheet.png")
    assert saved.value.suggested_filename == "seatplan_scenario-1_primary_2026.png"
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.size == (4959, 3509)  # A3
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    sheet = window.page.pdf(prefer_css_page_size=True)
    assert sheet.count(b"/Type /Page\n") == 1
    assert b"1191" in sheet  # points: 420 mm, A3 on its long side
    assert b"/Subtype /Image" not in sheet  # lines are lines
    assert b"/Type /Font" in sheet  # and names letters
    window.check()


def test_it_shows_in_a_notebook_too(visit, scenes, tmp_path):
    inside = explore_scenes(scenes[:2])._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><body>{inside}</body>", "utf-8")
    window = visit()
    window.page.goto((tmp_path / "notebook.html").as_uri())
    frame = window.page.frames[1]
    frame.wait_for_selector("body[data-ready=yes]")
    frame.evaluate("() => seatplan.select({school: -1, block: 5})")
    assert frame.text_content("#card h2")
    window.check()


# --- nothing overlaps, nothing is cut ---------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (390, 844)], ids=str)
def test_nothing_overlaps_and_nothing_is_cut(visit, explorer, size, language):
    link = f"#scenario=scenario-1&stage=primary&year=2026&lang={language}"
    window = visit(*size, reduced_motion="reduce").show(explorer, link)
    layout = window.run("() => seatplan.probe.layout()")
    assert layout["cut"] == []
    assert layout["wide"] <= 0
    parts = layout["parts"]
    pairs = [("inset", "legend"), ("inset", "map-title"), ("panel", "map-frame"), ("bar", "panel")]
    if size[0] > 900:  # on a phone the years stay at the foot of the screen
        pairs.append(("legend", "timeline"))
    for one, other in pairs:
        a, b = parts[one], parts[other]
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, a, other, b)
    assert parts["inset"][3] - parts["inset"][1] >= 150  # the core can be read
    assert window.run("() => seatplan.probe.touching()") == [[0, 0]] * len(STAGES)


UNDER = """() => seatplan.boxesOf("#do-home, #map .leaflet-control-zoom, .sp-over").filter(
    ([left, top, right, bottom]) => { const { scale, dx, dy } = seatplan.mapView();
    for (let x = left; x <= right; x += 3) for (let y = top; y <= bottom; y += 3)
        if (seatplan.geometry.blockAt((x - dx) / scale, (y - dy) / scale) >= 0) return true;
    return false; })"""


def test_no_button_lies_on_a_district_that_fills_its_room(visit, tmp_path):
    explore([toy_outcome()]).save(tmp_path / "toy.html")
    for width, height in ((1440, 900), (1280, 720), (900, 700), (390, 844)):
        window = visit(width, height).show(tmp_path / "toy.html")
        assert window.run(UNDER) == []
        window.check()


def test_schools_too_close_for_a_scale_stand_under_a_number_that_opens(visit, explorer):
    link = "#scenario=scenario-1&stage=primary&year=2026&lang=en"
    window = visit(reduced_motion="reduce").show(explorer, link)
    told = window.run("() => seatplan.probe.openNumber(12)")  # a district twelve times as dense
    assert told["shown"]
    assert told["tip"][0] == f"{told['before']} here; click to zoom in"
    assert told["after"] < told["before"]
    window.check()


# --- small and quick --------------------------------------------------------------------------


def count_time(window):
    """A function that says how many ms of processor time the page's thread has spent."""
    session = window.page.context.new_cdp_session(window.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(item["value"] for item in metrics if item["name"] == "TaskDuration")

    return spent


def measure_change(window):
    """Milliseconds of the page's thread for a change of year, stage or scenario; the slowest kind.

    Script, layout and painting, in processor time: what others do on the machine does not count.
    """
    spent = count_time(window)
    means = []
    for key, size in (("year", 16), ("stage", 5), ("scenario", 6)):
        before = spent()
        for at in range(15):
            window.run("(step) => seatplan.probe.change(step)", [key, (at + 1) % size])
        means.append((spent() - before) / 15)
    return max(means)


def test_the_page_is_small_and_changes_at_once(visit, explorer):
    assert explorer.stat().st_size <= 1_500_000
    window = visit()
    spent = count_time(window)
    window.show(explorer)
    assert spent() <= 1000  # until everything is drawn; the first paint is earlier
    assert measure_change(window) <= 60


def measure_drop(window):
    """Milliseconds of the page's thread from a block that is dropped to the figures on the page."""
    window.page.click("#do-edit")
    drop = """(at) => { const { board } = seatplan;
        board.blocks.add(at); board.give(board.count(1).taught[at % 7]);
        return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))); }"""
    for at in range(3):
        window.run(drop, at)
    spent = count_time(window)
    before = spent()
    for at in range(3, 18):
        window.run(drop, at)
    assert window.run("() => seatplan.board.draft().steps.flatMap((of) => of.blocks).length") == 18
    return (spent() - before) / 15


def test_a_block_that_is_dropped_shows_its_figures_in_60_ms(visit, explorer):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2025")
    assert measure_drop(window) <= 60
    window.check()


@pytest.mark.slow
def test_a_district_with_3000_blocks_and_1000_schools_stays_quick(visit, tmp_path):
    path = tmp_path / "large.html"
    explore_scenes(make_scenes(1000, 3000)).save(path)
    window = visit().show(path)
    assert measure_change(window) <= 150
    assert measure_drop(window.show(path, "#stage=primary&year=2025")) <= 150
    window.check()
