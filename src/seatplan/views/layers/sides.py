"""One outcome on a map: its areas and schools as folium layers, and how many fall in each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.views.layers.figures import (
    Areas,
    Schools,
    View,
    list_columns,
    read_areas,
    read_schools,
)
from seatplan.views.layers.legend import fill_classes
from seatplan.views.layers.shapes import (
    add_features,
    follow_years,
    list_features,
    smooth_areas,
    style_by,
)
from seatplan.views.layers.symbols import INK, mark_by_symbol
from seatplan.views.palette import COLOURS
from seatplan.views.shades import Shade

if TYPE_CHECKING:
    from seatplan.outcome import Outcome

MOST_PATHS = 4000  # areas drawn as SVG; more are drawn on a canvas
DISC = 3.2  # a disc of `seats` has a radius of sqrt(seats) / DISC pixels


@dataclass(frozen=True)
class Side:
    """What one outcome shows in a view; `areas` is None where the schools carry the colours."""

    outcome: Outcome
    view: View
    areas: Areas | None
    schools: Schools

    @property
    def on_canvas(self) -> bool:
        """Whether there are too many areas for SVG."""
        return self.areas is not None and len(self.areas.shapes) > MOST_PATHS

    def count_classes(self, shade: Shade, year: int) -> list[int]:
        """Count the catchments, blocks or schools in each class; the last have no figure."""
        if self.areas is not None:
            distinct = ~self.areas.zones[year].duplicated()
            values = self.areas.values[year][distinct & (self.areas.zones[year] != "")]
        else:
            values = self.schools.values[year][self.schools.seats[year] > 0]
        classes = np.array(shade.classify(values), dtype=int)
        counts = [int((classes == at).sum()) for at in range(len(shade.colours))]
        return [*counts, int((classes == -1).sum())]


def read_side(outcome: Outcome, view: View) -> Side:
    """Return what an outcome shows in a view."""
    zoned = outcome.standards.stage(view.stage).intake != "seats"
    areas = read_areas(outcome, view) if zoned or view.along == "block" else None
    return Side(outcome, view, areas, read_schools(outcome, view))


def add_areas(
    group: folium.FeatureGroup, side: Side, shade: Shade, metres: float, **options: Any
) -> list[folium.GeoJson]:
    """Add the areas of a side, coloured by its measure, to a group."""
    if side.areas is None:
        return []
    areas, language = side.areas, side.view.language
    rows = follow_years({**areas.words, "klass": _classify(areas.values, shade)})
    fills = fill_classes(shade, hatched=not side.on_canvas)
    line = {"color": COLOURS["catchment"], "weight": 0.9, "fillOpacity": 0.88}
    columns = list_columns(areas.words, language)
    layer = add_features(
        group,
        list_features(smooth_areas(areas.shapes, metres), rows),
        tip={key: columns[key] for key in ("name", side.view.measure)},
        card=columns,
        style=style_by([{**line, "fillColor": fill} for fill in fills]),
        highlight_function=_outline,
        **options,
    )
    return [layer] if layer else []


def _outline(_: Any) -> dict[str, object]:
    """Return the outline of the area under the pointer."""
    return {"weight": 3, "color": COLOURS["accent"]}


def _classify(values: pd.DataFrame, shade: Shade) -> pd.DataFrame:
    """Return the class of each value, -1 where there is none."""
    classes = {year: shade.classify(values[year]) for year in values}
    return pd.DataFrame(classes, index=values.index)


def add_schools(
    group: folium.FeatureGroup, side: Side, shade: Shade, *, discs: Any = None, **options: Any
) -> list[folium.GeoJson]:
    """Add the schools of a side by symbol; where there are no areas on discs sized by seats.

    `options` are those of a marker; `discs` those of the discs.
    """
    schools, language = side.schools, side.view.language
    columns = list_columns(schools.words, language)
    measure = side.view.measure if side.view.measure in columns else "seats"
    shown: dict[str, Any] = {
        "tip": {key: columns[key] for key in ("name", measure)},
        "card": columns,
    }
    added = []
    if side.areas is None:
        added.append(_add_discs(group, side, shade, shown, discs or {}))
    rows = follow_years({**schools.words, "symbol": schools.symbols})
    features = list_features(schools.points, rows)
    mark = mark_by_symbol(**options)
    added.append(add_features(group, features, **shown, point_to_layer=mark))
    return [layer for layer in added if layer]


def _add_discs(
    group: folium.FeatureGroup, side: Side, shade: Shade, shown: Any, options: Any
) -> folium.GeoJson | None:
    schools = side.schools
    radius = schools.seats.map(measure_disc).where(schools.seats > 0, 0.0).round(1)
    rows = follow_years(
        {**schools.words, "klass": _classify(schools.values, shade), "radius": radius}
    )
    # the largest first, so that a small one is never hidden
    order = np.argsort(-schools.seats.max(axis=1).to_numpy(), kind="stable")
    line = {"color": INK, "weight": 1, "fill": True, "fillOpacity": 0.9}
    fills = fill_classes(shade, hatched=True)
    return add_features(
        group,
        list_features(schools.points.iloc[order], [rows[at] for at in order]),
        **shown,
        style=style_by([{**line, "fillColor": fill} for fill in fills], size="radius"),
        marker=folium.CircleMarker(),
        **options,
    )


def measure_disc(seats: float) -> float:
    """Return the radius of a school's disc, pixels."""
    return float(seats**0.5 / DISC + 4)


def join_points(sides: Sequence[Side]) -> gpd.GeoSeries:
    """Return where the schools of all sides stand, in degrees."""
    points = pd.concat([side.schools.points.to_crs(4326) for side in reversed(sides)])
    return points[~points.index.duplicated()]


def list_names(sides: Sequence[Side], group: int) -> list[list[Any]]:
    """Return the names of schools for `names.js`, the largest schools first.

    A name stands where its school does: of two sides, years of the right and, where they differ,
    of the left.
    """
    points = join_points(sides)
    schools = [side.schools for side in reversed(sides)]
    seats = pd.concat([one.seats.max(axis=1) for one in schools]).groupby(level=0).max()
    names = pd.concat([one.words["name"].iloc[:, 0] for one in schools])
    names = names[~names.index.duplicated()]
    stands, before = (
        (side.schools.symbols.reindex(points.index).fillna("") != "").to_numpy().astype(int)
        for side in (sides[-1], sides[0])
    )
    differs = (stands != before).any(axis=1)
    order = np.argsort(-seats.reindex(points.index).to_numpy(), kind="stable")
    return [
        [
            round(float(points.iloc[at].y), 5),
            round(float(points.iloc[at].x), 5),
            str(names[points.index[at]]),
            group,
            10,
            0 if stands[at].all() and not differs[at] else stands[at].tolist(),
            *([before[at].tolist()] if differs[at] else []),
        ]
        for at in order
    ]
