"""What lies below every map sheet: townships, water, main roads; and how areas are painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes

from seatplan.report.brief import Brief
from seatplan.report.sheets.panel import LINES
from seatplan.report.sheets.subjects import Fill
from seatplan.views.layers.surroundings import MAIN_ROADS, outline_townships
from seatplan.views.plates import Box

Spot = tuple[float, float]
SPOTS = 9  # places inside a township where its name may stand, along each side


@dataclass(frozen=True)
class Ground:
    """What a district's maps have in common.

    `townships`: areas by name, the largest first; `outline`: the edge of the district; `lines`:
    keys of the legend's lines; `spots`: where the names of townships may stand, by view.
    """

    townships: gpd.GeoSeries
    outline: gpd.GeoSeries
    roads: gpd.GeoSeries
    water: gpd.GeoSeries
    spots: dict[Box, list[tuple[str, list[Spot]]]] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """The lines that the legend explains."""
        kinds = {
            "plate.outline": self.outline,
            "plate.township": self.townships[1:],
            "plate.road": self.roads,
            "plate.water": self.water,
        }
        return [key for key, shapes in kinds.items() if len(shapes)]

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


def _list_inside(shape: shapely.Geometry) -> list[Spot]:
    """List points of a grid inside an area, the nearest to its middle first."""
    west, south, east, north = shapely.bounds(shape)
    steps = (np.arange(SPOTS) + 0.5) / SPOTS
    x, y = np.meshgrid(west + steps * (east - west), south + steps * (north - south))
    points = shapely.points(x.ravel(), y.ravel())
    inside = points[shapely.contains(shape, points)]
    middle = shapely.point_on_surface(shape)
    order = np.argsort(shapely.distance(inside, middle), kind="stable")
    spots = [middle, *inside[order]]
    return [(float(shapely.get_x(at)), float(shapely.get_y(at))) for at in spots]


def read_ground(brief: Brief) -> Ground:
    """Gather what the maps of a district have in common."""
    district = brief.plan.district
    areas = outline_townships(district)
    areas.index = [brief.names[-1].places.get(str(code), str(code)) for code in areas.index]
    order = np.argsort(-areas.area.to_numpy(), kind="stable")
    outline = gpd.GeoSeries([shapely.union_all(areas.to_numpy())], crs=areas.crs).boundary
    roads = district.roads
    main = roads[roads.road_class.isin(MAIN_ROADS)].geometry if len(roads) else roads.geometry
    return Ground(areas.iloc[order], outline, main, district.water.geometry)


def paint_ground(axes: Axes, ground: Ground, box: Box) -> None:
    """Paint roads, water, the lines of townships and the edge of the district."""
    layers = {
        "plate.road": (ground.roads, 2.0),
        "plate.water": (ground.water, 2.2),
        "plate.township": (ground.townships.boundary, 2.4),
        "plate.outline": (ground.outline, 2.6),
    }
    for key, (shapes, order) in layers.items():
        seen = shapes.cx[box[0] : box[2], box[1] : box[3]]
        if len(seen):
            colour, width = LINES[key]
            seen.plot(ax=axes, color=colour, linewidth=width, zorder=order, aspect=None)
    axes.set(xlabel="", ylabel="", xlim=box[::2], ylim=box[1::2])


def paint_fills(axes: Axes, fills: Sequence[Fill], box: Box) -> None:
    """Paint areas, the lowest first, with their hatches."""
    for at, fill in enumerate(fills):
        seen = fill.shapes.cx[box[0] : box[2], box[1] : box[3]]
        if not len(seen):
            continue
        seen.plot(
            ax=axes, facecolor=fill.colour, edgecolor=fill.line or "none",
            linewidth=fill.width if fill.line else 0.0, alpha=fill.alpha, aspect=None,
            zorder=1 + 0.01 * at,
        )  # fmt: skip
        if fill.hatch:
            seen.plot(
                ax=axes, facecolor="none", edgecolor=fill.stroke, hatch=fill.hatch, linewidth=0.0,
                aspect=None, zorder=1.005 + 0.01 * at,
            )  # fmt: skip
    axes.set(xlabel="", ylabel="", xlim=box[::2], ylim=box[1::2])
