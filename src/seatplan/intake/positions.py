"""Where rows lie: degrees of any datum, Gauss-Krueger metres, or the village named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatplan.district.coordinates import CHINA, Datum, convert_coordinates, detect_shift
from seatplan.errors import InputError
from seatplan.intake.sources import Source, read_numbers
from seatplan.intake.words import plain, read_synonyms

AtHome = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]]
FARTHEST = (180.0, 90.0)  # degrees east and north that there are
WIDEST = 10.0  # degrees between a row and the middle of all: no district is a thousand km wide
DEGREES = re.compile(
    r"([NESW]|[东西]经|[南北]纬)?(\d+(?:\.\d+)?)(?:[°度](?:(\d+(?:\.\d+)?)[′'’分])?"
    r"(?:(\d+(?:\.\d+)?)(?:[″\"”秒]|''|′′))?)?([NESW])?"
)
APART = re.compile(r"(\d{1,3})[\s:：-]+(\d{1,2})[\s:：-]+(\d{1,2}(?:\.\d+)?)")  # 106 12 30
PAIR = re.compile(r"\s*[,，;；、/]\s*")  # between two coordinates in one cell, else spaces
SURE = 6  # numbers that are all degrees, minutes and seconds in one: chance makes so many none
METRIC = {"x", "y", "x坐标", "y坐标", "横坐标", "纵坐标", "东坐标", "北坐标"}  # metres as well
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
    columns = [source.columns.get(key) for key in ("lon", "lat")]
    if None not in columns:
        (x, faults), (y, more) = (read_degrees(source, str(column)) for column in columns)
        order = ""
    elif "both" in source.columns:
        x, y, faults, order = _part_pairs(source, source.columns["both"])
        more = []
    else:
        return None, ""
    if faults or more:
        raise InputError([*faults, *more])
    x, y, packed = _unpack_degrees(source, x, y)
    if np.nanmax(np.abs(x)) > FARTHEST[0] and np.nanmedian(np.abs(x)) > FARTHEST[0]:
        return _turn_metres(source.name, x, y)
    if np.nanmedian(np.abs(y)) > 90 or (np.nanmedian(y) > 60 and 15 < np.nanmedian(x) < 55):
        raise InputError(f"{source.name}: longitude and latitude look swapped; want 经度, 纬度")
    _refuse_strays(source, x, y)
    found = (
        datum
        or _read_datum(source)
        or (detect_shift(np.asarray(x, float), np.asarray(y, float), at_home) if at_home else None)
        or "WGS-84"
    )
    lon, lat = convert_coordinates(x, y, found, "WGS-84")
    return gpd.GeoSeries(
        gpd.points_from_xy(lon, lat), index=x.index, crs=4326
    ), found + order + packed


def read_degrees(source: Source, column: str) -> tuple[pd.Series[float], list[str]]:
    """Return degrees of a column, NaN where empty, and a sentence for each cell that is none.

    Degrees may be decimal, with minutes and seconds (106°12′30″), and bear N, E, S, W, 北纬, 东经.
    """
    texts = {row: _spell_degrees(cell) for row, cell in source.cells[column].items()}
    cells = source.cells.assign(**{column: pd.Series(texts, dtype=object)})
    numbers, faults = read_numbers(replace(source, cells=cells), column, signed=True)
    return numbers, faults


def _spell_degrees(cell: object) -> object:
    """Return degrees with minutes, seconds or a direction as a decimal number, else the cell.

    Minutes and seconds may be set apart by spaces or colons (37 59 24); of 60 and more there are
    none.
    """
    text = "" if cell is None else APART.sub(r"\1°\2′\3″", str(cell).strip())
    match = DEGREES.fullmatch(re.sub(r"\s", "", text).upper())
    if match is None or any(part and float(part) >= 60 for part in match.group(3, 4)):
        return cell
    parts = [float(part) if part else 0.0 for part in match.group(2, 3, 4)]
    side = -1 if set((match[1] or "") + (match[5] or "")) & set("SW南西") else 1
    return str(side * (parts[0] + parts[1] / 60 + parts[2] / 3600))


def _part_pairs(
    source: Source, column: str
) -> tuple[pd.Series[float], pd.Series[float], list[str], str]:
    """Part a column of both coordinates; longitude first, unless it can only be the second.

    Where both could be either (within 90 degrees), latitude is first under an English heading, as
    maps on the web write it; that is said.
    """
    cells = source.cells[column].map(lambda cell: [] if cell is None else _split_pair(str(cell)))
    halves = [
        replace(source, cells=pd.DataFrame({column: cells.map(partial(_pick, at))}, dtype=object))
        for at in (0, 1)
    ]
    (first, faults), (second, more) = (read_degrees(half, column) for half in halves)
    faults += more
    faults += [
        f"{source.name}: row {row}, column {column}: {cell}; want two numbers"
        for (row, parts), cell in zip(cells.items(), source.cells[column], strict=True)
        if parts and len(parts) != 2
    ]
    web = column.isascii() and not plain(column).startswith(("lon", "lng"))
    if np.nanmedian(np.abs(second)) > 90 or (web and np.nanmedian(np.abs(first)) <= 90):
        return second, first, faults, " (latitude first)"
    return first, second, faults, ""


def _split_pair(cell: str) -> list[str]:
    """Return the two coordinates of a cell, set apart by a sign, else by spaces."""
    parts = PAIR.split(cell.strip())
    if len(parts) > 1:
        return parts
    parts = parts[0].split()
    middle = len(parts) // 2
    return [" ".join(parts[:middle]), " ".join(parts[middle:])] if len(parts) == 6 else parts


def _unpack_degrees(
    source: Source, x: pd.Series[float], y: pd.Series[float]
) -> tuple[pd.Series[float], pd.Series[float], str]:
    """Return degrees of numbers such as 1061230 (106°12′30″), and what was done.

    Only where every number of columns called 经度 and 纬度 (not x and y) can be one, and there are
    enough to be sure.
    """
    heads = {plain(source.columns.get(key, "x")) for key in ("lon", "lat")}
    both = pd.concat([x, y]).dropna().abs()
    packed = (both >= 1e4) & (both % 1e4 // 100 < 60) & (both % 100 < 60)
    fits = x.abs().max() < 181e4 and y.abs().max() < 91e4
    if heads & METRIC or len(both) < SURE or not fits or not packed.all():
        return x, y, ""
    x, y = (
        (own.abs() // 1e4 + own.abs() % 1e4 // 100 / 60 + own.abs() % 100 / 3600) * own.map(np.sign)
        for own in (x, y)
    )
    return x, y, " (1061230 = 106°12′30″)"


def _pick(at: int, parts: list[str]) -> str | None:
    return parts[at] if at < len(parts) else None


def _refuse_strays(source: Source, x: pd.Series[float], y: pd.Series[float]) -> None:
    """Refuse rows that no district could hold: off the globe, or across it from the others."""
    middle = np.nanmedian(x), np.nanmedian(y)
    problems = []
    for row, lon, lat in zip(x.index, x, y, strict=True):
        place = f"{source.name}: row {row}: longitude {lon:g}, latitude {lat:g}"
        if abs(lon) > FARTHEST[0] or abs(lat) > FARTHEST[1]:
            problems.append(f"{place}; want degrees: are the two exchanged?")
        elif max(abs(lon - middle[0]), abs(lat - middle[1])) > WIDEST:
            want = f"the others lie about {middle[0]:.2f}, {middle[1]:.2f}"
            problems.append(f"{place}; {want}: is a digit lost, or are the two exchanged?")
    if problems:
        raise InputError(problems)


def _turn_layer(source: Source) -> tuple[gpd.GeoSeries, str]:
    shapes = source.shapes
    assert shapes is not None
    if shapes.crs is None:
        raise InputError(f"{source.name}: the layer names no CRS; want one, such as EPSG:4490")
    return shapes.force_2d().to_crs(4326), str(shapes.crs.to_string())


def _read_datum(source: Source) -> Datum | None:
    """Return the datum that the headings name."""
    heading = plain(source.columns.get("lon", source.columns.get("both", "")))
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
        want = "want degrees (106.2083 or 106°12′30″), or eastings with their zone before them"
        raise InputError(f"{name}: eastings about {np.nanmedian(x):,.0f} name no zone; {want}")
    crs = f"EPSG:{GK_FIRST + zone - GK_ZONES[0]}"
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), index=x.index, crs=crs)
    return points.to_crs(4326), f"{crs} (Gauss-Krueger, zone {zone})"
