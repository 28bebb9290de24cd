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
