"""Annexes: every school, what is built and what closes, catchments, townships; the maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from seatplan.report.brief import Brief
from seatplan.report.chapters.balances import list_short_catchments, name_sides
from seatplan.report.chapters.closing import tabulate_closing
from seatplan.report.chapters.layout import list_grows, tabulate_grows
from seatplan.report.parts import Grid, Heading, Part, Picture, Turn, mark
from seatplan.report.projects import list_catchment
from seatplan.views.catalogue import format_count


def write_annexes(brief: Brief, sheets: Sequence[Picture]) -> list[Part]:
    """Write the tables on pages that lie, then the map sheets, a page each."""
    return [
        Turn(landscape=True),
        Heading(1, brief.say("paper.annexes"), plain=True),
        tabulate_all_schools(brief),
        *_tabulate_steps(brief),
        tabulate_areas(brief),
        *_tabulate_shortages(brief),
        tabulate_places(brief),
        Turn(landscape=True, narrow=True),
        Heading(1, brief.say("paper.plates"), plain=True),
        *sheets,
    ]


def tabulate_all_schools(brief: Brief) -> Grid:
    """List every school and stage with its place, kind, seats and roll now and with the plan."""
    names, plan = brief.names[-1], brief.plan
    base, target = brief.district.base_year, brief.target
    now = pd.DataFrame(brief.results[0].schools.xs(base, level="year"))
    then = pd.DataFrame(brief.results[-1].schools.xs(target, level="year"))
    schools = plan.district.schools
    rows, marks = [], []
    for school, stage in dict.fromkeys((row[0], row[1]) for row in brief.results[-1].schools.index):
        trait = schools.loc[school]
        rows.append(
            (
                str(school),
                names.schools[school],
                names.stages[stage],
                names.townships.get(school, ""),
                brief.say(f"setting.{trait.setting}"),
                brief.say(f"ownership.{trait.ownership}"),
                *_pick(now, (school, stage)),
                *_pick(then, (school, stage)),
                _remark(brief, trait),
            )
        )
        marks.append(mark("schools", school, stage))
    keys = ("code", "school", "stage", "township", "setting", "owner")
    heads = [brief.say(f"cell.{key}") for key in keys]
    for year in (base, target):
        heads += [brief.say("cell.seats_in", year=year), brief.say("cell.roll_in", year=year)]
    caption = "annexes.schools" if brief.has_plan else "annexes.schools_alone"
    return Grid(
        "schools", brief.say(caption, base=base, target=target),
        (*heads, brief.say("cell.remark")), tuple(rows), tuple(marks),
        shares=(0.8, 2.9, 1.2, 2.1, 0.8, 1.6, 0.9, 0.9, 0.9, 0.9, 1.3), words=6, annex=True,
        long=(10,),
    )  # fmt: skip


def _pick(rows: pd.DataFrame, key: tuple[str, str]) -> tuple[str, str]:
    if key not in rows.index or not (rows.seats[key] or rows.pupils[key]):
        return "–", "–"
    return format_count(rows.seats[key]), format_count(rows.pupils[key])


def _remark(brief: Brief, trait: pd.Series) -> str:
    """Say when a school opens or closes, where it does in the years of the plan."""
    opened, closes = trait.opened, trait.closes
    said = []
    if pd.notna(opened) and opened > brief.district.base_year:
        said.append(brief.say("annexes.opens", year=int(opened)))
    if pd.notna(closes):
        said.append(brief.say("annexes.closes", year=int(closes)))
    return brief.names[-1].join(said)


def _tabulate_steps(brief: Brief) -> Iterator[Grid]:
    """List what the plan builds and extends, then the schools that it closes, where it does."""
    grows, closures = list_grows(brief), brief.results[-1].closures
    if len(grows):
        yield tabulate_grows(brief, grows)
    if len(closures):
        yield tabulate_closing(brief, closures)


def tabulate_areas(brief: Brief) -> Grid:
    """List every catchment of a compulsory stage with its village units, seats and residents."""
    names, year = brief.names[-1], brief.target
    rows, marks = [], []
    schools = brief.results[-1].schools.xs(year, level="year")
    drawn = [
        stage.code for stage in brief.plan.standards.stages if stage.intake == "catchment"
    ] or brief.zoned
    for stage in drawn:
        own = schools.xs(stage, level="stage")
        for school, row in own[own.residents > 0].iterrows():
            units = list_catchment(brief.plan, names, str(school), stage, year)
            rows.append(
                (
                    names.schools[str(school)],
                    names.stages[stage],
                    names.join(units) or "–",
                    format_count(row.seats),
                    format_count(row.residents),
                    format_count(row.balance, signed=True),
                )
            )
            marks.append(mark("areas", stage, school))
    keys = ("school", "stage", "units", "seats", "residents", "balance")
    caption = "annexes.areas" if brief.has_plan else "annexes.areas_alone"
    return Grid(
        "areas", brief.say(caption, year=year),
        tuple(brief.say(f"cell.{key}") for key in keys), tuple(rows), tuple(marks),
        shares=(2.4, 1.1, 7, 1, 1.2, 1), words=3, annex=True, note=brief.say("annexes.areas_note"),
    )  # fmt: skip


def _tabulate_shortages(brief: Brief) -> Iterator[Grid]:
    """List every catchment that has a shortage in some year, as it is and with the plan."""
    keys = ["stage", "school"]
    sides = [list_short_catchments(brief, at).set_index(keys) for at in brief.sides]
    both = sides[0].index.union(sides[-1].index, sort=False)
    if not len(both):
        return
    rows = []
    for stage, school in both:
        cells = []
        for side in sides:
            known = (stage, school) in side.index
            row = side.loc[(stage, school)] if known else None
            cells += (
                [
                    str(row["first"]),
                    str(row.worst),
                    format_count(row.most),
                    format_count(row["last"]),
                ]
                if row is not None
                else ["–"] * 4
            )
        name = brief.names[-1].schools[school]
        rows.append((name, brief.names[-1].stages[stage], *cells))
    last = brief.district.horizon
    four = ("cell.since", "cell.worst_year", "cell.worst_shortage")
    heads = [brief.say("cell.school"), brief.say("cell.stage")]
    for key in ("annexes.today", "annexes.plan")[: len(sides)]:
        words = [*(brief.say(one) for one in four), brief.say("cell.last_shortage", year=last)]
        heads += [brief.say(key, name=word) for word in words]
    yield Grid(
        "shortages", brief.say("annexes.shortages"), tuple(heads), tuple(rows),
        tuple(mark("shortages", *key) for key in both),
        shares=(2.6, 1, *[1.1] * (4 * len(sides))), words=2, annex=True,
    )  # fmt: skip


def tabulate_places(brief: Brief) -> Grid:
    """Tabulate the balance of every township and zoned stage, now, with the plan, at the end."""
    names, last = brief.names[-1], brief.district.horizon
    base, target = brief.district.base_year, brief.target
    sides = [brief.results[at].places.balance.xs("township", level="level") for at in brief.sides]
    years = list(dict.fromkeys([target, last]))
    rows, marks = [], []
    for place in sides[0].index.unique("place"):
        for stage in brief.zoned:
            cells = [sides[0][place, stage, base]]
            cells += [side[place, stage, year] for year in years for side in sides]
            told = [format_count(cell, signed=True) for cell in cells]
            rows.append((names.places.get(str(place), str(place)), names.stages[stage], *told))
            marks.append(mark("places", place, stage))
    heads = [brief.say("cell.township"), brief.say("cell.stage")]
    heads.append(brief.say("cell.last_balance", year=base))
    for year in years:
        heads += name_sides(brief, year)
    return Grid(
        "places", brief.say("annexes.places"), tuple(heads), tuple(rows), tuple(marks),
        shares=(2, 1, *[1.2] * (len(heads) - 2)), words=2, annex=True,
    )  # fmt: skip
