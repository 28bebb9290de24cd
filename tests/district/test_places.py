"""Blocks may touch and not overlap; roads hang together where they share an end point."""

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box
from tests.towns import SMALL, write_town

from seatplan.district.places import join_lines, measure_distance, report_places
from seatplan.district.reading import check_district, read_district

CRS = "EPSG:4544"


def series(*shapes):
    return gpd.GeoSeries(list(shapes), crs=CRS)


@pytest.mark.parametrize(
    ("metres", "refused"),
    [
        (0.0, False),
        (0.3, False),  # 0.3 x 400 = 120 m2 of 160,000: less than 0.1 %
        (0.5, True),  # 200 m2: more than 160 m2, 0.1 % of the smaller block
    ],
)
def test_blocks_may_overlap_by_a_rounded_border_and_no_more(metres, refused, tmp_path):
    import json

    folder = write_town(tmp_path / "town", SMALL)
    path = folder / "population" / "blocks.geojson"
    content = json.loads(path.read_text("utf-8"))
    ring = content["features"][0]["geometry"]["coordinates"][0]
    degrees = metres / 400 * (ring[1][0] - ring[0][0])
    for corner in (1, 2):
        ring[corner][0] += degrees
    path.write_text(json.dumps(content), "utf-8")
    problems = check_district(folder).problems
    assert bool(problems) == refused
    assert all("feature 1 (id b1) overlaps feature 2 (id b2) by 200 m2" in p for p in problems)


def test_lines_that_share_an_end_point_are_one_network():
    lines = series(
        LineString([(0, 0), (1, 0)]),
        LineString([(5, 5), (6, 5)]),
        LineString([(1, 0.0001), (2, 0)]),  # a tenth of a millimetre off counts as the same point
        LineString([(2, 0), (3, 1)]),
        LineString([(0.5, 0), (0.5, 9)]),  # meets the first between its ends: not joined
    )
    pieces = join_lines(lines)
    assert pieces[0] == pieces[2] == pieces[3]
    assert pieces.nunique() == 3


def test_distance_is_nought_inside_and_infinite_from_nothing():
    squares = series(box(0, 0, 10, 10), box(10, 0, 20, 10))
    points = series(Point(5, 5), Point(23, 14))
    # from (23, 14) to the corner (20, 10): 3, 4, 5
    assert measure_distance(points, squares).tolist() == [0.0, 5.0]
    assert measure_distance(points, series()).tolist() == [float("inf")] * 2


def test_a_town_in_order_has_nothing_to_report(tmp_path):
    assert report_places(read_district(write_town(tmp_path / "town", SMALL))) == []


def test_a_school_in_the_wrong_unit_is_named(tmp_path):
    district = read_district(write_town(tmp_path / "town", SMALL))
    schools = district.schools.copy()
    schools.loc["P1", "unit"] = "east-1"
    assert [*map(str, report_places(district.replace(schools=schools)))] == [
        "schools.geojson: 1 of 3 schools lie outside their own unit (P1); "
        "check their unit or their position"
    ]


def test_a_site_just_outside_the_blocks_is_reported(tmp_path):
    district = read_district(write_town(tmp_path / "town", SMALL))
    sites = district.sites.copy()
    # the blocks end 1,200 m east of 605,000
    sites["geometry"] = series(Point(606_500, 4_205_200)).to_numpy()
    assert [*map(str, report_places(district.replace(sites=sites)))] == [
        "sites.geojson: S 1 lies 300 m outside every block"
    ]
