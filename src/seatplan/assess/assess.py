"""assess_outcomes(): every clause of every rule set, year by year and scenario by scenario."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from seatplan.assess.holding import CLOSE, Held, hold_rule, list_known_keys, list_known_kinds
from seatplan.assess.joints import hold_joint
from seatplan.assess.obstacles import find_obstacles
from seatplan.assess.remedies import Remedy, find_remedy
from seatplan.assess.rule_sets import Rule, RuleSet, find_in_force
from seatplan.demand.draws import Basis
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.outcome import Outcome

Status = Literal["missed", "met", "later", "told", "advised", "superseded"]
GROUP = ["stage", "scope", "setting"]  # cells of a rule that are judged together
KEYS = ["scenario", "rule_set", "rule", *GROUP]
TABLE = [
    *KEYS,
    "year",
    "status",
    "value",
    "limit",
    "beyond",
    "schools",
    "pupils",
    "least",
    "least_unit",
    "rooms",
    "first_missed",
    "met_from",
]
SCHOOLS = ["scenario", "rule_set", "rule", "school", "stage", "grade", "year", "value", "limit"]
SCHOOLS += ["beyond", "pupils"]


@dataclass(frozen=True)
class Lacking:
    """A rule that cannot be computed: which column is missing, at which schools (empty: at all)."""

    scenario: str
    rule_set: str
    rule: str
    column: str
    column_en: str
    source: str
    source_en: str
    schools: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """Outcomes held against rule sets.

    Attributes
    ----------
    table
        One row for each scenario, rule, group of cells (a stage, a scope of classes, a setting) and
        year: status ("met", "missed", "later": not yet in force, "told": no limit, "advised":
        beyond what a clause advises, "superseded"), value (the one farthest beyond its limit),
        limit, beyond (how far, in the unit of the rule; 0 and less within it), schools and pupils
        that stand in the way, least and least_unit (the least that would meet it), rooms
        (classrooms that takes beyond those that stand empty), first_missed (the first year in which
        it is missed), met_from (the year from which it stays met); 0 for none.
    schools
        One row for each school (and grade) beyond a limit: value, limit, beyond, pupils.
    joints
        One row for each scenario, joint rule, school, stage and year; see `hold_joint`.
    lacking
        What cannot be computed, and for want of which column.
    futures, basis
        How many futures the columns of `weigh_indicators` are of, 0 without, and what these rest on
        (`DemandDraws.basis`).
    """

    outcomes: tuple[Outcome, ...]
    sets: tuple[RuleSet, ...]
    table: pd.DataFrame
    schools: pd.DataFrame
    joints: pd.DataFrame
    lacking: tuple[Lacking, ...]
    futures: int = 0
    basis: Basis = "given"

    @cached_property
    def missing(self) -> pd.DataFrame:
        """One row for each rule that cannot be computed."""
        return pd.DataFrame(
            [{**vars(one), "schools": " ".join(one.schools)} for one in self.lacking],
            columns=list(Lacking.__dataclass_fields__),
        )


def assess_outcomes(
    outcomes: Sequence[Outcome], sets: Sequence[RuleSet], *, told: Collection[int] | None = None
) -> Assessment:
    """Hold outcomes against rule sets.

    Parameters
    ----------
    outcomes
        Scenarios of one district, such as today and the plan.
    sets
        Rule sets (`read_rule_sets`), several at once; of several versions of one, each year has
        the one in force.
    told
        The years for which is found who stands in the way and the least that would meet a rule,
        None for all; verdicts and their first years are of all years in either case.

    Raises
    ------
    InputError
        A limit is set for a stage, grade, kind or setting that nobody knows, or a row of
        resources.csv is of a school that none of the scenarios has.
    """
    faults = [*_find_unknown_keys(outcomes, sets), *_find_unknown_schools(outcomes)]
    if faults:
        raise InputError(faults)
    tables, schools, joints = [], [], []
    lacking: list[Lacking] = []
    for outcome in outcomes:
        for rules in sets:
            years = [year for year in outcome.axes.years if rules in find_in_force(sets, year)]
            held = {rule.code: hold_rule(rule, outcome) for rule in rules.rules}
            named = {"scenario": outcome.scenario.name, "rule_set": rules.code}
            for rule in rules.rules:
                one = _keep_years(held[rule.code], years)
                judged, obstacles = _judge(one, outcome, told)
                tables.append(judged.assign(**named))
                schools.append(obstacles.assign(**named))
                lacking += _tell_missing(one, rule, named)
            for joint in rules.joints:
                parts = [_keep_years(held[code], years) for code in joint.of]
                joints.append(hold_joint(joint, parts).assign(joint=joint.code, **named))
    return Assessment(
        tuple(outcomes),
        tuple(sets),
        _add_years(pd.concat(tables, ignore_index=True))[TABLE],
        pd.concat(schools, ignore_index=True)[SCHOOLS],
        pd.concat(joints, ignore_index=True) if joints else pd.DataFrame(),
        tuple(lacking),
    )


def _keep_years(held: Held, years: Sequence[int]) -> Held:
    """Leave the years in which the version of the set is in force."""
    return Held(held.rule, held.cells[held.cells.year.isin(years)], held.missing, held.without)


def _judge(
    held: Held, outcome: Outcome, told: Collection[int] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge a rule: one row for each group of cells and year; and who stands in the way."""
    rule, cells, keys = held.rule, held.cells, [*GROUP, "year"]
    worst = cells.sort_values("beyond", ascending=False, kind="stable").drop_duplicates(keys)
    worst = worst.sort_index()
    statuses = [
        _find_status(rule, int(year), missed=bool(beyond > CLOSE))
        for year, beyond in zip(worst.year, worst.beyond, strict=True)
    ]
    table = worst[[*keys, "value", "limit", "beyond"]].assign(status=statuses, rule=rule.code)
    judged = not rule.superseded_by and bool(rule.limit)
    missed = cells[(cells.beyond > CLOSE) & (cells.year >= rule.since) & judged]
    if told is not None:
        missed = missed[missed.year.isin(told)]
    remedy, there = find_remedy(held, missed, outcome), find_obstacles(held, missed, outcome)
    return _add_sums(table, missed, remedy, there), there.assign(rule=rule.code)


def _add_sums(
    table: pd.DataFrame, missed: pd.DataFrame, remedy: Remedy | None, there: pd.DataFrame
) -> pd.DataFrame:
    """Add, to each group and year, who stands in the way and the least that would meet the rule."""
    if missed.empty:
        return table.assign(schools=0, pupils=0, least=np.nan, least_unit="", rooms=np.nan)
    keys = [*GROUP, "year"]
    at = pd.MultiIndex.from_frame(table[keys])
    sums = pd.DataFrame(index=at, columns=["least", "rooms"], dtype=float)
    if remedy:
        parts = missed.assign(least=remedy.least, rooms=remedy.rooms)
        sums = parts.groupby(keys)[["least", "rooms"]].sum(min_count=1).reindex(at)
    rows = there.assign(**{name: "" for name in GROUP if name not in there})
    for name in ("scope", "setting"):  # a school stands in the way in whichever group is judged
        if (table[name] == "").all():
            rows[name] = ""
    if (table.stage == "").all():
        rows["stage"] = ""
    met = rows.groupby(keys)
    schools = met.school.nunique().reindex(at, fill_value=0)
    pupils = met.pupils.sum().reindex(at, fill_value=0).to_numpy(float)
    if there.empty and remedy and remedy.unit == "pupils":
        pupils = sums.least.fillna(0).to_numpy(float)
    return table.assign(
        schools=schools.to_numpy(int),
        pupils=np.rint(pupils).astype(int),
        least=sums.least.to_numpy(float),
        least_unit=[remedy.unit if remedy and known else "" for known in sums.least.notna()],
        rooms=sums.rooms.to_numpy(float),
    )


def _find_status(rule: Rule, year: int, *, missed: bool) -> Status:
    if rule.superseded_by:
        return "superseded"
    if not rule.limit:
        return "told"
    if year < rule.since:
        return "later"
    if missed and rule.advice:
        return "advised"
    return "missed" if missed else "met"


def _add_years(table: pd.DataFrame) -> pd.DataFrame:
    """Add, for each group, the first year that is missed and the year from which it stays met."""
    groups = [table[name] for name in KEYS]
    missed = table.year.where(table.status == "missed").groupby(groups)
    last = missed.transform("max").fillna(-np.inf)
    met = table.year.where((table.status == "met") & (table.year > last)).groupby(groups)
    return table.assign(
        first_missed=missed.transform("min").fillna(0).astype(int),
        met_from=met.transform("min").fillna(0).astype(int),
    )


def _tell_missing(held: Held, rule: Rule, named: dict[str, str]) -> Iterator[Lacking]:
    if held.missing:
        column, source = held.missing.column, held.missing.source
        yield Lacking(
            named["scenario"],
            named["rule_set"],
            rule.code,
            column.zh,
            column.en,
            source.zh,
            source.en,
            held.without,
        )


def _find_unknown_keys(outcomes: Sequence[Outcome], sets: Sequence[RuleSet]) -> Iterator[str]:
    """Yield limits that are set for what neither the district nor the country's schools have."""
    groups = outcomes[0].district.composition.index.unique("group")
    known = list_known_keys(outcomes[0].standards) | {str(group) for group in groups}
    kinds = list_known_kinds(outcomes[0].standards)
    for rules in sets:
        for rule in rules.rules:
            for name in ("limit", "counted_by"):
                for key in getattr(rule, name) or {}:
                    if key not in known:
                        place = f"rule set {rules.code}, rule {rule.code}, {name}.{key}"
                        what = "no stage, grade, scope, kind or setting"
                        yield f"{place}: {what}{suggest(key, sorted(known))}"
            for kind in rule.leave_out.kinds:
                if kind not in kinds:
                    place = f"rule set {rules.code}, rule {rule.code}, leave_out.kinds"
                    yield f"{place}: no kind {kind}{suggest(kind, sorted(kinds))}"


def _find_unknown_schools(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield schools of resources.csv that no scenario has."""
    known = {str(school) for outcome in outcomes for school in outcome.district.schools.index}
    rows = outcomes[0].district.resources.index.unique("school")
    for school in rows:
        if school not in known:
            yield (
                f"resources.csv: {school} is a school of none of the scenarios"
                f"{suggest(str(school), sorted(known))}"
            )
