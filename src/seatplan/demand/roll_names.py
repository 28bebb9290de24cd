"""Names in rolls: one grade and one unit, however the rows of a table spell them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable

import pandas as pd

from seatplan.district.grade_names import grade_rank

KEYS = ["unit", "grade", "year"]


def join_spellings(
    table: pd.DataFrame, name: str, *, grades: bool = True
) -> tuple[pd.DataFrame, list[str]]:
    """Give each grade, unless their names are `grades` as stated, and each unit one name."""
    table, told = _join_grades(table, name) if grades else (table, [])
    table, more = _join_units(table, name)
    return table, [*told, *more]


def _join_grades(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Give each grade one name (1 and 一年级; half-day KH and full-day KF), and say so.

    Names of the same place in the order of schooling are one grade: the name of most rows. Where a
    unit has several of them in a year, their pupils are summed; not where one is untold.
    """
    joined_names: list[list[str]] = []
    for names in _group_names(table["grade"], lambda code: grade_rank(str(code))):
        rows = table["grade"].isin(names)
        joined = table[rows].assign(grade=names[0])
        if joined.duplicated(KEYS).any():
            counts = pd.to_numeric(joined["pupils"], errors="coerce")
            if counts.isna().any() or table[rows].duplicated(KEYS).any():
                continue
            sums = counts.groupby([joined[key] for key in KEYS]).transform("sum")
            joined = joined.assign(pupils=sums)[~joined.duplicated(KEYS)]
        table = pd.concat([table[~rows], joined])
        joined_names.append(names)
    if not joined_names:
        return table, []
    told = f"{name}: {_tell_names(joined_names)}, for they are the same grade by their names"
    return table, [f"{told}; list all grades in school order if they are not"]


def _join_units(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Give a unit one name where its rows differ in case, width or blanks only, and say so.

    Not where two spellings have the same grade in the same year, for they are two units then.
    """
    joined_names: list[list[str]] = []
    for names in _group_names(table["unit"], lambda unit: fold_name(str(unit))):
        rows = table["unit"].isin(names)
        joined = table.loc[rows, KEYS].assign(unit=names[0])
        if not joined.duplicated(KEYS).any():
            table = table.assign(unit=table["unit"].mask(rows, names[0]))
            joined_names.append(names)
    if not joined_names:
        return table, []
    return table, [f"{name}: {_tell_names(joined_names)}, for they are the same unit"]


def _tell_names(groups: list[list[str]], most: int = 5) -> str:
    """Say which names are read as which: "1 read as 一年级, 2 as 二年级"."""
    pairs = [f"{', '.join(names[1:])} as {names[0]}" for names in groups]
    more = f" and {len(pairs) - most} more" if len(pairs) > most else ""
    return "read " + "; ".join(pairs[:most]) + more


def fold_name(text: str) -> str:
    """Return a name without what spelling varies: width, case and blanks.

    >>> fold_name("一小（东）") == fold_name("一小 (东)")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _group_names(
    column: pd.Series[str], fold: Callable[[Hashable], Hashable | None]
) -> list[list[str]]:
    """Names that fold to the same, where there are several: the most frequent first."""
    counts = column.value_counts(sort=False).sort_index(key=lambda names: names.astype(str))
    counts = counts.sort_values(ascending=False, kind="stable")
    groups: dict[Hashable, list[str]] = {}
    for text in counts.index:
        key = fold(text)
        if key is not None:
            groups.setdefault(key, []).append(str(text))
    return [names for names in groups.values() if len(names) > 1]
