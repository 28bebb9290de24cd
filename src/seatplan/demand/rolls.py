"""Rolls: pupils on record by unit, grade and year, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from seatplan.demand.roll_checks import (
    check_nesting,
    check_table,
    find_exchanged,
    find_parents,
    leave_out_zeros,
)
from seatplan.demand.roll_files import (
    choose_parts,
    complete_columns,
    lengthen,
    read_autumns,
    read_counts,
    tell_odd,
)
from seatplan.demand.roll_links import build_feeders, join_units, tell_feeders
from seatplan.demand.roll_names import join_spellings
from seatplan.demand.roll_sheets import read_table
from seatplan.demand.roll_totals import leave_out_sums, leave_out_totals
from seatplan.district.grade_names import find_ungraded, sort_grades
from seatplan.errors import InputError

KEYS = ["unit", "grade", "year"]


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
    table, parts = choose_parts(table, name)
    table, totals = leave_out_totals(table, name)
    table, done = complete_columns(lengthen(table, name), name)
    if missing := [column for column in [*KEYS, "pupils"] if column not in table]:
        found = ", ".join(map(str, table))
        raise InputError(f"{name}: column {', '.join(missing)} is missing; found {found}")
    if exchanged := find_exchanged(table, name):
        raise InputError(exchanged)
    table, joined = join_spellings(table, name, grades=not grades)
    table = _rename_units(table, renamed or {}, name)
    table, sums = leave_out_sums(table, name)
    if units is not None:
        table = join_units(table, read_table(Path(units))[0], Path(units).name)
    rolls = build_rolls(table, parents=parents, grades=grades, name=name)
    rolls = replace(rolls, notes=(*told, *parts, *totals, *done, *joined, *sums, *rolls.notes))
    if feeders is None:
        return rolls
    links = build_feeders(read_table(Path(feeders))[0], Path(feeders).name)
    idle = tell_feeders(links, rolls.pupils, rolls.grades, Path(feeders).name)
    return replace(rolls, feeders=links, notes=(*rolls.notes, *idle))


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
    table, empty = leave_out_zeros(table, name)
    order = list(grades) if grades else sort_grades([*table["grade"].dropna().unique()], name)
    above = list(parents) if parents is not None else find_parents(table, notes, name)
    check_table(table, order, above, name)
    notes += empty
    notes += tell_odd(table, above, name)
    latest = table.sort_values("year").groupby("unit").last()[above]
    check_nesting(latest, name)
    pupils, below = (_index_cells(table, column, order) for column in ("pupils", "below"))
    present = set(table.dropna(subset=["pupils"])["grade"]) | set(below.index.unique("grade"))
    kept = tuple(code for code in order if code in present)
    if lost := [code for code in order if code not in present]:
        notes.append(f"{name}: no counts of {', '.join(lost)} in any year; left out")
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


def _rename_units(table: pd.DataFrame, renamed: Mapping[str, str], name: str) -> pd.DataFrame:
    """Call units by the ids that they have now."""
    if lost := sorted(set(renamed) - set(table["unit"])):
        raise InputError(f"{name}: no unit {', '.join(lost)} to rename")
    return table.assign(unit=table["unit"].replace(dict(renamed)))
