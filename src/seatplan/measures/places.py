"""Measures of blocks, townships and the district: pupils, seats, who finds none, the way."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.labels import Floats, Ints
from seatplan.measures import schools
from seatplan.measures.registry import NOTHING, list_places, measure
from seatplan.measures.values import Values


@measure("block", "stage", "year")
def living(values: Values) -> Ints:
    """Pupils who live in the block."""
    return seated(values) + unplaced(values)


@measure("block", "stage", "year")
def seated(values: Values) -> Ints:
    """Pupils of the block at a school."""
    return values.axes.sum_grades(values.heads.seated, axis=1)


@measure("block", "stage", "year")
def unplaced(values: Values) -> Ints:
    """Pupils of the block beyond every seat or every way."""
    return values.axes.sum_grades(values.heads.unplaced, axis=1)


@measure("block", "stage", "year", unit="metres")
def block_walk(values: Values) -> Floats:
    """Way to the school of the catchment, metres; in a lottery zone the mean of its draw."""
    axes = values.axes
    walks = np.full((len(axes.blocks), len(axes.stages), len(axes.years)), np.nan)
    for at, stage in enumerate(axes.stages):
        zone = values.catchments.zone[stage]
        block, year = np.nonzero(zone >= 0)
        ways = values.ways_of(stage).pair_metres(block, zone[block, year])
        walks[block, at, year] = np.where(np.isfinite(ways), ways, np.nan)
        expected = _expect_ways(values, stage)
        walks[:, at] = np.where(np.isnan(expected), walks[:, at], expected)
    return walks


@measure("place", "stage", "year", unit="seats")
def place_seats(values: Values) -> Ints:
    """Seats of the schools that stand in the place."""
    return _sum_places(values, schools.seats(values), values.district.schools.township)


@measure("place", "stage", "year")
def place_pupils(values: Values) -> Ints:
    """Pupils of the schools that stand in the place."""
    return _sum_places(values, schools.pupils(values), values.district.schools.township)


@measure("place", "stage", "year")
def place_residents(values: Values) -> Ints:
    """Pupils who live in the place."""
    return _sum_places(values, living(values), values.district.blocks.township)


@measure("place", "stage", "year")
def place_unplaced(values: Values) -> Ints:
    """Pupils who live in the place and find no seat."""
    return _sum_places(values, unplaced(values), values.district.blocks.township)


@measure("place", "stage", "year", unit="seats")
def place_balance(values: Values) -> Ints:
    """Seats less residents of the place."""
    return place_seats(values) - place_residents(values)


def _expect_ways(values: Values, stage: str) -> Floats:
    """Return the mean metres to the schools of a lottery zone, block x year; NaN without one."""
    catchments, axes = values.catchments, values.axes
    expected = np.full((len(axes.blocks), len(axes.years)), np.nan)
    drawn = list_drawn(values, stage)
    if not drawn.any():
        return expected
    pairs = catchments.pairs[stage]
    shares = catchments.share[stage] * drawn[pairs.school]
    ways = values.ways_of(stage).pair_metres(pairs.block, pairs.school)[:, None]
    whole = pairs.sum_blocks((shares * np.where(shares > 0, ways, 0.0)).T).T
    chances = pairs.sum_blocks(shares.T).T
    np.divide(whole, chances, out=expected, where=chances > 0)
    return expected


def list_drawn(values: Values, stage: str) -> npt.NDArray[np.bool_]:
    """Return which schools draw lots, school x year."""
    axes, lotteries = values.axes, values.catchments.lotteries
    drawn = np.zeros((len(axes.schools), len(axes.years)), dtype=bool)
    held = lotteries.index[lotteries.index.isin([stage], "stage")]
    school = axes.schools.get_indexer(held.get_level_values("school"))
    drawn[school, pd.Index(axes.years).get_indexer(held.get_level_values("year"))] = True
    return drawn


def _sum_places(values: Values, counts: Ints, township: pd.Series[str]) -> Ints:
    """Sum counts (first dimension: what lies in `township`) over townships and the district."""
    place = list_places(values)[:-1].get_indexer(pd.Index(township))
    sums = np.zeros((len(list_places(values)), *counts.shape[1:]), dtype=np.int64)
    np.add.at(sums, place, np.where(counts == NOTHING, 0, counts))
    sums[-1] = sums[:-1].sum(axis=0)
    return sums
