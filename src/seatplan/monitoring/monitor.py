"""monitor_year(): what came against plan and forecast; every departure named, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from seatplan.audit.audit import refuse_figures
from seatplan.audit.promises import PlanFile
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.monitoring.openings import Opening, Turn, shift_openings
from seatplan.monitoring.rebase import Rebased, rebase_district
from seatplan.monitoring.targets import Target, draw_lines
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.scenario import Scenario

Kind = Literal[Turn, "births", "moved", "entrants", "township", "school", "classes"]
LEAST = 10.0  # pupils or births below which nothing is named: a cell that is not made public either
PART = 0.03  # of what was expected, beyond which a departure of the district is named
PART_OF_TOWNSHIP = 0.05  # of a township's stage, where two of its schools or more are off alike
PART_OF_SCHOOL = 0.10  # of a school's stage: a school's roll is less certain than the district's


@dataclass(frozen=True)
class Departure:
    """Something that came otherwise.

    Attributes
    ----------
    kind
        As of `Opening`; "births"; "moved": pupils who joined or left cohorts
        already at school (migrants); "entrants": those of an entry grade; "township": a stage
        there; "school": a school's roll that none of these explains; "classes": of a school,
        merged or divided where the pupils do not explain it.
    year
        The year in which it shows first.
    subject
        School, stage or "" for the district; school and stage of a stage that a school took up.
    expected, came
        What was forecast or planned, and what came: pupils, births, or years of opening (0: not
        yet).
    where
        Schools where it shows most.
    """

    kind: Kind
    year: int
    subject: str
    expected: float
    came: float
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class Monitoring:
    """A year held against plan and forecast.

    `errors`: index (`stage`, `year`): came, forecast, error (share of the forecast), wape (sum of
    the schools' absolute errors, share of what came), schools (how many have pupils, or should).
    """

    year: int
    forecast: Outcome
    now: Outcome
    rebased: Rebased
    departures: tuple[Departure, ...]
    targets: tuple[Target, ...]
    errors: pd.DataFrame
    schools: pd.DataFrame


def monitor_year(
    district: District,
    standards: Standards,
    scenario: Scenario,
    actual: pd.DataFrame,
    year: int,
    *,
    plan: PlanFile | None = None,
    births: Mapping[int, float] | None = None,
) -> Monitoring:
    """Hold what came until a year against a plan and the forecast of its base year.

    Parameters
    ----------
    scenario
        The plan as it was meant.
    actual
        Real rolls of `year`, and of the years before where there are some (`read_actual`).
    plan
        What the plan says in numbers; its targets become lines from start to year of the target.
    births
        Real births by year.
    """
    forecast = evaluate(district, standards, scenario)
    if plan:
        refuse_figures(plan, forecast)
    shifted, openings = shift_openings(district, standards, scenario, actual, year)
    strange = [one.school for one in openings if one.kind == "opened"]
    expected = forecast
    if len(openings) > len(strange):  # a school that is in no file moves no step
        expected = evaluate(district, standards, shifted, costs=forecast.costs)
    known = actual.drop(strange, level="school")
    rebased = rebase_district(district, standards, scenario, known, year, births=births)
    now = evaluate(rebased.district, rebased.standards, rebased.scenario)
    departures = [
        *_name_openings(openings, year),
        *_name_births(district, forecast, births or {}, year),
        *_name_pupils(expected, actual, year, _list_received(forecast, actual, openings, year)),
        *_name_classes(expected, actual, year, [one.school for one in openings if not one.planned]),
    ]
    return Monitoring(
        year,
        forecast,
        now,
        rebased,
        tuple(departures),
        tuple(draw_lines(plan, now, district.base_year, year)) if plan else (),
        _measure_errors(forecast, actual),
        _compare_schools(expected, actual, year),
    )


def _name_openings(openings: tuple[Opening, ...], year: int) -> Iterator[Departure]:
    """Name schools that opened, closed or took up a stage otherwise than planned.

    A departure shows in the first year in which what came is not what was planned.
    """
    for one in openings:
        shows = one.planned if one.kind in ("late", "stage_late", "closed_late") else one.came
        subject = f"{one.school} {one.stage}" if one.stage else one.school
        yield Departure(one.kind, shows or year, subject, float(one.planned), float(one.came))


def _name_births(
    district: District, forecast: Outcome, births: Mapping[int, float], year: int
) -> Iterator[Departure]:
    """Name the years in which births were others than assumed."""
    assumed = district.births[forecast.policy.births]
    for when, came in sorted(births.items()):
        if when > year or when not in assumed.index:
            continue
        expected = float(assumed[when])
        if _is_off(came - expected, expected, PART):
            yield Departure("births", when, "", expected, float(came))


def _name_pupils(
    expected: Outcome, actual: pd.DataFrame, year: int, received: dict[str, float]
) -> Iterator[Departure]:
    """Name cohorts that others joined or left, entrants, and schools that neither explains.

    What a cohort was off by in the year before goes up with it and is no new departure; where the
    year before is not on record, all of it counts as new. `received`: the pupils of each stage
    that schools which closed outside the plan would have had; whoever took them in is not named.
    """
    stages = expected.standards.stages
    off, forecast = _sum_grades(expected, actual)
    schools = _compare_schools(expected, actual, year)
    schools = schools[schools.school.isin(expected.district.schools.index)]
    for stage in stages:
        codes = [grade.code for grade in stage.grades]
        explained = 0.0
        alone = int((schools.stage == stage.code).sum()) == 1
        for when in off.columns:
            fresh = _find_fresh(off, codes, int(when))
            whole = forecast.loc[codes, when]
            for kind, part in (("entrants", codes[:1]), ("moved", codes[1:])):
                change, base = float(fresh[part].sum()), float(whole[part].sum())
                if part and _is_off(change, base, PART_OF_SCHOOL if alone else PART):
                    explained += change
                    where = _find_where(schools, stage.code, change)
                    name: Kind = "entrants" if kind == "entrants" else "moved"
                    yield Departure(name, int(when), stage.code, base, base + change, where)
        own = _take_out(schools[schools.stage == stage.code], received.get(stage.code, 0.0))
        yield from _name_places(expected, own, explained, year)


def _list_received(
    forecast: Outcome, actual: pd.DataFrame, openings: tuple[Opening, ...], year: int
) -> dict[str, float]:
    """Return how many pupils changed schools, by stage, for what the plan does not say.

    Those that were forecast for a school that closed, or for a stage it gave up; and those of a
    stage that it took up.
    """
    schools = _compare_schools(forecast, actual, year)
    here = schools.school.isin([one.school for one in openings if not one.planned])
    moved = (schools.came - schools.expected).abs()[here]
    return {str(stage): float(all_) for stage, all_ in moved.groupby(schools.stage).sum().items()}


def _take_out(own: pd.DataFrame, received: float) -> pd.DataFrame:
    """Leave out schools that differ as those do who share out pupils of a school that closed.

    Where the pupils went is not told by any file: as many may be more here, and fewer there than
    the nearest school would have had, as the school had. What goes beyond is left in.
    """
    left = own.came - own.expected
    beyond = (left.abs() - _bound_school(own)).clip(lower=0)
    free = pd.Series(False, own.index)
    for over in (left > 0, left < 0):
        order = beyond[over].sort_values(kind="stable")
        free[order.index[order.cumsum() <= received]] = received > 0
    return own[~free]


def _bound_school(own: pd.DataFrame) -> pd.Series[float]:
    """Return by how many pupils a school may be off before it is named."""
    return (PART_OF_SCHOOL * own.expected).clip(lower=LEAST)


def _name_places(
    expected: Outcome, own: pd.DataFrame, explained: float, year: int
) -> Iterator[Departure]:
    """Name schools of a stage that no change of the district explains, as a township if it is."""
    own = own.assign(town=own.school.map(expected.district.schools.township).fillna(""))
    whole = own.groupby("town")[["came", "expected"]].sum()
    left = own.came - own.expected
    off = left.abs() > _bound_school(own)
    off &= left * explained <= 0
    for town, (came, base) in zip(whole.index, whole.to_numpy(float), strict=True):
        alike = off & (own.town == town) & (left * (came - base) > 0)
        if alike.sum() > 1 and _is_off(came - base, base, PART_OF_TOWNSHIP):
            name, stage = str(town), str(own.stage.iloc[0])
            where = _find_where(own[alike], stage, came - base)
            yield Departure("township", year, f"{name} {stage}", base, came, where)
            off &= ~alike
    for row in own[off].to_dict("records"):
        yield Departure("school", year, row["school"], row["expected"], row["came"])


def _name_classes(
    expected: Outcome, actual: pd.DataFrame, year: int, known: list[str]
) -> Iterator[Departure]:
    """Name schools whose classes are others than forecast, where pupils do not explain it.

    More pupils explain a class more, and fewer a class less, as far as the class size asks for it.
    `known`: the schools that are named otherwise.
    """
    now = actual.index.get_level_values("year") == year
    came = actual[now & actual.classes.notna()].astype(float)
    planned = expected.classes.table
    both = came.assign(
        classes_planned=planned.classes.reindex(came.index),
        pupils_planned=planned.pupils.reindex(came.index),
    ).dropna()
    limits = [expected.standards.class_limit(grade, year) for _, grade, _ in both.index]
    needed = np.ceil(both.pupils / np.array(limits))
    change = both.classes - both.classes_planned
    merged = (change < 0) & ((both.pupils >= both.pupils_planned) | (both.classes < needed))
    divided = (change > 0) & ((both.pupils <= both.pupils_planned) | (both.classes > needed))
    both["change"] = change.where(merged | divided, 0.0)
    for school, part in both.groupby(level="school"):
        told, whole = float(part.change.sum()), float(part.classes.sum())
        if told and str(school) not in known:
            yield Departure("classes", year, str(school), whole - told, whole)


def _find_fresh(off: pd.DataFrame, codes: list[str], when: int) -> pd.Series[float]:
    """Return what each grade is off by beyond what its cohort was off by the year before."""
    fresh = off.loc[codes, when].astype(float).copy()
    if when - 1 in off.columns:
        before = off[when - 1].shift(1).reindex(codes)
        before.iloc[0] = 0.0  # entrants come anew
        fresh = fresh - before
    return fresh


def _sum_grades(expected: Outcome, actual: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return by how much each grade of the district is off, and its forecast, grade x year."""
    grades = list(expected.axes.grades)
    came = actual.pupils.groupby(["grade", "year"]).sum().unstack("year").reindex(grades)
    totals = expected.heads.schools.groupby(["grade", "year"]).sum().unstack("year").fillna(0)
    forecast = totals.reindex(grades)[came.columns]
    return came.fillna(0) - forecast, forecast


def _compare_schools(expected: Outcome, actual: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return school, stage, expected and came in a year, for schools with either."""
    stage_of = expected.standards.stage_of
    parts = {}
    for name, pupils in {"expected": expected.heads.schools, "came": actual.pupils}.items():
        table = pupils.xs(year, level="year").rename("n").reset_index()
        table["stage"] = table.grade.map(stage_of)
        parts[name] = table.groupby(["school", "stage"]).n.sum()
    return pd.DataFrame(parts).fillna(0).reset_index()


def _find_where(schools: pd.DataFrame, stage: str, change: float) -> tuple[str, ...]:
    """Return the schools that make up most of a change: until half of it is told, five at most."""
    own = schools[schools.stage == stage]
    off = (own.came - own.expected) * np.sign(change)
    order = off.sort_values(ascending=False, kind="stable")
    told, names = 0.0, list[str]()
    for at, one in order.items():
        if told >= abs(change) / 2 or len(names) == 5 or one <= 0:
            break
        told += one
        names.append(str(own.school[at]))
    return tuple(names)


def _is_off(change: float, expected: float, part: float) -> bool:
    return abs(change) > max(LEAST, part * abs(expected))


def _measure_errors(forecast: Outcome, actual: pd.DataFrame) -> pd.DataFrame:
    """Return how far the forecast was off, stage by stage and year by year."""
    rows = []
    for year in actual.index.unique("year"):
        table = _compare_schools(forecast, actual, int(year))
        for stage in forecast.axes.stages:
            part = table[table.stage == stage]
            if part.empty:
                continue
            came, expected = float(part.came.sum()), float(part.expected.sum())
            away = float((part.came - part.expected).abs().sum())
            rows.append(
                {
                    "stage": stage,
                    "year": int(year),
                    "came": came,
                    "forecast": expected,
                    "error": (came - expected) / expected if expected else np.nan,
                    "wape": away / came if came else np.nan,
                    "schools": int(((part.came > 0) | (part.expected > 0)).sum()),
                }
            )
    return pd.DataFrame(rows).set_index(["stage", "year"])
