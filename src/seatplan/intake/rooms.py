"""Classes and rooms of schools from a sheet: those stated, or what follows from the rest."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from seatplan.district.defaults import say_assumed
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.intake.schools import Schools, Told


def spread_classes(count: int, needs: pd.Series[float]) -> list[int]:
    """Spread classes over grades, one to each, then where they are fullest for their limit.

    Parameters
    ----------
    needs
        Pupils of each grade over its class limit.

    >>> spread_classes(15, pd.Series([1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.9, 1.8, 1.8]))
    [2, 2, 2, 1, 1, 1, 2, 2, 2]
    """
    classes = np.ones(len(needs), dtype=int)
    for _ in range(count - len(needs)):
        classes[int(np.argmax(needs.to_numpy() / classes))] += 1
    return classes.tolist()


def count_classes(
    schools: Schools, standards: Standards, year: int
) -> tuple[pd.DataFrame, list[Told]]:
    """Return the classes of each grade, `school` x grade.

    Those stated by grade stand. Those stated in all are spread over the grades that have pupils, to
    where they are fullest. Of a school with a kindergarten whose classes are too few for both,
    they are those of the other grades (see `find_apart`). Where none are stated, or too few for
    one in each grade, as many as the class size asks for, but no more than the rooms that are
    known where each grade has one.
    """
    limits = {grade: seat_limit(standards, grade, year) for grade in standards.grades}
    needs = schools.rolls / pd.Series(limits)
    classes = pd.DataFrame(np.ceil(needs))
    apart = find_apart(schools, standards, year)
    needed = []
    for school, taught in schools.teaches.items():
        by_grade = pd.Series(schools.classes.loc[school])[taught]
        if by_grade.notna().any():
            classes.loc[school, taught] = by_grade.fillna(0)
            continue
        own = pd.Series(needs.loc[school]).drop(apart.get(school, []))
        filled = list(own.index[own > 0])
        stated = dict(schools.table.classes)[school]
        if stated >= len(filled) > 0:
            classes.loc[school, filled] = spread_classes(int(stated), own[filled])
            continue
        needed.append(str(schools.table.name[school]))
        rooms = _know_rooms(schools, school, standards, year)
        if classes.loc[school].sum() > rooms >= len(filled) > 0:
            classes.loc[school, filled] = spread_classes(int(rooms), own[filled])
    told: list[Told] = []
    if len(needed) == len(schools.table):
        told.append(("schools.geojson", say_assumed("no_classes")))
    elif needed:
        told.append(("schools.geojson", say_assumed("classes_needed", schools=", ".join(needed))))
    if apart:
        names = ", ".join(str(schools.table.name[school]) for school in apart)
        told.append(("schools.geojson", say_assumed("classes_apart", schools=names)))
    return classes, told


def find_apart(schools: Schools, standards: Standards, year: int) -> dict[str, list[str]]:
    """Return schools whose stated classes leave their kindergarten out -> its grades.

    Bureaus count the classes of an attached kindergarten apart. They are taken to be left out
    where the classes stated are fewer than the grades, or fewer than the class size asks for
    while they are enough for the other grades alone, and so with the rooms.
    """
    apart = {}
    for school, grades in schools.teaches.items():
        roll = pd.Series(schools.rolls.loc[school])
        young = [g for g in grades if standards.stage_of[g] == "kindergarten" and roll[g] > 0]
        old = [g for g in grades if g not in young and roll[g] > 0]
        stated = dict(schools.table.classes)[school]
        need = {g: math.ceil(roll[g] / seat_limit(standards, g, year)) for g in (*young, *old)}
        few = stated < len(young) + len(old) or stated < sum(need.values())
        if young and old and few and stated >= len(old):
            apart[school] = young
    return apart


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
    apart = find_apart(schools, standards, year)
    for school, grades in schools.teaches.items():
        said = {key: float(schools.table[key][school]) for key in ("rooms", "seats", "classes")}
        own = pd.Series(classes.loc[school])
        taught = {
            stage.code: [g.code for g in stage.grades if g.code in grades]
            for stage in standards.stages
            if any(g.code in grades for g in stage.grades)
        }
        left = own[apart.get(school, [])].sum()  # of a kindergarten that is not counted
        if left and said["rooms"] < own[grades].sum():
            rooms.loc[school, "kindergarten"] = left
            taught = {code: codes for code, codes in taught.items() if code != "kindergarten"}
        share = _share_rooms(taught, own if said["classes"] > 0 else own * 0)
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
            whole = {code: float(own[codes].sum()) for code, codes in taught.items()}
        for code, rest in _whole_rooms(whole).items():
            rooms.loc[school, code] = rest
    told = [
        ("schools.geojson", say_assumed(code, schools=count))
        for code, count in counted.items()
        if count
    ]
    return rooms, told


def count_seats(schools: Schools, rooms: pd.DataFrame) -> pd.DataFrame:
    """Return seats, `school` x stage, of the schools that state both seats and rooms, else NaN.

    What a bureau has fixed (核定学位) counts before rooms times the class size; those of a school
    of several stages are spread as its rooms.
    """
    seats = pd.DataFrame(np.nan, index=rooms.index, columns=rooms.columns)
    both = schools.table.index[schools.table.seats.notna() & schools.table.rooms.notna()]
    for school in both:
        own = pd.Series(rooms.loc[school]).dropna()
        whole = own / own.sum() * float(schools.table.seats[school])
        for code, count in _whole_rooms({str(code): whole[code] for code in whole.index}).items():
            seats.loc[school, code] = count
    return seats


def _share_rooms(taught: dict[str, list[str]], classes: pd.Series[float]) -> dict[str, float]:
    """Return the part of each stage in the rooms of a school: as its classes, else its grades."""
    counted = {code: float(classes[codes].sum()) for code, codes in taught.items()}
    if not all(counted.values()):
        counted = {code: float(len(codes)) for code, codes in taught.items()}
    return {code: count / sum(counted.values()) for code, count in counted.items()}


def _whole_rooms(rooms: dict[str, float]) -> dict[str, int]:
    """Return whole rooms with the same total, rounded down; the largest remainders first."""
    down = {code: math.floor(count + 1e-9) for code, count in rooms.items()}
    left = math.floor(sum(rooms.values()) + 1e-9) - sum(down.values())
    for code in sorted(rooms, key=lambda code: down[code] - rooms[code])[:left]:
        down[code] += 1
    return down
