"""Measures of ways to school: how far, how many beyond the radius, who has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from seatplan.district.timelines import select_in_force
from seatplan.labels import Floats, Ints
from seatplan.measures.registry import NOTHING, Counted, measure
from seatplan.measures.values import Values
from seatplan.seating.pairs import Pairs

Bools = npt.NDArray[np.bool_]


@measure("school", "stage", "year")
def walk(values: Values) -> Floats:
    """Mean way to school of those who attend and have one, metres.

    Who has none is counted by `no_way`.
    """
    mean = _nowhere(values)
    for at, pairs, attend, ways in list_stages(values):
        known = np.isfinite(ways)
        walked = pairs.sum_schools(attend * np.where(known, ways, 0.0)).T
        walkers = pairs.sum_schools(attend * known).T
        np.divide(walked, walkers, out=mean[:, at], where=walkers > 0)
    return mean


@measure("school", "stage", "year")
def longest_walk(values: Values) -> Floats:
    """Longest way of those who attend, have one and neither ride nor board, metres."""
    longest = _nowhere(values)
    for at, pairs, attend, ways in list_stages(values):
        walks = np.isfinite(ways) & ~find_rides(values, pairs)
        far = np.where((attend > 0) & walks, ways, -np.inf)
        most = np.full(longest[:, at].T.shape, -np.inf)
        np.maximum.at(most.T, pairs.school, far.T)
        longest[:, at] = np.where(np.isfinite(most), most, np.nan).T
    return longest


@measure("school", "stage", "year")
def no_way(values: Values) -> Ints:
    """Pupils who attend and whom no road leads there, rounded; none where nobody attends."""
    lost = np.full(values.seats.rooms.shape, NOTHING)
    for at, pairs, attend, ways in list_stages(values):
        all_of_them = pairs.sum_schools(attend).T
        without = np.rint(pairs.sum_schools(attend * np.isinf(ways)).T).astype(np.int64)
        lost[:, at] = np.where(all_of_them > 0, without, NOTHING)
    return lost


@measure("school", "year")
def riders(values: Values) -> Ints:
    """Pupils who ride a school bus (`District.rides`), whole; none where no bus is on record."""
    axes = values.axes
    rides = np.zeros((len(axes.schools), len(axes.years)))
    for stage in axes.stages:
        pairs, flows = values.assignment.pairs[stage], values.assignment.flows[stage]
        by_bus = find_rides(values, pairs, "bus")
        rides += pairs.sum_schools(flows.sum(axis=1).T * by_bus).T
    known = (values.district.rides == "bus").any()
    there = values.heads.attend.sum(axis=1) > 0
    return np.where(known & there, np.rint(rides).astype(np.int64), NOTHING)


@measure("school", "stage", "year", counts=Counted("beyond_walk", "metres"))
def beyond_walk(values: Values) -> Floats:
    """Share of those who attend whose way by road is longer than the limit's metres, or is none.

    Who rides a school bus or boards (`District.rides`) is not beyond.

    The metres are `Standard.within` of the limits on this measure that hold for the school; no
    figure where none does.
    """
    return _share_beyond(values, "beyond_walk", straight=False)


@measure("school", "stage", "year", counts=Counted("beyond_radius", "metres"))
def beyond_radius(values: Values) -> Floats:
    """Share of those who attend who live farther than the limit's metres in a straight line.

    A service radius is drawn with compasses; a walk is measured along the road (`beyond_walk`).
    """
    return _share_beyond(values, "beyond_radius", straight=True)


def _share_beyond(values: Values, name: str, *, straight: bool) -> Floats:
    share = _nowhere(values)
    for at, beyond, whole in count_beyond(values, name, straight=straight):
        np.divide(beyond, whole, out=share[:, at], where=whole > 0)
    return share


def count_beyond(
    values: Values, name: str, *, straight: bool
) -> Iterator[tuple[int, Floats, Floats]]:
    """Yield each stage: its position, pupils beyond the metres, and all whom they hold for.

    Parameters
    ----------
    name
        The measure whose limits say the metres.
    straight
        Whether ways are straight lines, or those by road.

    Yields
    ------
    The position, and two arrays of school x year; 0 where no limit holds.
    """
    limits = _list_metres(values, name)
    for at, pairs, attend, ways in list_stages(values, straight=straight):
        metres = limits[pairs.school, at].T  # year x pair
        far = ways > metres + 1e-6
        if not straight:
            far &= ~find_rides(values, pairs)
        beyond, whole = (pairs.sum_schools(part).T for part in (attend * far, attend))
        known = ~np.isnan(limits[:, at])
        yield at, np.where(known, beyond, 0.0), np.where(known, whole, 0.0)


def _list_metres(values: Values, name: str) -> Floats:
    """Return the metres that limits on a measure count from, school x stage x year."""
    schools, metres = values.district.schools, _nowhere(values)
    taught = ~np.isnan(values.seats.rooms[:, :, 0])
    for (kind, setting), rows in schools.groupby(["kind", "setting"]).indices.items():
        for at, stage in enumerate(values.axes.stages):
            for column, year in enumerate(values.axes.years):
                keys = (stage, str(kind))
                found = values.standards.radius(
                    year, *keys, setting=str(setting), indicators=(name,)
                )
                metres[rows, at, column] = found.value if found else np.nan
    metres[~taught] = np.nan
    return metres


def list_stages(
    values: Values, *, straight: bool = False
) -> Iterator[tuple[int, Pairs, Floats, Floats]]:
    """Yield each stage: its position, its pairs, who attends (year x pair), the ways (pair).

    A pair stands once for each grade where a school teaches the grades of the stage at different
    sites. `straight`: ways are straight lines, or those by road.
    """
    for at, stage in enumerate(values.axes.stages):
        pairs, flows = values.assignment.pairs[stage], values.assignment.flows[stage]
        grades = values.axes.grades[values.axes.span(stage)]
        campuses = values.costs.campuses
        apart = campuses is not None and campuses.differ(grades)
        taught = [(grade,) for grade in grades] if apart else [grades]
        attend = flows if apart else flows.sum(axis=1, keepdims=True)  # pair x grade x year
        ways = [_measure_ways(values, pairs, codes, straight=straight) for codes in taught]
        repeated = np.repeat(np.arange(len(pairs)), len(taught))
        several = replace(pairs, block=pairs.block[repeated], school=pairs.school[repeated])
        years = attend.shape[2]
        yield at, several, attend.reshape(-1, years).T, np.stack(ways, axis=1).ravel()


def find_rides(values: Values, pairs: Pairs, by: str = "") -> Bools:
    """Say between which pairs the pupils ride a bus or board, year x pair.

    `by`: "bus" or "bed" alone; "": either.
    """
    axes, rides = values.axes, values.district.rides
    found = np.zeros((len(axes.years), len(pairs)), dtype=bool)
    if rides.empty:
        return found
    for row, year in enumerate(axes.years):
        held = select_in_force(rides, year)
        held = held[held == by] if by else held
        block, school = (held.index.get_level_values(name) for name in ("block", "school"))
        keys = axes.blocks.get_indexer(block) * len(axes.schools)
        found[row] = np.isin(
            pairs.block * len(axes.schools) + pairs.school,
            keys + axes.schools.get_indexer(school),
        )
    return found


def _measure_ways(values: Values, pairs: Pairs, grades: Sequence[str], *, straight: bool) -> Floats:
    """Return the way of each pair to where the school teaches these grades, metres."""
    costs = values.costs.teaching(values.district, grades)
    measure_pairs = costs.pair_straight if straight else costs.pair_metres
    return measure_pairs(pairs.block, pairs.school)


def _nowhere(values: Values) -> Floats:
    return np.full(values.seats.rooms.shape, np.nan)
