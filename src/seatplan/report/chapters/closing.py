"""Chapter: which schools close, who takes their pupils, and how far these then go."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.report.brief import Brief, list_rows
from seatplan.report.parts import Grid, Heading, Paragraph, Part, cite, mark, refer
from seatplan.report.projects import list_projects
from seatplan.views.catalogue import format_count


def write_closing(brief: Brief) -> list[Part]:
    """Write the chapter; nothing where the plan closes no school."""
    closing = list_closing(brief)
    if closing.empty:
        return []
    return [
        Heading(1, brief.say("closing.title")),
        Paragraph(
            brief.say(
                "closing.lead",
                k=format_count(closing.school.nunique()),
                pupils=format_count(closing.pupils.sum()),
                table=cite("closing"),
            )
        ),
        *(Paragraph(_tell_school(brief, row)) for _, row in closing.iterrows()),
        _tabulate(brief, closing),
        Paragraph(brief.say("closing.unknown")),
    ]


def list_closing(brief: Brief) -> pd.DataFrame:
    """List the schools that the plan closes, with the walk of their catchment before and after.

    The columns of `list_projects`, and before, after (mean way to the school of the catchment in
    the year of closing, metres, by resident pupils) and longest (of any block with pupils, after).
    """
    projects = list_projects(brief)
    words = [brief.say("step.close"), brief.say("step.merge")]
    closing = projects[(projects.rooms < 0) & projects.step.isin(words)].reset_index(drop=True)
    ways = [
        _measure_walk(brief, str(row.school), str(row.stage), int(row.year))
        for row in list_rows(closing)
    ]
    return closing.join(pd.DataFrame(ways, columns=["before", "after", "longest"]))


def _measure_walk(brief: Brief, school: str, stage: str, year: int) -> tuple[float, float, float]:
    """Return the walk of a closing school's catchment before and after, and the longest after."""
    before, after = (
        side.balance.blocks.xs((stage, year), level=("stage", "year"))
        for side in (brief.today, brief.plan)
    )
    own = before.index[(before.school == school) & (before.pupils > 0)]
    weights = before.pupils[own]
    known = before.walk_m[own].notna() & after.walk_m[own].notna()
    if not known.any():
        return np.nan, np.nan, np.nan
    means = [
        float(np.average(side.walk_m[own][known], weights=weights[known]))
        for side in (before, after)
    ]
    return means[0], means[1], float(after.walk_m[own].max())


def _tell_school(brief: Brief, row: pd.Series) -> str:
    anchor = mark("closing", row.school, row.stage)
    said = [
        brief.say(
            "closing.school",
            name=row.school_name,
            stage=row.stage_name,
            year=row.year,
            into=row.takes or brief.say("closing.nowhere"),
            pupils=refer(anchor, format_count(row.pupils)),
        )
    ]
    if row.before == row.before:
        said.append(
            brief.say(
                "closing.walk",
                before=refer(anchor, format_count(row.before)),
                after=refer(anchor, format_count(row.after)),
                longest=refer(anchor, format_count(row.longest)),
            )
        )
    return brief.join(said)


def _tabulate(brief: Brief, closing: pd.DataFrame) -> Grid:
    """Tabulate the schools that close."""

    def metres(value: float) -> str:
        return format_count(value) if value == value else "–"

    rows = tuple(
        (
            row.school_name,
            row.stage_name,
            row.township,
            row.takes,
            str(row.year),
            format_count(row.pupils),
            metres(row.before),
            metres(row.after),
            metres(row.longest),
        )
        for _, row in closing.iterrows()
    )
    keys = ("school", "stage", "township", "into", "opens", "pupils_then")
    heads = [brief.say(f"cell.{key}") for key in keys]
    heads += [brief.say(f"closing.{key}") for key in ("before", "after", "longest")]
    return Grid(
        "closing", brief.say("closing.table"), tuple(heads), rows,
        tuple(mark("closing", row.school, row.stage) for _, row in closing.iterrows()),
        shares=(2.2, 1.2, 1.2, 2.1, 0.9, 1, 1, 1, 1), words=4, note=brief.say("closing.note"),
    )  # fmt: skip
