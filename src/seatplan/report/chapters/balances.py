"""Chapter: seats against pupils if nothing is done: district, townships, catchments."""

from __future__ import annotations

import pandas as pd

from seatplan.report.brief import Brief, list_rows
from seatplan.report.chapters.outlook import list_years
from seatplan.report.parts import Grid, Heading, Paragraph, Part, cite, mark, refer
from seatplan.views.catalogue import format_count
from seatplan.views.sentences import find_peak, tell_catchments, tell_district

MOST = 15  # rows of catchments in the text; the annex holds all
NAMED = 3  # places that a sentence names


def write_balances(brief: Brief) -> list[Part]:
    """Write the chapter."""
    said: list[Part] = [
        Heading(1, brief.say("balances.title")),
        Heading(2, brief.say("balances.district")),
        Paragraph(brief.say("balances.lead", table=cite("balances"))),
    ]
    for stage in brief.today.standards.stages:
        figures, name = brief.figures(brief.today, stage.code), brief.names[0].stages[stage.code]
        told = [tell_district(figures, brief.language)]
        if stage.code in brief.zoned:
            told.insert(0, tell_catchments(figures, brief.language))
        said.append(Paragraph(brief.say("balances.of", stage=name, told=brief.join(told))))
    said.append(tabulate_balances(brief))
    return [*said, *_write_townships(brief), *_write_catchments(brief)]


def tabulate_balances(brief: Brief) -> Grid:
    """Tabulate seats, pupils, balance and shortage by stage and year, as things are."""
    rows, marks = [], []
    for stage in brief.today.standards.stages:
        for year in list_years(brief):
            row = brief.count(brief.today, stage.code, year)
            rows.append(
                (
                    brief.names[0].stages[stage.code],
                    str(year),
                    format_count(row.seats),
                    format_count(row.pupils),
                    format_count(row.balance, signed=True),
                    brief.tell_zoned(stage, row.catchment_shortage),
                    format_count(row.district_shortage),
                )
            )
            marks.append(mark("balances", stage.code, year))
    keys = ("stage", "year", "seats", "residents", "balance")
    heads = [brief.say(f"cell.{key}") for key in (*keys, "catchment_shortage", "district_shortage")]
    return Grid(
        "balances", brief.say("balances.table"), tuple(heads), tuple(rows), tuple(marks), words=2
    )


def name_sides(brief: Brief, year: int) -> list[str]:
    """Return the heads of a year: as it is and, where there is a plan, with the plan."""
    sides = ("of_today", "of_plan") if brief.has_plan else ("of_today",)
    return [brief.say(f"cell.{side}", year=year) for side in sides]


def _write_townships(brief: Brief) -> list[Part]:
    """Write which townships have fewer seats than resident pupils, and since when."""
    rows, marks, said = [], [], []
    places = brief.results[0].places.balance.xs("township", level="level")
    last = brief.district.horizon
    for stage in brief.zoned:
        table = pd.DataFrame(places.xs(stage, level="stage").unstack("year"))
        below = table[(table < 0).any(axis=1)]
        below = below.loc[below.min(axis=1).sort_values(kind="stable").index]
        name = brief.names[0].stages[stage]
        for place, balance in below.iterrows():
            years = balance.index[balance < 0]
            worst = find_peak(-balance)
            rows.append(
                (
                    name,
                    brief.names[0].places[str(place)],
                    str(years[0]),
                    str(worst),
                    format_count(balance[worst], signed=True),
                    format_count(balance[last], signed=True),
                )
            )
            marks.append(mark("townships", stage, place))
        said.append(_say_townships(brief, stage, below))
    if not rows:
        return [Heading(2, brief.say("balances.townships")), Paragraph(said[0])] if said else []
    keys = ("stage", "township", "since", "worst_year", "worst_balance")
    heads = (
        *(brief.say(f"cell.{key}") for key in keys),
        brief.say("cell.last_balance", year=last),
    )
    grid = Grid(
        "townships", brief.say("balances.townships_table"), heads, tuple(rows), tuple(marks),
        shares=(1.2, 2.2, 1, 1, 1.2, 1.2), words=2, note=brief.say("balances.townships_note"),
    )  # fmt: skip
    return [
        Heading(2, brief.say("balances.townships")),
        Paragraph(brief.say("balances.townships_lead", table=cite("townships"))),
        *(Paragraph(sentence) for sentence in said),
        grid,
    ]


def _say_townships(brief: Brief, stage: str, below: pd.DataFrame) -> str:
    name = brief.names[0].stages[stage]
    if below.empty:
        return brief.say("balances.no_township", stage=name)
    named = []
    for place, balance in below.head(NAMED).iterrows():
        worst = find_peak(-balance)
        number = refer(mark("townships", stage, place), format_count(-balance[worst]))
        named.append(
            brief.say(
                "balances.township",
                name=brief.names[0].places[str(place)],
                year=worst,
                n=number,
            )
        )
    return brief.say(
        "balances.some_townships",
        stage=name,
        k=len(below),
        list=brief.names[0].join(named),
        more=brief.say("present.more") if len(below) > NAMED else "",
    )


def list_short_catchments(brief: Brief, at: int = 0) -> pd.DataFrame:
    """List the catchments that have a shortage in some year, the largest first.

    Columns: stage, school, first (year), worst (year), most (pupils), last (pupils, last year).
    """
    rows = []
    schools = brief.results[at].schools.balance
    for stage in brief.zoned:
        table = pd.DataFrame(schools.xs(stage, level="stage").unstack("year"))
        for school, balance in table[(table < 0).any(axis=1)].iterrows():
            years, worst = balance.index[balance < 0], find_peak(-balance.fillna(0))
            end = balance.iloc[-1]
            rows.append(
                (
                    stage, school, int(years[0]), worst, int(-balance[worst]),
                    int(max(-end, 0)) if end == end else 0,
                )
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=["stage", "school", "first", "worst", "most", "last"])
    return table.sort_values("most", ascending=False, kind="stable")


def _write_catchments(brief: Brief) -> list[Part]:
    """Write which catchments have a shortage, the largest in a table."""
    table = list_short_catchments(brief)
    if table.empty:
        return [
            Heading(2, brief.say("balances.catchments")),
            Paragraph(brief.say("balances.no_catchment")),
        ]
    shown = table.head(MOST)
    names = brief.names[0]
    rows = [
        (
            names.schools[row.school],
            names.stages[row.stage],
            names.townships.get(row.school, ""),
            str(row.first),
            str(row.worst),
            format_count(row.most),
            format_count(row.last),
        )
        for row in list_rows(shown)
    ]
    marks = [mark("catchments", row.stage, row.school) for row in list_rows(shown)]
    keys = ("school", "stage", "township", "since", "worst_year", "worst_shortage")
    heads = (
        *(brief.say(f"cell.{key}") for key in keys),
        brief.say("cell.last_shortage", year=brief.district.horizon),
    )
    counts = table.groupby("stage", sort=False).agg(k=("school", "size"), first=("first", "min"))
    told = [
        brief.say(
            "balances.catchments_of",
            stage=names.stages[str(stage)],
            k=int(row.k),
            first=int(row["first"]),
        )
        for stage, row in counts.iterrows()
    ]
    cut = len(shown) < len(table)
    lead = brief.say(
        "balances.catchments_lead" if cut else "balances.catchments_all",
        table=cite("catchments"),
        n=len(shown),
        list=names.join(told),
    )
    caption = "balances.catchments_table" if cut else "balances.catchments_each"
    grid = Grid(
        "catchments", brief.say(caption, n=len(shown)), heads, tuple(rows), tuple(marks),
        shares=(2.4, 1.3, 1.3, 0.9, 0.9, 1.3, 1.3), words=3,
    )  # fmt: skip
    return [Heading(2, brief.say("balances.catchments")), Paragraph(lead), grid]
