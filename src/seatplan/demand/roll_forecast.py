"""RollForecast: rolls carried forward, each cell by what has held there before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seatplan.demand.births import FEWEST_AUTUMNS, entry_weights, place_births
from seatplan.demand.entrants import expect_entrants
from seatplan.demand.entry import choose_decay, project_whole, share_parent
from seatplan.demand.panel import Flags, Floats, Ints, Level, Panel, build_panel, keep_whole, sum_by
from seatplan.demand.phasing import find_growth
from seatplan.demand.progression import bring_up, fit_ratios
from seatplan.demand.rolls import KEYS, Rolls
from seatplan.demand.survival import survive_cohorts
from seatplan.demand.weighing import (
    hindcast_years,
    weigh_changes,
    weigh_inertia,
    weigh_progression,
)
from seatplan.errors import InputError

CONTROL = 0.5  # how far, in logs, cells are drawn to their parent's own forecast
FADING = 0.5  # part of the inertia of totals that is left each year ahead
FIRST_WHOLE = 4  # position of the first year on record that the whole's total is hindcast from


@dataclass(frozen=True)
class RollForecast:
    """Pupils expected by unit, grade and year, and the rolls they follow from.

    Parameters
    ----------
    pupils
        Float, index (`unit`, `grade`, `year`): grades taught in the last year on record, and those
        that a unit will have grown into.
    rolls
        The rolls that were known.
    panel
        The same as arrays, with the births that were known.
    """

    pupils: pd.Series[float]
    rolls: Rolls
    panel: Panel | None = None

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
    entry_age: int | None = None,
    births_month: int = 12,
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
        Last month of birth of a school year's cohort; that of `births_month` where births are
        counted by cohort.
    entry_age
        Age that the pupils of the first grade have reached by then; from its name without it.
    births_month
        Last month of the years that births are counted by.

    Raises
    ------
    InputError
        Where a year is on record already, or births name no level of the rolls.
    """
    last = rolls.years[-1]
    if early := [year for year in years if year <= last]:
        raise InputError(f"years: {early[0]} is not after {last}, the last year on record")
    panel = build_panel(rolls)
    if births is not None:
        panel = add_births(
            panel,
            births,
            cutoff_month=cutoff_month,
            entry_age=entry_age,
            births_month=births_month,
        )
    levels = forecast_panel(panel, max(years) - last)
    return RollForecast(_label_cells(levels[-1], panel, years), rolls, panel)


def add_births(
    panel: Panel,
    births: pd.DataFrame,
    *,
    cutoff_month: int = 8,
    entry_age: int | None = None,
    births_month: int = 12,
) -> Panel:
    """Return a panel that knows births; see `forecast_rolls`."""
    weights = entry_weights(
        panel.grades[0], cutoff_month, entry_age=entry_age, births_month=births_month
    )
    labels = {level.name: level.labels for level in panel.levels}
    return replace(panel, births=place_births(births, labels, weights))


def _label_cells(pupils: Floats, panel: Panel, years: Sequence[int]) -> pd.Series[float]:
    """Turn (unit, grade, lead) into a Series with an index; cells that are NaN are left out."""
    steps = [year - panel.years[-1] - 1 for year in years]
    index = pd.MultiIndex.from_product([panel.units.labels, panel.grades, years], names=KEYS)
    return pd.Series(pupils[:, :, steps].ravel(), index=index, name="pupils").dropna()


def forecast_panel(panel: Panel, horizon: int) -> list[Floats]:
    """Forecast every level of a panel, coarse to fine: (place, grade, lead) each.

    Where no births say what comes, all are scaled so that the whole's total changes by as much of
    what was foreseen, here and by cohort survival, as has come true before (`weigh_changes`).
    """
    panel = _fill_last(panel)
    forecasts = _forecast_levels(panel, horizon)
    if panel.births is not None and panel.births.count_autumns(panel.years) >= FEWEST_AUTUMNS:
        return forecasts
    factor = _hold_whole(panel, forecasts[-1])
    return [forecast * factor for forecast in forecasts]


def _fill_last(panel: Panel) -> Panel:
    """Fill the gaps of the last year by what the years before it foresee.

    No later year helps there, and the forecast knows more than the neighbours of a cell.
    """
    finest, last = len(panel.levels) - 1, len(panel.years) - 1
    pupils = panel.units.pupils.copy()
    missing = np.isfinite(pupils[..., -1]) & ~np.isfinite(panel.told(finest)[..., -1])
    if last < FIRST_WHOLE or not missing.any():
        return panel
    ahead = _forecast_levels(panel.until(last - 1), 1)[-1][..., 0]
    pupils[..., -1] = np.where(missing & np.isfinite(ahead), ahead, pupils[..., -1])
    return panel.with_units(pupils)


def _hold_whole(panel: Panel, ahead: Floats) -> Floats:
    """Factors, by lead, that hold a forecast of the units to what its total may change by."""
    horizon, final = ahead.shape[-1], len(panel.years) - 1
    last = panel.levels[0].pupils[0, :, -1]
    taught = np.isfinite(last)
    by_hand = _survive_whole(panel, final, horizon)
    totals = np.stack([np.nansum(ahead[:, taught], axis=(0, 1)), np.nansum(by_hand, axis=0)], -1)
    if min(np.nansum(last), totals.min()) <= 0:
        return np.ones(horizon)
    whole = keep_whole(panel)
    hindcasts = {
        origin: (
            _forecast_levels(whole.until(origin), final - origin)[0][0],
            _survive_whole(panel, origin, final - origin),
        )
        for origin in range(FIRST_WHOLE, final)
    }
    parts = weigh_changes(whole.units.pupils[0], hindcasts, horizon)
    change = np.log(totals / np.nansum(last))
    return np.asarray(np.exp((parts * change).sum(axis=1) - change[:, 0]))


def _survive_whole(panel: Panel, origin: int, horizon: int) -> Floats:
    """Cohort survival of every unit from the year at `origin`, summed: (grade, lead)."""
    known = panel.units.pupils[..., : origin + 1]
    return np.asarray(np.nansum(survive_cohorts(known, panel.follows, horizon), axis=0))


def _forecast_levels(panel: Panel, horizon: int) -> list[Floats]:
    """Forecast every level, each with what the one above is forecast to have."""
    forecasts: list[Floats] = []
    grown = find_growth(panel, horizon)
    decays = [_choose_decay(panel, depth) for depth in range(len(panel.levels))]
    entrants = expect_entrants(panel, decays, horizon)
    for depth, level in enumerate(panel.levels):
        above = panel.levels[depth - 1] if depth else None
        side = _expect_side(level, above, decays[depth], forecasts, horizon)
        if depth < len(entrants):
            side[:, 0] = np.where(np.isfinite(entrants[depth]), entrants[depth], side[:, 0])
        ahead = _carry_level(panel, depth, side, decays[depth], grown[depth])
        forecasts.append(_meet_parent(ahead, forecasts[-1], level.parent) if depth else ahead)
    return forecasts


def _choose_decay(panel: Panel, depth: int) -> float:
    """Smoothing of the shares of a level in the grades that nobody moves up into."""
    level = panel.levels[depth]
    before = bring_up(level.pupils, panel.follows, panel.feeders_of(depth))
    entering = np.isnan(before) & np.isfinite(level.pupils)
    above = panel.levels[depth - 1] if depth else None
    return choose_decay(level, above, entering.astype(float))


def _expect_side(
    level: Level, above: Level | None, decay: float, forecasts: list[Floats], horizon: int
) -> Floats:
    """Expect each cell without its feeder: a share of the parent, or mean and trend at the top."""
    if above is None:
        return project_whole(level.pupils, decay, horizon)
    share = share_parent(level, above, decay)
    return share[..., None] * np.nan_to_num(forecasts[-1])[level.parent]


def _carry_level(panel: Panel, depth: int, side: Floats, decay: float, grown: Flags) -> Floats:
    """Move the cohorts of a level on, each cell drawn to `side` by its weight.

    Totals are drawn to the last total on record by their inertia, less each year ahead; not those
    of places that grow into grades (`grown`), whose cells follow the grade below alone.
    """
    level = panel.levels[depth]
    current = last = level.pupils[..., -1]
    feeders = panel.feeders_of(depth)
    before = bring_up(level.pupils, panel.follows, feeders)
    told = panel.told(depth)
    ratios = fit_ratios(told, bring_up(told, panel.follows, feeders), panel.ancestors(depth))
    past = hindcast_years(panel, depth, decay)
    weight = weigh_progression(past, last.shape)
    inertia = weigh_inertia(past, weight) if depth else 0.0  # the whole has its trend
    held = np.asarray(inertia * ~grown.any(axis=(1, 2)), dtype=np.float64)
    weight = np.where(np.isfinite(last), weight * np.isfinite(before[..., -1]), 1.0)
    years = []
    for lead in range(side.shape[-1]):
        moved = np.nan_to_num(bring_up(current, panel.follows, feeders)) * ratios
        current = side[..., lead] + weight * (moved - side[..., lead])
        current = np.where(np.isfinite(last) | grown[..., lead], current, np.nan)
        years.append(_hold_totals(current, last, held * FADING**lead))
    return np.stack(years, axis=-1)


def _meet_parent(pupils: Floats, above: Floats, parent: Ints) -> Floats:
    """Draw the cells of a level to what their parents' forecast says of the grade, part of the way.

    Parameters
    ----------
    pupils
        (place, grade, lead); `above` the same of the parents.
    """
    whole = sum_by(np.nan_to_num(pupils), parent, len(above))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(whole > 0, np.nan_to_num(above) / whole, 1.0) ** CONTROL
    return np.asarray(pupils * np.where(factor > 0, factor, 1.0)[parent])


def _hold_totals(pupils: Floats, last: Floats, inertia: Floats) -> Floats:
    """Scale each place's cells so that its total is drawn to that of `last`."""
    total, before = np.nansum(pupils, axis=1), np.nansum(last, axis=1)
    drawn = total + inertia * (before - total)
    return np.asarray(pupils * np.where(total > 0, drawn / np.maximum(total, 1e-12), 1.0)[:, None])
