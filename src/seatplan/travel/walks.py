"""Walks along the road graph: where points meet it, and how far it is from one to another.

A point joins the road at the nearest place of the nearest line, so that a walk begins in the middle
of a street as people do, not at its corner. Where water is given, it is the nearest line on its own
bank.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from seatplan.district.banks import keep_bank
from seatplan.memory import PART_BYTES, expect_memory, split_range
from seatplan.travel.network import Floats, Integers, Network


@dataclass(frozen=True)
class Snapped:
    """Points and where they meet the road; every array has one entry for each point.

    Attributes
    ----------
    points
        The ids.
    xy
        Coordinates, (k, 2), metres.
    edge
        The edge of the network that lies nearest.
    along
        Metres from the first end of that edge to the nearest place on it.
    off
        Metres from the point to that place.
    """

    points: pd.Index
    xy: Floats
    edge: Integers
    along: Floats
    off: Floats

    def take(self, chosen: slice | Integers | npt.NDArray[np.bool_]) -> Snapped:
        """Return the chosen points, by a mask or by their places in the arrays."""
        return Snapped(
            self.points[chosen],
            self.xy[chosen],
            self.edge[chosen],
            self.along[chosen],
            self.off[chosen],
        )

    def join(self, other: Snapped) -> Snapped:
        """Return these points and then those of another, which may bear the same ids."""
        return Snapped(
            self.points.append(other.points),
            np.concatenate([self.xy, other.xy]),
            np.concatenate([self.edge, other.edge]),
            np.concatenate([self.along, other.along]),
            np.concatenate([self.off, other.off]),
        )


def measure_air(network: Network, origins: Snapped, targets: Snapped) -> Floats:
    """Measure the straight way times the detour of each pair, for arrays of equal length."""
    metres: Floats = network.detour * np.hypot(*(origins.xy - targets.xy).T)
    return metres


def snap_points(network: Network, points: gpd.GeoSeries) -> Snapped:
    """Find the nearest place on the road for each point.

    Of roads alike the one whose end nodes come first, west before east, then the shorter: the
    order of the rows decides nothing.
    """
    geometry = points.to_numpy()
    if network.detour:
        xy, none = shapely.get_coordinates(geometry), np.zeros(len(geometry))
        return Snapped(points.index, xy, none.astype(np.int64), none, none)
    tree = shapely.STRtree(network.lines)
    point, near = tree.query_nearest(geometry)
    ends = np.sort(network.ends[near], axis=1)
    order = np.lexsort((near, network.metres[near], ends[:, 1], ends[:, 0], point))
    edge = near[order][np.unique(point[order], return_index=True)[1]]
    dry = keep_bank(geometry, network.lines, edge, network.water)
    edge = np.where(dry < 0, edge, dry)
    lines = network.lines[edge]
    return Snapped(
        points.index,
        shapely.get_coordinates(geometry),
        edge,
        shapely.line_locate_point(lines, geometry),
        shapely.distance(lines, geometry),
    )


def measure_walks(
    network: Network, origins: Snapped, targets: Snapped, part_bytes: float = PART_BYTES
) -> Floats:
    """Shortest walk from every origin to every target, (origins, targets), in metres.

    walk = off the road at both ends + the shortest way along it; inf where no road leads.
    Dijkstra's algorithm (1959), compiled, once for each target.

    Parameters
    ----------
    part_bytes
        Size of the parts in which the targets are gone through: about three times as much memory
        is taken beside the answer. It changes no figure.

    Raises
    ------
    InputError
        Memory cannot hold the answer.
    """
    shape = len(origins.points), len(targets.points)
    expect_walks(*shape)
    metres = np.empty(shape)
    for part in split_range(shape[1], 8 * max(len(network.nodes), shape[0]), part_bytes):
        metres[:, part] = _measure_part(network, origins, targets.take(part))
    return metres


def expect_walks(origins: int, targets: int) -> None:
    """Refuse a table of walks that memory cannot hold: 8 bytes a walk.

    Raises
    ------
    InputError
        See `expect_memory`.
    """
    expect_memory(
        8.0 * origins * targets,
        f"the table of walks from {origins:,} places to {targets:,}",
        "measure the pairs that matter (TravelCosts.pair_metres, TravelCosts.nearest) or a part of "
        "the district",
    )


def find_part(network: Network, points: Snapped) -> Integers:
    """Return the connected component of the roads that each point is at."""
    if network.detour:
        return np.zeros(len(points.points), dtype=np.int64)
    part: Integers = network.component[network.ends[points.edge, 0]]
    return part


def _measure_part(network: Network, origins: Snapped, targets: Snapped) -> Floats:
    """Shortest walk from every origin to a part of the targets, (origins, targets)."""
    if network.detour:
        ways: Floats = network.detour * np.hypot(
            *(origins.xy[:, None] - targets.xy).transpose(2, 0, 1)
        )
        return ways
    from_nodes = walk_from(network.graph, network, targets)
    metres = np.full((len(origins.points), len(targets.points)), np.inf)
    for end in (0, 1):
        node = network.ends[origins.edge, end]
        rest = network.metres[origins.edge] - origins.along if end else origins.along
        np.minimum(metres, (from_nodes[:, node] + rest).T, out=metres)
    origin, target = np.nonzero(origins.edge[:, None] == targets.edge)
    metres[origin, target] = np.minimum(
        metres[origin, target], np.abs(origins.along[origin] - targets.along[target])
    )
    metres += origins.off[:, None]
    metres += targets.off
    return metres


def walk_from(
    graph: csr_array,
    network: Network,
    points: Snapped,
    ends: Integers | None = None,
    limit: float = np.inf,
) -> Floats:
    """Metres along the road from each point's place on it to every node, (points, nodes).

    Each point becomes a node of its own, with one way to either end of its edge.

    Parameters
    ----------
    graph
        The network's graph or a part of it.
    ends
        The nodes of `graph` at either end of each point's edge, (points, 2); those of the network
        where None.
    limit
        Metres along the road beyond which nothing is looked for: such nodes are at inf.
    """
    count, extra = graph.shape[0], np.arange(len(points.points))
    ends = network.ends[points.edge] if ends is None else ends
    rest = np.stack([points.along, network.metres[points.edge] - points.along], axis=1)
    both = np.maximum(rest.ravel(), np.finfo(float).tiny)
    whole = csr_array(
        (
            np.concatenate([graph.data, both]),
            np.concatenate([graph.indices, ends.ravel().astype(graph.indices.dtype)]),
            np.concatenate([graph.indptr, graph.indptr[-1] + 2 * (extra + 1)]),
        ),
        shape=(count + len(extra), count + len(extra)),
    )
    walks: Floats = dijkstra(whole, directed=True, indices=count + extra, limit=limit)[:, :count]
    return walks
