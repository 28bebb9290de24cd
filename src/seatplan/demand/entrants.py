"""Entrants: births against the recent years of the entry grade, weighed by hindcasts of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from seatplan.demand.births import Births
from seatplan.demand.entry import project_whole, share_parent, weigh_signal
from seatplan.demand.panel import Floats, Level, Panel, sum_by
from seatplan.demand.progression import DECAY

FIRST = 2  # position of the first year on record that hindcasts are made from


def expect_entrants(panel: Panel, decays: Sequence[float], horizon: int) -> list[Floats]:
    """Expect the first grade's pupils, (place, lead), from the whole down to where births stand.

    At each level there are two forecasts: the recent years (at the top mean and trend, below the
    share of the level above), and the recent ratio of entrants to cohort times the cohort to come.
    Both are made anew from every year on record, with the births known then; `weigh_hindcasts`
    weighs them. Cohorts that are not born yet have the size of the last one known.

    Parameters
    ----------
    decays
        Smoothing of the shares of each level, as `choose_decay`.
    """
    births = panel.births
    if births is None:
        return []
    last = len(panel.years) - 1
    above: dict[int, Floats] = {}
    final = []
    for depth in range(births.depth + 1):
        level = _keep_entry(panel.levels[depth])
        own = _sum_births(births, panel, depth)
        side, told, prior = {}, {}, {}
        for origin in [*range(FIRST, last), last]:
            known = level.until(origin)
            side[origin] = _expect(panel, depth, origin, decays[depth], above, horizon)
            cohorts = (own if origin == last else own.until(panel.years[origin])).cohorts(
                range(panel.years[0], panel.years[origin] + horizon + 1)
            )
            told[origin], prior[origin] = weigh_signal(
                known.pupils[:, 0], side[origin], cohorts, DECAY
            )
        weight = weigh_hindcasts(level.pupils[:, 0], side, told, prior[last])
        for origin in side:
            shift = np.log(np.maximum(told[origin], 1e-9) / np.maximum(side[origin], 1e-9))
            side[origin] = side[origin] * np.exp(weight * np.where(side[origin] > 0, shift, 0.0))
        above = side
        final.append(side[last])
    return final


def weigh_hindcasts(
    entered: Floats, side: dict[int, Floats], told: dict[int, Floats], prior: Floats
) -> Floats:
    """Weight of births, (place, lead), 0 to 1: the one whose forecasts would have missed least.

    In pupils over the root of pupils, all places of the level together, by lead (Granger and
    Ramanathan 1984, weights that sum to 1). `prior`, what signal and noise say of births without
    any hindcast, counts as much as the two forecasts are apart now: where they have never been far
    apart before, hindcasts say little of a turn.
    """
    last, horizon = max(side), prior.shape[1]
    weight = prior.copy()
    for lead in range(1, horizon + 1):
        gained = spread = 0.0
        for origin in range(FIRST, last - lead + 1):
            actual = entered[:, origin + lead]
            apart = told[origin][:, lead - 1] - side[origin][:, lead - 1]
            missed = actual - side[origin][:, lead - 1]
            known = np.isfinite(actual) & np.isfinite(apart)
            scale = 1.0 / np.maximum(actual[known], 1.0)
            gained += float((scale * apart[known] * missed[known]).sum())
            spread += float((scale * apart[known] ** 2).sum())
        now, before = told[last][:, lead - 1], side[last][:, lead - 1]
        present = float(np.nansum((now - before) ** 2 / np.maximum(before, 1.0)))
        if spread > 0:
            learnt = (gained + present * prior[:, lead - 1]) / (spread + present)
            weight[:, lead - 1] = np.clip(learnt, 0.0, 1.0)
        elif lead > 1 and present > 0:  # no hindcast reaches so far
            weight[:, lead - 1] = weight[:, lead - 2]
    return weight


def _expect(
    panel: Panel, depth: int, origin: int, decay: float, above: dict[int, Floats], horizon: int
) -> Floats:
    """Entrants expected without the births of the level itself, (place, lead)."""
    level = _keep_entry(panel.levels[depth]).until(origin)
    if depth == 0:
        return project_whole(level.pupils, decay, horizon)[:, 0]
    share = share_parent(level, _keep_entry(panel.levels[depth - 1]).until(origin), decay)
    return np.asarray(share * above[origin][level.parent])


def _keep_entry(level: Level) -> Level:
    return replace(level, pupils=level.pupils[:, :1], siblings=level.siblings[:, :1])


def _sum_births(births: Births, panel: Panel, depth: int) -> Births:
    """Births by the places of a level at or above theirs; not known where one part is not."""
    counts = births.counts
    for lower in range(births.depth, depth, -1):
        parent = panel.levels[lower].parent
        counts = sum_by(counts, parent, len(panel.levels[lower - 1].labels))
    return replace(births, depth=depth, counts=counts)
