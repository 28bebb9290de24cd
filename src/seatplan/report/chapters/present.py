"""Chapter: schools, seats and pupils of the base year, and what passes a limit there."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from seatplan.comparison import tabulate_large_classes
from seatplan.district.clauses import Standard
from seatplan.district.limits import LIMITED
from seatplan.report.brief import Brief, list_rows
from seatplan.report.parts import Grid, Heading, Paragraph, Part, cite, mark, refer
from seatplan.views.catalogue import format_count, format_share
from seatplan.views.scopes import name_scope

NAMED = 3  # schools that a sentence names


def write_present(brief: Brief) -> list[Part]:
    """Write the chapter."""
    year = brief.district.base_year
    return [
        Heading(1, brief.say("present.title")),
        Heading(2, brief.say("present.schools")),
        Paragraph(brief.join(_tell_sums(brief, year))),
        tabulate_stages(brief, year),
        Heading(2, brief.say("present.problems")),
        *(Paragraph(sentence) for sentence in _list_problems(brief, year)),
    ]


def tabulate_stages(brief: Brief, year: int) -> Grid:
    """Tabulate schools, classes, pupils, seats and balance by stage in a year, as things are."""
    rows, marks = [], []
    schools = pd.DataFrame(brief.results[0].schools.xs(year, level="year"))
    for stage in brief.today.standards.stages:
        figures = brief.count(brief.today, stage.code, year)
        own = (
            schools.xs(stage.code, level="stage") if stage.code in _stages(schools) else schools[:0]
        )
        rows.append(
            (
                brief.names[0].stages[stage.code],
                format_count((own.seats > 0).sum()),
                format_count(figures.classes),
                format_count(own.pupils.sum()),
                format_count(figures.pupils),
                format_count(figures.seats),
                format_count(figures.balance, signed=True),
                brief.tell_zoned(stage, figures.catchment_shortage),
                format_count(figures.walk_m),
            )
        )
        marks.append(mark("present", stage.code))
    keys = ("stage", "schools", "classes", "roll", "residents", "seats", "balance")
    heads = [brief.say(f"cell.{key}") for key in (*keys, "catchment_shortage", "walk")]
    return Grid(
        "present",
        brief.say("present.table", year=year),
        tuple(heads),
        tuple(rows),
        tuple(marks),
        shares=(1.5, 1, 1, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2),
        note=brief.say("present.note"),
    )


def _stages(schools: pd.DataFrame) -> list[str]:
    return list(schools.index.unique("stage"))


def _tell_sums(brief: Brief, year: int) -> Iterator[str]:
    schools = pd.DataFrame(brief.results[0].schools.xs(year, level="year"))
    standing = schools[schools.seats > 0].index.unique("school")
    yield brief.say(
        "present.sums",
        year=year,
        district=brief.place,
        n=format_count(len(standing)),
        pupils=format_count(schools.pupils.sum()),
        seats=format_count(schools.seats.sum()),
        table=cite("present"),
    )
    for stage in brief.today.standards.stages:
        figures = brief.count(brief.today, stage.code, year)
        enough = figures.balance >= 0
        yield brief.say(
            "present.enough" if enough else "present.fewer",
            stage=brief.names[0].stages[stage.code],
            n=refer(mark("present", stage.code), format_count(abs(figures.balance))),
        )


def _list_problems(brief: Brief, year: int) -> list[str]:
    """List what passes a limit in the base year, then the catchments with a shortage."""
    said = [sentence for stage in brief.zoned for sentence in _tell_catchments(brief, stage, year)]
    flags = brief.results[0].flags
    for item in brief.today.standards.standards:
        held = brief.today.standards.standard(item.code, year)
        own = flags[(flags.code == item.code) & (flags.year == year)]
        if held is item and len(own):
            said.append(_tell_flags(brief, item, own))
    said += _tell_large(brief, year)
    return said or [brief.say("present.none", year=year)]


def _tell_catchments(brief: Brief, stage: str, year: int) -> Iterator[str]:
    rows = brief.results[0].schools.xs((stage, year), level=("stage", "year"))
    below = rows.balance[rows.balance < 0].sort_values(kind="stable")
    if len(below):
        named = [
            brief.say(
                "present.named", name=brief.names[0].schools[str(school)], n=format_count(-balance)
            )
            for school, balance in below.head(NAMED).items()
        ]
        yield brief.say(
            "present.catchments",
            stage=brief.names[0].stages[stage],
            total=refer(mark("present", stage), format_count(-below.sum())),
            k=format_count(len(below)),
            list=brief.names[0].join(named),
            more=brief.say("present.more") if len(below) > NAMED else "",
        )


def _tell_flags(brief: Brief, item: Standard, own: pd.DataFrame) -> str:
    """Say how many schools pass a limit, and which are farthest beyond it."""
    beyond = (own.value - own.limit).abs()
    worst = own.loc[beyond.sort_values(ascending=False, kind="stable").index]
    worst = worst.drop_duplicates("school").head(NAMED)
    named = [
        brief.say(
            _choose_words(item, float(row.limit)),
            name=brief.names[0].schools[str(row.school)],
            value=brief.tell_value(item, float(row.value), float(row.limit)),
            limit=brief.tell_value(item, float(row.limit)),
        )
        for row in list_rows(worst)
    ]
    return brief.say(
        "present.flags" if item.side == "above" else "present.flags_below",
        limit=brief.tell_limited(item),
        n=format_count(own.school.nunique()),
        list=brief.names[0].join(named),
        more=brief.say("present.more") if own.school.nunique() > NAMED else "",
    )


def _choose_words(item: Standard, limit: float) -> str:
    """Choose how a flag is said: pupils too many, a share of pupils beyond, or the value itself."""
    if LIMITED.get(item.indicator) == "share":
        return "present.named_share"
    return "present.named_flag" if limit else "present.named_over"


def _tell_large(brief: Brief, year: int) -> Iterator[str]:
    """Say the share of large classes of each scope that has a limit, of two alike the first."""
    table = tabulate_large_classes(brief.today)
    told = set()
    for scope in table.index.unique("scope"):
        row = table.loc[(scope, year)]
        counted = (row.classes, row.large_classes)
        if pd.notna(row.large_classes) and row.large_classes > 0 and counted not in told:
            told.add(counted)
            yield brief.say(
                "present.large",
                scope=name_scope(brief.today.standards, scope, brief.language),
                classes=format_count(row.classes),
                large=format_count(row.large_classes),
                share=format_share(row.share, 2),
            )
