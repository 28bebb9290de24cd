"""Coordinates go from datum to datum and back to 1e-8 m."""

import numpy as np
import pytest

from seatplan.district.coordinates import Datum, convert_coordinates, detect_shift

METRES = 111_320.0  # of a degree of latitude


def china(size: int = 5000) -> tuple[np.ndarray, np.ndarray]:
    """Points all over China."""
    rng = np.random.default_rng(1)
    return rng.uniform(75, 134, size), rng.uniform(19, 53, size)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09", "CGCS2000"])
def test_there_and_back_agrees_to_a_hundredth_of_a_micrometre(datum: Datum):
    lon, lat = china()
    back = convert_coordinates(
        *convert_coordinates(lon, lat, "WGS-84", datum), source=datum, target="WGS-84"
    )
    assert np.abs(back[0] - lon).max() * METRES < 1e-8
    assert np.abs(back[1] - lat).max() * METRES < 1e-8
    forth = convert_coordinates(
        *convert_coordinates(lon, lat, datum, "WGS-84"), source="WGS-84", target=datum
    )
    assert np.abs(forth[0] - lon).max() * METRES < 1e-8
    assert np.abs(forth[1] - lat).max() * METRES < 1e-8


def test_known_points_come_out_as_published():
    # The point of the widely used open converters: 116.404, 39.915 in Beijing.
    lon, lat = convert_coordinates([116.404], [39.915], "WGS-84", "GCJ-02")
    assert [lon[0], lat[0]] == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-11)
    lon, lat = convert_coordinates([116.404], [39.915], "GCJ-02", "BD-09")
    assert [lon[0], lat[0]] == pytest.approx([116.41036949371029, 39.92133699351022], abs=1e-11)


def test_between_two_shifted_datums_the_way_leads_through_wgs_84():
    lon, lat = china(50)
    bd = convert_coordinates(lon, lat, "WGS-84", "BD-09")
    gcj = convert_coordinates(lon, lat, "WGS-84", "GCJ-02")
    np.testing.assert_allclose(convert_coordinates(*bd, "BD-09", "GCJ-02"), gcj, atol=1e-12)


def test_outside_china_gcj_02_is_wgs_84():
    lon, lat = convert_coordinates([2.35, -70.0], [48.85, -33.0], "WGS-84", "GCJ-02")
    assert lon.tolist() == [2.35, -70.0]
    assert lat.tolist() == [48.85, -33.0]


def test_the_shift_in_litong_is_as_large_as_a_service_radius():
    lon, lat = np.array([106.2]), np.array([37.98])
    for datum, least, most in (("GCJ-02", 350, 420), ("BD-09", 1150, 1250)):
        x, y = convert_coordinates(lon, lat, "WGS-84", datum)  # type: ignore[arg-type]
        metres = np.hypot((x - lon) * METRES * np.cos(np.radians(lat)), (y - lat) * METRES)[0]
        assert least < metres < most


def near(x: np.ndarray, y: np.ndarray):
    """Say which points lie within 100 m of where they belong."""

    def at_home(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        return np.hypot(lon - x, lat - y) * METRES < 100

    return at_home


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_a_shift_is_recognised(datum: Datum):
    lon, lat = china(40)
    shifted = convert_coordinates(lon, lat, "WGS-84", datum)
    assert detect_shift(*shifted, near(lon, lat)) == datum


def test_a_fifth_of_the_points_astray_is_no_shift():
    lon, lat = china(40)
    home = near(lon, lat)
    moved = lon.copy()
    moved[:8] += 1.0
    assert detect_shift(lon, lat, home) is None
    assert detect_shift(moved, lat, home) is None


def test_points_astray_that_no_shift_explains_are_no_shift():
    lon, lat = china(40)
    assert detect_shift(lon + 1.0, lat, near(lon, lat)) is None


def test_no_points_are_no_shift():
    nothing = np.array([])
    assert detect_shift(nothing, nothing, near(nothing, nothing)) is None
