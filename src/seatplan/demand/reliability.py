"""Reliability: stated chances that a roll passes its seats, held against what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy import stats

from seatplan.demand.backtest import FIRST_ORIGIN, find_told, list_origins
from seatplan.demand.baselines import cohort_survival_3
from seatplan.demand.ensemble import draw_panel
from seatplan.demand.panel import Flags, Floats, Panel, build_panel, find_unchanged
from seatplan.demand.rolls import Rolls
from seatplan.demand.spread import fit_errors, hindcast_panel
from seatplan.errors import InputError

LEAD = 3  # years until a new school begun now opens
BAND = 0.1  # of a forecast, above and below: what practice allows cohort survival
CLASSES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)  # of stated chances
WHOLE = 0.5  # rolls are whole: more than 30 seats is 31 pupils, which 30.5 rounds to

Chance = Callable[[Floats, Floats], Floats]  # forecast roll, seats -> chance of more than the seats


def _spread_evenly(forecast: Floats, seats: Floats) -> Floats:
    half = np.maximum(BAND * forecast, 1e-9)
    part = (forecast + half - seats - WHOLE) / (2 * half)
    return np.asarray(np.clip(part, 0.0, 1.0), dtype=np.float64)


def _take_as_certain(forecast: Floats, seats: Floats) -> Floats:
    return np.asarray((forecast > seats + WHOLE) * 1.0, dtype=np.float64)


def _spread_normally(inside: float) -> Chance:
    """Return chances of a normal forecast that is within the band with a probability."""
    times = stats.norm.ppf(0.5 + inside / 2)

    def state(forecast: Floats, seats: Floats) -> Floats:
        deviation = np.maximum(BAND * forecast / times, 1e-9)
        return np.asarray(stats.norm.sf((seats + WHOLE - forecast) / deviation), dtype=np.float64)

    return state


BANDS: Mapping[str, Chance] = MappingProxyType(
    {
        "survival": _take_as_certain,
        "survival_even": _spread_evenly,
        "survival_80": _spread_normally(0.80),
        "survival_95": _spread_normally(0.95),
    }
)


@dataclass(frozen=True)
class Reliability:
    """How far stated chances of a roll over its seats agree with what came.

    Parameters
    ----------
    scores
        Index `method`: brier (mean of the squared distance between the stated chance and what came,
        0 or 1), skill (1 less the Brier score over that of stating the share of all, which nobody
        knows before; 0 says nothing of the single school), reliability (mean squared distance
        between what was said and seen in the classes of `table`; 0 is best; Murphy 1973), cells,
        seen (share that came over their seats).
    table
        Index (`method`, `from`, `to`): by classes of the stated chance, said (its mean), seen
        (share that came), cells.
    """

    scores: pd.DataFrame
    table: pd.DataFrame


def weigh_reliability(
    rolls: Rolls, *, lead: int = LEAD, draws: int = 200, seed: int = 0, panel: Panel | None = None
) -> Reliability:
    """State from each year the chance that each unit's roll passes its seats, and see what came.

    Seats are the largest roll of the five years up to the origin. Every forecast sees no later year
    than its origin. Methods are "seatplan" (the share of draws with more pupils than seats) and
    cohort survival by the mean of three yearly ratios, with ten per cent above and below: taken as
    certain ("survival"), every roll within the band alike ("survival_even"), and as the 80 or 95 %
    interval of a normal forecast ("survival_80", "survival_95").

    Units are scored that teach the same grades at the origin and at the target, with every grade
    on record then.

    Parameters
    ----------
    lead
        Years ahead.
    draws
        Draws for each origin.
    panel
        The rolls as arrays, where they know births (`add_births`).

    Raises
    ------
    InputError
        The record is too short for the lead.
    """
    panel = panel or build_panel(rolls)
    if lead < 1 or draws < 1 or len(panel.years) < FIRST_ORIGIN + lead:
        raise InputError(
            f"rolls: {len(panel.years)} years on record, lead {lead}, {draws} draws; want a lead "
            f"and draws of 1 or more, and {FIRST_ORIGIN} years more on record than the lead"
        )
    cells = pd.concat(_state_origins(panel, lead, draws, seed))
    parts = dict(list(cells.groupby("method", sort=False)))
    scores = pd.DataFrame({name: score_chances(rows) for name, rows in parts.items()}).T
    table = pd.concat({name: sort_chances(rows) for name, rows in parts.items()}, names=["method"])
    return Reliability(scores.rename_axis("method").astype({"cells": int}), table)


def _state_origins(panel: Panel, lead: int, draws: int, seed: int) -> Iterator[pd.DataFrame]:
    """Yield stated chances and what came, by method, for every origin whose target is on record."""
    hindcasts = hindcast_panel(panel)
    for origin in list_origins(panel):
        if origin + lead >= len(panel.years):
            return
        known = panel.until(origin)
        scored = _find_scored(panel, origin, lead)
        window = np.nansum(known.units.pupils[..., -FIRST_ORIGIN:], axis=1)
        seats = window.max(axis=-1)[scored]
        came = np.nansum(panel.raw[..., origin + lead], axis=1)[scored] > seats + WHOLE
        model = fit_errors(known, {year: hindcasts[year] for year in hindcasts if year < origin})
        drawn = draw_panel(known, hindcasts[origin][..., :lead], model, draws, seed)
        rolls = drawn[..., lead - 1][:, scored].sum(axis=2)
        stated = {"seatplan": (rolls > seats + WHOLE).mean(axis=0)}
        plain = np.nansum(cohort_survival_3(known, lead)[..., lead - 1][scored], axis=1)
        stated |= {name: state(plain, seats) for name, state in BANDS.items()}
        for method, chance in stated.items():
            yield pd.DataFrame({"method": method, "stated": chance, "came": came * 1.0})


def _find_scored(panel: Panel, origin: int, lead: int) -> Flags:
    pupils = panel.units.pupils
    same = find_unchanged(pupils[..., origin], pupils[..., origin + lead])
    return np.asarray(same & find_told(panel, origin + lead))


def score_chances(cells: pd.DataFrame) -> dict[str, float]:
    """Return what `Reliability.scores` has of columns stated and came (0 or 1)."""
    brier, seen = float(((cells.stated - cells.came) ** 2).mean()), float(cells.came.mean())
    plain = seen * (1 - seen)
    skill = 1 - brier / plain if plain > 0 else np.nan
    classes = sort_chances(cells)
    off = float((classes.cells * (classes.said - classes.seen) ** 2).sum() / len(cells))
    return {
        "brier": brier,
        "skill": skill,
        "reliability": off,
        "cells": len(cells),
        "seen": seen,
    }


def sort_chances(cells: pd.DataFrame) -> pd.DataFrame:
    """Sort columns stated and came into `CLASSES`: what was said and seen in each, where any is."""
    bounds = np.array(CLASSES)
    at = np.clip(np.searchsorted(bounds, cells.stated, side="right") - 1, 0, len(bounds) - 2)
    rows = cells.groupby([bounds[at], bounds[at + 1]]).agg(
        said=("stated", "mean"), seen=("came", "mean"), cells=("came", "size")
    )
    return rows.rename_axis(["from", "to"])
