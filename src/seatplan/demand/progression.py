"""Progression ratios: pooled over years, robust, shrunk from the unit to the places above it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from seatplan.demand.panel import Flags, Floats, Ints, sum_by

DECAY = 0.7  # weight of a year against the next one: half the weight lies in the last two years
PSEUDO_PUPILS = 100.0  # pupils' worth of evidence that the ratio of the place above counts for
RATIO_CAP = 3.0  # a yearly ratio beyond 1/3 ... 3 is an event, not a progression
HUBER = 1.345  # robust standard errors kept at full weight (Huber 1981, 95 % efficiency)
ROUNDS = 3


def fit_ratios(pupils: Floats, before: Floats, ancestors: list[tuple[int, Ints]]) -> Floats:
    """Fit the pupils in a grade for each pupil who may have moved up into it from the year before.

    Pupils over pupils, summed over years with weights `DECAY` ** age; the ratio of a place is drawn
    to that of the place above it as if `PSEUDO_PUPILS` more pupils had moved on at that ratio. A
    year that lies far from the others counts for less (Huber weights); phase-ins, which show as
    ratios beyond `RATIO_CAP`, do not count.

    Parameters
    ----------
    pupils
        (place, grade, year).
    before
        (place, grade, year) those who may move up into each cell a year later, as `bring_up`.
    ancestors
        As `Panel.ancestors`, coarse to fine.

    Returns
    -------
    (place, grade).
    """
    before, after = before[..., :-1], pupils[..., 1:]
    valid = np.isfinite(before) & np.isfinite(after) & (before > 0)
    before, after = np.where(valid, before, 0.0), np.where(valid, after, 0.0)
    valid &= (after <= RATIO_CAP * before) & (after >= before / RATIO_CAP)
    age = np.arange(before.shape[2])[::-1]
    weights = valid * DECAY**age
    chain = [*ancestors, (len(pupils), np.arange(len(pupils)))]
    ratios = _shrink_ratios(before, after, weights, chain)
    for _ in range(ROUNDS if valid.any() else 0):
        expected = before * ratios[:, :, None]
        distance = np.abs(after - expected) / np.sqrt(expected + 1.0)
        scale = 1.4826 * np.median(distance[valid])
        robust = np.minimum(1.0, HUBER * scale / np.maximum(distance, 1e-9))
        ratios = _shrink_ratios(before, after, weights * robust, chain)
    return ratios


def bring_up(pupils: Floats, follows: Flags, feeders: csr_array | None = None) -> Floats:
    """List the pupils who may move up into each cell a year later; NaN where there are none.

    They are those of the grade before in the same place; where it is not taught there, the parts
    of the grade before that the feeders of the place send (a row for each place of `feeders`).

    Parameters
    ----------
    pupils
        (place, grade) or (place, grade, year).
    follows
        (grade,): does the grade before it feed it?
    feeders
        (place, feeder): part of the leavers of each feeder who go to the place.
    """
    before = np.full_like(pupils, np.nan)
    before[:, 1:] = pupils[:, :-1]
    if feeders is not None:
        sent = feeders @ np.nan_to_num(pupils).reshape(len(pupils), -1)
        sent = np.roll(sent.reshape(pupils.shape), 1, axis=1)
        before = np.where(np.isnan(before) & (sent > 0), sent, before)
    before[:, ~follows] = np.nan
    return before


def _shrink_ratios(
    before: Floats, after: Floats, weights: Floats, chain: list[tuple[int, Ints]]
) -> Floats:
    """Ratios of the last level of `chain`, each level drawn to the one above."""
    old, new = (before * weights).sum(axis=2), (after * weights).sum(axis=2)
    ratios = np.ones((1, old.shape[1]))
    above = np.zeros(len(old), dtype=np.int64)
    for count, place in chain:
        parent = np.zeros(count, dtype=np.int64)
        parent[place] = above
        prior = PSEUDO_PUPILS * ratios[parent]
        ratios = (sum_by(new, place, count) + prior) / (sum_by(old, place, count) + PSEUDO_PUPILS)
        above = place
    return ratios
