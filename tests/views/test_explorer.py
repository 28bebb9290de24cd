"""The explorer in a browser without a network: safe, exact, quick, and within reach of everyone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from seatplan.views.explorer import explore_scenes
from seatplan.views.maps import map_scenes
from seatplan.views.offline import OfflineMap
from tests.views.synthetic import STAGES, make_scenes

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
    map_scenes(scenes[:1], stage="primary", year=2022).save(folder / "map.html")
    map_scenes(scenes, stage="junior", year=2022).save(folder / "comparison.html")
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
        window.run(
            """() => {
              const sp = seatplan;
              for (const language of ["en", "zh"]) {
                sp.set({language, table: true});
                sp.model.schools.forEach((_, school) => sp.select({school, block: -1}));
                sp.select({school: -1, block: 3});
                sp.byId("search").value = "{{7";
                sp.byId("search").dispatchEvent(new Event("input"));
                sp.drawSheet(1);
              }
            }"""
        )
        scripts = window.run("() => document.scripts.length")
        name = window.run("() => seatplan.model.schools[0].name")
        assert name.startswith(HOSTILE)
        window.run("() => seatplan.select({school: seatplan.model.schoolRows[0][0].school, block: -1})")
        shown = window.run("() => document.querySelector('#card h2').textContent")
        assert shown.startswith(HOSTILE)
        listed = window.run("() => document.querySelector('#table-rows button').textContent")
        assert listed.startswith(HOSTILE)
        assert window.run("() => document.querySelectorAll('img[src=x]').length") == 0
        assert window.run("() => document.scripts.length") == scripts
        assert "49" not in window.run("() => document.querySelector('#page-sub').textContent").split("·")[0]
        window.page.wait_for_timeout(50)
        window.check()


def test_a_script_that_was_not_there_when_the_page_was_written_does_not_run(visit, explorer):
    window = visit().show(explorer)
    window.run(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.intruder = 1";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", "<i onclick='window.intruder = 2'>x</i>");
          document.body.lastElementChild.click();
        }"""
    )
    assert window.run("() => window.intruder") is None


# --- exact ----------------------------------------------------------------------------------

READ_FIGURES = """([scenario, stage, year]) => {
  seatplan.set({scenario, stage, year});
  const number = (text) => Number(text.replace(/[^0-9\\u2212]/g, "").replace("\\u2212", "-"));
  const of = (key) => { const cell = document.querySelector(`[data-figure=${key}]`);
                        return cell ? number(cell.textContent) : 0; };
  const ranks = [...document.querySelectorAll("#ranking li")].map((item) => [
    seatplan.model.schools[item.querySelector("button").dataset.school].id,
    number(item.querySelector(".sp-rank-value").textContent)]);
  const counts = [...document.querySelectorAll("[data-class]")].map((item) => number(item.textContent));
  const bars = document.querySelector("#years").getAttribute("aria-valuetext");
  return {balance: number(sp_text("figure-balance")), demand: of("demand"), supply: of("supply"),
          short: of("short"), crowded: of("crowded"), large: of("large"), unplaced: of("unplaced"),
          ranks, counts, spoken: number(bars.split(/[,，]/).slice(1).join(""))};
  function sp_text(id) { return document.getElementById(id).textContent; }
}"""


def expected_figures(scene, stage, year):
    """The same figures, from the tables."""
    tables = scene.tables
    total = tables.places.xs(("district", stage, year), level=("level", "stage", "year")).iloc[0]
    schools = tables.schools.xs((stage, year), level=("stage", "year"))
    schools = schools[(schools[["seats", "pupils", "residents"]] != 0).any(axis=1)]
    rolls = STAGES[stage][2] == "seats"
    balance = schools.seats - (schools.pupils if rolls else schools.residents)
    flags = tables.flags[(tables.flags.stage == stage) & (tables.flags.year == year)]
    flagged = flags.groupby("code").school.nunique()
    bins = pd.cut(-balance, [-1e9, -300.5, -150.5, -50.5, 50, 150, 300, 1e9]).value_counts(sort=False)
    worst = balance[balance < 0].sort_values(kind="stable").head(8)
    return {
        "balance": total.seats - total.residents,
        "demand": total.residents,
        "supply": total.seats,
        "short": int((balance < 0).sum()),
        "crowded": int(flagged.get("class-size", 0)),
        "large": int(flagged.get("school-size", 0)),
        "unplaced": total.unplaced,
        "ranks": worst.to_list(),
        "counts": bins.to_list(),  # from the largest surplus to the worst shortage
        "spoken": abs(total.seats - total.residents),
    }


def test_the_figures_on_the_page_are_those_of_the_tables(visit, explorer, scenes):
    window = visit().show(explorer)
    years = scenes[0].district.years
    for number, scene in enumerate(scenes):
        for place, stage in enumerate(STAGES):
            for at, year in enumerate(years):
                shown = window.run(READ_FIGURES, [number, place, at])
                wanted = expected_figures(scene, stage, year)
                ids, values = zip(*shown["ranks"], strict=True) if shown["ranks"] else ((), ())
                balance = scene.tables.schools.xs((stage, year), level=("stage", "year"))
                assert list(values) == wanted["ranks"], (scene.code, stage, year)
                against = "pupils" if STAGES[stage][2] == "seats" else "residents"
                for school, value in zip(ids, values, strict=True):
                    assert balance.seats[school] - balance[against][school] == value
                assert shown | {"ranks": wanted["ranks"]} == wanted, (scene.code, stage, year)


def test_the_table_view_shows_every_school_as_in_the_tables(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-2&stage=primary&year=2027")
    window.page.click("#do-table")
    rows = window.run(
        """() => [...document.querySelectorAll("#table-rows tr")].map((row) => [row.dataset.school,
          ...["classrooms", "seats", "pupils", "residents", "balance", "walk"].map((key) => {
            const at = [...document.querySelectorAll("#table-head th")].findIndex((cell) =>
              cell.textContent.startsWith(seatplan.say("column." + key)));
            return Number(row.children[at].textContent.replace(/[,+]/g, "").replace("\\u2212", "-"));
          })])"""
    )
    table = scenes[2].tables.schools.xs(("primary", 2027), level=("stage", "year"))
    table = table[(table[["seats", "pupils", "residents"]] != 0).any(axis=1)]
    columns = [table.classrooms, table.seats, table.pupils, table.residents, -table.gap, table.walk_m]
    wanted = {row[0]: list(row[1:]) for row in zip(table.index, *columns, strict=True)}
    assert {row[0]: row[1:] for row in rows} == wanted
    balances = [row[5] for row in rows]
    assert balances == sorted(balances)  # the largest shortage first


def test_the_card_of_a_school_shows_its_classes(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2024")
    tables = scenes[1].tables
    for school in tables.schools.xs(("primary", 2024), level=("stage", "year")).index[:6]:
        window.run("(id) => seatplan.select({school: seatplan.model.schoolAt.get(id), block: -1})", school)
        cells = window.run(
            """() => Object.fromEntries([...document.querySelectorAll("#card tr[data-grade]")].map((row) =>
              [row.dataset.grade, [...row.querySelectorAll("td")].map((cell) =>
                Number(cell.textContent.replace(/,/g, "")))]))"""
        )
        grades = tables.grades.loc[school].xs(2024, level="year").filter(regex="^g[1-6]$", axis=0)
        wanted = {grade: list(row) for grade, row in zip(grades.index, grades.to_numpy().tolist(), strict=True)}
        assert cells == wanted


def test_the_card_of_a_block_shows_its_pupils_by_stage(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2024&block=B0007")
    cells = window.run(
        """() => Object.fromEntries([...document.querySelectorAll("#card tr[data-stage]")].map((row) =>
          [row.dataset.stage, Number(row.querySelector("[data-column=pupils]").textContent.replace(/,/g, ""))]))"""
    )
    table = scenes[1].tables.blocks.loc["B0007"].xs(2024, level="year").pupils
    assert cells == table.to_dict()


def test_the_same_input_gives_the_same_bytes(explorer):
    again = explore_scenes(make_scenes()).get_root().render()
    assert hashlib.sha256(again.encode()).digest() == hashlib.sha256(explorer.read_bytes()).digest()


# --- within reach ---------------------------------------------------------------------------

STATES = {
    "overview": "",
    "table": "document.getElementById('do-table').click()",
    "swipe": "document.getElementById('do-swipe').click()",
    "school": "seatplan.select({school: seatplan.model.schoolRows[0][0].school, block: -1})",
    "block": "seatplan.select({school: -1, block: 30})",
    "sources": "document.getElementById('do-sources').click()",
    "English": "seatplan.set({language: 'en', stage: seatplan.payload.stages.length - 1})",
    "rings": "seatplan.set({layers: {...seatplan.state.layers, rings: true, lines: true}})",
}


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_to_mend(visit, explorer, hostile, width):
    few = ["overview", "school"] if width < 900 else ["overview", "school", "block", "swipe"]
    for path, states in ((explorer, STATES), (hostile / "comparison.html", few)):
        window = visit(width, 844, bypass_csp=True)  # so that axe itself may run
        for name in states:
            code = STATES[name]
            window.show(path)
            window.run(f"() => {{ {code} }}")
            window.page.add_script_tag(path=AXE)
            found = window.run("() => axe.run()")
            assert len(found["passes"]) > 15
            faults = [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]]
            assert faults == [], (name, width)


def test_the_keyboard_reaches_everything(visit, explorer):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2024")
    seen = []
    for _ in range(70):
        window.page.keyboard.press("Tab")
        seen.append(
            window.run(
                """() => { const at = document.activeElement;
                  return at.id || at.className || at.dataset.layer || at.name || at.tagName; }"""
            )
        )
    for wanted in ("search", "years", "play", "do-swipe", "do-table", "do-picture", "do-print",
                   "do-language", "do-sources", "do-home", "sp-rank", "sp-point", "scenario", "stage",
                   "rings"):  # fmt: skip
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
    window = visit().show(explorer, "#scenario=scenario-1&stage=kindergarten&year=2026")
    missed = window.run(
        """() => seatplan.model.picture(1, 0, 6).standing.filter((entry) => entry.seats || entry.pupils)
          .filter((entry) => { seatplan.focusSchool(entry.school);
            return document.activeElement.textContent !== seatplan.model.schools[entry.school].name; })
          .length"""
    )
    assert missed == 0


def test_the_slider_speaks_its_year_and_balance(visit, explorer, scenes):
    window = visit().show(explorer, "#scenario=scenario-0&stage=primary&year=2024")
    window.page.focus("#years")
    window.page.keyboard.press("ArrowRight")
    total = scenes[0].tables.places.loc[("district", "000000", "primary", 2025)]
    balance = total.seats - total.residents
    verb = "缺" if balance < 0 else "余"
    assert window.page.get_attribute("#years", "aria-valuetext") == f"2025 年，{verb} {abs(balance):,} 个学位"
    window.page.keyboard.press("End")
    assert window.page.get_attribute("#years", "aria-valuenow") == "2035"
    window.run("() => seatplan.set({language: 'en'})")
    assert window.page.get_attribute("#years", "aria-valuetext").startswith("2035: ")


def test_search_finds_schools_blocks_and_townships(visit, explorer):
    window = visit().show(explorer)
    for text, opened in (("第70", "#card h2"), ("B0123", "#card h2")):
        window.page.fill("#search", text)
        window.page.keyboard.press("Enter")
        assert text in window.page.text_content(opened)
    before = window.run("() => seatplan.map.getZoom()")
    window.page.fill("#search", "3号镇")
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    window.page.wait_for_timeout(500)
    assert window.run("() => seatplan.map.getZoom()") > before
    window.check()


def test_a_link_carries_scenario_stage_year_and_school(visit, explorer):
    window = visit().show(explorer, "#scenario=scenario-3&stage=junior&year=2031&lang=en&school=S0110")
    assert window.page.text_content("#figure-when") == "2031 · Junior middle · Scenario 3"
    assert window.run("() => document.documentElement.lang") == "en"
    assert window.page.is_visible("#card")
    window.run("() => seatplan.set({year: 3, scenario: 1})")
    link = window.run("() => location.hash")
    for part in ("scenario=scenario-1", "stage=junior", "year=2023", "lang=en", "school=S0110"):
        assert part in link
    assert visit().show(explorer, link).page.text_content("#figure-when") == "2023 · Junior middle · Scenario 1"


def test_a_new_school_is_on_the_map_from_its_opening_year_only(visit, explorer):
    window = visit().show(explorer)
    fresh = "(year) => seatplan.model.picture(1, 0, year).standing.filter((entry) => entry.fresh).length"
    count = "() => seatplan.model.schoolRows[0].filter(({school}) => seatplan.model.opened(1, school) === 2024).length"
    assert [window.run(fresh, year) for year in (3, 4)] == [0, window.run(count)]


def test_a_picture_and_the_print_are_one_sheet(visit, explorer, tmp_path):
    window = visit().show(explorer, "#scenario=scenario-1&stage=primary&year=2026")
    with window.page.expect_download() as saved:
        window.page.click("#do-picture")
    saved.value.save_as(tmp_path / "sheet.png")
    assert saved.value.suggested_filename == "seatplan_scenario-1_primary_2026.png"
    assert (tmp_path / "sheet.png").stat().st_size > 100_000
    sheet = window.page.pdf(prefer_css_page_size=True)
    assert sheet.count(b"/Type /Page\n") == 1
    assert b"1191" in sheet  # points: 420 mm, A3 on its long side
    window.check()


def test_it_shows_in_a_notebook_too(visit, scenes, tmp_path):
    inside = map_scenes(scenes[:2], stage="primary", year=2026)._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><body>{inside}</body>", "utf-8")
    window = visit()
    window.page.goto((tmp_path / "notebook.html").as_uri())
    frame = window.page.frames[1]
    frame.wait_for_selector("body[data-ready=yes]")
    frame.evaluate("() => seatplan.select({school: -1, block: 5})")
    assert frame.text_content("#card h2")
    window.check()


# --- nothing overlaps, nothing is cut ---------------------------------------------------------

LAYOUT = """() => {
  const box = (id) => { const r = document.getElementById(id).getBoundingClientRect();
                        return [r.left, r.top, r.right, r.bottom].map(Math.round); };
  const cut = [...document.querySelectorAll("button, h1, h2, h3, dt, dd, label span, .sp-range, .sp-layer, legend")]
    .filter((item) => item.offsetParent && !item.matches(".sp-unseen") && !item.closest(".sp-rank, #school-points") &&
            item.scrollWidth > item.clientWidth + 2 && getComputedStyle(item).display !== "inline")
    .map((item) => item.textContent.slice(0, 30));
  return {cut, wide: document.documentElement.scrollWidth - innerWidth,
          parts: Object.fromEntries(["bar", "panel", "map-frame", "timeline", "inset", "legend", "map-title"]
            .map((id) => [id, box(id)]))};
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_nothing_overlaps_and_nothing_is_cut(visit, explorer, width, height, language):
    window = visit(width, height).show(explorer, f"#scenario=scenario-1&stage=primary&year=2026&lang={language}")
    layout = window.run(LAYOUT)
    assert layout["cut"] == []
    assert layout["wide"] <= 0
    parts = layout["parts"]
    pairs = [("inset", "legend"), ("inset", "map-title"), ("legend", "timeline"), ("panel", "map-frame"), ("bar", "panel")]
    if width < 900:
        pairs.remove(("legend", "timeline"))  # the years stay at the foot of a phone's screen
    for one, other in pairs:
        a, b = parts[one], parts[other]
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, a, other, b)
    if width >= 900:
        assert parts["legend"][3] <= parts["map-frame"][3]
        assert parts["inset"][3] - parts["inset"][1] >= 90  # the core can be read


# --- small and quick --------------------------------------------------------------------------

CHANGE = """([key, value]) => { const before = performance.now();
  seatplan.set({[key]: value}); document.body.offsetHeight; return performance.now() - before; }"""


def slowest_usual_change(window, scenarios, stages, years):
    """Median time of a change of year, stage and scenario, in ms, the slowest of the three."""
    medians = []
    for key, size in (("year", years), ("stage", stages), ("scenario", scenarios)):
        times = sorted(window.run(CHANGE, [key, (at + 1) % size]) for at in range(15))
        medians.append(times[7])
    return max(medians)


def test_the_page_is_small_and_changes_at_once(visit, explorer):
    assert explorer.stat().st_size <= 1_500_000
    window = visit().show(explorer)
    paint = window.run("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint <= 1000
    assert slowest_usual_change(window, 6, 5, 16) <= 60


@pytest.mark.slow
def test_a_district_ten_times_as_large_stays_quick(visit, tmp_path):
    path = tmp_path / "large.html"
    explore_scenes(make_scenes(1000, 3000)).save(path)
    window = visit().show(path)
    assert slowest_usual_change(window, 6, 5, 16) <= 150
    window.check()
