"""rebase_district(): next year's district from this year's rolls, without typing anything twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.monitoring.openings import Opening, shift_openings
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.interventions import Convert
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.steps import Intervention, count_rooms

FEW = 5  # pupils who were forecast, from which a grade without a row is asked for


@dataclass(frozen=True)
class Rebased:
    """A district whose base year is a later one.

    Attributes
    ----------
    district, standards
        As they stand in the new base year; what the plan did until then is in them.
    scenario
        The steps of the plan that are left; those that are late begin a year later.
    openings
        Schools that opened, closed or took up a stage in another year than planned.
    """

    district: District
    standards: Standards
    scenario: Scenario
    openings: tuple[Opening, ...]

    @property
    def late(self) -> tuple[str, ...]:
        """The schools of the plan whose step has not come yet, though it should have."""
        return tuple(one.school for one in self.openings if one.planned and not one.came)


def rebase_district(
    district: District,
    standards: Standards,
    scenario: Scenario,
    actual: pd.DataFrame,
    year: int,
    *,
    births: Mapping[int, float] | None = None,
) -> Rebased:
    """Put a district on the rolls of a later year.

    Rolls, classes and openings are those that came; residents those of the forecast for that year;
    rooms, catchments and limits those in force under the plan. Years up to `year` become history.
    Where no classes are said, they are as many as the class size asks for.

    Parameters
    ----------
    scenario
        The plan; steps up to `year` are taken as done, but for schools that have no pupils yet.
    actual
        Real rolls (`actual.read_actual`).
    births
        Real births by year, which take the place of those assumed in every births scenario.

    Raises
    ------
    InputError
        A school that stands has no roll in `year`, one with a roll is in no file, or lottery zones
        are in force then.
    """
    shifted, openings = shift_openings(district, standards, scenario, actual, year)
    done = [step for step in shifted.interventions if step.year <= year]
    left = [step for step in shifted.interventions if step.year > year]
    now = evaluate(district, standards, replace(shifted, interventions=tuple(done), origins=()))
    planned, at = now.district, now.axes.years.index(year)
    present = actual.xs(year, level="year").index.unique("school")
    rooms = np.nan_to_num(now.seats.rooms[:, :, at]).sum(axis=1)
    standing = [str(school) for school, own in zip(now.axes.schools, rooms, strict=True) if own]
    faults = [
        f"{school} has no roll in {year}; want a row for each grade, 0 where nobody attends, or a "
        "plan that closes it"
        for school in standing
        if school not in present
    ]
    faults += [
        f"{one.school} opened outside the plan, and no file says where it stands; want it as a "
        "new_school in the plan"
        for one in openings
        if one.kind == "opened"
    ]
    faults += _find_gaps(now, actual, standing, year)
    if len(planned.lotteries) and (planned.lotteries != "").any():
        faults.append("lottery zones are in force; want them as catchments before the year is kept")
    if faults:
        raise InputError(faults)
    kept = planned.schools.loc[standing].assign(
        opened=_date_openings(planned, done, standing),
        kind=[_find_kind(planned, standards, school, year) for school in standing],
    )
    moved = planned.replace(
        base_year=year,
        schools=kept,
        residents=_age(now, year),
        births=_exchange_births(planned.births, births or {}),
        classrooms=_in_force(now, standing, at),
        rolls=_join_rolls(now, actual, standing, year),
        catchments=_read_zones(now, standing, at),
        successors=planned.successors.iloc[:0],
        lotteries=planned.lotteries.iloc[:0],
        attend=planned.attend.iloc[:0],
        campuses=planned.campuses[planned.campuses.school.isin(standing)],
        housing=planned.housing[planned.housing.year > year],
        outside=planned.outside[planned.outside.index.isin(standing, level="school")],
        inputs={},
    )
    rest = replace(scenario, interventions=tuple(left), origins=())
    return Rebased(moved, now.standards, rest, openings)


def _date_openings(
    planned: District, done: list[Intervention], standing: list[str]
) -> pd.Series[int]:
    """Return when schools opened, or took up a stage, since the base year.

    They have no last grades yet, and grow by a grade a year.
    """
    opened: pd.Series[int] = planned.schools.opened.loc[standing].astype("Int64")
    for step in done:
        if isinstance(step, Convert) and step.school in standing:
            before = count_rooms(planned, step.school, step.year - 1)
            if step.to_stage not in before:
                opened[step.school] = step.year
    return opened


def _find_kind(planned: District, standards: Standards, school: str, year: int) -> str:
    """Return the kind of a school; where it has come to teach more than its kind, one that does."""
    kind, taught = str(planned.schools.kind[school]), set(count_rooms(planned, school, year))
    if taught <= set(standards.kinds[kind]):
        return kind
    return next((one for one, own in standards.kinds.items() if set(own) == taught), kind)


def _find_gaps(now: Outcome, actual: pd.DataFrame, standing: list[str], year: int) -> Iterator[str]:
    """Yield grades of a school that has a roll, without a row of their own, where pupils should be.

    A grade that is left out is not taken for one without pupils.
    """
    at, came = now.axes.years.index(year), set(actual.xs(year, level="year").index)
    told = {school for school, _ in came}
    for row, column in zip(*np.nonzero(now.heads.attend[:, :, at] >= FEW), strict=True):
        school, grade = str(now.axes.schools[row]), now.axes.grades[column]
        if school in standing and school in told and (school, grade) not in came:
            yield f"{school}, {grade}: no roll in {year}; want a row, 0 where nobody attends"


def _age(now: Outcome, year: int) -> pd.DataFrame:
    """Return the residents of the forecast for a year, with totals that move as the young do."""
    before = now.district.residents
    ages = now.forecast.residents.xs(year, level="year").unstack("age").loc[before.index]
    counted = before.drop(columns="total").sum(axis=1)
    young = ages.sum(axis=1)
    total = before.total + (young - counted)
    ages.insert(0, "total", np.maximum(total, young))
    ages.columns = pd.Index(list(before.columns))
    return ages.round(6).rename_axis("block")


def _exchange_births(table: pd.DataFrame, births: Mapping[int, float]) -> pd.DataFrame:
    exchanged = table.astype(float).copy()
    for year, count in births.items():
        exchanged.loc[year] = float(count)
    return exchanged.sort_index()


def _in_force(now: Outcome, standing: list[str], at: int) -> pd.Series[int]:
    """Return the rooms in force in a year, as the base year's."""
    rooms, axes = now.seats.rooms[:, :, at], now.axes
    rows = {
        (school, stage, axes.years[at]): int(rooms[axes.schools.get_loc(school), column])
        for school in standing
        for column, stage in enumerate(axes.stages)
        if not np.isnan(rooms[axes.schools.get_loc(school), column])
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["school", "stage", "year"])
    return pd.Series(list(rows.values()), index=index, name="classrooms", dtype=int)


def _join_rolls(now: Outcome, actual: pd.DataFrame, standing: list[str], year: int) -> pd.DataFrame:
    """Return the rolls on record with those that came; classes where nobody said by the limit."""
    labels = [
        (school, grade, year)
        for school in standing
        for column, stage in enumerate(now.axes.stages)
        if not np.isnan(now.seats.rooms[now.axes.schools.get_loc(school), column, 0])
        for grade in now.axes.grades[now.axes.span(stage)]
    ]
    index = pd.MultiIndex.from_tuples(labels, names=["school", "grade", "year"])
    rows = actual.reindex(actual.index.union(index)).fillna({"pupils": 0})
    limits = [now.standards.class_limit(grade, year) for _, grade, year in rows.index]
    formed = np.ceil(rows.pupils / np.array(limits))
    rows = rows.assign(classes=rows.classes.astype(float).fillna(formed)).astype(int)
    return pd.concat([now.district.rolls, rows]).sort_index()


def _read_zones(now: Outcome, standing: list[str], at: int) -> pd.Series[str]:
    """Return whose catchment each block lies in, as drawn for a year."""
    axes, rows = now.axes, {}
    for stage in now.standards.stages:
        if stage.intake != "catchment":
            continue
        zone = now.catchments.zone[stage.code][:, at]
        for block, school in zip(axes.blocks, zone, strict=True):
            if school >= 0 and axes.schools[school] in standing:
                rows[str(block), stage.code, axes.years[at]] = str(axes.schools[school])
    index = pd.MultiIndex.from_tuples(list(rows), names=["block", "stage", "year"])
    return pd.Series(list(rows.values()), index=index, name="school")
