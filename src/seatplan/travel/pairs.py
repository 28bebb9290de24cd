"""Walks of the pairs that matter: given pairs, each measured once.

They are the very figures of the whole table (`measure_walks`) in little memory: Dijkstra's
algorithm (1959) goes out from each target only as far as its own pairs lie, over the roads around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.sparse import csr_array

from seatplan.memory import split_range
from seatplan.travel.network import (
    Floats,
    Integers,
    Network,
    Snapped,
    find_part,
    measure_air,
    walk_from,
)

Measure = Callable[[Integers, Integers], Floats]

DETOUR = 1.4  # metres of road for one by air that are looked through first,
START_M = 300.0  # and so many more; twice as many each time that a pair is not among them
TOGETHER = 64  # targets whose roads around are cut out at once


class KeptWalks:
    """Walks of pairs that were measured, so that none is measured twice."""

    def __init__(self) -> None:
        self._keys = np.empty(0, dtype=np.int64)
        self._metres = np.empty(0)

    def fetch(self, origin: Integers, target: Integers, measure: Measure) -> Floats:
        """Return the walk of each pair, measured and kept where it is not known yet."""
        asked, back = np.unique(origin * 2**31 + target, return_inverse=True)
        new = asked[~np.isin(asked, self._keys, assume_unique=True)]
        if len(new):
            keys = np.concatenate([self._keys, new])
            metres = np.concatenate([self._metres, measure(new // 2**31, new % 2**31)])
            order = np.argsort(keys)
            self._keys, self._metres = keys[order], metres[order]
        walks: Floats = self._metres[np.searchsorted(self._keys, asked)][back]
        return walks


def measure_pairs(
    network: Network, origins: Snapped, targets: Snapped, origin: Integers, target: Integers
) -> Floats:
    """Shortest walk of each pair in metres, (pairs,); inf where no road leads.

    The figures equal those of `measure_walks` to the last bit.

    Parameters
    ----------
    origin, target
        Positions among `origins` and `targets`, one for each pair.
    """
    if network.detour:
        return measure_air(network, origins.take(origin), targets.take(target))
    metres = np.full(len(origin), np.inf)
    left = np.flatnonzero(
        find_part(network, origins)[origin] == find_part(network, targets)[target]
    )
    limit = DETOUR * np.hypot(*(origins.xy[origin] - targets.xy[target]).T) + START_M
    while len(left):
        here, goal = origin[left], target[left]
        reach = np.zeros(len(targets.points))
        np.maximum.at(reach, goal, limit[left])
        along = _measure_along(network, origins, targets, (here, goal), reach)
        metres[left] = along + origins.off[here] + targets.off[goal]
        left = left[along > reach[goal]]
        limit[left] *= 2
    return metres


def _measure_along(
    network: Network,
    origins: Snapped,
    targets: Snapped,
    pairs: tuple[Integers, Integers],
    reach: Floats,
) -> Floats:
    """Metres along the road of each pair; right where at most `reach` of its target, else more."""
    here, goal = pairs
    along = np.full(len(here), np.inf)
    turn = np.empty(len(targets.points), dtype=np.int64)
    parts = list(_gather_targets(targets, np.unique(goal), reach))
    turn[np.concatenate(parts)] = np.arange(sum(map(len, parts)))
    order = np.argsort(turn[goal], kind="stable")
    stops = np.searchsorted(turn[goal][order], np.cumsum([len(part) for part in parts]))
    for part, chosen in zip(parts, np.split(order, stops[:-1]), strict=True):
        row = turn[goal[chosen]] - turn[part[0]]
        along[chosen] = _walk_part(
            network, origins.take(here[chosen]), targets.take(part), row, reach[part].max()
        )
    return along


def _gather_targets(targets: Snapped, chosen: Integers, reach: Floats) -> Iterator[Integers]:
    """Put targets together that lie close together and have to reach about as far."""
    from scipy.spatial import KDTree  # slow to import, and only large districts come here

    turn = np.empty(len(chosen), dtype=np.int64)
    turn[KDTree(targets.xy[chosen]).indices] = np.arange(len(chosen))
    size = np.ceil(2 * np.log2(reach[chosen]))
    order = np.lexsort((turn, size))
    for alike in np.split(order, np.flatnonzero(np.diff(size[order])) + 1):
        for start in range(0, len(alike), TOGETHER):
            yield chosen[alike[start : start + TOGETHER]]


def _walk_part(
    network: Network, origins: Snapped, targets: Snapped, row: Integers, limit: float
) -> Floats:
    """Metres along the road from each origin to the target in its `row`, up to a limit."""
    graph, place = _cut_around(network, network.ends[targets.edge], limit)
    along = np.full(len(row), np.inf)
    for part in split_range(len(targets.points), 8 * (graph.shape[0] + TOGETHER)):
        few = targets.take(part)
        to_nodes = walk_from(graph, network, few, place[network.ends[few.edge]], limit)
        mine = np.flatnonzero((row >= part.start) & (row < part.stop))
        for end in (0, 1):
            node = place[network.ends[origins.edge[mine], end]]
            past = origins.along[mine]
            rest = network.metres[origins.edge[mine]] - past if end else past
            way = np.where(node < 0, np.inf, to_nodes[row[mine] - part.start, node]) + rest
            along[mine] = np.minimum(along[mine], way)
    straight = np.abs(origins.along - targets.along[row])
    return np.where(origins.edge == targets.edge[row], np.minimum(along, straight), along)


def _cut_around(network: Network, ends: Integers, limit: float) -> tuple[csr_array, Integers]:
    """Cut out the roads within a limit of some nodes: their graph, each node's place in it or -1.

    The cut is a box by air that holds every way of at most `limit` metres.
    """
    corners, count = network.nodes[ends.ravel()], len(network.nodes)
    far = network.bound_air(np.array(limit))
    inside = (network.nodes >= corners.min(axis=0) - far) & (
        network.nodes <= corners.max(axis=0) + far
    )
    kept = np.flatnonzero(inside.all(axis=1))
    if 2 * len(kept) > count:
        return network.graph, np.arange(count)
    place = np.full(count, -1)
    place[kept] = np.arange(len(kept))
    return network.graph[kept][:, kept], place
