"""Credibility: how far the rolls, and how far the residents, say how many pupils come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.demand.cohorts import AGES, read_take_up
from seatplan.demand.panel import Floats, Ints
from seatplan.demand.progression import DECAY
from seatplan.demand.record import LEARNT_YEARS, choose_record, covered_part
from seatplan.demand.roll_forecast import RollForecast, forecast_rolls
from seatplan.demand.rolls import Rolls
from seatplan.district.district import District
from seatplan.district.finding import Finding
from seatplan.district.grade_names import grade_rank
from seatplan.district.stages import Stage
from seatplan.district.standards import Standards
from seatplan.errors import InputError

HINDCASTS = 5  # latest autumns that the rolls are forecast anew from
DOUBT = 0.01  # 1 pupil apart in a grade of 100, in one hindcast alone, halves the weight


@dataclass(frozen=True)
class Credit:
    """What the rolls of a district may say of the pupils to come.

    Attributes
    ----------
    rolls
        The rolls that the forecast rests on.
    part
        Part of each grade's pupils of the base year in the schools of those rolls, 0 to 1, index
        `grade`.
    weight
        Weight of the rolls against the residents, 0 to 1, index `grade`, one column for each year
        ahead from 1 on; years beyond the last column have its weight.
    """

    rolls: Rolls
    part: pd.Series[float]
    weight: pd.DataFrame


def credit_rolls(district: District, standards: Standards) -> Credit | None:
    """Return what the rolls of a district may say; None where they are too few to say anything.

    See `choose_record` for the rolls taken, `weigh_rolls` for their weight.
    """
    record = choose_record(district, standards)
    if record is None:
        return None
    weight = weigh_rolls(district, standards, record)
    stage = pd.Index(record.grades).map(standards.stage_of)
    weight = weight.loc[stage].set_axis(pd.Index(record.grades, name="grade"))
    return Credit(record, covered_part(district, record), weight)


def report_rolls(district: District, standards: Standards) -> list[Finding]:
    """Say of each stage with a history how far its rolls are followed, and why no farther."""
    years = district.rolls.index.get_level_values("year")
    grades = district.rolls[years < district.base_year].index.unique("grade")
    credit = credit_rolls(district, standards) if len(grades) else None
    return [
        Finding(
            "weight of the rolls", "note", f"rolls.csv: {_tell_credit(stage, credit, district)}"
        )
        for stage in standards.stages
        if set(grades) & {grade.code for grade in stage.grades}
    ]


def _tell_credit(stage: Stage, credit: Credit | None, district: District) -> str:
    """Say how far the rolls of a stage are followed."""
    kept = [grade.code for grade in stage.grades if credit and grade.code in credit.rolls.grades]
    if credit is None or not kept:
        first, last = district.base_year - LEARNT_YEARS, district.base_year - 1
        want = f"want every school in every year from {first} or before to {last}"
        return f"{stage.code} is forecast from its residents alone; {want}"
    covered = credit.part[kept].min()
    lack = f"; schools with {1 - covered:.0%} of the pupils lack years" if covered < 1 else ""
    near, far = (round(100 * credit.weight.loc[kept[0]].iloc[end]) for end in (0, -1))
    if not round(100 * credit.weight.loc[kept[0]].max()):
        return f"{stage.code} is forecast from its residents: past rolls told no better{lack}"
    later = f" and {far} % from {credit.weight.shape[1]} years on" if near != far else ""
    told = f"{stage.code} is forecast {near} % from its rolls a year ahead{later}"
    return f"{told}, else from its residents, as both would have missed in years on record{lack}"


def forecast_record(district: District, record: Rolls, last: int) -> RollForecast:
    """Forecast the rolls of a district, from the autumn after their last to that of `last`."""
    years = range(record.years[-1] + 1, last + 1)
    return forecast_rolls(record, list(years), births=known_births(district, record, last))


def known_births(district: District, record: Rolls, last: int) -> pd.DataFrame | None:
    """Births up to the year `last` as `forecast_rolls` takes them; None where none can be used."""
    births = district_births(district)
    births = births[births["year"] <= last]
    return None if births.empty or grade_rank(record.grades[0]) is None else births


def district_births(district: District, births: str = "medium") -> pd.DataFrame:
    """Return the district's births in one births scenario, as `forecast_rolls` takes them.

    Raises
    ------
    InputError
        The births scenario does not exist.
    """
    if births not in district.births:
        known = ", ".join(map(str, district.births))
        raise InputError(f"births: no scenario {births}; {district.code} has {known}")
    years = [int(year) for year in district.births.index]
    return pd.DataFrame({"year": years, "births": district.births[births].to_numpy(float)})


def weigh_rolls(district: District, standards: Standards, record: Rolls) -> pd.DataFrame:
    """Weight of the rolls against the residents, 0 to 1, from hindcasts of both.

    The weight w of a stage, so many years ahead, is the one whose forecast, residents + w (rolls -
    residents), has missed least (Granger and Ramanathan 1984, weights that sum to 1), in pupils
    over the root of pupils, a year of `DECAY` against the next. It is drawn to 0 by what it still
    misses in a year (a ridge; grades of one autumn err together, so an autumn is one draw): signal
    / (signal + noise). Where the two have been no farther apart than `DOUBT`, or no hindcast can be
    made, nothing speaks for the rolls, and the residents' figure stands.

    Returns
    -------
    One row for each stage, one column for each year ahead that hindcasts reach; a year without any
    has the weight of the year before it.
    """
    table = hindcast_totals(district, standards, record)
    lead = table["year"] - table["origin"]
    keys = [table["grade"].map(standards.stage_of).rename("stage"), lead.rename("lead")]
    scale: pd.Series[float] = DECAY ** (district.base_year - table["year"]) / np.maximum(
        table["actual"], 1.0
    )
    apart, missed = table["rolls"] - table["blocks"], table["actual"] - table["blocks"]
    gained = (scale * apart * missed).groupby(keys).sum()
    spread = (scale * apart**2).groupby(keys).sum()
    left = (scale * missed**2).groupby(keys).sum() - gained**2 / spread.where(spread > 0)
    noise = left.fillna(0.0).clip(lower=0.0) / table["year"].groupby(keys).nunique()
    weight = (gained / (spread + noise + DOUBT)).clip(0.0, 1.0).unstack()
    stages = [stage.code for stage in standards.stages]
    reach = range(1, int(lead.max() if len(lead) else 1) + 1)
    return weight.reindex(index=stages, columns=reach).ffill(axis=1).fillna(0.0)


def hindcast_totals(district: District, standards: Standards, record: Rolls) -> pd.DataFrame:
    """Forecast the rolls from earlier autumns, by both sources, beside what came.

    Returns
    -------
    One row per `origin` (the autumn forecast from), `grade` and `year`: pupils as `rolls` and
    `blocks` would have expected them, and `actual`. Cells that one of them cannot give are left
    out.
    """
    actual = record.pupils.groupby(["grade", "year"], sort=False).sum().unstack("year")
    actual = actual.reindex(columns=record.years)
    past = backcast_residents(district, standards, record.years).loc[actual.index]
    stage = actual.index.map(standards.stage_of)
    parts = []
    for origin in record.years[LEARNT_YEARS - 1 : -1][-HINDCASTS:]:
        told = _forecast_anew(district, record, origin)
        learnt = actual.loc[:, :origin].notna().sum(axis=1) >= LEARNT_YEARS
        known = learnt & actual[origin].notna() & past[origin].notna()
        sums = [table[origin].where(known).groupby(stage).sum() for table in (actual, past)]
        ratio = (sums[0] / sums[1].where(sums[1] > 0)).reindex(stage).to_numpy()
        later = [year for year in record.years if year > origin]
        cells = {
            "rolls": told.reindex(index=known.index[known]),
            "blocks": past[later].mul(ratio, axis=0),
            "actual": actual[later],
        }
        parts.append(
            pd.concat({name: each.stack() for name, each in cells.items()}, axis=1)
            .rename_axis(["grade", "year"])
            .reset_index()
            .assign(origin=origin)
        )
    columns = ["origin", "grade", "year", "rolls", "blocks", "actual"]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=columns, dtype=float)
    return table[columns].dropna(ignore_index=True)


def _forecast_anew(district: District, record: Rolls, origin: int) -> pd.DataFrame:
    """Forecast what was to come from one autumn with what was known in it, grade x year."""
    known = record.until(origin)
    years = [year for year in record.years if year > origin]
    told = forecast_rolls(known, years, births=known_births(district, record, origin)).pupils
    return told.groupby(["grade", "year"], sort=False).sum().unstack("year")


def backcast_residents(district: District, standards: Standards, years: list[int]) -> pd.DataFrame:
    """Pupils that the residents of the base year say there were in earlier autumns, grade x year.

    Who is a + k now was a k years ago, and one of 1 / (ratios from a to a + k) of them then: the
    cohort ratios read backwards, times the take-up of the year, before calibration. NaN where those
    pupils are past the last age on record. Homes that were left or taken in between are known only
    through the ratios.
    """
    now = district.residents[list(AGES)].sum().to_numpy(float)
    ratio = district.cohort_ratios.loc[0 : AGES[-2]].to_numpy(float)
    grown = np.concatenate([[1.0], np.cumprod(ratio)])
    take_up = read_take_up(district, standards, years)
    rows = {}
    for place, stage in enumerate(standards.stages):
        for grade in stage.grades:
            ages = np.arange(grade.age_from, grade.age_to + 1)
            rows[grade.code] = [
                _read_back(now, grown, ages, district.base_year - year) * take_up[place, position]
                for position, year in enumerate(years)
            ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=years).rename_axis("grade")


def _read_back(now: Floats, grown: Floats, ages: Ints, back: int) -> float:
    """Residents of some ages, all together, so many years back."""
    later = ages + back
    if later[-1] >= len(now) or grown[later[-1]] == 0:
        return float("nan")
    return float((now[later] * grown[ages] / grown[later]).sum())
