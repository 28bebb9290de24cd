"""Walks from blocks to schools: scipy's compiled Dijkstra against networkx, in one run.

    python benchmarks/travel.py [FOLDER] [--runs 5]

FOLDER is a district's; without one, a grid of streets with 600 blocks and 128 schools. Both do the
same work: a Dijkstra from every school over a graph that stands, then the walks of all blocks in
numpy. Both run as often, in processor time, the best against the best.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

from seatplan.travel.network import Network, build_network
from seatplan.travel.walks import Snapped, measure_walks, snap_points

Result = TypeVar("Result")


def take_time(
    task: Callable[[], Result], times: int, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, Result]:
    """Return the shortest of several runs in seconds, and the result."""
    took = []
    for _ in range(times):
        started = clock()
        result = task()
        took.append(clock() - started)
    return min(took), result


def walk_in_networkx(
    network: Network, homes: Snapped, gates: Snapped, graph: nx.Graph | None = None
) -> np.ndarray:
    """Measure the same walks with networkx: one Dijkstra a school, over a graph with the gate.

    The graph has one edge between two nodes: networkx is faster on it than on a `MultiGraph`.
    """
    graph = nx.from_scipy_sparse_array(network.graph) if graph is None else graph
    walks = np.full((len(homes.points), len(gates.points)), np.inf)
    rest = network.metres[homes.edge] - homes.along
    ends = network.ends[homes.edge]
    away = np.empty(len(network.nodes) + 1)  # the gate is the node -1
    for gate, (edge, along) in enumerate(zip(gates.edge, gates.along, strict=True)):
        first, last = network.ends[edge]
        back = network.metres[edge] - along
        graph.add_edge(-1, int(last), weight=back)
        graph.add_edge(-1, int(first), weight=min(along, back) if first == last else along)
        lengths = nx.single_source_dijkstra_path_length(graph, -1)
        graph.remove_node(-1)
        away.fill(np.inf)
        away[list(lengths)] = list(lengths.values())
        walks[:, gate] = np.minimum(away[ends[:, 0]] + homes.along, away[ends[:, 1]] + rest)
        beside = np.flatnonzero(homes.edge == edge)
        straight = np.abs(homes.along[beside] - along)
        walks[beside, gate] = np.minimum(walks[beside, gate], straight)
    return walks + homes.off[:, None] + gates.off


def make_grid(side: int = 50) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries, gpd.GeoSeries]:
    """Make streets of 100 m on a grid, with homes and gates anywhere in it."""
    streets = [
        shapely.LineString([(x * 100, y * 100), (x * 100 + east, y * 100 + north)])
        for x in range(side)
        for y in range(side)
        for east, north in ((100, 0), (0, 100))
    ]
    places = np.random.default_rng(1).uniform(0, side * 100, (728, 2))
    points = gpd.GeoSeries(shapely.points(places))
    return gpd.GeoDataFrame(geometry=streets), points[:600], points[600:]


def read_folder(folder: str) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries, gpd.GeoSeries]:
    """Read the roads, homes and gates of a district."""
    from seatplan.district.reading import read_district

    district = read_district(folder)
    return district.roads, district.blocks.representative_point(), district.schools.geometry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--runs", type=int, default=5, help="of either; the best counts")
    chosen = parser.parse_args()
    roads, homes, gates = read_folder(chosen.folder) if chosen.folder else make_grid()
    network = build_network(roads)
    ends = snap_points(network, homes), snap_points(network, gates)
    own = network.graph
    other = nx.from_scipy_sparse_array(own)
    fast, walks = take_time(lambda: measure_walks(network, *ends), chosen.runs, time.process_time)
    slow, reference = take_time(
        lambda: walk_in_networkx(network, *ends, other), chosen.runs, time.process_time
    )
    np.testing.assert_allclose(walks, reference, rtol=0, atol=1e-6)
    print(
        f"{own.shape[0]:,} nodes, {len(network.ends):,} edges, {walks.shape[0]} blocks x "
        f"{walks.shape[1]} schools, {np.isinf(walks).sum()} without a way; CPU seconds, "
        f"the best of {chosen.runs} runs of each\n"
        f"scipy    {fast:8.3f} s\n"
        f"networkx {slow:8.3f} s   {slow / fast:.0f} times as long, same walks to 1e-6 m"
    )


if __name__ == "__main__":
    main()
