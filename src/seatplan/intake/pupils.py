"""A list of pupils, one row each or counted -> pupils by area, school and grade.

It is summed up as it is read: names, addresses and places of pupils are never kept, and no sentence
shows what stands in a cell of where they live.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from seatplan.district.district import District
from seatplan.district.grids import BOOKS
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.files import note_input, read_text
from seatplan.intake.words import find_columns, find_grade
from seatplan.literal import unquote_cell

LEAST = 0.5  # share of the rows that must name an area and a school that are known
SHOWN = 6  # rows told by their number

Key = tuple[str, str, str]  # block, school, grade ("" where the list does not say)


@dataclass(frozen=True)
class Known:
    """What areas, schools and grades are called: names and ids -> ids."""

    areas: Mapping[str, str]
    schools: Mapping[str, str]
    grades: Mapping[str, str]


def know_district(district: District, standards: Standards) -> Known:
    """Return what the areas, schools and grades of a district are called.

    A unit's name stands for its block where it has only one.
    """
    units = district.blocks.unit
    alone = units[~units.duplicated(keep=False)]
    areas = {str(district.zones.name.get(unit, unit)): block for block, unit in alone.items()}
    areas |= {str(unit): str(block) for block, unit in alone.items()}
    names = district.schools.name
    schools = {str(name): school for school, name in names[~names.duplicated(keep=False)].items()}
    return Known(
        areas={str(name): str(block) for name, block in areas.items()}
        | {str(block): str(block) for block in district.blocks.index},
        schools={name: str(school) for name, school in schools.items()}
        | {str(school): str(school) for school in names.index},
        grades=name_grades(standards),
    )


def name_grades(standards: Standards) -> dict[str, str]:
    """Return what each grade may be called: its code and its names."""
    grades = [grade for stage in standards.stages for grade in stage.grades]
    named = {str(name): grade.code for grade in grades for name in (grade.name.zh, grade.name.en)}
    return named | {grade.code: grade.code for grade in grades}


def count_pupils(path: Path, known: Known) -> tuple[pd.Series[float], list[str]]:
    """Sum up a list of pupils; return pupils by (`block`, `school`, `grade`) and what is told.

    Rows that name no area or no school of the district are left out and told by number; a grade
    that nobody knows is "".

    Raises
    ------
    InputError
        There is no column of areas or schools, or most rows name none that is known.
    """
    counts: dict[Key, float] = {}
    lost: dict[str, list[int]] = {"area": [], "school": []}
    rows = _read_rows(path)
    columns = _find_header(rows, path)
    codes = list(dict.fromkeys(known.grades.values()))
    seen = 0
    for number, row in rows:
        area, school, grade, pupils = (
            _cell(row, columns, key) for key in ("area", "school", "grade", "pupils")
        )
        if not area and not school:
            continue
        seen += 1
        block, home = known.areas.get(area), known.schools.get(school)
        if block is None or home is None:
            lost["area" if block is None else "school"].append(number)
            continue
        code = known.grades.get(grade) or find_grade(grade, codes) or ""
        pupils_there = _read_count(pupils, "pupils" in columns, path, number)
        counts[(block, home, code)] = counts.get((block, home, code), 0.0) + pupils_there
    told = [_tell_lost(path, what, numbers) for what, numbers in lost.items() if numbers]
    known_rows = seen - sum(map(len, lost.values()))
    if known_rows < LEAST * seen or not known_rows:
        want = "want areas (村居) and schools (学校) by their ids or names"
        raise InputError([*told, f"{path.name}: {known_rows} of {seen} rows known; {want}"])
    return _label(counts), told


def _label(counts: Mapping[Key, float]) -> pd.Series[float]:
    """Return counts by block, school and grade, in order."""
    index = pd.MultiIndex.from_tuples(sorted(counts), names=["block", "school", "grade"])
    return pd.Series([float(counts[key]) for key in sorted(counts)], index, name="pupils")


def _read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV, or of the first sheet of a workbook, each with its number."""
    if not path.exists():
        raise InputError(f"{path}: does not exist; want a workbook or a CSV of pupils")
    note_input(path)
    kind = path.suffix.lower()
    if kind == ".csv":
        for number, row in enumerate(csv.reader(read_text(path).splitlines()), 1):
            yield number, [unquote_cell(cell).strip() for cell in row]
    elif kind in BOOKS:
        from openpyxl import load_workbook

        try:
            book = load_workbook(path, read_only=True, data_only=True)
        except Exception as error:
            raise InputError(f"{path.name}: cannot be read as a workbook ({error})") from error
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            yield number, ["" if cell is None else str(cell).strip() for cell in cells]
        book.close()
    else:
        raise InputError(f"{path.name}: {kind or 'no suffix'}; want .csv or .xlsx")


def _find_header(rows: Iterator[tuple[int, list[str]]], path: Path) -> dict[str, int]:
    """Read rows up to the header; return the place of each column that is known."""
    for _, row in rows:
        found = find_columns(row, "pupil")
        if {"area", "school"} <= set(found):
            return {meaning: row.index(heading) for meaning, heading in found.items()}
    raise InputError(
        f"{path.name}: no row names an area and a school; want a header such as 村居, 学校, 年级, "
        "and 人数 where pupils are counted"
    )


def _cell(row: list[str], columns: Mapping[str, int], key: str) -> str:
    at = columns.get(key, -1)
    return row[at].removesuffix(".0") if 0 <= at < len(row) else ""


def _read_count(cell: str, counted: bool, path: Path, number: int) -> float:
    """Return how many pupils a row stands for: 1, or what its count says."""
    if not counted:
        return 1.0
    try:
        pupils = float(cell.replace(",", "") or 0)
    except ValueError:
        pupils = -1.0
    if not 0 <= pupils <= 1e6:
        raise InputError(
            f"{path.name}: row {number}: the count is no number; want pupils, 0 or more"
        )
    return pupils


def _tell_lost(path: Path, what: str, numbers: list[int]) -> str:
    """Say which rows name no area, or no school, of the district; never what they say."""
    rows = ", ".join(map(str, numbers[:SHOWN])) + (", ..." if len(numbers) > SHOWN else "")
    lost = f"{len(numbers):,} rows name no {what} of the district and are left out ({rows})"
    return f"{path.name}: {lost}"
