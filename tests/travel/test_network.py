"""Roads on a grid of 100 m, and random graphs against networkx."""

import itertools

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from seatplan import memory
from seatplan.errors import InputError
from seatplan.travel.network import build_network, part_banks
from seatplan.travel.walks import expect_walks, measure_walks, snap_points


def roads_of(*lines):
    return gpd.GeoDataFrame(geometry=[LineString(line) for line in lines], crs="EPSG:4544")


def points_of(*places):
    return gpd.GeoSeries([Point(place) for place in places], crs="EPSG:4544")


def walk(roads, start, stop):
    network = build_network(roads)
    ends = (snap_points(network, points_of(place)) for place in (start, stop))
    return measure_walks(network, *ends)[0, 0]


#   (0,100) --- (100,100)
#      |            |
#   (0,0) ----- (100,0) --- (200,0)
SQUARE = roads_of(
    [(0, 0), (100, 0)],
    [(100, 0), (100, 100)],
    [(100, 100), (0, 100)],
    [(0, 100), (0, 0)],
    [(100, 0), (200, 0)],
)


def test_lines_meet_where_their_ends_round_to_the_same_tenth_of_a_metre():
    network = build_network(roads_of([(0, 0), (100, 0)], [(100.04, -0.04), (200, 0)]))
    assert len(network.nodes) == 3
    assert network.nodes[1] == pytest.approx([100, 0])
    assert walk(network.roads, (0, 0), (200, 0)) == pytest.approx(200, abs=0.1)


def test_lines_that_cross_without_a_common_end_do_not_meet():
    network = build_network(roads_of([(0, 0), (100, 0)], [(50, -50), (50, 50)]))
    assert list(np.bincount(network.component)) == [2, 2]


def test_a_point_joins_the_middle_of_a_street_not_its_corner():
    snapped = snap_points(build_network(SQUARE), points_of((30, -7)))
    assert snapped.edge[0] == 0
    assert (snapped.along[0], snapped.off[0]) == pytest.approx((30, 7))


def test_a_walk_counts_the_way_to_the_road_at_both_ends():
    # 5 to the road, 60 and 100 along it, 40 up the eastern street, 3 to the door.
    assert walk(SQUARE, (40, 5), (103, 40)) == 5 + 60 + 40 + 3
    assert walk(SQUARE, (40, -5), (200, 8)) == 5 + 60 + 100 + 8


def test_two_points_on_one_street_meet_along_it():
    assert walk(SQUARE, (20, 0), (90, 0)) == 70
    assert walk(SQUARE, (20, 0), (20, 0)) == 0


def test_two_points_on_one_long_street_may_be_nearer_around():
    # A detour of 1,000 m joins the two ends of a street of 100 m.
    roads = roads_of([(0, 0), (0, 500), (100, 500), (100, 0)], [(0, 0), (100, 0)])
    assert walk(roads, (0, 200), (100, 200)) == 200 + 100 + 200


def test_a_closed_street_is_walked_the_shorter_way():
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    assert walk(roads_of(ring), (50, 0), (0, 50)) == 100
    assert walk(roads_of(ring, [(0, 0), (-10, 0)]), (50, 0), (-10, 0)) == 60


def test_of_two_streets_with_the_same_ends_the_shorter_counts():
    detour = [(0, 0), (0, 100), (100, 100), (100, 0)]
    straight, beyond = [(0, 0), (100, 0)], [(100, 0), (150, 0)]
    for roads in (roads_of(detour, straight, beyond), roads_of(straight, detour, beyond)):
        assert walk(roads, (0, -1), (150, 0)) == pytest.approx(151)


def test_where_no_road_leads_the_walk_is_inf():
    roads = roads_of([(0, 0), (100, 0)], [(0, 50), (100, 50)])
    assert walk(roads, (10, 0), (10, 50)) == np.inf


def test_roads_without_a_line_are_refused():
    with pytest.raises(InputError, match="needs lines"):
        build_network(roads_of())


def test_the_graph_can_be_inspected_in_networkx():
    graph = build_network(SQUARE).to_networkx()
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (5, 5)
    lengths = nx.get_edge_attributes(graph, "metres").values()
    assert sum(lengths) == 500


def random_roads(random):
    """Streets between random corners: bent, parallel, closed, of no length, in several parts."""
    corners = random.uniform(0, 1000, (random.integers(2, 30), 2)).round(1)
    count = random.integers(1, 60)
    ends = corners[random.integers(0, len(corners), (count, 2))]
    bends = random.uniform(0, 1000, (count, 2))
    return roads_of(*np.stack([ends[:, 0], bends, ends[:, 1]], axis=1))


def reference(network, origins, targets):
    """The same walks by networkx: every place on a street is a node, streets are cut there."""
    graph = network.to_networkx()
    places = [
        ((side, number), edge, along)
        for side, snapped in (("from", origins), ("to", targets))
        for number, (edge, along) in enumerate(zip(snapped.edge, snapped.along, strict=True))
    ]
    for name, edge, along in places:
        first, last = network.ends[edge]
        graph.add_edge(name, first, metres=along)
        graph.add_edge(name, last, metres=network.metres[edge] - along)
    for (one, edge, along), (two, other, place) in itertools.combinations(places, 2):
        if edge == other:
            graph.add_edge(one, two, metres=abs(along - place))
    walks = np.full((len(origins.points), len(targets.points)), np.inf)
    for number in range(len(targets.points)):
        lengths = nx.single_source_dijkstra_path_length(graph, ("to", number), weight="metres")
        for origin in range(len(origins.points)):
            length = lengths.get(("from", origin), np.inf)
            walks[origin, number] = length + origins.off[origin] + targets.off[number]
    return walks


@pytest.mark.parametrize("seed", range(40))
def test_walks_equal_those_of_networkx_on_random_graphs(seed):
    random = np.random.default_rng(seed)
    network = build_network(random_roads(random))
    origins, targets = (
        snap_points(network, points_of(*random.uniform(0, 1000, (count, 2)))) for count in (9, 5)
    )
    np.testing.assert_allclose(
        measure_walks(network, origins, targets),
        reference(network, origins, targets),
        rtol=0,
        atol=1e-6,
    )


@pytest.mark.parametrize("seed", range(5))
def test_walks_measured_in_parts_are_the_same_to_the_last_bit(seed):
    random = np.random.default_rng(seed)
    network = build_network(random_roads(random))
    ends = [snap_points(network, points_of(*random.uniform(0, 1000, (7, 2)))) for _ in range(2)]
    whole = measure_walks(network, *ends)
    np.testing.assert_array_equal(measure_walks(network, *ends, part_bytes=1), whole)


def test_a_table_of_walks_that_memory_cannot_hold_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 100.0)
    network = build_network(SQUARE)
    ends = snap_points(network, points_of((0, 0), (10, 0), (20, 0)))
    with pytest.raises(InputError, match=r"walks from 3 places to 3 would take .*; measure the"):
        measure_walks(network, ends, ends)


@pytest.mark.parametrize(("free", "fits"), [(120.0, True), (119.0, False)])
def test_a_table_of_walks_takes_eight_bytes_a_walk(monkeypatch, free: float, fits: bool):
    # three by three walks are 72 bytes, and one table may take 60 % of what is free
    monkeypatch.setattr(memory, "free_bytes", lambda: free)
    if fits:
        expect_walks(3, 3)
    else:
        with pytest.raises(InputError):
            expect_walks(3, 3)


def test_lines_shorter_than_their_rounded_ends_may_shorten_a_way_by_what_they_win():
    # 0.04 m east and 0.07 m north rounds to (0, 0) and (0.0, 0.1): 0.1 m by air for 0.081 of road
    lines = roads_of([(0, 0), (0.04, 0.07)], [(0, 0.1), (0, 100)])
    network = build_network(lines)
    assert network.stray_m == pytest.approx(0.1)
    assert network.bound_air(np.array([900.0])) >= 900 / 0.9 + 0.1
    assert build_network(SQUARE).stray_m == 0


def test_of_two_streets_equally_near_the_order_of_rows_decides_nothing():
    # Two streets 20 m apart, the point between them, one of them far from the school.
    lines = [[(0, 0), (100, 0)], [(0, 20), (100, 20)], [(100, 0), (100, 20)]]
    walks = {walk(roads_of(*order), (50, 10), (100, 0)) for order in itertools.permutations(lines)}
    assert walks == {10 + 50}  # the street whose ends come first, from west to east and northward


def test_components_are_those_of_networkx():
    network = build_network(random_roads(np.random.default_rng(3)))
    parts = {frozenset(part) for part in nx.connected_components(network.to_networkx())}
    ours = pd.Series(network.component).groupby(network.component).groups.values()
    assert {frozenset(part) for part in ours} == parts


def ford(*water, roads=None, homes=((0, 50), (60, 50), (0, -20))):
    """Walks between homes at a street along y = 0, with water between."""
    streets = roads_of([(0, 0), (100, 0)]) if roads is None else roads
    points = gpd.GeoSeries([Point(place) for place in homes], index=list("abc"), crs=streets.crs)
    river = gpd.GeoDataFrame(geometry=list(water), crs=streets.crs)
    network = part_banks(build_network(streets), river, points)
    snapped = snap_points(network, points)
    return pd.DataFrame(measure_walks(network, snapped, snapped), list("abc"), list("abc"))


RIVER = LineString([(-50, 30), (150, 30)])


def test_homes_that_a_river_parts_from_every_road_walk_to_each_other_only():
    assert ford().loc["a", "b"] == 50 + 60 + 50  # over the street
    walks = ford(RIVER)
    assert walks.loc["a", "b"] == pytest.approx(60)  # straight, on their bank
    assert np.isinf(walks.loc["a", "c"])
    assert np.isinf(ford(RIVER, homes=((0, 50), (0, -50), (0, -20))).loc["a", "b"])  # alone


def test_a_home_takes_the_farther_road_on_its_own_bank_and_the_bridge():
    # The street at y = 100 is 50 m off; a road at x = 100 bridges the river.
    streets = roads_of([(0, 0), (100, 0)], [(0, 100), (100, 100)], [(100, 0), (100, 100)])
    homes = ((0, 45), (60, 45), (0, -20))
    assert ford(roads=streets, homes=homes).loc["a", "c"] == 45 + 20
    assert ford(RIVER, roads=streets, homes=homes).loc["a", "c"] == 55 + 100 + 100 + 100 + 20


def test_the_order_of_roads_does_not_say_which_bank_is_taken():
    lines = [[(0, 0), (100, 0)], [(0, 90), (40, 90)], [(-40, 90), (0, 90)]]
    streets = (roads_of(*order) for order in itertools.permutations(lines))
    assert len({ford(RIVER, roads=each).loc["a", "b"] for each in streets}) == 1


def test_of_many_streets_between_two_corners_the_shortest_counts_in_whatever_order():
    # Three ways between the same corners, and a street from elsewhere to one of them in between.
    bend = [[(0, 0), (50, height), (100, 0)] for height in (80, 10, 40)]
    other = [(0, 100), (100, 0)]
    lines = [*bend, other]
    walks = {
        round(walk(roads_of(*(lines[at] for at in order)), (0, 0), (100, 0)), 6)
        for order in itertools.permutations(range(4))
    }
    assert walks == {round(2 * float(np.hypot(50, 10)), 6)}
