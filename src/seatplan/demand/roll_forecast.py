"""RollForecast: rolls carried forward, each cell by what has held there before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.demand.entry import (
    average_recent,
    choose_decay,
    count_cohorts,
    entry_weights,
    project_whole,
    share_parent,
    weigh_births,
)
from seatplan.demand.panel import Flags, Floats, Level, Panel, build_panel
from seatplan.demand.progression import DECAY, fit_ratios
from seatplan.demand.rolls import KEYS, Rolls
from seatplan.errors import InputError

PRIOR_YEARS = 4.0  # years' worth of evidence that the level's own errors count for in a cell
SHARPNESS = 1.5  # weights go with mean square error ** -SHARPNESS
LEAST_ERRORS = (0.01, 0.1)  # of progression, of shares: where neither ever erred, cohorts move up
TRIM = 0.95  # errors beyond this quantile are held to it when the level's error is found


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
        entering = ~_mark_fed(level.pupils, panel.follows) & np.isfinite(level.pupils)
        decay = choose_decay(level, above, entering.astype(float))
        side = _expect_side(level, above, decay, forecasts, horizon)
        if births is not None and level.name == births_level:
            weights = entry_weights(panel.grades[0], cutoff_month)
            years = list(range(panel.years[0], panel.years[-1] + horizon + 1))
            cohorts = count_cohorts(births, level, years, weights)
            side[:, 0] = weigh_births(level.pupils[:, 0], side[:, 0], cohorts, DECAY)
        forecasts.append(_carry_level(panel, depth, side, decay))
    return forecasts


def _expect_side(
    level: Level, above: Level | None, decay: float, forecasts: list[Floats], horizon: int
) -> Floats:
    """Expect each cell without its feeder: a share of the parent, or mean and trend at the top."""
    if above is None:
        return project_whole(level.pupils, decay, horizon)
    share = share_parent(level, above, decay)
    return share[..., None] * np.nan_to_num(forecasts[-1])[level.parent]


def _carry_level(panel: Panel, depth: int, side: Floats, decay: float) -> Floats:
    """Move the cohorts of a level on, each cell drawn to `side` by its weight."""
    level = panel.levels[depth]
    current = level.pupils[..., -1]
    taught = np.isfinite(current)
    ratios = fit_ratios(level.pupils, panel.follows, panel.ancestors(depth))
    weight = _weigh_progression(panel, depth, decay)
    weight = weight * _mark_fed(level.pupils, panel.follows)[..., -1]
    years = []
    for lead in range(side.shape[-1]):
        moved = _move_up(current) * ratios
        current = side[..., lead] + weight * (moved - side[..., lead])
        years.append(np.where(taught, current, np.nan))
    return np.stack(years, axis=-1)


def _move_up(pupils: Floats) -> Floats:
    """Pupils of the grade before, (place, grade); 0 in the first."""
    moved = np.zeros_like(pupils)
    moved[:, 1:] = np.nan_to_num(pupils[:, :-1])
    return moved


def _mark_fed(pupils: Floats, follows: Flags) -> Flags:
    """Mark where the grade before is taught in the same place and year, (place, grade, year)."""
    fed = np.zeros(pupils.shape, dtype=bool)
    fed[:, 1:] = np.isfinite(pupils[:, :-1]) & follows[1:, None]
    return fed


def _weigh_progression(panel: Panel, depth: int, decay: float) -> Floats:
    """Weight of progression against the side forecast in each cell, (place, grade), 0 to 1.

    Both have forecast each year on record from the year before, each with what was known then; the
    weights go with the mean square errors (Bates, Granger 1969), in pupils over the root of pupils.
    A cell's errors count against those of its level as its years against `PRIOR_YEARS`.
    """
    level = panel.levels[depth]
    shape = level.pupils.shape[:2]
    hindcasts = [
        _err_one_year(panel, depth, origin, decay)
        for origin in range(1, level.pupils.shape[-1] - 1)
    ]
    if not hindcasts or not any(valid.any() for _, _, valid in hindcasts):
        return np.full(shape, 0.5)
    years = np.arange(len(hindcasts))[::-1]
    valid = np.stack([item[2] for item in hindcasts], axis=-1)
    weights = valid * DECAY**years
    squares = []
    for source, least in enumerate(LEAST_ERRORS):
        error = np.where(valid, np.stack([item[source] for item in hindcasts], axis=-1), 0.0)
        bound = np.quantile(np.abs(error[valid]), TRIM)
        typical = least + np.mean(np.minimum(np.abs(error[valid]), bound) ** 2)
        own = (weights * error**2).sum(axis=-1) + PRIOR_YEARS * typical
        squares.append((own / (weights.sum(axis=-1) + PRIOR_YEARS)) ** SHARPNESS)
    progression, side = squares
    return np.asarray(side / (progression + side))


def _err_one_year(
    panel: Panel, depth: int, origin: int, decay: float
) -> tuple[Floats, Floats, Flags]:
    """Errors over the root of pupils a year after `origin`: progression, side; where valid."""
    level = panel.levels[depth].until(origin)
    current, actual = level.pupils[..., -1], panel.levels[depth].pupils[..., origin + 1]
    ratios = fit_ratios(level.pupils, panel.follows, panel.ancestors(depth))
    if depth:
        above = panel.levels[depth - 1].until(origin)
        side = share_parent(level, above, decay) * above.pupils[level.parent, :, -1]
    else:
        side = average_recent(level.pupils, decay)
    fed = _mark_fed(level.pupils, panel.follows)[..., -1]
    valid = fed & (np.nan_to_num(current) > 0) & np.isfinite(actual) & np.isfinite(side)
    scale = np.sqrt(np.maximum(np.nan_to_num(actual), 5.0))
    return (_move_up(current) * ratios - actual) / scale, (side - actual) / scale, valid


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
