"""Names are text: written so that nothing runs them, and read back as they were."""

import csv
import io
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from seatplan.district.rows import split_rows
from seatplan.literal import (
    escape_markup,
    fit_name,
    quote_cell,
    show_signs,
    spell_code,
    spell_table,
    unquote_cell,
)

FORMULAS = ["=1+1", "+1+1", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''-x", "-"]
SIGNS = st.text(st.sampled_from("=+-@'\t\r\n,\"1.,e%a 校＝"), max_size=6)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_written_as_text_and_read_back(text: str):
    cell = quote_cell(text)
    assert cell.startswith("'")
    assert unquote_cell(cell) == text


@pytest.mark.parametrize("text", ["-12", "+3.5", "-1,200", "-5e3", "-.5", "-12 %", "", "'t Hof"])
def test_numbers_and_names_stay_as_they_are(text: str):
    assert quote_cell(text) == text == unquote_cell(text)


@given(SIGNS)
def test_every_text_comes_back_from_a_cell(text: str):
    assert unquote_cell(quote_cell(text)) == text


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SIGNS, SIGNS), min_size=1, max_size=3), SIGNS)
def test_no_cell_is_a_formula_and_all_come_back(rows: list[tuple[str, str]], head: str):
    index = pd.MultiIndex.from_tuples([(at, a) for at, (a, _) in enumerate(rows)], names=["n", "a"])
    table = pd.DataFrame({head: [b for _, b in rows], "k": -1.5}, index=index)
    lines = list(csv.reader(io.StringIO(spell_table(table), newline="")))
    assert [[unquote_cell(cell) for cell in line] for line in lines] == [
        ["n", "a", head, "k"],
        *([str(at), a, b, "-1.5"] for at, (a, b) in enumerate(rows)),
    ]
    assert all(quote_cell(unquote_cell(cell)) == cell for line in lines for cell in line)


def test_a_line_broken_by_a_return_opens_no_formula():
    lines = spell_table(pd.DataFrame({"a": ["x\r=1+1"]}), index=False)
    assert lines == '"a"\n"x\r=1+1"\n'


def test_a_district_file_gives_the_name_that_was_written():
    table = pd.DataFrame({"id": ["=1"], "name": ["@x"], "n": ["-12"]})
    rows, _ = split_rows(spell_table(table, index=False), "a.csv")
    assert rows is not None
    assert rows.cells.iloc[0].to_list() == ["=1", "@x", "-12"]


class _Text(HTMLParser):
    """The text of a page, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.tags.add(tag)


def render(markdown: str) -> _Text:
    page = _Text()
    page.feed(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))
    return page


MARKS = st.text(st.sampled_from("*_`[]()<>&;#-+=.!|~\\1a: "), min_size=1, max_size=12)


@given(MARKS)
def test_markdown_shows_a_name_as_it_is(text: str):
    page = render(escape_markup(text))
    assert (page.text.strip(), page.tags - {"p"}) == (" ".join(text.split()), set())


@given(MARKS.filter(str.strip))
def test_markdown_code_holds_a_name_as_it_is(text: str):
    page = render(f"x {spell_code(text)} y")
    assert (page.text.strip(), page.tags) == (f"x {' '.join(text.split())} y", {"p", "code"})


def test_no_terminal_obeys_a_name():
    shown = show_signs("a\x1b[31m\x9b1m\x07校\u3000\u202eb")
    assert shown == r"a\x1b[31m\x9b1m\x07校" + "\u3000\\u202eb"


@pytest.mark.parametrize(
    ("text", "name"),
    [("../a/b", ".._a_b"), ("C:\\x", "C__x"), ("a\nb", "a_b"), ("x" * 300, "x" * 60), ("..", "_")],
)
def test_a_name_is_no_way_out_of_a_folder(text: str, name: str):
    assert fit_name(text) == name
