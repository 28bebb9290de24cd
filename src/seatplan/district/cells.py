"""Areas known by a point only: Voronoi cells within an outline."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from seatplan.district.defaults import say_assumed
from seatplan.district.stages import Label

FAR = 4  # times the width of the border, within which a place beside widens the hull


def draw_cells(
    points: gpd.GeoSeries, outline: Any = None, beside: gpd.GeoSeries | None = None
) -> tuple[gpd.GeoSeries, Label]:
    """Return the ground nearer to each point than to any other, and the words about its border.

    Parameters
    ----------
    points
        Distinct points in metres.
    outline
        The polygon that the cells fill, in metres. Without it the hull of the points, widened by
        half the side of a square that holds one point on average, at least 250 m.
    beside
        Schools, in metres, that the hull holds too where they lie near it: within four times that
        width, or as near as the loneliest point is to the next. Those beyond lie elsewhere.

    Returns
    -------
    tuple
        Polygons with the index of the points, and where their outer border lies. A point outside
        the outline has the part of the outline that is nearest to it, or a square of 1 m about it
        where there is none.
    """
    hull = shapely.convex_hull(shapely.multipoints(shapely.get_coordinates(points.to_numpy())))
    if outline is None:
        metres = round(max(250.0, np.sqrt(hull.area / len(points)) / 2))
        outline = _widen(hull, points, beside, metres).buffer(metres, quad_segs=4)
        within = say_assumed("cells_hull", metres=metres)
    else:
        within = say_assumed("cells_outline")
    cells = points.to_numpy()
    if len(points) > 1:
        shapes = shapely.get_parts(
            shapely.voronoi_polygons(
                shapely.multipoints(shapely.get_coordinates(cells)),
                extend_to=shapely.union(outline, hull).envelope,
            )
        )
        cell, point = shapely.STRtree(shapes).query(cells, predicate="intersects")[::-1]
        drawn = np.empty(len(cells), dtype=object)
        drawn[point] = shapes[cell]
    else:
        drawn = np.array([outline], dtype=object)
    clipped = [_clip(shape, outline, home) for shape, home in zip(drawn, cells, strict=True)]
    told = say_assumed("cells", within=within)
    return gpd.GeoSeries(clipped, index=points.index, crs=points.crs), told


def _widen(hull: Any, points: gpd.GeoSeries, beside: gpd.GeoSeries | None, metres: float) -> Any:
    """Return the hull with the places beside that lie near it."""
    if beside is None or not len(beside):
        return hull
    homes, places = points.to_numpy(), beside.to_numpy()
    if len(homes) > 1:
        tree = shapely.STRtree(homes)
        _, apart = tree.query_nearest(homes, exclusive=True, return_distance=True)
        near = max(FAR * metres, float(apart.max()))
    else:
        near = FAR * metres
    close = places[shapely.distance(hull, places) <= near]
    return shapely.convex_hull(shapely.geometrycollections([hull, *close]))


def _clip(shape: Any, outline: Any, home: Any) -> Any:
    """Return the part of a cell inside the outline, polygons only."""
    inside = shapely.intersection(shape, outline)
    parts = [part for part in shapely.get_parts(inside) if part.geom_type == "Polygon"]
    if not parts:
        return home.buffer(0.5, cap_style="square")
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
