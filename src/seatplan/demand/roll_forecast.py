"""RollForecast: rolls carried forward, each cell by what has held there before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.demand.entry import (
    choose_decay,
    count_cohorts,
    entry_weights,
    project_whole,
    share_parent,
    weigh_births,
)
from seatplan.demand.panel import Floats, Level, Panel, build_panel
from seatplan.demand.progression import DECAY, bring_up, fit_ratios
from seatplan.demand.rolls import KEYS, Rolls
from seatplan.demand.weighing import hindcast_years, weigh_inertia, weigh_progression
from seatplan.errors import InputError

FADING = 0.5  # part of the inertia of totals that is left each year ahead


@dataclass(frozen=True)
class RollForecast:
    """Pupils expected by unit, grade and year, and the rolls they follow from.

    Parameters
    ----------
    pupils
        Float, index (`unit`, `grade`, `year`): grades taught in the last year on record.
    rolls
        The rolls that were known.
    """

    pupils: pd.Series[float]
    rolls: Rolls

    def total(self, place: str = "unit") -> pd.Series[float]:
        """Pupils by `place` ("unit", a parent's column, or "all") and year."""
        index = self.pupils.index
        units = index.get_level_values("unit")
        if place == "all":
            keys = pd.Index(["all"] * len(units), name="all")
        elif place == "unit":
            keys = units
        else:
            keys = pd.Index(self.rolls.parents[place].reindex(units), name=place)
        return self.pupils.groupby([keys, index.get_level_values("year")]).sum()


def forecast_rolls(
    rolls: Rolls,
    years: Sequence[int],
    *,
    births: pd.DataFrame | None = None,
    cutoff_month: int = 8,
) -> RollForecast:
    """Forecast pupils by unit, grade and year from the rolls on record.

    From the whole down, each place's cell is a weighted mean of two forecasts: the grade before a
    year earlier times its progression ratio, and the place's share of the parent's forecast. The
    weights follow the errors both have made in that cell, as far as the cell's few years can tell,
    and else those of its level. Grades that pupils enter from outside have the second only.

    Parameters
    ----------
    years
        Autumns to forecast, later than the last on record.
    births
        Columns year, births, and one that bears the name of a parent column where births are known
        by place. Years that are not known yet keep the last known difference.
    cutoff_month
        Last month of birth of a school year's cohort; 12 where births are counted by cohort.

    Raises
    ------
    InputError
        Where a year is on record already, or births name no level of the rolls.
    """
    last = rolls.years[-1]
    if early := [year for year in years if year <= last]:
        raise InputError(f"years: {early[0]} is not after {last}, the last year on record")
    panel = build_panel(rolls)
    levels = forecast_panel(panel, max(years) - last, births=births, cutoff_month=cutoff_month)
    return RollForecast(_label_cells(levels[-1], panel, years), rolls)


def _label_cells(pupils: Floats, panel: Panel, years: Sequence[int]) -> pd.Series[float]:
    """Turn (unit, grade, lead) into a Series with an index; cells that are NaN are left out."""
    steps = [year - panel.years[-1] - 1 for year in years]
    index = pd.MultiIndex.from_product([panel.units.labels, panel.grades, years], names=KEYS)
    return pd.Series(pupils[:, :, steps].ravel(), index=index, name="pupils").dropna()


def forecast_panel(
    panel: Panel,
    horizon: int,
    *,
    births: pd.DataFrame | None = None,
    cutoff_month: int = 8,
) -> list[Floats]:
    """Forecast every level of a panel, coarse to fine: (place, grade, lead) each."""
    births, births_level = _place_births(births, panel)
    forecasts: list[Floats] = []
    for depth, level in enumerate(panel.levels):
        above = panel.levels[depth - 1] if depth else None
        before = bring_up(level.pupils, panel.follows, panel.feeders_of(depth))
        entering = np.isnan(before) & np.isfinite(level.pupils)
        decay = choose_decay(level, above, entering.astype(float))
        side = _expect_side(level, above, decay, forecasts, horizon)
        if births is not None and level.name == births_level:
            weights = entry_weights(panel.grades[0], cutoff_month)
            years = list(range(panel.years[0], panel.years[-1] + horizon + 1))
            cohorts = count_cohorts(births, level, years, weights)
            side[:, 0] = weigh_births(level.pupils[:, 0], side[:, 0], cohorts, DECAY)
        forecasts.append(_carry_level(panel, depth, before, side, decay))
    return forecasts


def _expect_side(
    level: Level, above: Level | None, decay: float, forecasts: list[Floats], horizon: int
) -> Floats:
    """Expect each cell without its feeder: a share of the parent, or mean and trend at the top."""
    if above is None:
        return project_whole(level.pupils, decay, horizon)
    share = share_parent(level, above, decay)
    return share[..., None] * np.nan_to_num(forecasts[-1])[level.parent]


def _carry_level(panel: Panel, depth: int, before: Floats, side: Floats, decay: float) -> Floats:
    """Move the cohorts of a level on, each cell drawn to `side` by its weight.

    Totals are drawn to the last total on record by their inertia, less each year ahead.
    """
    level = panel.levels[depth]
    current = last = level.pupils[..., -1]
    feeders = panel.feeders_of(depth)
    ratios = fit_ratios(level.pupils, before, panel.ancestors(depth))
    past = hindcast_years(panel, depth, decay)
    weight = weigh_progression(past, last.shape)
    inertia = weigh_inertia(past, weight) if depth else 0.0  # the whole has its trend
    weight = weight * np.isfinite(before[..., -1])
    years = []
    for lead in range(side.shape[-1]):
        moved = np.nan_to_num(bring_up(current, panel.follows, feeders)) * ratios
        current = side[..., lead] + weight * (moved - side[..., lead])
        current = np.where(np.isfinite(last), current, np.nan)
        years.append(_hold_totals(current, last, inertia * FADING**lead))
    return np.stack(years, axis=-1)


def _hold_totals(pupils: Floats, last: Floats, inertia: float) -> Floats:
    """Scale each place's cells so that its total is drawn to that of `last`."""
    total, before = np.nansum(pupils, axis=1), np.nansum(last, axis=1)
    drawn = total + inertia * (before - total)
    return np.asarray(pupils * np.where(total > 0, drawn / np.maximum(total, 1e-12), 1.0)[:, None])


def _place_births(births: pd.DataFrame | None, panel: Panel) -> tuple[pd.DataFrame | None, str]:
    """Find the level that births are known by; without a place they are those of the whole."""
    if births is None:
        return None, ""
    names = [level.name for level in panel.levels if level.name in births]
    if names:
        return births, names[-1]
    if set(births) - {"year", "births"}:
        raise InputError(
            f"births: columns {', '.join(map(str, births))} name no level of the rolls "
            f"({', '.join(level.name for level in panel.levels)})"
        )
    return births.assign(all="all"), "all"
