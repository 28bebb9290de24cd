"""Ensemble: joint draws of a roll forecast, as wide as its own hindcasts say."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from seatplan.demand.panel import Floats, Ints, Panel, build_panel, sum_by
from seatplan.demand.roll_forecast import RollForecast
from seatplan.demand.rolls import KEYS
from seatplan.demand.spread import INNER, OUTER, ErrorModel, fit_errors, hindcast_panel
from seatplan.errors import InputError

WIDEST, LARGEST = np.float32(4.0), np.float32(2.0)  # bounds of a unit's scale, of a log shock
PART = 50  # draws made at a time


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
        return replace(self.forecast, pupils=pd.Series(values, index=index, name="pupils"))

    def intervals(
        self, place: str = "unit", chances: Sequence[float] = (INNER, OUTER)
    ) -> pd.DataFrame:
        """Bounds of pupils by place and year, one pair of columns for each chance.

        `place` is "grade" (unit x grade), "unit", a parent's column, or "all". Columns are named
        low_80, high_80, and so on.
        """
        values, labels = self._sum_to(place)
        levels = [q for chance in chances for q in ((1 - chance) / 2, (1 + chance) / 2)]
        bounds = bound_draws(values, levels).reshape(len(levels), -1)
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


def bound_draws(draws: NDArray[np.float32] | Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of draws along their first axis, such that a further draw lies below as often.

    The k-th of n draws is the k / (n + 1) quantile (Weibull; Hyndman, Fan 1996, type 6): between
    the plain quantiles 0.1 and 0.9 of 60 draws lie 77 % of further ones, between these 80.
    """
    return np.asarray(np.quantile(draws, levels, axis=0, method="weibull"), dtype=np.float64)


def tabulate_cells(draws: RollDraws) -> pd.DataFrame:
    """Pupils of every unit, grade and year with the bounds of their intervals, one row each."""
    bounds = draws.intervals("grade")
    return draws.forecast.pupils.to_frame().join(bounds).reset_index()


def tabulate_totals(draws: RollDraws) -> pd.DataFrame:
    """Pupils of the whole, every place and every unit by year, with the bounds of intervals.

    Columns level ("all", a parent's column, "unit"), place, year, pupils, low_80, ....
    """
    levels = ["all", *map(str, list(draws.forecast.rolls.parents)[::-1]), "unit"]
    parts = []
    for level in levels:
        totals = draws.forecast.total(level).rename_axis(["place", "year"])
        bounds = draws.intervals(level).rename_axis(["place", "year"])
        table = totals.to_frame().join(bounds).reset_index()
        table.insert(0, "level", level)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def draw_rolls(forecast: RollForecast, n: int = 1000, seed: int = 0) -> RollDraws:
    """Draw `n` futures of a roll forecast, all units, grades and years together.

    Hindcasts are made from every year on record; the spread of their log errors is fitted by size
    and lead, for cells and for totals. A draw multiplies the forecast by shocks shared by the
    whole, by each parent, by the unit, and by the cohort, whose variances are such that the errors
    of cells and of totals at every level come out as wide as they were. Shocks grow with the lead
    and move up with their cohort. A unit's own shocks share a random scale (Student's t), for some
    units are upset more than others; the whole's shock is Student's t with as many degrees of
    freedom as there are years of hindcasts at the lead.
    """
    source = prepare_draws(forecast, n, seed)
    years = tuple(sorted({int(y) for y in forecast.pupils.index.get_level_values("year")}))
    draws = source.draw_all()
    last = forecast.rolls.years[-1]
    if len(years) < draws.shape[-1]:
        draws = draws[..., [year - last - 1 for year in years]]
    return RollDraws(draws, forecast, years)


def prepare_draws(forecast: RollForecast, n: int = 1000, seed: int = 0) -> Source:
    """Fit the spread of a roll forecast, for draws that are made part by part (`draw_rolls`)."""
    if n < 1:
        raise InputError(f"n: {n} draws; give 1 or more")
    rolls = forecast.rolls
    panel = forecast.panel or build_panel(rolls)
    last = int(forecast.pupils.index.get_level_values("year").max())
    cube = np.zeros((len(rolls.units), len(rolls.grades), last - rolls.years[-1]))
    at = _locate(
        forecast.pupils.index, rolls.units, rolls.grades, range(rolls.years[-1] + 1, last + 1)
    )
    cube[at] = forecast.pupils.to_numpy()
    return lay_shocks(panel, cube, fit_errors(panel, hindcast_panel(panel)), n, seed)


def draw_panel(
    panel: Panel, forecast: Floats, model: ErrorModel, n: int, seed: int
) -> NDArray[np.float32]:
    """Draw (draw, unit, grade, lead) about a forecast (unit, grade, lead); see `draw_rolls`."""
    return lay_shocks(panel, forecast, model, n, seed).draw_all()


def lay_shocks(panel: Panel, forecast: Floats, model: ErrorModel, n: int, seed: int) -> Source:
    """Find the sizes of the shocks about a forecast (unit, grade, lead)."""
    mean = np.nan_to_num(forecast)
    units, _, horizon = mean.shape
    chain = [*panel.ancestors(len(panel.levels) - 1), (units, np.arange(units))]
    shocks = []
    for lead in range(1, horizon + 1):
        shared, own = split_variance(mean[..., lead - 1], chain, panel, model, lead)
        levels = [np.sqrt(each).astype(np.float32) for each in shared]
        centre = mean[..., lead - 1].astype(np.float32)
        shocks.append(Shocks(centre, levels, np.sqrt(own).astype(np.float32)))
    freedom = [_count_years(model, lead) for lead in range(1, horizon + 1)]
    return Source(shocks, chain, model.tails, freedom, n, seed)


def _count_years(model: ErrorModel, lead: int) -> float:
    """Degrees of freedom of the whole's shock: the years of hindcasts at the lead, at least 2."""
    return float(max(2.0, model.years[min(lead, len(model.years)) - 1]))


@dataclass(frozen=True)
class Shocks:
    """One lead's forecast, (unit, grade), and the sizes of the shocks about it.

    `levels` holds one array by place for each level, coarse to fine; `own` is by (unit, grade).
    """

    centre: NDArray[np.float32]
    levels: list[NDArray[np.float32]]
    own: NDArray[np.float32]


@dataclass(frozen=True)
class Source:
    """What draws are made from, part by part.

    Parts of `PART` draws have a seed each, so that neither threads nor the order in which parts
    are asked for change what is drawn.

    Parameters
    ----------
    shocks
        By lead.
    chain
        The places of each level, coarse to fine, and the place of each unit.
    tails
        Degrees of freedom of a unit's own shocks.
    freedom
        Degrees of freedom of the whole's shock, by lead.
    count, seed
        Draws in all, and their seed.
    """

    shocks: list[Shocks]
    chain: list[tuple[int, Ints]]
    tails: float
    freedom: list[float]
    count: int
    seed: int

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return -(-self.count // PART)

    def draw_part(self, number: int) -> NDArray[np.float32]:
        """Draw the futures number x `PART` and those that follow: (draw, unit, grade, lead)."""
        size = min(PART, self.count - number * PART)
        draws = np.empty((len(self.shocks), size, *self.shocks[0].centre.shape), dtype=np.float32)
        random = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(number,)))
        heavy = _scale_whole(self.freedom, random.random(size))
        _draw_part(draws, self.shocks, self.chain, self.tails, heavy, random)
        return np.moveaxis(draws, 0, -1)

    def draw_all(self) -> NDArray[np.float32]:
        """Draw all futures: (draw, unit, grade, lead)."""
        units, grades = self.shocks[0].centre.shape
        draws = np.empty((len(self.shocks), self.count, units, grades), dtype=np.float32)

        def fill(number: int) -> None:
            first = number * PART
            draws[:, first : first + PART] = np.moveaxis(self.draw_part(number), -1, 0)

        with ThreadPoolExecutor() as threads:
            list(threads.map(fill, range(self.parts)))
        return np.moveaxis(draws, 0, -1)


def _draw_part(
    draws: NDArray[np.float32],
    shocks: list[Shocks],
    chain: list[tuple[int, Ints]],
    tails: float,
    heavy: NDArray[np.float32],
    random: np.random.Generator,
) -> None:
    """Fill (lead, draw, unit, grade) with draws; shocks are random walks of unit size."""
    _, n, units, _ = draws.shape
    shared = [np.zeros((n, count), dtype=np.float32) for count, _ in chain]
    cohort = np.zeros(draws.shape[1:], dtype=np.float32)
    fresh = np.empty_like(cohort)
    scale = np.sqrt(tails / random.chisquare(tails, (n, units))).astype(np.float32)
    np.minimum(scale, WIDEST, out=scale)
    for lead, now in enumerate(shocks, start=1):
        old, new = np.float32(np.sqrt((lead - 1) / lead)), np.float32(np.sqrt(1 / lead))
        cohort[:, :, 1:] = cohort[:, :, :-1] * old
        cohort[:, :, 0] = 0.0
        random.standard_normal(out=fresh, dtype=np.float32)
        fresh[:, :, 1:] *= new
        cohort += fresh
        shock = np.zeros((n, units), dtype=np.float32)
        for depth, (count, place) in enumerate(chain):
            step = random.standard_normal((n, count), dtype=np.float32)
            shared[depth] = shared[depth] * old + step * new
            part = (shared[depth] * now.levels[depth])[:, place]
            if depth == 0:
                part = part * heavy[lead - 1][:, None]
            shock += part * scale if depth == len(chain) - 1 else part
        log = cohort * now.own
        log *= scale[:, :, None]
        log += shock[:, :, None]
        np.clip(log, -LARGEST, LARGEST, out=log)
        np.multiply(np.exp(log, out=log), now.centre, out=draws[lead - 1])


def _scale_whole(freedom: list[float], chance: Floats) -> NDArray[np.float32]:
    """Turn each draw's normal shock of the whole into Student's t, (lead, draw), by one chance."""
    rows = [np.sqrt(df / stats.chi2.ppf(np.maximum(chance, 1e-6), df)) for df in freedom]
    return np.minimum(np.array(rows, dtype=np.float32), WIDEST)


def split_variance(
    mean: Floats, chain: list[tuple[int, Ints]], panel: Panel, model: ErrorModel, lead: int
) -> tuple[list[Floats], Floats]:
    """Split the spread into shocks: one variance by place for each level, one by cell.

    For a place of several parts with shares w the variance of its total is s + sum w^2 (v - s),
    where v is the variance of a part and s what the parts share; so s = (total - sum w^2 v) /
    (1 - sum w^2), between 0 and the total. Each level's shock is what its places share beyond the
    level above.
    """
    cells = np.where(mean > 0, model.cell_variance(mean, lead), 0.0)
    unit = mean.sum(axis=1)
    weights = mean / np.maximum(unit, 1e-12)[:, None]
    total = model.unit_variance(unit, lead)
    shares = [_shared_variance(total, (weights**2).sum(axis=1), (weights**2 * cells).sum(axis=1))]
    below, parts = total, unit
    for depth in range(len(chain) - 1, 0, -1):
        count, parent = chain[depth - 1][0], panel.levels[depth].parent
        whole = sum_by(parts, parent, count)
        weight = (parts / np.maximum(whole, 1e-12)[parent]) ** 2
        above = model.place_variance(depth - 1, whole, lead)
        shares.append(
            _shared_variance(
                above, sum_by(weight, parent, count), sum_by(weight * below, parent, count)
            )
        )
        below, parts = above, whole
    shares = shares[::-1]
    usual = (total * unit).sum() / max(unit.sum(), 1e-12)  # a unit's spread holds what all share
    reached = np.minimum(shares[0], usual)
    levels = [reached]
    for depth in range(1, len(shares)):
        above = reached[panel.levels[depth].parent]
        reached = np.maximum(shares[depth], above)
        levels.append(reached - above)
    own = np.maximum(cells - reached[:, None], 0.0) * (mean > 0)
    return levels, np.asarray(own)


def _shared_variance(total: Floats, weight: Floats, parts: Floats) -> Floats:
    single = weight > 0.999
    shared = (total - parts) / np.where(single, 1.0, 1.0 - weight)
    return np.where(single, total, np.clip(shared, 0.0, total))


def _locate(
    index: pd.Index, units: pd.Index, grades: Sequence[str], years: Sequence[int]
) -> tuple[Ints, Ints, Ints]:
    unit, grade, year = (index.get_level_values(name) for name in KEYS)
    return (
        units.get_indexer(unit),
        pd.Index(grades).get_indexer(grade),
        pd.Index(years).get_indexer(year),
    )
