"""The order of places is that of the map, whatever the rows and the names."""

import geopandas as gpd
from shapely.geometry import Point

from seatplan.district.order import find_nearest_place, order_places


def place(names, points):
    return gpd.GeoDataFrame(geometry=[Point(at) for at in points], index=names, crs="EPSG:4544")


def test_places_stand_from_west_to_east_and_from_south_to_north():
    layer = place(["x", "y", "z"], [(2, 0), (1, 5), (1, 3)])
    assert order_places(layer).tolist() == [2, 1, 0]
    assert order_places(layer.rename(index={"x": "a", "z": "w"})).tolist() == [2, 1, 0]


def test_two_at_one_place_fall_by_name():
    layer = place(["b", "a"], [(1, 1), (1, 1)])
    assert order_places(layer).tolist() == [1, 0]
    assert order_places(layer.iloc[::-1]).tolist() == [0, 1]


def test_the_nearest_place_is_the_westernmost_of_equals():
    homes = gpd.GeoSeries([Point(5, 0), Point(0, 0), Point(9, 1)])
    places = gpd.GeoSeries([Point(10, 0), Point(0, 0), Point(9, 9)])
    # 5, 0 is as far from 10, 0 as from 0, 0
    assert find_nearest_place(homes, places).tolist() == [1, 1, 0]
    assert find_nearest_place(homes, places[::-1]).tolist() == [1, 1, 2]
