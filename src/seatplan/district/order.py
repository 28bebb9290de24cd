"""An order of places that neither rows nor names decide: where ties fall, they fall by it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from seatplan.labels import Ints

MILLIMETRES = 3


def order_places(layer: gpd.GeoDataFrame) -> Ints:
    """Order places from west to east, and from south to north.

    A polygon stands at its representative point. Two things at one place, to the millimetre, fall
    by their names.

    Returns
    -------
    Positions in `layer`.
    """
    points = np.round(shapely.get_coordinates(layer.representative_point()), MILLIMETRES)
    names = np.argsort(np.argsort(layer.index.to_numpy(dtype=str), kind="stable"), kind="stable")
    order: Ints = np.lexsort((names, points[:, 1], points[:, 0])).astype(np.int64)
    return order


def find_nearest_place(homes: gpd.GeoSeries, places: gpd.GeoSeries) -> Ints:
    """Return the position of the nearest place of each home, by air; of equals the westernmost.

    Parameters
    ----------
    homes, places
        Points in metres; at least one place.
    """
    points = shapely.get_coordinates(places.to_numpy())
    order = np.lexsort(points.T[::-1])
    tree = shapely.STRtree(places.to_numpy()[order])
    home, place = tree.query_nearest(homes.to_numpy(), all_matches=True)
    first = np.full(len(homes), len(places), dtype=np.int64)
    np.minimum.at(first, home, place)
    nearest: Ints = order[first].astype(np.int64)
    return nearest
