"""Walks follow the roads, not the crow."""

import numpy as np

from district.roads import Network
from district.walks import measure_walks

# Two streets at a right angle, 300 and 400 m; the diagonal would be 500 m.
NODES = np.array([[0.0, 0.0], [300.0, 0.0], [300.0, 400.0]])
ROADS = Network(NODES, np.array([[0, 1], [1, 2]]), np.array(["local", "local"]))


def test_a_walk_goes_to_the_road_along_it_and_from_it():
    homes, schools = np.array([[100.0, 20.0], [300.0, -5.0]]), np.array([[310.0, 350.0]])
    # 20 to the street, 200 and 350 along it and 10 from it; 5 + 350 + 10 from its corner.
    assert measure_walks(ROADS, homes, schools).tolist() == [[580.0], [365.0]]


def test_two_points_on_one_street_meet_there():
    homes, schools = np.array([[50.0, 0.0]]), np.array([[200.0, 30.0]])
    assert measure_walks(ROADS, homes, schools).tolist() == [[180.0]]


def test_the_way_round_a_loop_is_the_shorter_one():
    # A triangle with sides of 300, 400 and 500 m: from (0, 0) to (300, 300) is 300 + 300 by the
    # right angle, and 500 + 100 by the long side; at (300, 310) the long side is shorter.
    loop = Network(NODES, np.array([[0, 1], [1, 2], [0, 2]]), np.array(["local"] * 3))
    home = np.array([[0.0, 0.0]])
    assert measure_walks(loop, home, np.array([[300.0, 290.0]])).tolist() == [[590.0]]
    assert measure_walks(loop, home, np.array([[300.0, 310.0]])).tolist() == [[590.0]]
