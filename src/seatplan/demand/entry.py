"""Entry: pupils of grades that no other grade feeds, from shares, trend and births."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.demand.panel import Floats, Level

DECAYS = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)  # smoothing tried: weight of a year against the next
TREND_DECAY = 0.7
GROWTH_CAP = 0.2  # log growth a year beyond which a grade of the whole is not growing but new
JUMP = 2.0  # spreads that one year may lie from where the years before it lead
DAMPING = 0.9  # each year keeps this much of the growth of the year before (Gardner, McKenzie 1985)
HINDCAST_LEADS = 3


def average_recent(pupils: Floats, decay: float) -> Floats:
    """Mean over the years taught, weights `decay` ** age; 0 where never taught."""
    weights = np.isfinite(pupils) * decay ** np.arange(pupils.shape[-1])[::-1]
    total = (np.nan_to_num(pupils) * weights).sum(axis=-1)
    return np.asarray(total / np.maximum(weights.sum(axis=-1), 1e-12))


def share_parent(level: Level, above: Level, decay: float) -> Floats:
    """Share of each place in its parent's pupils, (place, grade).

    Pupils over pupils since the set of places that teach the grade under the parent last changed,
    so that an opening or a closure ends the old shares; weights `decay` ** age.
    """
    standing = level.siblings == level.siblings[..., -1:]
    standing = np.flip(np.logical_and.accumulate(np.flip(standing, -1), axis=-1), -1)
    weights = standing * decay ** np.arange(standing.shape[-1])[::-1]
    own = (np.nan_to_num(level.pupils) * weights).sum(axis=-1)
    whole = (np.nan_to_num(above.pupils)[level.parent] * weights).sum(axis=-1)
    return np.asarray(own / np.maximum(whole, 1e-12))


def choose_decay(level: Level, above: Level | None, entering: Floats) -> float:
    """Return the smoothing of shares (of the level, at the top) that hindcasts have favoured.

    For each year but the last, shares known by then are set against the shares of up to
    `HINDCAST_LEADS` years later, in the grades that pupils enter from outside the place; errors in
    pupils over the root of pupils, so that small places neither rule nor vanish.

    Parameters
    ----------
    entering
        (place, grade, year): 1 where the grade is taught and nobody moves up into it.
    """
    years = level.pupils.shape[-1]
    if years < 3:
        return 0.45
    scores = dict.fromkeys(DECAYS, 0.0)
    for decay in DECAYS:
        for origin in range(1, years - 1):
            old = level.until(origin)
            guess = (
                average_recent(old.pupils, decay)
                if above is None
                else share_parent(old, above.until(origin), decay)
            )
            for target in range(origin + 1, min(origin + HINDCAST_LEADS, years - 1) + 1):
                whole = 1.0 if above is None else above.pupils[level.parent, :, target]
                actual = level.pupils[..., target]
                error = np.abs(guess * whole - actual) / (np.sqrt(np.maximum(actual, 0)) + 1)
                scores[decay] += np.nansum(error * entering[..., origin])
    return min(scores, key=lambda decay: scores[decay])


def project_whole(pupils: Floats, decay: float, horizon: int) -> Floats:
    """Recent mean of each grade and its damped growth, (place, grade, lead), past sudden jumps."""
    pupils = _hold_jumps(pupils)
    before, after = np.nan_to_num(pupils[..., :-1]), np.nan_to_num(pupils[..., 1:])
    valid = (before > 0) & (after < 2 * before) & (after > before / 2)
    weights = valid * TREND_DECAY ** np.arange(before.shape[-1])[::-1]
    growth = np.log(((after * weights).sum(axis=-1) + 1) / ((before * weights).sum(axis=-1) + 1))
    growth = np.clip(growth, -GROWTH_CAP, GROWTH_CAP)
    damped = np.cumsum(DAMPING ** np.arange(1, horizon + 1))
    recent = average_recent(pupils, decay)
    return np.asarray(recent[..., None] * np.exp(growth[..., None] * damped))


def _hold_jumps(pupils: Floats) -> Floats:
    """Hold each year to `JUMP` spreads from where the years before it lead (robust smoothing).

    A grade that falls by a tenth in one year, after years of a percent, is half an accident: the
    series follows it by so much a year (Gelper, Fried, Croux 2010).
    """
    if pupils.shape[-1] < 4:
        return pupils
    series = pd.DataFrame(np.log(np.maximum(pupils.reshape(-1, pupils.shape[-1]), 1.0)))
    steps = series.diff(axis=1)
    usual = steps.median(axis=1).fillna(0.0).to_numpy()
    spread = 1.4826 * steps.sub(usual, axis=0).abs().median(axis=1).fillna(0.0).to_numpy()
    counting = np.exp(-series.mean(axis=1) / 2).fillna(1.0).to_numpy()  # 1 / sqrt(pupils)
    bound = JUMP * np.maximum(spread, counting)
    held = series.to_numpy().copy()
    for year in range(1, held.shape[1]):
        expected = held[:, year - 1] + usual
        off = np.clip(held[:, year] - expected, -bound, bound)
        held[:, year] = np.where(np.isfinite(off), expected + off, held[:, year])
    held = np.clip(
        held, series.min(axis=1).to_numpy()[:, None], series.max(axis=1).to_numpy()[:, None]
    )
    return np.asarray(np.exp(held).reshape(pupils.shape))


def weigh_births(entered: Floats, expected: Floats, cohorts: Floats, decay: float) -> Floats:
    """Draw the entry forecast `expected` to the births as far as they say something new.

    The births' forecast is the recent ratio of entrants to cohort times the cohort to come. Its
    weight is signal / (signal + noise): signal is the squared log distance between the two
    forecasts, noise the variance of the log ratio from year to year. Births that fall by a third
    get nearly all the weight; births that differ by what noise explains get little.

    Parameters
    ----------
    entered
        (place, year) entrants on record.
    expected
        (place, lead) entrants expected without births.
    cohorts
        (place, year on record and lead); NaN where not known.
    """
    years = entered.shape[1]
    past, coming = cohorts[:, :years], cohorts[:, years:]
    known = np.isfinite(past) & np.isfinite(entered) & (past > 0) & (entered > 0)
    weights = known * decay ** np.arange(years)[::-1]
    pupils = (np.where(known, entered, 0.0) * weights).sum(axis=1)
    children = (np.where(known, past, 0.0) * weights).sum(axis=1)
    ratio = pupils / np.maximum(children, 1e-12)
    usable = (known.sum(axis=1) >= 2) & (ratio > 0)
    ratio = np.where(usable, ratio, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.log(np.where(known, entered / (ratio[:, None] * past), 1.0))
        noise = (weights * spread**2).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-12)
        signal = np.log(ratio[:, None] * coming / expected)
    signal = _carry_forward(np.where(usable[:, None] & np.isfinite(signal), signal, np.nan))
    weight = signal**2 / np.maximum(signal**2 + noise[:, None], 1e-12)
    return np.asarray(expected * np.exp(weight * signal))


def _carry_forward(values: Floats) -> Floats:
    """Hold the last known value along each row; 0 before the first."""
    filled = pd.DataFrame(values).ffill(axis=1).fillna(0.0)
    return filled.to_numpy(float)
