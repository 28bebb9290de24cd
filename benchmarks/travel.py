"""Walks from blocks to schools: scipy's compiled Dijkstra against networkx, in one run.

python benchmarks/travel.py            a grid of streets, 600 blocks, 128 schools
python benchmarks/travel.py data       a district's folder
"""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

from seatplan.travel.network import Network, Snapped, build_network, measure_walks, snap_points

Result = TypeVar("Result")


def take_time(task: Callable[[], Result], times: int) -> tuple[float, Result]:
    """Return the shortest of several runs in seconds, and the result."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        result = task()
        took.append(time.perf_counter() - started)
    return min(took), result


def walk_in_networkx(network: Network, homes: Snapped, gates: Snapped) -> np.ndarray:
    """Measure the same walks with networkx: one Dijkstra a school, over a graph with the gates."""
    graph = network.to_networkx()
    walks = np.full((len(homes.points), len(gates.points)), np.inf)
    rest = network.metres[homes.edge] - homes.along
    ends = network.ends[homes.edge]
    for gate, (edge, along) in enumerate(zip(gates.edge, gates.along, strict=True)):
        first, last = network.ends[edge]
        graph.add_edge("gate", first, metres=along)
        graph.add_edge("gate", last, metres=network.metres[edge] - along)
        lengths = nx.single_source_dijkstra_path_length(graph, "gate", weight="metres")
        graph.remove_node("gate")
        for home in range(len(homes.points)):
            by_first = lengths.get(ends[home, 0], np.inf) + homes.along[home]
            by_last = lengths.get(ends[home, 1], np.inf) + rest[home]
            walks[home, gate] = min(by_first, by_last)
            if homes.edge[home] == edge:
                walks[home, gate] = min(walks[home, gate], abs(homes.along[home] - along))
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


def main(arguments: list[str]) -> None:
    roads, homes, gates = read_folder(arguments[0]) if arguments else make_grid()
    building, network = take_time(lambda: build_network(roads), 3)
    snapping, ends = take_time(
        lambda: (snap_points(network, homes), snap_points(network, gates)), 3
    )
    fast, walks = take_time(lambda: measure_walks(network, *ends), 5)
    slow, reference = take_time(lambda: walk_in_networkx(network, *ends), 1)
    np.testing.assert_allclose(walks, reference, rtol=0, atol=1e-6)
    print(
        f"{len(network.nodes):,} nodes, {len(network.ends):,} edges, {walks.shape[0]} blocks x "
        f"{walks.shape[1]} schools, {np.isinf(walks).sum()} without a way\n"
        f"graph    {building:8.3f} s\n"
        f"snapping {snapping:8.3f} s\n"
        f"scipy    {fast:8.3f} s\n"
        f"networkx {slow:8.3f} s   {slow / fast:.0f} times as long, same walks to 1e-6 m"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
