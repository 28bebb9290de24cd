"""Totals in tables of rolls: rows and columns that sum others, by their name or by their counts."""

from __future__ import annotations

import pandas as pd

from seatplan.district.grade_names import grade_rank
from seatplan.district.rows import is_total

LEAST_CELLS, LEAST_APART = 6, 0.01  # of a unit that is the sum of others
FEWEST_PARTS = 2  # units of a place, the sum among them, that must be exceeded to tell a sum
KEYS = ["unit", "grade", "year"]


def leave_out_totals(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a table without rows and columns of totals, and sentences that say which they are."""
    told = []
    for key in [column for column in ("unit", "name", "grade") if column in table]:
        totals = table[key].map(is_total)
        if totals.any() and not totals.all():
            words = _list_words(table.loc[totals, key])
            count = f"{totals.sum()} row{'s' if totals.sum() > 1 else ''}"
            told.append(f"{name}: {count} of {words} read as totals, and left out")
            table = table[~totals]
    columns = [column for column in map(str, table) if is_total(column)]
    wide = [column for column in map(str, table) if grade_rank(column) is not None]
    if len(columns) == 1 and {"grade", "year"} <= set(table) and "pupils" not in table:
        told.append(f"{name}: column {columns[0]} is read as the pupils")
        return table.rename(columns={columns[0]: "pupils"}), told
    if "pupils" in table and "grade" not in table and len(wide) > 1:
        columns.append("pupils")
    elif "pupils" in table:
        return table, told
    if columns:
        told.append(f"{name}: column {', '.join(columns)} is read as a total, and left out")
    return table.drop(columns=columns), told


def _list_words(values: pd.Series[str], most: int = 5) -> str:
    """List distinct values as they stand, the first few and how many more."""
    words = list(dict.fromkeys(values.astype(str).str.strip()))
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def leave_out_sums(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a long table without units and grades whose counts are the sum of others.

    A unit that in every cell is the sum of all other units, or of those of its place (its
    township); a grade without a known place that is the sum of all other grades.
    """
    if not {*KEYS, "pupils"} <= set(table) or table.duplicated(KEYS).any():
        return table, []
    rows = table.assign(count=pd.to_numeric(table["pupils"], errors="coerce").astype(float))
    unknown = {code for code in table["grade"].unique() if grade_rank(str(code)) is None}
    sums = _find_sums(rows, "grade", ["unit", "year"]) if unknown else []
    found = {"grade": [code for code in sums if code in unknown], "unit": list[str]()}
    for column in [column for column in map(str, table) if table[column].nunique() > 1]:
        if column not in (*KEYS, "pupils", "name"):
            found["unit"] += _find_sums(rows, "unit", [column, "grade", "year"])
    left = rows[~rows["unit"].isin(found["unit"])]
    found["unit"] += _find_sums(left, "unit", ["grade", "year"])
    told = []
    for key, sums in found.items():
        if sums := sorted(set(sums)):
            words = _list_words(pd.Series(sums))
            told.append(
                f"{name}: {words} {'are sums' if len(sums) > 1 else 'is the sum'} of other {key}s; "
                "left out"
            )
            table = table[~table[key].isin(sums)]
    return table, told


def _find_sums(rows: pd.DataFrame, key: str, within: list[str]) -> list[str]:
    """Units (or grades, by `key`) that in every cell are the sum of the others `within` it."""
    count = rows["count"]
    total = count.groupby([rows[column] for column in within]).transform("sum")
    same = ((2 * count - total).abs() < LEAST_APART) | count.isna()
    several = rows.groupby(within[0])[key].transform("nunique") > FEWEST_PARTS
    each = rows.assign(same=same & several).groupby(key)
    sums = each["same"].all() & (each["count"].count() >= LEAST_CELLS) & (each["count"].sum() > 0)
    return [str(name) for name in sums.index[sums]]
