"""Spread: how far hindcasts of the same rolls have been off, by size and lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats
from scipy.optimize import lsq_linear

from seatplan.demand.panel import Floats, Panel, find_unchanged, sum_by
from seatplan.demand.roll_forecast import forecast_panel
from seatplan.errors import InputError

FIRST_HINDCAST = 2  # position of the first year on record that hindcasts are made from
INNER, OUTER = 0.80, 0.95  # intervals that the spread and its tails are fitted to
TAILS = (3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 30.0, 100.0)  # degrees of freedom tried
USUAL_ERRORS, USUAL_NOISE = 5.0, 2.0  # what is expected before any error is seen
USUAL_TAILS, FEW_ERRORS = 5.0, 40  # tails where there are fewer errors than these
SHARED = 0.5  # how far cells err together in a year, against totals: settled on two panels
LEAD_YEARS = 2.0  # years of hindcasts that the mean of all leads counts for at one lead
USUAL_STRAY = 0.006  # log error of a whole for each year ahead, as in four panels; worth LEAD_YEARS
BIN = 60  # errors to a size class when the spread is fitted


@dataclass(frozen=True)
class Spread:
    """Typical size of log errors: exp(level + size x log pupils + lead x log years ahead).

    The square root of variance in the sense of the inner interval: `tails` degrees of freedom of
    Student's t turn it into quantiles.
    """

    level: float
    size: float
    lead: float

    def variance(self, pupils: Floats, lead: int) -> Floats:
        """Squared spread for a number of pupils, some years ahead."""
        log = self.level + self.size * np.log(np.maximum(pupils, 1.0)) + self.lead * np.log(lead)
        return np.asarray(np.exp(2 * log))


@dataclass(frozen=True)
class ErrorModel:
    """How far hindcasts of the same rolls have been off: by cell, by total, and in the tails.

    `leads` is (cell or unit's total, lead): by how much the variance at a lead is that of `cell` or
    `total`. `above` is (level above the units, lead): by how much the variance of the level's
    totals is that of `total`, from their own hindcasts; later leads have the last one.
    `years` (lead,) are the hindcasts at each lead, which are few: the whole's shock has so many
    degrees of freedom.
    """

    cell: Spread
    total: Spread
    tails: float
    leads: Floats
    above: Floats
    years: Floats

    def cell_variance(self, pupils: Floats, lead: int) -> Floats:
        """Squared spread of cells; leads beyond the record are as its last."""
        times = self.leads[0, min(lead, self.leads.shape[1]) - 1]
        return np.asarray(times * self.cell.variance(pupils, lead))

    def unit_variance(self, pupils: Floats, lead: int) -> Floats:
        """Squared spread of the totals of units; leads beyond the record are as its last."""
        times = self.leads[1, min(lead, self.leads.shape[1]) - 1]
        return np.asarray(times * self.total.variance(pupils, lead))

    def place_variance(self, depth: int, pupils: Floats, lead: int) -> Floats:
        """Squared spread of the totals of a level above the units.

        Beyond the leads that hindcasts reach, errors of the whole grow in proportion to the lead:
        what it was off by in one year it goes on being off by.
        """
        reach = self.above.shape[1]
        times = self.above[depth, min(lead, reach) - 1]
        if depth == 0:
            times *= max(lead / reach, 1.0) ** (2 - 2 * self.total.lead)
        return np.asarray(times * self.total.variance(pupils, lead))


def hindcast_panel(panel: Panel) -> dict[int, Floats]:
    """Forecasts of the units from every year on record, (unit, grade, lead), by its position."""
    last = len(panel.years) - 1
    return {
        origin: forecast_panel(panel.until(origin), last - origin)[-1]
        for origin in range(max(0, min(FIRST_HINDCAST, last - 1)), last)
    }


def fit_errors(panel: Panel, hindcasts: Mapping[int, Floats]) -> ErrorModel:
    """Fit the spread of hindcast errors by size and lead, and their tails.

    Errors of totals are shared by many places in the same year, so m years of hindcasts are m
    draws rather than thousands: the variance of totals is raised by 1 + 1 / m, as in a prediction
    from m observations, that of cells by its power `SHARED`. The totals of each level above the
    units have the mean square error of their own hindcasts at that lead.

    Parameters
    ----------
    panel
        What is on record.
    hindcasts
        Position of the origin -> (unit, grade, lead); leads beyond the record are not used.
    """
    cells: list[Floats] = []
    totals: dict[tuple[int, int], list[Floats]] = {}  # by depth and lead
    for origin, forecast in hindcasts.items():
        for lead in range(1, len(panel.years) - origin):
            cells.append(_cell_errors(panel, forecast[..., lead - 1], origin, lead))
            for depth, errors in enumerate(
                _total_errors(panel, forecast[..., lead - 1], origin, lead)
            ):
                totals.setdefault((depth, lead), []).append(errors)
    if not cells:
        raise InputError(
            "rolls: one year on record; intervals want two, for a forecast to be held against"
        )
    cell = np.concatenate(cells, axis=1)
    total = np.concatenate([errors for each in totals.values() for errors in each], axis=1)
    tails = _fit_tails(cell)
    wider = 0.5 * np.log(1 + 1 / len(hindcasts))
    single, spread = _fit_spread(cell, tails), _fit_spread(total, tails)
    finest = len(panel.levels) - 1
    units = [rows for (depth, _), each in totals.items() if depth == finest for rows in each]
    leads = np.stack(
        [
            _scale_leads(single, cell, tails, len(hindcasts)),
            _scale_leads(spread, np.concatenate(units, axis=1), tails, len(hindcasts)),
        ]
    )
    single = replace(single, level=single.level + SHARED * wider)
    spread = replace(spread, level=spread.level + wider)
    above, years = _compare_levels(spread, totals, len(panel.levels) - 1)
    return ErrorModel(single, spread, tails, leads, above, years)


def _scale_leads(spread: Spread, errors: Floats, tails: float, years: int) -> Floats:
    """Squared inner quantile of errors over the one that a spread expects, by lead.

    The spread grows evenly with the lead; errors need not. A lead's own years (one less for each
    year ahead) count against 1 as against `LEAD_YEARS`.
    """
    expected = float(stats.t.ppf((1 + INNER) / 2, tails))
    times = np.ones(years)
    for lead in range(1, years + 1):
        size, _, error = errors[:, np.isclose(errors[1], np.log(lead))]
        if len(error) >= FEW_ERRORS:
            scaled = np.abs(error) / np.sqrt(spread.variance(np.exp(size), lead))
            seen = (np.quantile(scaled, INNER) / expected) ** 2
            known = years + 1 - lead
            times[lead - 1] = (known * seen + LEAD_YEARS) / (known + LEAD_YEARS)
        else:
            times[lead - 1] = times[max(lead - 2, 0)]
    return times


def _compare_levels(
    spread: Spread, totals: Mapping[tuple[int, int], list[Floats]], levels: int
) -> tuple[Floats, Floats]:
    """Squared error of each upper level's totals over what `spread` expects, (level, lead).

    Raised by 1 + 1 / m, m years of hindcasts at the lead. A lead with few years is drawn, as if by
    `LEAD_YEARS` more, to what all leads say of it. Errors of the whole grow in proportion to the
    lead there, and are drawn, by as many years again, to `USUAL_STRAY`: a few quiet years are no
    promise.
    """
    leads = max(lead for _, lead in totals)
    ahead = np.arange(1, leads + 1, dtype=float)
    years = np.array([len(totals[0, lead]) for lead in range(1, leads + 1)], dtype=float)
    above = np.ones((levels, leads))
    for depth in range(levels):
        errors = [np.concatenate(totals[depth, lead], axis=1) for lead in range(1, leads + 1)]
        seen = np.array([_measure_times(spread, each, lead) for lead, each in enumerate(errors, 1)])
        known = np.where(np.isfinite(seen), years, 0.0)
        if known.any():
            growth = ahead ** (0.0 if depth else 2 - 2 * spread.lead)
            usual = growth * (np.nan_to_num(seen) / growth * known).sum() / known.sum()
            priors = [usual] if depth else [usual, _expect_stray(spread, errors, ahead)]
            drawn = np.nan_to_num(seen) * known + LEAD_YEARS * sum(priors)
            above[depth] = drawn / (known + LEAD_YEARS * len(priors)) * (1 + 1 / years)
    return above, years


def _expect_stray(spread: Spread, errors: list[Floats], ahead: Floats) -> Floats:
    """`USUAL_STRAY` squared over what `spread` expects of a whole of that size, by lead."""
    size = np.exp(np.concatenate(errors, axis=1)[0].mean())
    expected = np.array([float(spread.variance(size, int(lead))) for lead in ahead])
    return np.asarray((USUAL_STRAY * ahead) ** 2 / expected)


def _measure_times(spread: Spread, errors: Floats, lead: int) -> float:
    """Squared errors over the variance expected; NaN without any.

    Their mean; where there are `FEW_ERRORS` and more, which have tails, the square of their inner
    quantile over that of a normal error.
    """
    size, _, error = errors
    if not len(error):
        return float("nan")
    squares = error**2 / spread.variance(np.exp(size), lead)
    if len(error) < FEW_ERRORS:
        return float(squares.mean())
    return float(np.quantile(squares, INNER) / stats.norm.ppf((1 + INNER) / 2) ** 2)


def _cell_errors(panel: Panel, forecast: Floats, origin: int, lead: int) -> Floats:
    start = panel.units.pupils[..., origin]
    actual = panel.units.pupils[..., origin + lead]
    both = (np.nan_to_num(start) > 0) & np.isfinite(actual) & np.isfinite(forecast)
    return _log_errors(forecast[both], actual[both], lead)


def _total_errors(panel: Panel, forecast: Floats, origin: int, lead: int) -> list[Floats]:
    errors = []
    for depth, (count, place) in enumerate(
        [*panel.ancestors(len(panel.levels) - 1), (len(forecast), np.arange(len(forecast)))]
    ):
        pupils = panel.levels[depth].pupils
        start, actual = pupils[..., origin], pupils[..., origin + lead]
        same = find_unchanged(start, actual)
        whole = sum_by(np.nan_to_num(forecast), place, count).sum(axis=1)
        errors.append(_log_errors(whole[same], np.nan_to_num(actual[same]).sum(axis=1), lead))
    return errors


def _log_errors(forecast: Floats, actual: Floats, lead: int) -> Floats:
    """Rows: log of expected pupils, log of lead, log error; half a pupil keeps 0 finite."""
    log = np.log((actual + 0.5) / (forecast + 0.5))
    return np.stack([np.log(np.maximum(forecast, 1.0)), np.full(len(log), np.log(lead)), log])


def _fit_spread(errors: Floats, tails: float) -> Spread:
    """Regress the log of the inner quantile of |error| on log size and log lead, by size class.

    Errors of more pupils are smaller, at most as independent pupils are (size ** -1/2); they grow
    with the lead, at most in proportion to it. Two classes of `USUAL_ERRORS` errors, of
    `USUAL_NOISE` times the noise of counting, stand beside those on record: they matter only where
    there are few.
    """
    rows: list[tuple[float, float, float, float]] = []
    t_inner = float(stats.t.ppf((1 + INNER) / 2, tails))
    for lead in np.unique(errors[1]):
        size, _, error = errors[:, errors[1] == lead]
        order = np.argsort(size)
        for part in np.array_split(order, max(1, len(order) // BIN)):
            bound = np.quantile(np.abs(error[part]), INNER)
            rows.append((size[part].mean(), lead, np.log(max(bound, 1e-4)), len(part)))
    for size in (np.log(10.0), np.log(1000.0)):
        counting = t_inner * USUAL_NOISE * np.exp(-size / 2)
        rows.append((size, 0.0, np.log(counting), USUAL_ERRORS))
    x, lead, y, count = np.array(rows).T
    columns = np.stack([np.ones_like(x), x, lead], axis=1) * np.sqrt(count)[:, None]
    bounds = ([-np.inf, -0.5, 0.0], [np.inf, 0.0, 1.0])
    level, slope, growth = lsq_linear(columns, y * np.sqrt(count), bounds).x
    return Spread(level - np.log(t_inner), slope, growth)


def _fit_tails(errors: Floats) -> float:
    """Choose degrees of freedom by the ratio of the outer to the inner quantile of errors."""
    if errors.shape[1] < FEW_ERRORS:
        return USUAL_TAILS
    spread = _fit_spread(errors, 30.0)
    scaled = np.abs(errors[2]) / np.exp(
        spread.level + spread.size * errors[0] + spread.lead * errors[1]
    )
    ratio = np.quantile(scaled, OUTER) / np.quantile(scaled, INNER)
    chances = [(1 + OUTER) / 2, (1 + INNER) / 2]
    wanted = [np.divide(*stats.t.ppf(chances, tails)) for tails in TAILS]
    return TAILS[int(np.argmin(np.abs(np.array(wanted) - ratio)))]
