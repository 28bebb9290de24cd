"""What a plan builds, extends and closes: school by school, with place, size, year and pupils."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from seatplan.district.stages import name_rows
from seatplan.outcome import Outcome
from seatplan.remedies.prices import WAN, Bill, Item, sum_bill
from seatplan.report.brief import Brief, list_rows
from seatplan.report.names import Names
from seatplan.report.tables import Tab
from seatplan.scenarios.interventions import Intervention, NewSchool

COLUMNS = [
    *("kind", "step", "school", "school_name", "township", "setting", "stage", "stage_name"),
    *("year", "rooms", "added", "pupils", "pupils_last", "wan_low", "wan", "wan_high"),
    *("land_m2", "where", "takes", "source"),
]
# Kind of step -> what is paid for.
PRICED: dict[str, Item] = {
    "new_school": "new_seat",
    "expand": "expand_room",
    "convert": "convert_room",
}


def list_projects(brief: Brief, at: int = -1) -> pd.DataFrame:
    """List each change of classrooms that a plan makes, by year, school and stage.

    A change is read from the classrooms in force, so that mergers by a rule are listed school by
    school. Columns: kind and step (its word), school and its names, year, rooms and added
    (classrooms and seats, below zero where they go), pupils (on roll in that year; of a school that
    closes, those who go on elsewhere, as the table of closures counts them), pupils_last (in the
    last year), wan_low, wan, wan_high (what the building costs, 10,000 yuan, by `brief.costs`;
    without land), land_m2, where (site or block), takes (whose blocks it takes, or who takes its
    pupils), source (as the plan's step says it).
    """
    plan, names = brief.outcomes[at], brief.names[at]
    moves = _find_changes(brief.today, plan)
    rows = [
        _describe(brief.today, plan, names, str(school), str(stage), int(year), int(rooms))
        for (school, stage, year), rooms in zip(moves.index, moves, strict=True)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    sums = [sum_bill(bill_project(row), brief.costs) for row in list_rows(table)]
    for name, part in (("wan_low", "low"), ("wan", "medium"), ("wan_high", "high")):
        table[name] = [round(getattr(each, part) / WAN) for each in sums]
    leaving = brief.results[at].closures.groupby(["school", "stage"]).pupils.sum()
    keys = pd.MultiIndex.from_frame(table[["school", "stage"]])
    closing = keys.isin(leaving.index) & (table.rooms < 0).to_numpy()
    table.loc[closing, "pupils"] = leaving.reindex(keys[closing]).to_numpy()
    return table.sort_values(["year", "rooms"], ascending=[True, False], kind="stable")


def bill_project(row: Any) -> Bill:
    """Return what of a project costs money: seats of a new school, else classrooms.

    `row` is one of `list_projects`; what closes costs nothing.
    """
    if row.rooms <= 0 or row.kind not in PRICED:
        return {}
    item = PRICED[row.kind]
    return {(item, row.stage): float(row.added if item == "new_seat" else row.rooms)}


def tabulate_projects(brief: Brief) -> Tab:
    """Tabulate the changes of every plan."""
    parts = [
        list_projects(brief, at).assign(scenario=title)
        for at, title in enumerate(brief.titles)
        if at
    ]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=[*COLUMNS, "scenario"])
    lead = ["scenario", "step", "year", "school_name", "stage_name"]
    others = [name for name in COLUMNS if name not in (*lead, "kind", "stage")]
    return Tab("projects", table[[*lead, *others]].reset_index(drop=True), frozen=4)


def list_catchment(outcome: Outcome, names: Names, school: str, stage: str, year: int) -> list[str]:
    """List the village units whose blocks lie in a school's catchment, in the blocks' order.

    A unit only some of whose blocks do is marked as a part.
    """
    blocks = outcome.balance.blocks.school.xs((stage, year), level=("stage", "year"))
    units = pd.Series(names.units)
    own = units[units.index.isin(blocks.index[blocks == school])]
    counts, whole = own.value_counts(), units.value_counts()
    return [
        unit if counts[unit] == whole[unit] else names.word("project.part", unit=unit)
        for unit in dict.fromkeys(own)
    ]


def _find_changes(today: Outcome, plan: Outcome) -> pd.Series[int]:
    """Return the rooms that a plan adds or takes away, per (`school`, `stage`, `year`)."""
    before, after = today.measure("classrooms"), plan.measure("classrooms")
    more = after.sub(before.reindex(after.index).fillna(0)).astype(int)
    years = more.unstack("year").fillna(0).astype(int)
    moved = pd.Series(years.diff(axis=1).fillna(years.iloc[:, [0]]).astype(int).stack())
    return moved[moved != 0]


def _describe(
    today: Outcome, plan: Outcome, names: Names, school: str, stage: str, year: int, rooms: int
) -> dict[str, object]:
    """Describe one change of classrooms."""
    step, source = _find_step(plan, school, year, rooms, names.language)
    row = plan.district.schools.loc[school]
    key, horizon = (school, stage), plan.district.horizon
    closing = step in ("close", "merge")
    rolls = (today if closing else plan).measure("pupils")
    takes = _name_heirs(plan, names, school, stage, year) if closing else []
    return {
        "kind": step,
        "step": names.word(f"step.{step}"),
        "school": school,
        "school_name": names.schools[school],
        "township": names.townships.get(school, ""),
        "setting": names.word(f"setting.{row.setting}"),
        "stage": stage,
        "stage_name": names.stages[stage],
        "year": year,
        "rooms": rooms,
        "added": _seats(plan, key, year) - _seats(plan, key, year - 1),
        "pupils": int(rolls.get((*key, year), 0)),
        "pupils_last": int(plan.measure("pupils").get((*key, horizon), 0)),
        "land_m2": row.land_m2,
        "where": _find_place(plan, names, school),
        "takes": names.join(takes or list_catchment(plan, names, school, stage, year)),
        "source": source,
    }


def _seats(outcome: Outcome, key: tuple[str, str], year: int) -> int:
    return int(outcome.measure("seats").get((*key, year), 0))


def _find_step(plan: Outcome, school: str, year: int, rooms: int, language: str) -> tuple[str, str]:
    """Return the kind of the step that changes a school in a year, and its source."""
    steps = list(_list_steps(plan, school, year, rooms))
    if steps:
        return steps[0].kind, steps[0].cite(language)
    return ("expand" if rooms > 0 else "close"), ""


def _list_steps(plan: Outcome, school: str, year: int, rooms: int) -> Iterator[Intervention]:
    """Yield the steps of a year that name the school, then mergers by a rule that found it."""
    turn = [step for step in plan.scenario.interventions if step.year == year]
    merged = school in plan.district.successors.index and rooms < 0
    if not merged:
        yield from (step for step in turn if school in step.list_schools())
    else:
        mergers = [step for step in turn if step.kind == "merge"]
        yield from sorted(mergers, key=lambda step: school not in step.list_schools())


def _name_heirs(plan: Outcome, names: Names, school: str, stage: str, year: int) -> list[str]:
    """Name the schools that take a closing school's catchment."""
    successors = plan.district.successors
    if school in successors.index:
        return [names.schools[str(successors.into[school])]]
    zones = plan.balance.blocks.school.xs(stage, level="stage").unstack("year")
    if year - 1 not in zones:
        return []
    heirs = zones[year][zones[year - 1] == school]
    return [names.schools[heir] for heir in dict.fromkeys(heirs) if heir]


def _find_place(plan: Outcome, names: Names, school: str) -> str:
    """Say where a school stands: its candidate site, else the village unit of its township."""
    sites = plan.district.sites
    for step in plan.scenario.interventions:
        if isinstance(step, NewSchool) and step.school == school and step.site in sites.index:
            called = name_rows(sites, names.language)[str(step.site)]
            return names.word("project.site", name=called, site=step.site)
    schools = plan.district.schools
    unit = schools.unit[school] if "unit" in schools else None
    return names.places.get(str(unit), "") if isinstance(unit, str) else ""
