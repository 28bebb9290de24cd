"""The road graph: where points meet it, how far it is along it, and what cannot be reached.

Every line of the road table is an edge, walkable both ways whatever its class; lines meet where
their ends do. A point joins the road at the nearest place of the nearest line, so that a walk
begins in the middle of a street as people do, not at its corner. Where water is given, it is the
nearest line on its own bank; places without one have straight ways to each other on their bank.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from seatplan.district.banks import keep_bank, lay_paths
from seatplan.errors import InputError
from seatplan.memory import PART_BYTES, expect_memory, split_range

if TYPE_CHECKING:
    import networkx as nx

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

JOIN_M = 0.1  # ends of lines that round to the same tenth of a metre are one node
PACE = 0.9  # metres of road for one by air at the least, lines of a metre or two apart


@dataclass(frozen=True)
class Network:
    """A road graph of n nodes and m edges, in metres.

    Attributes
    ----------
    roads
        The table it was built from.
    nodes
        Coordinates, (n, 2).
    ends
        The two nodes of each edge, in the direction of its line, (m, 2).
    metres
        Length of each edge along its line, (m,).
    lines
        The lines themselves, (m,), shapely.
    component
        Connected component of each node, (n,), counted from 0.
    detour
        Metres walked for one by air where there are no roads at all; 0 where there are.
    water
        Lines or areas that nobody crosses on the way to a road, shapely.
    """

    roads: gpd.GeoDataFrame
    nodes: Floats
    ends: Integers
    metres: Floats
    lines: Objects
    component: Integers
    detour: float = 0.0
    water: Objects = field(default_factory=lambda: np.empty(0, dtype=object), repr=False)

    @cached_property
    def graph(self) -> csr_array:
        """The graph as a sparse matrix, (n, n): metres from node to node, both ways."""
        both = np.concatenate([self.ends, self.ends[:, ::-1]])
        return _graph(len(self.nodes), both, np.concatenate([self.metres, self.metres]))

    @cached_property
    def stray_m(self) -> float:
        """Metres by air that lines too short for their rounded ends may win, all together."""
        by_air = np.hypot(*(self.nodes[self.ends[:, 0]] - self.nodes[self.ends[:, 1]]).T)
        return float(by_air[self.metres < PACE * by_air].sum())

    def bound_air(self, walks: Floats) -> Floats:
        """Return how far away by air a place may lie that is so many metres away by road."""
        return walks / PACE + self.stray_m + 1.0

    def to_networkx(self) -> nx.MultiGraph:
        """Return the graph for inspection: nodes carry x and y, edges `metres` and `road`."""
        import networkx as nx

        graph = nx.MultiGraph()
        graph.add_nodes_from((node, {"x": x, "y": y}) for node, (x, y) in enumerate(self.nodes))
        rows = zip(self.ends.tolist(), self.metres.tolist(), strict=True)
        graph.add_edges_from(
            (*ends, {"metres": metres, "road": road}) for road, (ends, metres) in enumerate(rows)
        )
        return graph


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


def build_network(roads: gpd.GeoDataFrame, detour: float = 0.0) -> Network:
    """Join the lines of a road table where their ends meet (to 0.1 m).

    Parameters
    ----------
    detour
        Where the table is empty, metres walked for one by air; 0: an empty table is refused.

    Raises
    ------
    InputError
        There is no line, or a geometry is not a single line.
    """
    lines = roads.geometry.to_numpy()
    if len(lines) == 0 and detour > 0:
        return _open_country(roads, detour)
    return _join_lines(roads, lines)


def part_banks(network: Network, water: gpd.GeoDataFrame, homes: gpd.GeoSeries) -> Network:
    """Return the network on which nobody crosses water on the way to a road.

    Homes that water parts from every road near them have straight ways to each other on their
    bank, which schools there meet, and none elsewhere.

    Parameters
    ----------
    water
        Lines or areas in metres.
    homes
        Where blocks begin to walk.
    """
    banks, lines = water.geometry.to_numpy(), network.lines
    if not len(banks) or network.detour:
        return network
    places = homes.to_numpy()
    near = shapely.STRtree(lines).nearest(places)
    alone = places[keep_bank(places, lines, near, banks) < 0]
    if len(alone):
        lines = np.concatenate([lines, lay_paths(alone, banks)])
        network = _join_lines(network.roads, lines)
    return replace(network, water=banks)


def _join_lines(roads: gpd.GeoDataFrame, lines: Objects) -> Network:
    """Return the network of some lines, joined where their ends meet."""
    if len(lines) == 0 or (shapely.get_type_id(lines) != shapely.GeometryType.LINESTRING).any():
        raise InputError("roads.geojson: the road graph needs lines, one or more, each in one part")
    tips = [shapely.get_coordinates(shapely.get_point(lines, end)) for end in (0, -1)]
    rounded = np.round(np.stack(tips, axis=1).reshape(-1, 2) / JOIN_M).astype(np.int64)
    nodes, number = np.unique(rounded, axis=0, return_inverse=True)
    ends = number.reshape(-1, 2)
    metres = shapely.length(lines)
    _, component = connected_components(_graph(len(nodes), ends, metres), directed=False)
    places = (nodes * JOIN_M).astype(np.float64)
    return Network(roads, places, ends, metres, lines, component.astype(np.int64))


def _open_country(roads: gpd.GeoDataFrame, detour: float) -> Network:
    """Return a network without roads, on which every way is straight, `detour` times as long."""
    return Network(
        roads,
        np.empty((0, 2)),
        np.empty((0, 2), dtype=np.int64),
        np.empty(0),
        np.empty(0, dtype=object),
        np.empty(0, dtype=np.int64),
        detour,
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


def _graph(count: int, ends: Integers, metres: Floats) -> csr_array:
    """Build a directed graph as a sparse matrix; of parallel edges the shortest."""
    order = np.lexsort((metres, ends[:, 1], ends[:, 0]))
    ends, metres = ends[order], np.maximum(metres[order], np.finfo(float).tiny)
    first = np.append(True, (ends[1:] != ends[:-1]).any(axis=1))
    ends = ends[first]
    return csr_array((metres[first], (ends[:, 0], ends[:, 1])), shape=(count, count))
