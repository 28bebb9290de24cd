"""Remedies as tables of a workbook, under headings in Chinese or in English."""

from __future__ import annotations

import io

import pandas as pd
import xlsxwriter

from seatplan.remedies.measured import Remedy
from seatplan.remedies.remedies import Remedies
from seatplan.remedies.walks import WalkRemedies
from seatplan.report.names import add_names, read_names, use_headings
from seatplan.report.workbook import MADE
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import say
from seatplan.views.remedies import name_kinds
from seatplan.views.walks import tabulate_walks

WIDTH = 14  # characters of a column; of what is done and of names, as many as their texts
LONGEST = 60


def tabulate_remedies(found: Remedies, language: str) -> pd.DataFrame:
    """Return `Remedies.table` with names, words for codes, and what is done in sentences."""
    outcome = found.outcome
    names = name_codes(outcome.district, outcome.standards, language)
    remedies: list[Remedy] = [*found.found, *found.partial]
    table = found.table.reset_index().drop(columns="verdict")
    table["action"] = [name_kinds(remedy, language) for remedy in remedies]
    space = "" if language == "zh" else " "
    table["steps"] = [
        space.join(step.describe(language, names) for step in remedy.action.steps)
        for remedy in remedies
    ]
    table["verdict"] = [say(f"remedy.{remedy.verdict}", language) for remedy in remedies]
    return use_headings(add_names(table, read_names(outcome, language)), language)


def write_remedy_workbook(
    found: Remedies, language: str, walks: WalkRemedies | None = None
) -> bytes:
    """Return the remedies, those of walks and their unit costs as the bytes of an .xlsx file.

    The same remedies give the same bytes.
    """
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.set_properties({"title": say("remedy.title", language), "created": MADE})
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#e6e2d8"})
    costs = pd.DataFrame([each.model_dump() for each in found.terms.costs.cost])
    costs["reason"] = [reason[language] for reason in costs["reason"]]
    costs["item"] = [say(f"remedy.{item}", language) for item in costs["item"]]
    words = ("item", "stage", "low", "medium", "high", "assumed", "reason")
    costs = costs[list(words)].rename(
        columns={key: say(f"remedy.{key}", language) for key in words}
    )
    tables = {"list": tabulate_remedies(found, language), "prices": costs}
    if walks is not None:
        heads, rows = tabulate_walks(walks, language)
        tables["far"] = pd.DataFrame(rows, columns=heads)
    for name, table in tables.items():
        sheet = book.add_worksheet(say(f"remedy.{name}", language))
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(table.columns):
            cells = [None if pd.isna(cell) else cell for cell in table[column].tolist()]
            texts = [len(cell) for cell in cells if isinstance(cell, str)]
            sheet.set_column(at, at, min(max([WIDTH, *texts]), LONGEST))
            sheet.write(0, at, column, head)
            for row, cell in enumerate(cells, start=1):
                value = round(cell, 3) if isinstance(cell, float) else cell
                sheet.write_string(row, at, value) if isinstance(value, str) else sheet.write(
                    row, at, value
                )
    book.close()
    return held.getvalue()
