"""Cohort survival: cohorts rolled on by yearly ratios, as planners work it by hand."""

from __future__ import annotations

import numpy as np

from seatplan.demand.entry import average_recent
from seatplan.demand.panel import Flags, Floats

YEARS = 3  # yearly ratios, and years of the entry grade, that are averaged
LEAST, MOST = 0.5, 2.0  # bounds of a yearly ratio


def survive_cohorts(pupils: Floats, follows: Flags, horizon: int) -> Floats:
    """Grade progression by the mean of three yearly ratios, each held to 0.5-2; entry by a mean.

    The common practice of school districts. A grade that nobody moves up into keeps the mean of
    its last three years.

    Parameters
    ----------
    pupils
        (place, grade, year); NaN where the grade is not taught.
    follows
        (grade,): does the grade before it feed it?

    Returns
    -------
    (place, grade, lead); NaN where the grade was not taught in the last year.
    """
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    valid = np.isfinite(before) & np.isfinite(after) & (before > 0) & follows[1:, None]
    yearly = np.where(valid, np.clip(after / np.where(valid, before, 1.0), LEAST, MOST), np.nan)
    ratios = np.full(pupils.shape[:2], np.nan)
    ratios[:, 1:] = _mean_known(yearly[..., -YEARS:])
    return roll_on(pupils, ratios, horizon)


def roll_on(pupils: Floats, ratios: Floats, horizon: int) -> Floats:
    """Move the cohorts of the last year on by `ratios` (place, grade); NaN keeps a recent mean."""
    current = pupils[..., -1]
    mean = average_recent(pupils[..., -YEARS:], 1.0)
    years = []
    for _ in range(horizon):
        moved = np.full_like(current, np.nan)
        moved[:, 1:] = current[:, :-1] * ratios[:, 1:]
        current = np.where(np.isfinite(moved), moved, mean)
        current = np.where(np.isfinite(pupils[..., -1]), current, np.nan)
        years.append(current)
    return np.stack(years, axis=-1)


def _mean_known(values: Floats) -> Floats:
    known = np.isfinite(values).sum(axis=-1)
    return np.where(known > 0, np.nansum(values, axis=-1) / np.maximum(known, 1), np.nan)
