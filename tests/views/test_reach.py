"""Every state of the explorer within everyone's reach: axe-core finds nothing, in any width."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.views.synthetic import make_scenes

from seatplan.examples import toy_outcome
from seatplan.scenarios.closures import Close
from seatplan.scenarios.scenario import Scenario
from seatplan.views.explorer import explore, explore_scenes

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[1] / "assets" / "axe.min.js").read_text("utf-8")
SIZES = [(1440, 900), (1280, 720), (900, 700), (390, 844)]  # the last two: a cell, a phone
RESET = """() => {
    document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
    document.getElementById("search").value = "";
    document.getElementById("search").dispatchEvent(new Event("input"));
    seatplan.usual = seatplan.usual || seatplan.state.layers;
    seatplan.set({scenario: 1, stage: 1, year: 5, theme: 0, swipe: null, table: false, edit: false,
        view: "schools", selected: null, layers: seatplan.usual});
}"""
SHOWN = {  # what is on the page -> how it comes there
    "overview": "",
    "today": "seatplan.set({scenario: 0})",
    "nearest": "seatplan.set({stage: 0})",
    "whole district": "seatplan.set({stage: 3})",
    "school": "seatplan.select({school: seatplan.model.schoolRows[1][0].school, block: -1})",
    "school of another stage": """seatplan.select(
        {school: seatplan.model.schoolRows[3][0].school, block: -1})""",
    "block": "seatplan.select({school: -1, block: 30})",
    "search": """const box = document.getElementById("search"); box.focus(); box.value = "1";
        box.dispatchEvent(new Event("input"));
        box.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown"}))""",
    "found nothing": """const box = document.getElementById("search"); box.value = "zzz";
        box.dispatchEvent(new Event("input"))""",
    "swipe": "document.getElementById('do-swipe').click()",
    "schools": "document.getElementById('do-table').click()",
    "plans": "seatplan.set({table: true, view: 'scenarios'})",
    "flows": "seatplan.set({table: true, view: 'flows'})",
    "over limits": "seatplan.set({table: true, view: 'over'})",
    "over limits today": "seatplan.set({table: true, view: 'over', scenario: 0, year: 0})",
    "village": """seatplan.select(
        {school: -1, block: -1, zone: {column: "block_unit", at: 1}})""",
    "flows of today": "seatplan.set({table: true, view: 'flows', scenario: 0})",
    "sources": "document.getElementById('do-sources').click()",
    "layers": """seatplan.set({layers: Object.fromEntries(
        Object.keys(seatplan.state.layers).map((name) => [name, true]))})""",
    "no layers": """seatplan.set({layers: Object.fromEntries(
        Object.keys(seatplan.state.layers).map((name) => [name, false]))})""",
    "theme of blocks": "seatplan.set({theme: 2})",
    "theme of years": "seatplan.set({theme: 5})",
}
CLOSING = {  # on a page whose plan closes a school
    "closures": "seatplan.set({edit: false, table: true, view: 'closures', scenario: 1})",
    "no closures": "seatplan.set({edit: false, table: true, view: 'closures', scenario: 0})",
}
DRAWN = {
    "begun": "",
    "blocks": "board.pickBlocks([2, 4], false)",
    "lock": "board.lock()",
    "give": "(board.clear(), board.pickBlocks([4, 5], false), board.give(0))",
    "school": "(board.clear(), board.pickSchool(1))",
    "refused": "board.step({kind: 'close', school: 'K', year: 1999})",
    "site": "(board.clear(), board.pickSite(0))",
    "built": "board.build({name: '新校', classrooms: 6})",
    "free point": """board.clear(); Object.assign(board, {point: [106.2, 37.98]});
        seatplan.set({})""",
    "lasso": "(board.clear(), Object.assign(board, {tool: 'lasso'}), seatplan.set({}))",
    "second draft": "(board.clear(), board.add(0, board.draft().steps), seatplan.set({}))",
    "nearest": "seatplan.set({stage: 0})",
    "junior": "seatplan.set({stage: 2})",
}


@pytest.fixture(scope="module")
def explorer(tmp_path_factory):
    path = tmp_path_factory.mktemp("reach") / "explorer.html"
    explore_scenes(make_scenes(48, 120, 3, 8)).save(path)
    return path


@pytest.fixture(scope="module")
def drawing(tmp_path_factory):
    path = tmp_path_factory.mktemp("reach") / "drawing.html"
    close = Scenario("close", interventions=(Close(year=2024, source="test", school="A"),))
    explore([toy_outcome(), toy_outcome(close)]).save(path)
    return path


def find_faults(window):
    """What axe has to say, and whether the page is wider than its window."""
    found = window.run("() => axe.run(document, {resultTypes: ['violations']})")
    faults = [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]]
    assert len(found["passes"]) > 15
    wide = window.run("() => document.documentElement.scrollWidth - innerWidth")
    return faults + ([("too wide", wide)] if wide > 0 else [])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_state_of_the_explorer(visit, explorer, size, language):
    window = visit(*size).show(explorer, f"#lang={language}")
    window.run(AXE)
    faults = {}
    for name, code in SHOWN.items():
        window.run(RESET)
        window.run(f"() => {{ {code} }}")
        faults[name] = find_faults(window)
    assert {name: found for name, found in faults.items() if found} == {}
    window.check()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_state_of_the_drawing_board(visit, drawing, size, language):
    window = visit(*size).show(drawing, f"#stage=primary&year=2023&lang={language}")
    window.run(AXE)
    window.run("() => { seatplan.set({scenario: 0}); seatplan.board.open(); }")
    faults = {}
    for name, code in DRAWN.items():
        window.run(f"() => {{ const {{ board }} = seatplan; {code} }}")
        faults[name] = find_faults(window)
    steps = window.run("() => seatplan.board.draft().steps.map((step) => step.kind)")
    assert steps == ["rezone", "new_school"]
    for name, code in CLOSING.items():
        window.run(f"() => {{ {code} }}")
        faults[name] = find_faults(window)
    assert {name: found for name, found in faults.items() if found} == {}
    window.check()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_drawing_board_by_keyboard_alone(visit, drawing, size, language):
    """A school closed, a block given, undone and saved: by Tab, arrows, Enter, letters and Esc."""
    window = visit(*size).show(drawing, f"#stage=primary&year=2023&lang={language}")
    window.run(AXE)
    keyboard = window.page.keyboard
    focus = "() => document.activeElement.id || document.activeElement.className"

    def tab_to(wanted, key="Tab"):
        for _ in range(120):
            if wanted in window.run(focus):
                return
            keyboard.press(key)
        raise AssertionError(f"no Tab reaches {wanted}")

    def kinds():
        return window.run("() => seatplan.board.draft().steps.map((step) => step.kind)")

    tab_to("do-edit")
    keyboard.press("Enter")
    assert find_faults(window) == []
    tab_to("search")
    keyboard.type("b5")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    tab_to("give-0")
    assert find_faults(window) == []
    keyboard.press("Enter")
    assert kinds() == ["rezone"]
    assert find_faults(window) == []
    tab_to("sp-point")
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    assert find_faults(window) == []
    tab_to("close-school", "Shift+Tab")
    keyboard.press("Enter")
    assert kinds() == ["rezone", "close"]
    assert find_faults(window) == []
    keyboard.press("Control+z")
    assert kinds() == ["rezone"]
    keyboard.press("Escape")
    tab_to("draft-save", "Shift+Tab")
    with window.page.expect_download() as saved:
        keyboard.press("Enter")
    assert saved.value.suggested_filename.endswith(".toml")
    window.check()
