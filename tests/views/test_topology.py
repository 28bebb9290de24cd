"""Neighbouring blocks share one border, whatever the way their corners were drawn."""

import geopandas as gpd
import numpy as np
from shapely.geometry import Polygon, box

from seatplan.views.explorer.topology import build_topology


def borders(topology):
    """(left, right) of each border without its direction."""
    pairs = zip(topology.left.tolist(), topology.right.tolist(), strict=True)
    return sorted(tuple(sorted(pair)) for pair in pairs)


def test_two_blocks_share_one_border():
    topology = build_topology(gpd.GeoSeries([box(0, 0, 10, 10), box(10, 0, 20, 10)]))
    # one border between them, and the outside of each
    assert borders(topology) == [(-1, 0), (-1, 1), (0, 1)]
    shared = topology.arcs[borders(topology).index((0, 1))]
    middle = [arc for arc in topology.arcs if set(arc[:, 0].tolist()) == {10}]
    assert len(middle) == 1
    assert len(shared) >= 2


def test_a_corner_on_a_neighbours_edge_becomes_a_point_of_both():
    # the wide block below has no point at (10, 10), where its two neighbours meet
    blocks = gpd.GeoSeries([box(0, 0, 20, 10), box(0, 10, 10, 20), box(10, 10, 20, 20)])
    topology = build_topology(blocks)
    assert borders(topology) == [(-1, 0), (-1, 1), (-1, 2), (0, 1), (0, 2), (1, 2)]
    ends = {tuple(arc[end]) for arc in topology.arcs for end in (0, -1)}
    assert (10, 10) in ends


def test_every_border_runs_with_its_left_block_on_the_left():
    blocks = gpd.GeoSeries([box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 20, 20)])
    topology = build_topology(blocks)
    for arc, left, right in zip(topology.arcs, topology.left, topology.right, strict=True):
        start, end = arc[0].astype(float), arc[1].astype(float)
        along = end - start
        beside = (start + end) / 2 + np.array([-along[1], along[0]]) / np.hypot(*along)
        inside = blocks.contains(gpd.points_from_xy([beside[0]], [beside[1]])[0])
        found = int(np.flatnonzero(inside)[0]) if inside.any() else -1
        assert found == left
        assert left != right


def test_an_island_and_a_hole_keep_their_rings():
    ring = Polygon([(0, 0), (30, 0), (30, 30), (0, 30)], [[(10, 10), (20, 10), (20, 20), (10, 20)]])
    topology = build_topology(gpd.GeoSeries([ring, box(10, 10, 20, 20), box(40, 0, 50, 10)]))
    assert borders(topology) == [(-1, 0), (-1, 2), (0, 1)]
    assert all((arc[0] == arc[-1]).all() for arc in topology.arcs)  # each is a closed ring


def test_vertices_lie_on_the_grid():
    topology = build_topology(gpd.GeoSeries([box(0.2, 0.4, 9.7, 10.1), box(9.7, 0.4, 20, 10.1)]))
    assert borders(topology) == [(-1, 0), (-1, 1), (0, 1)]
    assert all(arc.dtype == np.int64 for arc in topology.arcs)
