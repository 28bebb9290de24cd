"""What one view of a map sheet shows, and how it is painted: areas, lines, schools, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.transforms import offset_copy

from seatplan.district.campuses import find_campuses
from seatplan.district.stages import name_rows
from seatplan.labels import Box
from seatplan.views.palette import CLASS_COLOURS, COLOURS, HATCH, classify_balance
from seatplan.views.typeface import spell

if TYPE_CHECKING:
    from seatplan.outcome import Outcome

INK, PAPER = COLOURS["ink"], COLOURS["panel"]


@dataclass(frozen=True)
class Plate:
    """What a map shows of a stage and year.

    `areas`: catchments with their class (-1: none). `townships`: outlines and names. `schools`:
    points with class, seats, balance, crowded, large, fresh. `zoned`: whether the stage has
    catchments; without them the schools carry the colours. `campuses`: further sites of schools.
    """

    areas: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    zoned: bool
    campuses: gpd.GeoSeries

    @property
    def counts(self) -> list[int]:
        """Number of catchments (or schools) in each class, the worst shortage first."""
        return [int(n) for n in np.bincount(self.schools.klass, minlength=len(CLASS_COLOURS))]


def read_plate(outcome: Outcome, stage: str, year: int, language: str = "zh") -> Plate:
    """Return what a map shows of a stage and year."""
    district = outcome.district
    zoned = outcome.standards.stage(stage).intake != "seats"
    rows = outcome.balance.schools.xs((stage, year), level=("stage", "year"))
    rows = rows[rows.seats > 0]
    balance = rows.balance if zoned else rows.seats - rows.pupils
    opened = district.schools.opened[rows.index].astype("Float64").fillna(-np.inf).astype(float)
    table = {
        "seats": rows.seats,
        "balance": balance,
        "klass": classify_balance(balance),
        "crowded": rows.index.isin(_flagged(outcome, "class_size", stage, year)),
        "large": rows.index.isin(_flagged(outcome, "school_size", stage, year)),
        "fresh": (opened > district.base_year).to_numpy(),
    }
    schools = gpd.GeoDataFrame(table, geometry=district.schools.geometry[rows.index])
    zone = outcome.catchments.name_areas(stage, year)
    areas = district.blocks[["geometry"]].assign(zone=zone if zoned else "")
    areas = areas.dissolve("zone")
    lots = outcome.catchments.list_lotteries(stage, year)
    shared = balance.groupby([lots.get(school, school) for school in balance.index]).sum()
    known = areas.index.isin(shared.index)
    areas["klass"] = np.where(known, classify_balance(shared.reindex(areas.index).fillna(0)), -1)
    townships = gpd.GeoDataFrame(geometry=district.townships)
    townships["name"] = (
        name_rows(district.zones, language)
        .reindex(townships.index)
        .fillna(pd.Series(townships.index, townships.index))
    )
    grades = outcome.axes.grades[outcome.axes.span(stage)]
    campuses = find_campuses(district, grades)
    campuses = campuses[campuses.school.isin(rows.index)]
    return Plate(areas, townships, schools, district.water, zoned, campuses.geometry)


def _flagged(outcome: Outcome, indicator: str, stage: str, year: int) -> list[str]:
    """List the schools beyond an upper limit of an indicator, as a stage or as a whole."""
    codes = {item.code for item in outcome.standards.limits(indicator, year, "above")}
    table = outcome.flags.table
    rows = table[table.code.isin(codes) & table.stage.isin([stage, ""]) & (table.year == year)]
    return list(rows.school)


def find_core(outcome: Outcome) -> Box:
    """Return the box around most urban blocks; the whole district where there are none."""
    blocks = outcome.district.blocks
    urban = blocks[blocks.setting == "urban"]
    bounds = (urban if len(urban) else blocks).bounds
    low, high = bounds.quantile(0.04), bounds.quantile(0.96)
    room = 0.06 * max(high.maxx - low.minx, high.maxy - low.miny)
    return (low.minx - room, low.miny - room, high.maxx + room, high.maxy + room)


def paint_plate(axes: Axes, plate: Plate, box: Box, frame: Box | None = None) -> None:
    """Paint one view: areas, water, lines, schools, names; `frame` marks the inset's box."""
    axes.set(xlim=(box[0], box[2]), ylim=(box[1], box[3]), xticks=[], yticks=[])
    axes.set_facecolor(COLOURS["ground"])
    for klass, areas in plate.areas.groupby("klass"):
        colour = CLASS_COLOURS[int(klass)] if klass >= 0 else COLOURS["none"]
        areas.plot(
            ax=axes, color=colour, edgecolor=COLOURS["catchment"], linewidth=0.5, aspect=None
        )
    worst = plate.areas[plate.areas.klass == 0]
    if len(worst):
        worst.plot(ax=axes, facecolor="none", edgecolor=HATCH, hatch="////", lw=0, aspect=None)
    if len(plate.water):
        plate.water.plot(ax=axes, color=COLOURS["water"], linewidth=1.1, aspect=None)
    plate.townships.boundary.plot(ax=axes, color=INK, linewidth=1.1, aspect=None)
    size = 1.0 if frame is None else 0.45
    _mark_schools(axes, plate, size)
    if frame is not None:
        corner, width, height = frame[:2], frame[2] - frame[0], frame[3] - frame[1]
        axes.add_patch(Rectangle(corner, width, height, fill=False, ls="--", lw=1.1, ec=INK))
    _name_townships(axes, plate, box, frame)
    axes.set(xlabel="", ylabel="")


def _mark_schools(axes: Axes, plate: Plate, size: float) -> None:
    """Draw a symbol for each school; where there are no catchments a disc sized by its seats."""
    schools = plate.schools.sort_values("seats", ascending=False)
    if not plate.zoned:
        for klass, discs in schools.groupby("klass"):
            axes.scatter(
                discs.geometry.x,
                discs.geometry.y,
                s=0.12 * discs.seats * size,
                color=CLASS_COLOURS[int(klass)],
                edgecolors=INK,
                linewidths=0.8,
                zorder=3,
            )
    mark_symbol(axes, plate.campuses.x, plate.campuses.y, "none", size)
    for key in ("none", "crowded", "large", "both", "fresh"):
        chosen = schools[name_symbols(schools) == key]
        mark_symbol(axes, chosen.geometry.x, chosen.geometry.y, key, size)
    fresh = schools[schools.fresh & (schools.crowded | schools.large)]
    beside = offset_copy(
        axes.transData, axes.get_figure(root=True), 6 * size, 5 * size, units="points"
    )
    axes.scatter(
        fresh.geometry.x,
        fresh.geometry.y,
        marker="^",
        s=24 * size,
        color=INK,
        edgecolors=PAPER,
        linewidths=0.8,
        transform=beside,
        zorder=7,
    )


def name_symbols(schools: pd.DataFrame) -> pd.Series[str]:
    """Name the symbol of each school."""
    names = np.select(
        [schools.fresh, schools.crowded & schools.large, schools.large, schools.crowded],
        ["fresh", "both", "large", "crowded"],
        "none",
    )
    return pd.Series(names, schools.index)


def mark_symbol(axes: Axes, x: Any, y: Any, key: str, size: float = 1.0) -> None:
    """Draw a symbol of the legend at each place; shapes carry the meaning, not colours."""
    layers: dict[str, list[tuple[str, float, str, str]]] = {
        "none": [("o", 11, PAPER, INK)],
        "crowded": [("^", 62, INK, PAPER)],
        "large": [("D", 70, INK, PAPER)],
        "both": [("D", 70, INK, PAPER), ("^", 17, PAPER, PAPER)],
        "fresh": [("o", 190, PAPER, PAPER), ("o", 130, PAPER, INK), ("+", 62, INK, INK)],
    }
    for order, (marker, area, face, edge) in enumerate(layers[key]):
        axes.scatter(
            x,
            y,
            marker=marker,
            s=area * size,
            c=INK if marker == "+" else face,
            edgecolors=None if marker == "+" else edge,
            linewidths=1.6 * size**0.5 if key == "fresh" else 0.9 * size**0.5,
            zorder=4 + order + (key != "none"),
        )


def _name_townships(axes: Axes, plate: Plate, box: Box, frame: Box | None) -> None:
    """Write names with a halo, the largest first, none over another or inside the frame."""
    west, south, east, north = box
    letter = 0.027 * (east - west) if frame is None else 0.038 * (east - west)
    taken = [frame] if frame else []
    places = plate.townships.clip(box) if frame is None else plate.townships
    places = places.assign(area=places.area).sort_values("area", ascending=False)
    for row in places.itertuples():
        point, half = row.geometry.representative_point(), letter * len(str(row.name)) / 2
        spot = (point.x - half, point.y - letter, point.x + half, point.y + letter)
        inside = spot[0] > west and spot[2] < east and spot[1] > south and spot[3] < north
        if not inside or any(_overlap(spot, other) for other in taken):
            continue
        taken.append(spot)
        axes.text(
            point.x,
            point.y,
            spell(row.name),
            ha="center",
            va="center",
            fontsize=9,
            color=INK,
            path_effects=[withStroke(linewidth=2.6, foreground=PAPER)],
            zorder=9,
        )


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
