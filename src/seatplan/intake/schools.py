"""Schools from a sheet: what they teach, and their rolls."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.district.defaults import say_assumed
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.intake.sources import Source, read_numbers
from seatplan.intake.words import (
    find_grade,
    find_word,
    plain,
    read_own_span,
    read_stage_count,
    read_synonyms,
)

Told = tuple[str, Label]
GRADES = "want grades such as 1-6, 九年一贯 or primary"


@dataclass(frozen=True)
class Schools:
    """Schools as a sheet tells of them, before anything is derived.

    Parameters
    ----------
    table
        Index `school`: name, township, setting, village, rooms, seats, classes (NaN: not said).
    teaches
        The grades of each school.
    rolls
        Pupils, `school` x grade: NaN where not taught, or where nothing is said at all.
    classes
        Classes, `school` x grade: NaN where none are stated by grade.
    told
        What was assumed.
    """

    table: pd.DataFrame
    teaches: dict[str, list[str]]
    rolls: pd.DataFrame
    classes: pd.DataFrame
    told: list[Told]


def read_schools(source: Source, standards: Standards) -> Schools:
    """Return the schools of a sheet or a layer; InputError with every cell that says nothing."""
    problems: list[str] = []
    ids = pd.Index([f"S{at:03d}" for at in range(1, len(source.cells) + 1)], name="school")
    table = pd.DataFrame(index=ids)
    for key in ("name", "township", "setting", "village"):
        column = source.get(key)
        table[key] = (
            [str(cell).strip() if cell is not None else "" for cell in column]
            if column is not None
            else ""
        )
    for key in ("rooms", "seats", "classes", "pupils"):
        if key in source.columns:
            numbers, faults = read_numbers(source, source.columns[key])
            problems += faults
            table[key] = numbers.to_numpy()
        else:
            table[key] = np.nan
    table["ownership"] = _read_owners(source)
    table["setting"] = [find_word(word, "setting") or "" for word in table.setting]
    rolls = _read_by_grade(source, standards, ids, "pupils", problems)
    teaches, counted = _read_grades(source, standards, rolls, problems)
    if not all(teaches.values()):
        raise InputError(problems)
    rolls, told = _read_rolls(source, standards, table, rolls, teaches, problems)
    told += counted
    classes = _read_by_grade(source, standards, ids, "classes", problems)
    if problems:
        raise InputError(problems)
    return Schools(table, teaches, rolls, classes, told)


def _read_owners(source: Source) -> list[str]:
    """Return public, inclusive or private: as said of ownership, else in the kind of school."""
    owners = ["public"] * len(source.cells)
    words = read_synonyms()["ownership"]  # 普惠性民办 is inclusive: it comes first
    for key in ("grades", "ownership"):
        cells = source.get(key)
        for at, cell in enumerate(() if cells is None else cells):
            said = (owner for owner in words if any(word in plain(cell) for word in words[owner]))
            owners[at] = next(said, owners[at])
    return owners


def _read_grades(
    source: Source, standards: Standards, rolls: pd.DataFrame, problems: list[str]
) -> tuple[dict[str, list[str]], list[Told]]:
    """Return the grades of each school, and what was assumed of them."""
    column = source.get("grades")
    if column is None:
        told = [("schools.geojson", say_assumed("grades_counted"))]
        return _find_grades(source, standards, rolls, problems), told
    teaches = {}
    for school, (row, cell) in zip(rolls.index, column.items(), strict=True):
        span = None if cell is None else read_own_span(cell, standards)
        if span is None:
            shown = "empty" if cell is None else cell
            heading = source.columns["grades"]
            problems.append(f"{source.name}: row {row}, column {heading}: {shown}; {GRADES}")
        teaches[str(school)] = span or []
    return teaches, []


def _find_grades(
    source: Source, standards: Standards, rolls: pd.DataFrame, problems: list[str]
) -> dict[str, list[str]]:
    """Return the grades of each school from the first to the last that have pupils."""
    if not (rolls > 0).any(axis=None):
        problems.append(f"{source.name}: no column of grades; {GRADES} in 年级 or grades")
        raise InputError(problems)
    order, teaches = standards.grades, {}
    for (school, own), row in zip(rolls.iterrows(), source.cells.index, strict=True):
        at = np.flatnonzero(own > 0)
        if not len(at):
            problems.append(
                f"{source.name}: row {row}: pupils in no grade, and no column of grades; {GRADES}"
            )
        teaches[str(school)] = order[at[0] : at[-1] + 1] if len(at) else []
    return teaches


def _read_rolls(
    source: Source,
    standards: Standards,
    table: pd.DataFrame,
    rolls: pd.DataFrame,
    teaches: dict[str, list[str]],
    problems: list[str],
) -> tuple[pd.DataFrame, list[Told]]:
    """Return rolls by grade as whole numbers; those in all spread evenly.

    Grades that have pupils are added to what a school teaches. Pupils in all beyond those of the
    grades are in the stages whose cells are empty (an attached kindergarten).
    """
    rolls = _add_stages(source, standards, rolls, teaches, problems)
    given = bool(rolls.notna().any(axis=None))
    even, more, differ = 0, [], []
    for school, grades in teaches.items():
        own, name = rolls.loc[school], table.name[school]
        if found := [g for g in standards.grades if own[g] > 0 and g not in grades]:
            more.append(f"{name} ({', '.join(found)})")
            teaches[school] = grades = [g for g in standards.grades if g in {*grades, *found}]
        whole, counted = table.pupils[school], own[grades].sum()
        stages = [[g.code for g in stage.grades if g.code in grades] for stage in standards.stages]
        empty = [grade for codes in stages if own[codes].isna().all() for grade in codes]
        if own.notna().any() and empty and whole > counted:
            rolls.loc[school, empty] = spread_evenly(int(whole - counted), len(empty))
            even += 1
        elif not math.isnan(whole) and own.notna().any() and counted != whole:
            differ.append(f"{name} ({whole:g}, {counted:g})")
        if not own.notna().any() and not math.isnan(whole):
            rolls.loc[school, grades] = spread_evenly(int(whole), len(grades))
            even += 1
        elif given:
            rolls.loc[school, grades] = rolls.loc[school, grades].fillna(0)
        rolls.loc[school, [g for g in rolls if g not in grades]] = np.nan
    told = [("schools.geojson", say_assumed("rolls_even"))] if even else []
    for code, named in (("grades_from_rolls", more), ("rolls_differ", differ)):
        if named:
            told.append(("schools.geojson", say_assumed(code, schools="、".join(named))))
    return rolls, told


def _read_by_grade(
    source: Source, standards: Standards, ids: pd.Index, what: str, problems: list[str]
) -> pd.DataFrame:
    """Return whole counts, `school` x grade, of the columns that count "pupils" or "classes"."""
    counts = pd.DataFrame(np.nan, index=ids, columns=standards.grades)
    for column in map(str, source.cells):
        grade = find_grade(column, standards.grades, what)
        if grade and column not in source.columns.values():
            numbers, faults = read_numbers(source, column)
            problems += faults
            counts[grade] = numbers.round().to_numpy()
    return counts


def _add_stages(
    source: Source,
    standards: Standards,
    rolls: pd.DataFrame,
    teaches: dict[str, list[str]],
    problems: list[str],
) -> pd.DataFrame:
    """Return rolls with the columns that count a whole stage (小学生数), spread over its grades."""
    rolls = rolls.copy()
    for column in map(str, source.cells):
        grades = read_stage_count(column, standards)
        if not grades or column in source.columns.values():
            continue
        numbers, faults = read_numbers(source, column)
        problems += faults
        for school, number in zip(rolls.index, numbers, strict=True):
            taught = [grade for grade in teaches[str(school)] if grade in grades]
            taught = taught or (grades if number > 0 else [])  # of a stage that it has beside
            if taught and number >= 0 and rolls.loc[school, taught].isna().all():
                rolls.loc[school, taught] = spread_evenly(int(number), len(taught))
    return rolls


def spread_evenly(count: int, parts: int) -> list[int]:
    """Spread a count over parts that differ by one at most, the larger ones first.

    >>> spread_evenly(20, 6)
    [4, 4, 3, 3, 3, 3]
    """
    each, rest = divmod(count, parts)
    return [each + (at < rest) for at in range(parts)]
