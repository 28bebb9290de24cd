"""Entry: pupils of grades that no other grade feeds, from shares, trend and births."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.demand.panel import Floats, Level

DECAYS = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)  # smoothing tried: weight of a year against the next
TREND_DECAY = 0.3
GROWTH_CAP = 0.2  # log growth a year beyond which a grade of the whole is not growing but new
USUAL_RISE = 0.05  # log growth a year that grades of a whole may have, before their noise is seen
JUMP = 2.0  # spreads that one year may lie from where the years before it lead
DAMPING = 0.85  # part of a year's growth kept the year after (Gardner, McKenzie 1985)
HINDCAST_LEADS = 3
USUAL_GROWTH, USUAL_FALL = 0.0, 1.0  # parts of growth and of fall carried on without hindcasts
USUAL_YEARS = 6.0  # hindcasts that these count as
FIRST_TREND, TREND_LEADS = 3, 5  # first year on record that trends are tried from, and how far


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
    """Recent mean of each grade and its damped trend, (place, grade, lead), past sudden jumps.

    As much of growth and of fall is carried on as hindcasts say (`earn_trend`).
    """
    recent, rise = _fit_trend(pupils, decay, horizon)
    growth, fall = earn_trend(pupils, decay)
    return np.asarray(recent[..., None] * np.exp(np.where(rise > 0, growth, fall) * rise))


def earn_trend(pupils: Floats, decay: float) -> tuple[float, float]:
    """Parts of a place's growing, and of its falling, grades' trend that have come true, 0 to 1.

    Those whose forecasts from every year on record would have missed least, in logs, grades by
    their pupils, leads up to `TREND_LEADS`. `USUAL_GROWTH` and `USUAL_FALL` count as `USUAL_YEARS`
    years' hindcasts: births that fell went on falling in most places of the last decade, and
    births that rose turned, so that growth has to be earned.
    """
    years = pupils.shape[-1]
    gained, spread = np.zeros(2), np.zeros(2)
    origins = range(FIRST_TREND, years - 1)
    for origin in origins:
        leads = min(TREND_LEADS, years - 1 - origin)
        recent, rise = _fit_trend(pupils[..., : origin + 1], decay, leads)
        actual = pupils[..., origin + 1 : origin + 1 + leads]
        known = np.isfinite(actual) & (actual > 0) & (recent > 0)[..., None]
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.where(known, np.log(actual / recent[..., None]), 0.0)
        size = np.where(known, actual, 0.0)
        for side, moved in enumerate((np.maximum(rise, 0.0), np.minimum(rise, 0.0))):
            gained[side] += (size * off * moved).sum()
            spread[side] += (size * moved**2).sum()
    learnt = np.clip(gained / np.maximum(spread, 1e-12), 0.0, 1.0)
    count = len(origins) * spread / max(spread.sum(), 1e-12)
    usual = np.array([USUAL_GROWTH, USUAL_FALL])
    growth, fall = (count * learnt + USUAL_YEARS * usual) / (count + USUAL_YEARS)
    return float(growth), float(fall)


def _fit_trend(pupils: Floats, decay: float, horizon: int) -> tuple[Floats, Floats]:
    """Recent mean (place, grade), and the log growth that the trend would add (.., lead).

    The growth of the latest years is drawn to none by its noise, as growths of `USUAL_RISE` spread
    would be (normal errors, normal prior): a preschool that goes up and down by a tenth each year
    has no trend that can be seen in three of them.
    """
    noise = _measure_noise(pupils)
    pupils = _hold_jumps(pupils)
    before, after = np.nan_to_num(pupils[..., :-1]), np.nan_to_num(pupils[..., 1:])
    valid = (before > 0) & (after < 2 * before) & (after > before / 2)
    weights = valid * TREND_DECAY ** np.arange(before.shape[-1])[::-1]
    growth = np.log(((after * weights).sum(axis=-1) + 1) / ((before * weights).sum(axis=-1) + 1))
    part = (weights**2).sum(axis=-1) / np.maximum(weights.sum(axis=-1) ** 2, 1e-12)
    growth = np.clip(growth, -GROWTH_CAP, GROWTH_CAP) / (1 + noise * part / USUAL_RISE**2)
    damped = np.cumsum(DAMPING ** np.arange(1, horizon + 1))
    return average_recent(pupils, decay), np.asarray(growth[..., None] * damped)


def _measure_noise(pupils: Floats) -> Floats:
    """Variance of a grade's log growth from year to year, (place, grade).

    From the median change of growth, which has twice its variance: neither one odd year nor a fall
    that gathers speed is taken for noise.
    """
    growth = np.diff(np.log(np.maximum(pupils.reshape(-1, pupils.shape[-1]), 1.0)), axis=1)
    spread = 1.4826 * _median_known(np.abs(np.diff(growth, axis=1)))
    return np.asarray((spread**2 / 2).reshape(pupils.shape[:-1]))


def _hold_jumps(pupils: Floats) -> Floats:
    """Hold each year to `JUMP` spreads from where the years before it lead (robust smoothing).

    A grade that falls by a tenth in one year, after years of a percent, is half an accident: the
    series follows it by so much a year (Gelper, Fried, Croux 2010).
    """
    if pupils.shape[-1] < 4:
        return pupils
    logs = np.log(np.maximum(pupils.reshape(-1, pupils.shape[-1]), 1.0))
    known = np.isfinite(logs)
    steps = np.diff(logs, axis=1)
    usual = _median_known(steps)
    spread = 1.4826 * _median_known(np.abs(steps - usual[:, None]))
    mean = np.nansum(logs, axis=1) / np.maximum(known.sum(axis=1), 1)
    bound = JUMP * np.maximum(spread, np.exp(-mean / 2))  # 1 / sqrt(pupils)
    held = logs.copy()
    for year in range(1, held.shape[1]):
        expected = held[:, year - 1] + usual
        off = np.clip(held[:, year] - expected, -bound, bound)
        held[:, year] = np.where(np.isfinite(off), expected + off, held[:, year])
    least, most = np.fmin.reduce(logs, axis=1), np.fmax.reduce(logs, axis=1)
    held = np.clip(held, least[:, None], most[:, None])
    return np.asarray(np.exp(held).reshape(pupils.shape))


def _median_known(values: Floats) -> Floats:
    """Median of each row's known values; 0 without any."""
    some = np.isfinite(values).any(axis=1)
    median = np.zeros(len(values))
    median[some] = np.nanmedian(values[some], axis=1)
    return median


def weigh_signal(
    entered: Floats, expected: Floats, cohorts: Floats, decay: float
) -> tuple[Floats, Floats]:
    """Say what births tell of the entrants to come, and how far it is new, (place, lead) each.

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
        (place, year on record and lead); NaN where not known: then the last known one.
    """
    years = entered.shape[1]
    past, coming = cohorts[:, :years], carry_forward(cohorts)[:, years:]
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
    signal = np.where(usable[:, None] & np.isfinite(signal), signal, 0.0)
    weight = signal**2 / np.maximum(signal**2 + noise[:, None], 1e-12)
    return np.asarray(expected * np.exp(signal)), np.asarray(weight)


def carry_forward(values: Floats) -> Floats:
    """Hold the last known value along each row; NaN before the first."""
    return pd.DataFrame(values).ffill(axis=1).to_numpy(float)
