"""Where rows lie: degrees of any datum, Gauss-Krueger metres, or the village named."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatplan.district.coordinates import CHINA, Datum, convert_coordinates, detect_shift
from seatplan.errors import InputError
from seatplan.intake.sources import Source, read_numbers
from seatplan.intake.words import plain, read_synonyms

AtHome = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]]
GK_ZONES = range(25, 46)  # three-degree zones of China; zone 25 is EPSG:4513, and so on
GK_FIRST = 4513


def find_metric_crs(lon: float, lat: float) -> str:
    """Return the metric CRS around a place: CGCS2000 three-degree Gauss-Krueger in China, else UTM.

    >>> find_metric_crs(106.2, 38.0), find_metric_crs(-77.0, 39.0)
    ('EPSG:4544', 'EPSG:32618')
    """
    west, east, south, north = CHINA
    if west <= lon <= east and south <= lat <= north:
        return f"EPSG:{4534 + round((lon - 75) / 3)}"
    return f"EPSG:{(32600 if lat >= 0 else 32700) + int((lon + 180) // 6) + 1}"


def read_positions(
    source: Source, datum: Datum | None, at_home: AtHome | None
) -> tuple[gpd.GeoSeries | None, str]:
    """Return where the rows lie in degrees (EPSG:4326), and what the coordinates were taken for.

    Parameters
    ----------
    datum
        What degrees in a sheet are; None: what the headings say, else where they lie.
    at_home
        Says for longitudes and latitudes whether each lies inside the district; None: nobody knows.

    Returns
    -------
    tuple
        None where the source says nothing of place.

    Raises
    ------
    InputError
        A cell is no number, a layer names no CRS, or metres name no zone.
    """
    if source.shapes is not None:
        return _turn_layer(source)
    if not {"lon", "lat"} <= set(source.columns):
        return None, ""
    (x, faults), (y, more) = (
        read_numbers(source, source.columns[key], signed=True) for key in ("lon", "lat")
    )
    if faults or more:
        raise InputError([*faults, *more])
    if np.nanmax(np.abs(x)) > 180 or np.nanmax(np.abs(y)) > 180:
        return _turn_metres(source.name, x, y)
    if np.nanmedian(np.abs(y)) > 90 or (np.nanmedian(y) > 60 and 15 < np.nanmedian(x) < 55):
        raise InputError(f"{source.name}: longitude and latitude look swapped; want 经度, 纬度")
    found = (
        datum
        or _read_datum(source)
        or (detect_shift(np.asarray(x, float), np.asarray(y, float), at_home) if at_home else None)
    )
    lon, lat = convert_coordinates(x, y, found or "WGS-84", "WGS-84")
    return gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=x.index, crs=4326), found or "WGS-84"


def _turn_layer(source: Source) -> tuple[gpd.GeoSeries, str]:
    shapes = source.shapes
    assert shapes is not None
    if shapes.crs is None:
        raise InputError(f"{source.name}: the layer names no CRS; want one, such as EPSG:4490")
    return shapes.force_2d().to_crs(4326), str(shapes.crs.to_string())


def _read_datum(source: Source) -> Datum | None:
    """Return the datum that the headings name."""
    heading = plain(source.columns["lon"])
    for datum, names in read_synonyms()["datum"].items():
        if any(heading.startswith(name) for name in names):
            return datum  # type: ignore[return-value]
    return None


def _turn_metres(name: str, x: pd.Series[float], y: pd.Series[float]) -> tuple[gpd.GeoSeries, str]:
    """Turn Gauss-Krueger metres with their zone before the easting, in either order of columns."""
    if np.nanmedian(x) < np.nanmedian(y) and np.nanmedian(y) > 1e7:
        x, y = y, x  # surveyors write northing as x
    zone = int(np.nanmedian(x) // 1_000_000)
    if zone not in GK_ZONES:
        want = "want degrees, or eastings with their zone before them, such as 35605000"
        raise InputError(f"{name}: eastings about {np.nanmedian(x):,.0f} name no zone; {want}")
    crs = f"EPSG:{GK_FIRST + zone - GK_ZONES[0]}"
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), index=x.index, crs=crs)
    return points.to_crs(4326), f"{crs} (Gauss-Krueger, zone {zone})"
