"""Baselines: the forecasts that planners make by hand, to be beaten."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seatplan.demand.entry import average_recent
from seatplan.demand.panel import Floats, Panel
from seatplan.demand.progression import RATIO_CAP
from seatplan.demand.roll_forecast import forecast_panel
from seatplan.demand.survival import roll_on, survive_cohorts

Method = Callable[[Panel, int], Floats]  # panel, horizon -> (unit, grade, lead)


def last_value(panel: Panel, horizon: int) -> Floats:
    """Keep every cell at its last value."""
    return np.repeat(panel.units.pupils[..., -1:], horizon, axis=-1)


def linear_trend(panel: Panel, horizon: int) -> Floats:
    """Straight line through the last five years of each cell, not below 0."""
    pupils = panel.units.pupils[..., -5:]
    time = np.arange(pupils.shape[-1]) - (pupils.shape[-1] - 1.0)
    known = np.isfinite(pupils)
    count = np.maximum(known.sum(axis=-1), 1)
    middle = (known * time).sum(axis=-1) / count
    mean = np.nan_to_num(pupils).sum(axis=-1) / count
    spread = (known * (time - middle[..., None]) ** 2).sum(axis=-1)
    rise = (np.nan_to_num(pupils - mean[..., None]) * (time - middle[..., None])).sum(axis=-1)
    slope = rise / np.where(spread > 0, spread, 1.0)
    leads = np.arange(1, horizon + 1)
    line = mean[..., None] + slope[..., None] * (leads - middle[..., None])
    return np.where(known[..., -1:], np.maximum(line, 0.0), np.nan)


def cohort_survival_3(panel: Panel, horizon: int) -> Floats:
    """Cohort survival by three yearly ratios, unit by unit; see `survive_cohorts`."""
    return survive_cohorts(panel.units.pupils, panel.follows, horizon)


def hamilton_perry(panel: Panel, horizon: int) -> Floats:
    """Cohort change ratios over the lead itself, held to 0.5-2; entry by a mean of three years.

    A cohort that is `h` grades up in `h` years changes as the last one that did (Hamilton, Perry
    1962). Where the cohort was not yet there, the mean of the last three years.
    """
    pupils = panel.units.pupils
    forecast = np.repeat(average_recent(pupils[..., -3:], 1.0)[..., None], horizon, axis=-1)
    for lead in range(1, min(horizon, pupils.shape[1] - 1, pupils.shape[2] - 1) + 1):
        start, end, now = pupils[:, :-lead, -1 - lead], pupils[:, lead:, -1], pupils[:, :-lead, -1]
        fed = np.array([panel.follows[g + 1 : g + lead + 1].all() for g in range(start.shape[1])])
        valid = np.isfinite(start) & np.isfinite(end) & np.isfinite(now) & (start > 0) & fed
        ratio = np.clip(end / np.where(valid, start, 1.0), 0.5, 2.0)
        cell = forecast[:, lead:, lead - 1]
        forecast[:, lead:, lead - 1] = np.where(valid, now * ratio, cell)
    return np.where(np.isfinite(pupils[..., -1:]), forecast, np.nan)


def empirical_bayes(panel: Panel, horizon: int) -> Floats:
    """Grade progression by three years' pupils, each unit's ratio drawn to that of all units.

    As far as the units' ratios differ by no more than counting would make them: the ratio of all
    counts as so many pupils as its Poisson variance has over the variance between units, found by
    moments (Marshall 1991). A grade that nobody moves up into keeps the mean of its last three
    years.
    """
    pupils = panel.units.pupils[..., -4:]
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    valid = np.isfinite(before) & np.isfinite(after) & (before > 0) & panel.follows[1:, None]
    valid &= (after <= RATIO_CAP * before) & (after >= before / RATIO_CAP)
    old, new = (np.where(valid, cells, 0.0).sum(axis=-1) for cells in (before, after))
    ratios = np.full(pupils.shape[:2], np.nan)
    fed = panel.follows[1:] & (old.sum(axis=0) > 0)
    ratios[:, 1:] = np.where(fed, shrink_ratios(old, new), np.nan)
    return roll_on(panel.units.pupils, ratios, horizon)


def shrink_ratios(old: Floats, new: Floats) -> Floats:
    """Draw ratios new / old, (place, grade), to that of all places, by Marshall's moments.

    The global estimator of R. Marshall, Mapping disease and mortality rates using empirical Bayes
    estimators, *Applied Statistics* 40, 1991: variance between places is the mean squared distance,
    weighted by `old`, less what Poisson counts alone would make; at least 0.
    """
    whole = old.sum(axis=0)
    mean = np.divide(new.sum(axis=0), whole, out=np.ones_like(whole), where=whole > 0)
    ratio = np.divide(new, old, out=np.broadcast_to(mean, old.shape).copy(), where=old > 0)
    counted = np.maximum((old > 0).sum(axis=0), 1)
    spread = (old * (ratio - mean) ** 2).sum(axis=0) / np.maximum(whole, 1e-12)
    between = np.maximum(spread - mean * counted / np.maximum(whole, 1e-12), 0.0)
    prior = np.where(between > 0, mean / np.maximum(between, 1e-12), 1e12)
    return np.asarray((new + prior * mean) / (old + prior))


def seatplan(panel: Panel, horizon: int) -> Floats:
    """Forecast as `forecast_rolls` does."""
    return forecast_panel(panel, horizon)[-1]


METHODS: dict[str, Method] = {
    "seatplan": seatplan,
    "last_value": last_value,
    "linear_trend": linear_trend,
    "cohort_survival_3": cohort_survival_3,
    "hamilton_perry": hamilton_perry,
    "empirical_bayes": empirical_bayes,
}
