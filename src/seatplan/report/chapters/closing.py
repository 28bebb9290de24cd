"""Chapter: which schools close, who takes their pupils, and how far these then go."""

from __future__ import annotations

import pandas as pd

from seatplan.report.brief import Brief
from seatplan.report.parts import Grid, Heading, Paragraph, Part, cite, mark, refer
from seatplan.report.projects import list_projects
from seatplan.views.catalogue import format_count
from seatplan.views.closed_schools import tabulate_closed, tell_closed


def write_closing(brief: Brief) -> list[Part]:
    """Write the chapter; nothing where the plan closes no school.

    Its figures are those of the table of closures, as in the findings.
    """
    closures, empty = brief.results[-1].closures, list_empty(brief)
    if closures.empty and not empty:
        return []
    parts: list[Part] = [Heading(1, brief.say("closing.title"))]
    if empty:
        names = brief.names[-1].join(empty)
        parts.append(Paragraph(brief.say("closing.empty", names=names)))
    if not closures.empty:
        see = brief.say("closing.see", table=cite("closing"))
        parts += [
            Paragraph(brief.join([tell_closed(closures, brief.language), see])),
            *_tell_farther(brief, closures),
            Paragraph(brief.say("closing.unknown")),
        ]
    return parts


def list_empty(brief: Brief) -> list[str]:
    """List the names of the schools that the plan closes when nobody would attend them."""
    projects = list_projects(brief)
    words = [brief.say("step.close"), brief.say("step.merge")]
    closing = projects[(projects.rooms < 0) & projects.step.isin(words)]
    attended = set(brief.results[-1].closures.school)
    return list(dict.fromkeys(closing.school_name[~closing.school.isin(attended)]))


def _tell_farther(brief: Brief, closures: pd.DataFrame) -> list[Paragraph]:
    """Say which school's pupils come to walk farther than a limit asks, or have no way."""
    farther = closures.beyond_after - closures.beyond_before
    lost = closures.no_way_after - closures.no_way_before
    names = brief.names[-1]
    told: dict[tuple[str, str], list[str]] = {}
    for word, more in (("beyond", farther), ("no_way", lost)):
        for _, row in closures[more > 0].iterrows():
            limit = "" if pd.isna(row.limit_m) or word == "no_way" else format_count(row.limit_m)
            one = brief.say(
                "closing.one",
                name=names.schools[row.school],
                grades=_name_grades(brief, row),
                pupils=refer(_mark_row(row), format_count(row[f"{word}_after"])),
                before=refer(_mark_row(row), format_count(row[f"{word}_before"])),
            )
            told.setdefault((word, limit), []).append(one)
    return [
        Paragraph(brief.say(f"closing.{word}", limit=limit, list=names.join(ones)))
        for (word, limit), ones in told.items()
    ]


def _name_grades(brief: Brief, row: pd.Series) -> str:
    """Return "一年级 – 三年级"."""
    grades = brief.names[-1].grades
    return " – ".join(dict.fromkeys(grades[code] for code in (row.from_grade, row.to_grade)))


def _mark_row(row: pd.Series) -> str:
    return mark("closing", row.school, row.stage, row.from_grade)


def tabulate_closing(brief: Brief, closures: pd.DataFrame) -> Grid:
    """Tabulate the schools that close, for the annex."""
    heads, rows = tabulate_closed(brief.plan, closures, brief.language)
    return Grid(
        "closing", brief.say("closing.table"), tuple(heads), tuple(map(tuple, rows)),
        tuple(_mark_row(row) for _, row in closures.iterrows()),
        shares=(1.9, 0.8, 1.8, 0.8, 2.5, 1.4, 1.7, 1.1, 1.0), words=1, note=brief.say("closed.how"),
        long=(2, 4), annex=True,
    )  # fmt: skip
