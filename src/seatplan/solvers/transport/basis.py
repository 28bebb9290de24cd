"""A tree of ways in use: where a simplex ends, and the next one may begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
UP, FIRST, LEAF, AFTER, BEFORE, SIZE = range(6)  # columns of `Tree.links`
Flows = tuple[Ints, Ints, Floats]  # origin, school, pupils


class Tree(NamedTuple):
    """A spanning tree over columns and rows, as arrays that compiled code changes in place.

    Nodes 0 ... m are the columns: m schools, then the column of pupils without a seat. Node
    m + 1 + i is row i: n blocks, then the row of empty seats, which is the root. Only the arc from
    a node to the node above it may carry pupils. A row at the end of a branch is a leaf: all its
    pupils go to one column. A block without pupils may be outside the tree.

    Parameters
    ----------
    links
        (n+m+2, 6) for each node: the node above (`UP`; -1 at the root and for rows outside the
        tree), the first node below, leaves apart (`FIRST`), the first leaf below (`LEAF`), its
        neighbours among the nodes below the same node (`AFTER`, `BEFORE`; -1 for none), and how
        many nodes the branch has that ends in it (`SIZE`).
    flow
        (n+m+2,) pupils on the arc up.
    price
        (m+1,) price of a seat, in metres.
    detour, mover
        (m+1, m+1) metres that a pupil walks more when moved from one column to another, least over
        the rows in use, and the row with the least. It may lie below the least where that row has
        left the column; it is corrected when it would be used.
    """

    links: Ints
    flow: Floats
    price: Floats
    detour: Floats
    mover: NDArray[np.int32]


@dataclass(frozen=True)
class Basis:
    """The last tree over one table of ways; see `Ways.table`."""

    table: Floats
    tree: Tree

    def copy_tree(self) -> Tree:
        """Return a tree that may be changed."""
        return Tree._make(part.copy() for part in self.tree)

    def least(self, price: Floats) -> Floats:
        """Return each block's least metres + price over all schools, at most the penalty."""
        from seatplan.solvers.transport.pricing import find_floor  # numba is slow to import

        return find_floor(self.table, np.append(price, 0.0))


def plant_links(rows: int, columns: int) -> Ints:
    """Return the links of the tree without blocks: every column under the row of empty seats."""
    links = np.full((rows + 1 + columns, 6), -1)
    column = np.arange(columns)
    links[:columns, UP], links[-1, FIRST] = len(links) - 1, 0
    links[: columns - 1, AFTER], links[1:columns, BEFORE] = column[1:], column[:-1]
    return links


def plant_tree(rows: int, columns: int) -> Tree:
    """Return the tree without blocks, every column at price 0."""
    links = plant_links(rows, columns)
    detour = np.full((columns, columns), np.inf)
    mover = np.zeros(detour.shape, np.int32)
    return Tree(links, np.zeros(len(links)), np.zeros(columns), detour, mover)
