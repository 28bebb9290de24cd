"""Gaps: counts that are missing from a record, told from grades that are not taught, and filled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

COHORT, OWN = 2.0, 1.0  # weight of the cohort a grade away, of the same grade a year away
OFTEN = 0.02  # part of cells missing inside the record beyond which a missing end is a gap too
ROUNDS = 2  # the second fills gaps that lie beside gaps


def find_gaps(pupils: Floats) -> Flags:
    """Cells that were taught but are not on record, (unit, grade, year).

    A cell is missing, rather than not taught, where its grade has pupils on record within the two
    years before and within the two after (no more than two cells in a row); in the last year,
    where its grade has pupils within the two years before and the grades on both sides have them
    now; in the first year likewise, by the two years after. Where more than `OFTEN` of the cells
    inside the record are missing, a first or last grade that is there within two years of either
    end is missing too, for schools seldom drop or gain a grade.
    """
    known = np.isfinite(pupils)
    before, after = _known(pupils, 1), _known(pupils, -1)
    gaps = ~known & (before & after | before & _known(pupils, -2) | _known(pupils, 2) & after)
    often = gaps.sum() > OFTEN * max(1, known.sum())
    ends = ((-1, -2, before | _known(pupils, 2)), (0, 1, after | _known(pupils, -2)))
    for end, inward, near in ends:
        now = known[..., end]
        between = np.zeros_like(now)
        between[:, 1:-1] = now[:, :-2] & now[:, 2:]
        stands = np.repeat(now.any(axis=1, keepdims=True), now.shape[1], axis=1)
        gaps[..., end] |= ~now & near[..., end] & (stands if often else between)
        if pupils.shape[-1] > 1:
            gaps[..., inward] |= ~known[..., inward] & gaps[..., end]
    return np.asarray(gaps)


def fill_gaps(pupils: Floats, below: Floats, follows: Flags) -> Floats:
    """Fill missing cells from the cohort's years before and after, and the grade's own.

    Parameters
    ----------
    pupils
        (unit, grade, year); NaN where not known.
    below
        (unit, grade, year): the number that an untold count lies below; NaN elsewhere.
    follows
        (grade,): does the grade before it feed it?
    """
    hidden = np.isfinite(below)
    gaps = find_gaps(np.where(hidden, below / 2, pupils)) | hidden
    if not gaps.any():
        return pupils
    ratio = _pool_ratios(pupils, follows)
    filled = pupils.copy()
    for _ in range(ROUNDS):
        estimate = _estimate(filled, ratio)
        estimate = np.where(hidden, np.fmin(estimate, below - 1), estimate)
        filled = np.where(gaps & np.isfinite(estimate), estimate, filled)
    return np.where(hidden & ~np.isfinite(filled), below / 2, filled)


def _estimate(pupils: Floats, ratio: Floats) -> Floats:
    """Mean of what the four neighbours of each cell say; NaN where none is known."""
    up, down = np.full_like(pupils, np.nan), np.full_like(pupils, np.nan)
    up[:, 1:, 1:] = pupils[:, :-1, :-1] * ratio[1:, None]
    down[:, :-1, :-1] = pupils[:, 1:, 1:] / ratio[1:, None]
    told = [(up, COHORT), (down, COHORT), (_shift(pupils, 1), OWN), (_shift(pupils, -1), OWN)]
    weight, total = np.zeros((2, *pupils.shape))
    for value, share in told:
        weight += np.isfinite(value) * share
        total += np.nan_to_num(value) * share
    return np.where(weight > 0, total / np.maximum(weight, 1e-12), np.nan)


def _pool_ratios(pupils: Floats, follows: Flags) -> Floats:
    """Pupils of each grade for each one of the grade before, all units and years; NaN if unfed."""
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    both = np.isfinite(before) & np.isfinite(after)
    old = np.where(both, before, 0.0).sum(axis=(0, 2))
    new = np.where(both, after, 0.0).sum(axis=(0, 2))
    ratio = np.full(pupils.shape[1], np.nan)
    ratio[1:] = np.where(follows[1:] & (old > 0) & (new > 0), new / np.maximum(old, 1.0), np.nan)
    return ratio


def _shift(values: Floats, years: int) -> Floats:
    """Each cell's value so many years earlier (later where negative); NaN beyond the record."""
    moved = np.full_like(values, np.nan)
    if years > 0:
        moved[..., years:] = values[..., :-years]
    else:
        moved[..., :years] = values[..., -years:]
    return moved


def _known(pupils: Floats, years: int) -> Flags:
    return np.asarray(np.isfinite(_shift(pupils, years)))
