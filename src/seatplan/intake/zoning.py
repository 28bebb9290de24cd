"""Catchments: those that areas name, else drawn so that rolls of today come of them, or seats."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from seatplan.district.defaults import say_assumed
from seatplan.district.stages import Label, Stage
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.intake.areas import Areas
from seatplan.intake.rooms import seat_limit
from seatplan.intake.schools import Schools, Told

MOST_PAIRS = 200_000  # pairs of area and school that are weighed; beyond it the nearest is taken
LEAST_SHARE = 0.1  # of an area's pupils: a smaller part goes with the rest
COLUMNS = ["block", "stage", "school", "share"]


def read_catchments(areas: Areas, schools: Schools, standards: Standards) -> pd.DataFrame:
    """Return block, stage, school of the catchments that the areas name, by name of school.

    An area may name several (一小、二小), which share it by their seats.
    """
    empty = pd.DataFrame(columns=["block", "stage", "school"], dtype=str)
    if not (areas.table.school != "").any():
        return empty
    ids = dict(zip(schools.table.name, schools.table.index, strict=True))
    called = areas.table["name"].to_dict()
    named = {block: _split_names(name, ids) for block, name in areas.table.school.items()}
    problems = [
        f"area {called[block]}: school {school or 'empty'}; want one of the schools"
        for block, own in named.items()
        for school in own
        if school not in ids
    ]
    if problems:
        raise InputError(problems)
    rows = []
    for stage in standards.stages:
        codes = {grade.code for grade in stage.grades}
        taught = {
            block: [ids[school] for school in own if codes & set(schools.teaches[ids[school]])]
            for block, own in named.items()
        }
        if all(taught.values()):
            rows += [(block, stage.code, each) for block, own in taught.items() for each in own]
    return pd.DataFrame(rows, columns=list(empty)) if rows else empty


def _split_names(cell: str, known: dict[str, str]) -> list[str]:
    """Return the schools that a cell names: one, or several set apart by a sign."""
    return [cell] if cell in known else re.split(r"\s*[、,，;；/]\s*", cell)


def draw_by_rolls(
    areas: Areas, schools: Schools, points: gpd.GeoSeries, standards: Standards
) -> pd.DataFrame:
    """Return block, stage, school, share: the catchments that the rolls of today ask for.

    The pupils of all areas are shared out among the public schools of a stage in proportion to
    their rolls, over the least straight way in all (a transport problem). Where an area falls to
    several schools, `share` says how much of it to each; NaN where one has it all. Only stages
    that have catchments by the rule set, and whose schools have pupils.
    """
    drawn = []
    for stage in (stage for stage in standards.stages if stage.intake == "catchment"):
        codes = [grade.code for grade in stage.grades]
        rolls = schools.rolls[codes].mean(axis=1)  # of grades taught: a teaching point has three
        taken = rolls[(schools.table.ownership != "private") & (rolls > 0)]
        pupils = _count_pupils(areas, stage)
        drawn.append(_draw_stage(areas, points, stage, taken / taken.sum() * pupils.sum()))
    return pd.concat([pd.DataFrame(columns=COLUMNS), *(table for table in drawn if len(table))])


def draw_by_seats(
    areas: Areas, schools: Schools, points: gpd.GeoSeries, standards: Standards, year: int
) -> pd.DataFrame:
    """Return block, stage, school, share: each area to the nearest school within its seats.

    The pupils of a stage go over the least straight way in all, and none beyond the seats of a
    public school: those stated, else rooms times the class size, spread over its grades. Where
    there are fewer seats than pupils, every school takes more in proportion. Only stages that have
    catchments by the rule set, where each public school states seats or rooms.
    """
    drawn = []
    for stage in (stage for stage in standards.stages if stage.intake == "catchment"):
        codes = {grade.code for grade in stage.grades}
        seats = {
            school: _count_seats(schools, school, codes, standards, year)
            for school, taught in schools.teaches.items()
            if codes & set(taught) and schools.table.ownership[school] != "private"
        }
        most = pd.Series(seats, dtype=float)
        pupils = _count_pupils(areas, stage).sum()
        if len(most) and most.notna().all() and most.sum() > 0:
            most *= max(1.0, pupils / most.sum())
            drawn.append(_draw_stage(areas, points, stage, most[most > 0]))
    return pd.concat([pd.DataFrame(columns=COLUMNS), *(table for table in drawn if len(table))])


def tell_zones(
    zones: pd.DataFrame, standards: Standards, areas: Areas, *, rolled: bool
) -> list[Told]:
    """Return by what catchments were drawn, where no area names its school."""
    if not len(zones):
        return [("catchments.csv", say_assumed("nearest_intake"))]
    if (areas.table.school != "").any():
        return []
    names = [stage.name for stage in standards.stages if stage.code in set(zones.stage)]
    stages = Label("、".join(name.zh for name in names), ", ".join(name.en for name in names))
    code = "catchments_by_rolls" if rolled else "catchments_by_seats"
    return [("catchments.csv", say_assumed(code, stages=stages))]


def _count_seats(
    schools: Schools, school: str, codes: set[str], standards: Standards, year: int
) -> float:
    """Return the seats that a school states for the grades `codes`; NaN where it states none."""
    taught = schools.teaches[school]
    own = [grade for grade in taught if grade in codes]
    stated, rooms = (float(schools.table[key][school]) for key in ("seats", "rooms"))
    whole = rooms * seat_limit(standards, own[0], year) if np.isnan(stated) else stated
    return whole * len(own) / len(taught)


def _count_pupils(areas: Areas, stage: Stage) -> pd.Series[float]:
    """Return the residents of the ages of a stage, by area."""
    ages = {age for grade in stage.grades for age in range(grade.age_from, grade.age_to + 1)}
    return areas.residents[sorted(ages)].sum(axis=1).astype(float)


def _draw_stage(
    areas: Areas, points: gpd.GeoSeries, stage: Stage, most: pd.Series[float]
) -> pd.DataFrame:
    """Return the catchments of a stage of schools that take up to `most` pupils.

    None where no school takes any, or there are too many pairs.
    """
    pupils = _count_pupils(areas, stage).to_numpy(np.float64)
    if not len(most) or not pupils.sum() > 0 or len(most) * len(pupils) > MOST_PAIRS:
        return pd.DataFrame(columns=COLUMNS)
    homes = areas.shapes.representative_point()
    metres = np.array([homes.distance(points[school]) for school in most.index]).T
    shares = _share_out(metres.round(), np.asarray(pupils), np.asarray(most.to_numpy()))
    block, school = np.nonzero(shares)
    several = (shares > 0).sum(axis=1)[block] > 1
    return pd.DataFrame(
        {
            "block": areas.table.index[block],
            "stage": stage.code,
            "school": most.index[school],
            "share": np.where(several, shares[block, school], np.nan),
        }
    )


def _share_out(
    metres: NDArray[np.float64], pupils: NDArray[np.float64], most: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of each area that falls to each school, area x school, to four decimals."""
    areas, schools = metres.shape
    pair = np.arange(areas * schools)
    ones = np.ones(len(pair))
    out = coo_array((ones, (pair // schools, pair)), (areas, len(pair))).tocsr()
    into = coo_array((ones, (pair % schools, pair)), (schools, len(pair))).tocsr()
    room = most * (1 + 1e-9)  # so that rounding leaves nobody without a school
    found = linprog(metres.ravel(), A_ub=into, b_ub=room, A_eq=out, b_eq=pupils, method="highs-ds")
    flows = np.asarray(found.x).reshape(areas, schools)
    empty = pupils <= 0
    flows[empty, metres[empty].argmin(axis=1)] = 1.0
    shares = flows / flows.sum(axis=1, keepdims=True)
    shares[shares < LEAST_SHARE] = 0.0
    shares = np.round(shares / shares.sum(axis=1, keepdims=True), 4)
    most = shares.argmax(axis=1)
    shares[np.arange(areas), most] += np.round(1.0 - shares.sum(axis=1), 4)
    whole: NDArray[np.float64] = shares.round(4)
    return whole
