"""Baselines: the forecasts that planners make by hand, to be beaten."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seatplan.demand.entry import average_recent
from seatplan.demand.panel import Floats, Panel
from seatplan.demand.roll_forecast import forecast_panel

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
    """Grade progression by the mean of three yearly ratios, each held to 0.5-2; entry by a mean.

    The common practice of school districts. A grade that nobody moves up into keeps the mean of
    its last three years.
    """
    pupils = panel.units.pupils
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    valid = np.isfinite(before) & np.isfinite(after) & (before > 0) & panel.follows[1:, None]
    yearly = np.where(valid, np.clip(after / np.where(valid, before, 1.0), 0.5, 2.0), np.nan)
    ratios = np.full(pupils.shape[:2], np.nan)
    ratios[:, 1:] = _mean_known(yearly[..., -3:])
    return _roll_on(pupils, ratios, horizon)


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


def seatplan(panel: Panel, horizon: int) -> Floats:
    """Forecast as `forecast_rolls` does."""
    return forecast_panel(panel, horizon)[-1]


METHODS: dict[str, Method] = {
    "seatplan": seatplan,
    "last_value": last_value,
    "linear_trend": linear_trend,
    "cohort_survival_3": cohort_survival_3,
    "hamilton_perry": hamilton_perry,
}


def _mean_known(values: Floats) -> Floats:
    known = np.isfinite(values).sum(axis=-1)
    return np.where(known > 0, np.nansum(values, axis=-1) / np.maximum(known, 1), np.nan)


def _roll_on(pupils: Floats, ratios: Floats, horizon: int) -> Floats:
    current = pupils[..., -1]
    mean = average_recent(pupils[..., -3:], 1.0)
    years = []
    for _ in range(horizon):
        moved = np.full_like(current, np.nan)
        moved[:, 1:] = current[:, :-1] * ratios[:, 1:]
        current = np.where(np.isfinite(moved), moved, mean)
        current = np.where(np.isfinite(pupils[..., -1]), current, np.nan)
        years.append(current)
    return np.stack(years, axis=-1)
