"""In which share of many futures each indicator is met, and between which figures it then lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from seatplan.assess.assess import KEYS, Assessment
from seatplan.assess.holding import CLOSE, count_by
from seatplan.assess.joints import measure_reach
from seatplan.assess.layout import Filled, Layout, fill_cells, find_worst, lay_rule
from seatplan.assess.rule_sets import Joint, RuleSet, find_in_force
from seatplan.case.case import Case
from seatplan.demand.draws import DemandDraws
from seatplan.draws import check_labels
from seatplan.labels import Floats, Ints
from seatplan.measures.registry import MEASURES
from seatplan.measures.values import Values
from seatplan.memory import expect_memory, split_range
from seatplan.outcome import Outcome
from seatplan.seating.assignment import assign_pupils
from seatplan.seating.classes import form_classes
from seatplan.seating.headcount import count_heads
from seatplan.solvers.threads import spread

QUANTILES = {"q05": 0.05, "q50": 0.50, "q95": 0.95}
VALUES, BEYOND = ([f"{name}_{share}" for share in QUANTILES] for name in ("value", "beyond"))
CHANCES = ["chance", *VALUES, *BEYOND]
JOINT = ["rule_set", "joint", "school", "stage", "year", "chance"]
UNJUDGED = ("told", "later", "superseded")  # statuses for which nothing is met or missed
RESIDENT = ("gross_enrolment",)  # measures of residents, whom not every draw says
PART = 4_000_000.0  # bytes of the pupils of one part


@dataclass(frozen=True)
class Kept:
    """What is kept of a rule in all futures: figure and distance, group x draw.

    `ruled`: the case whose limits the measure counts against, None where they are the district's.
    """

    rules: RuleSet
    layout: Layout
    ruled: Case | None
    value: Floats
    beyond: Floats


@dataclass(frozen=True)
class Seven:
    """A joint rule, and the places of its rules among those that are kept."""

    rules: RuleSet
    joint: Joint
    parts: tuple[int, ...]


def weigh_indicators(assessment: Assessment, draws: DemandDraws) -> Assessment:
    """Add, to each indicator, scenario and year, the share of futures in which it is met.

    Each future goes the way that `evaluate` goes with its forecast, every measure is computed anew
    and every rule is held against it as `assess_outcomes` does. Homes of the pupils on record and
    catchments are those of the forecast: a bureau draws its map once. Futures are worked through
    one after another; of each only two figures are kept for every indicator, group and year.

    Parameters
    ----------
    assessment
        Of `assess_outcomes`.
    draws
        The futures (`draw_demand`), the same for all scenarios.

    Returns
    -------
    The assessment with more columns in `table`: chance (share of the futures in which it is met;
    where a clause advises, in which all lie within what it advises), value_q05, value_q50 and
    value_q95 (nine futures of ten lie between the first and the last; none where the cells of a
    group have different limits), beyond_q05 to beyond_q95 (how far beyond the limit); and in
    `joints` chance, school by school. Missing where nothing is judged, and for measures of
    residents where the draws do not say them (`DemandDraws.residents`).

    Raises
    ------
    InputError
        The draws are of other blocks, grades or years, or memory cannot hold what is kept.
    """
    tables, joints = [], []
    for outcome in assessment.outcomes:
        check_labels(outcome.case, draws)
        table, joint = _weigh_outcome(outcome, assessment.sets, draws)
        tables.append(table)
        joints.append(joint)
    known = assessment.table
    table = known.merge(pd.concat(tables), "left", on=[*KEYS, "year"], validate="one_to_one")
    table.loc[table.status.isin(UNJUDGED), "chance"] = np.nan
    both = assessment.joints
    if len(both):
        keys = ["scenario", *JOINT[:-1]]
        both = both.merge(pd.concat(joints), "left", on=keys, validate="one_to_one")
    return replace(assessment, table=table, joints=both, futures=draws.count, basis=draws.basis)


def _weigh_outcome(
    outcome: Outcome, sets: Sequence[RuleSet], draws: DemandDraws
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weigh the rules, and the joint rules, under one scenario."""
    kept = _make_room(outcome, sets, draws)
    sevens = _find_parts(sets, kept)
    pupils = outcome.forecast.cube(outcome.axes.grades)

    def work(part: slice) -> list[Ints]:
        factors = draws.factors(part.start, part.stop)
        sums: list[Ints] = []
        for at, number in enumerate(range(part.start, part.stop)):
            residents = draws.residents(number) if draws.residents else None
            one = _seat(outcome, pupils * factors[..., at], residents)
            met = _enter(kept, sevens, one, number)
            sums = [a + b for a, b in zip(sums, met, strict=True)] if sums else met
        return sums

    parts = spread(work, split_range(draws.count, pupils.nbytes, PART), is_large=True)
    named = {"scenario": outcome.scenario.name}
    years = {id(rules): _list_years(rules, sets, outcome) for rules in sets}
    tables = [_sum_up(one, years[id(one.rules)]) for one in kept]
    joints = [
        _label_joint(one, np.sum([part[at] for part in parts], axis=0), outcome, years)
        for at, one in enumerate(sevens)
    ]
    empty = pd.DataFrame(columns=JOINT)
    return pd.concat(tables).assign(**named), pd.concat(joints or [empty]).assign(**named)


def _make_room(outcome: Outcome, sets: Sequence[RuleSet], draws: DemandDraws) -> list[Kept]:
    """Lay the rules out and make room for their figures; InputError where memory cannot hold them.

    Measures of residents are left out where the draws do not say them.
    """
    pairs = [
        (rules, lay_rule(rule, outcome))
        for rules in sets
        for rule in rules.rules
        if rule.measure not in RESIDENT or draws.residents
    ]
    size = 16.0 * draws.count * sum(len(layout.keys) for _, layout in pairs)
    expect_memory(size, f"draws: the indicators of {draws.count} futures", "ask for fewer draws")
    kept = []
    for rules, layout in pairs:
        counted, by = MEASURES[layout.rule.measure].counts, layout.rule.counted_by
        ruled = count_by(outcome, counted, by).case if by and counted else None
        value, beyond = np.full((2, len(layout.keys), draws.count), np.nan)
        kept.append(Kept(rules, layout, ruled, value, beyond))
    return kept


def _find_parts(sets: Sequence[RuleSet], kept: Sequence[Kept]) -> list[Seven]:
    """Find the rules of each joint rule; those whose rules are not all of school and stage go."""
    places = {(id(one.rules), one.layout.rule.code): at for at, one in enumerate(kept)}
    found = []
    for rules in sets:
        for joint in rules.joints:
            parts = tuple(places[id(rules), code] for code in joint.of)
            if all(kept[at].layout.dims == ("school", "stage", "year") for at in parts):
                found.append(Seven(rules, joint, parts))
    return found


def _seat(outcome: Outcome, pupils: Floats, residents: Floats | None) -> Values:
    """Seat the pupils of one future, block x grade x year; `residents` are factors on them."""
    told = outcome.forecast
    forecast = replace(told, pupils=pd.Series(pupils.ravel(), told.pupils.index, name="pupils"))
    if residents is not None:
        forecast = replace(forecast, residents=told.residents * residents.ravel())
    case, origins, catchments = outcome.case, outcome.origins, outcome.catchments
    assignment = assign_pupils(case, forecast, origins, catchments)
    heads = count_heads(case, forecast, assignment)
    classes = form_classes(case, heads)
    return Values(case, forecast, origins, catchments, assignment, heads, classes)


def _enter(kept: Sequence[Kept], sevens: Sequence[Seven], one: Values, number: int) -> list[Ints]:
    """Keep the figures of one future; return met and known of each joint rule, (2, cell)."""
    counted: dict[int, Values] = {}
    filled = []
    for each in kept:
        values = one
        if each.ruled is not None:
            values = counted.setdefault(id(each.ruled), replace(one, case=each.ruled))
        filled.append(fill_cells(each.layout, values))
        each.value[:, number], each.beyond[:, number] = find_worst(each.layout, filled[-1])
    return [_hold_seven(seven, kept, filled, one) for seven in sevens]


def _hold_seven(
    seven: Seven, kept: Sequence[Kept], filled: Sequence[Filled], values: Values
) -> Ints:
    """Hold each school to several rules together, as `hold_joint`: met and known, (2, cell)."""
    cells = len(values.axes.schools) * len(values.axes.stages) * len(values.axes.years)
    met, known = np.zeros((2, cells), dtype=np.int64)
    lowest = np.ones(cells)
    for part in seven.parts:
        layout, cell = kept[part].layout, filled[part]
        at = layout.at[cell.known]
        known[at] += 1
        met[at] += cell.beyond[cell.known] <= CLOSE
        reach = measure_reach(layout.rule, cell.value[cell.known], layout.limit[cell.known])
        lowest[at] = np.minimum(lowest[at], reach)
    judged = known == len(seven.parts)
    joint = seven.joint
    holds = judged & (met >= joint.at_least) & (lowest >= joint.rest - CLOSE)
    return np.array([holds, judged], dtype=np.int64)


def _sum_up(kept: Kept, years: Sequence[int]) -> pd.DataFrame:
    """Return chance and bounds of a rule, group by group, in the years in which it is in force."""
    layout = kept.layout
    known = (~np.isnan(kept.beyond)).sum(axis=1)
    met = (kept.beyond <= CLOSE).sum(axis=1)
    columns = {"chance": np.where(known > 0, met / np.maximum(known, 1), np.nan)}
    for name, figures in (("value", kept.value), ("beyond", kept.beyond)):
        ordered = np.sort(figures, axis=1)
        for quantile, share in QUANTILES.items():
            rank = np.ceil(np.round(share * known, 9)).astype(np.int64) - 1
            found = np.take_along_axis(ordered, np.maximum(rank, 0)[:, None], axis=1)[:, 0]
            columns[f"{name}_{quantile}"] = found
    table = layout.keys.assign(**columns)
    if not layout.rule.across:
        limit = pd.Series(layout.limit).groupby(layout.group)
        alike = (limit.max() == limit.min()).to_numpy() | (not layout.rule.limit)
        table = table.assign(**{name: table[name].where(alike) for name in VALUES})
    if not layout.rule.limit:
        table = table.assign(**dict.fromkeys(BEYOND, np.nan))
    table = table[table.year.isin(years)]
    return table.assign(rule_set=kept.rules.code, rule=layout.rule.code)


def _label_joint(
    seven: Seven, counts: Ints, outcome: Outcome, years: Mapping[int, Sequence[int]]
) -> pd.DataFrame:
    """Return the share of futures in which each school and stage meets a joint rule."""
    axes = outcome.axes
    labels: list[Any] = [axes.schools, list(axes.stages), list(axes.years)]
    index = pd.MultiIndex.from_product(labels, names=["school", "stage", "year"])
    met, known = counts
    shares = pd.DataFrame({"chance": met / np.maximum(known, 1)}, index)
    table = shares[known > 0].reset_index()
    table = pd.DataFrame(table[table.year.isin(years[id(seven.rules)])])
    return table.assign(rule_set=seven.rules.code, joint=seven.joint.code)


def _list_years(rules: RuleSet, sets: Sequence[RuleSet], outcome: Outcome) -> list[int]:
    return [year for year in outcome.axes.years if rules in find_in_force(sets, year)]
