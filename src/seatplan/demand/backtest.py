"""Backtest: forecasts made from each year on record, held against what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatplan.demand.baselines import METHODS
from seatplan.demand.ensemble import bound_draws, draw_panel
from seatplan.demand.panel import Flags, Floats, Level, Panel, build_panel, find_unchanged, sum_by
from seatplan.demand.rolls import Rolls
from seatplan.demand.spread import fit_errors, hindcast_panel
from seatplan.errors import InputError

CELL_SIZES = (25.0, 100.0)  # pupils in a grade: below 25, 25 to 99, 100 and more
TOTAL_SIZES = (200.0, 600.0)  # pupils in a school or place
INTERVALS = (0.80, 0.95)
TRIES = 1000  # of the bootstrap
FIRST_ORIGIN = 5  # years on record before the first forecast is made


@dataclass(frozen=True)
class Backtest:
    """How far forecasts were from what came.

    Parameters
    ----------
    table
        One row per method, level, size and lead: wape (sum of absolute errors over sum of actual
        pupils, %), mape (mean of absolute errors over actual pupils, %), bias (sum of errors over
        sum of actual pupils, %), cells (number scored), pupils (actual, summed over them). Levels
        are "grade" (unit x grade), "new grade" (grades that a unit did not teach at the origin),
        "unit" and the columns of parents (totals over grades); size is that at the origin, or
        "all".
        within_80: the distance that four of five forecasts kept from what came, % of the forecast.
    coverage
        One row per level ("all", the columns of parents, "unit", "grade"), size, lead and interval
        (80 or 95, %): covered (% of actual values within the interval), cells, and low and high,
        between which the coverage itself lies (95 %, a bootstrap of blocks of origins).
    origins
        Autumns that forecasts were made from.
    """

    table: pd.DataFrame
    coverage: pd.DataFrame
    origins: tuple[int, ...] = ()

    def wape(self, level: str) -> pd.DataFrame:
        """WAPE in %, methods by lead, over all sizes of one level."""
        rows = self.table[(self.table["level"] == level) & (self.table["size"] == "all")]
        return rows.pivot(index="method", columns="lead", values="wape")


def backtest(
    rolls: Rolls,
    leads: Sequence[int] = (1, 2, 3, 4, 5),
    methods: Sequence[str] = tuple(METHODS),
    *,
    targets: Sequence[int] | None = None,
    draws: int = 200,
    seed: int = 0,
    panel: Panel | None = None,
) -> Backtest:
    """Forecast from every year that has five on record up to it, and score the leads.

    A cell is scored where its grade is taught at the origin and at the target. Totals are scored
    where the same grades are taught at both, so that phase-ins are not counted as errors of any
    method. Each forecast sees only the years up to its origin; so does everything it chooses.

    Parameters
    ----------
    leads
        Years ahead.
    methods
        Names from `METHODS`.
    targets
        Years that are scored; all on record without it.
    draws
        Draws for each origin, for the coverage of intervals; 0 leaves coverage out.
    panel
        The rolls as arrays, where they know births (`add_births`).

    Raises
    ------
    InputError
        No such method, fewer than six years on record, a lead below 1, or none within the record.
    """
    if unknown := [name for name in methods if name not in METHODS]:
        raise InputError(f"methods: no {', '.join(unknown)}; there are {', '.join(METHODS)}")
    panel = panel or build_panel(rolls)
    if len(panel.years) <= FIRST_ORIGIN:
        raise InputError(
            f"rolls: {len(panel.years)} years on record; a backtest takes {FIRST_ORIGIN + 1}"
        )
    most = len(panel.years) - FIRST_ORIGIN
    if min(leads, default=0) < 1 or min(leads) > most:
        listed = ", ".join(map(str, leads)) or "none"
        raise InputError(
            f"leads: {listed}; {len(panel.years)} years on record take leads from 1 to {most}"
        )
    scored = [
        rows.assign(method=name)
        for name in methods
        for origin in list_origins(panel)
        for rows in _score_origin(panel, name, origin, leads, targets)
    ]
    covered = [*_cover_origins(panel, leads, targets, draws, seed)] if draws else []
    origins = tuple(panel.years[origin] for origin in list_origins(panel))
    return Backtest(_summarise(pd.concat(scored)), _summarise_coverage(covered), origins)


def list_origins(panel: Panel) -> range:
    """Positions of the years that forecasts are made from."""
    return range(FIRST_ORIGIN - 1, len(panel.years) - 1)


def _score_origin(
    panel: Panel, method: str, origin: int, leads: Sequence[int], targets: Sequence[int] | None
) -> Iterator[pd.DataFrame]:
    reach = _reach(panel, origin, leads, targets)
    if not reach:
        return
    forecast = METHODS[method](panel.until(origin), max(reach))
    for lead in reach:
        ahead = np.nan_to_num(forecast[..., lead - 1])
        yield _score_cells(panel, ahead, origin, lead)
        yield _score_new(panel, ahead, origin, lead)
        place = np.arange(len(ahead))
        for depth in range(len(panel.levels) - 1, -1, -1):
            level = panel.levels[depth]
            total = sum_by(ahead, place, len(level.labels))
            finest = depth == len(panel.levels) - 1
            told = find_told(panel, origin + lead) if finest else None
            yield _score_totals(level, total, origin, lead, told)
            place = level.parent[place]


def _reach(
    panel: Panel, origin: int, leads: Sequence[int], targets: Sequence[int] | None
) -> list[int]:
    """Leads whose target year is on record and to be scored."""
    years = dict(enumerate(panel.years))
    return [
        lead
        for lead in leads
        if origin + lead in years and (targets is None or years[origin + lead] in targets)
    ]


def _cover_origins(
    panel: Panel, leads: Sequence[int], targets: Sequence[int] | None, draws: int, seed: int
) -> Iterator[pd.DataFrame]:
    """Whether what came lies within the intervals, which see no later year than their origin."""
    hindcasts = hindcast_panel(panel)
    for origin in list_origins(panel):
        known = panel.until(origin)
        model = fit_errors(known, {year: hindcasts[year] for year in hindcasts if year < origin})
        ahead = hindcasts[origin][..., : max(leads)]
        drawn = draw_panel(known, ahead, model, draws, seed)
        for lead in _reach(panel, origin, leads, targets):
            start = panel.until(origin).units.pupils[..., -1]
            actual = panel.raw[..., origin + lead]
            both = np.isfinite(start) & np.isfinite(actual)
            futures = drawn[..., lead - 1]
            at = {"lead": lead, "origin": origin}
            yield _cover(futures[:, both], actual[both], start[both], CELL_SIZES, "grade").assign(
                **at
            )
            same = find_unchanged(start, panel.units.pupils[..., origin + lead])
            same &= find_told(panel, origin + lead)
            total, size = (np.nan_to_num(cells[same]).sum(axis=1) for cells in (actual, start))
            whole = futures[:, same].sum(axis=2)
            yield _cover(whole, total, size, TOTAL_SIZES, "unit").assign(**at)
            for rows in _cover_places(panel, futures.sum(axis=2), origin, lead):
                yield rows.assign(**at)


def _cover_places(
    panel: Panel, units: NDArray[np.float32], origin: int, lead: int
) -> Iterator[pd.DataFrame]:
    """Coverage of the totals of every level above the units, from draws by (draw, unit)."""
    for depth, (count, place) in enumerate(panel.ancestors(len(panel.levels) - 1)):
        level = panel.levels[depth]
        start, actual = level.pupils[..., origin], level.pupils[..., origin + lead]
        same = find_unchanged(start, actual)
        whole = sum_by(units.T.astype(float), place, count)[same].T
        total, size = (np.nan_to_num(cells[same]).sum(axis=1) for cells in (actual, start))
        yield _cover(whole, total, size, TOTAL_SIZES, level.name)


def _cover(
    draws: NDArray[np.float32] | Floats,
    actual: Floats,
    start: Floats,
    limits: tuple[float, float],
    level: str,
) -> pd.DataFrame:
    rows = []
    for chance in INTERVALS:
        low, high = bound_draws(draws, [(1 - chance) / 2, (1 + chance) / 2])
        inside = (low <= actual) & (actual <= high)
        rows.append(pd.DataFrame({"covered": 100.0 * inside, "interval": round(100 * chance)}))
    size = np.tile(name_sizes(start, limits), len(INTERVALS))
    return pd.concat(rows).assign(size=size, level=level)


def _summarise_coverage(rows: list[pd.DataFrame]) -> pd.DataFrame:
    """Coverage by level, size, lead and interval, with size "all" first."""
    keys = ["level", "size", "lead", "interval"]
    if not rows:
        return pd.DataFrame(columns=[*keys, "covered", "cells", "low", "high"])
    each = pd.concat(rows)
    both = pd.concat([each.assign(size="all"), each])
    grouped = both.groupby(keys, sort=False)["covered"].agg(covered="mean", cells="size")
    bounds = both.groupby([*keys, "origin"], sort=False)["covered"].agg(["sum", "count"])
    found = [_bound_coverage(rows) for _, rows in bounds.groupby(keys, sort=False)]
    table = grouped.reset_index()
    table[["low", "high"]] = np.array(found)
    places = [level for level in table["level"].unique() if level not in ("all", "unit", "grade")]
    rank = {level: place for place, level in enumerate(["all", *places, "unit", "grade"])}
    return table.sort_values("level", key=lambda names: names.map(rank), kind="stable")


def _bound_coverage(origins: pd.DataFrame) -> Floats:
    """95 % bounds of a coverage by a bootstrap of blocks of origins, as long as the lead.

    Forecasts of years that follow each other share their errors; blocks go round the record's end
    (Politis, Romano 1992). With few origins, or none outside, the bounds say little.
    """
    lead = int(origins.index.get_level_values("lead")[0])
    held, count = (origins[name].to_numpy(float) for name in ("sum", "count"))
    length, blocks = min(lead, len(held)), -(-len(held) // lead)
    starts = np.random.default_rng(0).integers(0, len(held), (TRIES, blocks))
    places = (starts[..., None] + np.arange(length)) % len(held)
    places = places.reshape(TRIES, -1)[:, : len(held)]
    shares = held[places].sum(axis=1) / count[places].sum(axis=1)
    return np.asarray(np.quantile(shares, [0.025, 0.975]))


def find_told(panel: Panel, year: int) -> Flags:
    """Units whose pupils of a year are all on record, so that their total is known."""
    filled, raw = panel.units.pupils[..., year], panel.raw[..., year]
    return np.asarray((np.isfinite(filled) == np.isfinite(raw)).all(axis=1))


def _score_new(panel: Panel, forecast: Floats, origin: int, lead: int) -> pd.DataFrame:
    """Grades that a unit of the origin teaches since; what nobody forecast is 0 pupils."""
    start, actual = panel.units.pupils[..., origin], panel.raw[..., origin + lead]
    stood: Flags = np.asarray(np.isfinite(start).any(axis=1))
    new = stood[:, None] & ~np.isfinite(start) & (np.nan_to_num(actual) > 0)
    rows = {"forecast": forecast[new], "actual": actual[new]}
    size = name_sizes(actual[new], CELL_SIZES)
    return pd.DataFrame(rows).assign(size=size, level="new grade", lead=lead)


def _score_cells(panel: Panel, forecast: Floats, origin: int, lead: int) -> pd.DataFrame:
    start, actual = panel.units.pupils[..., origin], panel.raw[..., origin + lead]
    both = np.isfinite(start) & np.isfinite(actual)
    rows = {"forecast": forecast[both], "actual": actual[both]}
    size = name_sizes(start[both], CELL_SIZES)
    return pd.DataFrame(rows).assign(size=size, level="grade", lead=lead)


def _score_totals(
    level: Level, forecast: Floats, origin: int, lead: int, told: Flags | None
) -> pd.DataFrame:
    start, actual = level.pupils[..., origin], level.pupils[..., origin + lead]
    same = find_unchanged(start, actual)
    same = same if told is None else same & told
    rows = {
        "forecast": np.where(np.isfinite(start), forecast, 0.0)[same].sum(axis=1),
        "actual": np.nan_to_num(actual[same]).sum(axis=1),
    }
    size = name_sizes(np.nan_to_num(start[same]).sum(axis=1), TOTAL_SIZES)
    return pd.DataFrame(rows).assign(size=size, level=level.name, lead=lead)


def name_sizes(pupils: Floats, limits: tuple[float, float]) -> NDArray[np.object_]:
    """Size class of each number of pupils: "<25", "25-99", "100+"."""
    low, high = (int(limit) for limit in limits)
    names = [f"<{low}", f"{low}-{high - 1}", f"{high}+"]
    return np.asarray(names, dtype=object)[np.digitize(pupils, limits)]


def _summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """Errors by method, level, size and lead, with size "all" first."""
    rows = rows.assign(error=rows["forecast"] - rows["actual"])
    rows["absolute"] = rows["error"].abs()
    rows["share"] = (rows["absolute"] / rows["actual"]).where(rows["actual"] > 0)
    rows["off"] = rows["absolute"] / rows["forecast"].clip(lower=1.0)
    keys = ["method", "level", "size", "lead"]
    both = pd.concat([rows.assign(size="all"), rows])
    sums = both.groupby(keys, sort=False).agg(
        absolute=("absolute", "sum"),
        error=("error", "sum"),
        pupils=("actual", "sum"),
        mape=("share", "mean"),
        within_80=("off", lambda off: 100 * off.quantile(0.8)),
        cells=("actual", "size"),
    )
    sums["wape"] = 100 * sums["absolute"] / sums["pupils"]
    sums["bias"] = 100 * sums["error"] / sums["pupils"]
    sums["mape"] *= 100
    return sums[["wape", "mape", "bias", "within_80", "cells", "pupils"]].reset_index()
