"""Progression ratios: pooled over years, robust, shrunk from the unit to the places above it."""

from __future__ import annotations

import numpy as np

from seatplan.demand.panel import Flags, Floats, Ints, sum_by

DECAY = 0.7  # weight of a year against the next one: half the weight lies in the last two years
PSEUDO_PUPILS = 100.0  # pupils' worth of evidence that the ratio of the place above counts for
RATIO_CAP = 3.0  # a yearly ratio beyond 1/3 ... 3 is an event, not a progression
HUBER = 1.345  # robust standard errors kept at full weight (Huber 1981, 95 % efficiency)
ROUNDS = 3


def fit_ratios(pupils: Floats, follows: Flags, ancestors: list[tuple[int, Ints]]) -> Floats:
    """Pupils in a grade for each pupil of the grade before it a year earlier.

    Pupils over pupils, summed over years with weights `DECAY` ** age; the ratio of a place is drawn
    to that of the place above it as if `PSEUDO_PUPILS` more pupils had moved on at that ratio. A
    year that lies far from the others counts for less (Huber weights); phase-ins, which show as
    ratios beyond `RATIO_CAP`, do not count.

    Parameters
    ----------
    pupils
        (place, grade, year).
    follows
        (grade,): does the grade before it feed it?
    ancestors
        As `Panel.ancestors`, coarse to fine.

    Returns
    -------
    (place, grade); 0 where the grade follows no other.
    """
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    valid = np.isfinite(before) & np.isfinite(after) & (before > 0) & follows[1:, None]
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
    full = np.zeros(pupils.shape[:2])
    full[:, 1:] = ratios * follows[1:]
    return full


def move_up(pupils: Floats) -> Floats:
    """Pupils of the grade before, (place, grade); 0 in the first."""
    moved = np.zeros_like(pupils)
    moved[:, 1:] = np.nan_to_num(pupils[:, :-1])
    return moved


def mark_fed(pupils: Floats, follows: Flags) -> Flags:
    """Mark where the grade before is taught in the same place and year, (place, grade, year)."""
    fed = np.zeros(pupils.shape, dtype=bool)
    fed[:, 1:] = np.isfinite(pupils[:, :-1]) & follows[1:, None]
    return fed


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
