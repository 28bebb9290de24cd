"""Checks of a table of rolls: every fault told at once, and what its further columns are."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pandas as pd

from seatplan.district.grade_names import grade_rank
from seatplan.district.tables import YEARS
from seatplan.errors import InputError

KEYS = ["unit", "grade", "year"]
LONGEST = 60  # years between a row and the middle of a history: more is a slip of the year
MOST_PUPILS = 1_000_000  # in a grade of a unit; the largest units are districts and authorities
MOST_MOVES = 3  # values of a place within a unit beyond which they may be remarks
LEAST_CODE = 1000  # a number that all rows share is the code of a place from here on
COUNTED = {"男生", "女生", "男", "女", "boys", "girls", "male", "female", "序号"}
NOT_PARENTS = {
    *COUNTED,
    *KEYS,
    "pupils",
    "classes",
    "class",
    "stage",
    "name",
    "provenance",
    "source",
    "note",
}


def find_exchanged(table: pd.DataFrame, name: str) -> list[str]:
    """Sentences where the values of one column are those of another, or name cohorts."""
    grades, units = (table[key].dropna().astype(str).unique() for key in ("grade", "unit"))
    years = [code for code in grades if re.fullmatch(r"(19|20)\d\d[级届]?", code)]
    if len(grades) and len(years) == len(grades):
        return [
            f"{name}: grade holds years ({years[0]}); want the grade that each row is of (K, 1, "
            "一年级): are two columns exchanged, or is it the year in which a cohort entered?"
        ]
    known = [[grade_rank(text) is not None for text in texts] for texts in (grades, units)]
    if not any(known[0]) and len(units) > 1 and all(known[1]):
        return [f"{name}: unit holds grades ({units[0]}); are unit and grade exchanged?"]
    return []


def leave_out_zeros(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Take a year whose counts are all 0, where others have pupils, as one without counts."""
    counts = pd.to_numeric(table["pupils"], errors="coerce")
    sums = counts.groupby(table["year"]).agg(["sum", "count"])
    zero = sums.index[(sums["sum"] == 0) & (sums["count"] > 0)]
    if zero.empty or not (sums["sum"] > 0).any():
        return table, []
    told = f"{name}: all counts of {', '.join(map(str, zero))} are 0; they are read as not counted"
    return table.assign(pupils=table["pupils"].mask(table["year"].isin(zero))), [told]


def find_parents(table: pd.DataFrame, notes: list[str], name: str) -> list[str]:
    """Further columns, finest first; columns of counts are left out, and `notes` says so."""
    columns = [str(column) for column in table.dropna(axis=1, how="all") if column != "below"]
    found = [
        column for column in columns if column not in NOT_PARENTS and not column.endswith("_name")
    ]
    if changing := [column for column in found if _changes(table, column)]:
        notes.append(
            f"{name}: {', '.join(changing)} changes from row to row within a unit, so it is no "
            "place that units lie in; it is left out (name the places with parents= or --parents)"
        )
        found = [column for column in found if column not in changing]
    counts = [column for column in found if _holds_counts(table, column)]
    if counts:
        notes.append(
            f"{name}: {', '.join(counts)} holds numbers that change within a unit, or one for all, "
            "so it is no place that units lie in; it is left out (name the places with parents= or "
            "--parents)"
        )
    places = [column for column in found if column not in counts]
    return sorted(places, key=lambda column: -table[column].nunique())


def _changes(table: pd.DataFrame, column: str) -> bool:
    """Whether a column of words has many values within most units, as remarks have."""
    if pd.to_numeric(table[column], errors="coerce").notna().all():
        return False
    each = table.groupby("unit")[column].agg(["nunique", "count"])
    many = (each["nunique"] > MOST_MOVES) & (each["nunique"] > each["count"] / 4)
    return bool(many.mean() > 0.5)


def _holds_counts(table: pd.DataFrame, column: str) -> bool:
    """Whether a column holds numbers that differ within most units, as counts do."""
    numbers = pd.to_numeric(table[column], errors="coerce")
    if (numbers.isna() & table[column].notna()).any():
        return False
    several = numbers.groupby(table["unit"]).nunique() > 1
    alike = table["unit"].nunique() > 1 and numbers.nunique() == 1 and numbers.max() < LEAST_CODE
    return bool(several.mean() > 0.5 or (numbers % 1 != 0).mean() > 0.5 or alike)


def _list_words(table: pd.DataFrame, name: str) -> list[str]:
    """List the first three words of a kind that stand where a number should."""
    wants = {"year": "want 2012, 2012-13 or 2012学年", "pupils": "want a number, <10, * or nothing"}
    return [
        f"{name}: {_name_row(place)}{column} {value!r}; {want}"
        for column, want in wants.items()
        if not pd.api.types.is_numeric_dtype(table[column])
        for place, value in table.loc[pd.to_numeric(table[column], errors="coerce").isna(), column]
        .dropna()
        .drop_duplicates()
        .head(3)
        .items()
    ]


def _name_row(place: object) -> str:
    """Return "row 7: " where a table knows the rows of its file."""
    return f"{place}: " if isinstance(place, str) else ""


def _list_absurd(table: pd.DataFrame, name: str) -> list[str]:
    """List the first row of each kind of number that no roll has."""
    first, last = YEARS
    absurd = {
        "pupils below 0": table["pupils"] < 0,
        f"pupils above {MOST_PUPILS:,}": table["pupils"] > MOST_PUPILS,
        f"want a year from {first} to {last}": ~table["year"].between(first, last)
        & table["year"].notna(),
        f"want years that follow one another; the others lie over {LONGEST} years away": (
            (table["year"] - table["year"].median()).abs() > LONGEST
        ),
    }
    return [
        f"{name}: {_name_row(place)}{row['unit']} {row['grade']} {row['year']}: {told}"
        for told, wrong in absurd.items()
        for place, row in table[wrong].head(1).iterrows()
    ]


def check_table(table: pd.DataFrame, order: list[str], above: list[str], name: str) -> None:
    """Raise every fault of a tidy table of rolls together, a sentence each."""
    problems = _list_words(table, name)
    if not problems:
        problems += _list_absurd(table, name)
    problems += [
        f"{name}: {_name_row(place)}no {column}; fill it in or remove the row"
        for column in KEYS
        for place in table.index[table[column].isna()][:1]
    ]
    if (twice := table.duplicated(KEYS) & table[KEYS].notna().all(axis=1)).any():
        row = table[twice].iloc[0]
        problems.append(
            f"{name}: {row['unit']} {row['grade']} {row['year']} stands twice; keep one row of it "
            f"({int(twice.sum())} rows are repeated)" + _tell_namesakes(table, row, above)
        )
    if repeated := sorted({code for code in order if order.count(code) > 1}):
        problems.append(f"{name}: grades= has {', '.join(repeated)} twice; want each once")
    if unknown := sorted(set(table["grade"].dropna()) - set(order)):
        problems.append(f"{name}: grades {', '.join(unknown)} are not in grades={','.join(order)}")
    problems += [f"{name}: parent column {column} is missing" for column in set(above) - {*table}]
    problems += [
        f"{name}: column {column} is empty in some rows; every unit needs its {column} "
        f"(such as {table.loc[table[column].isna(), 'unit'].iloc[0]})"
        for column in above
        if column in table and table[column].isna().any()
    ]
    if not problems and not ((table["pupils"] > 0) | table["below"].notna()).any():
        problems.append(f"{name}: no pupils on record")
    if problems:
        raise InputError(problems)


def _tell_namesakes(table: pd.DataFrame, row: pd.Series[Any], above: list[str]) -> str:
    """Say that rows which stand twice lie in several places, where they do: two units of a name."""
    same = table[(table[KEYS] == row[KEYS]).all(axis=1)]
    for column in [column for column in above if column in table]:
        places = same[column].dropna().unique()
        if len(places) > 1:
            return (
                f"; it lies in {' and '.join(map(str, places[:2]))}: two units of one name want an "
                "id each"
            )
    return ""


def check_nesting(parents: pd.DataFrame, name: str) -> None:
    """Raise where a place lies in several places of the level above it."""
    columns = [str(column) for column in parents]
    for fine, coarse in pairwise(columns):
        split = parents.groupby(fine)[coarse].nunique()
        if (split > 1).any():
            place = split.index[split > 1][0]
            raise InputError(
                f"{name}: {fine} {place} lies in several {coarse}; name the parents, finest first"
            )
