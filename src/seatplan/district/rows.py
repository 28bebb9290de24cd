"""The rows of a file as the person who made it counts them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

import pandas as pd

from seatplan.literal import unquote_cell


@dataclass(frozen=True)
class Rows:
    """Cells as they stand in a file, numbered as its maker numbers them.

    Parameters
    ----------
    name
        The file, as sentences call it.
    cells
        Text or JSON values, None where empty; the index counts lines (header = 1) or features.
    shapes
        The GeoJSON geometry, or the shape, of each feature (None where it has none); empty for a
        CSV.
    crs
        The CRS that a GeoJSON names itself, None where it names none.
    told
        Which rows are read as titles or totals, a sentence each.
    carried
        Which rows of villages that were split or merged stand for others, a sentence; these have a
        fraction beside their number.
    rounded
        Which ids a spreadsheet has given decimals, and are read without, a sentence a column.
    """

    name: str
    cells: pd.DataFrame
    shapes: list[Any] = field(default_factory=list)
    crs: str | None = None
    told: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    rounded: tuple[str, ...] = ()

    def place(self, number: Hashable) -> str:
        """Return "row 17", or "feature 3 (id P12)" in a GeoJSON."""
        number = int(number) if isinstance(number, float) else number
        if not self.name.endswith(".geojson"):
            return f"row {number}"
        known = self.cells["id"].get(number) if "id" in self.cells else None
        return f"feature {number}" + (f" (id {known})" if known is not None else "")

    def fault(self, number: Hashable, column: str, want: str) -> str:
        """Return "file: row 17, column pupils: -3; want ..." with what stands there."""
        found = self.cells[column].get(number) if column in self.cells else None
        shown = "empty" if found is None else shorten(" ".join(str(found).split()), 60)
        return self.say(f"{self.place(number)}, {self.noun} {column}: {shown}; {want}")

    def say(self, sentence: str) -> str:
        """Return the sentence with the file's name before it."""
        return f"{self.name}: {sentence}"

    @property
    def noun(self) -> str:
        """What the file calls a column."""
        return "property" if self.name.endswith(".geojson") else "column"


def split_rows(text: str, name: str) -> tuple[Rows | None, list[str]]:
    """Return the rows of a CSV and what is wrong with its form; None where it has no header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, [_read_cell(cell) for cell in row]) for row in reader]
    except csv.Error as error:
        return None, [f"{name}: row {reader.line_num}: not CSV ({error}); want plain comma text"]
    filled = [(number, row) for number, row in lines if any(row)]
    if not filled:
        return None, [f"{name}: the file is empty; want a header line and rows below it"]
    told, filled = _leave_out_titles(filled, name)
    header = _trim(filled[0][1])
    if problems := _header_faults(header, name):
        return None, problems
    body = [(number, _trim(row, len(header))) for number, row in filled[1:]]
    totals = [number for number, row in body if row and is_total(row[0])]
    body = [(number, row) for number, row in body if number not in totals]
    told += [f"{name}: row {number} is read as a total, and left out" for number in totals]
    notes = [number for number, row in body if len(header) > 2 and _is_note(row)]
    body = [(number, row) for number, row in body if number not in notes]
    told += [f"{name}: row {number} is read as a note, and left out" for number in notes]
    ragged = [
        f"{name}: row {number}: {len(row)} cells; want {len(header)}, as in the header"
        for number, row in body
        if len(row) != len(header)
    ]
    kept = [(number, row) for number, row in body if len(row) == len(header)]
    cells = pd.DataFrame(
        [row for _, row in kept], index=[n for n, _ in kept], columns=header, dtype=object
    )
    return Rows(name, cells.where(cells.notna(), None), told=tuple(told)), ragged


TOTALS = ("total", "totals", "sum", "grand total")
TOTAL_WORD = re.compile(
    r"(?:.*[\s\w)）])?(?:合\s*计|总\s*计|小\s*计|总\s*数)"
    rf"|(?:.*\s)?(?:{'|'.join(TOTALS)}|sub-?total)s?"
)
WHOLE = re.compile(r"all(?: grades| schools)?|total .*|district ?wide|全[校区县市镇乡部]")


def is_total(text: object) -> bool:
    """Whether a name says that what it names is a total (合计, East subtotal, All grades).

    >>> [is_total(text) for text in ["T1小计", "County Total", "合　计：", "all", "Totalville"]]
    [True, True, True, True, False]
    """
    word = str(text).strip(" :：　").lower()
    return bool(TOTAL_WORD.fullmatch(word) or WHOLE.fullmatch(word))


HEAD_ROWS = 15  # lines that are looked through for the header
NOTES = re.compile(
    r"(注|备注|说明|数据来源|来源|制表|填表|填报|审核|复核|负责人|联系人|经办|统计人|notes?\b|source)",
    re.IGNORECASE,
)
Line = tuple[int, list[str | None]]


def _is_note(row: Sequence[str | None]) -> bool:
    """Say whether a row has one cell alone, at its beginning, that speaks of the table."""
    return bool(row) and not any(row[1:]) and NOTES.match(str(row[0] or "")) is not None


def _leave_out_titles(lines: list[Line], name: str) -> tuple[list[str], list[Line]]:
    """Return what is told of titles and units above the header, and the lines from it on.

    A title is a line with one filled cell above one with three at least; or one that a spreadsheet
    has filled up with empty cells to the width of the table, fewer than half of them filled.
    """
    filled = [sum(cell is not None for cell in row) for _, row in lines]
    width, widest = len(lines[-1][1]), max(filled[:HEAD_ROWS])
    titles = [
        cells == 1 or (len(row) >= width and 2 * cells < widest)
        for (_, row), cells in zip(lines, filled, strict=True)
    ]
    start = titles.index(False) if False in titles else 0
    if not start or filled[start] < 3:
        return [], lines
    first = lines[start][0]
    above = ", ".join(str(number) for number, _ in lines[:start])
    return [f"{name}: row {first} is read as the header; row {above} above it as a title"], lines[
        start:
    ]


UNSEEN = {
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff")),  # signs without a width
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # halves of a sign, which no file holds
}


def trim_cell(cell: str) -> str | None:
    """Return a cell without what nobody sees: spaces about it, signs without a width; or None."""
    seen = cell if cell.isascii() else cell.translate(UNSEEN)
    return seen.strip() or None


def _read_cell(cell: str) -> str | None:
    """Return a cell of a CSV as text: that which an apostrophe keeps from being a formula."""
    trimmed = trim_cell(cell)
    return unquote_cell(trimmed) if trimmed else None


def _trim(row: Sequence[str | None], least: int = 0) -> list[str | None]:
    """Return the row without the empty cells that a spreadsheet leaves at its end."""
    size = len(row)
    while size > least and row[size - 1] is None:
        size -= 1
    return list(row[:size])


def _header_faults(header: Sequence[str | None], name: str) -> list[str]:
    """Return what is wrong with the names of the columns."""
    if len(header) == 1 and any(sign in str(header[0]) for sign in ";\t|"):
        return [f"{name}: row 1: {header[0]!r} has no comma; want columns separated by commas"]
    if None in header:
        column = list(header).index(None) + 1
        return [f"{name}: row 1: column {column} has no name; want a name for every column"]
    twice = sorted({str(cell) for cell in header if list(header).count(cell) > 1})
    return [f"{name}: row 1: column {cell} stands there twice; want it once" for cell in twice]


def split_features(text: str, name: str) -> tuple[Rows | None, list[str]]:
    """Return the features of a GeoJSON and what is wrong with its form."""
    if not text.strip():
        return None, [f"{name}: the file is empty; want a GeoJSON FeatureCollection"]
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return None, [f"{name}: {place}: not JSON ({error.msg}); want a GeoJSON FeatureCollection"]
    except (ValueError, RecursionError) as error:
        return None, [f"{name}: not JSON ({error}); want a GeoJSON FeatureCollection"]
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or content.get("type") != "FeatureCollection":
        found = content.get("type") if isinstance(content, dict) else type(content).__name__
        return None, [f"{name}: {found} at the top; want a GeoJSON FeatureCollection"]
    good = [item if isinstance(item, dict) else {} for item in features]
    properties = [_plain(item.get("properties")) for item in good]
    columns = list(dict.fromkeys(key for item in properties for key in item))
    cells = pd.DataFrame(
        [[item.get(key) for key in columns] for item in properties],
        index=range(1, len(good) + 1),
        columns=columns,
        dtype=object,
    )
    rows = Rows(name, cells, [item.get("geometry") for item in good], _named_crs(content))
    return rows, []


def _plain(properties: Any) -> dict[str, Any]:
    """Return properties with text trimmed and empty text as None."""
    if not isinstance(properties, dict):
        return {}
    return {
        key.strip(): trim_cell(value) if isinstance(value, str) else value
        for key, value in properties.items()
    }


def _named_crs(content: dict[str, Any]) -> str | None:
    """Return the CRS of the old "crs" member as pyproj reads it, None where there is none."""
    member = content.get("crs")
    named = member.get("properties") if isinstance(member, dict) else None
    name = named.get("name") if isinstance(named, dict) else None
    if name is None:
        return None
    return "OGC:CRS84" if str(name).endswith("CRS84") else str(name)
