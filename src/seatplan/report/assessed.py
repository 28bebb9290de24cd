"""An assessment as a workbook: indicators, schools in the way, joint verdicts, what is missing."""

from __future__ import annotations

import io

import pandas as pd
import xlsxwriter

from seatplan.assess.assess import Assessment
from seatplan.assess.likelihood import CHANCES
from seatplan.literal import show_controls
from seatplan.report.workbook import MADE
from seatplan.views.catalogue import say
from seatplan.views.clauses import Page

WIDTH = 16  # characters of a column
WIDE = ("indicator", "document", "text", "clause", "part")


def write_book(assessment: Assessment, language: str, year: int) -> bytes:
    """Return the workbook of an assessment, as the bytes of an .xlsx file.

    Names stand instead of codes, under headings of the language; texts are written as texts. The
    same figures give the same bytes.
    """
    page = Page(assessment, language, year)
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(held, options)
    book.set_properties({"title": page.word("title"), "created": MADE})
    head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#e6e2d8"})
    sheets = {
        page.word("indicator"): name_table(page),
        page.word("sheet_schools"): name_schools(page),
    }
    if len(assessment.missing):
        sheets[page.word("lacking")] = _name_missing(page)
    for name, table in sheets.items():
        sheet = book.add_worksheet(name[:31])
        for column, key in enumerate(table):
            sheet.write_string(0, column, say(f"assess.{key}", language), head)
            sheet.set_column(column, column, 2 * WIDTH if key in WIDE else WIDTH)
        for row, cells in enumerate(table.itertuples(index=False), 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, column, show_controls(cell))
                elif not pd.isna(cell):
                    sheet.write_number(row, column, float(cell))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.close()
    return held.getvalue()


def name_table(page: Page) -> pd.DataFrame:
    """Return the indicators with names beside figures; columns are phrases of `assess`."""
    table, sets = page.assessment.table, {one.code: one for one in page.assessment.sets}
    rules = [page.rules[key] for key in zip(table.rule_set, table.rule, strict=True)]
    groups = zip(table.stage, table.scope, table.setting, strict=True)
    named = pd.DataFrame(
        {
            "set": [sets[code].name.of(page.language) for code in table.rule_set],
            "indicator": [rule.name.of(page.language) for rule in rules],
            "clause": [rule.clause for rule in rules],
            "text": [rule.text for rule in rules],
            "part": [page.tell_part(*group) for group in groups],
            "scenario": table.scenario.map(page.scenarios),
            "year": table.year,
            "status": [page.word(status) for status in table.status],
            "value": table.value.round(4),
            "limit": table.limit,
            "beyond": table.beyond.round(4),
            "schools_count": table.schools,
            "pupils": table.pupils,
            "least": table.least,
            "rooms": table.rooms,
            "first_missed": table.first_missed.where(table.first_missed > 0),
            "met_from": table.met_from.where(table.met_from > 0),
        }
    )
    drawn = [name for name in CHANCES if name in table]
    return pd.concat([named, table[drawn].round(4)], axis=1)


def name_schools(page: Page) -> pd.DataFrame:
    """Return who stands in the way with names; columns are phrases of `assess`."""
    table = page.assessment.schools
    rules = [page.rules[key] for key in zip(table.rule_set, table.rule, strict=True)]
    return pd.DataFrame(
        {
            "indicator": [rule.name.of(page.language) for rule in rules],
            "scenario": table.scenario.map(page.scenarios),
            "school": table.school.map(lambda code: page.codes.get(code, code)),
            "stage": table.stage.map(lambda code: page.codes.get(code, code)),
            "grade": table.grade.map(lambda code: page.codes.get(code, code)),
            "year": table.year,
            "value": table.value.astype(float).round(4),
            "limit": table.limit.astype(float),
            "pupils": table.pupils.astype(float),
        }
    )


def _name_missing(page: Page) -> pd.DataFrame:
    table = page.assessment.missing
    zh = page.language == "zh"
    rules = [page.rules[key] for key in zip(table.rule_set, table.rule, strict=True)]
    return pd.DataFrame(
        {
            "indicator": [rule.name.of(page.language) for rule in rules],
            "column": table.column if zh else table.column_en,
            "keeper": table.source if zh else table.source_en,
            "scenario": table.scenario.map(page.scenarios),
        }
    )
