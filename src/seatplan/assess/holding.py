"""A rule held against an outcome: each cell with its value, its limit, and how far it is beyond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import as_file, files

import numpy as np
import pandas as pd

from seatplan.assess.rule_sets import Rule
from seatplan.district.clauses import Standard
from seatplan.district.reading import read_standards
from seatplan.district.stages import Label
from seatplan.district.standards import SHARES_BEYOND, Standards
from seatplan.district.tables import SETTINGS
from seatplan.labels import Floats
from seatplan.measures.flags import describe_cells, limit_cells
from seatplan.measures.needs import COLUMNS, Missing
from seatplan.measures.registry import ALL, COMPULSORY, MEASURES, OWN, Counted
from seatplan.measures.spread import measure_variation
from seatplan.measures.values import Values
from seatplan.outcome import Outcome

CELLS = ["school", "stage", "grade", "scope", "setting", "year"]
CLOSE = 1e-9  # of values that lie on their limit
DIGIT = 5e-4  # of a share, which is told to a tenth of a per cent; all and none are held exactly


@dataclass(frozen=True)
class Held:
    """A rule held against one outcome.

    Attributes
    ----------
    cells
        One row for each cell that the rule judges or tells: school, stage, grade, scope, setting
        ("" where it has none), year, value, limit (NaN where it is only told), beyond (how far
        past the limit, below 0 within it), pupils (whom the cell counts).
    missing
        The column that the files lack, where that leaves cells out.
    without
        The schools that leave it blank; empty where nobody has it.
    """

    rule: Rule
    cells: pd.DataFrame
    missing: Missing | None = None
    without: tuple[str, ...] = ()


def hold_rule(rule: Rule, outcome: Outcome) -> Held:
    """Hold a rule against an outcome, in every year of the forecast.

    Where a school that the rule holds for leaves a column blank, the rule has no cells of that
    stage and year: nothing is guessed, and the column is named.
    """
    measured = MEASURES[rule.measure]
    cells, blank = _list_known(rule, outcome)
    if rule.across:
        cells = _vary(cells, rule)
    if "setting" not in measured.dims:
        cells = cells.assign(setting="")
    value, limit = cells.value.to_numpy(float), cells.limit.to_numpy(float)
    cells = cells.assign(beyond=measure_beyond(rule, value, limit))
    columns = [*CELLS, "value", "limit", "beyond", "pupils"]
    missing = COLUMNS[measured.needs] if len(blank) else None
    without = tuple(sorted(blank.school.unique())) if _is_said(outcome, measured.needs) else ()
    return Held(rule, cells[columns].reset_index(drop=True), missing, without)


def list_varied(rule: Rule, outcome: Outcome) -> pd.DataFrame:
    """List the schools between which a variation is measured.

    Returns
    -------
    stage, year, school, value, pupils (the weight); no rows of a stage and year with a blank.
    """
    cells, _ = _list_known(rule, outcome)
    return cells[["stage", "year", "school", "value", "pupils"]].reset_index(drop=True)


def _list_known(rule: Rule, outcome: Outcome) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List the cells that a rule holds for, with their limits, and those that lack a column."""
    measured = MEASURES[rule.measure]
    cells = _choose(_list_cells(rule, outcome), rule, outcome)
    blank = _find_blank(rule, outcome, cells) if measured.needs else cells.iloc[:0]
    if len(blank):
        keys = ["stage", "year"] if "stage" in measured.dims else ["year"]
        gone = pd.MultiIndex.from_frame(blank[keys].drop_duplicates())
        cells = cells[~pd.MultiIndex.from_frame(cells[keys]).isin(gone)]
    return cells, blank


def _list_cells(rule: Rule, outcome: Outcome) -> pd.DataFrame:
    """List the figures that a rule reads, once for all rules that read the same."""
    counted = dict(sorted(rule.counted_by.items())) if rule.counted_by else {}
    key = f"cells of {rule.measure}, counted by {counted}"
    if key not in outcome.computed:
        measured, values = MEASURES[rule.measure], choose_values(rule, outcome)
        table = measured.label(values).astype(float).rename("value").reset_index()
        outcome.computed[key] = _describe(table, outcome)
    found: pd.DataFrame = outcome.computed[key]
    return found


def choose_values(rule: Rule, outcome: Outcome) -> Values:
    """Return the outcome that a rule reads: with its own limits where it says what it counts by."""
    counted = MEASURES[rule.measure].counts
    return count_by(outcome, counted, rule.counted_by) if rule.counted_by and counted else outcome


def _list_attended(outcome: Outcome) -> pd.DataFrame:
    """List the schools, stages and years that have pupils, once for all rules."""
    if "cells attended" not in outcome.computed:
        attend = outcome.measure("pupils").rename("value")
        attended = _describe(attend[attend > 0].reset_index(), outcome)
        outcome.computed["cells attended"] = attended
    found: pd.DataFrame = outcome.computed["cells attended"]
    return found


def measure_beyond(rule: Rule, value: Floats, limit: Floats) -> Floats:
    """Return how far values are past their limits, in the unit of the rule; 0 and less within.

    Shares are held to the digit in which they are told, see `DIGIT`; NaN without a limit.
    """
    beyond: Floats = (value - limit) if rule.side == "above" else (limit - value)
    slack = np.where((limit > 0) & (limit < 1), DIGIT, CLOSE)
    near = np.abs(beyond) < (slack if rule.unit == "share" else CLOSE)
    return np.where(near, 0.0, beyond)


def count_by(outcome: Outcome, counted: Counted, limits: Mapping[str, float]) -> Values:
    """Return an outcome whose measures count against other limits than the district's own.

    Parameters
    ----------
    counted
        The limit that a measure counts against.
    limits
        What takes its place, by grade, stage, kind, setting or "all"; grades that it does not name
        keep the district's own.
    """
    rules = outcome.standards
    kept = [
        item
        for item in rules.standards
        if item.indicator != counted.indicator or item.role != counted.role
    ]
    far = counted.indicator in SHARES_BEYOND
    of_classes = counted.indicator == "class_size"
    new = Standard(
        code=f"counted-{counted.indicator}",
        name=Label(counted.indicator, counted.indicator),
        indicator=counted.indicator,
        limit={"all": 1.0} if far else _by_grade(rules, counted, limits) if of_classes else limits,
        side="above",
        unit=counted.unit,
        source="counted_by",
        checked="seen",
        role=counted.role,
        within=limits if far else {},
    )
    own = rules.replace(standards=(*kept, new))
    return replace(outcome, case=replace(outcome.case, rules=own))


def list_known_keys(rules: Standards) -> set[str]:
    """Return what limits may be set by: what the district's standards know, or the country's.

    A rule set may name stages and kinds of school that the district does not have.
    """
    known = {COMPULSORY, OWN, ALL, *SETTINGS}
    for each in (rules, _read_country()):
        known |= {*(stage.code for stage in each.stages), *each.grades, *each.kinds}
    return known


def list_known_kinds(rules: Standards) -> set[str]:
    """Return the kinds of school that the district's standards know, or the country's."""
    return {*rules.kinds, *_read_country().kinds}


def _read_country() -> Standards:
    with as_file(files("seatplan.intake") / "china.toml") as path:
        return read_standards(path)


def _by_grade(rules: Standards, counted: Counted, limits: Mapping[str, float]) -> dict[str, float]:
    """Lay class sizes out by grade, the district's own where `limits` have none."""
    found: dict[str, float] = {}
    for grade, stage in rules.stage_of.items():
        said = next((limits[key] for key in (grade, stage, "all") if key in limits), None)
        own = [
            item.limit_for(grade, stage)
            for item in rules.standards
            if item.indicator == counted.indicator and item.role == counted.role
        ]
        value = said if said is not None else next(iter(own), None)
        if value is not None:
            found[grade] = value
    return found


def _is_said(outcome: Outcome, column: str) -> bool:
    """Say whether any school says a column."""
    schools, resources = outcome.district.schools, outcome.district.resources
    table = resources if column in resources else schools
    return column in table and bool(table[column].notna().any())


def _describe(table: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Add what a limit can depend on, and the pupils whom each cell counts."""
    table = add_keys(table, outcome)
    return table.assign(pupils=_count_pupils(table, outcome))


def add_keys(table: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Add what a limit can depend on to a table of cells: "" where a cell has none."""
    if "school" in table:
        table = describe_cells(table, outcome.standards, outcome.district)
    if "group" in table:
        table["scope"] = table.group
    for column in (*CELLS[:-1], "kind"):
        if column not in table:
            table[column] = ""
    return table


def _count_pupils(table: pd.DataFrame, outcome: Outcome) -> pd.Series[float]:
    """Count the pupils of each cell: of the school, stage, grade, scope or setting that it is."""
    keys = ["stage", "year"]
    if (table.school != "").any():
        narrow = next((name for name in ("grade", "stage") if (table[name] != "").any()), "")
        keys = ["school", narrow, "year"] if narrow else ["school", "year"]
    if keys == ["school", "grade", "year"]:
        counts = outcome.classes.table.pupils
    elif keys == ["school", "year"]:
        counts = outcome.measure("school_size")
    else:
        counts = outcome.measure("pupils")
    if keys == ["stage", "year"]:
        counts = counts.groupby(keys).sum()
    at = pd.MultiIndex.from_frame(table[keys])
    return pd.Series(counts.reindex(at).to_numpy(float), table.index)


def _choose(cells: pd.DataFrame, rule: Rule, outcome: Outcome) -> pd.DataFrame:
    """Keep the cells that a rule holds for, with their limits: none of a school it leaves out."""
    limit = limit_cells(cells, rule.limit)
    kept = limit.notna() if rule.limit else pd.Series(True, cells.index)
    if "school" in MEASURES[rule.measure].dims:
        kept &= holds_for(rule, cells)
        if rule.leave_out.fewer_than:
            at = pd.MultiIndex.from_frame(cells[["school", "year"]])
            whole = outcome.measure("school_size").reindex(at).to_numpy(float)
            kept &= ~(whole < rule.leave_out.fewer_than)
    return cells.assign(limit=limit)[kept]


def holds_for(rule: Rule, cells: pd.DataFrame) -> pd.Series[bool]:
    """Say which cells of schools a rule holds for by kind and setting, whatever their size."""
    held = ~cells.kind.isin(rule.leave_out.kinds)
    return held & cells.setting.isin(rule.settings) if rule.settings else held


def _find_blank(rule: Rule, outcome: Outcome, cells: pd.DataFrame) -> pd.DataFrame:
    """List school, stage and year of what the rule holds for and has no figure, for a column."""
    measured = MEASURES[rule.measure]
    by_school = "school" in measured.dims
    full = _choose(_list_attended(outcome), rule, outcome)
    keys = [name for name in ("school", "stage", "year") if name in measured.dims]
    full = full[~pd.MultiIndex.from_frame(full[keys]).isin(pd.MultiIndex.from_frame(cells[keys]))]
    if measured.needs == "composition" and len(outcome.district.composition):
        full = full.iloc[:0]
    elif not by_school and measured.needs != "composition":
        said = outcome.district.resources[measured.needs].dropna().index
        full = full[~pd.MultiIndex.from_frame(full[["school", "stage"]]).isin(said)]
    return full[["school", "stage", "year"]]


def _vary(cells: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return how far the schools of each stage differ: one cell for each stage and year."""
    rows = [
        {
            "stage": stage,
            "year": year,
            "value": measure_variation(part.value.to_numpy(float), part.pupils.to_numpy(float)),
            "pupils": part.pupils.sum(),
        }
        for (stage, year), part in cells.groupby(["stage", "year"], sort=False)
        if len(part) > 1
    ]
    table = pd.DataFrame(rows, columns=["stage", "year", "value", "pupils"])
    for column in (*CELLS, "kind"):
        if column not in table:
            table[column] = ""
    table = table[table.value.notna()].astype({"value": float, "pupils": float})
    return table.assign(limit=limit_cells(table, rule.limit))
