"""Phasing: the grades that a school which fills from below will teach in years to come."""

from __future__ import annotations

import numpy as np

from seatplan.demand.panel import Flags, Ints, Level, Panel

LEAST_PEERS = 0.6  # part of the schools alike that must teach further for a school to grow on


def find_growth(panel: Panel, horizon: int) -> list[Flags]:
    """Grades that places will have grown into, (place, grade, lead), for each level of a panel.

    A unit grows into one grade a year where its highest grade was new in the last year on record:
    it had just opened, or had taught one grade less the year before. It grows as far as most units
    that begin with the same grade teach, those under its parent where there are any. A place
    above teaches what its units do.
    """
    grown = [np.zeros((*level.pupils.shape[:2], horizon), dtype=bool) for level in panel.levels]
    level = panel.units
    top, target = _find_targets(panel)
    for unit in np.flatnonzero(target > top):
        fed = panel.follows[top[unit] + 1 : target[unit] + 1]
        steps = len(fed) if fed.all() else int(np.argmin(fed))
        for step in range(1, min(steps, horizon) + 1):
            grade = top[unit] + step
            if not np.isfinite(level.pupils[unit, grade, -1]):
                grown[-1][unit, grade, step - 1 :] = True
    for depth in range(len(grown) - 1, 0, -1):
        parent = panel.levels[depth].parent
        np.logical_or.at(grown[depth - 1], parent, grown[depth])
        taught = np.isfinite(panel.levels[depth - 1].pupils[..., -1])
        grown[depth - 1] &= ~taught[..., None]
    return grown


def _find_targets(panel: Panel) -> tuple[Ints, Ints]:
    """Highest grade of each unit, and the highest that it grows to; -1 without pupils."""
    level = panel.units
    taught = np.nan_to_num(level.pupils) > 0
    first, top = _find_span(taught[..., -1])
    target = top.copy()
    if taught.shape[-1] < 2:
        return top, target
    _, before = _find_span(taught[..., -2])
    opened = before < 0
    growing = (top >= 0) & (opened | (top == before + 1) & taught[..., -2].any(axis=1))
    for unit in np.flatnonzero(growing):
        target[unit] = _ask_peers(int(unit), first, top, growing, level)
    return top, target


def _ask_peers(unit: int, first: Ints, top: Ints, growing: Flags, level: Level) -> int:
    """Return the highest grade of most full schools that begin with the same grade as a unit."""
    alike = (first == first[unit]) & ~growing & (top >= top[unit])
    near = alike & (level.parent == level.parent[unit])
    peers = top[near] if near.any() else top[alike]
    if not len(peers) or (peers > top[unit]).mean() < LEAST_PEERS:
        return int(top[unit])
    return int(np.bincount(peers[peers > top[unit]]).argmax())


def _find_span(taught: Flags) -> tuple[Ints, Ints]:
    """First and last grade taught, by position; -1 where none is."""
    some = taught.any(axis=1)
    first = np.where(some, taught.argmax(axis=1), -1)
    last = np.where(some, taught.shape[1] - 1 - taught[:, ::-1].argmax(axis=1), -1)
    return first, last
