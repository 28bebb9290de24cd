"""Rolls: pupils on record by unit, grade and year, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pandas as pd

from seatplan.demand.grade_names import find_ungraded, sort_grades
from seatplan.demand.roll_files import (
    complete_columns,
    find_sums,
    leave_out_totals,
    lengthen,
    read_autumns,
    read_counts,
    tell_odd,
)
from seatplan.demand.roll_sheets import read_table
from seatplan.district.tables import YEARS
from seatplan.errors import InputError

KEYS = ["unit", "grade", "year"]
LONGEST = 60  # years between a row and the middle of a history: more is a slip of the year
MOST_PUPILS = 1_000_000  # in a grade of a unit; the largest units are districts and authorities
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


@dataclass(frozen=True)
class Rolls:
    """Pupils on record, and the places that each unit lies in.

    Parameters
    ----------
    pupils
        Pupils in autumn, float, index (`unit`, `grade`, `year`). A row that is missing between two
        years that have one is a count nobody knows; else the grade is not taught there.
    parents
        Index `unit`; one text column for each level above it, finest first (such as district,
        county). No column is needed: every unit then lies under the whole only.
    grades
        Grade codes in school order. Pupils of a grade move on to the next one of the list.
    ungraded
        Codes of `grades` that nobody moves to or from (such as "sp").
    feeders
        Columns unit, feeder, share: the part of the feeder's leavers who go to the unit, where
        this is known. Without it, entrants follow the unit's share of its parent's cohort.
    below
        Cells that are taught but not told: the number that their pupils lie below; same index.
    notes
        What was read in a way that a planner should know, one sentence each.
    """

    pupils: pd.Series[float]
    parents: pd.DataFrame
    grades: tuple[str, ...]
    ungraded: tuple[str, ...] = ()
    feeders: pd.DataFrame | None = None
    below: pd.Series[float] | None = None
    notes: tuple[str, ...] = ()

    @property
    def years(self) -> list[int]:
        """First to last year on record, without holes."""
        parts = [cells for cells in (self.pupils, self.below) if cells is not None and len(cells)]
        years = [cells.index.get_level_values("year") for cells in parts]
        first, last = min(each.min() for each in years), max(each.max() for each in years)
        return list(range(int(first), int(last) + 1))

    @property
    def units(self) -> pd.Index[str]:
        """The ids of the units, in order."""
        return self.parents.index

    def until(self, year: int) -> Rolls:
        """Return what was on record in the autumn of `year`."""
        below = self.below
        if below is not None:
            below = below[below.index.get_level_values("year") <= year]
        known = self.pupils[self.pupils.index.get_level_values("year") <= year]
        return replace(self, pupils=known, below=below)

    def of(self, units: Sequence[str]) -> Rolls:
        """Return the rolls of some units only."""
        kept = self.pupils[self.pupils.index.get_level_values("unit").isin(units)]
        below = self.below
        if below is not None:
            below = below[below.index.get_level_values("unit").isin(units)]
        parents = self.parents[self.parents.index.isin(units)]
        return replace(self, pupils=kept, parents=parents, below=below)

    def __repr__(self) -> str:
        """Say how much is on record."""
        years = self.years
        return f"Rolls({len(self.units)} units, {len(self.grades)} grades, {years[0]}-{years[-1]})"


def read_rolls(
    path: Path | str,
    *,
    units: Path | str | None = None,
    parents: Sequence[str] | None = None,
    grades: Sequence[str] | None = None,
    renamed: Mapping[str, str] | None = None,
    feeders: Path | str | None = None,
) -> Rolls:
    """Read rolls from a CSV file or an Excel workbook.

    Parameters
    ----------
    path
        A table with the columns unit, year, grade, pupils, and any number of parents; Chinese
        headings do as well (学校, 年份, 年级, 人数). A wide table has a column for each grade, each
        year, or each year above its grades; a workbook may have a sheet for each year. "<10" and
        "*" are counts that are not told. Titles and totals are left out, and `notes` says so.
    units
        A table whose first column is the unit, or one of its parents, and whose other columns are
        further parents (columns that end in _name are left out).
    parents
        The columns that are parents, finest first. Without it, every further column is.
    grades
        Grade codes in school order; needed where the codes do not say it (K, 1, 2; k1, g1, Y1; R;
        大班, 一年级).
    renamed
        Old id of a unit -> the id that it has now.
    feeders
        A table unit, feeder, [share]: which schools' leavers enter a unit. Without shares, the
        units that a feeder sends to have equal parts.

    Raises
    ------
    InputError
        One sentence for each fault.
    """
    name = Path(path).name
    table, told = read_table(Path(path))
    table, totals = leave_out_totals(table, name)
    table, done = complete_columns(lengthen(table, name), name)
    if missing := [column for column in [*KEYS, "pupils"] if column not in table]:
        found = ", ".join(map(str, table))
        raise InputError(f"{name}: column {', '.join(missing)} is missing; found {found}")
    table = _rename_units(table, renamed or {}, name)
    if units is not None:
        table = _join_units(table, read_table(Path(units))[0], Path(units).name)
    rolls = build_rolls(table, parents=parents, grades=grades, name=name)
    if sums := find_sums(rolls.pupils):
        totals.append(f"{name}: {', '.join(sums)} is the sum of all other units; it is left out")
        rolls = rolls.of([unit for unit in rolls.units if unit not in sums])
    rolls = replace(rolls, notes=(*told, *totals, *done, *rolls.notes))
    if feeders is None:
        return rolls
    links = read_table(Path(feeders))[0]
    return replace(rolls, feeders=build_feeders(links, Path(feeders).name))


def build_rolls(
    table: pd.DataFrame,
    *,
    parents: Sequence[str] | None = None,
    grades: Sequence[str] | None = None,
    name: str = "rolls",
) -> Rolls:
    """Check a tidy table (unit, grade, year, pupils, parents) and make it `Rolls`."""
    counts, limits, notes = read_counts(table["pupils"], name)
    table = table.assign(pupils=counts, below=limits, year=read_autumns(table["year"]))
    order = list(grades) if grades else sort_grades([*table["grade"].dropna().unique()], name)
    above = list(parents) if parents is not None else _find_parents(table, notes, name)
    _check_table(table, order, above, name)
    notes += tell_odd(table, above, name)
    latest = table.sort_values("year").groupby("unit").last()[above]
    _check_nesting(latest, name)
    pupils, below = (_index_cells(table, column, order) for column in ("pupils", "below"))
    present = set(table.dropna(subset=["pupils"])["grade"]) | set(below.index.unique("grade"))
    kept = tuple(code for code in order if code in present)
    ungraded = find_ungraded(kept, stated=grades is not None)
    if ungraded:
        notes.append(
            f"{name}: nobody moves to or from {', '.join(ungraded)}, for the place of such a grade "
            "is not known; list all grades in school order if pupils do"
        )
    hidden = None if below.empty else below
    return Rolls(pupils, latest, kept, ungraded, None, hidden, tuple(notes))


def _index_cells(table: pd.DataFrame, column: str, order: list[str]) -> pd.Series[float]:
    """One column as a Series by unit, grade and year, in school order, without empty cells."""
    table = table.dropna(subset=[column])
    grade = pd.Categorical(table["grade"], categories=order, ordered=True)
    return (
        table.assign(grade=grade, year=table["year"].astype(int))
        .sort_values(KEYS)
        .assign(grade=lambda rows: rows["grade"].astype(str))
        .set_index(KEYS)[column]
        .astype(float)
        .rename("pupils")
    )


def build_feeders(table: pd.DataFrame, name: str = "feeders") -> pd.DataFrame:
    """Check a table of feeders (unit, feeder, [share]); equal shares where none are given."""
    if missing := [column for column in ("unit", "feeder") if column not in table]:
        raise InputError(f"{name}: column {', '.join(missing)} is missing")
    if "share" not in table:
        return table.assign(share=1.0 / table.groupby("feeder")["unit"].transform("size"))
    share = pd.to_numeric(table["share"], errors="coerce")
    if not share.between(0, 1).all():
        raise InputError(
            f"{name}: share must be from 0 to 1; got {table['share'][~share.between(0, 1)].iloc[0]}"
        )
    sums = share.groupby(table["feeder"]).sum()
    if (sums > 1 + 1e-6).any():
        raise InputError(
            f"{name}: the shares of {sums.idxmax()} sum to {sums.max():.2f}; at most 1"
        )
    return table.assign(share=share)


def _join_units(table: pd.DataFrame, places: pd.DataFrame, name: str) -> pd.DataFrame:
    places = places[[column for column in places if not str(column).endswith("_name")]]
    key = str(places.columns[0])
    target = key if key in table else "unit"
    known = places.drop_duplicates(key)
    if lost := sorted(set(table[target]) - set(known[key])):
        raise InputError(f"{name}: no row for {target} {', '.join(lost[:5])}; add {len(lost)} rows")
    known = known.rename(columns={key: target})
    return table.merge(known, on=target, how="left").set_axis(table.index)


def _rename_units(table: pd.DataFrame, renamed: Mapping[str, str], name: str) -> pd.DataFrame:
    """Call units by the ids that they have now."""
    if lost := sorted(set(renamed) - set(table["unit"])):
        raise InputError(f"{name}: no unit {', '.join(lost)} to rename")
    return table.assign(unit=table["unit"].replace(dict(renamed)))


def _find_parents(table: pd.DataFrame, notes: list[str], name: str) -> list[str]:
    """Further columns, finest first; columns of counts are left out, and `notes` says so."""
    columns = [str(column) for column in table if column != "below"]
    found = [
        column for column in columns if column not in NOT_PARENTS and not column.endswith("_name")
    ]
    counts = [column for column in found if _holds_counts(table, column)]
    if counts:
        notes.append(
            f"{name}: {', '.join(counts)} holds numbers that change within a unit, so it is no "
            "place that units lie in; it is left out (name the places with parents= or --parents)"
        )
    places = [column for column in found if column not in counts]
    return sorted(places, key=lambda column: -table[column].nunique())


def _holds_counts(table: pd.DataFrame, column: str) -> bool:
    """Whether a column holds numbers that differ within most units, as counts do."""
    numbers = pd.to_numeric(table[column], errors="coerce")
    if (numbers.isna() & table[column].notna()).any():
        return False
    several = numbers.groupby(table["unit"]).nunique() > 1
    return bool(several.mean() > 0.5 or (numbers % 1 != 0).mean() > 0.5)


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


def _check_table(table: pd.DataFrame, order: list[str], above: list[str], name: str) -> None:
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
            f"({int(twice.sum())} rows are repeated)"
        )
    if unknown := sorted(set(table["grade"].dropna()) - set(order)):
        problems.append(f"{name}: grades {', '.join(unknown)} are not in grades={','.join(order)}")
    problems += [f"{name}: parent column {column} is missing" for column in set(above) - {*table}]
    problems += [
        f"{name}: column {column} is empty in some rows; every unit needs its {column}"
        for column in above
        if column in table and table[column].isna().any()
    ]
    if not problems and not (table["pupils"].notna() | table["below"].notna()).any():
        problems.append(f"{name}: no pupils on record")
    if problems:
        raise InputError(problems)


def _check_nesting(parents: pd.DataFrame, name: str) -> None:
    columns = [str(column) for column in parents]
    for fine, coarse in pairwise(columns):
        split = parents.groupby(fine)[coarse].nunique()
        if (split > 1).any():
            place = split.index[split > 1][0]
            raise InputError(
                f"{name}: {fine} {place} lies in several {coarse}; name the parents, finest first"
            )
