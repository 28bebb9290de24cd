"""Gaps: counts that are missing from a record, told from grades that are not taught, and filled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

PSEUDO_PUPILS = 100.0  # pupils' worth of evidence that the ratio of all units counts for in one
STEADY_PUPILS = 500.0  # pupils' worth of evidence that a grade of all units does not grow
PRIOR_CELLS = 4.0  # cells' worth of evidence that the errors of all units count for in one
FAR = 3.0  # spreads, of counting, beyond which an error counts as no more
OFTEN = 0.02  # part of cells missing inside the record beyond which a missing end is a gap too
TAKEN = 0.4  # part of a grade's pupils by which a sibling must gain to have taken the grade over
ROUNDS = 2  # the second fills gaps that lie beside gaps


def find_gaps(pupils: Floats, parent: Ints | None = None) -> Flags:
    """Cells that were taught but are not on record, (unit, grade, year).

    A cell is missing, rather than not taught, where its grade has pupils on record within the two
    years before and within the two after (no more than two cells in a row), or at any time before
    and after where the grades on both sides have them now; in the last year, where the grades on
    both sides have them now and the grade had them before; in the first year likewise, after. Where
    more than `OFTEN` of the cells inside the record are missing, a first or last grade that is
    there within two years of either end is missing too, for schools seldom drop or gain a grade;
    not one that another unit under the same parent has taken over since.

    Parameters
    ----------
    pupils
        (unit, grade, year); NaN where not known.
    parent
        Position of each unit's parent; without it nobody takes over.
    """
    known = np.isfinite(pupils)
    between = np.zeros_like(known)
    between[:, 1:-1] = known[:, :-2] & known[:, 2:]
    begun = np.logical_or.accumulate(known, axis=-1)
    goes_on = np.logical_or.accumulate(known[..., ::-1], axis=-1)[..., ::-1]
    before, after = _known(pupils, 1), _known(pupils, -1)
    near = before & after | before & _known(pupils, -2) | _known(pupils, 2) & after
    gaps = ~known & (near | between & begun & goes_on)
    often = gaps.sum() > OFTEN * max(1, known.sum())
    ends = (
        (-1, -2, before | _known(pupils, 2), begun),
        (0, 1, after | _known(pupils, -2), goes_on),
    )
    for end, inward, close, taught in ends:
        missing = ~known[..., end] & between[..., end] & taught[..., end]
        if often:
            edge = ~known[..., end] & close[..., end] & known[..., end].any(axis=1, keepdims=True)
            if end == -1 and parent is not None and pupils.shape[-1] > 1:
                edge &= ~_find_taken(pupils, parent)
            missing |= edge
        gaps[..., end] |= missing
        if pupils.shape[-1] > 1:
            gaps[..., inward] |= ~known[..., inward] & missing
    return np.asarray(gaps)


def _find_taken(pupils: Floats, parent: Ints) -> Flags:
    """Find grades, (unit, grade), whose pupils another unit of the parent has gained since."""
    now, taken = pupils[..., -1], np.zeros(pupils.shape[:2], dtype=bool)
    last, earlier, first = (_shift(pupils, years)[..., -1] for years in (1, 2, 3))
    for start, previous, out in ((last, earlier, False), (earlier, first, True)):
        before = np.nan_to_num(np.where(np.isfinite(start), start, previous))
        gained = np.where(np.isfinite(now), now - before - 2 * np.sqrt(before + 1), -np.inf)
        most = np.full((int(parent.max()) + 1, pupils.shape[1]), -np.inf)
        np.maximum.at(most, parent, gained)
        taken |= (np.isnan(last) == out) & (most[parent] >= TAKEN * np.maximum(before, 1.0))
    return np.asarray(taken)


def fill_gaps(pupils: Floats, below: Floats, follows: Flags, parent: Ints | None = None) -> Floats:
    """Fill missing cells from the cohort's years before and after, and the grade's own.

    Parameters
    ----------
    pupils
        (unit, grade, year); NaN where not known.
    below
        (unit, grade, year): the number that an untold count lies below; NaN elsewhere.
    follows
        (grade,): does the grade before it feed it?
    parent
        As `find_gaps`.
    """
    hidden = np.isfinite(below)
    gaps = find_gaps(np.where(hidden, below / 2, pupils), parent) | hidden
    if not gaps.any():
        return pupils
    ratio = _fit_ratios(pupils, follows)
    weights = _weigh_neighbours(pupils, _list_neighbours(pupils, ratio))
    filled = pupils.copy()
    for _ in range(ROUNDS):
        estimate = _average(_list_neighbours(filled, ratio), weights)
        estimate = np.where(hidden, np.fmin(estimate, below - 1), estimate)
        filled = np.where(gaps & np.isfinite(estimate), estimate, filled)
    return np.where(hidden & ~np.isfinite(filled), below / 2, filled)


def _list_neighbours(pupils: Floats, ratio: Floats) -> Floats:
    """List what the four neighbours of each cell say of it, (neighbour, unit, grade, year).

    The cohort the year before and the year after, by their ratio (unit, grade); the same grade the
    year before and the year after, by the growth of the grade in all units that tell both years.
    """
    up, down = np.full_like(pupils, np.nan), np.full_like(pupils, np.nan)
    up[:, 1:, 1:] = pupils[:, :-1, :-1] * ratio[:, 1:, None]
    down[:, :-1, :-1] = pupils[:, 1:, 1:] / ratio[:, 1:, None]
    beside = []
    for year in (1, -1):
        other = _shift(pupils, year)
        both = np.isfinite(pupils) & np.isfinite(other)
        here, there = (np.where(both, cells, 0.0).sum(axis=0) for cells in (pupils, other))
        beside.append(other * (here + STEADY_PUPILS) / (there + STEADY_PUPILS))
    return np.stack([up, down, *beside])


def _weigh_neighbours(pupils: Floats, told: Floats) -> Floats:
    """Weight of each neighbour in a unit's grade: one over its mean square error there.

    In pupils over their root, where the count is known; a unit's own errors count against those
    of all units as its cells against `PRIOR_CELLS`.
    """
    off = (told - pupils) / np.sqrt(np.maximum(pupils, 5.0))
    known = np.isfinite(off)
    size = np.sqrt(np.nanmedian(off**2)) if known.any() else 1.0
    squares = np.where(known, np.minimum(np.abs(off), FAR * 1.4826 * max(size, 0.1)), 0.0) ** 2
    usual = (squares.sum(axis=(1, 2, 3)) + 1.0) / (known.sum(axis=(1, 2, 3)) + 1.0)
    prior = PRIOR_CELLS * usual[:, None, None]
    own = (squares.sum(axis=-1) + prior) / (known.sum(axis=-1) + PRIOR_CELLS)
    return np.asarray(1.0 / np.maximum(own, 1e-3))


def _average(told: Floats, weights: Floats) -> Floats:
    """Weighted mean of what neighbours say; NaN where none is known."""
    part = np.isfinite(told) * weights[..., None]
    total, weight = (np.nan_to_num(told) * part).sum(axis=0), part.sum(axis=0)
    return np.where(weight > 0, total / np.maximum(weight, 1e-12), np.nan)


def _fit_ratios(pupils: Floats, follows: Flags) -> Floats:
    """Pupils of each grade for each one of the grade before, (unit, grade); NaN if unfed.

    Each unit's is drawn to that of all units and years, as by `PSEUDO_PUPILS`.
    """
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    both = np.isfinite(before) & np.isfinite(after)
    old, new = (np.where(both, cells, 0.0).sum(axis=2) for cells in (before, after))
    whole, moved = old.sum(axis=0), new.sum(axis=0)
    fed = follows[1:] & (whole > 0) & (moved > 0)
    pooled = np.where(fed, moved / np.maximum(whole, 1.0), np.nan)
    ratio = np.full(pupils.shape[:2], np.nan)
    ratio[:, 1:] = (new + PSEUDO_PUPILS * pooled) / (old + PSEUDO_PUPILS)
    return ratio


def _shift(values: Floats, years: int) -> Floats:
    """Each cell's value so many years earlier (later where negative); NaN beyond the record."""
    moved = np.full_like(values, np.nan)
    if abs(years) >= values.shape[-1]:
        return moved
    if years > 0:
        moved[..., years:] = values[..., :-years]
    else:
        moved[..., :years] = values[..., -years:]
    return moved


def _known(pupils: Floats, years: int) -> Flags:
    return np.asarray(np.isfinite(_shift(pupils, years)))
