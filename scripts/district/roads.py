"""A connected road graph: streets in the core, lanes outside, few bridges (synthetic)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import Delaunay, KDTree

from district.places import Points, scatter
from district.rounding import Floats, Integers
from district.sources import part_rng, to_lonlat
from district.zones import Zones

Bools = NDArray[np.bool_]

STREET_M = 230.0  # spacing of the streets of the core
STREET_BLOCK_M2 = 0.6e6  # larger urban blocks have lanes, not a grid of streets
STREET_ANGLE = np.radians(14.0)
JITTER_M = 22.0
NODES_PER_BLOCK = {"urban": 10, "town": 6, "rural": 6}
NODE_M2 = 1.4e6  # larger blocks have a node more for each of these, up to MOST_NODES
MOST_NODES = 16
APART_M = 60.0  # nodes closer than this are one
BANK_M = 30.0  # a bridge begins this far from the water
SHORTEST_M = 5.0  # no shorter road is cut off
CROSSING_COST_M = 900.0  # what a main road would go round rather than bridge
SPEED_KMH = {"arterial": 50, "secondary": 40, "local": 30, "path": 15, "bridge": 40}


@dataclass(frozen=True)
class Network:
    """Nodes and edges in metres: `ends` (m, 2) into `nodes`, `road_class` by edge."""

    nodes: Points
    ends: Integers
    road_class: NDArray[np.str_]


def build_roads(zones: Zones, blocks: pd.DataFrame, water: dict[str, shapely.Geometry]) -> Network:
    """Lay out nodes, join neighbours, bridge the water where main roads need it."""
    nodes, urban = _lay_nodes(blocks)
    ends = _neighbours(nodes)
    length = np.hypot(*(nodes[ends[:, 0]] - nodes[ends[:, 1]]).T)
    lines = shapely.linestrings(nodes[ends])
    wet = shapely.intersects(lines, shapely.union_all(list(water.values())))
    shapely.prepare(zones.outline)
    outside = ~shapely.covers(zones.outline, lines)
    cost = length + CROSSING_COST_M * wet + 3 * length * outside
    main = _main_roads(nodes, ends, cost, zones)
    near = _is_street(nodes, ends, length, urban) & ~wet & ~outside
    kept = near | (main != "")
    kept |= _join_parts(len(nodes), ends, cost, kept)
    road_class = np.where(main != "", main, "local")
    road_class = _mark_paths(ends, length, road_class, kept, urban)
    whole = Network(nodes, ends[kept], road_class[kept])
    return _bridge(whole, wet[kept], shapely.union_all(list(water.values())))


def _lay_nodes(blocks: pd.DataFrame) -> tuple[Points, Bools]:
    """Return a jittered grid of crossings in the core, scattered ones and block centres outside."""
    rng = part_rng("roads")
    core = (blocks["setting"] == "urban") & (blocks["area_m2"] < STREET_BLOCK_M2)
    area = shapely.union_all(blocks.loc[core, "geometry"].to_numpy())
    streets = _grid(area, rng)
    lanes = []
    for row in blocks[~core].to_dict("records"):
        n = min(NODES_PER_BLOCK[row["setting"]] + int(row["area_m2"] / NODE_M2), MOST_NODES)
        lanes.append(np.array([[row["x"], row["y"]]]))
        lanes.append(scatter(row["geometry"], n - 1, rng))
    nodes = np.vstack([*lanes[::2], streets, *lanes[1::2]])
    urban = np.zeros(len(nodes), dtype=bool)
    urban[len(lanes) // 2 :][: len(streets)] = True
    kept = _thin(nodes)
    return nodes[kept], urban[kept]


def _grid(area: shapely.Geometry, rng: np.random.Generator) -> Points:
    west, south, east, north = area.bounds
    reach = max(east - west, north - south)
    steps = np.arange(-reach, reach, STREET_M)
    u, v = (a.ravel() for a in np.meshgrid(steps, steps))
    c, s = np.cos(STREET_ANGLE), np.sin(STREET_ANGLE)
    points = np.column_stack([u * c - v * s, u * s + v * c])
    points += [(west + east) / 2, (south + north) / 2]
    points += rng.normal(0.0, JITTER_M, points.shape)
    shapely.prepare(area)
    inside = shapely.contains_xy(area, points[:, 0], points[:, 1])
    return np.asarray(points[inside], dtype=np.float64)


def _thin(nodes: Points) -> Bools:
    """Drop a node where an earlier one is closer than `APART_M`."""
    kept = np.ones(len(nodes), dtype=bool)
    for i, j in sorted(KDTree(nodes).query_pairs(APART_M)):
        if kept[i]:
            kept[j] = False
    return kept


def _neighbours(nodes: Points) -> Integers:
    triangles = Delaunay(nodes).simplices
    pairs = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)


def _is_street(nodes: Points, ends: Integers, length: Floats, urban: Bools) -> Bools:
    """Pick the neighbours that a road joins.

    In the core the Gabriel graph (no node in the circle over the road), which on a grid is the
    grid; outside it the sparser relative neighbourhood graph (no node nearer to both ends).
    """
    tree = KDTree(nodes)
    middle = nodes[ends].mean(axis=1)
    gabriel = tree.query(middle)[0] >= length / 2 - 1e-6
    both_urban = urban[ends].all(axis=1)
    relative = gabriel.copy()
    for e in np.flatnonzero(gabriel & ~both_urban):
        i, j = ends[e]
        close = np.array(tree.query_ball_point(middle[e], 0.87 * length[e]))
        lune = np.maximum(
            np.hypot(*(nodes[close] - nodes[i]).T), np.hypot(*(nodes[close] - nodes[j]).T)
        )
        relative[e] = not (lune < length[e] - 1e-6).any()
    return np.asarray(np.where(both_urban, gabriel, relative), dtype=np.bool_)


def _main_roads(nodes: Points, ends: Integers, cost: Floats, zones: Zones) -> NDArray[np.str_]:
    """Arterials between neighbouring townships, secondaries from each unit to its township."""
    graph = csr_array((cost, (ends[:, 0], ends[:, 1])), shape=(len(nodes), len(nodes)))
    tree = KDTree(nodes)
    units = zones.units
    towns = zones.table[zones.table["kind"] == "township"]["id"].tolist()
    centre = units.groupby("township")[["x", "y"]].median().loc[towns].to_numpy()
    hub = tree.query(centre)[1]
    _, before = dijkstra(graph, directed=False, indices=hub, return_predecessors=True)
    edge = {(int(i), int(j)): k for k, (i, j) in enumerate(ends)}
    main = np.full(len(ends), "", dtype="<U9")
    for k, town in enumerate(towns):
        mine = units[units["township"] == town][["x", "y"]].to_numpy()
        for node in tree.query(mine)[1]:
            main[_walk_back(before[k], int(node), edge)] = "secondary"
    apart = np.hypot(*(centre[:, None, :] - centre[None, :, :]).T)
    for k in range(len(towns)):
        for other in np.argsort(apart[k], kind="stable")[1:4]:
            main[_walk_back(before[k], int(hub[other]), edge)] = "arterial"
    return main


def _walk_back(before: Integers, node: int, edge: dict[tuple[int, int], int]) -> list[int]:
    """Return the edges of the shortest path that ends in `node`."""
    path = []
    while before[node] >= 0:
        last = int(before[node])
        path.append(edge[(min(node, last), max(node, last))])
        node = last
    return path


def _join_parts(n: int, ends: Integers, cost: Floats, kept: Bools) -> Bools:
    """Add the cheapest edges that make one connected network of its parts (Kruskal)."""
    added = np.zeros(len(ends), dtype=bool)
    graph = csr_array((np.ones(kept.sum()), ends[kept].T), shape=(n, n))
    _, part = connected_components(graph, directed=False)
    for e in np.argsort(cost, kind="stable"):
        a, b = part[ends[e]]
        if a != b:
            added[e] = True
            part[part == b] = a
    return added


def _mark_paths(
    ends: Integers, length: Floats, road_class: NDArray[np.str_], kept: Bools, urban: Bools
) -> NDArray[np.str_]:
    """Call dead ends outside the core paths."""
    degree = np.bincount(ends[kept].ravel(), minlength=len(urban))
    dead = (degree[ends] == 1).any(axis=1) & ~urban[ends].any(axis=1) & (length < 1500)
    return np.where(dead & (road_class == "local"), "path", road_class)


def _bridge(network: Network, wet: Bools, water: shapely.Geometry) -> Network:
    """Make a bridge of the part of each road that crosses the water, not of the whole road."""
    nodes, ends, classes = [network.nodes], [network.ends[~wet]], [network.road_class[~wet]]
    n = len(network.nodes)
    for (a, b), kind in zip(network.ends[wet], network.road_class[wet], strict=True):
        start, end = network.nodes[a], network.nodes[b]
        line = shapely.LineString([start, end])
        crossings = shapely.get_coordinates(line.intersection(water))
        along = np.hypot(*(crossings - start).T)
        banks = np.array([along.min() - BANK_M, along.max() + BANK_M])
        new = [m for m in banks if SHORTEST_M < m < line.length - SHORTEST_M]
        nodes.append(start + np.array(new)[:, None] * (end - start) / line.length)
        chain = np.array([a, *range(n, n + len(new)), b])
        n += len(new)
        ends.append(np.column_stack([chain[:-1], chain[1:]]))
        middle = (np.array([0.0, *new]) + np.array([*new, line.length])) / 2
        over = (banks[0] < middle) & (middle < banks[1])
        classes.append(np.where(over, "bridge", kind))
    return Network(np.vstack(nodes), np.vstack(ends), np.concatenate(classes))


def list_roads(network: Network) -> list[tuple[dict[str, object], shapely.Geometry]]:
    """Return properties and line of each road; ends that meet are the same point as written."""
    lines = to_lonlat(shapely.MultiLineString(list(network.nodes[network.ends])))
    return [
        (
            {
                "id": f"R{k:04d}",
                "road_class": str(kind),
                "speed_kmh": SPEED_KMH[str(kind)],
                "provenance": "synthetic",
            },
            line,
        )
        for k, (kind, line) in enumerate(zip(network.road_class, lines.geoms, strict=True), 1)
    ]
