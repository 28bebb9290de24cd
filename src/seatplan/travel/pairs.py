"""Walks of the pairs that matter: given pairs, and the nearest few targets of every origin.

Both give the very figures of the whole table (`measure_walks`) in little memory: Dijkstra's
algorithm (1959) goes out from each target only as far as its own pairs lie, over the roads around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from seatplan.memory import split_range
from seatplan.travel.network import (
    Floats,
    Integers,
    Network,
    Snapped,
    find_part,
    measure_air,
    measure_walks,
    walk_from,
)

Measure = Callable[[Integers, Integers], Floats]

TIE_M = 1e-6  # walks that differ by no more are alike
DETOUR = 1.4  # metres of road for one by air that are looked through first,
START_M = 300.0  # and so many more; twice as many each time that a pair is not among them
TOGETHER = 64  # targets whose roads around are cut out at once


@dataclass(frozen=True)
class Nearest:
    """The nearest targets of each origin, one entry for each `group`, `origin` and `target`.

    Attributes
    ----------
    group
        Row of `groups`; 0 where there are none.
    origin, target
        Positions among the origins and the targets.
    metres
        The walk; never inf.
    """

    group: Integers
    origin: Integers
    target: Integers
    metres: Floats


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


def nearest_targets(
    network: Network,
    origins: Snapped,
    targets: Snapped,
    few: int,
    groups: npt.NDArray[np.bool_] | None = None,
) -> Nearest:
    """Find the nearest targets of each origin, among all or in each group of targets.

    One run over the road graph for each group, from all its targets at once (`label_nodes`). The
    figures equal those of `measure_walks` to the last bit.

    Parameters
    ----------
    few
        How many, at least 1. Fewer are found where roads lead to fewer; more where the last ones
        are equally far to a micrometre, so that nothing but metres decides who is among them.
    groups
        Which targets belong to each group, (groups, targets); a target may be in several. One
        group of all where None.

    Returns
    -------
    Nearest
        By group, origin and metres; equal metres by the place of the target, from west to east.
    """
    if groups is None:
        groups = np.ones((1, len(targets.points)), dtype=bool)
    if network.detour:
        return _nearest_by_air(network, origins, targets, few, groups)
    found = []
    for number, group in enumerate(groups):
        chosen = np.flatnonzero(group)
        origin, target, metres = _reach_nearest(network, origins, targets.take(chosen), few)
        number_of = np.full(len(origin), number)
        found.append(_keep_few(targets, few, Nearest(number_of, origin, chosen[target], metres)))
    return _join_nearest(found)


def _nearest_by_air(
    network: Network,
    origins: Snapped,
    targets: Snapped,
    few: int,
    groups: npt.NDArray[np.bool_],
) -> Nearest:
    """Find what `nearest_targets` finds where there are no roads."""
    parts = list(split_range(len(origins.points), 8 * max(len(targets.points), 1)))
    found = []
    for part in parts:
        ways = measure_walks(network, origins.take(part), targets)
        near = select_nearest(ways, targets, few, groups)
        found.append(replace(near, origin=near.origin + part.start))
    near = _join_nearest(found)
    order = np.lexsort((near.origin, near.group))  # parts one after the other within each group
    return Nearest(near.group[order], near.origin[order], near.target[order], near.metres[order])


def select_nearest(
    metres: Floats, targets: Snapped, few: int, groups: npt.NDArray[np.bool_] | None = None
) -> Nearest:
    """Find what `nearest_targets` finds in a table of walks, (origins, targets)."""
    if groups is None:
        groups = np.ones((1, len(targets.points)), dtype=bool)
    found = []
    for number, group in enumerate(groups):
        chosen = np.flatnonzero(group)
        ways = metres[:, chosen]
        if len(chosen) > few:
            last = np.partition(ways, few - 1, axis=1)[:, few - 1, None]
            ways = np.where(ways <= last + TIE_M, ways, np.inf)
        origin, target = np.nonzero(np.isfinite(ways))
        near = Nearest(np.full(len(origin), number), origin, chosen[target], ways[origin, target])
        found.append(_keep_few(targets, few, near))
    return _join_nearest(found)


def _reach_nearest(
    network: Network, origins: Snapped, targets: Snapped, few: int
) -> tuple[Integers, Integers, Floats]:
    """Measure walks, those to the few nearest among them: origin, target, metres."""
    from seatplan.solvers.nearest import label_nodes  # compiled: imported where it is needed

    count, graph = len(targets.points), network.graph
    rest = np.stack([targets.along, network.metres[targets.edge] - targets.along], axis=1)
    node, source, along = label_nodes(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int64),
        graph.data,
        network.ends[targets.edge].ravel(),
        np.maximum(rest.ravel(), np.finfo(float).tiny),
        np.repeat(np.arange(count), 2),
        targets.off,
        few,
        2 * TIE_M,
    )
    order = np.argsort(node, kind="stable")
    source, along = source[order], along[order]
    start = np.searchsorted(node[order], np.arange(len(network.nodes) + 1))
    ways = [_meet_on_edge(origins, targets)]
    for end in (0, 1):
        entered = network.ends[origins.edge, end]
        past = network.metres[origins.edge] - origins.along if end else origins.along
        origin, label = _expand(start[entered], start[entered + 1])
        ways.append((origin, source[label], along[label] + past[origin]))
    origin, target, along = (np.concatenate(column) for column in zip(*ways, strict=True))
    keys, back = np.unique(origin * count + target, return_inverse=True)
    least = np.full(len(keys), np.inf)
    np.minimum.at(least, back, along)
    origin, target = keys // max(count, 1), keys % max(count, 1)
    return origin, target, least + origins.off[origin] + targets.off[target]


def _meet_on_edge(origins: Snapped, targets: Snapped) -> tuple[Integers, Integers, Floats]:
    """Ways between origins and targets on one edge, along it: origin, target, metres."""
    order = np.argsort(targets.edge, kind="stable")
    start, stop = (np.searchsorted(targets.edge[order], origins.edge, s) for s in ("left", "right"))
    origin, place = _expand(start, stop)
    target = order[place]
    return origin, target, np.abs(origins.along[origin] - targets.along[target])


def _expand(start: Integers, stop: Integers) -> tuple[Integers, Integers]:
    """Write runs out: the number of its run and the place of each element."""
    run = np.repeat(np.arange(len(start)), stop - start)
    before = np.concatenate([[0], np.cumsum(stop - start)[:-1]])[: len(start)]
    return run, np.arange(len(run)) + (start - before)[run]


def _join_nearest(found: list[Nearest]) -> Nearest:
    """Put groups one after the other."""
    columns = [(near.group, near.origin, near.target, near.metres) for near in found]
    return Nearest(*(np.concatenate(column) for column in zip(*columns, strict=True)))


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


def _keep_few(targets: Snapped, few: int, near: Nearest) -> Nearest:
    """Keep the few nearest of each group and origin, and those as far as the last of them."""
    x, y = targets.xy[near.target].T
    order = np.lexsort((near.target, y, x, near.metres, near.origin, near.group))
    group, origin, metres = near.group[order], near.origin[order], near.metres[order]
    first = np.append(True, (np.diff(group) != 0) | (np.diff(origin) != 0))[: len(order)]
    start = np.flatnonzero(first)
    count = np.diff(np.append(start, len(order)))
    last = metres[start + np.minimum(few, count) - 1]
    kept = metres <= np.repeat(last, count) + TIE_M
    return Nearest(group[kept], origin[kept], near.target[order][kept], metres[kept])
