"""The tables of the workbook: the same rows as the CSV files, with names, scenarios together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from seatplan.report.brief import Brief
from seatplan.report.names import add_names
from seatplan.views.catalogue import say

SHOWN = [
    *("seats", "pupils", "balance", "catchment_shortage", "roll_over_seats", "district_shortage"),
    *("unplaced", "classes", "large_classes", "walk_m"),
]
CODES = ("stage", "grade", "code", "place")  # that have names beside them
EVERY = 5  # years between the columns that are set side by side


@dataclass(frozen=True)
class Tab:
    """A table of the workbook.

    Parameters
    ----------
    key
        What it is called in `tab.KEY` and explained in `about.KEY`.
    table
        Its rows; the columns are keys of headings.
    formulas
        Column -> the two columns whose difference it is.
    shown
        Column -> the value that is shown when the workbook is opened; the other rows are filtered.
    frozen
        Columns on the left that stay in sight.
    """

    key: str
    table: pd.DataFrame
    formulas: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
    frozen: int = 1


def tabulate_years(brief: Brief) -> Tab:
    """Tabulate the district by scenario, stage and year."""
    table = brief.comparison.table[SHOWN].reset_index()
    table = table.rename(columns={"pupils": "residents"})
    rows = add_names(table, brief.names[-1]).assign(scenario=_title(brief, table.scenario))
    return Tab("years", _lead(rows), {"balance": ("seats", "residents")}, frozen=3)


def tabulate_townships(brief: Brief) -> Tab:
    """Tabulate each township's seats, pupils and balance, by scenario, stage and year."""
    rows = _stack(brief, "places")
    rows = rows[rows.level != say("level.district", brief.language)].drop(columns="level")
    return Tab("townships", rows, {"balance": ("seats", "residents")}, _last_plan(brief), 3)


def tabulate_catchments(brief: Brief) -> Tab:
    """Tabulate each catchment's seats, residents and balance, by scenario, stage and year."""
    rows = _stack(brief, "schools")
    zoned = [brief.names[0].stages[code] for code in brief.zoned]
    held = rows.stage_name.isin(zoned) & ((rows.seats > 0) | (rows.residents > 0))
    rows = rows[held].drop(columns=["classrooms", "pupils", "walk_m"])
    rows = rows.assign(catchment_shortage=(-rows.balance).clip(lower=0))
    return Tab("catchments", rows, {"balance": ("seats", "residents")}, _last_plan(brief), 3)


def tabulate_schools(brief: Brief) -> Tab:
    """Tabulate each school's rooms, seats, roll and mean walk, by scenario, stage and year."""
    rows = _stack(brief, "schools").drop(columns=["residents", "balance"])
    rows.insert(list(rows.columns).index("walk_m"), "spare", rows.seats - rows.pupils)
    traits = [
        _describe_schools(brief, at).reindex(rows.school[rows.scenario == title])
        for at, title in enumerate(brief.titles)
    ]
    rows = pd.concat(
        [rows.reset_index(drop=True), pd.concat(traits).reset_index(drop=True)], axis=1
    )
    held = (rows.seats > 0) | (rows.pupils > 0)
    return Tab("schools", rows[held], {"spare": ("seats", "pupils")}, _last_plan(brief), 3)


def tabulate_flags(brief: Brief) -> Tab:
    """Tabulate every limit that is passed, with its clause, by scenario and year."""
    rows = _stack(brief, "flags", keep=("code",))
    held = {item.code: item for outcome in brief.outcomes for item in outcome.standards.standards}
    checked = {code: say(f"checked.{item.checked}", brief.language) for code, item in held.items()}
    cited = {item.source: item.cite(brief.language) for item in held.values()}
    units = {code: item.count_in(brief.language) for code, item in held.items()}
    rows = rows.assign(
        source=rows.source.replace(cited),
        measured_in=rows.code.map(units),
        checked=rows.code.map(checked),
    )
    order = [*rows.columns.drop(["code", "source", "measured_in", "checked"])]
    order.insert(order.index("limit") + 1, "measured_in")
    return Tab("flags", rows[[*order, "source", "checked"]], {}, _last_plan(brief), 3)


def tabulate_side_by_side(brief: Brief) -> Tab:
    """Set the figures of every scenario side by side, each with its difference from the first.

    A row for each stage and figure; for every fifth year and the last a column a scenario.
    """
    table = brief.comparison.table[SHOWN].rename(columns={"pupils": "residents"})
    years = sorted(table.index.unique("year"))
    years = list(dict.fromkeys([*years[::EVERY], years[-1]]))
    long = table.rename_axis("figure", axis=1).stack().unstack("scenario")
    keys = [
        (stage.code, figure)
        for stage in brief.today.standards.stages
        for figure in table.columns
        if not (stage.intake == "seats" and figure == "catchment_shortage")
    ]
    columns: dict[str, Any] = {
        "stage_name": [brief.names[0].stages[stage] for stage, _ in keys],
        "figure": [say(f"heading.{figure}", brief.language) for _, figure in keys],
    }
    formulas = {}
    names = [outcome.scenario.name for outcome in brief.outcomes]
    for year in years:
        first = f"{year} {brief.titles[0]}"
        for name, title in zip(names, brief.titles, strict=True):
            column = f"{year} {title}"
            columns[column] = [long[name][stage, year, figure] for stage, figure in keys]
            if column != first:
                less = say("about.difference", brief.language, scenario=column)
                formulas[less] = (column, first)
                columns[less] = [
                    one - other for one, other in zip(columns[column], columns[first], strict=True)
                ]
    return Tab("side_by_side", pd.DataFrame(columns), formulas, frozen=2)


def _stack(brief: Brief, name: str, keep: tuple[str, ...] = ()) -> pd.DataFrame:
    """Stack one table of every outcome, with names in place of codes but those of `keep`."""
    parts = []
    for results, names, title in zip(brief.results, brief.names, brief.titles, strict=True):
        rows = add_names(getattr(results, name), names)
        rows.insert(0, "scenario", title)
        parts.append(rows)
    rows = pd.concat(parts, ignore_index=True)
    return _lead(rows).join(rows[list(keep)])


def _lead(rows: pd.DataFrame) -> pd.DataFrame:
    """Put scenario, year and stage, by which people filter, first; codes of stages go."""
    lead = [name for name in ("scenario", "year", "stage_name") if name in rows]
    return rows[[*lead, *rows.columns.drop([*lead, *CODES], errors="ignore")]]


def _title(brief: Brief, scenario: pd.Series[str]) -> pd.Series[str]:
    names = [outcome.scenario.name for outcome in brief.outcomes]
    return scenario.map(dict(zip(names, brief.titles, strict=True)))


def _last_plan(brief: Brief) -> dict[str, Any]:
    """Show the plan in the year of its last step when the workbook is opened."""
    return {"scenario": brief.titles[-1], "year": brief.target}


def _describe_schools(brief: Brief, at: int) -> pd.DataFrame:
    """Return kind, setting, ownership, opening, closing and label of each school, in words."""
    schools, names = brief.outcomes[at].district.schools, brief.names[at]
    return pd.DataFrame(
        {
            "kind": schools.kind.map(names.kinds),
            "setting": [names.word(f"setting.{setting}") for setting in schools.setting],
            "ownership": [names.word(f"ownership.{owner}") for owner in schools.ownership],
            "opens": schools.opened.astype("Int64"),
            "closes": schools.closes.astype("Int64"),
            "provenance": [
                names.word(f"provenance.{label}") if isinstance(label, str) else ""
                for label in schools.provenance
            ],
        },
        index=schools.index,
    )
