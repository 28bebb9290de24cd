"""Pupils against seats: per school and catchment, per block, per township, for the district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.labels import Floats, Ints, locate, to_array
from seatplan.seating.assignment import Assignment
from seatplan.seating.catchments import Catchments
from seatplan.seating.headcount import Headcount, round_parts
from seatplan.seating.seats import Seats
from seatplan.travel.costs import TravelCosts


@dataclass(frozen=True)
class SeatBalance:
    """Whole pupils against whole seats.

    `schools`: index (`school`, `stage`, `year`): classrooms, seats, pupils (attend the school),
    residents (live in its catchment, by the shares of their block), balance (seats - residents;
    below zero: short) and walk_m (mean way of those who attend and have one, metres; else NaN).
    `blocks`: index (`block`, `stage`, `year`): pupils, seated, unplaced, school (whose catchment it
    is, "" without one) and walk_m (way to that school, in a lottery zone the mean by the shares of
    its schools; NaN where there is none).
    `places`: index (`level`, `place`, `stage`, `year`), level "township" or "district": seats and
    pupils of the schools that stand there, residents (pupils who live there), unplaced (of these),
    balance (seats - residents). Townships add up to the district.
    """

    schools: pd.DataFrame
    blocks: pd.DataFrame
    places: pd.DataFrame


def balance_seats(
    district: District,
    standards: Standards,
    forecast: Forecast,
    costs: TravelCosts,
    seats: Seats,
    catchments: Catchments,
    assignment: Assignment,
    heads: Headcount,
) -> SeatBalance:
    """Set pupils who attend and pupils who live there against the seats."""
    axes = {
        "school": district.schools.index,
        "stage": pd.Index([stage.code for stage in standards.stages]),
        "year": pd.Index(district.years),
    }
    blocks = _balance_blocks(district, standards, costs, catchments, heads)
    schools = seats.table.copy()
    at = tuple(locate(schools.index, name, axis) for name, axis in axes.items())
    schools["seats"] = np.floor(schools.seats + 1e-9).astype(int)
    attend = _sum_grades(
        to_array(heads.schools, grade=standards.grades, **_but("stage", axes)), standards
    )
    schools["pupils"] = attend.transpose(1, 0, 2)[at].astype(int)
    lived = _live(standards, forecast, catchments, axes)
    schools["residents"] = _round_residents(lived, blocks.pupils, axes)[at]
    schools["balance"] = schools.seats - schools.residents
    schools["walk_m"] = _mean_way(standards, costs, assignment, axes)[at]
    return SeatBalance(schools, blocks, _balance_places(district, schools, blocks, axes))


def _but(name: str, axes: Mapping[str, pd.Index]) -> dict[str, pd.Index]:
    return {key: axis for key, axis in axes.items() if key != name}


def _sum_grades(counts: Floats, standards: Standards) -> Floats:
    """Sum an array whose first dimension is the grade over the grades of each stage."""
    first = np.cumsum([0, *(len(stage.grades) for stage in standards.stages)])[:-1]
    sums: Floats = np.add.reduceat(counts, first, axis=0)
    return sums


def _balance_blocks(
    district: District,
    standards: Standards,
    costs: TravelCosts,
    catchments: Catchments,
    heads: Headcount,
) -> pd.DataFrame:
    blocks, grades, years = district.blocks.index, standards.grades, district.years
    table = {}
    for name in heads.blocks:
        cube = heads.blocks[name].to_numpy().reshape(len(blocks), len(grades), len(years))
        sums = _sum_grades(cube.transpose(1, 0, 2), standards).transpose(1, 0, 2)
        table[name] = sums.ravel()
    index = pd.MultiIndex.from_product(
        [blocks, [stage.code for stage in standards.stages], years],
        names=["block", "stage", "year"],
    )
    counts = pd.DataFrame(table, index=index)
    counts.insert(0, "pupils", counts.seated + counts.unplaced)
    counts["school"] = catchments.zones.reindex(index)
    school = costs.metres.columns.get_indexer(pd.Index(counts.school))
    block = locate(index, "block", costs.metres.index)
    ways = costs.metres.to_numpy()[block, school]
    counts["walk_m"] = np.where((school >= 0) & np.isfinite(ways), ways, np.nan)
    counts["walk_m"] = _expect_ways(costs, catchments).reindex(index).fillna(counts.walk_m)
    return counts


def _expect_ways(costs: TravelCosts, catchments: Catchments) -> pd.Series[float]:
    """Return the mean metres to the schools of a lottery zone, by their shares in its draw."""
    shares = catchments.shares
    shares = shares[shares.droplevel("block").index.isin(catchments.lotteries.index)]
    block = locate(shares.index, "block", costs.metres.index)
    school = locate(shares.index, "school", costs.metres.columns)
    ways = shares * costs.metres.to_numpy()[block, school]
    labels = ["block", "stage", "year"]
    expected: pd.Series[float] = ways.groupby(labels).sum() / shares.groupby(labels).sum()
    return expected


def _mean_way(
    standards: Standards,
    costs: TravelCosts,
    assignment: Assignment,
    axes: Mapping[str, pd.Index],
) -> Floats:
    """Mean metres of those who attend and have a way, school x stage x year; NaN without any."""
    index = assignment.pupils.index
    block = locate(index, "block", costs.metres.index)
    school = locate(index, "school", costs.metres.columns)
    metres = costs.metres.to_numpy()[block, school]
    walkers = assignment.pupils[np.isfinite(metres)]
    ways = walkers * metres[np.isfinite(metres)]
    sums = [
        _sum_grades(to_array(counts, grade=standards.grades, **_but("stage", axes)), standards)
        for counts in (ways, walkers)
    ]
    mean = np.full(sums[0].shape, np.nan)
    np.divide(sums[0], sums[1], out=mean, where=sums[1] > 0)
    return mean.transpose(1, 0, 2)


def _live(
    standards: Standards,
    forecast: Forecast,
    catchments: Catchments,
    axes: Mapping[str, pd.Index],
) -> Floats:
    """Pupils who live in each catchment, school x stage x year."""
    pupils = _sum_grades(forecast.cube(standards.grades).transpose(1, 0, 2), standards)
    index = catchments.shares.index
    at = (
        locate(index, "stage", axes["stage"]),
        locate(index, "block", forecast.pupils.index.unique("block")),
        locate(index, "year", axes["year"]),
    )
    return to_array(catchments.shares * pupils[at], **axes)


def _round_residents(lived: Floats, pupils: pd.Series[int], axes: Mapping[str, pd.Index]) -> Ints:
    """Round residents so that a stage's catchments add up to the pupils who live in its blocks.

    Where some block lies in no catchment the catchments hold fewer, and add up to their own sum.
    """
    sums = lived.sum(axis=0)
    whole = to_array(pupils, **_but("school", axes))
    totals = np.where(np.abs(sums - whole) < 1, whole, np.floor(sums + 0.5)).astype(np.int64)
    groups = np.tile(np.arange(totals.size), len(lived))
    return round_parts(lived.ravel(), groups, totals.ravel()).reshape(lived.shape)


def _balance_places(
    district: District,
    schools: pd.DataFrame,
    blocks: pd.DataFrame,
    axes: Mapping[str, pd.Index],
) -> pd.DataFrame:
    """Sum over townships and over the district."""
    townships = pd.Index(
        pd.unique(pd.concat([district.blocks.township, district.schools.township]))
    )
    columns = {
        "seats": (schools.seats, "school", district.schools.township),
        "pupils": (schools.pupils, "school", district.schools.township),
        "residents": (blocks.pupils, "block", district.blocks.township),
        "unplaced": (blocks.unplaced, "block", district.blocks.township),
    }
    table = {}
    for name, (counts, by, township) in columns.items():
        place = township.to_numpy()[locate(counts.index, by, township.index)]
        keys = [counts.index.get_level_values(label) for label in ("stage", "year")]
        sums = counts.groupby([pd.Index(place, name="place"), *keys], sort=False).sum()
        cube = to_array(sums, place=townships, **_but("school", axes)).astype(np.int64)
        table[name] = np.concatenate([cube, cube.sum(axis=0, keepdims=True)]).ravel()
    places = pd.DataFrame(table, index=_label_places(district.code, townships, axes))
    return places.assign(balance=places.seats - places.residents)


def _label_places(code: str, townships: pd.Index, axes: Mapping[str, pd.Index]) -> pd.MultiIndex:
    """Label (`level`, `place`, `stage`, `year`): every township, then the district."""
    names = townships.union(pd.Index([code]), sort=False)
    shape = (len(townships) + 1, len(axes["stage"]), len(axes["year"]))
    row, stage, year = np.indices(shape).reshape(3, -1)
    place = names.get_indexer(pd.Index([*townships, code]))[row]
    level = (row == len(townships)).astype(np.int64)
    levels: Any = [["township", "district"], names, axes["stage"], axes["year"]]
    codes: Any = [level, place, stage, year]
    return pd.MultiIndex(levels=levels, codes=codes, names=["level", "place", "stage", "year"])
