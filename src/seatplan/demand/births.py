"""Births: the children of age for the entry grade, and how far they say who enters it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatplan.demand.roll_files import read_autumns, read_counts
from seatplan.demand.roll_sheets import read_autumn, read_table
from seatplan.district.grade_names import grade_rank, plain_grade
from seatplan.district.rows import is_total
from seatplan.errors import InputError

Floats = NDArray[np.float64]

RECEPTION = ("r", "rec", "reception")  # of four-year-olds, a year younger than kindergarten's
SAME = 0.5  # part of a column that names places of a level, from which it is that level
FEWEST_AUTUMNS = 2  # on record whose entrants' births are known, for births to tell anything
LEAST_KNOWN = 0.5  # part of a cohort whose births must be known for the rest to be taken alike


@dataclass(frozen=True)
class Births:
    """Births by place and year, as a panel takes them.

    Parameters
    ----------
    depth
        Position of the panel's level whose places `counts` stands by.
    counts
        (place, year); NaN where not known.
    years
        Years of the last axis.
    weights
        Lag -> part of the births of so many years before in the cohort of an autumn.
    notes
        Places of the births that the rolls do not have, and the other way round, a sentence each.
    """

    depth: int
    counts: Floats
    years: tuple[int, ...]
    weights: Mapping[int, float]
    notes: tuple[str, ...] = ()

    def until(self, year: int) -> Births:
        """Return what was known in the autumn of `year`."""
        known = np.array(self.years) <= year
        return replace(self, counts=np.where(known, self.counts, np.nan))

    def count_autumns(self, years: Sequence[int]) -> int:
        """Count autumns on record (`years`) whose entrants' births are known, of the best place."""
        known = np.isfinite(self.cohorts(range(years[0], years[-1] + 1)))
        return int(known.sum(axis=1).max(initial=0))

    def cohorts(self, years: range) -> Floats:
        """Children of age for the entry grade in each autumn, (place, year); NaN if not known."""
        table = pd.DataFrame(self.counts, columns=list(self.years))
        total, known = np.zeros((2, len(self.counts), len(years)))
        for lag, weight in self.weights.items():
            found = table.reindex(columns=[year - lag for year in years]).to_numpy(float)
            total += weight * np.nan_to_num(found)
            known += weight * np.isfinite(found)
        return np.where(known >= LEAST_KNOWN, total / np.maximum(known, 1e-12), np.nan)


def read_births(path: Path) -> pd.DataFrame:
    """Read births (year, births, and a column that names places) as `forecast_rolls` takes them.

    A wide table has a column for each year.

    Raises
    ------
    InputError
        Where a column is missing or a value is no number.
    """
    table, _ = read_table(path)
    years = [column for column in map(str, table) if read_autumn(column) is not None]
    if years and "year" not in table:
        places = [column for column in table if column not in years]
        table = table.melt(places, years, var_name="year", value_name="births")
    if missing := [name for name in ("year", "births") if name not in table]:
        found = ", ".join(map(str, table))
        raise InputError(f"{path.name}: column {', '.join(missing)} is missing; found {found}")
    births, _, _ = read_counts(table["births"], path.name)
    table = table.assign(year=read_autumns(table["year"]), births=births).dropna(subset=["births"])
    for column in ("year", "births"):
        numbers = pd.to_numeric(table[column], errors="coerce")
        if not (numbers >= 0).all():
            value = table[column][~(numbers >= 0)].iloc[0]
            raise InputError(f"{path.name}: {column} {value}; want a number, 0 or more")
    if not (table["births"] > 0).any():
        raise InputError(f"{path.name}: no births on record")
    return table


def place_births(
    births: pd.DataFrame,
    levels: Mapping[str, pd.Index[str]],
    weights: Mapping[int, float],
) -> Births:
    """Lay births out by the finest level of a panel that they name; the whole without any.

    Parameters
    ----------
    births
        Columns year, births, and one that bears the name of a level or holds its places.
    levels
        Name of each level, coarse to fine, and its labels.

    Raises
    ------
    InputError
        Where births name no level or no place of the rolls, or a row stands twice.
    """
    births = _name_level(births, levels)
    named = [name for name in levels if name in births]
    if not named and (further := set(births) - {"year", "births"}):
        raise InputError(
            f"births: columns {', '.join(sorted(map(str, further)))} name no level of the rolls "
            f"({', '.join(levels)})"
        )
    name = named[-1] if named else "all"
    table = births if named else births.assign(all="all")
    table = table.assign(year=table["year"].astype(int))
    table[name] = table[name].astype(str)
    if table.duplicated([name, "year"]).any():
        row = table[table.duplicated([name, "year"])].iloc[0]
        raise InputError(f"births: {row[name]} {row['year']} stands twice; keep one row of it")
    wide = table.pivot(index=name, columns="year", values="births")
    if not set(levels[name]) & set(wide.index):
        raise InputError(
            f"births: no rows for any {name} of the rolls, such as {levels[name][0]}; "
            f"births name {', '.join(map(str, wide.index[:3]))}"
        )
    counts = wide.reindex(index=levels[name]).to_numpy(float)
    depth, years = list(levels).index(name), tuple(map(int, wide.columns))
    return Births(depth, counts, years, weights, tuple(_compare_places(wide.index, levels[name])))


def _compare_places(told: pd.Index[str], places: pd.Index[str]) -> list[str]:
    """Say which places of births are none of the rolls, and which of the rolls have no births."""
    others = [place for place in told.difference(places) if not is_total(place)]
    lost = list(places.difference(told))
    notes = []
    for names, words in (
        (others, "births of {} are left out, for the rolls have no such place"),
        (lost, "births: none of {}; the rolls alone say who enters there"),
    ):
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            notes.append(words.format(", ".join(map(str, names[:3])) + more))
    return notes


def describe_births(births: Births, years: Sequence[int]) -> list[str]:
    """Say which entrants births are known of, and where they can tell nothing.

    Parameters
    ----------
    years
        Autumns on record.
    """
    last = max([years[-1], *births.years]) + max(births.weights)
    span = range(years[0], last + 1)
    known: NDArray[np.bool_] = np.isfinite(births.cohorts(span))
    autumns = [span[at] for at in np.flatnonzero(known.any(axis=0))]
    both = births.count_autumns(years)
    if both < FEWEST_AUTUMNS:
        cohorts = f"{births.years[0]} to {births.years[-1]}"
        return [
            *births.notes,
            f"births: those of {cohorts} are of the entrants of {both} autumn"
            f"{'' if both == 1 else 's'} on record; want {FEWEST_AUTUMNS} to tell anything, so "
            "that births are left out",
        ]
    told = f"births: known of those who enter in {autumns[0]} to {autumns[-1]}"
    if autumns[-1] > years[-1]:
        told += "; later cohorts are taken to be as large as the last"
    else:
        told += ", none of whom is still to come: they tell little"
    return [*births.notes, told]


def _name_level(births: pd.DataFrame, levels: Mapping[str, pd.Index[str]]) -> pd.DataFrame:
    """Call a column that holds the places of a level by the level's name, the finest first."""
    for name in reversed(list(levels)):
        for column in [column for column in births if column not in (*levels, "year", "births")]:
            if not set(levels) & set(births) and births[column].isin(levels[name]).mean() > SAME:
                return births.rename(columns={column: name})
    return births


def entry_weights(
    grade: str, cutoff_month: int = 8, *, entry_age: int | None = None, births_month: int = 12
) -> dict[int, float]:
    """Share of the births of y - lag in the cohort that is of age for `grade` in autumn y.

    Of age for grade 1 are those who are 6 by the end of `cutoff_month`: with 8 (31 August;
    Compulsory Education Law of China, article 11) 4 months of year y - 7, 8 months of year y - 6.

    Parameters
    ----------
    entry_age
        Age that a cohort has reached by the cut-off; from the grade's name without it.
    births_month
        Last month of the years that births are counted by.

    >>> {lag: round(weight, 2) for lag, weight in entry_weights("g1", 8).items()}
    {6: 0.67, 7: 0.33}
    >>> {lag: round(weight, 2) for lag, weight in entry_weights("k1", 8).items()}
    {3: 0.67, 4: 0.33}
    >>> weights = entry_weights("R", births_month=6)  # reception; births from July to June
    >>> {lag: round(weight, 2) for lag, weight in weights.items()}
    {3: 0.17, 4: 0.83}
    """
    rank = grade_rank(grade)
    if entry_age is None and rank is None:
        raise InputError(
            f"births cannot be paired with grade {grade}: its age is not known; "
            "give entry_age (--entry-age)"
        )
    usual = (rank or 0) + (4 if plain_grade(grade) in RECEPTION else 5)
    age = usual if entry_age is None else entry_age
    late = (cutoff_month - births_month) / 12  # part of a year that the cohort ends later
    other = age - 1 if late > 0 else age + 1
    weights = {age: 1 - abs(late), other: abs(late)}
    return {lag: weights[lag] for lag in sorted(weights) if weights[lag] > 0}
