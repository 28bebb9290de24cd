"""Map sheets of what a plan changes: its layout, what is built soon, what closes."""

from __future__ import annotations

import pandas as pd

from seatplan.report.brief import Brief, list_rows
from seatplan.report.projects import list_projects
from seatplan.report.sheets.standing import mark_school, show_settings
from seatplan.report.sheets.subjects import Entry, Listing, Mark, Subject
from seatplan.views.catalogue import format_count

COUNTED = {
    "fresh": "plate.count_new", "grown": "plate.count_grown", "shrunk": "plate.count_shrunk",
    "closed": "plate.count_closed",
}  # fmt: skip
SOON = 5  # years from the base year within which building is near-term (近期: 五年)


def list_changes(brief: Brief) -> pd.DataFrame:
    """List what the plan builds, extends and closes, with the sign of each change."""
    table = list_projects(brief) if brief.has_plan else list_projects(brief)[:0]
    base = brief.district.base_year
    opened = brief.plan.district.schools.opened.astype("Float64").reindex(table.school)
    fresh = (opened.fillna(base).astype(float) > base).to_numpy()
    stands = brief.plan.measure("classrooms").groupby(["school", "year"]).sum()
    empty = [int(stands.get((row.school, row.year), 0)) == 0 for row in list_rows(table)]
    signs = [
        "closed" if rows.rooms < 0 and gone else "fresh" if new and rows.rooms > 0
        else "grown" if rows.rooms > 0 else "shrunk"
        for rows, gone, new in zip(list_rows(table), empty, fresh, strict=True)
    ]  # fmt: skip
    return table.assign(sign=signs)


def show_layout(brief: Brief, changes: pd.DataFrame, stage: str) -> Subject | None:
    """Show the schools of a stage in the plan's year, with the `changes` of `list_changes`."""
    changes, year = changes[changes.stage == stage], brief.target
    if changes.empty:
        return None
    rows = brief.results[-1].schools.xs((stage, year), level=("stage", "year"))
    signs = dict(zip(changes.school, changes.sign, strict=True))
    standing = [str(school) for school in rows.index[rows.seats > 0] if school not in signs]
    marks = [mark_school(brief, -1, school, "none") for school in standing]
    marks += [
        mark_school(brief, -1, str(row.school), row.sign, rank=0, figure=_tell_size(brief, row))
        for row in list_rows(changes.drop_duplicates("school", keep="last"))
    ]
    entries = [*_explain_signs(brief, changes), Entry("none", brief.say("plate.unchanged"))]
    words = brief.names[-1].stages[stage]
    return Subject(
        key=f"layout-{stage}",
        title=brief.say("plate.layout", district=brief.place, stage=words, year=year),
        told=brief.say(
            "plate.layout_told", plan=brief.titles[-1], parts=_sum_changes(brief, changes),
            rooms=format_count(changes.rooms.sum(), signed=True), n=format_count(len(standing)),
        ),
        fills=tuple(show_settings(brief)), marks=tuple(marks), entries=tuple(entries),
        listing=_list_changes(brief, changes),
        caption=brief.say("plate.layout_caption", stage=words, year=year),
    )  # fmt: skip


def _sum_changes(brief: Brief, changes: pd.DataFrame) -> str:
    """Say how many schools open, grow, shrink and close, of those that there are."""
    counts = changes.drop_duplicates("school", keep="last").sign.value_counts()
    told = [
        brief.say(key, n=format_count(counts[sign]))
        for sign, key in COUNTED.items()
        if sign in counts.index
    ]
    return brief.names[-1].join(told)


def _tell_size(brief: Brief, row: pd.Series) -> str:
    """Say how many rooms a change brings, and when."""
    return brief.say("plate.size", n=format_count(row.rooms, signed=True), year=row.year)


def _explain_signs(brief: Brief, changes: pd.DataFrame) -> list[Entry]:
    order = ("fresh", "grown", "shrunk", "closed")
    return [Entry(sign, brief.say(f"plate.{sign}")) for sign in order if sign in set(changes.sign)]


def _list_changes(brief: Brief, changes: pd.DataFrame, numbers: bool = False) -> Listing:
    """List changes: name, kind, classrooms, year; numbered where the map shows numbers."""
    keys = ["school", "step", "rooms", "year"]
    heads = [brief.say(f"plate.{key}") for key in keys]
    rows = []
    for at, row in enumerate(list_rows(changes), 1):
        cells = [
            row.school_name,
            brief.say(f"plate.{row.sign}_short"),
            format_count(row.rooms, signed=True),
            str(row.year),
        ]
        if numbers:
            cells = [str(at), *cells]
        rows.append(tuple(cells))
    shares = (5.4, 1.4, 1.3, 1.3)
    if numbers:
        return Listing((brief.say("plate.number"), *heads), tuple(rows), (0.9, *shares),
                       brief.say("plate.projects"))  # fmt: skip
    return Listing(tuple(heads), tuple(rows), shares, brief.say("plate.projects"))


def show_soon(brief: Brief, changes: pd.DataFrame) -> Subject | None:
    """Show what is built within five years of the base year, numbered as in the table."""
    base = brief.district.base_year
    changes = changes[(changes.year <= base + SOON) & (changes.rooms > 0)]
    if changes.empty:
        return None
    last = int(changes.year.max())
    numbers: dict[str, list[int]] = {}
    for at, row in enumerate(list_rows(changes), 1):
        numbers.setdefault(str(row.school), []).append(at)
    marks = _others(brief, last, set(changes.school)) + [
        mark_school(brief, -1, str(row.school), row.sign, rank=0,
                    number="/".join(map(str, numbers[str(row.school)])))
        for row in list_rows(changes.drop_duplicates("school", keep="last"))
    ]  # fmt: skip
    entries = [*_explain_signs(brief, changes), Entry("dot", brief.say("plate.other"))]
    span = {"first": base + 1, "last": base + SOON}
    return Subject(
        key="near-term",
        title=brief.say("plate.soon", district=brief.place, **span),
        told=brief.say(
            "plate.soon_told", plan=brief.titles[-1], n=format_count(len(changes)),
            rooms=format_count(changes.rooms.sum()), seats=format_count(changes.added.sum()),
        ),
        fills=tuple(show_settings(brief)), marks=tuple(marks), entries=tuple(entries),
        listing=_list_changes(brief, changes, numbers=True),
        caption=brief.say("plate.soon_caption", **span),
    )  # fmt: skip


def _others(brief: Brief, year: int, shown: set[str]) -> list[Mark]:
    """Return the schools that stand in a year and are not shown, as dots without names."""
    rows = brief.results[-1].schools.xs(year, level="year")
    standing = dict.fromkeys(rows.index.get_level_values("school")[rows.seats > 0])
    return [
        mark_school(brief, -1, str(school), "dot", named=False)
        for school in standing
        if school not in shown
    ]


def show_closures(brief: Brief, changes: pd.DataFrame) -> Subject | None:
    """Show which schools close and where their pupils go, with how many."""
    closures = brief.results[-1].closures
    closing = changes[changes.sign == "closed"]
    if closing.empty:
        return None
    places = brief.plan.district.schools.geometry
    gone = list(dict.fromkeys(closing.school))
    ways = closures[closures["into"].isin(places.index)].drop_duplicates(["school", "into"])
    heirs = [str(heir) for heir in dict.fromkeys(ways["into"]) if heir not in gone]
    pupils = closing.groupby("school", sort=False).pupils.sum()
    marks = _others(brief, brief.target, {*gone, *heirs})
    marks += [mark_school(brief, -1, heir, "heir", rank=0) for heir in heirs]
    marks += [
        mark_school(brief, -1, school, "closed", rank=0,
                    figure=brief.say("plate.moving", n=format_count(pupils[school])))
        for school in gone
    ]  # fmt: skip
    arrows = [
        (*places[row.school].coords[0][:2], *places[row.into].coords[0][:2])
        for row in list_rows(ways)
    ]
    entries = [Entry("closed", brief.say("plate.closed"))]
    if heirs:
        entries.append(Entry("heir", brief.say("plate.heir")))
    entries.append(Entry("dot", brief.say("plate.other")))
    last = int(closing.year.max())
    return Subject(
        key="closures",
        title=brief.say("plate.closures", district=brief.place, last=last),
        told=brief.say("plate.closures_told", plan=brief.titles[-1], n=format_count(len(gone)),
                       pupils=format_count(pupils.sum())),
        fills=tuple(show_settings(brief)), marks=tuple(marks), entries=tuple(entries),
        arrows=tuple(arrows), listing=_list_closing(brief, closing),
        caption=brief.say("plate.closures_caption", last=last),
    )  # fmt: skip


def _list_closing(brief: Brief, closing: pd.DataFrame) -> Listing:
    """List the schools that close with the year, their pupils and who takes them."""
    return Listing(
        tuple(brief.say(f"plate.{key}") for key in ("school", "year", "moved", "into")),
        tuple(
            (row.school_name, str(row.year), format_count(row.pupils), row.takes or "–")
            for row in list_rows(closing)
        ),
        (4.0, 1.4, 1.4, 4.0),
        brief.say("plate.closing"),
    )  # fmt: skip
