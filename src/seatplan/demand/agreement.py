"""Agreement: the roll forecast says how many, the blocks say where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from seatplan.demand.cohorts import Forecast, forecast_pupils
from seatplan.demand.roll_forecast import RollForecast, forecast_rolls
from seatplan.demand.rolls import Rolls, build_rolls
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.errors import InputError


def forecast_demand(
    planned: District, standards: Standards, *, births: str = "medium", today: District
) -> Forecast:
    """Forecast the pupils of every block, by the rolls where they have a history.

    Without a history (two years of rolls or more, up to the base year) the residents of the blocks
    say it all. With one, the roll forecast of the district as it is (`today`) says how many, the
    blocks say where, and what the plan or the births scenario changes acts in proportion.
    """
    forecast = forecast_pupils(planned, standards, births=births)
    years = sorted(today.rolls.index.get_level_values("year").unique())
    if len(years) < 2 or years[-1] != today.base_year:
        return forecast
    rolls = forecast_rolls(
        district_rolls(today), planned.years[1:], births=district_births(today, "medium")
    )
    return control_forecast(forecast, rolls, baseline=forecast_pupils(today, standards))


def district_rolls(district: District) -> Rolls:
    """Return the rolls on record of a district's schools, under their townships.

    Raises
    ------
    InputError
        The district has no rolls.
    """
    table = district.rolls["pupils"].reset_index().rename(columns={"school": "unit"})
    if table.empty:
        raise InputError(f"{district.code}: no rolls on record; a roll forecast starts from them")
    township = district.schools["township"].astype(str)
    table["township"] = table["unit"].map(township).fillna("")
    return build_rolls(table, parents=["township"], name="rolls")


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


def control_forecast(
    forecast: Forecast, rolls: RollForecast, *, baseline: Forecast | None = None
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

    Raises
    ------
    InputError
        The rolls expect pupils of a grade in a year for which the blocks have none.
    """
    whole = (baseline or forecast).pupils.groupby(["grade", "year"]).sum()
    wanted = rolls.pupils.groupby(["grade", "year"]).sum()
    shared = wanted.index.intersection(whole.index)
    if homeless := [label for label in shared if whole[label] <= 0 < wanted[label]]:
        grade, year = homeless[0]
        raise InputError(
            f"forecast: no resident of any block is of age for {grade} in {year}, for which the "
            "rolls expect pupils; check the residents and the take-up"
        )
    factor = (wanted[shared] / whole[shared].where(whole[shared] > 0)).fillna(1.0)
    years = sorted(whole.index.unique("year"))
    table = factor.unstack("year").reindex(columns=years)
    table.loc[:, [year for year in years if year <= rolls.rolls.years[-1]]] = 1.0
    table = table.ffill(axis=1)
    keys = pd.MultiIndex.from_arrays(
        [forecast.pupils.index.get_level_values(name) for name in ("grade", "year")]
    )
    scale = table.stack().reindex(keys).fillna(1.0).to_numpy(np.float64)
    return replace(forecast, pupils=forecast.pupils * scale)
