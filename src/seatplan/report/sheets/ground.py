"""What lies below every map sheet: townships, neighbours, water, main roads; areas painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from seatplan.labels import Box
from seatplan.report.sheets.panel import LINES
from seatplan.report.sheets.subjects import Fill

Spot = tuple[float, float]
Place = tuple[tuple[str, ...], float, Spot]  # lines of a name, size of its type, where it may stand
# The lowest first.
LAYERS = ("plate.neighbour", "plate.road", "plate.water", "plate.township", "plate.outline")
Numbers = NDArray[np.float64]
SPOTS = 9  # places inside a township where its name may stand, along each side


@dataclass(frozen=True)
class Ground:
    """What a district's maps have in common.

    `townships`: areas by name, the largest first; `outline`: the edge of the district;
    `neighbours`: areas or points of the districts around, by name; `borders`: lines between these;
    `lines`: keys of the legend's lines; `spots`, `beyond`: where the names of townships and of
    neighbours may stand, by view; `paths`: what is drawn of each layer, by view.
    """

    townships: gpd.GeoSeries
    outline: gpd.GeoSeries
    roads: gpd.GeoSeries
    water: gpd.GeoSeries
    neighbours: gpd.GeoSeries
    borders: gpd.GeoSeries
    spots: dict[Box, list[tuple[str, list[Spot]]]] = field(default_factory=dict)
    beyond: dict[tuple[Box, float], list[list[Place]]] = field(default_factory=dict)
    paths: dict[tuple[str, Box], Path] = field(default_factory=dict)

    @cached_property
    def whole(self) -> Any:
        """The district as one area."""
        return shapely.union_all(self.townships.to_numpy())

    @property
    def lines(self) -> list[str]:
        """The lines that the legend explains."""
        kinds = {
            "plate.outline": self.outline,
            "plate.township": self.townships[1:],
            "plate.road": self.roads,
            "plate.water": self.water,
            "plate.neighbour": self.borders,
        }
        return [key for key, shapes in kinds.items() if len(shapes)]

    def find_path(self, key: str, box: Box) -> Path:
        """Return a layer's lines in sight as one path."""
        if (key, box) not in self.paths:
            layers = (
                self.borders, self.roads, self.water, self.townships.boundary, self.outline,
            )  # fmt: skip
            self.paths[key, box] = join_shapes(_see(layers[LAYERS.index(key)], box))
        return self.paths[key, box]

    def list_spots(self, box: Box) -> list[tuple[str, list[Spot]]]:
        """List each township in sight with the places for its name, the best first."""
        if box not in self.spots:
            frame = shapely.box(*box)
            seen = [
                (str(name), shapely.intersection(shape, frame))
                for name, shape in self.townships.items()
            ]
            self.spots[box] = [
                (name, _list_inside(part)) for name, part in seen if shapely.area(part) > 0
            ]
        return self.spots[box]


def lay_grid(box: Sequence[float] | Numbers, steps: int) -> tuple[Numbers, Numbers]:
    """Return x and y of the middles of `steps` by `steps` cells of a box, metres."""
    west, south, east, north = box
    along = (np.arange(steps) + 0.5) / steps
    x, y = np.meshgrid(west + along * (east - west), south + along * (north - south))
    return x.ravel(), y.ravel()


def _list_inside(shape: shapely.Geometry) -> list[Spot]:
    """List points of a grid inside an area, the nearest to its middle first."""
    points = shapely.points(*lay_grid(shapely.bounds(shape), SPOTS))
    inside = points[shapely.contains(shape, points)]
    middle = shapely.point_on_surface(shape)
    order = np.argsort(shapely.distance(inside, middle), kind="stable")
    spots = [middle, *inside[order]]
    return [(float(shapely.get_x(at)), float(shapely.get_y(at))) for at in spots]


def paint_ground(axes: Axes, ground: Ground, box: Box) -> None:
    """Paint borders of neighbours, roads, water, lines of townships, the edge of the district."""
    for order, key in zip((1.9, 2.0, 2.2, 2.4, 2.6), LAYERS, strict=True):
        colour, width = LINES[key]
        path = ground.find_path(key, box)
        look = {"facecolor": "none", "edgecolor": colour, "linewidth": width}
        axes.add_artist(PathPatch(path, zorder=order, **look))


def paint_fills(axes: Axes, fills: Sequence[Fill], box: Box) -> None:
    """Paint areas, the lowest first, with their hatches."""
    for at, fill in enumerate(fills):
        path = join_shapes(_see(fill.shapes, box))
        axes.add_artist(
            PathPatch(
                path, facecolor=fill.colour, edgecolor=fill.line or "none",
                linewidth=fill.width if fill.line else 0.0, alpha=fill.alpha, zorder=1 + 0.01 * at,
            )
        )  # fmt: skip
        if fill.hatch:
            axes.add_artist(
                PathPatch(
                    path, facecolor="none", edgecolor=fill.stroke, hatch=fill.hatch,
                    linewidth=0.0, zorder=1.005 + 0.01 * at,
                )
            )  # fmt: skip


def join_shapes(shapes: gpd.GeoSeries) -> Path:
    """Return areas or lines as one path, which is drawn at once.

    Edges of areas run clockwise and those of their holes against it, so that holes stay open.
    """
    parts = shapely.get_parts(shapely.get_parts(shapely.normalize(shapes.to_numpy())))
    areas = shapely.get_dimensions(parts) == 2
    lines = np.concatenate([parts[~areas], shapely.get_rings(parts[areas])])
    points, line = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(points), Path.LINETO, Path.code_type)
    codes[np.diff(line, prepend=-1) > 0] = Path.MOVETO
    ends = np.diff(line, append=len(lines)) > 0
    codes[ends & (line >= int((~areas).sum()))] = Path.CLOSEPOLY
    return Path(points, codes)


def _see(shapes: gpd.GeoSeries, box: Box) -> gpd.GeoSeries:
    return shapes.cx[box[0] : box[2], box[1] : box[3]]
