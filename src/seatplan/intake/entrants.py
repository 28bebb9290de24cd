"""Entrants by year: who will enter the first grade in which year, as residents and births."""

from __future__ import annotations

import pandas as pd

from seatplan.district.standards import Standards
from seatplan.district.tables import AGES


def find_entry_age(standards: Standards, taught: list[str]) -> int:
    """Return the age of the entry grade: of the first compulsory stage taught, else the first."""
    stages = [s for s in standards.stages if any(g.code in taught for g in s.grades)]
    stage = next((s for s in stages if s.compulsory), stages[0])
    return next(g.age_from for g in stage.grades if g.code in taught)


def age_entrants(
    entrants: pd.DataFrame, year: int, age: int
) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Turn entrants by year into residents of the base year by age, and later births.

    Parameters
    ----------
    entrants
        Children by area (index) and year of entry (columns, int).
    year
        The base year.
    age
        Of the entry grade.

    Returns
    -------
    tuple
        Residents, columns 0 to 19: ages without entrants as the nearest one that has; births of
        the district by year, those that are not aged 0 yet in the base year (may be empty).
    """
    by_age = {age - (int(str(column)) - year): entrants[column] for column in entrants}
    known = [each for each in sorted(by_age) if each in AGES] or sorted(by_age)
    nearest = {age: min(known, key=lambda other: (abs(other - age), other)) for age in AGES}
    people = pd.DataFrame({age: by_age[nearest[age]] for age in AGES})
    later = {year - each: float(by_age[each].sum()) for each in sorted(by_age) if each < 0}
    return people, pd.Series(later, dtype=float)


def spell_births(births: pd.Series[float], year: int, horizon: int) -> str:
    """Return births of every year to the horizon: those known, then as many as the last one."""
    years = range(year, horizon + 1)
    filled = births.reindex(years).ffill().bfill().round(4)
    table = pd.DataFrame({"year": years, "medium": filled.to_numpy()})
    return table.to_csv(index=False, lineterminator="\n")
