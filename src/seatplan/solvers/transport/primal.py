"""The primal simplex on a tree of ways: dear ways give place to cheap ones, no school is too full.

After Dantzig (1951). A pupil without a seat costs more than any metres, exactly: a node has metres
and a mark that it hangs on the column of no seat, and marks are compared before metres. The tree is
strongly feasible (Cunningham 1976): each of its arcs without pupils leads towards the root, so no
run of turns that move nobody comes round again. The way that enters is the best of a block of ways
(block search; Kiraly and Kovacs 2012, "Efficient implementations of minimum-cost flow algorithms").
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled, compiled_wide
from seatplan.solvers.transport.basis import FIRST, SIZE, UP, Floats, Ints
from seatplan.solvers.transport.tree import (
    attach,
    detach,
    graft,
    list_branch,
    list_down,
    settle_flows,
)

ROUNDING = 1e-14  # of the largest price: a gain that counts as none
LOOKED = 2.0  # ways in a block of the search, in square roots of all ways


class Arcs(NamedTuple):
    """Ways by block.

    Parameters
    ----------
    first
        (n+1,) block i has the ways `first[i]` to `first[i + 1]`.
    school
        (p,) the school of each, rising within a block. A block with as many ways as there are
        schools has them in order, and its part is not read: it may be left out where all have.
    metres
        (p,) inf where not allowed.
    penalty
        Metres that no saving elsewhere outweighs, see `answer.least_penalty`. It only says which of
        the ways that seat pupils is looked at first.
    """

    first: Ints
    school: NDArray[np.int32]
    metres: Floats
    penalty: float


class ArcTree(NamedTuple):
    """A spanning tree over columns and rows, as `basis.Tree` lays it out, over listed ways.

    Parameters
    ----------
    links, flow
        See `basis.Tree`; every block belongs to the tree.
    arc
        (n+m+2,) the way up from each node; -1 from and to the row of empty seats and the column of
        no seat, which cost no metres.
    price
        (m+1,) price of a seat, in metres; the penalty apart where `lacking`.
    lacking
        (m+1,) whether the column hangs on the column of no seat, the last, which is so too.
    offered
        (2, m) the prices as a block sees them whose pupils have a seat (inf where `lacking`), and
        one that hangs on the column of no seat.
    """

    links: Ints
    flow: Floats
    arc: Ints
    price: Floats
    lacking: NDArray[np.bool_]
    offered: Floats


@compiled
def read_level(arcs: Arcs, tree: ArcTree, node: int) -> float:
    """Return metres + price of the way up from a row."""
    if node == len(tree.links) - 1:
        return 0.0
    metres = arcs.metres[tree.arc[node]] if tree.arc[node] >= 0 else 0.0
    return float(metres + tree.price[tree.links[node, UP]])


@compiled
def is_lacking(tree: ArcTree, node: int) -> bool:
    """Whether a row hangs on the column of no seat."""
    return bool(node < len(tree.links) - 1 and tree.lacking[tree.links[node, UP]])


@compiled
def set_price(arcs: Arcs, tree: ArcTree, column: int, price: float, lacking: bool) -> None:
    """Write the price of a column, and what blocks see of it."""
    tree.price[column], tree.lacking[column] = price, lacking
    if column < tree.offered.shape[1]:
        tree.offered[0, column] = np.inf if lacking else price
        tree.offered[1, column] = price if lacking else price - 2.0 * arcs.penalty


@compiled
def settle(arcs: Arcs, tree: ArcTree, pupils: Floats, seats: Floats, order: Ints) -> float:
    """Work out prices from the root down and flows from the leaves up; return the largest price."""
    links, columns = tree.links, len(tree.price)
    count, largest = list_down(links, order), 0.0
    for rank in range(1, count):
        node = order[rank]
        if node < columns:
            up = links[node, UP]
            metres = arcs.metres[tree.arc[node]] if tree.arc[node] >= 0 else 0.0
            lacking = node == columns - 1 or is_lacking(tree, up)
            set_price(arcs, tree, node, read_level(arcs, tree, up) - metres, lacking)
            largest = max(largest, abs(tree.price[node]))
    settle_flows(links, tree.flow, pupils, seats, order, count)
    return largest


@compiled
def find_way(arcs: Arcs, row: int, offered: Floats, below: float) -> tuple[int, int]:
    """Return the way of a block with the least metres + price, and its column.

    Without one `below` that number it is way -1 to the column of no seat.
    """
    first, last = arcs.first[row], arcs.first[row + 1]
    found, column = -1, len(offered)
    is_full = last - first == len(offered)
    for arc in range(first, last):
        other = arc - first if is_full else arcs.school[arc]
        metres = arcs.metres[arc] + offered[other]
        if metres < below:
            found, column, below = arc, other, metres
    return found, column


@compiled_wide
def find_row(arcs: Arcs, tree: ArcTree, row: int, block: int, least: float) -> tuple[int, int]:
    """Return the row whose way enters, -1 for none, and the row that was looked at last.

    The search goes on after `row`, and ends with a block of ways in which some save more than
    `least` metres a pupil. The last row is that of empty seats.
    """
    first, school, metres = arcs.first, arcs.school, arcs.metres
    links, arc, price, lacking, offered = (
        tree.links,
        tree.arc,
        tree.price,
        tree.lacking,
        tree.offered,
    )
    rows, columns, chosen, seen = len(first) - 1, len(price), -1, 0
    for _ in range(rows + 1):
        row = row + 1 if row < rows else 0
        level, low, side, begin, count = 0.0, np.inf, 0, 0, columns - 1
        if row < rows:
            begin, count = first[row], first[row + 1] - first[row]
            up, way = links[columns + row, UP], arc[columns + row]
            level = price[up] + metres[way] if way >= 0 else price[up]
            if lacking[up]:
                side, low = 1, 0.0
            if count == columns - 1:
                for place in range(count):
                    low = min(low, metres[begin + place] + offered[side, place])
            else:
                for way in range(begin, begin + count):
                    low = min(low, metres[way] + offered[side, school[way]])
        else:
            for place in range(count):
                low = min(low, offered[0, place])
        if level - low > least:
            chosen, least = row, level - low
        seen += count
        if seen >= block:
            if chosen >= 0:
                break
            seen = 0
    return chosen, row


@compiled
def find_cut(tree: ArcTree, node: int, column: int) -> tuple[int, int, bool]:
    """Return the node whose way up leaves, the top of the cycle, and whether it lies below `node`.

    More pupils go from row `node` to `column`: they leave the ways up from rows on one side, and
    those up from columns on the other. Of those with the fewest it is the last on the way round
    from the top.
    """
    links, flow, columns = tree.links, tree.flow, len(tree.price)
    left, right, fewer, few = -1, -1, np.inf, np.inf
    while node != column:
        if links[node, SIZE] < links[column, SIZE]:
            if node >= columns and flow[node] < fewer:
                left, fewer = node, flow[node]
            node = links[node, UP]
        else:
            if column < columns and flow[column] <= few:
                right, few = column, flow[column]
            column = links[column, UP]
    is_left = fewer < few
    return left if is_left else right, node, is_left


@compiled
def send(tree: ArcTree, node: int, top: int, pupils: float) -> None:
    """Send `pupils` more out of row `node`, or fewer out of a column, by the ways up to `top`."""
    columns = len(tree.price)
    while node != top:
        tree.flow[node] += pupils if node >= columns else -pupils
        node = tree.links[node, UP]


@compiled
def turn(arcs: Arcs, tree: ArcTree, row: int, room: Ints) -> None:
    """Take the best way of a row into the tree, and out the way that is emptied first."""
    links, flow, columns = tree.links, tree.flow, len(tree.price)
    node = columns + row
    level, lacking = read_level(arcs, tree, node), is_lacking(tree, node)
    if row == len(arcs.first) - 1:
        arc, column = -1, int(np.argmin(tree.offered[0]))
    elif lacking:
        arc, column = find_way(arcs, row, tree.offered[1], 0.0)
    else:
        arc, column = find_way(arcs, row, tree.offered[0], np.inf)
    cut, top, is_left = find_cut(tree, node, column)
    pupils = max(flow[cut], 0.0)
    if pupils > 0.0:
        send(tree, node, top, -pupils)
        send(tree, column, top, pupils)
    metres = arcs.metres[arc] if arc >= 0 else 0.0
    if is_left:
        rise = metres + tree.price[column] - level
        lacking, below, above = tree.lacking[column], node, column
    else:
        rise = level - metres - tree.price[column]
        below, above = column, node
    stump, moved = links[cut, UP], below
    while True:  # the ways up from `below` to `cut` turn round
        arc, tree.arc[moved] = tree.arc[moved], arc
        if moved == cut:
            break
        moved = links[moved, UP]
    detach(links, columns, cut)
    graft(links, flow, columns, cut, stump, below, above, pupils)
    if below < columns or links[below, FIRST] >= 0:
        for rank in range(list_branch(links, columns, below, room)):
            set_price(arcs, tree, room[rank], tree.price[room[rank]] + rise, lacking)


@compiled
def seat_nearest(arcs: Arcs, tree: ArcTree, pupils: Floats, guess: Floats) -> None:
    """Seat the blocks one by one, each at the schools that are nearest in metres + guess.

    Before, the tree holds the columns alone, with seats as the flow from the row of empty seats. A
    school that fills up hangs on the block that filled it: the way there has pupils, as has each
    way to a school with seats left.
    """
    links, flow, columns = tree.links, tree.flow, len(tree.price)
    offered = guess.copy()
    for row in range(len(pupils)):
        node, left = columns + row, pupils[row]
        arc, column = find_way(arcs, row, offered, np.inf)
        while column < columns - 1 and left >= flow[column]:
            left -= flow[column]
            offered[column] = np.inf
            detach(links, columns, column)
            attach(links, columns, column, node)
            tree.arc[column] = arc
            arc, column = find_way(arcs, row, offered, np.inf)
        attach(links, columns, node, column)
        tree.arc[node], flow[node] = arc, left
        flow[column] -= left if column < columns - 1 else 0.0


@compiled
def run_primal(arcs: Arcs, tree: ArcTree, pupils: Floats, seats: Floats, turns: int) -> bool:
    """Change `tree` until no way saves anything; False where `turns` do not do.

    Parameters
    ----------
    pupils, seats
        (n,) and (m+1,) above 0, with more places without a seat than pupils as the last column.
    """
    room = np.empty(len(tree.links) + 1, np.int64)
    block, row, turned = int(LOOKED * np.sqrt(len(arcs.metres))), 0, False
    longest = 0.0
    for metres in arcs.metres:
        if metres < np.inf:
            longest = max(longest, metres)
    least = ROUNDING * max(longest, settle(arcs, tree, pupils, seats, room))
    for _ in range(turns):
        entering, row = find_row(arcs, tree, row, block, least)
        if entering >= 0:
            turned = True
            turn(arcs, tree, entering, room)
        elif turned:  # once more, with prices and flows free of rounding
            least = ROUNDING * max(longest, settle(arcs, tree, pupils, seats, room))
            turned = False
        else:
            return True
    return False
