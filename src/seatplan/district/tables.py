"""Column contracts of the input tables; every problem in one message.

A contract is a pandera schema: one line for each column, its `description` being what a sentence
says the column wants. To add a column, add its line here and to docs/data-format.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from seatplan.district.rows import Rows
from seatplan.district.standards import Standards

AGES = range(20)
SCENARIOS = ("low", "medium", "high")
SETTINGS = ("urban", "town", "rural")
YEARS = (1900, 2200)


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
    check = pa.Check.in_range(least, most)
    wish = wish + bounds
    return pa.Column(float, check, nullable=optional, required=required, description=wish)


def whole(
    least: float = 0, most: float = np.inf, *, optional: bool = False, required: bool = True
) -> pa.Column:
    """Take a whole number from `least` to `most`."""
    column = number(least, most, optional=optional, required=required, wish="a whole number")
    column.checks.append(pa.Check(lambda cells: cells % 1 == 0, name="whole"))
    return column


def contract(key: tuple[str, ...], columns: Mapping[str, pa.Column]) -> pa.DataFrameSchema:
    """Return the contract of a table in which a `key` stands once (empty: no key)."""
    return pa.DataFrameSchema(dict(columns), metadata={"key": key})


def provenance() -> pa.Column:
    """Say where a row comes from."""
    return choice("real", "plan", "calibrated", "synthetic", optional=True, required=False)


def origin() -> dict[str, pa.Column]:
    """Say where a row comes from, and the document that bears it out."""
    return {"provenance": provenance(), "source": text(optional=True, required=False)}


def place() -> dict[str, pa.Column]:
    """Name the village unit and the township around it, and how built-up it is."""
    return {"unit": text(), "township": text(), "setting": choice(*SETTINGS)}


def write_contracts(standards: Standards) -> dict[str, pa.DataFrameSchema]:
    """Return file name -> contract; the stages and grades of `standards` name some columns."""
    stages = [stage.code for stage in standards.stages]
    return _area_contracts() | _people_contracts(stages) | _school_contracts(standards)


def _area_contracts() -> dict[str, pa.DataFrameSchema]:
    return {
        "zones.csv": contract(
            ("id",),
            {
                "id": text(),
                "name": text(),
                "kind": choice("township", "unit"),
                "parent": text(optional=True),
                "setting": choice(*SETTINGS, optional=True),
                "lon": number(optional=True, required=False),
                "lat": number(optional=True, required=False),
                "position": choice("real", "synthetic", optional=True, required=False),
                **origin(),
            },
        ),
        "population/blocks.geojson": contract(
            ("id",), {"id": text(), **place(), "provenance": provenance()}
        ),
        "roads.geojson": contract(
            ("id",),
            {
                "id": text(),
                "road_class": choice("arterial", "secondary", "local", "path", "bridge"),
                "speed_kmh": number(1, 130),
                "provenance": provenance(),
            },
        ),
        "water.geojson": contract((), {"provenance": provenance()}),
        "provenance.csv": contract(
            ("file", "column"),
            {
                "file": text(),
                "column": text(),
                "provenance": choice("real", "plan", "calibrated", "synthetic"),
                "source": text(optional=True),
                "note": text(optional=True),
            },
        ),
    }


def _people_contracts(stages: list[str]) -> dict[str, pa.DataFrameSchema]:
    year = whole(*YEARS)
    return {
        "population/residents.csv": contract(
            ("block",),
            {
                "block": text(),
                "total": whole(),
                **{f"age_{age}": whole() for age in AGES},
                "provenance": provenance(),
            },
        ),
        "population/births.csv": contract(
            ("year",), {"year": year, **{name: number(0) for name in SCENARIOS}, **origin()}
        ),
        "population/cohort_ratios.csv": contract(
            ("age",),
            {
                "age": whole(-1, AGES[-1] - 1),
                "ratio": number(0, 2),
                "provenance": provenance(),
                "note": text(optional=True, required=False),
            },
        ),
        "population/take_up.csv": contract(
            ("stage", "year"),
            {"stage": choice(*stages), "year": year, "rate": number(0, 1.5), **origin()},
        ),
        "population/housing.csv": contract(
            (),
            {
                "block": text(),
                "year": year,
                "dwellings": whole(),
                "residents_per_dwelling": number(0, 20),
                "pupils_per_1000": number(0, 1000),
                "from_outside": number(0, 1),
                **origin(),
            },
        ),
    }


def _school_contracts(standards: Standards) -> dict[str, pa.DataFrameSchema]:
    stages = [stage.code for stage in standards.stages]
    grades = standards.grades
    zoned = [stage.code for stage in standards.stages if stage.intake == "catchment"]
    counted = [f"classrooms_{stage}" for stage in stages]
    counted += [f"{what}_{grade}" for what in ("roll", "classes") for grade in grades]
    return {
        "schools.geojson": contract(
            ("id",),
            {
                "id": text(),
                "name": text(),
                "name_en": text(optional=True, required=False),
                "kind": choice(*standards.kinds),
                **place(),
                "run_by": choice("district", "municipal", "private"),
                "ownership": choice("public", "inclusive", "private"),
                "opened": whole(*YEARS, optional=True, required=False),
                "closes": whole(*YEARS, optional=True, required=False),
                **{name: whole(optional=True, required=False) for name in counted},
                "land_m2": number(0, optional=True, required=False),
                "floor_m2": number(0, optional=True, required=False),
                "boarding_beds": whole(optional=True, required=False),
                "provenance": provenance(),
            },
        ),
        "catchments.csv": contract(
            ("block", "stage"),
            {
                "block": text(),
                "stage": choice(*zoned),
                "school": text(),
                "provenance": provenance(),
            },
        ),
        "sites.geojson": contract(
            ("id",),
            {
                "id": text(),
                "name": text(),
                "stages": text(),
                "land_m2": number(0, optional=True),
                "max_classrooms": whole(1),
                "earliest_year": whole(*YEARS),
                "provenance": provenance(),
            },
        ),
        "rolls.csv": contract(
            ("school", "grade", "year"),
            {
                "school": text(),
                "year": whole(*YEARS),
                "grade": choice(*grades),
                "pupils": whole(),
                "classes": whole(optional=True, required=False),
                "provenance": provenance(),
            },
        ),
    }


def check_table(rows: Rows, schema: pa.DataFrameSchema) -> tuple[pd.DataFrame, list[str]]:
    """Return the table that `rows` hold, and a sentence for each cell that breaks the contract.

    Numbers are float and NaN where they could not be read; the index stays the row's number.
    Every column of the contract is there. Columns that it does not know are left out.
    """
    missing, faults = _column_faults(rows, schema)
    table, bad = _read_cells(rows, schema)
    order = {name: place for place, name in enumerate(schema.columns)}
    for number, name in sorted(
        bad | _broken_cells(table, schema), key=lambda c: (c[0], order[c[1]])
    ):
        if name not in missing:
            faults.append(rows.fault(number, name, f"want {schema.columns[name].description}"))
    return table, faults + _repeated_keys(rows, table, schema)


def _read_cells(
    rows: Rows, schema: pa.DataFrameSchema
) -> tuple[pd.DataFrame, set[tuple[int, str]]]:
    """Return cells as numbers or text, and (row number, column) of those that are neither."""
    numbers = rows.cells.index.to_list()
    columns: dict[str, pd.Series[Any]] = {}
    bad: set[tuple[int, str]] = set()
    for name, column in schema.columns.items():
        known = name in rows.cells
        cells = rows.cells[name].to_list() if known else [None] * len(numbers)
        counted = column.dtype.type.kind == "f"
        read = [(_read_number if counted else _read_word)(cell) for cell in cells]
        bad |= {
            (number, name)
            for number, cell, value in zip(numbers, cells, read, strict=True)
            if value is None and cell is not None
        }
        columns[name] = pd.Series(read, numbers, dtype=float if counted else object)
    return pd.DataFrame(columns, index=pd.Index(numbers)), bad


def _read_number(cell: object) -> float | None:
    """Return a cell as a finite number, None where it is none."""
    if not isinstance(cell, str | int | float) or isinstance(cell, bool) or "_" in str(cell):
        return None
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _read_word(cell: object) -> str | None:
    """Return a cell as text; whole JSON numbers count as text, other values do not."""
    if isinstance(cell, str):
        return cell
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else None


def _broken_cells(table: pd.DataFrame, schema: pa.DataFrameSchema) -> set[tuple[int, str]]:
    """Return (row number, column) of each cell that breaks its column's contract."""
    if table.empty:
        return set()
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["index"])
        return {
            (int(row), str(name)) for row, name in zip(cases["index"], cases.column, strict=True)
        }
    return set()


def _column_faults(rows: Rows, schema: pa.DataFrameSchema) -> tuple[set[str], list[str]]:
    """Return the columns that the file lacks, and sentences on them and on names like them."""
    present = list(rows.cells.columns)
    unknown = [name for name in present if name not in schema.columns]
    absent = [name for name in schema.columns if name not in present]
    faults, missing = [], set()
    for name in absent if len(rows.cells) else []:
        near = get_close_matches(name, unknown, n=1, cutoff=0.75)
        if schema.columns[name].required:
            missing.add(name)
            hint = f"found {near[0]}" if near else f"found {', '.join(present[:8]) or 'none'}"
            faults.append(rows.say(f"{rows.noun} {name} is missing; {hint}; want {name}"))
        elif near:
            faults.append(rows.say(f"{rows.noun} {near[0]} is unknown; did you mean {name}?"))
    for name in unknown:
        if family := re.match(r"(classrooms|roll|classes|age)_", name):
            known = [column for column in schema.columns if column.startswith(family[0])]
            sentence = f"{rows.noun} {name} is unknown; want one of {', '.join(known)}"
            faults += [rows.say(sentence)] if known else []
    return missing, list(dict.fromkeys(faults))


def _repeated_keys(rows: Rows, table: pd.DataFrame, schema: pa.DataFrameSchema) -> list[str]:
    """Return a sentence for each row whose key stands in an earlier row."""
    key = list((schema.metadata or {}).get("key", ()))
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
