"""The road graph: what joins, and what cannot be reached.

Every line of the road table is an edge, walkable both ways whatever its class; lines meet where
their ends do. Where water is given, places without a road on their own bank have straight ways to
each other there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from seatplan.district.banks import keep_bank, lay_paths
from seatplan.errors import InputError

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


def _graph(count: int, ends: Integers, metres: Floats) -> csr_array:
    """Build a directed graph as a sparse matrix; of parallel edges the shortest."""
    order = np.lexsort((metres, ends[:, 1], ends[:, 0]))
    ends, metres = ends[order], np.maximum(metres[order], np.finfo(float).tiny)
    first = np.append(True, (ends[1:] != ends[:-1]).any(axis=1))
    ends = ends[first]
    return csr_array((metres[first], (ends[:, 0], ends[:, 1])), shape=(count, count))
