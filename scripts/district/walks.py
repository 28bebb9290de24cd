"""Walks along the roads, from every block to every school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from district.places import Points
from district.roads import Network
from district.rounding import Floats, Integers


@dataclass(frozen=True)
class Joints:
    """Where points join the roads: the nearest road, metres along it and straight to it."""

    edge: Integers
    along: Floats
    off: Floats


def measure_walks(network: Network, homes: Points, schools: Points) -> Floats:
    """Return the metres from each home (rows) to each school (columns) along the roads.

    A point joins the roads at the nearest place of the nearest road, as in the model; the straight
    way to it is part of the walk.
    """
    ends, nodes = network.ends, network.nodes
    length = np.hypot(*(nodes[ends[:, 0]] - nodes[ends[:, 1]]).T)
    graph = csr_array((length, ends.T), shape=(len(nodes), len(nodes)))
    tree = shapely.STRtree(shapely.linestrings(nodes[ends]))
    home, school = _join_roads(tree, homes), _join_roads(tree, schools)
    sides = [dijkstra(graph, directed=False, indices=ends[school.edge, k]) for k in (0, 1)]
    rest = length[school.edge] - school.along
    from_school = np.minimum(sides[0] + school.along[:, None], sides[1] + rest[:, None])
    there = from_school[:, ends[home.edge, 0]] + home.along
    back = from_school[:, ends[home.edge, 1]] + (length[home.edge] - home.along)
    walks = np.minimum(there, back).T
    same = home.edge[:, None] == school.edge[None, :]
    direct = np.abs(home.along[:, None] - school.along[None, :])
    walks = np.where(same, np.minimum(walks, direct), walks)
    walks += home.off[:, None] + school.off[None, :]
    return np.asarray(walks.round(1), dtype=np.float64)


def _join_roads(tree: shapely.STRtree, points: Points) -> Joints:
    places = shapely.points(points)
    edge = np.asarray(tree.nearest(places), dtype=np.int64)
    lines = tree.geometries[edge]
    return Joints(edge, shapely.line_locate_point(lines, places), shapely.distance(lines, places))
