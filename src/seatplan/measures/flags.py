"""Each school and year where a measure passes its limit, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.district.clauses import Standard
from seatplan.district.district import District
from seatplan.district.limits import LIMITED
from seatplan.district.standards import Standards
from seatplan.measures.registry import MEASURES
from seatplan.measures.values import Values

KEYS = ("grade", "stage", "scope", "kind", "setting")  # what a limit may depend on, narrowest first
CLOSE = 1e-6  # of a value that lies on its limit
FINEST = 7  # decimals that tell any flag from its limit
COLUMNS = ["code", "school", "stage", "grade", "year", "value", "limit", "first_year", "source"]


@dataclass(frozen=True)
class Flags:
    """Limits that are passed.

    `table`: code (of the standard), school, stage and grade ("" where the measure has none), year,
    value, limit, first_year (of this breach of this school and stage), source (the clause). A stage
    with several grades over a limit has one row a year: the grade that is farthest beyond.
    """

    table: pd.DataFrame


def raise_flags(values: Values) -> Flags:
    """Hold every measure that has a limit against it, year by year."""
    rules, parts = values.standards, []
    names = {item.indicator for item in rules.standards}
    measured = {name: _measure(name, values) for name in names}
    for code in dict.fromkeys(item.code for item in rules.standards):
        versions = [item for item in rules.standards if item.code == code]
        cells = measured[versions[0].indicator]
        parts.append(pd.concat([_breaches(item, cells, versions) for item in versions]))
    table = pd.concat(parts, ignore_index=True)
    since = table.groupby(["code", "school", "stage"]).year.transform("min")
    return Flags(table.assign(first_year=since.astype(int))[COLUMNS])


def _measure(name: str, values: Values) -> pd.DataFrame:
    """Lay out a measure with all that a limit can depend on."""
    table = MEASURES[name].label(values).rename("value").reset_index()
    return describe_cells(table, values.standards, values.district)


def describe_cells(table: pd.DataFrame, rules: Standards, district: District) -> pd.DataFrame:
    """Add what a limit can depend on to a table with a school and a stage or grade in each row."""
    if "grade" not in table:
        table["grade"] = ""
    if "stage" not in table:
        table["stage"] = table.grade.map(rules.stage_of).fillna("").astype(str)
    for column in ("kind", "setting"):
        table[column] = table.school.map(district.schools[column])
    return table


def find_limits(standard: Standard, cells: pd.DataFrame, versions: list[Standard]) -> pd.DataFrame:
    """Return the cells for which this version of a standard is in force, with its `limit`."""
    until = min((item.since for item in versions if item.since > standard.since), default=np.inf)
    table = cells[(cells.year >= standard.since) & (cells.year < until)]
    if standard.settings:
        table = table[table.setting.isin(standard.settings)]
    return table.assign(limit=limit_cells(table, standard.limit))


def limit_cells(cells: pd.DataFrame, limits: Mapping[str, float]) -> pd.Series[float]:
    """Return the limit of each cell: that of the narrowest of its keys; NaN without one."""
    found = pd.Series(np.nan, cells.index)
    for column in KEYS:
        if column in cells and cells[column].isin(limits.keys()).any():
            found = found.fillna(cells[column].map(dict(limits)).astype(float))
    return found.fillna(limits.get("all", np.nan))


def _breaches(standard: Standard, measured: pd.DataFrame, versions: list[Standard]) -> pd.DataFrame:
    """Return the rows beyond the limit while this version of the standard is in force."""
    table = find_limits(standard, measured, versions)
    beyond = (table.value - table.limit) * (1 if standard.side == "above" else -1)
    table = table.assign(code=standard.code, source=standard.source, beyond=beyond)
    table = table[table.beyond > CLOSE].sort_values("beyond", ascending=False, kind="stable")
    return table.drop_duplicates(["school", "stage", "year"]).sort_index()


def find_digits(value: float, limit: float, least: int = 0) -> int:
    """Return the decimals, at least `least`, with which a value does not read as its limit.

    A value that lies on its limit keeps `least`.

    >>> find_digits(46, 45), find_digits(44.96, 45, 1), find_digits(0.8004, 0.8, 3)
    (0, 2, 4)
    """
    if not abs(value - limit) > CLOSE:
        return least
    finer = range(least, FINEST)
    return next((at for at in finer if round(value, at) != round(limit, at)), FINEST)


def round_flags(table: pd.DataFrame, rules: Standards) -> pd.Series[float]:
    """Round the values of flags: to a tenth, shares to a thousandth; finer where that is the limit.

    Parameters
    ----------
    table
        That of `Flags`.
    rules
        The standards whose limits are passed.
    """
    shares = {item.code for item in rules.standards if LIMITED.get(item.indicator) == "share"}
    least = [3 if code in shares else 1 for code in table.code]
    rounded = [
        round(value, find_digits(value, limit, digits))
        for value, limit, digits in zip(table.value, table.limit, least, strict=True)
    ]
    return pd.Series(rounded, table.index, dtype=float)
