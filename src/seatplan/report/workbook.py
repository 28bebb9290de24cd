"""The workbook: a sheet for each table, with live formulas, filters and charts, ready to print."""

from __future__ import annotations

import datetime as dt
import io
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from seatplan.literal import show_controls
from seatplan.report.assumptions import tabulate_assumptions, tabulate_findings
from seatplan.report.brief import Brief
from seatplan.report.graphs import add_graphs
from seatplan.report.indicators import tabulate_indicators
from seatplan.report.names import head
from seatplan.report.projects import tabulate_projects
from seatplan.report.tables import (
    Tab,
    tabulate_catchments,
    tabulate_flags,
    tabulate_schools,
    tabulate_side_by_side,
    tabulate_townships,
    tabulate_years,
)
from seatplan.views.catalogue import say

MADE = dt.datetime(2000, 1, 1)  # a fixed date, so that the same figures give the same bytes
HEAD = 3  # the row of the headings, from 0; above it title, note and filter
WIDEST = 34  # characters of a column; longer texts are wrapped
WRAPPED = 64  # characters at most of a column of longer texts, which take a third of a text
LINE = 13.5  # points of a line of a wrapped text
ON_A4 = 200.0  # characters that A4 on its side shows in a type that can be read; A3 above
FACE = {"zh": "宋体", "en": "Arial"}
SIGNED = "+#,##0;-#,##0;0"
NAMES = ("catchment_shortage", "roll_over_seats", "district_shortage", "unplaced")
Formats = dict[str, Any]


def write_workbook(brief: Brief) -> bytes:
    """Return the workbook of a report, as the bytes of an .xlsx file.

    Texts are written as texts, whatever they begin with; a balance is a formula with its value, so
    that it is right before and after a spreadsheet computes anew. The same brief gives the same
    bytes.
    """
    held = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    book = xlsxwriter.Workbook(held, options)
    title = say("about.drafted", brief.language, district=_district(brief))
    book.set_properties({"title": title, "created": MADE})
    formats = _define_formats(book, brief.language)
    tabs = list_tabs(brief)
    _write_cover(book, brief, tabs, formats)
    for tab in tabs:
        _write_tab(book, brief, tab, formats)
        if tab.key == "years":
            sheet = book.add_worksheet(say("tab.charts", brief.language))
            _furnish(sheet, brief, "charts", formats)
            add_graphs(book, sheet, brief, tab, HEAD)
    book.close()
    return held.getvalue()


def list_tabs(brief: Brief) -> list[Tab]:
    """Return the tables of the workbook in the order of its sheets."""
    indicators = tabulate_indicators(brief)
    return [
        tabulate_side_by_side(brief),
        tabulate_years(brief),
        tabulate_townships(brief),
        tabulate_catchments(brief),
        tabulate_schools(brief),
        tabulate_projects(brief),
        tabulate_flags(brief),
        *([indicators] if indicators else []),
        tabulate_assumptions(brief),
        tabulate_findings(brief),
    ]


def _district(brief: Brief) -> str:
    return show_controls(brief.district.name.of(brief.language))


def _define_formats(book: Any, language: str) -> Formats:
    face = {"font_name": FACE[language], "font_size": 10, "valign": "top"}
    edge = {"border": 1, "border_color": "#b9b2a4"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "note": {"font_color": "#545e68"},
        "head": {"bold": True, "bg_color": "#e6e2d8", "text_wrap": True, "valign": "vcenter"}
        | edge,
        "text": {"align": "left", "indent": 1} | edge,
        "long": {"text_wrap": True, "align": "left", "indent": 1} | edge,
        "whole": {"num_format": "#,##0"} | edge,
        "year": {"num_format": "0", "align": "center"} | edge,
        "number": {"num_format": "#,##0.###"} | edge,
        "signed": {"num_format": SIGNED} | edge,
        "link": {"font_color": "#1f5b7a", "underline": 1},
        "body": {"text_wrap": True},
        # Told apart in grey too: the worst dark and bold, the mild light and bold, spare dotted.
        "worst": {"bold": True, "bg_color": "#cb7a3f", "font_color": "#1d2733"},
        "below": {"bold": True, "bg_color": "#efc9a6"},
        "spare": {"pattern": 17, "fg_color": "#8fb3c4", "bg_color": "#ffffff"},
    }
    conditional = ("worst", "below", "spare")
    return {
        name: book.add_format(look if name in conditional else face | look)
        for name, look in looks.items()
    }


def _write_cover(book: Any, brief: Brief, tabs: Sequence[Tab], formats: Formats) -> None:
    """Write what the workbook is, what its words mean, and where each sheet is."""
    language = brief.language
    sheet = book.add_worksheet(say("tab.cover", language))
    _set_page(sheet, brief)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 96)
    sheet.write_string(
        0, 0, say("about.drafted", language, district=_district(brief)), formats["title"]
    )
    lines = [
        say("about.scenarios", language, list=" · ".join(brief.titles)),
        say(
            "about.period",
            language,
            first=brief.district.base_year,
            last=brief.district.horizon,
        ),
        tell_labels(brief),
        *([brief.say("grounds.chinese")] if brief.keeps_chinese else []),
        say("about.names", language),
        *(f"  {say(f'about.{name}', language)}" for name in NAMES),
    ]
    for row, line in enumerate(lines, start=2):
        sheet.merge_range(row, 0, row, 1, "", formats["body"])
        sheet.write_string(row, 0, line, formats["body"])
        sheet.set_row(row, 15 * (1 + _width(line) // 112))
    keys = [tab.key for tab in tabs]
    keys.insert(keys.index("years") + 1, "charts")
    for row, key in enumerate(keys, start=len(lines) + 3):
        name = say(f"tab.{key}", language)
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats["link"], name)
        told = say(f"about.{key}", language)
        sheet.write_string(row, 1, told, formats["body"])
        sheet.set_row(row, 15 * (1 + _width(told) // 92))


def tell_labels(brief: Brief) -> str:
    """Say how many schools and blocks bear which label, and what each label means."""
    told = []
    tables = {"search.school": brief.plan.district.schools, "search.block": brief.district.blocks}
    for key, table in tables.items():
        counts = table.provenance.value_counts()
        parts = [
            f"{say(f'provenance.{label}', brief.language)} {count}"
            for label, count in counts.items()
        ]
        told.append(f"{say(key, brief.language)}: {', '.join(parts)}")
    meaning = say("source.text", brief.language)
    return f"{say('page.provenance', brief.language, list='; '.join(told))} {meaning}"


def _write_tab(book: Any, brief: Brief, tab: Tab, formats: Formats) -> None:
    sheet = book.add_worksheet(say(f"tab.{tab.key}", brief.language))
    _furnish(sheet, brief, tab.key, formats)
    columns, rows = list(tab.table.columns), len(tab.table)
    sheet.freeze_panes(HEAD + 1, tab.frozen)
    sheet.repeat_rows(HEAD)
    tall, lines = _measure_rows(tab), 2
    widths = _measure_columns(tab, brief.language, lines)
    if sum(widths) > ON_A4:
        sheet.set_paper(8)
        lines = 3
        widths = _measure_columns(tab, brief.language, lines)
    for row, lines in tall.items():
        sheet.set_row(HEAD + 1 + row, LINE * lines)
    for at, column in enumerate(columns):
        name = head(column, brief.language)
        sheet.write_string(HEAD, at, name, formats["head"])
        cells = tab.table[column].tolist()
        sheet.set_column(at, at, widths[at])
        if column in tab.formulas:
            _write_formulas(sheet, tab, at, cells, formats)
        else:
            _write_cells(sheet, at, column, cells, formats)
    sheet.set_row(HEAD, 14 * lines + 2)
    if rows:
        sheet.autofilter(HEAD, 0, HEAD + rows, len(columns) - 1)
        _filter(sheet, brief, tab, formats, tall)
    _colour(sheet, tab, formats)


def _furnish(sheet: Any, brief: Brief, key: str, formats: Formats) -> None:
    """Write title and note, and set the page."""
    title = f"{_district(brief)} · {say(f'tab.{key}', brief.language)}"
    sheet.set_row(0, 21)
    sheet.write_string(0, 0, f"{title} · {say('about.draft', brief.language)}", formats["title"])
    sheet.write_string(1, 0, say(f"about.{key}", brief.language), formats["note"])
    _set_page(sheet, brief)


def _set_page(sheet: Any, brief: Brief) -> None:
    """Landscape A4, as wide as a page, with its draft mark and page number below."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.hide_gridlines(2)
    draft = say("about.draft", brief.language)
    place = _district(brief).replace("&", "&&")
    sheet.set_footer(f"&L{place} · {draft}&C&A&R&P / &N")


def _write_cells(sheet: Any, at: int, column: str, cells: list[Any], formats: Formats) -> None:
    """Write a column: texts as texts, whole numbers whole, nothing where nothing is known."""
    whole = "year" if column in ("year", "first_year", "opens", "closes") else "whole"
    known = {cell: show_controls(cell) for cell in set(cells) if isinstance(cell, str)}
    look = formats["long" if any(_width(cell) > WIDEST for cell in known) else "text"]
    for row, cell in enumerate(cells, start=HEAD + 1):
        if cell is None or cell is pd.NA or cell != cell:
            sheet.write_blank(row, at, None, formats["text"])
        elif isinstance(cell, str):
            sheet.write_string(row, at, known[cell], look)
        else:
            is_whole = float(cell).is_integer()
            sheet.write_number(row, at, cell, formats[whole if is_whole else "number"])


def _write_formulas(sheet: Any, tab: Tab, at: int, cells: list[Any], formats: Formats) -> None:
    """Write a difference of two columns as a formula, with its value."""
    columns = list(tab.table.columns)
    one, other = (xl_col_to_name(columns.index(name)) for name in tab.formulas[str(columns[at])])
    for row, cell in enumerate(cells, start=HEAD + 1):
        formula = f"={one}{row + 1}-{other}{row + 1}"
        sheet.write_formula(row, at, formula, formats["signed"], int(cell))


def _filter(sheet: Any, brief: Brief, tab: Tab, formats: Formats, tall: Mapping[int, int]) -> None:
    """Show one scenario and year when the workbook is opened, and say so."""
    if not tab.shown:
        return
    kept = pd.Series(True, index=tab.table.index)
    told = []
    for column, value in tab.shown.items():
        at = tab.table.columns.get_loc(column)
        sheet.filter_column_list(at, [show_controls(str(value))])
        kept &= tab.table[column] == value
        told.append(show_controls(f"{head(column, brief.language)} {value}"))
    for row, keep in enumerate(kept, start=HEAD + 1):
        if not keep:
            lines = tall.get(row - HEAD - 1)
            sheet.set_row(row, LINE * lines if lines else None, options={"hidden": True})
    words = say(
        "about.filtered", brief.language, shown=brief.names[0].join(told), n=f"{len(kept):,}"
    )
    sheet.write_string(2, 0, words, formats["note"])


def _colour(sheet: Any, tab: Tab, formats: Formats) -> None:
    """Mark what is below zero, and much above, in colours that differ in grey."""
    last = HEAD + len(tab.table)
    for at, column in enumerate(tab.table.columns):
        if column not in ("balance", "spare") or not len(tab.table):
            continue
        for name, criteria, value in (("worst", "<", -150), ("below", "<", 0), ("spare", ">", 150)):
            sheet.conditional_format(
                HEAD + 1,
                at,
                last,
                at,
                {
                    "type": "cell",
                    "criteria": criteria,
                    "value": value,
                    "format": formats[name],
                    "stop_if_true": True,
                },
            )


def _measure_columns(tab: Tab, language: str, lines: int) -> list[float]:
    """Return the width of each column, in characters; `lines` of its heading."""
    return [
        _measure_column(head(column, language), tab.table[column].tolist(), lines)
        for column in tab.table.columns
    ]


def _measure_column(name: str, cells: Sequence[Any], lines: int = 2) -> float:
    """Return a width in characters that holds the cells, and the heading in some lines."""
    told = (f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in set(cells))
    longest = max(map(_width, told), default=0)
    if longest > WIDEST:
        return float(min(max(-(-longest // 3), WIDEST), WRAPPED))
    return min(max(longest, -(-_width(name) // lines) + 2, 7) + 3.5, WIDEST)


def _measure_rows(tab: Tab) -> dict[int, int]:
    """Return the lines of each row that has a wrapped text; not every program measures them."""
    lines: dict[int, int] = {}
    for column in tab.table.columns:
        known = {text: _width(text) for text in set(tab.table[column]) if isinstance(text, str)}
        if max(known.values(), default=0) > WIDEST:
            room = 0.85 * _measure_column(column, list(known))  # words do not fill their lines
            for row, text in enumerate(tab.table[column]):
                wanted = math.ceil(known.get(text, 0) / room)
                if wanted > 1:
                    lines[row] = max(wanted, lines.get(row, 1))
    return lines


def _width(text: str) -> int:
    """Return the width of a text in characters; a Chinese one counts two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
