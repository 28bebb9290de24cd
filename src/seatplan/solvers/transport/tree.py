"""Cutting a branch off a tree of ways and grafting it on elsewhere, compiled."""

from __future__ import annotations

from seatplan.solvers.compiled import compiled
from seatplan.solvers.transport.basis import AFTER, BEFORE, FIRST, LEAF, SIZE, UP, Floats, Ints


@compiled
def link(links: Ints, heads: int, node: int, above: int) -> None:
    """Put `node` first in the list that begins at `links[above, heads]`."""
    second = links[above, heads]
    links[node, UP] = above
    links[node, AFTER] = second
    links[node, BEFORE] = -1
    if second >= 0:
        links[second, BEFORE] = node
    links[above, heads] = node


@compiled
def unlink(links: Ints, heads: int, node: int) -> None:
    """Take `node` out of its list, which begins at `links[links[node, UP], heads]`."""
    left, right = links[node, BEFORE], links[node, AFTER]
    if left < 0:
        links[links[node, UP], heads] = right
    else:
        links[left, AFTER] = right
    if right >= 0:
        links[right, BEFORE] = left
    links[node, UP] = -1


@compiled
def is_leaf(links: Ints, columns: int, node: int) -> bool:
    """Whether `node` is a row with nothing below it; the root never is."""
    return node >= columns and node < len(links) - 1 and links[node, FIRST] < 0


@compiled
def attach(links: Ints, columns: int, node: int, above: int) -> None:
    """Hang the branch of `node` below `above`, which is a leaf no more."""
    if is_leaf(links, columns, above) and links[above, UP] >= 0:
        column = links[above, UP]
        unlink(links, LEAF, above)
        link(links, FIRST, above, column)
    if is_leaf(links, columns, node):
        link(links, LEAF, node, above)
    else:
        link(links, FIRST, node, above)


@compiled
def detach(links: Ints, columns: int, node: int) -> None:
    """Cut the branch of `node` off; the node above may become a leaf."""
    above = links[node, UP]
    if is_leaf(links, columns, node):
        unlink(links, LEAF, node)
    else:
        unlink(links, FIRST, node)
    if is_leaf(links, columns, above) and links[above, UP] >= 0:
        column = links[above, UP]
        unlink(links, FIRST, above)
        link(links, LEAF, above, column)


@compiled
def is_used(links: Ints, columns: int, row: int, column: int) -> bool:
    """Whether the arc from `row` to `column` belongs to the tree."""
    node = columns + row
    return bool(links[node, UP] == column or links[column, UP] == node)


@compiled
def push(links: Ints, flow: Floats, columns: int, node: int, pupils: float) -> None:
    """Send `pupils` more into column `node`, or out of row `node`, by way of the tree's arcs."""
    while links[node, UP] >= 0:
        if node < columns:
            flow[node] -= pupils
        else:
            flow[node] += pupils
        node = links[node, UP]


@compiled
def graft(
    links: Ints,
    flow: Floats,
    columns: int,
    cut: int,
    stump: int,
    node: int,
    above: int,
    pupils: float,
) -> None:
    """Hang the branch `cut` off `stump` below `above` instead, by its `node` upside down."""
    total, gone = links[cut, SIZE], 0
    while stump >= 0:
        links[stump, SIZE] -= total
        stump = links[stump, UP]
    rise = above
    while rise >= 0:
        links[rise, SIZE] += total
        rise = links[rise, UP]
    while node >= 0:
        following, carried, size = links[node, UP], flow[node], links[node, SIZE]
        if following >= 0:
            detach(links, columns, node)
        attach(links, columns, node, above)
        flow[node], links[node, SIZE] = pupils, total - gone
        pupils, gone, above, node = carried, size, node, following


@compiled
def list_branch(links: Ints, columns: int, node: int, found: Ints) -> int:
    """Write the columns of the branch of `node` to `found`; return how many."""
    count, waiting = 0, len(found) - 1  # columns from the left, nodes to visit from the right
    found[waiting] = node
    while waiting < len(found):
        node = found[waiting]
        waiting += 1
        if node < columns:
            found[count] = node
            count += 1
        below = links[node, FIRST]
        while below >= 0:
            waiting -= 1
            found[waiting] = below
            below = links[below, AFTER]
    return count


@compiled
def list_down(links: Ints, order: Ints) -> int:
    """Write the nodes, leaves apart, to `order`, each after the one above; return how many."""
    count, rank = 1, 0
    order[0] = len(links) - 1
    while rank < count:
        below = links[order[rank], FIRST]
        rank += 1
        while below >= 0:
            order[count] = below
            count += 1
            below = links[below, AFTER]
    return count


@compiled
def settle_flows(
    links: Ints, flow: Floats, pupils: Floats, seats: Floats, order: Ints, count: int
) -> None:
    """Work out flows and sizes from the leaves up; `order` and `count` are those of `list_down`."""
    columns = len(seats)
    links[-1, SIZE] = 1
    for node in range(columns):
        flow[node] = seats[node]
        links[node, SIZE] = 1
    for row in range(len(pupils)):
        node = columns + row
        flow[node] = pupils[row]
        links[node, SIZE] = 1
        if links[node, UP] >= 0 and is_leaf(links, columns, node):
            flow[links[node, UP]] -= pupils[row]
            links[links[node, UP], SIZE] += 1
    for rank in range(count - 1, 0, -1):
        node = order[rank]
        flow[links[node, UP]] -= flow[node]
        links[links[node, UP], SIZE] += links[node, SIZE]
