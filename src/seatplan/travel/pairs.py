"""Walks of the pairs that matter: given pairs, each measured once.

They are the very figures of the whole table (`measure_walks`) in little memory: Dijkstra's
algorithm (1959) goes out from each target only as far as its own pairs lie.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seatplan.travel.network import Floats, Integers, Network
from seatplan.travel.walks import Snapped, find_part, measure_air

Measure = Callable[[Integers, Integers], Floats]


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
    parts = find_part(network, origins)[origin], find_part(network, targets)[target]
    joined = np.flatnonzero(np.equal(*parts))
    joined = joined[np.argsort(target[joined], kind="stable")]
    goals, runs = np.unique(target[joined], return_index=True)
    here, gate = origins.take(origin[joined]), targets.take(target[joined])
    along = _walk_along(network, here, targets.take(goals), np.append(runs, len(joined)))
    straight = np.where(here.edge == gate.edge, np.abs(here.along - gate.along), np.inf)
    metres[joined] = np.minimum(along, straight) + here.off + gate.off
    return metres


def _walk_along(network: Network, origins: Snapped, targets: Snapped, runs: Integers) -> Floats:
    """Metres along the road by way of an end of its edge from each origin to the target it is for.

    `runs`: where the origins of each target begin, and where those of the last end.
    """
    from seatplan.solvers.nearest import walk_between  # compiled: imported where it is needed

    graph, last = network.graph, network.metres[targets.edge]
    wanted = network.ends[origins.edge]
    rest = np.stack([targets.along, last - targets.along], axis=1)
    ways = walk_between(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int64),
        graph.data,
        network.ends[targets.edge],
        np.maximum(rest, np.finfo(float).tiny),
        2 * runs,
        wanted.ravel(),
    ).reshape(wanted.shape)
    past = np.stack([origins.along, network.metres[origins.edge] - origins.along], axis=1)
    along: Floats = (ways + past).min(axis=1)
    return along
