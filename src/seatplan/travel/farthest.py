"""The longest walk of a district, found without the table of all walks."""

from __future__ import annotations

import numpy as np

from seatplan.memory import PART_BYTES, split_range
from seatplan.travel.network import Floats, Integers, Network
from seatplan.travel.walks import Snapped, measure_walks

SLACK_M = 1e-3  # by which bounds may be wrong in rounding
AT_ONCE = 1  # targets looked at in one round: the bounds of one tell which comes next


def measure_farthest(
    network: Network, origins: Snapped, targets: Snapped, part_bytes: float = PART_BYTES
) -> float:
    """Measure the longest finite walk from any origin to any target; 0 where there is none.

    No walk is longer than the one by way of a third place. So every target whose walks are measured
    bounds those of all others, and the target with the highest bound comes next, until no bound is
    above the longest walk found (Takes and Kosters 2011, "Determining the diameter of small world
    networks"). The figure equals that of the table (`measure_walks`) to the last bit.
    """
    if network.detour:
        return _scan(network, origins, targets, part_bytes)
    longest = 0.0
    bound, ends = np.full(len(targets.points), np.inf), origins.join(targets)
    while (bound > longest - SLACK_M).any():
        chosen = _choose(bound, targets, longest)
        hubs = targets.take(chosen)
        walks, between = np.split(measure_walks(network, ends, hubs), [len(origins.points)])
        farthest = np.where(np.isfinite(walks), walks, 0.0).max(axis=0, initial=0.0)
        longest = max(longest, float(farthest.max(initial=0.0)))
        bound = np.minimum(bound, (between + farthest - 2.0 * hubs.off).min(axis=1))
        bound[chosen] = -np.inf
    return longest


def _choose(bound: Floats, targets: Snapped, longest: float) -> Integers:
    """Choose the targets with the highest bounds; of those not bounded yet, the outermost."""
    x, y = targets.xy.T
    outer = np.hypot(x - x.mean(), y - y.mean())
    order = np.lexsort((-outer, -bound))[:AT_ONCE]
    return order[bound[order] > longest - SLACK_M]


def _scan(network: Network, origins: Snapped, targets: Snapped, part_bytes: float) -> float:
    """Look at all walks, part by part, where there are no roads."""
    parts = split_range(len(origins.points), 8 * max(len(targets.points), 1), part_bytes)
    walks = [measure_walks(network, origins.take(part), targets) for part in parts]
    return max((float(part.max(initial=0.0)) for part in walks), default=0.0)
