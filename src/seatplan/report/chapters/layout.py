"""Chapter: what the plan builds, extends, redraws and limits, and what that cures and leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from seatplan.remedies.prices import sum_bill
from seatplan.report.brief import Brief, list_rows
from seatplan.report.chapters.balances import list_short_catchments
from seatplan.report.parts import Grid, Heading, Paragraph, Part, cite, mark, refer
from seatplan.report.prints import draw_effects
from seatplan.report.projects import bill_project, list_catchment, list_projects
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count
from seatplan.views.remedies import tell_sum
from seatplan.views.sentences import tell_plan

MOST = 40  # projects that have a paragraph each; more are told by the table alone
UNITS = 6  # village units that a paragraph names
NAMED = 5  # catchments that a sentence names
ROOMS = ("new_school", "expand", "convert", "close", "merge", "open_every_grade")
# A stage is told where the plan moves one of these.
MOVED = ("seats", "pupils", "catchment_shortage", "district_shortage")
IDLE = 0.5  # a new school whose seats are used by less than this share is named


def write_layout(brief: Brief) -> list[Part]:
    """Write the chapter; a sentence alone where there is no plan."""
    title = Heading(1, brief.say("layout.title"))
    if not brief.plan.scenario.interventions:
        return [title, Paragraph(brief.say("layout.none"))]
    grows = list_grows(brief)
    parts: list[Part] = [title]
    if len(grows):
        parts += [
            Heading(2, brief.say("layout.projects")),
            Paragraph(brief.join([_tell_sums(brief, grows), *_tell_cost(brief, grows)])),
            *(Paragraph(text) for text in _tell_projects(brief, grows)),
        ]
    others = _tell_others(brief)
    if others:
        parts += [Heading(2, brief.say("layout.others")), *map(Paragraph, others)]
    effect = Heading(2, brief.say("layout.effect"))
    return [*parts, effect, *_write_effect(brief, grows), *draw_effects(brief)]


def list_grows(brief: Brief) -> pd.DataFrame:
    """List the projects that add classrooms, as in `list_projects`."""
    projects = list_projects(brief)
    return projects[projects.rooms > 0].reset_index(drop=True)


def _tell_sums(brief: Brief, grows: pd.DataFrame) -> str:
    kinds = grows.groupby("step", sort=False).agg(n=("school", "nunique"), added=("added", "sum"))
    told = [
        brief.say("layout.sum", step=step, n=format_count(row.n), added=format_count(row.added))
        for step, row in kinds.iterrows()
    ]
    listed = brief.names[-1].join(told)
    return brief.say("layout.sums", list=listed, table=cite("grows"))


def _tell_cost(brief: Brief, grows: pd.DataFrame) -> list[str]:
    """Tell what the plan's building costs, as a range, and what that rests on."""
    bills = [bill for row in list_rows(grows) if (bill := bill_project(row))]
    if not bills:
        return []
    bill = {key: sum(each.get(key, 0.0) for each in bills) for each in bills for key in each}
    assumed = any(brief.costs.price(*key).assumed for key in bill)
    said = [brief.say("layout.cost", sum=tell_sum(sum_bill(bill, brief.costs), brief.language))]
    return [*said, brief.say("layout.cost_assumed")] if assumed else said


def _tell_projects(brief: Brief, grows: pd.DataFrame) -> Iterator[str]:
    """Tell each project: place, size, year, land, whom it takes, how full it will be."""
    if len(grows) > MOST:
        return
    for number, row in enumerate(list_rows(grows), start=1):
        yield tell_project(brief, number, row)


def tell_project(brief: Brief, number: int, row: Any) -> str:
    """Say where a school is built or extended, how large, when, for whom, and how full it will be.

    `row` is one of `list_projects`.
    """
    names = brief.names[-1]
    anchor = mark("grows", row.school, row.stage, row.year)
    seats = int(brief.plan.measure("seats").get((row.school, row.stage, brief.district.horizon), 0))
    units = list_catchment(brief.plan, names, row.school, row.stage, row.year)
    said = [
        brief.say(
            "layout.project",
            number=number,
            name=row.school_name,
            step=row.step,
            township=row.township,
            where=row.where or brief.say("layout.place_unknown"),
            year=row.year,
            stage=row.stage_name,
            rooms=format_count(row.rooms),
            added=refer(anchor, format_count(row.added)),
        )
    ]
    if row.land_m2 == row.land_m2 and row.land_m2 is not None:
        said.append(brief.say("layout.land", n=format_count(row.land_m2)))
    if bill_project(row):
        money = sum_bill(bill_project(row), brief.costs)
        said.append(brief.say("layout.costs", sum=tell_sum(money, brief.language)))
    if units and row.stage in brief.zoned:
        key = "layout.takes_some" if len(units) > UNITS else "layout.takes"
        listed = names.join(units[:UNITS])
        said.append(brief.say(key, list=listed, k=len(units)))
    if seats:
        said.append(
            brief.say(
                "layout.filled",
                year=row.year,
                first=refer(anchor, format_count(row.pupils)),
                last=brief.district.horizon,
                end=refer(anchor, format_count(row.pupils_last)),
                share=f"{row.pupils_last / seats:.0%}",
            )
        )
    return brief.join(said)


def tabulate_grows(brief: Brief, grows: pd.DataFrame) -> Grid:
    """Tabulate the projects that add classrooms, for the annex."""
    rows = tuple(
        (
            row.school_name,
            row.step,
            row.stage_name,
            row.township,
            row.where,
            format_count(row.land_m2) if row.land_m2 == row.land_m2 else "–",
            format_count(row.rooms),
            format_count(row.added),
            str(row.year),
            _write_cost(brief, row),
        )
        for row in list_rows(grows)
    )
    keys = ("school", "kind_of_step", "stage", "township", "where", "land", "rooms", "seats")
    heads = [brief.say(f"cell.{key}") for key in (*keys, "opens", "cost")]
    marks = tuple(mark("grows", row.school, row.stage, row.year) for row in list_rows(grows))
    return Grid(
        "grows", brief.say("layout.grows_table"), tuple(heads), rows, marks,
        shares=(2.4, 0.9, 1.2, 1.5, 2.2, 1.1, 0.9, 0.9, 0.8, 1.9), words=5, annex=True,
        note=brief.say("layout.cost_note") if any(row[-1] != "–" for row in rows) else "",
    )  # fmt: skip


def _write_cost(brief: Brief, row: Any) -> str:
    """Write what a project costs, 10,000 yuan; a dash where nothing is paid for."""
    bill = bill_project(row)
    return tell_sum(sum_bill(bill, brief.costs), brief.language) if bill else "–"


def _tell_others(brief: Brief) -> list[str]:
    """Tell the steps that build and close nothing, in their own words."""
    plan = brief.plan
    codes = name_codes(plan.district, plan.standards, brief.language)
    steps = sorted(plan.scenario.interventions, key=lambda step: step.year)
    told = plan.scenario.describe(brief.language, codes)
    return [text for step, text in zip(steps, told, strict=True) if step.kind not in ROOMS]


def _write_effect(brief: Brief, grows: pd.DataFrame) -> Iterator[Part]:
    """Say what the plan moves in each stage, which catchments it cures, and what stays empty."""
    moved, rows, marks = [], [], []
    for stage in brief.today.standards.stages:
        a, b = brief.figures(brief.today, stage.code), brief.figures(brief.plan, stage.code)
        if a[list(MOVED)].equals(b[list(MOVED)]):
            continue
        moved.append(stage.code)
        told = tell_plan(a, b, stage.code in brief.zoned, brief.language)
        name = brief.names[-1].stages[stage.code]
        yield Paragraph(brief.say("balances.of", stage=name, told=brief.join(told)))
        for row in _compare(brief, stage.code, a, b):
            rows.append(row)
            marks.append(mark("effect", stage.code, len(rows)))
    if not moved:
        yield Paragraph(brief.say("layout.nothing"))
        return
    yield from map(Paragraph, _tell_catchments(brief))
    yield from map(Paragraph, _tell_idle(brief, grows))
    years = list(dict.fromkeys([brief.target, brief.district.horizon]))
    heads = [brief.say("cell.stage"), brief.say("cell.figure")]
    for year in years:
        heads += [brief.say("cell.of_today", year=year), brief.say("cell.of_plan", year=year)]
    yield Grid(
        "effect", brief.say("layout.effect_table"), tuple(heads), tuple(rows), tuple(marks),
        shares=(1.3, 1.6, *[1.1] * (2 * len(years))), words=2,
    )  # fmt: skip


def _compare(
    brief: Brief, stage: str, a: pd.DataFrame, b: pd.DataFrame
) -> Iterator[tuple[str, ...]]:
    """Yield the figures of a stage that the plan moves, in its last year and in the horizon."""
    years = list(dict.fromkeys([brief.target, brief.district.horizon]))
    keys = ["seats", "balance", "catchment_shortage", "roll_over_seats", "district_shortage"]
    keys += ["large_classes", "walk_m"]
    for key in keys:
        if key == "catchment_shortage" and stage not in brief.zoned:
            continue
        if a[key].equals(b[key]):
            continue
        cells = [
            format_count(side[key][year], signed=key == "balance")
            for year in years
            for side in (a, b)
        ]
        label = brief.say(f"cell.{'walk' if key == 'walk_m' else key}")
        yield (brief.names[-1].stages[stage], label, *cells)


def _tell_catchments(brief: Brief) -> Iterator[str]:
    """Say which catchments the plan cures, which it leaves and which it adds to."""
    before = list_short_catchments(brief, 0).set_index(["stage", "school"])
    after = list_short_catchments(brief, -1).set_index(["stage", "school"])
    groups = {
        "layout.cured": before[~before.index.isin(after.index)],
        "layout.left": after[after.index.isin(before.index)],
        "layout.new": after[~after.index.isin(before.index)],
    }
    for key, group in groups.items():
        if len(group):
            named = [
                brief.say(
                    "layout.catchment",
                    name=brief.names[-1].schools[str(school)],
                    stage=brief.names[-1].stages[str(stage)],
                    n=format_count(most),
                )
                for (stage, school), most in zip(group.index, group.most.head(NAMED), strict=False)
            ]
            yield brief.say(
                key,
                k=format_count(len(group)),
                list=brief.names[-1].join(named),
                more=brief.say("present.more") if len(group) > NAMED else "",
            )


def _tell_idle(brief: Brief, grows: pd.DataFrame) -> Iterator[str]:
    """Say which of the schools that the plan builds are less than half full in the last year."""
    last, seats = brief.district.horizon, brief.plan.measure("seats")
    named = []
    for row in list_rows(grows):
        places = int(seats.get((row.school, row.stage, last), 0))
        if places and row.pupils_last < IDLE * places:
            number = refer(
                mark("grows", row.school, row.stage, row.year), f"{row.pupils_last / places:.0%}"
            )
            named.append(brief.say("layout.idle_one", name=row.school_name, share=number))
    if named:
        listed = brief.names[-1].join(named)
        yield brief.say("layout.idle", last=last, k=len(named), list=listed)
