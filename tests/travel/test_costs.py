"""Three blocks on one road, two schools, and a third beyond the water."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from seatplan import memory
from seatplan.district.district import District, no_campuses, no_travel
from seatplan.errors import InputError
from seatplan.travel import costs
from seatplan.travel.costs import measure_travel, school_distances

CRS = "EPSG:4544"


def schools_of(**places):
    index = pd.Index(list(places), name="school")
    return gpd.GeoDataFrame(geometry=[Point(p) for p in places.values()], index=index, crs=CRS)


def town():
    """Blocks of 100 m around (50, 0), (150, 0), (250, 0); the road runs 10 m north of them."""
    tables = {
        "blocks": gpd.GeoDataFrame(
            geometry=[box(x, -50, x + 100, 50) for x in (0, 100, 200)],
            index=pd.Index(["b1", "b2", "b3"], name="block"),
            crs=CRS,
        ),
        "schools": schools_of(A=(0, 30), B=(300, 10), **{"over the water": (0, 500)}),
        "roads": gpd.GeoDataFrame(
            geometry=[
                LineString([(0, 10), (120, 10)]),
                LineString([(120, 10), (300, 10)]),
                LineString([(0, 490), (300, 490)]),
            ],
            crs=CRS,
        ),
    }
    empty = {field.name: None for field in dataclasses.fields(District)}
    empty |= {"travel": no_travel(), "campuses": no_campuses()}
    empty |= {"water": gpd.GeoDataFrame(geometry=[])}
    return District(**(empty | tables))


def test_walks_are_measured_from_the_middle_of_a_block_to_the_gate():
    metres = measure_travel(town()).metres
    # b1: 10 to the road, 50 along it, 20 to A; b3: 10, 50 and the gate of B stands on the road.
    assert metres.loc["b1", "A"] == pytest.approx(10 + 50 + 20)
    assert metres.loc["b3", "B"] == pytest.approx(10 + 50)
    assert metres.loc["b1", "B"] == pytest.approx(10 + 250)
    assert (metres.index.name, metres.columns.name) == ("block", "school")


def test_the_way_to_the_road_is_kept_for_blocks_and_schools():
    snapped = measure_travel(town()).snapped
    assert snapped["block"].to_dict() == pytest.approx({"b1": 10, "b2": 10, "b3": 10})
    assert snapped["school"].to_dict() == pytest.approx({"A": 20, "B": 0, "over the water": 10})


def test_what_cannot_be_reached_is_inf_and_listed():
    travel = measure_travel(town())
    assert np.isinf(travel.metres["over the water"]).all()
    assert travel.unreachable.to_numpy().tolist() == [
        [block, "over the water"] for block in ("b1", "b2", "b3")
    ]


def test_walks_known_before_are_not_measured_again(monkeypatch):
    district = town()
    before = measure_travel(district)
    assert before.metres.shape == (3, 3)  # asked for, and so known
    more = schools_of(N=(120, 10), B=(300, 10), A=(0, 30))
    grown = district.replace(schools=more)
    expected = measure_travel(grown).metres
    measured = []
    walks = costs.measure_walks

    def count(network, homes, gates):
        measured.extend(gates.points)
        return walks(network, homes, gates)

    monkeypatch.setattr(costs, "measure_walks", count)
    pd.testing.assert_frame_equal(measure_travel(grown, before).metres, expected)
    assert measured == ["N"]


def asked_by_pairs(travel):
    """The same ways, the table of all of them too large to be measured for a few."""
    return dataclasses.replace(travel, small_bytes=0)


def test_pairs_and_the_nearest_agree_with_the_table():
    table = measure_travel(town()).metres.to_numpy()
    block, school = np.nonzero(np.ones(table.shape))
    for travel in (measure_travel(town()), asked_by_pairs(measure_travel(town()))):
        assert travel.pair_metres(block, school).tolist() == table.ravel().tolist()
        near = travel.nearest(1)
        # b2 has 10 + 150 + 20 m to A and 10 + 150 m to B; nobody crosses the water.
        assert near.target.tolist() == [0, 1, 1]
        assert near.metres.tolist() == table[[0, 1, 2], [0, 1, 1]].tolist()
        only = travel.nearest(2, np.array([False, True, True]))
        assert (only.origin.tolist(), only.target.tolist()) == ([0, 1, 2], [1, 1, 1])


def test_pairs_known_before_are_not_measured_again(monkeypatch):
    district = town()
    before = asked_by_pairs(measure_travel(district))
    grown = district.replace(schools=schools_of(N=(120, 10), B=(300, 10), A=(0, 30)))
    after = asked_by_pairs(measure_travel(grown, before))
    known = before.pair_metres(np.array([0]), np.array([1]))
    measured = []
    pairs = costs.measure_pairs

    def count(network, homes, gates, block, school):
        measured.extend(gates.points[school])
        return pairs(network, homes, gates, block, school)

    monkeypatch.setattr(costs, "measure_pairs", count)
    walks = after.pair_metres(np.array([0, 0]), np.array([0, 1]))
    # b1 stands at (50, 0): 10 m to the road, 70 m along it to N; B as it was known.
    assert walks.tolist() == [pytest.approx(10 + 70), *known]
    assert measured == ["N"]


def test_a_district_that_stands_as_it_stood_keeps_its_ways():
    district = town()
    known = measure_travel(district)
    assert measure_travel(district.replace(), known) is known


def test_the_table_is_measured_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 1.0)
    travel = asked_by_pairs(measure_travel(town()))
    assert travel.pair_metres(np.array([2]), np.array([1])).tolist() == [pytest.approx(60)]
    assert len(travel.unreachable) == 3
    with pytest.raises(InputError, match="the table of walks from 3 places to 3"):
        travel.metres  # noqa: B018


def test_a_school_that_moved_is_measured_again():
    district = town()
    moved = district.replace(schools=schools_of(A=(300, 10)))
    known = measure_travel(district)
    assert measure_travel(moved, known).metres.loc["b3", "A"] == pytest.approx(60)


def test_other_roads_are_measured_anew():
    district = town()
    bridge = gpd.GeoDataFrame(geometry=[LineString([(0, 10), (0, 490)])], crs=CRS)
    joined = district.replace(roads=pd.concat([district.roads, bridge], ignore_index=True))
    known = measure_travel(district)
    assert measure_travel(joined, known).metres.loc["b1", "over the water"] == 10 + 50 + 480 + 10


def test_other_blocks_are_measured_anew():
    district = town()
    fewer = district.replace(blocks=district.blocks.iloc[1:])
    known = measure_travel(district)
    pd.testing.assert_frame_equal(
        measure_travel(fewer, known).metres, known.metres.iloc[1:], check_exact=False
    )


def test_a_district_without_schools_has_no_walks():
    district = town()
    none = district.replace(schools=district.schools.iloc[:0])
    assert measure_travel(none).metres.shape == (3, 0)
    assert measure_travel(district, measure_travel(none)).metres.shape == (3, 3)


def test_schools_are_as_far_apart_as_the_road_makes_them():
    metres = school_distances(town())
    assert metres.loc["A", "B"] == pytest.approx(20 + 300)
    assert metres.loc["B", "A"] == pytest.approx(320)
    assert metres.loc["A", "A"] == 0
    assert np.isinf(metres.loc["A", "over the water"])


def test_a_table_that_fits_the_bytes_is_measured_for_the_first_pair():
    # three blocks, three schools, eight bytes a walk
    for size, whole in ((3 * 3 * 8, True), (3 * 3 * 8 - 1, False)):
        travel = dataclasses.replace(measure_travel(town()), small_bytes=size)
        travel.pair_metres(np.array([0]), np.array([0]))
        assert ("metres" in vars(travel)) == whole


def test_roads_are_joined_once_though_the_district_says_how_long_ways_are_without():
    district = town().replace(detour=1.3)
    known = measure_travel(district)
    again = measure_travel(district.replace(schools=schools_of(A=(0, 30))), known)
    assert again.network is known.network


def test_a_district_without_roads_is_measured_again_when_its_detour_changes():
    bare = town().replace(detour=1.3)
    bare = bare.replace(roads=bare.roads.iloc[:0])
    known = measure_travel(bare)
    longer = measure_travel(bare.replace(detour=2.0), known)
    # b1 stands at (50, 0), A at (0, 30)
    assert known.metres.loc["b1", "A"] == pytest.approx(1.3 * np.hypot(50, 30))
    assert longer.metres.loc["b1", "A"] == pytest.approx(2.0 * np.hypot(50, 30))


def sites_of(**places):
    """Further gates: two of B, one of A."""
    owners = ["A", "A", "B", "B"]
    index = pd.Index(range(4), name="site")
    grades = ["", "g1", "", ""]
    points = [Point(place) for place in places.values()]
    return gpd.GeoDataFrame(
        {"school": owners, "grades": grades}, geometry=points, index=index, crs=CRS
    )


def with_sites():
    """A at (0, 30) and (100, 30), the latter for g1 only; B at (300, 10) and (200, 10)."""
    sites = sites_of(a=(0, 30), a2=(100, 30), b=(300, 10), b2=(200, 10))
    return town().replace(campuses=sites)


def test_the_way_to_a_school_of_several_sites_is_that_to_the_nearest():
    metres = measure_travel(with_sites()).metres
    # b1 at (50, 0): 10 to the road, 50 along it, 20 to A either way; B's nearer gate 150 along
    assert metres.loc["b1"].tolist() == pytest.approx([80, 160, np.inf])
    # b3 at (250, 0): A's second gate 150 along the road, B's 50 either way
    assert metres.loc["b3"].tolist() == pytest.approx([10 + 150 + 20, 60, np.inf])


def test_the_way_of_a_grade_is_that_to_the_sites_that_teach_it():
    district = with_sites()
    ways = measure_travel(district)
    assert ways.teaching(district, ["g1"]).metres.loc["b3", "A"] == pytest.approx(180)
    assert ways.teaching(district, ["g2"]).metres.loc["b3", "A"] == pytest.approx(10 + 250 + 20)
    both = ways.teaching(district, ["g1", "g2"])
    assert both.metres.loc["b3", "A"] == pytest.approx((180 + 280) / 2)
    assert ways.teaching(district, ["g1", "g2"]) is both


def test_the_straight_line_to_a_school_of_several_sites_is_that_to_the_nearest():
    ways = measure_travel(with_sites())
    block, school = np.array([0, 2, 2, 0]), np.array([1, 0, 1, 2])
    expected = [np.hypot(150, 10), np.hypot(150, 30), np.hypot(50, 10), np.hypot(50, 500)]
    assert ways.pair_straight(block, school) == pytest.approx(expected)
    only = with_sites()
    only = only.replace(campuses=only.campuses[only.campuses.school == "A"])
    # B has one gate again, at (300, 10)
    assert measure_travel(only).pair_straight(block, school)[0] == pytest.approx(np.hypot(250, 10))


def test_ways_to_sites_are_measured_again_where_the_sites_are_others():
    district = with_sites()
    known = measure_travel(district)
    assert measure_travel(district.replace(), known) is known
    moved = district.replace(campuses=sites_of(a=(0, 30), a2=(0, 30), b=(300, 10), b2=(300, 10)))
    assert measure_travel(moved, known).metres.loc["b1", "B"] == pytest.approx(260)
    assert measure_travel(town(), known).metres.loc["b1", "B"] == pytest.approx(260)


def test_what_a_table_states_holds_and_may_join_what_no_road_joins():
    index = pd.MultiIndex.from_tuples(
        [("b1", "over the water"), ("b3", "A")], names=["block", "school"]
    )
    district = town().replace(travel=pd.Series([700.0, np.inf], index, name="metres"))
    ways = measure_travel(district)
    assert ways.metres.loc["b1"].tolist() == pytest.approx([80, 260, 700])
    pairs = list(ways.unreachable.itertuples(index=False, name=None))
    assert pairs == [("b2", "over the water"), ("b3", "over the water")]
    assert ways.pair_metres(np.array([0, 2]), np.array([2, 1])).tolist() == pytest.approx([700, 60])


def test_a_table_to_some_schools_is_a_part_of_the_table_of_all():
    table = measure_travel(town()).metres.to_numpy()
    for travel in (measure_travel(town()), asked_by_pairs(measure_travel(town()))):
        np.testing.assert_array_equal(travel.table_to(np.array([2, 0])), table[:, [2, 0]])


def test_the_longest_walk_is_found_with_and_without_the_table():
    for travel in (measure_travel(town()), asked_by_pairs(measure_travel(town()))):
        assert travel.farthest(np.array([0])) == pytest.approx(10 + 250 + 20)  # b3 to A
        assert travel.farthest(np.array([1])) == pytest.approx(260)  # b1 to B
        assert travel.farthest(np.array([2])) == 0.0
