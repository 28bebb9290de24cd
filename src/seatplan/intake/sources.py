"""A sheet or a layer of any common form -> rows, and where they lie."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from seatplan.errors import InputError
from seatplan.files import read_text
from seatplan.intake.words import find_columns
from seatplan.literal import unquote_cell

SHEETS = (".xlsx", ".xlsm")
TOTALS = ("合计", "总计", "total")
EXAMPLES = ("【例】", "[example]")
MOST = 1e9  # beyond it, and inf, no count or coordinate lies
LAYERS = (".gpkg", ".shp", ".geojson", ".json", ".fgb", ".kml")


@dataclass(frozen=True)
class Source:
    """The rows of a file.

    Parameters
    ----------
    name
        The file, as sentences call it.
    cells
        One row each, None where empty; the index is the row in the file (header = 1). Columns
        without any value are left out, and so are totals and the example of a blank sheet.
    columns
        What is meant -> the heading that says it (`synonyms.toml`).
    shapes
        The shapes of a layer, with its CRS; None for a sheet.
    """

    name: str
    cells: pd.DataFrame
    columns: dict[str, str]
    shapes: gpd.GeoSeries | None

    def get(self, meaning: str) -> pd.Series[Any] | None:
        """Return the column that means this, None where there is none."""
        heading = self.columns.get(meaning)
        return None if heading is None else self.cells[heading]


def read_source(path: Path, group: str, sheet: int = 0) -> Source:
    """Return the rows of a workbook, a CSV or a layer.

    Parameters
    ----------
    group
        What the rows are: "school", "area" or "option", whose synonyms name the columns.
    sheet
        Which sheet of a workbook, from 0.

    Raises
    ------
    InputError
        The file is missing, cannot be read, or names nothing.
    """
    cells, shapes = _read_cells(path, group, sheet)
    columns = find_columns([str(column) for column in cells], group)
    if "name" not in columns:
        headings = ", ".join(map(str, cells)) or "nothing"
        want = "want a column of names, such as 学校 or name"
        raise InputError(f"{path.name}: columns are {headings}; {want}")
    kept = cells[columns["name"]].map(_is_row)
    if not kept.any():
        raise InputError(f"{path.name}: no row below the header; want one for each {group}")
    cells = cells[kept].dropna(axis="columns", how="all")
    columns = {meaning: heading for meaning, heading in columns.items() if heading in cells}
    return Source(path.name, cells, columns, None if shapes is None else shapes[kept])


def _read_cells(path: Path, group: str, sheet: int) -> tuple[pd.DataFrame, gpd.GeoSeries | None]:
    """Return every row below the header, and the shapes of a layer."""
    if not path.exists():
        raise InputError(f"{path}: does not exist; want a workbook, a CSV or a layer")
    kind, shapes = path.suffix.lower(), None
    if kind in LAYERS:
        layer = _read_layer(path)
        cells = pd.DataFrame(layer.drop(columns=layer.geometry.name)).astype(object)
        cells.index = pd.RangeIndex(1, len(cells) + 1)
        shapes = gpd.GeoSeries(layer.geometry.to_numpy(), index=cells.index, crs=layer.crs)
    elif kind in SHEETS or kind == ".csv":
        cells = _take_header(_read_rows(path, sheet), group, path.name)
    else:
        want = ", ".join((*SHEETS, ".csv", *LAYERS))
        raise InputError(f"{path.name}: {kind or 'no suffix'}; want one of {want}")
    return cells.where(cells.notna(), None), shapes


def count_sheets(path: Path) -> int:
    """Return how many sheets of a workbook hold something; 1 for any other file."""
    return len(_read_sheets(path)) if path.suffix.lower() in SHEETS else 1


def _is_row(name: object) -> bool:
    """Say whether a row counts: neither empty, nor a total, nor the example of a blank sheet."""
    text = "" if name is None else str(name).strip()
    return bool(text) and text not in TOTALS and not text.startswith(EXAMPLES)


def _read_layer(path: Path) -> gpd.GeoDataFrame:
    try:
        return gpd.read_file(path)
    except Exception as error:
        raise InputError(f"{path.name}: cannot be read as a layer ({error})") from error


def _read_rows(path: Path, sheet: int) -> list[list[object]]:
    """Return every row of a sheet, or of a CSV."""
    if path.suffix.lower() == ".csv":
        import csv

        lines = csv.reader(read_text(path).splitlines())
        return [[unquote_cell(cell) for cell in line] for line in lines]
    sheets = _read_sheets(path)
    return sheets[sheet] if sheet < len(sheets) else []


def _read_sheets(path: Path) -> list[list[list[object]]]:
    """Return every row of every sheet of a workbook that holds something."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise InputError(f"{path.name}: cannot be read as a workbook ({error})") from error
    sheets = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
    book.close()
    return [rows for rows in sheets if rows]


def _take_header(rows: list[list[object]], group: str, name: str) -> pd.DataFrame:
    """Return the rows below the first row that names two columns at least; titles are left out.

    Of options, whose columns bear names of their own, one column known and another are enough.
    """
    least = 1 if group == "option" else 2
    for at, row in enumerate(rows):
        headings = [str(cell).strip() if cell is not None else "" for cell in row]
        if len(find_columns(headings, group)) >= least and sum(map(bool, headings)) >= 2:
            used = [place for place, heading in enumerate(headings) if heading]
            body = [[row[p] if p < len(row) else None for p in used] for row in rows[at + 1 :]]
            body = [[None if cell == "" else cell for cell in row] for row in body]
            index = range(at + 2, at + 2 + len(body))
            return pd.DataFrame(
                body, index=index, columns=[headings[p] for p in used], dtype=object
            )
    raise InputError(
        f"{name}: no row names two known columns; want a header such as 学校, 年级, 在校生"
    )


def read_numbers(
    source: Source, column: str, *, signed: bool = False
) -> tuple[pd.Series[float], list[str]]:
    """Return a column as numbers, NaN where empty, and a sentence for each cell that is none.

    Parameters
    ----------
    signed
        Whether numbers below 0 are right, as degrees are.
    """
    numbers, problems = {}, []
    for row, cell in source.cells[column].items():
        number = float("nan")
        if cell is not None:
            with suppress(ValueError):
                number = float(str(cell).replace(",", ""))
            if not abs(number) <= MOST:
                number = float("nan")
                problems.append(f"{source.name}: row {row}, column {column}: {cell}; want a number")
        if number < 0 and not signed:
            problems.append(f"{source.name}: row {row}, column {column}: {cell}; want 0 or more")
        numbers[row] = number
    return pd.Series(numbers, dtype=float), problems
