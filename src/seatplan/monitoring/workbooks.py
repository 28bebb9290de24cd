"""Rolls of a workbook as a bureau keeps them -> the table that is read of a CSV."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.intake.pupils import know_district
from seatplan.intake.sources import Source, read_numbers, read_source
from seatplan.intake.words import find_grade, read_grade
from seatplan.literal import spell_table


def spell_rolls(path: Path, district: District, standards: Standards) -> str:
    """Return the rolls of a workbook as CSV: school, grade, pupils, and classes and year if there.

    A row is a school and grade (学校, 年级, 在校生), or a school with a column for each grade.
    Schools are known by name or id.

    Raises
    ------
    InputError
        With one sentence for each cell that names no school or grade, or is no number.
    """
    source = read_source(path, "roll")
    known = know_district(district, standards).schools
    problems: list[str] = []
    schools = {}
    for row, cell in source.cells[source.columns["name"]].items():
        name = str(cell).strip()
        schools[row] = known.get(name, "")
        if not schools[row]:
            hint = suggest(name, sorted(known))
            problems.append(f"{source.name}: row {row}: no school {name}{hint}")
    table = _read_rows(source, standards, problems)
    if problems:
        raise InputError(problems)
    table.insert(0, "school", [schools[row] for row in table.index])
    return spell_table(table, index=False)


def _read_rows(source: Source, standards: Standards, problems: list[str]) -> pd.DataFrame:
    """Return grade and counts, one row a school and grade; the index is the row of the sheet."""
    given = {str(c): g for c in source.cells if (g := find_grade(c, standards.grades))}
    if "grade" not in source.columns:
        if not given:
            problems.append(f"{source.name}: no grades; want a column 年级, or one for each grade")
        parts = [pd.DataFrame(columns=["grade", "pupils"])]
        for column, grade in given.items():
            counts = _read_counts(source, column, problems).dropna()
            parts.append(pd.DataFrame({"grade": grade, "pupils": counts.astype(int)}))
        return pd.concat(parts)
    table = pd.DataFrame(index=source.cells.index)
    table["grade"] = [
        read_grade(c, standards.grades) for c in source.cells[source.columns["grade"]]
    ]
    for row in table.index[table.grade.isna()]:
        cell = source.cells[source.columns["grade"]][row]
        problems.append(f"{source.name}: row {row}: grade {cell}; want such as 一年级 or g1")
    for key in ("pupils", "classes", "year"):
        if key in source.columns:
            counts = _read_counts(source, source.columns[key], problems)
            table[key] = counts.astype("Int64")
    return table


def _read_counts(source: Source, column: str, problems: list[str]) -> pd.Series[float]:
    """Return a column as whole numbers, and add what is wrong to `problems`."""
    counts, faults = read_numbers(source, column)
    problems += faults
    return counts.round()
