"""Blocks in which no pupil lives keep the school of today wherever their catchments allow it."""

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
