"""Pupils to schools, year by year: cohorts stay put, entrants follow their catchment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.case.outside import count_outside
from seatplan.demand.cohorts import Forecast
from seatplan.district.stages import Stage
from seatplan.labels import Floats, Ints, to_series
from seatplan.seating.catchments import Catchments
from seatplan.seating.grades import GradeShares, keeps_cohorts, share_grades
from seatplan.seating.origins import TINY, Origins
from seatplan.seating.pairs import Pairs, cut_to_seats, expect_flows, lean_flows, to_labels
from seatplan.seating.sending import Offer, offer_seats, send_on

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
class Course:
    """What leads one stage through the years, whoever its pupils are; labels by position.

    `start`: pupils on record, pair x grade. `shares`: where each grade goes. `seats`: year x
    school, 0 where closed. `offer`: the schools that teach the stage, and the ways to them.
    `begins`: the grade with which each school begins, by position.
    `opens`: schools that open with every grade, by year. `into`: where the pupils of a closed
    school go, -1 = home. `moves`: years in which nobody sits beyond the seats. `anew`: years in
    which nobody stays: every grade follows its block, as if all entered that year. No district does
    so (`plan_course` has none); it tells what staying costs. `graded`: whether the grades are
    those of cohorts.
    """

    pairs: Pairs
    start: Floats
    shares: GradeShares
    seats: Floats
    offer: Offer
    begins: Ints
    opens: list[Ints]
    into: Ints
    moves: list[bool]
    anew: list[bool]
    graded: bool


def assign_pupils(
    case: Case, forecast: Forecast, origins: Origins, catchments: Catchments
) -> Assignment:
    """Seat every pupil of the forecast, in every year.

    Pupils at a school stay there and move up a grade while it teaches the next; a stage's entry
    grade and net arrivals follow the shares of their block, to schools that teach their grade; net
    departures leave the block's schools in proportion. A school that begins with a later grade (an
    upper school) takes its share of a block's cohort in that grade. Pupils of a merged school go to
    its successor, those of a closed one follow their block again.

    With the policy's `overflow` "move" nobody is seated beyond a school's seats of the stage: its
    newcomers, and if they do not suffice its pupils, are cut by the same share in every block, and
    the spill goes where a seat is free with the least total travel (exact, by stage and year). A
    class size that is `binding` asks for this from its first year on, whatever the policy says. The
    base year is the record and is never moved.
    """
    return seat_pupils(case, forecast, plan_courses(case, origins, catchments))


def seat_pupils(case: Case, forecast: Forecast, courses: Mapping[str, Course]) -> Assignment:
    """Seat every pupil of the forecast along the course of each stage; see `assign_pupils`."""
    axes = case.axes
    pupils = forecast.cube(axes.grades)  # block x grade x year
    short = np.zeros_like(pupils)
    pairs, flows = {}, {}
    for stage in case.rules.stages:
        span = axes.span(stage.code)
        course = courses[stage.code]
        expect_flows(stage.code, len(course.pairs), len(stage.grades), len(axes.years))
        years = list(follow_course(course, pupils[:, span, :, None]))
        pairs[stage.code] = last = years[-1][0]
        seated = np.stack([own.carry(part[..., 0].T, last).T for own, part in years], axis=2)
        rest = pupils[:, span] - last.gather_blocks(seated)
        short[:, span] = np.where(rest > TINY, rest, 0.0)
        np.copyto(seated, 0.0, where=seated <= TINY)
        flows[stage.code] = seated
    return Assignment(pairs, flows, short, axes)


def follow_course(
    course: Course, pupils: Floats, pull: Floats | None = None
) -> Iterator[tuple[Pairs, Floats]]:
    """Run the years of one stage for any number of draws at once.

    Parameters
    ----------
    pupils
        Of the stage, block x grade x year x draw.
    pull
        How many times the pupils of its forecast each school draws, above 0, school x grade x year
        x draw: a block's pupils lean to the schools that draw more. None: no school does.

    Yields
    ------
    For each year the pairs that hold pupils, and the pupils, pair x grade x draw.
    """
    pairs, start = course.pairs, course.start
    here = pairs.gather_blocks(start)
    known = here.sum(axis=0) > 0  # grades with a roll on record
    arrivals = (pupils[:, :, 0] - here[..., None]) * ~known[:, None]
    flows = start[..., None] + arrivals[pairs.block] * _share_pairs(course, pairs, 0)
    yield pairs, flows
    for year in range(1, pupils.shape[2]):
        wanted = pupils[:, :, year]
        shares = _share_pairs(course, pairs, year)
        staying = course.graded and not course.anew[year]
        stayers = _transfer(move_up(flows, staying), course, pairs, shares, year)
        _enter_above(stayers, course, pairs, shares[..., 0])
        stayers *= course.shares.taught[year].T[pairs.school][..., None]
        if pull is not None:
            shares = lean_flows(pairs, shares, pull[:, :, year])
            past = move_up(pull[:, :, year - 1], staying)
            stayers = lean_flows(pairs, stayers, pull[:, :, year] / np.where(past > 0, past, 1.0))
        present = pairs.gather_blocks(stayers)
        kept = np.divide(wanted, present, out=np.ones_like(present), where=present > wanted)
        stayers *= kept[pairs.block]
        newcomers = np.maximum(wanted - present, 0.0)[pairs.block]
        newcomers *= shares
        if course.moves[year]:
            pairs, flows = _spill_draws(course, pairs, (stayers, newcomers), wanted, year)
        else:
            flows = np.add(stayers, newcomers, out=stayers)
        yield pairs, flows


def _share_pairs(course: Course, pairs: Pairs, year: int) -> Floats:
    """Return where each grade of a block goes in a year, pair x grade x 1."""
    shares = course.shares.pairs.carry(course.shares.of_year(year), pairs)
    return np.ascontiguousarray(shares.T)[..., None]


def move_up(flows: Floats, staying: bool) -> Floats:
    """Move everybody up a grade (the second dimension); the entry grade is empty.

    Leavers are gone. Where the grades are not those of cohorts (`staying` False), nobody stays.
    """
    up = np.zeros_like(flows)
    if staying:
        up[:, 1:] = flows[:, :-1]
    return up


def _transfer(flows: Floats, course: Course, pairs: Pairs, shares: Floats, year: int) -> Floats:
    """Empty the closed schools and fill those that open with every grade; changes `flows`."""
    seats = course.seats[year]
    closed = seats[pairs.school] <= 0
    heir = np.where(closed, course.into[pairs.school], -1)
    moving = np.flatnonzero((heir >= 0) & (seats[heir] > 0))
    if len(moving):
        target = pairs.locate(pairs.block[moving] * pairs.schools + heir[moving])
        np.add.at(flows, target, flows[moving])
    flows[closed] = 0.0
    for school in course.opens[year]:
        own = pairs.select(int(school))
        drawn = np.zeros((pairs.blocks, *shares.shape[1:]))
        drawn[pairs.block[own]] = shares[own]
        moved = pairs.gather_blocks(flows) * drawn
        flows *= (1.0 - drawn)[pairs.block]
        flows[own] += moved[pairs.block[own]]
    return flows


def _enter_above(flows: Floats, course: Course, pairs: Pairs, shares: Floats) -> None:
    """Send each block's cohort on to the schools that begin with its new grade; changes `flows`.

    Schools whose part of the block is smaller in that grade than in the one before give the
    difference up, those whose part is larger take it.
    """
    for grade in np.unique(course.begins[course.begins > 0]).tolist():
        begins = (course.begins[pairs.school] == grade) & (shares[:, grade] > 0)
        change = (shares[:, grade] - shares[:, grade - 1]) * (
            pairs.sum_blocks(begins.astype(np.float64))[pairs.block] > 0
        )
        gain, before = np.maximum(change, 0.0), shares[:, grade - 1]
        part = np.divide(np.maximum(-change, 0.0), before, np.zeros_like(before), where=before > 0)
        leaving = flows[:, grade] * part[:, None]
        whole = pairs.sum_blocks(gain)[pairs.block]
        gain = np.divide(gain, whole, out=np.zeros_like(gain), where=whole > 0)
        flows[:, grade] += pairs.gather_blocks(leaving)[pairs.block] * gain[:, None] - leaving


def _spill_draws(
    course: Course, pairs: Pairs, parts: tuple[Floats, Floats], wanted: Floats, year: int
) -> tuple[Pairs, Floats]:
    """Keep every draw within the seats; `parts`: who stays and who comes, pair x grade x draw."""
    seated = []
    for draw in range(wanted.shape[-1]):
        staying, coming = (np.ascontiguousarray(part[..., draw].T) for part in parts)
        seated.append(_spill(course, pairs, staying, coming, wanted[..., draw].T, year))
    for own, _ in seated:
        pairs = pairs.union(own.keys) if len(own) > len(pairs) else pairs
    return pairs, np.stack([own.carry(flows, pairs).T for own, flows in seated], axis=2)


def _spill(
    course: Course,
    pairs: Pairs,
    stayers: Floats,
    newcomers: Floats,
    wanted: Floats,
    year: int,
) -> tuple[Pairs, Floats]:
    """Cut each school to its seats and seat the spill where the total travel is least.

    A grade goes to schools that teach it. Ties are decided by the quadratic term of
    `seat_overflow`, never by the order of rows.
    """
    seats = course.seats[year]
    flows = cut_to_seats(pairs, stayers, newcomers, seats)
    # with those whom no school of their block could take
    spill = np.maximum(wanted - pairs.sum_blocks(flows), 0.0)
    spill[spill < MILLIONTH] = 0.0
    free = np.maximum(seats - pairs.sum_schools(flows.sum(axis=0)), 0.0)
    free[free < MILLIONTH] = 0.0
    if not spill.any() or not free.any():
        return pairs, flows
    block, school, moved = send_on(course.offer, course.shares.taught[year], spill, free)
    keys = block * pairs.schools + school
    wider = pairs.union(keys)
    flows = pairs.carry(flows, wider).copy()
    np.add.at(flows.T, wider.locate(keys), moved.T)
    return wider, flows


def _join_pairs(pairs: Pairs, own: Pairs, into: Ints) -> Pairs:
    """Widen pairs to those on record (`own`) and those of successors (`into`)."""
    pairs = pairs.union(own.keys)
    while True:
        heir = into[pairs.school]
        wider = pairs.union((pairs.block * pairs.schools + heir)[heir >= 0])
        if len(wider) == len(pairs):
            return pairs
        pairs = wider


def holds_to_seats(case: Case, stage: Stage, year: int) -> bool:
    """Whether nobody is seated beyond the seats of a stage in a year."""
    return case.rules.policy.overflow == "move" or case.rules.binds(stage.code, year)


def plan_courses(case: Case, origins: Origins, catchments: Catchments) -> dict[str, Course]:
    """Lay out every stage's course; it is the same in all draws."""
    stages = case.rules.stages
    return {stage.code: plan_course(case, stage, origins, catchments) for stage in stages}


def plan_course(case: Case, stage: Stage, origins: Origins, catchments: Catchments) -> Course:
    """Lay out what leads one stage through the years; see `assign_pupils`."""
    axes, schools = case.axes, case.district.schools
    at = axes.stages.index(stage.code)
    seats = np.nan_to_num(case.seats.places[:, at])
    away = axes.sum_grades(count_outside(case), axis=1)[:, at]  # they have their seats already
    seats = np.where(seats > 0, np.maximum(seats - away, TINY), 0.0)
    taught = case.seats.taught(stage.code)
    teaches = np.isin(np.arange(len(schools)), taught)
    opened = schools.opened.astype("Float64").fillna(-1).to_numpy(float)
    every = schools.every_grade.to_numpy(bool) & teaches
    successors = case.district.successors.into.reindex(axes.schools)
    heirs = np.asarray(axes.schools.get_indexer(pd.Index(successors)), np.int64)
    into = np.where(teaches & (heirs >= 0) & teaches[heirs], heirs, -1)
    shares, own = share_grades(case, catchments, stage.code), origins.pairs[stage.code]
    pairs = _join_pairs(shares.pairs, own, into)
    moves = [holds_to_seats(case, stage, year) for year in axes.years]
    return Course(
        pairs=pairs,
        start=np.ascontiguousarray(own.carry(origins.flows[stage.code], pairs).T),
        shares=shares,
        seats=np.ascontiguousarray(seats.T),
        offer=offer_seats(case, stage.code, taught),
        begins=case.seats.spans[:, axes.span(stage.code)].argmax(axis=1),
        opens=[np.flatnonzero(every & (opened == year)) for year in axes.years],
        into=into,
        moves=moves,
        anew=[False] * len(axes.years),
        graded=keeps_cohorts(stage),
    )
