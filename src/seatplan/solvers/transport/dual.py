"""The dual simplex on a tree of ways: prices stay right while overfull schools are relieved.

After Dantzig (1951) and, for the choice of the arc that leaves, the dual steepest edge of Forrest
and Goldfarb (1992), whose weight on a tree is the number of nodes cut off. There are few schools
and many blocks, so all arcs from one school's blocks to another school are held as one number, the
least detour; the arc that enters is the least of those, exact over every arc there is.
"""

from __future__ import annotations

import numpy as np

from seatplan.solvers.compiled import compiled
from seatplan.solvers.transport.basis import AFTER, FIRST, LEAF, SIZE, UP, Floats, Ints, Tree
from seatplan.solvers.transport.pricing import find_least
from seatplan.solvers.transport.tree import (
    detach,
    graft,
    is_leaf,
    is_used,
    link,
    list_branch,
    list_down,
    push,
    settle_flows,
    unlink,
)

ROUNDING = 1e-12  # a flow below 0 that counts as none, as a share of the pupils


@compiled
def admit(tree: Tree, table: Floats, row: int, column: int) -> None:
    """Lower the detours out of `column` to those of `row`, which now uses it."""
    base = table[row, column]
    detour, mover = tree.detour, tree.mover
    for other in range(len(detour)):
        metres = table[row, other] - base
        if metres < detour[column, other]:
            detour[column, other] = metres
            mover[column, other] = row


@compiled
def measure(tree: Tree, table: Floats, column: int, other: int) -> None:
    """Find the least detour from `column` to `other` anew."""
    links, columns = tree.links, len(tree.price)
    row = links[column, UP] - columns
    best, mover = np.inf, -1
    if 0 <= row < len(table):
        best, mover = table[row, other] - table[row, column], row
    for heads in (LEAF, FIRST):
        node = links[column, heads]
        while node >= 0:
            row = node - columns
            metres = table[row, other] - table[row, column]
            if metres < best:
                best, mover = metres, row
            node = links[node, AFTER]
    tree.detour[column, other] = best
    tree.mover[column, other] = mover


@compiled
def seat_rows(tree: Tree, table: Floats, pupils: Floats) -> None:
    """Bring blocks that have pupils into the tree, at their least metres + price; let others go."""
    links, price = tree.links, tree.price
    columns = len(price)
    for row in range(len(table)):
        node = columns + row
        if pupils[row] > 0 and links[node, UP] < 0:
            best, least = 0, np.inf
            for column in range(columns):
                metres = table[row, column] + price[column]
                if metres < least:
                    best, least = column, metres
            link(links, LEAF, node, best)
            admit(tree, table, row, best)
        elif pupils[row] == 0 and links[node, UP] >= 0 and is_leaf(links, columns, node):
            unlink(links, LEAF, node)


@compiled
def settle(tree: Tree, table: Floats, pupils: Floats, seats: Floats, order: Ints) -> None:
    """Work out prices from the root down, flows and sizes from the leaves up."""
    links, price = tree.links, tree.price
    columns, root = len(price), len(links) - 1
    count = list_down(links, order)
    for rank in range(1, count):
        node = order[rank]
        if node < columns:
            up = links[node, UP]
            if up == root:
                price[node] = 0.0
            else:
                row, column = up - columns, links[up, UP]
                price[node] = table[row, column] + price[column] - table[row, node]
    settle_flows(links, tree.flow, pupils, seats, order, count)


@compiled
def find_worst(links: Ints, flow: Floats, columns: int, least: float) -> int:
    """Return the node whose arc up leaves: flow below -`least`, steepest; -1 for none."""
    worst, steepest = -1, 0.0
    for column in range(columns):
        node, following = column, links[column, FIRST]
        while node >= 0:
            pupils = flow[node]
            if pupils < -least and pupils * pupils > steepest * links[node, SIZE]:
                worst, steepest = node, pupils * pupils / links[node, SIZE]
            node = following
            if node >= 0:
                following = links[node, AFTER]
    return worst


@compiled
def leave_branch(
    tree: Tree, table: Floats, branch: Ints, beyond: Floats, least: Floats
) -> tuple[int, int, float]:
    """Return row, column and reduced cost of the least arc out of the branch.

    `beyond` has the prices, inf within the branch; `least` is room to work in.
    """
    detour = tree.detour
    for rank in range(len(branch)):
        column = branch[rank]
        least[rank] = find_least(detour[column], beyond) - tree.price[column]
    while True:
        best = 0
        for rank in range(1, len(branch)):
            if least[rank] < least[best]:
                best = rank
        column, other = branch[best], 0
        for place in range(1, len(beyond)):
            if detour[column, place] + beyond[place] < detour[column, other] + beyond[other]:
                other = place
        row = tree.mover[column, other]
        if least[best] == np.inf or is_used(tree.links, len(beyond), row, column):
            return row, other, least[best]
        measure(tree, table, column, other)
        least[best] = find_least(detour[column], beyond) - tree.price[column]


@compiled
def enter_branch(tree: Tree, table: Floats, branch: Ints, beyond: Floats) -> tuple[int, int, float]:
    """Return row, column and reduced cost of the least arc into the branch."""
    detour, price = tree.detour, tree.price
    row, into, best = len(table), 0, np.inf
    for other in branch:
        if price[other] < best:  # from the row of empty seats
            into, best = other, price[other]
    for column in range(len(price)):
        stale = beyond[column] < np.inf
        while stale:
            other, least = 0, np.inf
            for place in branch:
                metres = detour[column, place] + price[place]
                if metres < least:
                    other, least = place, metres
            stale = False
            if least - price[column] < best:
                if is_used(tree.links, len(price), tree.mover[column, other], column):
                    row, into, best = tree.mover[column, other], other, least - price[column]
                else:
                    measure(tree, table, column, other)
                    stale = True
    return row, into, best


@compiled
def turn(tree: Tree, table: Floats, cut: int, room: Ints, work: Floats) -> bool:
    """Take the arc above `cut` out of the tree and the least arc that mends it in."""
    links, flow, price = tree.links, tree.flow, tree.price
    columns, stump, pupils = len(price), links[cut, UP], -flow[cut]
    detach(links, columns, cut)
    branch = room[: list_branch(links, columns, cut, room)]
    beyond = work[0]
    for column in range(columns):
        beyond[column] = price[column]
    for column in branch:
        beyond[column] = np.inf
    outward = cut < columns  # a school too full: pupils leave its branch
    if outward:
        row, column, rise = leave_branch(tree, table, branch, beyond, work[1])
    else:
        row, column, rise = enter_branch(tree, table, branch, beyond)
    if rise == np.inf:
        return False
    rise = max(rise, 0.0) if outward else -max(rise, 0.0)
    for other in branch:
        price[other] += rise
    node = columns + row
    push(links, flow, columns, column, pupils)
    push(links, flow, columns, node, -pupils)
    push(links, flow, columns, stump, -pupils if outward else pupils)
    if outward:
        graft(links, flow, columns, cut, stump, node, column, pupils)
    else:
        graft(links, flow, columns, cut, stump, column, node, pupils)
    if row < len(table):
        admit(tree, table, row, column)
    return True


@compiled
def run_dual(tree: Tree, table: Floats, pupils: Floats, seats: Floats, turns: int) -> bool:
    """Change `tree` until no flow is below 0; False where `turns` do not do.

    Parameters
    ----------
    table
        (n, m+1) metres, with the penalty of no seat as the last column; inf where not allowed.
    pupils, seats
        (n,) and (m+1,) with as many places without a seat as there are pupils, as the last column.
    """
    links, columns = tree.links, len(seats)
    room = np.empty(len(links) + 1, np.int64)
    work = np.empty((2, columns))
    least = 0.0
    for count in pupils:
        least += ROUNDING * count
    seat_rows(tree, table, pupils)
    settle(tree, table, pupils, seats, room)
    turned = False
    for _ in range(turns):
        cut = find_worst(links, tree.flow, columns, least)
        if cut >= 0:
            turned = True
            if not turn(tree, table, cut, room, work):
                return False
        elif turned:  # once more, with flows free of rounding
            settle(tree, table, pupils, seats, room)
            turned = False
        else:
            return True
    return False
