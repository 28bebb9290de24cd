"""The drawing board as a widget: the draft that is drawn in the cell comes back as a scenario."""

import builtins
import json
from pathlib import Path

import pytest

import seatplan
from seatplan import evaluate, open_board
from seatplan.errors import InputError, ScenarioError
from seatplan.examples import toy_outcome
from seatplan.scenarios.areas import Rezone
from seatplan.scenarios.closures import Close
from seatplan.scenarios.scenario import Scenario

SCRIPT = Path(seatplan.__file__).parent / "views" / "explorer" / "page" / "notebook.mjs"
CLOSE = Scenario("close", interventions=(Close(year=2024, source="test", school="B"),))
# What a notebook does with a widget: import its module, hand it a model and a cell, take changes.
HOST = """async ([code, page]) => {
    const values = { page, title: "board", draft: "" };
    window.model = { values, saved: 0, get: (name) => values[name],
        set: (name, value) => { values[name] = value; }, save_changes() { this.saved += 1; } };
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const { default: widget } = await import(url);
    window.leave = widget.render({ model: window.model, el: document.body });
}"""


@pytest.fixture(scope="module")
def outcomes():
    return [toy_outcome(), toy_outcome(CLOSE)]


def test_a_board_without_a_draft_says_so(outcomes):
    board = open_board(outcomes)
    assert board.draft == ""
    assert board.title in board.page
    with pytest.raises(ScenarioError, match="no draft yet"):
        board.scenario  # noqa: B018


def test_what_comes_back_is_a_scenario(outcomes):
    board = open_board(outcomes[:1])
    board.draft = (
        'name = "d"\n[[intervention]]\nkind = "rezone"\nyear = 2022\nstage = "primary"\n'
        'school = "B"\nblocks = ["b4"]\nsource = "drawn"\n'
    )
    (step,) = board.scenario.interventions
    assert step == Rezone(year=2022, source="drawn", stage="primary", school="B", blocks=("b4",))


def test_without_anywidget_the_extra_is_named(outcomes, monkeypatch):
    fetch = builtins.__import__

    def refuse(name, *given, **named):
        if name == "seatplan.views.explorer.widget":
            raise ImportError(name)
        return fetch(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError, match=r"seatplan\[notebook\]"):
        open_board(outcomes)


@pytest.mark.browser
def test_the_draft_of_the_cell_is_the_scenario_of_the_kernel(visit, outcomes):
    board = open_board(outcomes, language="en")
    window = visit()
    window.page.goto("about:blank")
    window.run(HOST, [SCRIPT.read_text("utf-8"), board.page])
    frame = window.page.frame_locator("iframe")
    frame.locator("body[data-ready=yes]").wait_for(timeout=20_000)
    assert window.run("() => model.values.draft") == ""
    cell = window.page.frames[1]
    cell.evaluate("() => seatplan.set({scenario: 1, stage: 1, year: 3})")
    frame.locator("#do-edit").click()
    cell.evaluate("() => seatplan.board.pickBlocks([seatplan.model.blocks.indexOf('b4')], false)")
    frame.locator("#give-0").click()
    window.page.wait_for_function("model.values.draft.includes('rezone')")
    board.draft = window.run("() => model.values.draft")
    assert [step.kind for step in board.scenario.interventions] == ["close", "rezone"]
    outcome = evaluate(outcomes[0].district, outcomes[0].standards, board.scenario)
    residents = outcome.balance.schools.residents.xs("primary", level="stage").unstack("year")
    read = """() => { const count = seatplan.board.count(1);
        const years = seatplan.model.years.map((_, year) => year);
        return JSON.stringify(Object.fromEntries(count.taught.map((at) => [
            seatplan.model.schools[at].id,
            years.map((year) => count.residents[year * count.places + at])]))); }"""
    counted = json.loads(cell.evaluate(read))
    assert counted == {school: row.to_list() for school, row in residents.iterrows()}
    saved = window.run("() => model.saved")
    cell.evaluate("() => seatplan.set({year: 4})")  # nothing new is drawn: nothing is told
    assert window.run("() => model.saved") == saved
    window.run("() => leave()")
    cell.evaluate("() => seatplan.board.undo()")
    window.page.wait_for_timeout(50)
    assert window.run("() => model.saved") == saved  # a cell that was cleared hears no more
    window.check()
