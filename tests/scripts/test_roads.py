"""A bridge is the part of a road over water; parts of a network are joined at least cost."""

import numpy as np
import pytest
import shapely

from district.roads import Network, _bridge, _join_parts

NODES = np.array([[0.0, 0.0], [1000.0, 0.0], [1000.0, 500.0]])
RIVER = shapely.LineString([(400.0, -100.0), (400.0, 100.0)])


def test_a_road_over_water_becomes_approach_bridge_approach():
    roads = Network(NODES, np.array([[0, 1], [1, 2]]), np.array(["arterial", "local"]))
    built = _bridge(roads, np.array([True, False]), RIVER)
    length = np.hypot(*(built.nodes[built.ends[:, 0]] - built.nodes[built.ends[:, 1]]).T)
    found = sorted(zip(built.road_class.tolist(), length.tolist(), strict=True))
    # 30 m on either bank: 0-370, 370-430, 430-1000.
    assert found == [("arterial", 370.0), ("arterial", 570.0), ("bridge", 60.0), ("local", 500.0)]


def test_a_bridge_at_a_crossing_begins_there():
    near = shapely.LineString([(20.0, -100.0), (20.0, 100.0)])
    roads = Network(NODES, np.array([[0, 1]]), np.array(["local"]))
    built = _bridge(roads, np.array([True]), near)
    length = np.hypot(*(built.nodes[built.ends[:, 0]] - built.nodes[built.ends[:, 1]]).T)
    assert dict(zip(built.road_class.tolist(), length, strict=True)) == pytest.approx(
        {"bridge": 50.0, "local": 950.0}
    )


def test_parts_are_joined_by_the_cheapest_roads():
    ends = np.array([[0, 1], [1, 2], [0, 2], [2, 3]])
    cost = np.array([5.0, 1.0, 2.0, 9.0])
    kept = np.array([True, False, False, False])
    # 0-1 stands; 2 joins by 1-2 at cost 1, not by 0-2; 3 has no other way than 2-3.
    assert _join_parts(4, ends, cost, kept).tolist() == [False, True, False, True]
