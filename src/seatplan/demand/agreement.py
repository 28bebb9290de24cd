"""Agreement: the roll forecast says how many, the blocks say where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from seatplan.case.case import Case
from seatplan.case.outside import count_residents
from seatplan.demand.cohorts import Forecast, forecast_pupils
from seatplan.demand.credibility import Credit, credit_rolls, forecast_record
from seatplan.demand.roll_forecast import RollForecast
from seatplan.demand.rolls import Rolls, build_rolls
from seatplan.district.district import District
from seatplan.errors import InputError


def forecast_demand(case: Case, today: District | None = None) -> Forecast:
    """Forecast the pupils of every block, by the rolls as far as their history can be trusted.

    Without a history the residents of the blocks say it all. With one, the roll forecast of the
    district as it is says how many, as far as hindcasts speak for it and in the stages whose record
    is whole (`credit_rolls`); the blocks say where; and what the plan or the births scenario (the
    policy's) changes acts in proportion.

    Parameters
    ----------
    case
        The district as planned, with its rules (`prepare`).
    today
        The district as it is, whose rolls are forecast; None: the case is of no plan.
    """
    planned, standards = case.district, case.rules
    today = planned if today is None else today
    forecast = forecast_pupils(planned, standards, births=standards.policy.births)
    credit = credit_rolls(today, standards)
    if credit is None or planned.horizon == today.base_year:
        return forecast
    rolls = forecast_record(today, credit.rolls, planned.horizon)
    baseline = forecast_pupils(today, standards)
    return control_forecast(forecast, rolls, baseline=baseline, credit=credit)


def district_rolls(district: District) -> Rolls:
    """Return the rolls on record of a district's schools, under their townships.

    Raises
    ------
    InputError
        The district has no rolls.
    """
    table = count_residents(district).reset_index().rename(columns={"school": "unit"})
    if table.empty:
        raise InputError(f"{district.code}: no rolls on record; a roll forecast starts from them")
    township = district.schools["township"].astype(str)
    table["township"] = table["unit"].map(township).fillna("")
    return build_rolls(table, parents=["township"], name="rolls")


def control_forecast(
    forecast: Forecast,
    rolls: RollForecast,
    *,
    baseline: Forecast | None = None,
    credit: Credit | None = None,
) -> Forecast:
    """Scale a forecast by block to the roll forecast's district totals, by grade and year.

    Each block keeps its part of the grade. Years up to the last on record stay as they are; years
    after the roll forecast ends keep the factor of its last year. Grades that the rolls do not
    have stay as they are.

    Parameters
    ----------
    forecast
        Pupils by block, grade and year; the outcome of a births scenario, new housing, another
        take-up or migration, where it is not the baseline.
    rolls
        A forecast, or one draw of it.
    baseline
        The forecast by block that the rolls speak of. What a scenario changes against it changes
        the controlled forecast in the same proportion: a tenth more births is a tenth more
        entrants, whichever source the number comes from.
    credit
        How far the rolls are to be followed: in each grade, residents + weight (rolls + part of
        the residents in schools without rolls - residents). Without it, all the way.

    Raises
    ------
    InputError
        The rolls expect pupils of a grade in a year for which the blocks have none.
    """
    whole = (baseline or forecast).pupils.groupby(["grade", "year"]).sum()
    wanted = rolls.pupils.groupby(["grade", "year"]).sum()
    shared = wanted.index.intersection(whole.index)
    weight, part = _spread_credit(credit, shared)
    trusted = wanted[shared].where(weight > 0, 0.0)
    if homeless := [label for label in shared if whole[label] <= 0 < trusted[label]]:
        grade, year = homeless[0]
        raise InputError(
            f"forecast: no resident of any block is of age for {grade} in {year}, for which the "
            "rolls expect pupils; check the residents and the take-up"
        )
    told = wanted[shared] / whole[shared].where(whole[shared] > 0)
    factor = (1.0 + weight * (told - part)).fillna(1.0)
    return _scale_grades(forecast, factor, rolls.rolls.years[-1])


def _scale_grades(forecast: Forecast, factor: pd.Series[float], last: int) -> Forecast:
    """Multiply pupils after the year `last` by a factor of their grade and year.

    A year without a factor has that of the year before it; a grade without any stays.
    """
    index = forecast.pupils.index
    years = sorted(index.unique("year"))
    table = factor.unstack("year").reindex(columns=years)
    table.loc[:, [year for year in years if year <= last]] = 1.0
    keys = pd.MultiIndex.from_arrays([index.get_level_values(name) for name in ("grade", "year")])
    scale = table.ffill(axis=1).stack().reindex(keys).fillna(1.0).to_numpy(np.float64)
    return replace(forecast, pupils=forecast.pupils * scale)


def _spread_credit(
    credit: Credit | None, index: pd.Index
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Weight and part of a credit on (grade, year); all the way without one."""
    if credit is None:
        return pd.Series(1.0, index=index), pd.Series(1.0, index=index)
    grade, year = (index.get_level_values(name) for name in ("grade", "year"))
    lead = np.clip(year.to_numpy(int) - credit.rolls.years[-1], 1, credit.weight.shape[1])
    rows = credit.weight.index.get_indexer(grade)
    weight = credit.weight.to_numpy(np.float64)[rows, lead - 1]
    return pd.Series(weight, index=index), pd.Series(credit.part[grade].to_numpy(), index=index)
