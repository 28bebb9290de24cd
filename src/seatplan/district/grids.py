"""Grids: text files and workbooks as rows of cells, merged cells filled."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from seatplan.district.rows import trim_cell
from seatplan.errors import InputError
from seatplan.files import note_input, read_text
from seatplan.literal import unquote_cell

BOOKS = (".xlsx", ".xlsm")
SIGNS = (",", "\t", ";", "|")  # what may stand between the cells of a text file
FIRST_LINES = 15  # of a text file, which say what stands between its cells

Grid = list[list[str | None]]


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet, its name "" for a text file; all rows as they stand.

    `hidden`: numbers of the rows that a workbook does not show.
    """

    name: str
    cells: Grid
    hidden: tuple[int, ...] = ()


def read_grids(path: Path) -> list[Sheet]:
    """Read every sheet of a workbook that shows, or the one of a text file.

    Raises
    ------
    InputError
        The file cannot be read as a workbook or as text.
    """
    if path.suffix.lower() in (*BOOKS, ".xls"):
        return _read_workbook(path)
    return [Sheet("", _split_text(read_text(path), path.name))]


def _split_text(text: str, name: str) -> Grid:
    """Split a text file by the sign that stands in most of its first lines, and most often."""
    lines = text.splitlines()[:FIRST_LINES]
    counts = {sign: [line.count(sign) for line in lines] for sign in SIGNS}
    sign = max(SIGNS, key=lambda each: (sum(map(bool, counts[each])), sum(counts[each])))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise InputError(f"{name}: is no table ({error}); want a CSV or XLSX file") from error
    return [[_read_cell(cell) for cell in row] for row in rows]


def _read_cell(cell: object) -> str | None:
    if cell is None:
        return None
    whole = isinstance(cell, float) and cell.is_integer()
    trimmed = trim_cell(str(int(cell)) if whole else str(cell))  # type: ignore[call-overload]
    return unquote_cell(trimmed) if trimmed else None


def _read_workbook(path: Path) -> list[Sheet]:
    """Every sheet of a workbook that shows; merged cells have the value of the first."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    note_input(path)
    try:
        book = load_workbook(path, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise InputError(f"{path.name}: is no table ({error}); want a CSV or XLSX file") from error
    sheets = []
    for page in book.worksheets:
        if page.sheet_state != "visible":
            continue
        cells = [[_read_cell(cell) for cell in row] for row in page.iter_rows(values_only=True)]
        for area in page.merged_cells.ranges:
            if area.size["columns"] < page.max_column:  # a title over all columns stays one cell
                first = cells[area.min_row - 1][area.min_col - 1]
                for row in range(area.min_row - 1, area.max_row):
                    for column in range(area.min_col - 1, area.max_col):
                        cells[row][column] = first
        rows = sorted(page.row_dimensions.items())
        hidden = (row for row, how in rows if how.hidden and row <= len(cells))
        sheets.append(Sheet(page.title, cells, tuple(hidden)))
    return sheets
