"""Handovers in rolls: a unit under a new id, units that went into another, slips of the pen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seatplan.demand.panel import Floats, Ints, Panel
from seatplan.demand.progression import bring_up

SAME = 0.15  # pupils of all grades that may differ between a unit and itself under a new id
TAKEN = 0.5  # part of a closed unit's pupils by which another must grow to have taken them
SLIP = 4.0  # times the years on both sides, or one part in so many: no real year
SLIP_PUPILS = 10.0  # cells of fewer pupils may change so much by chance

Event = tuple[str, int, str, str, float, str]


def find_handovers(panel: Panel) -> Iterator[Event]:
    """Yield renames and mergers: a closure, and who had its pupils in the same year.

    A unit that opens in the year in which another closes, with the cohorts that would have moved
    up, is the same unit under a new id (`rename`). A unit under the same parent that has gained
    more than half of a closed one's pupils beyond its own cohorts has taken them (`merger`).
    """
    pupils = np.nan_to_num(panel.units.pupils)
    there = pupils.sum(axis=1) > 0
    first, last = there.argmax(axis=1), there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    labels, parent = panel.units.labels, panel.units.parent
    for old in map(int, np.flatnonzero(there.any(axis=1) & (last < there.shape[1] - 1))):
        year = int(last[old]) + 1
        expected = _move_up(pupils[old, :, year - 1], panel)
        total = pupils[old, :, year - 1].sum()
        opened = np.flatnonzero(there.any(axis=1) & (first == year))
        new = _find_same(expected, pupils[opened, :, year])
        if new is not None:
            unit = labels[int(opened[new])]
            yield labels[old], panel.years[year], "rename", "", float(total), unit
            continue
        taker = _find_taker(pupils, panel, old, year, parent)
        if taker is not None:
            yield labels[old], panel.years[year], "merger", "", float(total), labels[taker]


def find_slips(panel: Panel) -> Iterator[Event]:
    """Yield cells that are several times the years on both sides, or a small part of them.

    In the last year, several times the two years before and the cohort's own last number.
    """
    raw = panel.raw
    if raw.shape[-1] < 3:
        return
    yield from _find_last_slips(panel)
    low = np.minimum(raw[..., :-2], raw[..., 2:])
    high = np.maximum(raw[..., :-2], raw[..., 2:])
    middle = raw[..., 1:-1]
    with np.errstate(invalid="ignore"):
        over = (middle > SLIP * high) & (high > 0) & (middle > SLIP_PUPILS)
        under = (middle * SLIP < low) & (low > SLIP_PUPILS) & (middle > 0)
    for unit, grade, year in np.argwhere(over | under):
        off = middle[unit, grade, year] - (low + high)[unit, grade, year] / 2
        name = panel.units.labels[unit]
        yield name, panel.years[year + 1], "slip", panel.grades[grade], round(float(off), 1), ""


def _find_last_slips(panel: Panel) -> Iterator[Event]:
    """Yield the slips of the last year, which no later year can show."""
    raw = panel.raw
    cohort = bring_up(raw, panel.follows)[..., -2]
    before = np.stack(
        [raw[..., -3], raw[..., -2], np.where(np.isnan(cohort), raw[..., -2], cohort)]
    )
    low, high, last = before.min(axis=0), before.max(axis=0), raw[..., -1]
    with np.errstate(invalid="ignore"):
        over = (last > SLIP * high) & (high > 0) & (last > SLIP_PUPILS)
        under = (last * SLIP < low) & (low > SLIP_PUPILS) & (last > 0)
    for unit, grade in np.argwhere(over | under):
        off = round(float(last[unit, grade] - before[1, unit, grade]), 1)
        name = panel.units.labels[unit]
        yield name, panel.years[-1], "slip", panel.grades[grade], off, ""


def _move_up(pupils: Floats, panel: Panel) -> Floats:
    """Cohorts a grade up; the entry grade, whom nobody feeds, as it was."""
    moved = pupils.copy()
    moved[1:] = np.where(panel.follows[1:], pupils[:-1], pupils[1:])
    return moved


def _find_same(expected: Floats, opened: Floats) -> int | None:
    """Position of the opened unit (unit, grade) that has the expected cohorts; None without one."""
    if not len(opened):
        return None
    taught = opened > 0
    off = np.abs(np.where(taught, expected - opened, 0.0)).sum(axis=1)
    total = opened.sum(axis=1)
    near = (off <= SAME * total) & (total >= (1 - 2 * SAME) * expected.sum())
    return int(np.argmin(np.where(near, off, np.inf))) if near.any() else None


def _find_taker(pupils: Floats, panel: Panel, old: int, year: int, parent: Ints) -> int | None:
    """Find the unit under the same parent that gained most of a closed one's pupils, or None."""
    near = np.flatnonzero((parent == parent[old]) & (np.arange(len(pupils)) != old))
    near = near[pupils[near, :, year - 1].sum(axis=1) > 0]
    if not len(near):
        return None
    stayed = np.stack([_move_up(pupils[unit, :, year - 1], panel) for unit in near])
    gained = (pupils[near, :, year] - stayed).sum(axis=1)
    best = int(gained.argmax())
    total = pupils[old, :, year - 1].sum()
    return int(near[best]) if gained[best] >= TAKEN * total else None
