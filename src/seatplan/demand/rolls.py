"""Rolls: pupils on record by unit, grade and year, read and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pandas as pd

from seatplan.errors import InputError

KEYS = ["unit", "grade", "year"]
NOT_PARENTS = {*KEYS, "pupils", "classes", "name", "provenance", "source", "note"}


@dataclass(frozen=True)
class Rolls:
    """Pupils on record, and the places that each unit lies in.

    Parameters
    ----------
    pupils
        Pupils in autumn, float, index (`unit`, `grade`, `year`); a missing row means that the
        grade is not taught there. Grades stand in school order.
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
    """

    pupils: pd.Series[float]
    parents: pd.DataFrame
    grades: tuple[str, ...]
    ungraded: tuple[str, ...] = ()
    feeders: pd.DataFrame | None = None

    @property
    def years(self) -> list[int]:
        """First to last year on record, without holes."""
        years = self.pupils.index.get_level_values("year")
        return list(range(int(years.min()), int(years.max()) + 1))

    @property
    def units(self) -> pd.Index[str]:
        """The ids of the units, in order."""
        return self.parents.index

    def until(self, year: int) -> Rolls:
        """Return what was on record in the autumn of `year`."""
        known = self.pupils[self.pupils.index.get_level_values("year") <= year]
        return replace(self, pupils=known)

    def of(self, units: Sequence[str]) -> Rolls:
        """Return the rolls of some units only."""
        kept = self.pupils[self.pupils.index.get_level_values("unit").isin(units)]
        return replace(self, pupils=kept, parents=self.parents[self.parents.index.isin(units)])

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
    feeders: Path | str | None = None,
) -> Rolls:
    """Read rolls from a CSV file or an Excel workbook.

    Parameters
    ----------
    path
        A table with the columns unit, year, grade, pupils, and any number of parents. `school`
        stands for `unit`.
    units
        A table whose first column is the unit, or one of its parents, and whose other columns are
        further parents (columns that end in _name are left out).
    parents
        The columns that are parents, finest first. Without it, every further column is.
    grades
        Grade codes in school order; needed where the codes do not say it (K, 1, 2; k1, g1, Y1).
    feeders
        A table unit, feeder, [share]: which schools' leavers enter a unit. Without shares, the
        units that a feeder sends to have equal parts.

    Raises
    ------
    InputError
        One sentence for each fault.
    """
    table = _read_table(Path(path)).rename(columns={"school": "unit"})
    if missing := [name for name in [*KEYS, "pupils"] if name not in table]:
        found = ", ".join(map(str, table))
        raise InputError(
            f"{Path(path).name}: column {', '.join(missing)} is missing; found {found}"
        )
    if units is not None:
        table = _join_units(table, _read_table(Path(units)), Path(units).name)
    rolls = build_rolls(table, parents=parents, grades=grades, name=Path(path).name)
    if feeders is None:
        return rolls
    return replace(rolls, feeders=build_feeders(_read_table(Path(feeders)), Path(feeders).name))


def build_rolls(
    table: pd.DataFrame,
    *,
    parents: Sequence[str] | None = None,
    grades: Sequence[str] | None = None,
    name: str = "rolls",
) -> Rolls:
    """Check a tidy table (unit, grade, year, pupils, parents) and make it `Rolls`."""
    table = table.assign(pupils=_numbers(table["pupils"]), year=_autumns(table["year"]))
    order = list(grades) if grades else sort_grades([*table["grade"].dropna().unique()], name)
    above = list(parents) if parents is not None else _find_parents(table)
    _check_table(table, order, above, name)
    table = table.dropna(subset=["pupils"])
    latest = table.sort_values("year").groupby("unit").last()[above]
    _check_nesting(latest, name)
    grade = pd.Categorical(table["grade"], categories=order, ordered=True)
    pupils = (
        table.assign(grade=grade, year=table["year"].astype(int), pupils=table["pupils"] * 1.0)
        .sort_values(KEYS)
        .assign(grade=lambda rows: rows["grade"].astype(str))
        .set_index(KEYS)["pupils"]
    )
    present = set(table["grade"])
    kept = tuple(code for code in order if code in present)
    return Rolls(pupils, latest, kept, tuple(code for code in kept if grade_rank(code) is None))


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


def grade_rank(code: str) -> int | None:
    """Years of schooling before grade 1 is 1: g1, 1, Y1 -> 1; K, k3 -> 0; k2, PK -> -1.

    None for a code that stands outside the order, such as "sp".

    >>> [grade_rank(code) for code in ["PK", "K", "k1", "k3", "1", "g10", "Year 7", "sp"]]
    [-1, 0, -2, 0, 1, 10, 7, None]
    """
    text = code.strip().lower().replace("grade", "g").replace("year", "y").replace(" ", "")
    if text in {"k", "kg", "kf", "kindergarten"}:
        return 0
    if text in {"pk", "prek", "pre-k"}:
        return -1
    if match := re.fullmatch(r"(pk|k)([1-4])", text):
        return int(match[2]) - (5 if match[1] == "pk" else 3)
    if match := re.fullmatch(r"[gy]?0*(\d{1,2})", text):
        return int(match[1])
    return None


def sort_grades(codes: Sequence[str], name: str = "rolls") -> list[str]:
    """Return grade codes in school order, those outside it last."""
    ranks = {str(code): grade_rank(str(code)) for code in codes}
    known = [code for code, rank in ranks.items() if rank is not None]
    if not known:
        raise InputError(
            f"{name}: the order of the grades {', '.join(sorted(ranks))} is not known; give grades="
        )
    return sorted(known, key=lambda code: (ranks[code] or 0, code)) + sorted(
        code for code, rank in ranks.items() if rank is None
    )


def _read_table(path: Path) -> pd.DataFrame:
    """Read every cell as text: ids such as 007 stay what they are."""
    if not path.exists():
        raise InputError(f"{path}: no such file")
    if path.suffix.lower() in {".xlsx", ".xls"}:
        table = pd.read_excel(path, dtype=str)
    else:
        try:
            table = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
        except UnicodeDecodeError:
            table = pd.read_csv(path, dtype=str, encoding="gb18030")
    return table.rename(columns=lambda column: str(column).strip())


def _join_units(table: pd.DataFrame, places: pd.DataFrame, name: str) -> pd.DataFrame:
    places = places[[column for column in places if not str(column).endswith("_name")]]
    key = str(places.columns[0])
    target = key if key in table else "unit"
    known = places.drop_duplicates(key)
    if lost := sorted(set(table[target]) - set(known[key])):
        raise InputError(f"{name}: no row for {target} {', '.join(lost[:5])}; add {len(lost)} rows")
    return table.merge(known.rename(columns={key: target}), on=target, how="left")


def _numbers(column: pd.Series) -> pd.Series:
    """Text to numbers; what is not a number stays text, so that it can be named."""
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers if not (numbers.isna() & column.notna()).any() else column


def _autumns(column: pd.Series) -> pd.Series:
    """Years; a school year such as 2012-13 or 2012/2013 is the autumn it starts in."""
    text = column.astype(str).str.strip()
    return _numbers(text.str.replace(r"^(\d{4})\s*[-/]\s*\d{2,4}$", r"\1", regex=True))


def _find_parents(table: pd.DataFrame) -> list[str]:
    """Further columns, finest first."""
    columns = [str(column) for column in table]
    found = [name for name in columns if name not in NOT_PARENTS and not name.endswith("_name")]
    return sorted(found, key=lambda column: -table[column].nunique())


def _check_table(table: pd.DataFrame, order: list[str], above: list[str], name: str) -> None:
    problems = [
        f"{name}: {column} {value!r} is not a number; give a number, or leave pupils empty"
        for column in ("year", "pupils")
        if not pd.api.types.is_numeric_dtype(table[column])
        for value in table.loc[pd.to_numeric(table[column], errors="coerce").isna(), column]
        .dropna()
        .unique()[:3]
    ]
    if not problems and (table["pupils"] < 0).any():
        row = table[table["pupils"] < 0].iloc[0]
        problems.append(f"{name}: {row['unit']} {row['grade']} {row['year']}: pupils below 0")
    if table[KEYS].isna().to_numpy().any():
        problems.append(f"{name}: a row has no unit, grade or year; fill it in or remove it")
    if (twice := table.duplicated(KEYS)).any():
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
    if not problems and not table["pupils"].notna().any():
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
