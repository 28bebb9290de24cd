"""The few nearest sources of every node of a graph, in one run; shortest ways to given nodes."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt

from seatplan.solvers.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SPACE = 4  # labels a node that there is room for to begin with


@compiled
def label_nodes(
    starts: Ints,
    heads: Ints,
    lengths: Floats,
    nodes: Ints,
    first: Floats,
    sources: Ints,
    handicap: Floats,
    few: int,
    tie: float,
    bound: Floats,
) -> tuple[Ints, Ints, Floats]:
    """Label every node with its few nearest sources, by Dijkstra's algorithm with several labels.

    A node passes on a source only if it is among its own few nearest: were it not, as many others
    would be nearer to every node behind it.

    Parameters
    ----------
    starts, heads, lengths
        Arcs: those of node v are `starts[v]` to `starts[v + 1]`, each to a node `heads` at
        `lengths`, 0 or more.
    nodes, first, sources
        Where the sources enter: a node, how far from the source it is, which source.
    handicap
        What is added to the distance of each source where sources are ranked, (sources,).
    few
        Labels a node, at least 1; more where others are within `tie` of the last.
    bound
        Distance + handicap at each node beyond which no label is wanted, (nodes,).

    Returns
    -------
    tuple
        Node, source and distance (without handicap) of each label, nearest first.
    """
    count, width = len(starts) - 1, len(handicap)
    queue = [(0.0, 0.0, np.int64(0)) for _ in range(0)]
    for entry in range(len(nodes)):
        ranked = first[entry] + handicap[sources[entry]]
        queue.append((ranked, first[entry], nodes[entry] * width + sources[entry]))
    heapify(queue)
    held, last, newest = np.zeros(count, np.int64), np.zeros(count), np.full(count, -1)
    size = count * min(few, SPACE) + 1
    labels, older = np.empty(size, np.int64), np.empty(size, np.int64)
    away, found = np.empty(size), 0
    while len(queue) > 0:
        ranked, distance, label = heappop(queue)
        node, source = label // width, label % width
        if ranked > bound[node] or (held[node] >= few and ranked > last[node] + tie):
            continue
        before = newest[node]
        while before >= 0 and labels[before] != label:
            before = older[before]
        if before >= 0:
            continue
        if found == len(labels):
            labels, older = np.append(labels, labels), np.append(older, older)
            away = np.append(away, away)
        labels[found], older[found], away[found] = label, newest[node], distance
        newest[node] = found
        found += 1
        held[node] += 1
        if held[node] <= few:
            last[node] = ranked
        for arc in range(starts[node], starts[node + 1]):
            head, beyond = heads[arc], distance + lengths[arc]
            further = beyond + handicap[source]
            if further <= bound[head] and (held[head] < few or further <= last[head] + tie):
                heappush(queue, (further, beyond, head * width + source))
    return labels[:found] // width, labels[:found] % width, away[:found]


@compiled
def reach_nodes(starts: Ints, heads: Ints, lengths: Floats, nodes: Ints, first: Floats) -> Floats:
    """Return the least of `first` + the way from there at every node, inf where no way leads.

    Dijkstra's algorithm (1959) from all entries at once: what `label_nodes` finds with one label,
    without saying whose it is.

    Parameters
    ----------
    starts, heads, lengths
        As for `label_nodes`.
    nodes, first
        The nodes to begin from, and what each begins with, below 0 or above, (entries,).
    """
    away = np.full(len(starts) - 1, np.inf)
    keys, heap = np.empty(len(heads) + len(nodes)), np.empty(len(heads) + len(nodes), np.int64)
    size = 0  # each arc and each entry is pushed once at most: when it makes a way shorter
    for entry in range(len(nodes)):
        if first[entry] < away[nodes[entry]]:
            away[nodes[entry]] = first[entry]
            size = _push(keys, heap, size, first[entry], nodes[entry])
    while size:
        far, node = keys[0], heap[0]
        size = _pop(keys, heap, size)
        if far > away[node]:  # reached by a shorter way since
            continue
        for arc in range(starts[node], starts[node + 1]):
            head, further = heads[arc], far + lengths[arc]
            if further < away[head]:
                away[head] = further
                size = _push(keys, heap, size, further, head)
    return away


@compiled
def walk_between(
    starts: Ints,
    heads: Ints,
    lengths: Floats,
    ends: Ints,
    first: Floats,
    runs: Ints,
    wanted: Ints,
) -> Floats:
    """Return the length of the shortest way from each place to the nodes wanted of it.

    Dijkstra's algorithm (1959), once for each place, until its nodes are reached; inf where no way
    leads.

    Parameters
    ----------
    starts, heads, lengths
        As for `label_nodes`.
    ends, first
        The nodes by which each place is entered, and how far they are, (places, entries).
    runs, wanted
        The nodes wanted of place p are `wanted[runs[p]]` to `wanted[runs[p + 1]]`.
    """
    count, ways = len(starts) - 1, np.full(len(wanted), np.inf)
    away, asked = np.full(count, np.inf), np.zeros(count, np.int64)
    touched = np.empty(count, np.int64)
    room = len(heads) + ends.shape[1]
    keys, heap = np.empty(room), np.empty(room, np.int64)
    for place in range(len(ends)):
        left = 0  # nodes wanted and not reached yet
        for at in range(runs[place], runs[place + 1]):
            left += asked[wanted[at]] != place + 1
            asked[wanted[at]] = place + 1
        size, seen = 0, 0
        for entry in range(ends.shape[1]):
            node, far = ends[place, entry], first[place, entry]
            if far < away[node]:
                if away[node] == np.inf:
                    touched[seen] = node
                    seen += 1
                away[node] = far
                size = _push(keys, heap, size, far, node)
        while size and left:
            far, node = keys[0], heap[0]
            size = _pop(keys, heap, size)
            if far > away[node]:  # reached by a shorter way since
                continue
            if asked[node] == place + 1:
                asked[node] = 0
                left -= 1
            for arc in range(starts[node], starts[node + 1]):
                head, further = heads[arc], far + lengths[arc]
                if further < away[head]:
                    if away[head] == np.inf:
                        touched[seen] = head
                        seen += 1
                    away[head] = further
                    size = _push(keys, heap, size, further, head)
        for at in range(runs[place], runs[place + 1]):
            ways[at] = away[wanted[at]]
            asked[wanted[at]] = 0
        for at in range(seen):
            away[touched[at]] = np.inf
    return ways


@compiled
def _push(keys: Floats, heap: Ints, size: int, key: float, node: int) -> int:
    """Add a node to a binary heap; return its new size."""
    place = size
    while place > 0:
        above = (place - 1) // 2
        if keys[above] <= key:
            break
        keys[place], heap[place] = keys[above], heap[above]
        place = above
    keys[place], heap[place] = key, node
    return size + 1


@compiled
def _pop(keys: Floats, heap: Ints, size: int) -> int:
    """Take the node with the least key from a binary heap; return its new size."""
    size -= 1
    key, node = keys[size], heap[size]
    place, below = 0, 1
    while below < size:
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[place], heap[place] = keys[below], heap[below]
        place, below = below, 2 * below + 1
    keys[place], heap[place] = key, node
    return size
