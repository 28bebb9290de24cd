"""Schools from a sheet: what they teach, their rolls, classes and rooms."""

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
from seatplan.intake.words import find_grade, find_span, find_word, plain, read_span

Told = tuple[str, Label]


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
    table["setting"] = [find_word(word, "setting") or "" for word in table.setting]
    teaches = _read_grades(source, standards, ids, problems)
    if not all(teaches.values()):
        raise InputError(problems)
    rolls, told = _read_rolls(source, standards, table, teaches, problems)
    classes = _read_by_grade(source, standards, ids, "classes", problems)
    if problems:
        raise InputError(problems)
    return Schools(table, teaches, rolls, classes, told)


def _read_grades(
    source: Source, standards: Standards, ids: pd.Index, problems: list[str]
) -> dict[str, list[str]]:
    """Return the grades of each school."""
    column = source.get("grades")
    if column is None:
        problems.append(f"{source.name}: no column of grades; want 年级 or grades, such as 1-6")
        raise InputError(problems)
    teaches = {}
    for school, (row, cell) in zip(ids, column.items(), strict=True):
        span = None if cell is None else read_own_span(cell, standards)
        if span is None:
            shown = "empty" if cell is None else cell
            want = "want grades such as 1-6, 九年一贯 or primary"
            heading = source.columns["grades"]
            problems.append(f"{source.name}: row {row}, column {heading}: {shown}; {want}")
        teaches[str(school)] = span or []
    return teaches


def read_own_span(cell: object, standards: Standards) -> list[str] | None:
    """Return the grades that a cell names: a stage of the rule set by its name, else a span.

    A word such as "primary" whose grades are not whole stages of the rule set (1-6 beside K-5)
    names none.
    """
    for stage in standards.stages:
        if plain(cell) in {plain(word) for word in (stage.code, stage.name.zh, stage.name.en)}:
            return [grade.code for grade in stage.grades]
    span = read_span(cell, standards.grades)
    if span and find_span(cell):
        ends = {end for s in standards.stages for end in (s.grades[0].code, s.grades[-1].code)}
        return span if {span[0], span[-1]} <= ends else None
    return span


def _read_rolls(
    source: Source,
    standards: Standards,
    table: pd.DataFrame,
    teaches: dict[str, list[str]],
    problems: list[str],
) -> tuple[pd.DataFrame, list[Told]]:
    """Return rolls by grade as whole numbers; those in all spread evenly."""
    rolls = _read_by_grade(source, standards, table.index, "pupils", problems)
    given = bool(rolls.notna().any(axis=None))
    even = 0
    for school, grades in teaches.items():
        own = rolls.loc[school]
        if not own.notna().any() and not math.isnan(whole := table.pupils[school]):
            rolls.loc[school, grades] = spread_evenly(int(whole), len(grades))
            even += 1
        elif given:
            rolls.loc[school, grades] = own[grades].fillna(0)
        rolls.loc[school, [g for g in rolls if g not in grades]] = np.nan
    return rolls, [("schools.geojson", say_assumed("rolls_even"))] if even else []


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


def spread_evenly(count: int, parts: int) -> list[int]:
    """Spread a count over parts that differ by one at most, the larger ones first.

    >>> spread_evenly(20, 6)
    [4, 4, 3, 3, 3, 3]
    """
    each, rest = divmod(count, parts)
    return [each + (at < rest) for at in range(parts)]


def count_classes(
    schools: Schools, standards: Standards, year: int
) -> tuple[pd.DataFrame, list[Told]]:
    """Return the classes of each grade, `school` x grade.

    Those stated by grade stand. Those stated in all are spread evenly over the grades that have
    pupils; where none are stated, or too few for one in each of these, as many as the class size
    asks for, but no more than the rooms that are known where each of these grades has one.
    """
    limits = {grade: seat_limit(standards, grade, year) for grade in standards.grades}
    classes = pd.DataFrame(np.ceil(schools.rolls / pd.Series(limits)))
    needed = 0
    for school in schools.teaches:
        filled = [g for g in schools.teaches[school] if dict(schools.rolls[g])[school] > 0]
        by_grade = schools.classes.loc[school, schools.teaches[school]]
        if by_grade.notna().any():
            classes.loc[school, schools.teaches[school]] = by_grade.fillna(0)
            continue
        stated = dict(schools.table.classes)[school]
        if stated >= len(filled) > 0:
            classes.loc[school, filled] = spread_evenly(int(stated), len(filled))
            continue
        needed += 1
        rooms = _know_rooms(schools, school, standards, year)
        if classes.loc[school].sum() > rooms >= len(filled) > 0:
            classes.loc[school, filled] = spread_evenly(int(rooms), len(filled))
    return classes, [("schools.geojson", say_assumed("classes_needed"))] if needed else []


def _know_rooms(schools: Schools, school: str, standards: Standards, year: int) -> float:
    """Return the rooms of a school that are stated or follow from its seats; NaN: neither."""
    rooms, seats = (float(schools.table[key][school]) for key in ("rooms", "seats"))
    if not math.isnan(rooms):
        return rooms
    return seats // seat_limit(standards, schools.teaches[school][0], year)


def seat_limit(standards: Standards, grade: str, year: int) -> float:
    """Return the class size that seats of a grade are counted with."""
    stage = standards.stage_of[grade]
    rules = [item for item in standards.standards if item.role == "seats" and item.since <= year]
    for item in rules:
        for key in (grade, stage, "all"):
            if key in item.limit:
                return float(item.limit[key])
    raise InputError(f'standards: no class size counts the seats of {grade}; want role = "seats"')


def count_rooms(
    schools: Schools, classes: pd.DataFrame, standards: Standards, year: int
) -> tuple[pd.DataFrame, list[Told]]:
    """Return rooms, `school` x stage (NaN: not taught): those stated, of seats, or of classes."""
    rooms = pd.DataFrame(np.nan, index=classes.index, columns=[s.code for s in standards.stages])
    counted = {"rooms_from_seats": 0, "rooms_from_classes": 0}
    for school, grades in schools.teaches.items():
        said = {key: float(schools.table[key][school]) for key in ("rooms", "seats", "classes")}
        stages = [s for s in standards.stages if any(g.code in grades for g in s.grades)]
        taught = {s.code: [g.code for g in s.grades if g.code in grades] for s in stages}
        share = {code: len(codes) / len(grades) for code, codes in taught.items()}
        if not math.isnan(said["rooms"]):
            whole = {code: said["rooms"] * part for code, part in share.items()}
        elif not math.isnan(said["seats"]):
            counted["rooms_from_seats"] += 1
            whole = {
                code: said["seats"] * share[code] / seat_limit(standards, codes[0], year)
                for code, codes in taught.items()
            }
        else:
            counted["rooms_from_classes"] += 1
            whole = {c: sum(map(float, classes.loc[school, own])) for c, own in taught.items()}
        for code, rest in _whole_rooms(whole).items():
            rooms.loc[school, code] = rest
    told = [
        ("schools.geojson", say_assumed(code, schools=count))
        for code, count in counted.items()
        if count
    ]
    return rooms, told


def _whole_rooms(rooms: dict[str, float]) -> dict[str, int]:
    """Return whole rooms with the same total, rounded down; the largest remainders first."""
    down = {code: math.floor(count + 1e-9) for code, count in rooms.items()}
    left = math.floor(sum(rooms.values()) + 1e-9) - sum(down.values())
    for code in sorted(rooms, key=lambda code: down[code] - rooms[code])[:left]:
        down[code] += 1
    return down
