"""What lies beyond a district's edge on a map sheet: borders of its neighbours, and their names.

Only what the district's files say of them is drawn (`neighbours.geojson`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from seatplan.report.sheets.forms import View
from seatplan.report.sheets.ground import Ground, Numbers, Place, lay_grid
from seatplan.report.sheets.lettering import Letters, Taken, break_name, centre_lines, measure_lines

NEAR = 0.012  # of the district's extent: two sources that draw its edge lie so close
MARGIN = 0.8  # millimetres between a name and a border
CLEAR = 2.0  # millimetres between a name and another
SMALLER = 0.83
STEPS = 40  # places tried for a name, along each side of a view


def find_borders(neighbours: gpd.GeoSeries, district: Any) -> gpd.GeoSeries:
    """Return the lines between neighbours that are given as areas, up to the district's edge.

    Where they meet the district its own edge stands, not a second line beside it.
    """
    areas = neighbours[shapely.get_dimensions(neighbours.to_numpy()) == 2]
    if not len(areas):
        return gpd.GeoSeries([], crs=neighbours.crs)
    west, south, east, north = shapely.bounds(district)
    edge = shapely.buffer(district, NEAR * max(east - west, north - south))
    lines = shapely.difference(shapely.union_all(areas.boundary.to_numpy()), edge)
    return gpd.GeoSeries([] if shapely.is_empty(lines) else [lines], crs=neighbours.crs)


def name_neighbours(
    ground: Ground, view: View, held: Taken, size: float
) -> list[tuple[Letters, float]]:
    """Place the names of neighbours beyond the edge, with the size of each.

    The name of an area stands wholly in it, that of a point towards it from the district's middle.
    One without room in one line stands in two, or smaller, or not at all. `size`: of the type,
    points.
    """
    placed = []
    for spots in _list_spots(ground, view, size):
        tried = (
            (centre_lines(lines, *view.place(*spot), held, points, CLEAR), points)
            for lines, points, spot in spots
        )
        found = next(((letters, points) for letters, points in tried if letters), None)
        if found is not None:
            held.add(found[0].box)
            placed.append(found)
    return placed


def _list_spots(ground: Ground, view: View, size: float) -> list[list[Place]]:
    """List where the name of each neighbour may stand in a view, the best first; found once."""
    key = (view.box, size)
    if key not in ground.beyond:
        outside = shapely.difference(shapely.box(*view.box), ground.whole)
        ground.beyond[key] = [
            list(_find_spots(str(name), shape, outside, ground, view, size))
            for name, shape in ground.neighbours.items()
        ]
    return ground.beyond[key]


def _find_spots(
    name: str, shape: Any, outside: Any, ground: Ground, view: View, size: float
) -> Iterator[Place]:
    """Yield the places where a name stands wholly on its ground, the nearest to its aim first."""
    area = shapely.get_dimensions(shape) == 2
    room = shapely.intersection(shape, outside) if area else outside
    if shapely.area(room) <= 0:
        return
    aim = shapely.point_on_surface(room) if area else _aim(shape, ground.whole, view)
    x, y = lay_grid(view.box, STEPS)
    order = np.argsort(np.hypot(x - shapely.get_x(aim), y - shapely.get_y(aim)), kind="stable")
    x, y, broken = x[order], y[order], break_name(name)
    shapely.prepare(room)
    for points in (size, SMALLER * size):
        for lines in ((name,), *((broken,) if broken else ())):
            stands = shapely.contains(room, _stand(lines, points, x, y, view))
            for spot in zip(x[stands].tolist(), y[stands].tolist(), strict=True):
                yield lines, points, spot


def _aim(point: Any, district: Any, view: View) -> Any:
    """Return the point itself where it is in sight, else where the way to it leaves the view."""
    frame = shapely.box(*view.box)
    if shapely.contains(frame, point):
        return point
    way = shapely.shortest_line(shapely.centroid(district), point)
    return shapely.get_point(shapely.intersection(way, frame), -1)


def _stand(
    lines: tuple[str, ...], size: float, x: Numbers, y: Numbers, view: View
) -> npt.NDArray[np.object_]:
    """Return the ground below lines of text in the middle of each place, with a margin."""
    step = view.scale / 1000
    across, up = ((side / 2 + MARGIN) * step for side in measure_lines(lines, size))
    return np.asarray(shapely.box(x - across, y - up, x + across, y + up))
