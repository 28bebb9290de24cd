"""Blocks keep the school of today where nobody gains by the move, if their catchments allow it."""

from __future__ import annotations

import numpy as np

from seatplan.labels import Ints
from seatplan.rezoning.terms import Asked
from seatplan.rezoning.town import Town
from seatplan.seating.neighbours import label_parts


def hold_empty(town: Town, asked: Asked, plan: Ints) -> Ints:
    """Return the plan with the empty blocks back at their school of today, as far as that goes.

    Nobody walks more or less for it, and the list of moves holds nobody who is not there. A block
    stays moved where either catchment would fall apart, where its school of today is not allowed,
    or where groups are kept.
    """
    held = plan.copy()
    empty = ~town.pupils.any(axis=1) & (town.owned < 0)
    changed = asked.groups is None
    while changed:
        changed = False
        for block in np.flatnonzero(empty & (held != town.current)):
            today = int(town.current[block])
            if asked.allowed[block, today] and _may_return(town, asked.pairs, held, int(block)):
                held[block] = today
                changed = True
    return held


def hold_for_little(town: Town, asked: Asked, plan: Ints, saved_m: float) -> Ints:
    """Return the plan with the blocks back whose move saves less than `saved_m` a pupil.

    Metres a day, envy counted, and beyond what each move costs (`Asked.disruption_m`). Those that
    save least go first. A block stays moved where its school of today has no seat left for it,
    where either catchment would fall apart, or where more was asked for than walks and seats.
    """
    others = asked.groups is not None or asked.least is not None or asked.compact or asked.mix
    if others:
        return plan
    held, today = plan.copy(), town.current
    price = town.ways + asked.measure_envy(town)
    rows, pupils = np.arange(len(plan)), town.pupils.max(axis=1)
    seats = (town.seats if asked.seats is None else asked.seats).min(axis=1)
    load = np.bincount(plan, pupils, len(seats))
    moved = np.flatnonzero((plan != today) & (pupils > 0) & asked.allowed[rows, today])
    saved = price[moved, today[moved]] - price[moved, plan[moved]] - asked.disruption_m
    waiting = moved[np.argsort(saved, kind="stable")][: int((saved < saved_m).sum())].tolist()
    changed = True
    while changed:
        changed = False
        for block in list(waiting):
            fits = load[today[block]] + pupils[block] <= seats[today[block]] + 1e-9
            if fits and _may_return(town, asked.pairs, held, block):
                load[held[block]] -= pupils[block]
                load[today[block]] += pupils[block]
                held[block] = today[block]
                waiting.remove(block)
                changed = True
    return held


def _may_return(town: Town, pairs: Ints, plan: Ints, block: int) -> bool:
    """Tell whether both catchments hang together with their homes once the block has gone back."""
    moved = plan.copy()
    moved[block] = town.current[block]
    for school in (int(plan[block]), int(moved[block])):
        inside = moved == school
        parts = label_parts(len(plan), pairs, inside)
        if (parts[inside] != parts[town.homes[school]]).any():
            return False
    return True
