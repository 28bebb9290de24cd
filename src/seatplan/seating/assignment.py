"""Pupils to schools, year by year: cohorts stay put, entrants follow their catchment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.demand.cohorts import Forecast
from seatplan.district.standards import Stage
from seatplan.labels import Floats, Ints, to_series
from seatplan.seating.catchments import Catchments
from seatplan.seating.grades import GradeShares, share_grades
from seatplan.seating.origins import MICROMETRES, TINY, Origins
from seatplan.seating.pairs import Pairs, to_labels
from seatplan.solvers.transport.overflow import seat_overflow
from seatplan.solvers.transport.pairs import list_pairs

MILLIONTH = 1e-6  # pupils and seats below this are not sent on


@dataclass(frozen=True)
class Assignment:
    """Every pupil of the forecast, at a school or without one.

    `pairs` and `flows` by stage: pupils, pair x grade x year. `short`: pupils beyond every seat or
    every way, block x grade x year, all grades.
    """

    pairs: Mapping[str, Pairs]
    flows: Mapping[str, Floats]
    short: Floats
    axes: Axes

    @cached_property
    def pupils(self) -> pd.Series[float]:
        """Pupils at a school, float > 0, index (`block`, `school`, `grade`, `year`)."""
        parts = [
            to_labels(
                self.pairs[stage],
                self.flows[stage],
                "pupils",
                blocks=self.axes.blocks,
                schools=self.axes.schools,
                above=0.0,
                grade=pd.Index(self.axes.grades[self.axes.span(stage)]),
                year=pd.Index(self.axes.years),
            )
            for stage in self.axes.stages
        ]
        return pd.concat(parts)

    @cached_property
    def unplaced(self) -> pd.Series[float]:
        """Pupils without a school, float > 0, index (`block`, `grade`, `year`)."""
        axes = self.axes
        return to_series(
            self.short,
            "unplaced",
            above=0.0,
            block=axes.blocks,
            grade=axes.grades,
            year=axes.years,
        )

    def by_school(self) -> Floats:
        """Return the pupils of every school, school x grade x year, all grades."""
        return np.concatenate(
            [
                self.pairs[stage].sum_schools(self.flows[stage].T).transpose(2, 1, 0)
                for stage in self.axes.stages
            ],
            axis=1,
        )


@dataclass(frozen=True)
class _Course:
    """One stage through the years; grades, blocks, schools and years by position.

    `pupils`: year x grade x block. `shares`: where each grade goes. `seats`: year x school, 0 where
    closed. `taught`: the schools that teach the stage. `ways`: metres, block x `taught`, inf where
    a school takes no pupils from outside. `opens`: schools that open with every grade, by year.
    `into`: where the pupils of a closed school go, -1 = home. `moves`: years in which nobody sits
    beyond the seats. `anew`: years in which nobody stays. `graded`: whether the grades are those of
    cohorts.
    """

    pairs: Pairs
    pupils: Floats
    shares: GradeShares
    seats: Floats
    taught: Ints
    ways: Floats
    opens: list[Ints]
    into: Ints
    moves: list[bool]
    anew: list[bool]
    graded: bool


def assign_pupils(
    case: Case,
    forecast: Forecast,
    origins: Origins,
    catchments: Catchments,
    anew: Collection[int] = (),
) -> Assignment:
    """Seat every pupil of the forecast, in every year.

    Pupils at a school stay there and move up a grade while it teaches the next; a stage's entry
    grade and net arrivals follow the shares of their block, to schools that teach their grade; net
    departures leave the block's schools in proportion. Pupils of a merged school go to its
    successor, those of a closed one follow their block again.

    With the policy's `overflow` "move" nobody is seated beyond a school's seats of the stage: its
    newcomers, and if they do not suffice its pupils, are cut by the same share in every block, and
    the spill goes where a seat is free with the least total travel (exact, by stage and year). A
    class size that is `binding` asks for this from its first year on, whatever the policy says. The
    base year is the record and is never moved.

    In the years `anew` nobody stays: every grade follows its block, as if all entered that year. No
    district does so; it tells what staying costs.
    """
    axes = case.axes
    pupils = forecast.cube(axes.grades)  # block x grade x year
    short = np.zeros_like(pupils)
    pairs, flows = {}, {}
    for stage in case.rules.stages:
        span = axes.span(stage.code)
        course = _plan_course(case, stage, pupils[:, span], catchments, anew)
        course, start = _join_origins(course, origins, stage.code)
        pairs[stage.code], years = _follow(course, start)
        rest = pupils[:, span] - pairs[stage.code].sum_blocks(years).transpose(2, 1, 0)
        short[:, span] = np.where(rest > TINY, rest, 0.0)
        flows[stage.code] = np.where(years > TINY, years, 0.0).transpose(2, 1, 0)
    return Assignment(pairs, flows, short, axes)


def _follow(course: _Course, start: Floats) -> tuple[Pairs, Floats]:
    """Run the years of one stage; returns the pairs and the pupils, year x grade x pair."""
    pairs = course.pairs
    here = pairs.sum_blocks(start)
    known = here.sum(axis=1) > 0  # grades with a roll on record
    arrivals = (course.pupils[0] - here) * ~known[:, None]
    shares = course.shares.pairs.carry(course.shares.of_year(0), pairs)
    history = [(pairs, start + arrivals[:, pairs.block] * shares)]
    for year in range(1, len(course.pupils)):
        pairs, before = history[-1]
        shares = course.shares.pairs.carry(course.shares.of_year(year), pairs)
        staying = course.graded and not course.anew[year]
        stayers = _transfer(_progress(before, staying), course, pairs, shares, year)
        stayers *= course.shares.taught[year][:, pairs.school]
        present = pairs.sum_blocks(stayers)
        wanted = course.pupils[year]
        kept = np.divide(wanted, present, out=np.ones_like(present), where=present > wanted)
        stayers *= kept[:, pairs.block]
        newcomers = np.maximum(wanted - present, 0.0)[:, pairs.block] * shares
        if course.moves[year]:
            history.append(_spill(course, pairs, stayers, newcomers, year))
        else:
            history.append((pairs, stayers + newcomers))
    pairs = history[-1][0]
    return pairs, np.stack([own.carry(flows, pairs) for own, flows in history])


def _progress(flows: Floats, staying: bool) -> Floats:
    """Move everybody up a grade; the entry grade is empty, leavers are gone.

    Where the grades are not those of cohorts, nobody stays.
    """
    up = np.zeros_like(flows)
    if staying:
        up[1:] = flows[:-1]
    return up


def _transfer(flows: Floats, course: _Course, pairs: Pairs, shares: Floats, year: int) -> Floats:
    """Empty the closed schools and fill those that open with every grade; changes `flows`."""
    seats = course.seats[year]
    closed = seats[pairs.school] <= 0
    heir = np.where(closed, course.into[pairs.school], -1)
    moving = np.flatnonzero((heir >= 0) & (seats[heir] > 0))
    if len(moving):
        target = pairs.locate(pairs.block[moving] * pairs.schools + heir[moving])
        np.add.at(flows.T, target, flows.T[moving])
    flows[:, closed] = 0.0
    for school in course.opens[year]:
        own = pairs.select(int(school))
        drawn = np.zeros((len(flows), pairs.blocks))
        drawn[:, pairs.block[own]] = shares[:, own]
        moved = pairs.sum_blocks(flows) * drawn
        flows *= (1.0 - drawn)[:, pairs.block]
        flows[:, own] += moved[:, pairs.block[own]]
    return flows


def _spill(
    course: _Course, pairs: Pairs, stayers: Floats, newcomers: Floats, year: int
) -> tuple[Pairs, Floats]:
    """Cut each school to its seats and seat the spill where the total travel is least.

    A grade goes to schools that teach it. Ties are decided by the quadratic term of
    `seat_overflow`, never by the order of rows.
    """
    seats = course.seats[year]
    staying, coming = (pairs.sum_schools(part.sum(axis=0)) for part in (stayers, newcomers))
    keep = np.minimum(1.0, _ratio(seats, staying))
    admit = np.clip(_ratio(seats - staying, coming), 0.0, 1.0)
    flows = stayers * keep[pairs.school] + newcomers * admit[pairs.school]
    # with those whom no school of their block could take
    spill = np.maximum(course.pupils[year] - pairs.sum_blocks(flows), 0.0)
    spill[spill < MILLIONTH] = 0.0
    free = np.maximum(seats - pairs.sum_schools(flows.sum(axis=0)), 0.0)
    free[free < MILLIONTH] = 0.0
    if not spill.any() or not free.any():
        return pairs, flows
    block, school, moved = _send_on(course, spill, free, year)
    keys = block * pairs.schools + school
    wider = pairs.union(keys)
    flows = pairs.carry(flows, wider).copy()
    np.add.at(flows.T, wider.locate(keys), moved.T)
    return wider, flows


def _send_on(course: _Course, spill: Floats, free: Floats, year: int) -> tuple[Ints, Ints, Floats]:
    """Seat the spill (grade x block) in free seats: returns block, school and pupils by grade.

    Grades that the same schools teach are sent on together.
    """
    taught = course.shares.taught[year][:, course.taught]
    _, group = np.unique(taught, axis=0, return_inverse=True)
    group = group.ravel()
    count, blocks = int(group.max()) + 1, spill.shape[1]
    whole = np.zeros((count, blocks))
    np.add.at(whole, group, spill)
    offered = np.zeros((count, len(course.taught)), dtype=bool)
    offered[group] = taught
    ways = np.where(offered[:, None, :], course.ways, np.inf)
    ways[:, :, free[course.taught] <= 0] = np.inf
    ways[whole <= 0] = np.inf
    pairs = list_pairs(ways.reshape(count * blocks, -1))
    seated = seat_overflow(whole.ravel(), free[course.taught], pairs)
    of_group, block = np.divmod(seated.block, blocks)
    parts = spill[:, block] * (group[:, None] == of_group) / whole[of_group, block]
    return block, course.taught[seated.school], parts * seated.pupils


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; 1 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.ones_like(whole), where=whole > 0)


def _join_origins(course: _Course, origins: Origins, stage: str) -> tuple[_Course, Floats]:
    """Widen the pairs to those on record and those of successors; returns the rolls, too."""
    own = origins.pairs[stage]
    pairs = course.shares.pairs.union(own.keys)
    while True:
        heir = course.into[pairs.school]
        keys = (pairs.block * pairs.schools + heir)[heir >= 0]
        wider = pairs.union(keys)
        if len(wider) == len(pairs):
            break
        pairs = wider
    return replace(course, pairs=pairs), own.carry(origins.flows[stage], pairs)


def _round_ways(case: Case) -> Floats:
    ways: Floats = np.round(case.ways.metres.to_numpy(), MICROMETRES)
    return ways


def _moves(case: Case, stage: Stage, year: int) -> bool:
    """Whether nobody is seated beyond the seats of a stage in a year."""
    return case.rules.policy.overflow == "move" or case.rules.binds(stage.code, year)


def _plan_course(
    case: Case,
    stage: Stage,
    pupils: Floats,
    catchments: Catchments,
    anew: Collection[int],
) -> _Course:
    """Lay out one stage: `pupils` block x grade x year."""
    axes, schools = case.axes, case.district.schools
    at = axes.stages.index(stage.code)
    seats = np.nan_to_num(case.seats.places[:, at])
    taught = case.seats.taught(stage.code)
    teaches = np.isin(np.arange(len(schools)), taught)
    public = (schools.ownership != "private").to_numpy()[taught]
    opened = schools.opened.astype("Float64").fillna(-1).to_numpy(float)
    every = schools.every_grade.to_numpy(bool) & teaches
    successors = case.district.successors.into.reindex(axes.schools)
    into = np.asarray(axes.schools.get_indexer(pd.Index(successors)), np.int64)
    return _Course(
        pairs=catchments.pairs[stage.code],
        shares=share_grades(case, catchments, stage.code),
        pupils=np.ascontiguousarray(pupils.transpose(2, 1, 0)),
        seats=np.ascontiguousarray(seats.T),
        taught=taught,
        ways=np.where(public, _round_ways(case)[:, taught], np.inf),
        opens=[np.flatnonzero(every & (opened == year)) for year in axes.years],
        into=np.where(teaches & (into >= 0) & teaches[into], into, -1),
        moves=[_moves(case, stage, year) for year in axes.years],
        anew=[year in anew for year in axes.years],
        graded=len(stage.grades) > 1 or stage.grades[0].age_from == stage.grades[0].age_to,
    )
