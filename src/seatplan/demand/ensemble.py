"""Ensemble: joint draws of a roll forecast, as wide as its own hindcasts say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import lsq_linear

from seatplan.demand.panel import Floats, Ints, Panel, build_panel, find_unchanged, sum_by
from seatplan.demand.roll_forecast import RollForecast, forecast_panel
from seatplan.demand.rolls import KEYS
from seatplan.errors import InputError

FIRST_HINDCAST = 2  # position of the first year on record that hindcasts are made from
INNER, OUTER = 0.80, 0.95  # intervals that the spread and its tails are fitted to
TAILS = (3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 30.0, 100.0)  # degrees of freedom tried
WIDEST, LARGEST = np.float32(4.0), np.float32(2.0)  # bounds of a unit's scale, of a log shock
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
    """How far hindcasts of the same rolls have been off: by cell, by total, and in the tails."""

    cell: Spread
    total: Spread
    tails: float


@dataclass(frozen=True)
class RollDraws:
    """Equally likely futures of the same rolls.

    Parameters
    ----------
    pupils
        float32 (draw, unit, grade, year); 0 where the grade is not taught.
    forecast
        The forecast that the draws lie about.
    years
        The years of the last axis.
    """

    pupils: NDArray[np.float32]
    forecast: RollForecast
    years: tuple[int, ...]

    def draw(self, number: int) -> RollForecast:
        """Return one draw as a forecast, to be put through whatever a forecast can."""
        index = self.forecast.pupils.index
        rolls = self.forecast.rolls
        at = _locate(index, rolls.units, rolls.grades, self.years)
        values = self.pupils[number][at].astype(float)
        return RollForecast(pd.Series(values, index=index, name="pupils"), rolls)

    def intervals(
        self, place: str = "unit", chances: Sequence[float] = (INNER, OUTER)
    ) -> pd.DataFrame:
        """Bounds of pupils by place and year, one pair of columns for each chance.

        `place` is "grade" (unit x grade), "unit", a parent's column, or "all". Columns are named
        low_80, high_80, and so on.
        """
        values, labels = self._sum_to(place)
        levels = [q for chance in chances for q in ((1 - chance) / 2, (1 + chance) / 2)]
        bounds = np.quantile(values, levels, axis=0).reshape(len(levels), -1)
        columns = [
            f"{side}_{round(100 * chance)}" for chance in chances for side in ("low", "high")
        ]
        table = pd.DataFrame(bounds.T, index=labels, columns=columns)
        return table.reindex(self.forecast.pupils.index) if place == "grade" else table

    def _sum_to(self, place: str) -> tuple[NDArray[np.float32], pd.MultiIndex]:
        """Draws by place, (draw, place, ..., year), and the labels of all but the first axis."""
        rolls, years = self.forecast.rolls, list(self.years)
        if place == "grade":
            return self.pupils, pd.MultiIndex.from_product(
                [list(rolls.units), list(rolls.grades), years], names=KEYS
            )
        keys = {"unit": rolls.units.to_numpy(), "all": np.array(["all"] * len(rolls.units))}
        code, names = pd.factorize(
            keys[place] if place in keys else rolls.parents[place].to_numpy(), sort=True
        )
        order = np.argsort(code, kind="stable")
        starts = np.searchsorted(code[order], np.arange(len(names)))
        whole = np.add.reduceat(self.pupils.sum(axis=2)[:, order], starts, axis=1)
        return whole, pd.MultiIndex.from_product([list(names), years], names=[place, "year"])


def draw_rolls(forecast: RollForecast, n: int = 1000, seed: int = 0) -> RollDraws:
    """Draw `n` futures of a roll forecast, all units, grades and years together.

    Hindcasts are made from every year on record; the spread of their log errors is fitted by size
    and lead, for cells and for totals. A draw multiplies the forecast by shocks shared by the
    whole, by each parent, by the unit, and by the cohort, whose variances are such that the errors
    of cells and of totals at every level come out as wide as they were. Shocks grow with the lead
    and move up with their cohort. A unit's own shocks share a random scale (Student's t), for some
    units are upset more than others.
    """
    if n < 1:
        raise InputError(f"n: {n} draws; give 1 or more")
    rolls = forecast.rolls
    panel = build_panel(rolls)
    years = tuple(sorted({int(y) for y in forecast.pupils.index.get_level_values("year")}))
    index = forecast.pupils.index
    cube = np.zeros((len(rolls.units), len(rolls.grades), years[-1] - rolls.years[-1]))
    at = _locate(index, rolls.units, rolls.grades, range(rolls.years[-1] + 1, years[-1] + 1))
    cube[at] = forecast.pupils.to_numpy()
    model = fit_errors(panel, hindcast_panel(panel))
    draws = draw_panel(panel, cube, model, n, seed)
    if len(years) < draws.shape[-1]:
        draws = draws[..., [year - rolls.years[-1] - 1 for year in years]]
    return RollDraws(draws, forecast, years)


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
    from m observations.

    Parameters
    ----------
    panel
        What is on record.
    hindcasts
        Position of the origin -> (unit, grade, lead); leads beyond the record are not used.
    """
    cells, totals = [], []
    for origin, forecast in hindcasts.items():
        for lead in range(1, len(panel.years) - origin):
            cells.append(_cell_errors(panel, forecast[..., lead - 1], origin, lead))
            totals.extend(_total_errors(panel, forecast[..., lead - 1], origin, lead))
    if not cells:
        raise InputError("rolls: draws take two years on record, to hindcast the second")
    cell, total = np.concatenate(cells, axis=1), np.concatenate(totals, axis=1)
    tails = _fit_tails(cell)
    spread = _fit_spread(total, tails)
    wider = 0.5 * np.log(1 + 1 / len(hindcasts))
    return ErrorModel(_fit_spread(cell, tails), replace(spread, level=spread.level + wider), tails)


def draw_panel(
    panel: Panel, forecast: Floats, model: ErrorModel, n: int, seed: int
) -> NDArray[np.float32]:
    """Draw (draw, unit, grade, lead) about a forecast (unit, grade, lead); see `draw_rolls`."""
    random = np.random.default_rng(seed)
    mean = np.nan_to_num(forecast)
    units, grades, horizon = mean.shape
    draws = np.empty((horizon, n, units, grades), dtype=np.float32)
    chain = [*panel.ancestors(len(panel.levels) - 1), (units, np.arange(units))]
    shared = [np.zeros((n, count), dtype=np.float32) for count, _ in chain]
    cohort = np.zeros((n, units, grades), dtype=np.float32)
    fresh = np.empty_like(cohort)
    chi = random.chisquare(model.tails, (n, units)).astype(np.float32)
    scale = np.minimum(np.sqrt(np.float32(model.tails) / chi), WIDEST)
    for lead in range(1, horizon + 1):
        old, new = np.float32(np.sqrt((lead - 1) / lead)), np.float32(np.sqrt(1 / lead))
        cohort[:, :, 1:] = cohort[:, :, :-1] * old
        cohort[:, :, 0] = 0.0
        random.standard_normal(out=fresh, dtype=np.float32)
        fresh[:, :, 1:] *= new
        cohort += fresh
        levels, own = split_variance(mean[..., lead - 1], chain, panel, model, lead)
        shock = np.zeros((n, units), dtype=np.float32)
        for depth, (count, place) in enumerate(chain):
            step = random.standard_normal((n, count), dtype=np.float32)
            shared[depth] = shared[depth] * old + step * new
            part = shared[depth] * np.sqrt(levels[depth]).astype(np.float32)
            shock += part[:, place] * (scale if depth == len(chain) - 1 else 1)
        log = cohort * (np.sqrt(own).astype(np.float32) * scale[:, :, None])
        log += shock[:, :, None]
        np.clip(log, -LARGEST, LARGEST, out=log)
        np.multiply(
            np.exp(log, out=log), mean[..., lead - 1].astype(np.float32), out=draws[lead - 1]
        )
    return np.moveaxis(draws, 0, -1)


def split_variance(
    mean: Floats, chain: list[tuple[int, Ints]], panel: Panel, model: ErrorModel, lead: int
) -> tuple[list[Floats], Floats]:
    """Split the spread into shocks: one variance by place for each level, one by cell.

    For a place of several parts with shares w the variance of its total is s + sum w^2 (v - s),
    where v is the variance of a part and s what the parts share; so s = (total - sum w^2 v) /
    (1 - sum w^2), between 0 and the total. Each level's shock is what its places share beyond the
    level above.
    """
    cells = np.where(mean > 0, model.cell.variance(mean, lead), 0.0)
    unit = mean.sum(axis=1)
    weights = mean / np.maximum(unit, 1e-12)[:, None]
    total = model.total.variance(unit, lead)
    shares = [_shared_variance(total, (weights**2).sum(axis=1), (weights**2 * cells).sum(axis=1))]
    own = np.maximum(cells - shares[0][:, None], 0.0) * (mean > 0)
    below, parts = total, unit
    for depth in range(len(chain) - 1, 0, -1):
        count, parent = chain[depth - 1][0], panel.levels[depth].parent
        whole = sum_by(parts, parent, count)
        weight = (parts / np.maximum(whole, 1e-12)[parent]) ** 2
        above = model.total.variance(whole, lead)
        shares.append(
            _shared_variance(
                above, sum_by(weight, parent, count), sum_by(weight * below, parent, count)
            )
        )
        below, parts = above, whole
    shares = shares[::-1]
    levels = [shares[0]]
    for depth in range(1, len(shares)):
        levels.append(
            np.maximum(shares[depth] - shares[depth - 1][panel.levels[depth].parent], 0.0)
        )
    return levels, own


def _shared_variance(total: Floats, weight: Floats, parts: Floats) -> Floats:
    single = weight > 0.999
    shared = (total - parts) / np.where(single, 1.0, 1.0 - weight)
    return np.where(single, total, np.clip(shared, 0.0, total))


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
    with the lead, at most in proportion to it.
    """
    rows = []
    for lead in np.unique(errors[1]):
        size, _, error = errors[:, errors[1] == lead]
        order = np.argsort(size)
        for part in np.array_split(order, max(1, len(order) // BIN)):
            bound = np.quantile(np.abs(error[part]), INNER)
            rows.append((size[part].mean(), lead, np.log(max(bound, 1e-4)), len(part)))
    x, lead, y, count = np.array(rows).T
    columns = np.stack([np.ones_like(x), x, lead], axis=1) * np.sqrt(count)[:, None]
    bounds = ([-np.inf, -0.5, 0.0], [np.inf, 0.0, 1.0])
    level, slope, growth = lsq_linear(columns, y * np.sqrt(count), bounds).x
    return Spread(level - np.log(stats.t.ppf((1 + INNER) / 2, tails)), slope, growth)


def _fit_tails(errors: Floats) -> float:
    """Degrees of freedom by the ratio of the outer to the inner quantile of scaled errors."""
    spread = _fit_spread(errors, 30.0)
    scaled = np.abs(errors[2]) / np.exp(
        spread.level + spread.size * errors[0] + spread.lead * errors[1]
    )
    ratio = np.quantile(scaled, OUTER) / np.quantile(scaled, INNER)
    chances = [(1 + OUTER) / 2, (1 + INNER) / 2]
    wanted = [np.divide(*stats.t.ppf(chances, tails)) for tails in TAILS]
    return TAILS[int(np.argmin(np.abs(np.array(wanted) - ratio)))]


def _locate(
    index: pd.Index, units: pd.Index, grades: Sequence[str], years: Sequence[int]
) -> tuple[Ints, Ints, Ints]:
    unit, grade, year = (index.get_level_values(name) for name in KEYS)
    return (
        units.get_indexer(unit),
        pd.Index(grades).get_indexer(grade),
        pd.Index(years).get_indexer(year),
    )
