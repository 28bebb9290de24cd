"""Shapes are carried into metres, whatever CRS a layer says it is in."""

import pandas as pd
import pytest

from seatplan.district.layers import Frame, find_crs, metric_fault, read_shapes
from seatplan.district.rows import Rows

FRAME = Frame("EPSG:4544", "EPSG:4490")


def layer(*shapes, crs=None):
    cells = pd.DataFrame({"id": [f"i{n}" for n in range(len(shapes))]}, dtype=object)
    cells.index = pd.Index(range(1, len(shapes) + 1))
    return Rows("l.geojson", cells, list(shapes), crs)


def point(*coordinates):
    return {"type": "Point", "coordinates": list(coordinates)}


def test_a_point_on_the_central_meridian_lies_at_half_a_million():
    # EPSG:4544 counts 500,000 m at 105 degrees east
    shapes, problems = read_shapes(layer(point(105.0, 37.9)), "point", FRAME)
    assert problems == []
    assert shapes.x[1] == pytest.approx(500_000, abs=1e-6)


def test_heights_are_dropped_and_collections_of_one_opened():
    line = [[106.2, 37.9, 1100.0], [106.3, 37.9, 1101.0]]
    shapes, problems = read_shapes(
        layer({"type": "MultiLineString", "coordinates": [line]}), "line", FRAME
    )
    assert problems == []
    assert shapes[1].geom_type == "LineString"
    assert not shapes[1].has_z


def test_a_line_without_length_is_refused():
    dot = {"type": "LineString", "coordinates": [[106.2, 37.9], [106.2, 37.9]]}
    _, problems = read_shapes(layer(dot), "line", FRAME)
    assert problems == [
        "l.geojson: feature 1 (id i0): a LineString without length; want a LineString"
    ]


def test_what_cannot_be_used_is_none_and_the_rest_stands():
    shapes, problems = read_shapes(layer(point(106.2, 37.9), None), "point", FRAME)
    assert problems == ["l.geojson: feature 2 (id i1): no geometry; want a Point"]
    assert shapes.isna().tolist() == [False, True]


def test_metres_are_read_where_district_toml_says_so():
    frame = Frame("EPSG:4544", "EPSG:4544")
    shapes, problems = read_shapes(layer(point(605_000.0, 4_205_000.0)), "point", frame)
    assert problems == []
    assert (shapes.x[1], shapes.y[1]) == pytest.approx((605_000, 4_205_000))


@pytest.mark.parametrize("crs", ["EPSG:4326", "urn:ogc:def:crs:EPSG::4490", "OGC:CRS84"])
def test_a_layer_may_name_the_same_degrees_by_another_name(crs):
    assert read_shapes(layer(point(106.2, 37.9), crs=crs), "point", FRAME)[1] == []


def test_a_shifted_layer_is_not_the_same_degrees():
    _, problems = read_shapes(layer(point(106.2, 37.9), crs="GCJ-02"), "point", FRAME)
    assert "member crs: GCJ-02; district.toml has file_crs EPSG:4490" in problems[0]


def test_a_shifted_layer_is_carried_back_where_it_says_so_itself():
    # 106.204395, 37.980545 in GCJ-02 is 106.2, 37.98 on the ground (test_coordinates.py)
    shifted, _ = read_shapes(
        layer(point(106.20439469, 37.98054468), crs="GCJ-02"), "point", Frame("EPSG:4544", None)
    )
    ground, _ = read_shapes(layer(point(106.2, 37.98)), "point", FRAME)
    assert shifted[1].distance(ground[1]) < 0.01


def test_degrees_of_an_older_datum_are_another_crs():
    # Xian 1980 lies some 100 m off
    _, problems = read_shapes(layer(point(106.2, 37.9), crs="EPSG:4610"), "point", FRAME)
    assert "member crs: EPSG:4610; district.toml has file_crs EPSG:4490" in problems[0]


@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("EPSG:4544", None),
        ("EPSG:32648", None),
        ("EPSG:4490", "is not in metres"),
        ("EPSG:2263", "is not in metres"),  # feet
        ("GCJ-02", "is no CRS that is known"),
        ("EPSG:0", "is no CRS that is known"),
    ],
)
def test_the_crs_inside_is_in_metres(name, fragment):
    fault = metric_fault(name)
    assert fault is None if fragment is None else fragment in str(fault)


def test_shifted_datums_count_as_wgs_84():
    assert find_crs("BD-09") == find_crs("EPSG:4326")
