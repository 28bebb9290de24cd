"""The series of map sheets that a layout plan has, in its order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from seatplan.report.brief import Brief
from seatplan.report.sheets.changing import (
    list_changes,
    show_closures,
    show_layout,
    show_soon,
)
from seatplan.report.sheets.drawing import draw_sheet
from seatplan.report.sheets.forms import Layout, Paper, find_crowd, lay_out
from seatplan.report.sheets.ground import read_ground
from seatplan.report.sheets.standing import show_balance, show_present, show_reach, show_zones
from seatplan.report.sheets.subjects import Subject


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


def draw_series(
    brief: Brief, paper: Paper, *, imprint: bool = False
) -> Iterator[tuple[Subject, Figure]]:
    """Draw the sheets of a plan one after the other, each at its true size."""
    layout, ground = plan_page(brief, paper, imprint=imprint), read_ground(brief)
    for subject in list_subjects(brief):
        yield subject, draw_sheet(brief, ground, layout, subject)
