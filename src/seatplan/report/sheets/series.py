"""The series of map sheets that a layout plan has, in its order."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from seatplan.district.stages import name_rows
from seatplan.report.brief import Brief
from seatplan.report.sheets.beyond import find_borders
from seatplan.report.sheets.changing import (
    list_changes,
    show_closures,
    show_layout,
    show_soon,
)
from seatplan.report.sheets.forms import Layout, Paper, find_crowd, lay_out
from seatplan.report.sheets.ground import Ground
from seatplan.report.sheets.painting import Series
from seatplan.report.sheets.standing import show_balance, show_present, show_reach, show_zones
from seatplan.report.sheets.subjects import Notes, Subject
from seatplan.views.foot import name_datum
from seatplan.views.layers.surroundings import MAIN_ROADS
from seatplan.views.pictures import tell_provenance


def list_subjects(brief: Brief) -> Iterator[Subject]:
    """Find what the sheets of a plan show, one by one; what would show nothing is left out.

    Schools today; coverage of radii; seats against pupils, now and with the plan; the plan's
    layout; catchments; what is built within five years; what closes.
    """
    return filter(None, _find_subjects(brief))


def _find_subjects(brief: Brief) -> Iterator[Subject | None]:
    stages = [stage.code for stage in brief.plan.standards.stages]
    drawn = [stage.code for stage in brief.plan.standards.stages if stage.intake == "catchment"]
    others = [stage for stage in stages if stage not in brief.zoned]
    groups = [[stage] for stage in brief.zoned] + ([others] if others else [])
    yield from (show_present(brief, group) for group in groups)
    yield from (show_reach(brief, stage) for stage in brief.zoned)
    yield from (show_balance(brief, stage, at) for stage in brief.zoned for at in brief.sides)
    changes = list_changes(brief)
    yield from (show_layout(brief, changes, stage) for stage in stages)
    yield from (show_zones(brief, stage) for stage in drawn)
    yield show_soon(brief, changes)
    yield show_closures(brief, changes)


def plan_page(brief: Brief, paper: Paper, *, imprint: bool = False) -> Layout:
    """Return the layout that all sheets of a district share."""
    district = brief.plan.district
    points = np.array([(point.x, point.y) for point in district.schools.geometry])
    west, south, east, north = district.blocks.total_bounds
    bounds = (float(west), float(south), float(east), float(north))
    return lay_out(paper, bounds, find_crowd(points), imprint=imprint)


def plan_series(brief: Brief, paper: Paper, *, imprint: bool = False) -> Series:
    """Gather what the sheets of a plan show, ready to be drawn once."""
    layout, ground = plan_page(brief, paper, imprint=imprint), read_ground(brief)
    return Series(write_notes(brief), ground, layout, list_subjects(brief))


def write_notes(brief: Brief) -> Notes:
    """Write what stands at the foot of every sheet: the datum, and what the data are."""
    crs = str(brief.district.crs)
    datum = brief.say("plate.datum", datum=name_datum(crs), crs=crs)
    told = [datum, tell_provenance(brief.plan, brief.language)]
    if brief.keeps_chinese:
        told.append(brief.say("grounds.chinese"))
    return Notes(brief.language, crs, "  ·  ".join(told))


def read_ground(brief: Brief) -> Ground:
    """Gather what the maps of a district have in common."""
    district = brief.plan.district
    areas = district.townships
    names = [brief.names[-1].places.get(str(code), str(code)) for code in areas.index]
    areas = areas.set_axis(names)
    order = np.argsort(-areas.area.to_numpy(), kind="stable")
    whole = shapely.union_all(areas.to_numpy())
    outline = gpd.GeoSeries([whole], crs=areas.crs).boundary
    roads = district.roads
    main = roads[roads.road_class.isin(MAIN_ROADS)].geometry if len(roads) else roads.geometry
    around = _name_neighbours(brief)
    return Ground(
        areas.iloc[order], outline, main, district.water.geometry, around,
        find_borders(around, whole),
    )  # fmt: skip


def _name_neighbours(brief: Brief) -> gpd.GeoSeries:
    """Return the shapes of the districts around by their names in the report's language."""
    table = brief.district.neighbours
    names = name_rows(table.assign(name=table.index.astype(str)), brief.language)
    return gpd.GeoSeries(table.geometry.to_numpy(), names.tolist(), crs=table.crs)
