"""From a table of ways to a tree of least cost, and from the tree to flows and prices."""

from __future__ import annotations

import numpy as np

from seatplan.solvers.transport.basis import UP, Floats, Flows, Ints, Tree, plant_tree
from seatplan.solvers.transport.params import PARAMS

SAMPLE = 4  # every fourth block is seated first
SAMPLED = 16  # where there are at least as many blocks to a school


def lay_table(metres: Floats, penalty: float) -> Floats:
    """Return (n, m+1) metres, with the penalty of no seat as the last column."""
    table = np.empty((len(metres), metres.shape[1] + 1))
    table[:, :-1] = metres
    table[:, -1] = penalty
    return table


def grow_tree(
    table: Floats,
    pupils: Floats,
    seats: Floats,
    tree: Tree | None = None,
    *,
    turns: int = PARAMS.turns,
) -> Tree | None:
    """Return a tree of least cost; None where too many turns were taken.

    Parameters
    ----------
    tree
        A tree of least cost for other pupils and seats, to begin with; it is changed in place. From
        the bare ground a sample of the blocks is seated first where blocks are many, each school
        with its share of seats: the prices change little when the other blocks join.
    turns
        Turns allowed for each node.
    """
    if tree is None:
        tree = plant_tree(*table.shape)
        some = np.where(np.arange(len(pupils)) % SAMPLE == 0, pupils, 0.0)
        if len(pupils) >= SAMPLED * len(seats) and some.any():
            room = seats * (some.sum() / pupils.sum())
            if not _mend(tree, table, some, room, turns):
                return None
    return tree if _mend(tree, table, pupils, seats, turns) else None


def _mend(tree: Tree, table: Floats, pupils: Floats, seats: Floats, turns: int) -> bool:
    """Relieve, in place, the schools that the pupils overfill; False where it cannot be done."""
    from seatplan.solvers.transport.dual import run_dual  # numba takes half a second to import

    room = np.empty(len(seats) + 1)
    room[-1] = pupils.sum()
    # More than all can take, so that seats which would stand empty have no price.
    room[:-1] = np.minimum(seats, 2 * max(room[-1], 1.0))
    return run_dual(tree, table, pupils, room, turns * len(tree.links))


def read_tree(tree: Tree) -> tuple[Flows, Floats]:
    """Return the flows (origin, school, pupils) and the seat prices of a tree."""
    return read_flows(tree.links, tree.flow, len(tree.price)), np.maximum(tree.price[:-1], 0.0)


def read_flows(links: Ints, flow: Floats, columns: int) -> Flows:
    """Return the flows (origin, school, pupils) of a tree, empty seats and no seat apart."""
    blocks = len(links) - 1 - columns
    used = np.flatnonzero(flow[:-1] > 0)
    up, below = links[used, UP], used < columns  # a column below a row, or a row below one
    column, row = np.where(below, used, up), np.where(below, up, used) - columns
    real = (up >= 0) & (row < blocks) & (column < columns - 1)
    return row[real], column[real], flow[used[real]]
