"""The early warning as a page of Markdown, in Chinese or in English."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from seatplan.findings.later_use import LaterUse
from seatplan.findings.thresholds import LEVELS, REMEDIES
from seatplan.findings.warning import Warnings
from seatplan.findings.wave import STRANDED_AFTER
from seatplan.literal import escape_markup
from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import name_codes
from seatplan.views.admissions import draw_entrants, draw_list, name_catchment
from seatplan.views.catalogue import format_share, say
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title

SOON = 3  # years within which a limit is said to be passed soon


def write_warnings(found: Warnings, language: str = "zh") -> str:
    """Write the early warning of a plan as Markdown, in Chinese ("zh") or English ("en")."""
    plan, rows = found.plan, found.catchments
    chance = say("warn.certain", language)
    if found.futures:
        basis = say(f"warn.from_{found.basis}", language)
        chance = say("warn.by_chance", language, count=f"{found.futures:,}", basis=basis)
    scenario = escape_markup(plan.scenario.title.of(language))
    counts = {level: int((rows.level == level).sum()) for level in LEVELS}
    parts = [
        draw_title(plan.district.name.of(language), say("warn.title", language), language),
        say("warn.intro", language, scenario=scenario, now=found.now, chance=chance),
        tell_data(plan, language),
        say("warn.count", language, **counts),
        _head("list", language),
        _draw_warnings(found, language),
        *_tell_intakes(plan, rows, language),
        _head("entry", language, year=found.entry_year),
        say("warn.entry_note", language),
        draw_entrants(plan, found.entrants, language),
        _head("growing", language),
        _draw_growing(plan, found.growing, language),
        _head("tripped", language),
        _draw_tripped(plan, found.limits, language),
        _head("wave", language),
        _draw_waves(plan, found.waves, language),
    ]
    if found.came is not None:
        warned = found.came.warned.max() if len(found.came) else 0
        key = "came" if warned else "came_unsaid"
        parts.append(_head(key, language, warned=warned, year=found.now))
        parts.append(_draw_came(plan, found.came, language))
    if len(found.stranded):
        parts += [_head("stranded", language), say("warn.stranded_note", language)]
        parts.append(draw_stranded(plan, found.stranded, language))
    if found.later is not None and len(found.later.table):
        parts.append(say("warn.later_note", language))
        parts.append(_draw_later(plan, found.later, language))
    return "\n\n".join(parts) + "\n"


def _head(key: str, language: str, **values: object) -> str:
    return f"## {say(f'warn.{key}', language, **values)}"


def _draw_warnings(found: Warnings, language: str) -> str:
    plan, table = found.plan, found.catchments
    if table.empty:
        return say("warn.none", language)
    names = ["level", "school", "stage", "first", "worst", "last", "lack", "share"]
    drawn = table.chance.notna().any()
    heads = [say(f"warn.{name}", language) for name in names]
    heads += [say("warn.probability", language)] if drawn else []
    heads += [say("warn.built", language, year=found.built)] if drawn else []
    heads.append(say("warn.remedies", language))
    rows = [
        [
            say(f"warn.{row['level']}", language),
            *name_catchment(plan, index, language),
            *(str(row[name]) for name in ("first", "worst_year", "last")),
            f"{row['shortage']:,}",
            f"{100 * row['share']:.0f}",
            *(format_share(float(row[name])) for name in ("chance", "chance_built") if drawn),
            _tell_remedies(row, language),
        ]
        for index, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    return draw_table(heads, rows)


def _tell_intakes(plan: Outcome, rows: pd.DataFrame, language: str) -> Iterator[str]:
    """Say of the stages listed what stands in for a catchment where none is drawn."""
    listed = rows.index.unique("stage")
    comma = "、" if language == "zh" else ", "
    for intake in ("nearest", "seats"):
        named = [
            escape_markup(stage.name.of(language))
            for stage in plan.standards.stages
            if stage.intake == intake and stage.code in listed
        ]
        if named:
            yield say(f"warn.intake_{intake}", language, stages=comma.join(named))


def _tell_remedies(row: Mapping[Hashable, Any], language: str) -> str:
    """Name the remedies in time for the first year, else for the worst, or how late they are."""
    if row["passes"]:
        return say("warn.passes", language)
    known = [remedy for remedy in REMEDIES if not pd.isna(row[f"late_{remedy}"])]
    late = {remedy: int(row[f"late_{remedy}"]) for remedy in known}
    until_worst = int(row["worst_year"]) - int(row["first"])
    comma = "、" if language == "zh" else ", "
    for slack, key in ((0, "in_time"), (until_worst, "by_worst")):
        ready = [say(f"warn.{remedy}", language) for remedy in known if late[remedy] <= slack]
        if ready:
            return say(f"warn.{key}", language, remedies=comma.join(ready))
    years = min(late.values()) - until_worst
    return say("warn.late", language, years=years)


def _draw_growing(plan: Outcome, table: pd.DataFrame, language: str) -> str:
    rows = [
        [*name_catchment(plan, index, language), *(f"{int(value):,}" for value in row)]
        for index, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    return _draw(["school", "stage", "today", "then", "more", "held"], rows, language)


def _draw_tripped(plan: Outcome, table: pd.DataFrame, language: str) -> str:
    """Count the schools by limit: passed already, soon, later."""
    names = {item.code: item.name.of(language) for item in plan.standards.standards}
    rows = []
    for code, part in table.groupby(level="code", sort=False):
        left = part["left"]
        counts = [left >= 0, left <= 0, left.between(1, SOON), left > SOON]
        rows.append([names[str(code)], *(str(int(count.sum())) for count in counts)])
    return _draw(["limit", "schools", "already", "soon", "later"], rows, language)


def _draw_waves(plan: Outcome, waves: pd.DataFrame, language: str) -> str:
    table = waves[waves.index.isin(["district"], level="level")].droplevel(["level", "place"])
    stages = {stage.code: stage.name.of(language) for stage in plan.standards.stages}
    rows = [
        [
            stages[str(stage)],
            f"{row['today']:,}",
            f"{row['peak']:,}",
            str(row["peak_year"]),
            f"{row['peak_ratio']:.2f}",
            f"{row['seats']:,}",
            f"{row['trough']:,}",
            str(row["trough_year"]),
        ]
        for stage, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    heads = ["stage", "today", "peak", "peak_year", "peak_ratio", "seats", "trough", "trough_year"]
    return _draw(heads, rows, language)


def _draw_later(plan: Outcome, later: LaterUse, language: str) -> str:
    """Draw what the empty seats of each project could serve."""
    names = name_codes(plan.district, plan.standards, language)
    rows = []
    for index, row in zip(later.table.index, later.table.to_dict("records"), strict=True):
        step = later.steps.get((str(index[0]), str(index[1])))
        told = step.describe(language, names) if step else say("warn.later_none", language)
        named = name_catchment(plan, index, language)
        served = f"{row['served']:,}" if step else ""
        rows.append([*named, str(row["year"]), f"{row['idle']:,}", told, served])
    return _draw(["school", "stage", "year", "idle_then", "later_use", "served"], rows, language)


def _draw_came(plan: Outcome, table: pd.DataFrame, language: str) -> str:
    """Draw which warnings of an earlier autumn came, did not come, or were never given."""
    counts = {name: int((table.came == name).sum()) for name in ("came", "not", "unsaid", "ahead")}
    told = say(
        "warn.came_count",
        language,
        said=counts["came"] + counts["not"],
        came=counts["came"],
        unsaid=counts["unsaid"],
        ahead=counts["ahead"],
    )
    shown = table[table.came != "ahead"]
    rows = [
        [
            say(f"warn.is_{row['came']}", language),
            *name_catchment(plan, index, language),
            say(f"warn.{row['level']}", language) if row["level"] else "",
            f"{row['shortage']:,}",
            f"{row['seats']:,}",
        ]
        for index, row in zip(shown.index, shown.to_dict("records"), strict=True)
    ]
    heads = ["held_against", "school", "stage", "level_then", "lack", "held"]
    return told + "\n\n" + _draw(heads, rows, language)


def draw_stranded(plan: Outcome, table: pd.DataFrame, language: str) -> str:
    """Draw what each project of a plan leaves empty (`list_stranded`), with chances where known."""
    rows = []
    for index, row in zip(table.index, table.to_dict("records"), strict=True):
        cells = []
        for after in STRANDED_AFTER:
            idle = row[f"idle_{after}"]
            text = "—" if pd.isna(idle) else f"{idle:,}"
            stands = not pd.isna(idle) and row[f"stranded_{after}"]
            text = say("warn.empty", language, idle=text) if stands else text
            chance = row.get(f"chance_{after}", np.nan)
            if not pd.isna(chance):
                told = format_share(float(chance))
                text = say("warn.idle_chance", language, idle=text, chance=told)
            cells.append(text)
        named = name_catchment(plan, index, language)
        rows.append([*named, str(row["opening"]), f"{row['added']:,}", *cells])
    heads = [say(f"warn.{name}", language) for name in ("school", "stage", "opening", "added")]
    heads += [say("warn.idle", language, years=after) for after in STRANDED_AFTER]
    return draw_table(heads, rows)


def _draw(names: Iterable[str], rows: Sequence[Sequence[str]], language: str) -> str:
    return draw_list([say(f"warn.{name}", language) for name in names], rows, language)
