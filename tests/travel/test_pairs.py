"""Walks of pairs and the nearest few against the table of all walks."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from seatplan.travel.farthest import measure_farthest
from seatplan.travel.nearest import nearest_targets, select_nearest
from seatplan.travel.network import build_network
from seatplan.travel.pairs import KeptWalks, measure_pairs
from seatplan.travel.walks import measure_walks, snap_points

CRS = "EPSG:4544"


def grid(side, step=100.0, shift=0.0):
    """Streets of `step` metres on a grid of `side` x `side` corners."""
    return [
        shapely.LineString([(shift + x, y), (shift + x + east, y + north)])
        for x in np.arange(side) * step
        for y in np.arange(side) * step
        for east, north in ((step, 0), (0, step))
    ]


def snap(network, places):
    return snap_points(network, gpd.GeoSeries(shapely.points(places), crs=CRS))


def random_town(seed, homes=60, gates=40):
    """Two grids of streets that no road joins, some streets missing, bent or very short."""
    random = np.random.default_rng(seed)
    lines = np.array(grid(25) + grid(6, shift=4_000.0))
    lines = list(lines[random.uniform(size=len(lines)) > 0.15])
    lines += [shapely.LineString([(0, 0), (0.04, 0.07)]), shapely.LineString([(9, 9), (9, 9.3)])]
    bends = random.uniform(0, 2_500, (20, 3, 2)).round(1)
    lines += [shapely.LineString(bend) for bend in bends]
    network = build_network(gpd.GeoDataFrame(geometry=lines, crs=CRS))
    places = random.uniform(-50, 2_600, (homes + gates, 2))
    places[::9] += (4_000, 0)
    return network, snap(network, places[:homes]), snap(network, places[homes:])


def rows_of(near):
    """The answer as a set of rows, whatever their order."""
    columns = (near.group, near.origin, near.target, near.metres)
    return set(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("seed", range(10))
def test_walks_of_pairs_equal_the_table_to_the_last_bit(seed):
    network, homes, gates = random_town(seed)
    table = measure_walks(network, homes, gates)
    origin, target = np.nonzero(np.random.default_rng(seed).uniform(size=table.shape) < 0.3)
    walks = measure_pairs(network, homes, gates, origin, target)
    np.testing.assert_array_equal(walks, table[origin, target])
    assert np.isinf(walks).any()
    assert np.isfinite(walks).any()


def test_a_pair_may_be_asked_for_twice_and_none_may_be_asked_for():
    network, homes, gates = random_town(1)
    twice = measure_pairs(network, homes, gates, np.array([4, 4]), np.array([7, 7]))
    assert twice[0] == twice[1] == measure_walks(network, homes, gates)[4, 7]
    none = np.empty(0, dtype=np.int64)
    assert measure_pairs(network, homes, gates, none, none).shape == (0,)


def test_a_long_way_round_is_found_though_the_place_is_near_by_air():
    # Two streets 20 m apart joined 3,000 m away: 3,000 + 20 + 3,000 m, far beyond the first look.
    lines = [[(0, 0), (3_000, 0)], [(3_000, 0), (3_000, 20)], [(3_000, 20), (0, 20)]]
    roads = gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs=CRS)
    network = build_network(roads)
    ends = snap(network, [(0, 0)]), snap(network, [(0, 20)])
    first = np.zeros(1, dtype=np.int64)
    assert measure_pairs(network, *ends, first, first) == pytest.approx([6_020])


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("few", [1, 3, 50])
def test_the_nearest_few_are_those_of_the_table(seed, few):
    network, homes, gates = random_town(seed)
    table = measure_walks(network, homes, gates)
    groups = np.random.default_rng(seed).uniform(size=(3, len(gates.points))) < 0.5
    near = nearest_targets(network, homes, gates, few, groups)
    expected = set()
    for group, mine in enumerate(groups):
        for origin, ways in enumerate(table):
            ranked = sorted(ways[mine & np.isfinite(ways)])[:few]
            for target in np.flatnonzero(mine & (ways <= max(ranked, default=-1) + 1e-6)):
                expected.add((group, origin, int(target), float(ways[target])))
    assert rows_of(near) == expected
    assert rows_of(select_nearest(table, gates, few, groups)) == expected


def test_the_nearest_come_by_group_origin_and_metres():
    network, homes, gates = random_town(3)
    near = nearest_targets(network, homes, gates, 4)
    order = np.lexsort((near.metres, near.origin, near.group))
    np.testing.assert_array_equal(order, np.arange(len(order)))


def test_targets_equally_far_are_all_among_the_nearest_from_west_to_east():
    network = build_network(gpd.GeoDataFrame(geometry=grid(4), crs=CRS))
    home = snap(network, [(100, 100)])
    gates = snap(network, [(200, 100), (100, 200), (0, 100), (300, 100)])
    near = nearest_targets(network, home, gates, 1)
    # Three gates at one street's length, the fourth at two.
    assert (near.target.tolist(), near.metres.tolist()) == ([2, 1, 0], [100, 100, 100])


def test_the_nearest_are_the_same_whatever_the_order_of_the_rows():
    network, homes, gates = random_town(5)
    random = np.random.default_rng(0)
    here, there = random.permutation(len(homes.points)), random.permutation(len(gates.points))
    near = nearest_targets(network, homes, gates, 3)
    again = nearest_targets(network, homes.take(here), gates.take(there), 3)
    back = zip(
        again.group.tolist(),
        here[again.origin].tolist(),
        there[again.target].tolist(),
        again.metres.tolist(),
        strict=True,
    )
    assert rows_of(near) == set(back)


def test_no_target_is_near_where_there_is_none():
    network, homes, gates = random_town(2)
    none = nearest_targets(network, homes, gates.take(slice(0, 0)), 3)
    assert len(none.metres) == 0
    assert len(nearest_targets(network, homes.take(slice(0, 0)), gates, 3).metres) == 0


def test_walks_that_are_kept_are_not_measured_again():
    asked = []

    def measure(origin, target):
        asked.extend(zip(origin.tolist(), target.tolist(), strict=True))
        return 10.0 * origin + target

    kept = KeptWalks()
    first = kept.fetch(np.array([2, 1, 2]), np.array([3, 0, 3]), measure)
    second = kept.fetch(np.array([1, 5]), np.array([0, 5]), measure)
    assert (first.tolist(), second.tolist()) == ([23, 10, 23], [10, 55])
    assert sorted(asked) == [(1, 0), (2, 3), (5, 5)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("few", [1, 2, 50])
def test_a_handicap_and_a_bound_count_where_the_nearest_are_chosen(seed, few):
    network, homes, gates = random_town(seed)
    table = measure_walks(network, homes, gates)
    random = np.random.default_rng(seed)
    handicap = random.uniform(-500, 2_000, len(gates.points))
    below = random.uniform(0, 3_000, len(homes.points))
    below[:3] = -np.inf, -np.inf if seed % 2 else np.inf, -np.inf
    expected = set()
    for origin, ways in enumerate(table):
        ranked = np.where(ways + handicap <= below[origin], ways + handicap, np.inf)
        last = sorted(ranked[np.isfinite(ranked)])[:few]
        for target in np.flatnonzero(ranked <= max(last, default=-np.inf) + 1e-6):
            expected.add((0, origin, int(target), float(ways[target])))
    terms = few, None, handicap, below
    assert rows_of(nearest_targets(network, homes, gates, *terms)) == expected
    assert rows_of(select_nearest(table, gates, *terms)) == expected


@pytest.mark.parametrize("seed", range(10))
def test_the_longest_walk_is_that_of_the_table(seed):
    network, homes, gates = random_town(seed)
    table = measure_walks(network, homes, gates)
    assert measure_farthest(network, homes, gates) == table[np.isfinite(table)].max()


def test_few_targets_are_measured_to_find_the_longest_walk(monkeypatch):
    network = build_network(gpd.GeoDataFrame(geometry=grid(12), crs=CRS))
    random = np.random.default_rng(1)
    homes, gates = (snap(network, random.uniform(0, 1_100, (count, 2))) for count in (60, 200))
    measured = []

    def measure(network, origins, targets):
        measured.append(len(targets.points))
        return measure_walks(network, origins, targets)

    monkeypatch.setattr("seatplan.travel.farthest.measure_walks", measure)
    assert measure_farthest(network, homes, gates) == measure_walks(network, homes, gates).max()
    assert sum(measured) / 2 < 100  # once for the homes and once for the other gates


def test_there_is_no_longest_walk_where_there_is_no_target():
    network, homes, gates = random_town(2)
    assert measure_farthest(network, homes, gates.take(slice(0, 0))) == 0.0
