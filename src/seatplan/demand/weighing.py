"""Weighing: what the errors of the years on record say of each source of a forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from seatplan.demand.entry import USUAL_YEARS, average_recent, share_parent
from seatplan.demand.panel import Flags, Floats, Panel, find_unchanged
from seatplan.demand.progression import DECAY, bring_up, fit_ratios

PRIOR_YEARS = 4.0  # years' worth of evidence that the level's own errors count for in a cell
SHARPNESS = 1.5  # weights go with mean square error ** -SHARPNESS
LEAST_ERRORS = (0.01, 0.1)  # of progression, of shares: where neither ever erred, cohorts move up
TRIM = 0.95  # errors beyond this quantile are held to it when the level's error is found
USUAL_PARTS = np.array([0.8, 0.0])  # of own change, of cohort survival's, without hindcasts
MOST_PARTS = 1.5  # of the two together: changes may come out larger than foreseen, within reason
INERTIAS = tuple(np.linspace(0.0, 0.6, 13))  # weights of last year's total that are tried


@dataclass(frozen=True)
class OneYear:
    """What each source expected a year ahead of one year on record, and what came.

    All (place, grade): `current` and `actual` pupils, those `moved` up by their progression ratios,
    those expected from the `side`, and where pupils may move up (`fed`).
    """

    current: Floats
    actual: Floats
    moved: Floats
    side: Floats
    fed: Flags


def hindcast_years(panel: Panel, depth: int, decay: float) -> list[OneYear]:
    """Look a year ahead from each year on record but the first, with what was known then.

    Ratios and what came are without the counts that fill gaps.
    """
    level, told, feeders = panel.levels[depth], panel.told(depth), panel.feeders_of(depth)
    moving = bring_up(told, panel.follows, feeders)
    years = []
    for origin in range(1, level.pupils.shape[-1] - 1):
        known = level.until(origin)
        current = known.pupils[..., -1]
        before = bring_up(current, panel.follows, feeders)
        past = slice(origin + 1)
        ratios = fit_ratios(told[..., past], moving[..., past], panel.ancestors(depth))
        if depth:
            above = panel.levels[depth - 1].until(origin)
            side = share_parent(known, above, decay) * above.pupils[level.parent, :, -1]
        else:
            side = average_recent(known.pupils, decay)
        years.append(
            OneYear(
                current,
                told[..., origin + 1],
                np.nan_to_num(before) * ratios,
                np.nan_to_num(side),
                np.isfinite(before),
            )
        )
    return years


def weigh_progression(years: list[OneYear], shape: tuple[int, ...]) -> Floats:
    """Weight of progression against the side forecast in each cell, (place, grade), 0 to 1.

    The weights go with the mean square errors (Bates, Granger 1969), in pupils over the root of
    pupils. A cell's errors count against those of its level as its years against `PRIOR_YEARS`.
    """
    if not years:
        return np.full(shape, 0.5)
    valid = np.stack(
        [year.fed & (np.nan_to_num(year.current) > 0) & np.isfinite(year.actual) for year in years],
        axis=-1,
    )
    if not valid.any():
        return np.full(shape, 0.5)
    actual = np.stack([np.nan_to_num(year.actual) for year in years], axis=-1)
    scale = np.sqrt(np.maximum(actual, 5.0))
    weights = valid * DECAY ** np.arange(len(years))[::-1]
    squares = []
    for source, least in zip(("moved", "side"), LEAST_ERRORS, strict=True):
        expected = np.stack([getattr(year, source) for year in years], axis=-1)
        error = np.where(valid, (expected - actual) / scale, 0.0)
        bound = np.quantile(np.abs(error[valid]), TRIM)
        typical = least + np.mean(np.minimum(np.abs(error[valid]), bound) ** 2)
        own = (weights * error**2).sum(axis=-1) + PRIOR_YEARS * typical
        squares.append((own / (weights.sum(axis=-1) + PRIOR_YEARS)) ** SHARPNESS)
    progression, side = squares
    return np.asarray(side / (progression + side))


def weigh_inertia(years: list[OneYear], weight: Floats) -> float:
    """Weight of last year's total against the forecast of a place's total, 0 to 0.6.

    A place's total moves less than its cells together say: seats, staff and habit hold it. The
    weight is the one whose errors over the root of pupils have been least.
    """
    totals = []
    for year in years:
        same = find_unchanged(year.current, year.actual)
        expected = year.side + weight * year.fed * (year.moved - year.side)
        cells = (np.where(np.isfinite(year.current), expected, 0.0), year.current, year.actual)
        totals.append([np.nan_to_num(item[same]).sum(axis=1) for item in cells])
    if not totals:
        return 0.0
    forecast, last, actual = (np.concatenate(parts) for parts in zip(*totals, strict=True))
    errors = [
        (np.abs(forecast + inertia * (last - forecast) - actual) / (np.sqrt(actual) + 1)).sum()
        for inertia in INERTIAS
    ]
    return float(INERTIAS[int(np.argmin(errors))])


def weigh_changes(
    pupils: Floats, hindcasts: Mapping[int, tuple[Floats, Floats]], horizon: int
) -> Floats:
    """Parts of two changes foreseen for the whole's total that have come true, (lead, change).

    Those whose forecasts would have missed least, in logs, at that lead (ridge regression);
    `USUAL_PARTS` counts as `USUAL_YEARS` years' hindcasts of the two together. What is left keeps
    to the last number.

    Parameters
    ----------
    pupils
        (grade, year) of the whole.
    hindcasts
        Position of the origin -> own forecast and that of cohort survival, (grade, lead) each.
    """
    parts = np.tile(USUAL_PARTS, (horizon, 1))
    for lead in range(1, horizon + 1):
        seen = [
            _log_changes(pupils, origin, lead, forecasts)
            for origin, forecasts in hindcasts.items()
            if forecasts[0].shape[-1] >= lead
        ]
        rows = np.array([row for row in seen if np.isfinite(row).all()])
        if len(rows):
            foreseen, came = rows[:, 1:], rows[:, 0]
            known = foreseen.T @ foreseen
            prior = USUAL_YEARS / len(rows) * max(np.trace(known) / 2, 1e-12)
            off = foreseen.T @ (came - foreseen @ USUAL_PARTS)
            parts[lead - 1] += np.linalg.solve(known + prior * np.eye(2), off)
    parts = np.clip(parts, 0.0, 1.0)
    return np.asarray(parts / np.maximum(parts.sum(axis=1, keepdims=True) / MOST_PARTS, 1.0))


def _log_changes(
    pupils: Floats, origin: int, lead: int, forecasts: tuple[Floats, Floats]
) -> list[float]:
    """Return logs of the change that came and of those foreseen, in grades taught throughout."""
    start, actual = pupils[:, origin], pupils[:, origin + lead]
    taught = np.isfinite(start) & np.isfinite(actual)
    totals = [actual[taught].sum(), *(np.nansum(each[taught, lead - 1]) for each in forecasts)]
    before = start[taught].sum()
    if min(before, *totals) <= 0:
        return [np.nan] * 3
    return [float(np.log(total / before)) for total in totals]
