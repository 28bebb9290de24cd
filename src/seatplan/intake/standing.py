"""Where schools and areas stand: by their own coordinates, or in the village that they name."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from seatplan.district.coordinates import Datum
from seatplan.district.defaults import say_assumed
from seatplan.errors import InputError
from seatplan.intake.positions import find_metric_crs, read_positions
from seatplan.intake.schools import Schools, Told
from seatplan.intake.sources import Source


def find_places(
    whole: Source, people: Source | None, datum: Datum | None
) -> tuple[gpd.GeoSeries, gpd.GeoSeries | None, list[Told]]:
    """Return where the rows of schools (metres) and of areas (degrees) lie, and what was assumed.

    Parameters
    ----------
    whole
        The sheet of schools, with further campuses.
    people
        The sheet of areas; None: there is none.
    datum
        What degrees in a sheet are; None: found out.

    Raises
    ------
    InputError
        A row says nothing of its place, or what no place can be.
    """
    assumed: list[Told] = []
    homes, found = (None, "") if people is None else read_positions(people, datum, None)
    if people is not None and homes is None:
        want = "want 经度 and 纬度, or a layer; without places leave --pupils out"
        raise InputError(f"{people.name}: no place of the areas; {want}")
    if people is not None:
        assumed.append(_tell_place(people.name, found))
    places, found = read_positions(whole, datum, _know_home(homes))
    if places is not None:
        assumed.append(_tell_place(whole.name, found))
    places = _stand_in_villages(whole, people, homes, places)
    middle = np.median(shapely.get_coordinates(shapely.centroid(places.to_numpy())), axis=0)
    crs = find_metric_crs(*middle)
    middles = shapely.point_on_surface(places.to_crs(crs).to_numpy())
    return gpd.GeoSeries(middles, places.index, crs=crs), homes, assumed


def stand_schools(placed: gpd.GeoSeries, source: Source, schools: Schools) -> gpd.GeoSeries:
    """Return where the schools stand, of where the rows of their sheet lie."""
    own = placed.loc[source.cells.index]
    return gpd.GeoSeries(own.to_numpy(), schools.table.index, crs=placed.crs)


def _tell_place(table: str, datum: str) -> Told:
    return table, say_assumed("place", table=table, datum=datum)


def _know_home(
    homes: gpd.GeoSeries | None,
) -> Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]] | None:
    """Return what says whether a place lies in an area, None where areas have no extent."""
    if homes is None or (homes.geom_type == "Point").any():
        return None
    ground = homes.union_all()
    return lambda lon, lat: np.asarray(shapely.contains_xy(ground, lon, lat), dtype=bool)


def _stand_in_villages(
    source: Source,
    people: Source | None,
    homes: gpd.GeoSeries | None,
    places: gpd.GeoSeries | None,
) -> gpd.GeoSeries:
    """Return where each row stands: its own place, else the middle of the village named."""
    if places is None:
        places = gpd.GeoSeries([None] * len(source.cells), index=source.cells.index, crs=4326)
    places = _follow_earlier(source, places)
    missing = places.index[_is_missing(places)]
    if not len(missing):
        return places
    if people is None or homes is None or "village" not in source.columns:
        rows = ", ".join(map(str, missing))
        want = "want 经度 and 纬度, or 村居 with an area of --pupils"
        raise InputError(f"{source.name}: row {rows}: no place of the school; {want}")
    names = people.cells[people.columns["name"]].map(lambda cell: str(cell).strip())
    middles = dict(zip(names, homes.to_crs(3857).representative_point().to_crs(4326), strict=True))
    cells = source.cells[source.columns["village"]]
    villages = {row: "" if cell is None else str(cell).strip() for row, cell in cells.items()}
    problems = [
        f"{source.name}: row {row}: {villages[row] or 'empty'}; want an area of {people.name}"
        for row in missing
        if villages[row] not in middles
    ]
    if problems:
        raise InputError(problems)
    return gpd.GeoSeries(
        [middles[villages[row]] if row in missing else places[row] for row in places.index],
        index=places.index,
        crs=4326,
    )


def _is_missing(places: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Say which rows have no place."""
    empty = places.isna() | places.is_empty | places.bounds.isna().any(axis=1)
    missing: NDArray[np.bool_] = empty.to_numpy(bool)
    return missing


def _follow_earlier(source: Source, places: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return places with that of an earlier row of the same name where a row says none at all."""
    village = source.get("village")
    silent = _is_missing(places) & (True if village is None else village.isna().to_numpy())
    names = source.cells[source.columns["name"]].map(lambda cell: str(cell).strip()).to_numpy()
    known: dict[str, object] = {}
    filled = []
    for name, place, alone in zip(names, places, silent, strict=True):
        point = known.get(name, place) if alone else known.setdefault(name, place)
        filled.append(point if alone else place)
    return gpd.GeoSeries(filled, index=places.index, crs=places.crs)
