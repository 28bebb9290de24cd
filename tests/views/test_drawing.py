"""The drawing board under a planner's hands: clicks, drags, keys, files and links."""

import tomllib

import openpyxl
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.closures import Close
from seatplan.scenarios.scenario import Scenario, read_scenario
from seatplan.views.explorer import explore

pytestmark = pytest.mark.browser

LINK = "#scenario=baseline&stage=primary&year=2022&lang=en"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("drawing") / "explorer.html"
    close = Scenario("close", interventions=(Close(year=2024, source="test", school="A"),))
    explore([toy_outcome(), toy_outcome(close)]).save(path)
    return path


def find_block(window, name):
    """Where a block lies on the screen."""
    code = """(name) => { const box = seatplan.map.getContainer().getBoundingClientRect();
        const point = seatplan.geometry.blockPoints[seatplan.model.blocks.indexOf(name)];
        const [x, y] = seatplan.toScreen([point[0], point[1]]);
        return [x + box.left, y + box.top]; }"""
    return window.run(code, name)


def click_block(window, name, **options):
    x, y = find_block(window, name)
    window.page.mouse.click(x + 14, y + 14, **options)  # beside the school that stands there
    window.page.wait_for_timeout(30)


def give_b3(window):
    """Begin a draft with one step: b3 goes to the first school that is offered."""
    window.page.click("#do-edit")
    click_block(window, "b3")
    window.page.click("#give-0")


def save_draft(window, tmp_path):
    with window.page.expect_download() as saved:
        window.page.click("#draft-save")
    saved.value.save_as(tmp_path / saved.value.suggested_filename)
    return tmp_path / saved.value.suggested_filename


def read_steps(window):
    return window.run("() => seatplan.board.draft().steps")


def test_a_block_is_moved_by_hand_and_taken_away_as_a_file_in_three_clicks(visit, page, tmp_path):
    window = visit().show(page, LINK)
    click_block(window, "b3")
    window.page.click("#card-give-0")
    file = save_draft(window, tmp_path)
    (step,) = tomllib.loads(file.read_text("utf-8"))["intervention"]
    assert (step["school"], step["blocks"], step["year"]) == ("A", ["b3"], 2022)
    outcome = evaluate(toy_district(), toy_standards(), read_scenario(file))
    # A had 240 residents; b3 brings 10 in each of six grades
    assert outcome.balance.schools.residents["A", "primary", 2022] == 300
    assert window.page.text_content("#draft-shortage") == "30"  # 270 seats
    window.check()


def test_blocks_are_chosen_and_given_by_clicks_on_the_map(visit, page):
    window = visit().show(page, LINK)
    window.page.click("#do-edit")
    for block in ("b3", "b5"):
        click_block(window, block)
    assert "Blocks chosen: 2, pupils: 180" in window.page.text_content("#draft-pick")
    click_block(window, "b5")  # again: not chosen any more
    assert "Blocks chosen: 1," in window.page.text_content("#draft-pick")
    x, y = find_block(window, "b1")
    window.page.mouse.click(x, y)  # A stands there
    (step,) = read_steps(window)
    assert step == {
        "kind": "rezone", "stage": "primary", "school": "A", "blocks": ["b3"], "year": 2022
    }  # fmt: skip
    assert "60" in window.page.text_content("[data-draft=moved]")
    window.check()


def test_chosen_blocks_are_dragged_to_a_school(visit, page):
    window = visit().show(page, LINK)
    window.page.click("#do-edit")
    click_block(window, "b3")
    x, y = find_block(window, "b3")
    to_x, to_y = find_block(window, "b1")
    window.page.mouse.move(x + 14, y + 14)
    window.page.mouse.down()
    window.page.mouse.move(to_x + 30, to_y + 30, steps=6)
    window.page.mouse.up()
    window.page.wait_for_timeout(50)
    assert [step["school"] for step in read_steps(window)] == ["A"]
    click_block(window, "b5")  # the map is not dragged, and a click is a click again
    assert window.run("() => seatplan.board.blocks.size") == 1
    window.check()


def test_a_lasso_takes_the_blocks_within_it(visit, page):
    window = visit().show(page, LINK)
    window.page.click("#do-edit")
    window.page.click("#tool-lasso")
    corners = [find_block(window, block) for block in ("b4", "b6", "b3", "b1")]
    middle = [sum(corner[at] for corner in corners) / 4 for at in (0, 1)]
    wide = [[x + 0.1 * (x - middle[0]), y + 0.1 * (y - middle[1])] for x, y in corners]
    window.page.mouse.move(*wide[0])
    window.page.mouse.down()
    for corner in [*wide[1:], wide[0]]:
        window.page.mouse.move(*corner, steps=3)
    window.page.mouse.up()
    window.page.wait_for_timeout(50)
    assert window.run("() => seatplan.board.blocks.size") == 6
    window.check()


def test_undo_redo_and_drop_bring_steps_back_and_take_them_away(visit, page):
    window = visit().show(page, LINK)
    give_b3(window)
    assert len(read_steps(window)) == 1
    window.page.keyboard.press("Control+z")
    assert read_steps(window) == []
    assert window.page.text_content("#draft-change") == ""
    window.page.click("#draft-redo")
    assert len(read_steps(window)) == 1
    window.page.click("#drop-0")
    assert read_steps(window) == []
    window.check()


def test_a_locked_block_is_not_given_away_and_is_named_in_the_file(visit, page, tmp_path):
    window = visit().show(page, LINK)
    window.page.click("#do-edit")
    click_block(window, "b3")
    window.page.click("#pick-lock")
    click_block(window, "b5")
    window.page.click("#give-0")
    assert [step["blocks"] for step in read_steps(window)] == [["b5"]]
    file = save_draft(window, tmp_path)
    lines = file.read_text("utf-8").splitlines()
    assert '# locked = ["b3"]' in lines
    told = next(line for line in lines if "seatplan rezone data" in line).split()[3:]
    write_district(toy_district(), toy_standards(), tmp_path / "data")
    told[told.index("--scenario") + 1] = str(file)
    out = tmp_path / "rezone.toml"
    run = CliRunner().invoke(
        app, ["rezone", str(tmp_path / "data"), *told[1:], "--effort", "0.2", "--out", str(out)]
    )
    assert run.exit_code == 0, run.output
    moved = tomllib.loads(out.read_text("utf-8"))["intervention"]
    given = [block for step in moved[1:] for block in step.get("blocks", [])]
    assert "b3" not in given  # the first step is the draft's


def test_a_school_is_built_on_a_site_and_takes_what_is_nearer(visit, page, tmp_path):
    window = visit().show(page, LINK)
    window.page.click("#do-edit")
    window.page.click("#site-choose")
    window.page.fill("#new-rooms", "6")
    window.page.click("#build")
    file = save_draft(window, tmp_path)
    outcome = evaluate(toy_district(), toy_standards(), read_scenario(file))
    shown = window.run(
        "() => { const { standing } = seatplan.shown(seatplan.state.stage, seatplan.state.year);"
        " return Object.fromEntries(standing.map(({ school, residents }) =>"
        " [seatplan.model.schools[school].id, residents])); }"
    )
    table = outcome.balance.schools.residents.xs(("primary", 2022), level=("stage", "year"))
    assert shown == table[table > 0].to_dict()
    assert shown["D1"] > 0
    window.check()


def test_a_school_placed_freely_carries_about_equal_signs(visit, page, tmp_path):
    window = visit().show(page, LINK)
    window.page.click("#do-edit")
    window.page.click("#tool-point")
    click_block(window, "b5")
    window.page.click("#build")
    assert window.page.text_content("#draft-shortage").startswith("≈ ")
    file = save_draft(window, tmp_path)
    evaluate(
        toy_district(), toy_standards(), read_scenario(file)
    )  # the place is within the district
    window.check()


def test_schools_are_extended_merged_and_closed(visit, page, tmp_path):
    window = visit().show(page, LINK)
    window.page.click("#do-edit")
    x, y = find_block(window, "b6")
    window.page.mouse.click(x, y)  # B
    window.page.fill("#expand-rooms", "2")
    window.page.click("#expand")
    assert window.page.text_content("[data-draft=supply]") == "630"  # 14 rooms of 45
    window.page.mouse.click(x, y)
    window.page.mouse.click(*find_block(window, "b1"))  # A in its place
    window.page.click("#merge")
    kinds = [step["kind"] for step in read_steps(window)]
    assert kinds == ["expand", "merge"]
    assert window.page.text_content("[data-draft=supply]") == "360"  # B alone: 8 rooms
    outcome = evaluate(toy_district(), toy_standards(), read_scenario(save_draft(window, tmp_path)))
    assert outcome.balance.schools.residents["B", "primary", 2022] == 540
    window.check()


def test_what_cannot_be_is_refused_with_its_reason(visit, page):
    window = visit().show(page, LINK.replace("baseline", "close"))
    window.page.click("#do-edit")
    window.page.mouse.click(*find_block(window, "b1"))
    window.page.click("#close-school")  # the plan closes A in 2024
    assert "still needs" in window.page.text_content("#draft-told")
    assert read_steps(window) == []


def test_a_draft_comes_back_from_its_file_and_from_its_link(visit, page, tmp_path):
    window = visit().show(page, LINK.replace("baseline", "close"))
    give_b3(window)
    file = save_draft(window, tmp_path)
    steps, link = read_steps(window), window.run("() => location.hash")
    other = visit().show(page, link)
    assert read_steps(other) == steps
    assert other.run("() => seatplan.state.scenario") == 1
    third = visit().show(page, LINK)
    third.page.click("#do-edit")
    third.page.set_input_files("#draft-file", file)
    third.page.wait_for_function("() => seatplan.board.drafts.length === 2")
    assert read_steps(third) == steps
    assert third.run("() => seatplan.state.scenario") == 1
    for bad, told in (("name = ", "not TOML"), ('extends = "a"\nname = "b"', "extends another")):
        (tmp_path / "bad.toml").write_text(bad, "utf-8")
        third.page.set_input_files("#draft-file", tmp_path / "bad.toml")
        third.page.wait_for_function(
            "(told) => document.getElementById('draft-told').textContent.includes(told)", arg=told
        )
    third.check()


def test_a_link_carries_every_draft_and_what_is_picked(visit, page):
    window = visit().show(page, LINK)
    give_b3(window)
    window.page.click("#draft-copy")
    read = """() => { const { drafts, at, year, blocks, school } = seatplan.board;
        return [drafts.map(({ name, steps }) => [name, steps]), at, year, [...blocks], school,
            document.getElementById("board").innerText]; }"""
    for pick in ("board.blocks.add(1), board.year = 2024", "board.choose(0), board.school = 1"):
        window.run(f"() => {{ const {{ board }} = seatplan; {pick}; seatplan.set({{}}); }}")
        again = visit().show(page, window.run("() => location.hash"))
        assert again.run(read) == window.run(read)
        again.check()


def test_the_link_of_another_page_opens_an_empty_draft_that_says_so(visit, page):
    window = visit().show(page, "#stage=primary&draft=Wzldxxxx&lang=en")
    assert "belongs to another page" in window.page.text_content("#draft-told")
    assert window.run("() => seatplan.board.draft().steps.length") == 0
    window.check()


def test_drafts_stand_side_by_side(visit, page):
    window = visit().show(page, LINK)
    give_b3(window)
    window.page.click("#draft-copy")
    window.page.fill("#draft-name", "second way")
    window.page.keyboard.press("Enter")
    click_block(window, "b2")
    window.page.click("#give-0")
    rows = window.page.locator("#draft-compare tbody tr").all_text_contents()
    assert len(rows) == 2
    assert rows[1].startswith("second way")
    window.page.select_option("#draft-list", "0")
    assert len(read_steps(window)) == 1
    window.check()


def test_the_board_works_by_keyboard_alone(visit, page):
    window = visit().show(page, LINK)
    window.page.focus("#do-edit")
    window.page.keyboard.press("Enter")
    window.page.fill("#search", "b3")
    window.page.keyboard.press("Enter")
    assert window.run("() => seatplan.board.blocks.size") == 1
    window.page.focus("#give-0")
    window.page.keyboard.press("Enter")
    assert len(read_steps(window)) == 1
    window.page.focus(".sp-point[tabindex='0']")
    window.page.keyboard.press("Enter")
    assert window.page.is_visible("#close-school")
    window.page.keyboard.press("Escape")
    assert not window.page.is_visible("#close-school")
    window.check()


def test_a_page_of_one_outcome_draws_drafts_too(visit, tmp_path):
    explore([toy_outcome()]).save(tmp_path / "one.html")
    window = visit().show(tmp_path / "one.html", "#stage=primary&year=2021&lang=en")
    give_b3(window)
    assert len(read_steps(window)) == 1
    window.check()


def test_the_card_of_a_block_says_what_every_plan_does_to_it(visit, page):
    window = visit().show(page, LINK.replace("2022", "2025") + "&block=b1")
    rows = window.page.locator("#card tr[data-plan]").all_text_contents()
    # A, in the block itself, closes in 2024: the way to B in b6 is 800 m east and 400 m north
    assert [row.replace("\u202f", "") for row in rows][1].endswith("moves1,200 m")
    assert "moves" not in rows[0]
    window.check()


def test_the_table_is_saved_with_its_headings_for_excel_and_as_csv(visit, page, tmp_path):
    window = visit().show(page, LINK.replace("lang=en", "lang=zh") + "&table=schools")
    shown = window.page.locator("#table-view tbody tr").count()
    for kind in ("xlsx", "csv"):
        with window.page.expect_download() as saved:
            window.page.click(f"#save-{kind}")
        saved.value.save_as(tmp_path / f"table.{kind}")
    sheet = openpyxl.load_workbook(tmp_path / "table.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 1 + shown == 3
    assert rows[0][:5] == ("学校", "类别", "乡镇", "教室", "学位")
    numbers = {row[0]: row[3:5] for row in rows[1:]}
    assert sorted(numbers.values()) == [(6, 270), (6, 270)]
    text = (tmp_path / "table.csv").read_text("utf-8-sig")
    assert text.splitlines()[0].startswith("学校,类别,乡镇,教室,学位")
    assert "6,270" in text
    window.check()
