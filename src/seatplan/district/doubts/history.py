"""Rolls of a year against those before and after: jumps, exchanged grades, gaps and renames."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatplan.district.doubts.thresholds import THRESHOLDS, is_odd, list_positions
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding

Cube = NDArray[np.float64]  # school x grade x year, 0 where nobody is on record
ROLLS = "rolls.csv"
ALIKE = 0.1  # share by which the roll of a school may change as it changes its name


def list_rolls(draft: Draft) -> pd.DataFrame:
    """Return school, grade, year, pupils and the row in rolls.csv (NA in the base year)."""
    past = draft.tables[ROLLS][["school", "grade", "year", "pupils"]]
    past = past.assign(row=past.index)[past.year < draft.base_year]
    table = draft.tables["schools.geojson"]
    now = table.melt(
        id_vars="id", value_vars=[f"roll_{code}" for code in draft.standards.grades]
    ).dropna(subset="value")
    now = pd.DataFrame(
        {
            "school": now.id,
            "grade": now.variable.str.removeprefix("roll_"),
            "year": draft.base_year,
            "pupils": now.value.astype(float),
            "row": pd.NA,
        }
    )
    return pd.concat([past, now[now.pupils > 0]], ignore_index=True)


def doubt_history(draft: Draft) -> Iterator[Finding]:
    """Yield what the rolls of past years say against each other and against the base year."""
    if not draft.has(ROLLS) or draft.tables[ROLLS].empty:
        return
    rolls = list_rolls(draft)
    yield from _doubt_years(rolls)
    yield from _doubt_cells(draft, rolls)
    yield from _doubt_gaps(rolls)
    yield from _doubt_exchanges(draft, rolls)
    yield from _doubt_names(rolls)


def _doubt_years(rolls: pd.DataFrame) -> Iterator[Finding]:
    """Yield years that are missing, that leap, or that are the year before, copied."""
    schools = rolls.groupby("year").school.nunique()
    years = schools.index.astype(int)
    for year in sorted(set(range(years[0], years[-1])) - set(years)):
        sentence = f"{ROLLS}: no row of {year}; want every year from {years[0]} to {years[-1]}"
        yield Finding("year without rolls", "doubtful", sentence)
    for before, year in pairwise(years):
        taught = [set(rolls.grade[rolls.year == each]) for each in (before, year)]
        both = rolls[rolls.grade.isin(taught[0] & taught[1])].groupby("year").pupils.sum()
        one, other = both.get(before, 0.0), both.get(year, 0.0)
        if is_odd("year over year", other, one):
            sentence = (
                f"{ROLLS}: {one:,.0f} pupils in {before} ({schools[before]} schools), {other:,.0f} "
                f"in {year} ({schools[year]}); want the rolls of every school in each year"
            )
            yield Finding("year that leaps", "doubtful", sentence, abs(one - other))
        one, other = (
            rolls[rolls.year == each].set_index(["school", "grade"]).pupils.sort_index()
            for each in (before, year)
        )
        if len(one) >= 12 and one.nunique() > 5 and one.equals(other):
            sentence = f"{ROLLS}: every roll of {year} is that of {before}; want those of the year"
            yield Finding("year copied", "doubtful", sentence)


def _doubt_cells(draft: Draft, rolls: pd.DataFrame) -> Iterator[Finding]:
    """Yield a grade of a school in a year, far from what it has in its other years."""
    rows = draft.rows[ROLLS]
    wide = rolls.pivot_table(index=["school", "grade"], columns="year", values="pupils")
    values = wide.to_numpy(float)
    if values.shape[1] < 3:
        return
    for place, year in enumerate(wide.columns):
        others = np.delete(values, place, axis=1)
        known = np.isfinite(others).sum(axis=1) >= 2
        middle = np.full(len(values), np.nan)
        middle[known] = np.nanmedian(others[known], axis=1)
        odd = is_odd("roll over other years", values[:, place], middle)
        for school, grade in wide.index[odd & known]:
            own = rolls[(rolls.school == school) & (rolls.grade == grade) & (rolls.year == year)]
            row, found = own["row"].iloc[0], own.pupils.iloc[0]
            median = middle[wide.index.get_loc((school, grade))]
            want = f"about {median:,.0f} in its other years; want pupils of {grade} in {year:.0f}"
            if pd.isna(row):
                sentence = f"schools.geojson: {school}, roll_{grade}: {found:,.0f}; {want}"
            else:
                sentence = rows.fault(row, "pupils", want)
            yield Finding("roll that jumps", "doubtful", sentence, abs(found - median))


def _doubt_gaps(rolls: pd.DataFrame) -> Iterator[Finding]:
    """Yield schools that miss a year between two on record."""
    known = set(rolls.year.astype(int))
    for school, years in rolls.groupby("school").year:
        own = set(years.astype(int))
        missing = sorted(year for year in known - own if min(own) < year < max(own))
        if missing:
            told = ", ".join(map(str, missing))
            sentence = f"{ROLLS}: {school} has no row of {told}, between years that it has"
            yield Finding("school misses a year", "doubtful", f"{sentence}; want its rolls")


def _doubt_exchanges(draft: Draft, rolls: pd.DataFrame) -> Iterator[Finding]:
    """Yield grades whose pupils fit those who moved up only when exchanged for each other.

    The pupils of a grade are those of the grade below a year before; where a year's two grades are
    off by the threshold together, and by a fifth of that when exchanged, they were.
    """
    grades = draft.standards.grades
    cube = rolls.pivot_table(index=["school", "year"], columns="grade", values="pupils")
    cube = cube.reindex(columns=grades)
    sums = cube.groupby("year").sum(min_count=1)
    whole = pd.concat({"all schools": sums}, names=["school"])
    for table in (cube, whole):
        before = table.rename(index=lambda year: year + 1, level="year")
        yield from _find_exchanges(table, before.reindex(table.index).shift(1, axis=1), "moved up")
    usual = cube.groupby("school").transform("median")
    steady = (cube - usual).abs().groupby("school").transform("median") <= ALIKE * usual
    yield from _find_exchanges(cube, usual.where(steady), "are usual")


def _find_exchanges(table: pd.DataFrame, due: pd.DataFrame, why: str) -> Iterator[Finding]:
    """Yield two grades off those due (`why`: for what reason) that fit when exchanged."""
    rule, grades = THRESHOLDS["exchanged grades"], [str(grade) for grade in table]
    moved = due.to_numpy(float)
    now = table.to_numpy(float)
    for one in range(1, len(grades)):
        for other in range(one + 1, min(one + 3, len(grades))):
            off = np.abs(now[:, one] - moved[:, one]) + np.abs(now[:, other] - moved[:, other])
            turned = np.abs(now[:, other] - moved[:, one]) + np.abs(now[:, one] - moved[:, other])
            size = moved[:, one] + moved[:, other]
            odd = (off > rule.most * size) & (off > rule.floor) & (turned < off / 5)
            for place in list_positions(odd):
                school, year = table.index[place]
                sentence = (
                    f"{ROLLS}: {school}, {year:.0f}: {grades[one]} has {now[place, one]:,.0f} and "
                    f"{grades[other]} {now[place, other]:,.0f}, where {moved[place, one]:,.0f} and "
                    f"{moved[place, other]:,.0f} {why}; want them exchanged"
                )
                yield Finding("exchanged grades", "doubtful", sentence, float(off[place]))


def _doubt_names(rolls: pd.DataFrame) -> Iterator[Finding]:
    """Yield a school that ends where another of its size and grades begins: a new name."""
    sums = rolls.groupby(["school", "year"]).pupils.sum().unstack("year")
    names = [str(school) for school in sums.index]
    pupils = sums.to_numpy(float)
    there = np.isfinite(pupils)
    years = sums.columns.astype(int)
    first = there.argmax(axis=1)
    last = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    taught = rolls.groupby("school").grade.agg(frozenset).reindex(sums.index)
    ended = [place for place in range(len(sums)) if last[place] < there.shape[1] - 1]
    for place in ended:
        gone = pupils[place, last[place]]
        for new in list_positions(first == last[place] + 1):
            come = pupils[new, first[new]]
            if abs(come - gone) <= ALIKE * gone and taught.iloc[new] == taught.iloc[place]:
                sentence = (
                    f"{ROLLS}: {names[place]} ends in {years[last[place]]} with {gone:,.0f} "
                    f"pupils, {names[new]} begins the next year with {come:,.0f}; want one id "
                    "for one school"
                )
                yield Finding("school renamed", "doubtful", sentence, gone)
