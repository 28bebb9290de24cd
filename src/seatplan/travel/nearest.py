"""The nearest few targets of every origin, without the table of all walks.

The figures are those of the whole table (`measure_walks`) in little memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seatplan.memory import split_range
from seatplan.travel.network import Floats, Integers, Network
from seatplan.travel.walks import Snapped, measure_walks

TIE_M = 1e-6  # walks that differ by no more are alike


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


def nearest_targets(
    network: Network,
    origins: Snapped,
    targets: Snapped,
    few: int,
    groups: npt.NDArray[np.bool_] | None = None,
    handicap: Floats | None = None,
    below: Floats | None = None,
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
    handicap
        Metres that each target counts as farther than it is when the nearest are chosen,
        (targets,), below 0 where it counts as nearer; none where None.
    below
        Metres with the handicap up to which targets of each origin are wanted, (origins,); all
        where None. The search goes no farther than that.

    Returns
    -------
    Nearest
        By group, origin and metres with the handicap; equal ones by the place of the target, from
        west to east. `metres` are without it.
    """
    if groups is None:
        groups = np.ones((1, len(targets.points)), dtype=bool)
    handicap, below = _fill_terms(origins, targets, handicap, below)
    if network.detour:
        return _nearest_by_air(network, origins, targets, few, groups, handicap, below)
    found = []
    for number, group in enumerate(groups):
        chosen = np.flatnonzero(group)
        origin, target, metres = _reach_nearest(
            network, origins, targets.take(chosen), few, handicap[chosen], below
        )
        near = Nearest(np.full(len(origin), number), origin, chosen[target], metres)
        found.append(_keep_few(targets, few, near, handicap, below))
    return _join_nearest(found)


def _fill_terms(
    origins: Snapped, targets: Snapped, handicap: Floats | None, below: Floats | None
) -> tuple[Floats, Floats]:
    """Return handicap and bound of a search, none where they are not given."""
    none, every = np.zeros(len(targets.points)), np.full(len(origins.points), np.inf)
    return none if handicap is None else handicap, every if below is None else below


def _nearest_by_air(
    network: Network,
    origins: Snapped,
    targets: Snapped,
    few: int,
    groups: npt.NDArray[np.bool_],
    handicap: Floats,
    below: Floats,
) -> Nearest:
    """Find what `nearest_targets` finds where there are no roads."""
    parts = list(split_range(len(origins.points), 8 * max(len(targets.points), 1)))
    found = []
    for part in parts:
        ways = measure_walks(network, origins.take(part), targets)
        near = select_nearest(ways, targets, few, groups, handicap, below[part])
        found.append(replace(near, origin=near.origin + part.start))
    near = _join_nearest(found)
    order = np.lexsort((near.origin, near.group))  # parts one after the other within each group
    return Nearest(near.group[order], near.origin[order], near.target[order], near.metres[order])


def select_nearest(
    metres: Floats,
    targets: Snapped,
    few: int,
    groups: npt.NDArray[np.bool_] | None = None,
    handicap: Floats | None = None,
    below: Floats | None = None,
) -> Nearest:
    """Find what `nearest_targets` finds in a table of walks, (origins, targets)."""
    if groups is None:
        groups = np.ones((1, len(targets.points)), dtype=bool)
    if handicap is None:
        handicap = np.zeros(len(targets.points))
    if below is None:
        below = np.full(len(metres), np.inf)
    found = []
    for number, group in enumerate(groups):
        chosen = np.flatnonzero(group)
        ways = metres[:, chosen] + handicap[chosen]
        kept = np.isfinite(ways) & (ways <= below[:, None])
        if len(chosen) > few:
            kept &= ways <= np.partition(ways, few - 1, axis=1)[:, few - 1, None] + TIE_M
        origin, target = np.nonzero(kept)
        target = chosen[target]
        near = Nearest(np.full(len(origin), number), origin, target, metres[origin, target])
        found.append(_keep_few(targets, few, near, handicap, below))
    return _join_nearest(found)


def _reach_nearest(
    network: Network,
    origins: Snapped,
    targets: Snapped,
    few: int,
    handicap: Floats,
    below: Floats,
) -> tuple[Integers, Integers, Floats]:
    """Measure walks, those to the few nearest among them: origin, target, metres."""
    # compiled: imported where it is needed
    from seatplan.solvers.nearest import label_nodes, reach_nodes

    count, graph = len(targets.points), network.graph
    arcs = graph.indptr.astype(np.int64), graph.indices.astype(np.int64), graph.data
    bound = np.full(len(network.nodes), np.inf)
    if (below < np.inf).all():
        wanted = np.flatnonzero(below > -np.inf)
        node, first, home = _enter_nodes(network, origins.take(wanted))
        rest = (origins.off - below)[wanted]
        bound = 2 * TIE_M - reach_nodes(*arcs, node, first + rest[home])
    ends = _enter_nodes(network, targets)
    node, source, along = label_nodes(*arcs, *ends, targets.off + handicap, few, 2 * TIE_M, bound)
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


def _enter_nodes(network: Network, points: Snapped) -> tuple[Integers, Floats, Integers]:
    """Return where points enter the graph: the node, how far along the road, and which point."""
    rest = np.stack([points.along, network.metres[points.edge] - points.along], axis=1)
    first = np.maximum(rest.ravel(), np.finfo(float).tiny)
    return network.ends[points.edge].ravel(), first, np.repeat(np.arange(len(points.points)), 2)


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


def _keep_few(
    targets: Snapped, few: int, near: Nearest, handicap: Floats, below: Floats
) -> Nearest:
    """Keep the few nearest of each group and origin, and those as far as the last of them."""
    ranked = near.metres + handicap[near.target]
    wanted = ranked <= below[near.origin]
    near = Nearest(*(column[wanted] for column in vars(near).values()))
    x, y = targets.xy[near.target].T
    ranked = ranked[wanted]
    order = np.lexsort((near.target, y, x, ranked, near.origin, near.group))
    group, origin, ranked = near.group[order], near.origin[order], ranked[order]
    first = np.append(True, (np.diff(group) != 0) | (np.diff(origin) != 0))[: len(order)]
    start = np.flatnonzero(first)
    count = np.diff(np.append(start, len(order)))
    last = ranked[start + np.minimum(few, count) - 1]
    kept = ranked <= np.repeat(last, count) + TIE_M
    chosen = order[kept]
    return Nearest(group[kept], origin[kept], near.target[chosen], near.metres[chosen])
