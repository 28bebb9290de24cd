"""Shortfalls: which catchment lacks how many seats in which years, and what counts as cleared."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.outcome import Outcome

DISTRICT = ""  # in place of a school: the stage is one catchment, seated from the whole district


@dataclass(frozen=True)
class Shortfall:
    """A flag of shortage: a catchment and the years in which it lacks seats.

    Parameters
    ----------
    school, stage
        Whose catchment; `DISTRICT` for a stage that is seated from the whole district.
    years
        Years from now on with a shortage of `least` pupils or more; at least one.
    worst, worst_year
        The largest shortage, pupils, and its first year.
    least
        A shortage below is not told.
    """

    school: str
    stage: str
    years: tuple[int, ...]
    worst: int
    worst_year: int
    least: int

    def judge(self, ready: int) -> tuple[int, ...]:
        """Return the years that a remedy which works from `ready` on has to clear."""
        return tuple(year for year in self.years if year >= ready)


def count_short(outcome: Outcome) -> pd.DataFrame:
    """Count the shortage of every catchment: index (`school`, `stage`), a column for each year.

    Stages seated from the whole district are one row, `DISTRICT`, with their district shortage.
    """
    whole = [stage.code for stage in outcome.standards.stages if stage.intake == "seats"]
    short = outcome.measure("catchment_shortage").unstack("year")
    short = short[~short.index.get_level_values("stage").isin(whole)]
    district = outcome.measure("district_shortage").unstack("year").loc[whole]
    district.index = pd.MultiIndex.from_product([[DISTRICT], whole], names=short.index.names)
    table = pd.concat([short, district]) if whole else short
    return table.fillna(0).astype(int)


def list_shortfalls(
    outcome: Outcome,
    *,
    now: int,
    least: int,
    school: str | None = None,
    stage: str | None = None,
    year: int | None = None,
) -> list[Shortfall]:
    """List the flags of shortage from `now` on, the largest first.

    Parameters
    ----------
    school, stage, year
        Only the flags of this school or stage, or short in this year; all where left out.

    Raises
    ------
    InputError
        No school or stage is called that, or the forecast does not reach the year.
    """
    check_asked(outcome, now, school, stage, year)
    short = count_short(outcome)
    kept = [at for at in outcome.district.years if at >= now]
    found = []
    counts = short[kept].to_numpy()
    for (of, taught), own in zip(short.index.to_list(), counts, strict=True):
        row = dict(zip(kept, own.tolist(), strict=True))
        years = tuple(at for at, count in row.items() if count >= least)
        if not years or (year is not None and year not in years):
            continue
        if school in (None, of) and stage in (None, taught):
            worst = max(years, key=lambda at: (row[at], -at))
            found.append(Shortfall(str(of), str(taught), years, row[worst], worst, least))
    return sorted(found, key=lambda each: -each.worst)


def check_asked(
    outcome: Outcome, now: int, school: str | None, stage: str | None, year: int | None
) -> None:
    """Refuse a school, stage or year that the forecast does not have, in a sentence each."""
    schools, stages = outcome.district.schools.index, list(outcome.axes.stages)
    problems = []
    if school is not None and school not in schools:
        problems.append(f"no school is called {school}{suggest(school, schools)}")
    if stage is not None and stage not in stages:
        problems.append(f"no stage is called {stage}{suggest(stage, stages)}")
    last = outcome.district.horizon
    if not outcome.district.base_year <= now < last:
        want = f"want {outcome.district.base_year} to {last - 1}"
        problems.append(f"now {now}: the forecast does not follow it; {want}")
    elif year is not None and not now <= year <= last:
        problems.append(f"year {year}: want {now} to {last}")
    if problems:
        raise InputError(problems)
