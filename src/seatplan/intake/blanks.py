"""Two blank sheets to fill in, with lists to choose from, notes and an example row."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import xlsxwriter

Language = Literal["zh", "en"]
Column = dict[str, Any]

MADE = dt.datetime(2000, 1, 1)  # a fixed date, so that the same sheet has the same bytes
HEAD = 1  # the row of the headings, from 0; above it the title, below it the example
ROWS = 5000  # that have lists and checks
BOUNDS = {"longitude": (-180, 180), "latitude": (-90, 90), "whole": (0, 10_000_000)}


@lru_cache(maxsize=1)
def read_words() -> dict[str, Any]:
    """Return `blanks.toml`."""
    return tomllib.loads((files("seatplan.intake") / "blanks.toml").read_text("utf-8"))


def list_columns(group: str, language: Language) -> list[Column]:
    """Return the columns of a sheet in one language: head, kind, note, without, example, choose.

    Parameters
    ----------
    group
        "schools" or "areas".
    """
    words = read_words()
    columns = [
        {key: cell[language] if isinstance(cell, dict) else cell for key, cell in column.items()}
        for column in words[group]
    ]
    if group == "areas":
        more, instead = words["more"], columns[-1]
        for key, note in (("grades", "by_grade"), ("ages", "by_age")):
            told = {"kind": "whole", "note": more[note][language], "without": instead["without"]}
            columns += [{"head": head, **told} for head in more[key][language]]
    return columns


def write_blank(group: str, language: Language) -> bytes:
    """Return a blank sheet of schools or areas with its page of notes, as an .xlsx file."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.set_properties({"created": MADE})
    words, columns = read_words(), list_columns(group, language)
    sheet = book.add_worksheet(words["sheet"][group][language])
    face = {"font_name": "宋体" if language == "zh" else "Arial", "font_size": 11}
    sheet.write_string(0, 0, words["title"][group][language], book.add_format({**face, "bold": 1}))
    sheet.set_row(HEAD, 32)
    faint = book.add_format({**face, "italic": 1, "font_color": "#767676"})
    for at, column in enumerate(columns):
        colour = "#C00000" if column.get("needed") else "#1F4E79"
        look = {"bold": 1, "font_color": "#FFFFFF", "bg_color": colour, "border": 1}
        head = book.add_format({**face, **look, "text_wrap": 1, "valign": "vcenter"})
        sheet.set_column(
            at, at, max(9, 2 + len(column["head"].encode("gb18030"))), book.add_format(face)
        )
        sheet.write_string(HEAD, at, column["head"], head)
        sheet.write_comment(HEAD, at, column["note"], {"x_scale": 1.6})
        if "example" in column:
            sheet.write(HEAD + 1, at, column["example"], faint)
        _hold(sheet, at, column, language)
    sheet.set_column(0, 0, 24, book.add_format(face))
    sheet.freeze_panes(HEAD + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    _write_notes(book, columns, language, face)
    book.close()
    return held.getvalue()


def _hold(sheet: Any, at: int, column: Column, language: Language) -> None:
    """Give a column its list to choose from, or the bounds of its numbers."""
    said: dict[str, Any] = {"input_title": column["head"][:32], "input_message": column["note"]}
    if "choose" in column:
        said |= {"validate": "list", "source": column["choose"], "error_type": "information"}
    elif column["kind"] in BOUNDS:
        least, most = BOUNDS[column["kind"]]
        title = {"zh": f"应为 {least} 至 {most} 的数", "en": f"a number from {least} to {most}"}
        said |= {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": most}
        said |= {"error_type": "warning", "error_message": title[language]}
    else:
        said |= {"validate": "any"}
    sheet.data_validation(HEAD + 1, at, ROWS, at, said)


def _write_notes(book: Any, columns: list[Column], language: Language, face: Column) -> None:
    """Write the page that says of each column what it is and what stands in for it."""
    words = read_words()["sheet"]
    notes = book.add_worksheet(words["notes"][language])
    plain = book.add_format({**face, "text_wrap": 1, "valign": "top"})
    for at, head in enumerate(words["heads"][language]):
        notes.write_string(0, at, head, book.add_format({**face, "bold": 1, "bottom": 1}))
    for row, column in enumerate(columns, 1):
        for at, key in enumerate(("head", "note", "without")):
            notes.write_string(row, at, column[key], plain)
    notes.fit_to_pages(1, 0)
    notes.set_paper(9)
    notes.set_column(0, 0, 18)
    notes.set_column(1, 2, 48)
