"""WGS-84, CGCS2000, GCJ-02, BD-09: conversion and warnings.

CGCS2000 and WGS-84 differ by centimetres and count as one. GCJ-02 (state maps, Amap, Tencent) and
BD-09 (Baidu) are those coordinates displaced by formulas known from observation: sums of sines of
the position for GCJ-02 on the Krasovsky ellipsoid, and a small rotation and shift on top for BD-09.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]
Datum = Literal["WGS-84", "CGCS2000", "GCJ-02", "BD-09"]

SEMI_MAJOR = 6_378_245.0  # Krasovsky 1940, metres
ECCENTRICITY_SQUARED = 0.00669342162296594323
CHINA = (72.004, 137.8347, 0.8293, 55.8271)  # west, east, south, north: where GCJ-02 displaces


def _add_gcj(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS-84 to GCJ-02."""
    east, north = _displacement(lon - 105.0, lat - 35.0)
    latitude = np.radians(lat)
    scale = 1.0 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian = SEMI_MAJOR * (1.0 - ECCENTRICITY_SQUARED) / scale**1.5
    parallel = SEMI_MAJOR / np.sqrt(scale) * np.cos(latitude)
    west, east_end, south, north_end = CHINA
    inside = (lon >= west) & (lon <= east_end) & (lat >= south) & (lat <= north_end)
    return (
        np.where(inside, lon + np.degrees(east / parallel), lon),
        np.where(inside, lat + np.degrees(north / meridian), lat),
    )


def _displacement(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """Metres by which GCJ-02 lies east and north, `x`, `y` degrees from 105 E, 35 N."""

    def waves(angle: Degrees, *terms: tuple[float, float]) -> Degrees:
        total = sum(size * np.sin(angle * np.pi * turns) for size, turns in terms)
        return np.asarray(total) * 2.0 / 3.0

    root = np.sqrt(np.abs(x))
    shared = waves(x, (20.0, 6.0), (20.0, 2.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    east = east + waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    north = north + waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    return east, north


def _add_bd(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS-84 to BD-09, by way of GCJ-02."""
    lon, lat = _add_gcj(lon, lat)
    turns = np.pi * 3000.0 / 180.0
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * turns)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * turns)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _keep(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return lon, lat


FROM_WGS: dict[str, Shift] = {
    "WGS-84": _keep,
    "CGCS2000": _keep,
    "GCJ-02": _add_gcj,
    "BD-09": _add_bd,
}


def convert_coordinates(
    lon: ArrayLike, lat: ArrayLike, source: Datum, target: Datum
) -> tuple[Degrees, Degrees]:
    """Return longitudes and latitudes (degrees) given in one datum in another.

    There and back agrees to 1e-8 m. Outside China GCJ-02 is WGS-84.

    >>> lon, lat = convert_coordinates([106.2], [37.98], "WGS-84", "GCJ-02")
    >>> lon.round(6).tolist(), lat.round(6).tolist()
    ([106.204395], [37.980545])
    """
    degrees = np.asarray(lon, float), np.asarray(lat, float)
    return FROM_WGS[target](*_undo_shift(FROM_WGS[source], *degrees))


def _undo_shift(shift: Shift, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return what `shift` carries to `lon`, `lat`: a fixed point, as shifts change slowly.

    Each round divides the error by 70 or more, so eight leave what a float can hold.
    """
    if shift is _keep:
        return lon, lat
    x, y = lon, lat
    for _ in range(8):
        moved_x, moved_y = shift(x, y)
        x, y = x - (moved_x - lon), y - (moved_y - lat)
    return x, y


def detect_shift(
    lon: Degrees,
    lat: Degrees,
    at_home: Callable[[Degrees, Degrees], NDArray[np.bool_]],
    tolerated: float = 0.2,
) -> Datum | None:
    """Return the datum that points filed as WGS-84 seem to be in; None where they seem right.

    Parameters
    ----------
    lon, lat
        Degrees, one pair for each point.
    at_home
        Says for each longitude and latitude whether that point lies where it belongs.
    tolerated
        Share of points away from home up to which nothing is suspected.
    """
    away = 1.0 - at_home(lon, lat).mean() if len(lon) else 0.0
    if away <= tolerated:
        return None
    shifted: dict[Datum, float] = {
        datum: 1.0 - float(at_home(*convert_coordinates(lon, lat, datum, "WGS-84")).mean())
        for datum in ("GCJ-02", "BD-09")
    }
    best = min(shifted, key=lambda datum: shifted[datum])
    return best if shifted[best] <= min(tolerated, away / 2) else None
