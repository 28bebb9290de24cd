"""A sheet or a layer of any common form -> rows, and where they lie."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from seatplan.district.grids import BOOKS, Sheet, read_grids
from seatplan.district.rows import NOTES, is_total
from seatplan.errors import InputError
from seatplan.files import note_input
from seatplan.intake.headings import add_title, has_header, take_header
from seatplan.intake.numbers import read_number
from seatplan.intake.sections import OF_WHICH, read_sections
from seatplan.intake.sexes import add_sexes
from seatplan.intake.words import find_columns

TEXTS = (".csv", ".tsv", ".txt")
EXAMPLES = ("【例】", "[example]")
COUNTING = ("school", "area", "roll")  # groups whose rows are counts
REMARK = re.compile(r"[；。]")  # of a row that has one cell, which no name holds
SIGNED = re.compile(r"(?:负责人|填表|制表|填报|审核|联系电话|日期)[^:：]{0,4}[:：]")
GONE = re.compile(r"已?撤[并销点]|已?停办|已关闭|暂停招生|拟建|在建|未投用|规划中")
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
    told
        Which rows are read as what and left out, a sentence each.
    """

    name: str
    cells: pd.DataFrame
    columns: dict[str, str]
    shapes: gpd.GeoSeries | None
    told: tuple[str, ...] = ()

    def get(self, meaning: str) -> pd.Series[Any] | None:
        """Return the column that means this, None where there is none."""
        heading = self.columns.get(meaning)
        return None if heading is None else self.cells[heading]


def read_source(path: Path, group: str, sheet: int | None = None) -> Source:
    """Return the rows of a workbook, a CSV or a layer.

    Parameters
    ----------
    group
        What the rows are: "school", "area" or "option", whose synonyms name the columns.
    sheet
        Which sheet of a workbook, from 0; None: the first that names what is wanted, else the
        first.

    Raises
    ------
    InputError
        The file is missing, cannot be read, or names nothing.
    """
    cells, shapes, told = _read_cells(path, group, sheet)
    columns = find_columns([str(column) for column in cells], group)
    if "name" not in columns:
        headings = ", ".join(map(str, cells)) or "nothing"
        want = "want a column of names, such as 学校 or name"
        raise InputError(f"{path.name}: columns are {headings}; {want}")
    cells, told = _read_rows(cells, group, path.name, told) if shapes is None else (cells, told)
    columns = find_columns([str(column) for column in cells], group)
    cells, filled = _fill_names(cells, columns["name"], path.name)
    cells, parts = _name_parts(cells, columns["name"], path.name)
    told = [*told, *parts, *_tell_remarks(cells, columns["name"], path.name)]
    kept, more = _choose_rows(cells, columns["name"], path.name)
    if not kept.any():
        raise InputError(f"{path.name}: no row below the header; want one for each {group}")
    cells = cells[kept].dropna(axis="columns", how="all")
    columns = {meaning: heading for meaning, heading in columns.items() if heading in cells}
    shapes = None if shapes is None else shapes[kept]
    return Source(path.name, cells, columns, shapes, (*told, *filled, *more))


def _read_rows(
    cells: pd.DataFrame, group: str, name: str, told: list[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Return a sheet with boys and girls in one column, and without rows that sum up others."""
    if group not in COUNTING:
        return cells, told
    cells, sexes = add_sexes(cells, group, name)
    cells, sections = read_sections(cells, group, name)
    return cells, [*told, *sexes, *sections]


def _read_cells(
    path: Path, group: str, sheet: int | None
) -> tuple[pd.DataFrame, gpd.GeoSeries | None, list[str]]:
    """Return every row below the header, the shapes of a layer, and what is told of the header."""
    if not path.exists():
        raise InputError(f"{path}: does not exist; want a workbook, a CSV or a layer")
    kind, shapes, told = path.suffix.lower(), None, list[str]()
    if kind in LAYERS:
        layer = _read_layer(path)
        cells = pd.DataFrame(layer.drop(columns=layer.geometry.name)).astype(object)
        cells.index = pd.RangeIndex(1, len(cells) + 1)
        shapes = gpd.GeoSeries(layer.geometry.to_numpy(), index=cells.index, crs=layer.crs)
    elif kind in (*BOOKS, *TEXTS):
        grids = [one for one in read_grids(path) if any(map(any, one.cells))]
        sheets = [replace(one, cells=add_title(one.cells, group, one.name)) for one in grids]
        whole = sheet is None
        if sheet is None:
            sheet = next((at for at, one in enumerate(sheets) if has_header(one.cells, group)), 0)
        alike = _join_sheets(sheets[sheet:], group, path.name) if whole else None
        if alike is None:
            rows = sheets[sheet].cells if sheet < len(sheets) else []
            cells, told = take_header(rows, group, path.name)
            read = sheets[sheet : sheet + 1]
        else:
            cells, told, read = alike
        names = ", ".join(one.name for one in read)
        if left := [one.name for one in sheets if one not in read]:
            told.append(f"{path.name}: sheet {names} is read; {', '.join(left)} not")
        for one in read:
            if one.hidden:
                rows_hidden = ", ".join(map(str, one.hidden))
                told.append(f"doubtful: {path.name}: row {rows_hidden} is hidden there, and read")
    else:
        want = ", ".join((*BOOKS, *TEXTS, *LAYERS))
        raise InputError(f"{path.name}: {kind or 'no suffix'}; want one of {want}")
    return cells.where(cells.notna(), None), shapes, told


def _join_sheets(
    sheets: list[Sheet], group: str, name: str
) -> tuple[pd.DataFrame, list[str], list[Sheet]] | None:
    """Return the rows of several sheets of one form, a township each, as one; None for others.

    They bear the same headings, and no name stands in two of them. The index says the sheet too.
    """
    alike = [sheet for sheet in sheets if has_header(sheet.cells, group)]
    if len(alike) < 2:
        return None
    read = [take_header(sheet.cells, group, name) for sheet in alike]
    heads = {tuple(map(str, cells)) for cells, _ in read}
    column = find_columns([str(heading) for heading in read[0][0]], group)["name"]
    if len(heads) > 1:
        return None
    named = [set(cells[column][cells.notna().sum(axis=1) > 1].dropna()) for cells, _ in read]
    named = [{each for each in own if not is_total(each)} for own in named]
    if sum(map(len, named)) > len(set().union(*named)):
        return None
    parts = [
        cells.set_axis([f"{row} of {sheet.name}" for row in cells.index])
        for (cells, _), sheet in zip(read, alike, strict=True)
    ]
    told = [line for _, lines in read for line in lines]
    names = ", ".join(sheet.name for sheet in alike)
    return pd.concat(parts), [*told, f"{name}: sheets {names} are read as one"], alike


def count_sheets(path: Path) -> int:
    """Return how many sheets of a workbook hold something; 1 for any other file."""
    if path.suffix.lower() not in BOOKS:
        return 1
    return sum(any(map(any, sheet.cells)) for sheet in read_grids(path))


def _fill_names(cells: pd.DataFrame, column: str, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Give rows below a name that stands once for several of them that name."""
    names, filled = cells[column], cells.notna().sum(axis=1)
    below = names.isna() & (filled > 1)
    if not len(names) or pd.isna(names.iloc[0]) or 2 * below.sum() < (filled > 0).sum():
        return cells, []
    told = f"{name}: rows without a name are read as of the one above"
    return cells.assign(**{column: names.where(~below, names.ffill())}), [told]


def _name_parts(cells: pd.DataFrame, column: str, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return rows whose names stand without 其中 (of which) before them, and doubt them."""
    names = cells[column].map(lambda cell: "" if cell is None else str(cell).strip())
    own = names.map(lambda text: OF_WHICH.sub("", text))
    rows = own.ne(names) & own.ne("")
    if not rows.any():
        return cells, []
    told = ", ".join(f"{row} ({own[row]})" for row in cells.index[rows])
    want = "want their counts in no row above besides"
    line = f"doubtful: {name}: row {told} is called a part (其中), and read by itself; {want}"
    return cells.assign(**{column: cells[column].mask(rows, own)}), [line]


def _tell_remarks(cells: pd.DataFrame, column: str, name: str) -> list[str]:
    """Doubt rows that say somewhere that they are closed, or not there yet."""
    told = []
    for heading in (heading for heading in cells if heading != column):
        for row, cell in cells[heading].items():
            if isinstance(cell, str) and (match := GONE.search(cell)):
                said = f"{heading} says {match[0]}; it is read as standing"
                told.append(f"doubtful: {name}: row {row}: {said}; want it left out, if it is not")
    return told


def _choose_rows(cells: pd.DataFrame, column: str, name: str) -> tuple[pd.Series[bool], list[str]]:
    """Say which rows count, and tell of those that do not.

    Totals, the example of a blank sheet, notes below the table and rows without a name do not.
    """
    names = cells[column].map(lambda cell: "" if cell is None else str(cell).strip())
    alone = cells.notna().sum(axis=1) == 1
    left = {
        "a total": names.map(is_total),
        "a note": alone & names.map(lambda text: bool(NOTES.match(text) or REMARK.search(text)))
        | names.map(lambda text: SIGNED.search(text) is not None),
        "having no name": (names == "") & cells.notna().any(axis=1),
    }
    told = [
        f"{name}: row {', '.join(map(str, cells.index[rows]))} left out as {what}"
        for what, rows in left.items()
        if rows.any()
    ]
    kept = (names != "") & ~names.str.startswith(EXAMPLES)
    for rows in left.values():
        kept &= ~rows
    return kept, told


def _read_layer(path: Path) -> gpd.GeoDataFrame:
    note_input(path)
    try:
        return gpd.read_file(path)
    except Exception as error:
        raise InputError(f"{path.name}: cannot be read as a layer ({error})") from error


def read_numbers(
    source: Source, column: str, *, signed: bool = False
) -> tuple[pd.Series[float], list[str]]:
    """Return a column as numbers, NaN where empty, and a sentence for each cell that is none.

    A number may have signs between its thousands and a unit after it (1,360人); a blank's sign
    (-, 无) is empty.

    Parameters
    ----------
    signed
        Whether numbers below 0 are right, as degrees are.
    """
    numbers, problems = {}, []
    for row, cell in source.cells[column].items():
        number = read_number(cell)
        if number is None:
            number = float("nan")
            problems.append(f"{source.name}: row {row}, column {column}: {cell}; want a number")
        if number < 0 and not signed:
            problems.append(f"{source.name}: row {row}, column {column}: {cell}; want 0 or more")
        numbers[row] = number
    return pd.Series(numbers, dtype=float), problems
