"""What a column wants, and every cell that is something else.

A column is a pandera column whose `description` is what a sentence says it wants.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from seatplan.district.rows import Rows

IDS = ("id", "block", "school", "unit", "township", "parent", "from", "to")
WHOLE = re.compile(r"(\d+)\.0+")  # a whole number that a spreadsheet saved with decimals
FIRST = r"\1"
MOST = 1e9  # of any number in a table: no district has as many residents or square metres


@dataclass(frozen=True)
class Contract:
    """The columns of a table, and which of them together stand once (`key`; empty: no key)."""

    key: tuple[str, ...]
    columns: Mapping[str, pa.Column]


def text(*, optional: bool = False, required: bool = True) -> pa.Column:
    """Take words; `optional` cells may be empty, a column not `required` may be missing."""
    return pa.Column(object, nullable=optional, required=required, description="text")


def choice(*values: str, optional: bool = False, required: bool = True) -> pa.Column:
    """Take one of the words given."""
    wish = f"one of {', '.join(values)}"
    check = pa.Check.isin(values)
    return pa.Column(object, check, nullable=optional, required=required, description=wish)


def number(
    least: float = -np.inf,
    most: float = np.inf,
    *,
    optional: bool = False,
    required: bool = True,
    wish: str = "a number",
) -> pa.Column:
    """Take a number from `least` to `most`."""
    low, high = np.isfinite([least, most])
    bounds = f", {least:g} to {most:g}" if low and high else f", {least:g} or more" if low else ""
    check = pa.Check.in_range(max(least, -MOST), min(most, MOST))
    wish = wish + bounds
    return pa.Column(float, check, nullable=optional, required=required, description=wish)


def whole(
    least: float = 0, most: float = np.inf, *, optional: bool = False, required: bool = True
) -> pa.Column:
    """Take a whole number from `least` to `most`."""
    column = number(least, most, optional=optional, required=required, wish="a whole number")
    column.checks.append(
        pa.Check(lambda cells: (cells % 1 == 0) & (cells.abs() < 1e9), name="whole")
    )
    return column


def check_table(rows: Rows, contract: Contract) -> tuple[pd.DataFrame, list[str]]:
    """Return the table that `rows` hold, and a sentence for each cell that breaks the contract.

    Numbers are float. A cell that breaks the contract is NaN or None, so that nobody counts with
    it. The index stays the row's number; every column of the contract is there, and no other.
    """
    missing, faults = _column_faults(rows, contract)
    table, unread = _read_cells(rows, contract)
    bad = unread | _broken_cells(table, contract)
    order = {name: place for place, name in enumerate(contract.columns)}
    for number, name in sorted(bad, key=lambda cell: (cell[0], order[cell[1]])):
        if name not in missing:
            cell = table.loc[number, name]
            huge = isinstance(cell, float) and abs(cell) > MOST
            want = f"want {contract.columns[name].description}"
            want += f", at most {MOST:,.0f}" if huge else ""
            faults.append(rows.fault(number, name, want))
            table.loc[number, name] = None
    return table, faults + _repeated_keys(rows, table, contract)


def _read_cells(rows: Rows, contract: Contract) -> tuple[pd.DataFrame, set[tuple[int, str]]]:
    """Return cells as numbers or text, and (row number, column) of those that are neither."""
    numbers = rows.cells.index.to_list()
    columns: dict[str, pd.Series[Any]] = {}
    bad: set[tuple[int, str]] = set()
    for name, column in contract.columns.items():
        known = name in rows.cells
        cells = rows.cells[name].to_list() if known else [None] * len(numbers)
        counted = column.dtype.type.kind == "f"
        read: list[float | str | None]
        if not counted and not column.checks:
            cells = [_drop_blank(cell, column.nullable) for cell in cells]
            read = [None if is_no_name(cell) else read_word(cell) for cell in cells]
        else:
            read = [(_read_number if counted else read_word)(cell) for cell in cells]
        bad |= {
            (number, name)
            for number, cell, value in zip(numbers, cells, read, strict=True)
            if value is None and cell is not None
        }
        columns[name] = pd.Series(read, numbers, dtype=float if counted else object)
    return pd.DataFrame(columns, index=pd.Index(numbers)), bad


def round_ids(rows: Rows) -> Rows:
    """Return rows whose ids stand without the decimals that a spreadsheet adds: 101.0 is 101."""
    cells, told = rows.cells, list[str]()
    for name in (name for name in IDS if name in cells):
        decimal = cells[name].map(
            lambda cell: isinstance(cell, str) and bool(WHOLE.fullmatch(cell))
        )
        if decimal.any():
            whole = cells[name][decimal].map(lambda cell: WHOLE.sub(FIRST, cell))
            cells = cells.assign(**{name: cells[name].mask(decimal, whole)})
            first = f"{rows.cells[name][decimal].iloc[0]} as {whole.iloc[0]}"
            what = f"{decimal.sum()} ids with decimals are read without ({first})"
            told.append(rows.say(f"{rows.noun} {name}: {what}"))
    return replace(rows, cells=cells, rounded=tuple(told)) if told else rows


BLANKS = ("-", "--", "—", "——", "/", "无", "N/A", "n/a")  # what people type for "nothing"
ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")  # of a spreadsheet


def is_no_name(cell: object) -> bool:
    """Say whether a cell of text holds no name: a blank's sign, or an error of a spreadsheet."""
    return isinstance(cell, str) and (cell in BLANKS or cell in ERRORS)


def _drop_blank(cell: object, nullable: bool) -> object:
    """Return an optional cell that says "nothing" as empty."""
    return None if nullable and isinstance(cell, str) and cell in BLANKS else cell


def _read_number(cell: object) -> float | None:
    """Return a cell as a finite number, None where it is none."""
    if not isinstance(cell, str | int | float) or isinstance(cell, bool) or "_" in str(cell):
        return None
    try:
        number = float(cell)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def read_word(cell: object) -> str | None:
    """Return a cell as text; whole JSON numbers count as text (101.0 as 101), others do not."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else None


def _broken_cells(table: pd.DataFrame, contract: Contract) -> set[tuple[int, str]]:
    """Return (row number, column) of each cell that breaks its column's contract."""
    if table.empty:
        return set()
    columns = {
        name: column
        for name, column in contract.columns.items()
        if not column.nullable or table[name].notna().any()
    }
    try:
        pa.DataFrameSchema(columns).validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["index"])
        return {
            (int(row), str(name)) for row, name in zip(cases["index"], cases.column, strict=True)
        }
    return set()


def _column_faults(rows: Rows, contract: Contract) -> tuple[set[str], list[str]]:
    """Return the columns that the file lacks, and sentences on them and on names like them."""
    present = list(rows.cells.columns)
    unknown = [name for name in present if name not in contract.columns]
    absent = [name for name in contract.columns if name not in present]
    faults, missing = [], set()
    for name in absent if len(rows.cells) else []:
        near = get_close_matches(name, unknown, n=1, cutoff=0.75)
        if contract.columns[name].required:
            missing.add(name)
            hint = f"found {near[0]}" if near else f"found {', '.join(present[:8]) or 'none'}"
            faults.append(rows.say(f"{rows.noun} {name} is missing; {hint}; want {name}"))
        elif near:
            faults.append(rows.say(f"{rows.noun} {near[0]} is unknown; did you mean {name}?"))
    for name in unknown:
        if family := re.match(r"(classrooms|outside|roll|classes|age)_", name):
            known = [column for column in contract.columns if column.startswith(family[0])]
            sentence = f"{rows.noun} {name} is unknown; want one of {', '.join(known)}"
            faults += [rows.say(sentence)] if known else []
    return missing, list(dict.fromkeys(faults))


def _repeated_keys(rows: Rows, table: pd.DataFrame, contract: Contract) -> list[str]:
    """Return a sentence for each row whose key stands in an earlier row."""
    key = list(contract.key)
    if not key:
        return []
    known = table[key].dropna()
    first: dict[tuple[object, ...], int] = {}
    faults = []
    for number, *values in known.itertuples(name=None):
        earlier = first.setdefault(tuple(values), number)
        if earlier == number:
            continue
        shown = ", ".join(
            f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in zip(key, values, strict=True)
        )
        faults.append(
            rows.say(
                f"{rows.place(number)}: {shown} stands in {rows.place(earlier)} already; "
                f"want it once"
            )
        )
    return faults
