"""Pupils to schools, year by year: cohorts stay put, entrants follow their catchment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.standards import Stage, Standards
from seatplan.labels import Floats, to_array, to_series
from seatplan.seating.catchments import Catchments
from seatplan.seating.origins import Origins
from seatplan.seating.seats import Seats
from seatplan.solvers.transport import solve_transport
from seatplan.travel.costs import TravelCosts

TINY = 1e-9  # pupils: below this a count is rounding, not a child

Overflow = Literal["stay", "move"]


@dataclass(frozen=True)
class Assignment:
    """Every pupil of the forecast, at a school or without one.

    `pupils`: float > 0, index (`block`, `school`, `grade`, `year`).
    `unplaced`: pupils beyond every seat or every way, float > 0, index (`block`, `grade`, `year`).
    """

    pupils: pd.Series[float]
    unplaced: pd.Series[float]


@dataclass(frozen=True)
class _Term:
    """One stage in one year; grades, blocks and schools by position.

    `pupils`: grade x block. `shares`: block x school. `seats`: school, 0 where closed. `ways`:
    metres, block x school, inf where a school takes no pupils from outside. `opens`: schools that
    open this year with every grade. `into`: where the pupils of a closed school go, -1 = home.
    """

    pupils: Floats
    shares: Floats
    seats: Floats
    ways: Floats
    opens: npt.NDArray[np.int64]
    into: npt.NDArray[np.int64]


def assign_pupils(
    district: District,
    standards: Standards,
    forecast: Forecast,
    costs: TravelCosts,
    seats: Seats,
    catchments: Catchments,
    origins: Origins,
    overflow: Overflow = "stay",
    anew: Collection[int] = (),
) -> Assignment:
    """Seat every pupil of the forecast, in every year.

    Pupils at a school stay there and move up a grade; a stage's entry grade and net arrivals follow
    the shares of their block; net departures leave the block's schools in proportion. Pupils of a
    merged school go to its successor, those of a closed one follow their block again.

    With `overflow` "move" nobody is seated beyond a school's seats of the stage: its newcomers, and
    if they do not suffice its pupils, are cut by the same share in every block, and the spill goes
    where a seat is free with the least total travel (exact, by stage and year). A class size that
    is `binding` asks for this from its first year on, whatever `overflow` says. The base year is
    the record and is never moved.

    In the years `anew` nobody stays: every grade follows its block, as if all entered that year. No
    district does so; it tells what staying costs.
    """
    seated, unplaced = [], []
    for stage in standards.stages:
        terms = _plan_terms(district, stage, forecast, costs, seats, catchments)
        moves = [_moves(standards, stage, year, overflow) for year in district.years]
        grades = [grade.code for grade in stage.grades]
        blocks, schools = district.blocks.index, _schools_of(seats, stage, district)
        start = to_array(origins.pupils, grade=grades, block=blocks, school=schools)
        fresh = [year in anew for year in district.years]
        flows = np.stack(_follow(terms, moves, fresh, start, stage))
        short = np.stack([term.pupils for term in terms]) - flows.sum(axis=3)
        seated.append(
            to_series(
                flows.transpose(2, 3, 1, 0),
                "pupils",
                above=TINY,
                block=blocks,
                school=schools,
                grade=grades,
                year=district.years,
            )
        )
        unplaced.append(
            to_series(
                short.transpose(2, 1, 0),
                "unplaced",
                above=TINY,
                block=blocks,
                grade=grades,
                year=district.years,
            )
        )
    return Assignment(pd.concat(seated), pd.concat(unplaced))


def _follow(
    terms: list[_Term], moves: list[bool], fresh: list[bool], start: Floats, stage: Stage
) -> list[Floats]:
    """Run the years of one stage; each item is grade x block x school."""
    first = terms[0]
    here = start.sum(axis=2)
    known = here.sum(axis=1) > 0  # grades with a roll on record
    flows = start + _arrive(first, first.pupils - here) * ~known[:, None, None]
    history = [flows]
    graded = len(stage.grades) > 1 or stage.grades[0].age_from == stage.grades[0].age_to
    for term, move, anew in zip(terms[1:], moves[1:], fresh[1:], strict=True):
        stayers = _transfer(_progress(history[-1], graded and not anew), term)
        present = stayers.sum(axis=2)
        kept = np.divide(
            term.pupils, present, out=np.ones_like(present), where=present > term.pupils
        )
        stayers *= kept[:, :, None]
        newcomers = _arrive(term, np.maximum(term.pupils - present, 0.0))
        history.append(_spill(term, stayers, newcomers) if move else stayers + newcomers)
    return history


def _progress(flows: Floats, graded: bool) -> Floats:
    """Move everybody up a grade; the entry grade is empty, leavers are gone.

    Where the grades are not those of cohorts, nobody stays.
    """
    up = np.zeros_like(flows)
    if graded:
        up[1:] = flows[:-1]
    return up


def _transfer(flows: Floats, term: _Term) -> Floats:
    """Empty the closed schools and fill those that open with every grade; changes `flows`."""
    for school in np.flatnonzero(term.seats <= 0):
        into = term.into[school]
        if into >= 0 and term.seats[into] > 0:
            flows[:, :, into] += flows[:, :, school]
        flows[:, :, school] = 0.0
    for school in term.opens:
        drawn = term.shares[:, school]
        moved = flows.sum(axis=2) * drawn
        flows *= (1.0 - drawn)[None, :, None]
        flows[:, :, school] += moved
    return flows


def _arrive(term: _Term, arrivals: Floats) -> Floats:
    """Spread arrivals (grade x block) over the schools of their block."""
    return arrivals[:, :, None] * term.shares[None, :, :]


def _spill(term: _Term, stayers: Floats, newcomers: Floats) -> Floats:
    """Cut each school to its seats and seat the spill where the total travel is least."""
    staying, coming = stayers.sum(axis=(0, 1)), newcomers.sum(axis=(0, 1))
    keep = np.minimum(1.0, _ratio(term.seats, staying))
    admit = np.clip(_ratio(term.seats - staying, coming), 0.0, 1.0)
    flows = stayers * keep + newcomers * admit
    spill = term.pupils - flows.sum(axis=2)  # with those whom no school of their block could take
    by_block = np.maximum(spill.sum(axis=0), 0.0)
    free = np.maximum(term.seats - flows.sum(axis=(0, 1)), 0.0)
    moved = solve_transport(by_block, free, term.ways)
    grades = spill[:, moved.origin] * _ratio(moved.pupils, by_block[moved.origin])
    flows[:, moved.origin, moved.school] += grades
    return flows


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; 1 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.ones_like(whole), where=whole > 0)


def _moves(standards: Standards, stage: Stage, year: int, overflow: Overflow) -> bool:
    size = standards.standard("class-size", year)
    grades = [grade.code for grade in stage.grades]
    bound = size is not None and {stage.code, "all", *grades} & set(size.binding)
    return overflow == "move" or bool(bound)


def _schools_of(seats: Seats, stage: Stage, district: District) -> pd.Index:
    taught = seats.of_stage(stage.code).index
    schools: pd.Index = district.schools.index
    return schools[schools.isin(taught)]


def _plan_terms(
    district: District,
    stage: Stage,
    forecast: Forecast,
    costs: TravelCosts,
    seats: Seats,
    catchments: Catchments,
) -> list[_Term]:
    """Lay out one stage year by year as arrays."""
    schools = _schools_of(seats, stage, district)
    grades = [grade.code for grade in stage.grades]
    blocks, years = district.blocks.index, district.years
    pupils = forecast.cube(grades)  # block x grade x year
    shares = to_array(
        catchments.shares, stage=[stage.code], year=years, block=blocks, school=schools
    )[0]
    room = seats.of_stage(stage.code).loc[schools, years]
    public = (district.schools.ownership[schools] != "private").to_numpy()
    ways = np.where(public, costs.metres[schools].to_numpy(), np.inf)
    opened = district.schools.opened[schools].astype("Float64").fillna(-1).to_numpy(float)
    every = district.schools.every_grade[schools].to_numpy(bool)
    successors = district.successors.into.reindex(schools)
    return [
        _Term(
            pupils=np.ascontiguousarray(pupils[:, :, at].T),
            shares=shares[at],
            seats=room[year].to_numpy(),
            ways=ways,
            opens=np.flatnonzero(every & (opened == year)),
            into=schools.get_indexer(pd.Index(successors)),
        )
        for at, year in enumerate(years)
    ]
