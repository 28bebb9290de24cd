"""The series of map sheets that a layout plan has, in its order."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from seatplan.report.brief import Brief
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
from seatplan.views.layers.surroundings import MAIN_ROADS, outline_townships
from seatplan.views.pictures import tell_provenance


def list_subjects(brief: Brief) -> list[Subject]:
    """List what the sheets of a plan show; a sheet that would show nothing is left out.

    Schools today; coverage of radii; seats against pupils, now and with the plan; the plan's
    layout; catchments; what is built within five years; what closes.
    """
    stages = [stage.code for stage in brief.plan.standards.stages]
    drawn = [stage.code for stage in brief.plan.standards.stages if stage.intake == "catchment"]
    others = [stage for stage in stages if stage not in brief.zoned]
    groups = [[stage] for stage in brief.zoned] + ([others] if others else [])
    changes = list_changes(brief)
    sides = (0, -1) if len(brief.outcomes) > 1 else (0,)
    found = [
        *(show_present(brief, group) for group in groups),
        *(show_reach(brief, stage) for stage in brief.zoned),
        *(show_balance(brief, stage, at) for stage in brief.zoned for at in sides),
        *(show_layout(brief, changes, stage) for stage in stages),
        *(show_zones(brief, stage) for stage in drawn),
        show_soon(brief, changes),
        show_closures(brief, changes),
    ]
    return [subject for subject in found if subject is not None]


def plan_page(brief: Brief, paper: Paper, *, imprint: bool = False) -> Layout:
    """Return the layout that all sheets of a district share."""
    district = brief.plan.district
    points = np.array([(point.x, point.y) for point in district.schools.geometry])
    west, south, east, north = district.blocks.total_bounds
    bounds = (float(west), float(south), float(east), float(north))
    return lay_out(paper, bounds, find_crowd(points), imprint=imprint)


def plan_series(brief: Brief, paper: Paper, *, imprint: bool = False) -> Series:
    """Gather what the sheets of a plan show, ready to be drawn."""
    layout, ground = plan_page(brief, paper, imprint=imprint), read_ground(brief)
    return Series(write_notes(brief), ground, layout, tuple(list_subjects(brief)))


def write_notes(brief: Brief) -> Notes:
    """Write what stands at the foot of every sheet: the datum, and what the data are."""
    crs = str(brief.district.crs)
    told = [brief.say("plate.datum", crs=crs), tell_provenance(brief.plan, brief.language)]
    return Notes(brief.language, crs, "  ·  ".join(told))


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
