"""Schools that close, in words: who goes on where, and how far they walk before and after."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, say
from seatplan.views.sentences import join

NONE = "–"
HEADS = [
    "closed.school",
    "closed.year",
    "closed.grade",
    "closed.pupils",
    "closed.receiving",
    "closed.walk",
    "closed.longest",
    "closed.beyond",
    "closed.no_way",
]


def tabulate_closed(
    outcome: Outcome, closures: pd.DataFrame, language: str
) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of a table of the schools that a plan closes, as text.

    `closures` is what `list_closures` lists for the outcome; its rows keep their order.
    "339 → 3,739" is before and after; lengths are metres by road.
    """
    rules = outcome.standards
    names = name_codes(outcome.district, rules, language)
    for stage in rules.stages:
        names |= {grade.code: grade.name.of(language) for grade in stage.grades}
    rows = [_tell_row(row, names, language) for _, row in closures.iterrows()]
    return [say(key, language) for key in HEADS], rows


def tell_closed(table: pd.DataFrame, language: str) -> str:
    """Say in sentences how many schools close, and how their pupils walk; "" where none does.

    `table` is what `list_closures` lists.
    """
    if table.empty:
        return ""
    said = [
        say(
            "closed.told",
            language,
            n=table.school.nunique(),
            pupils=format_count(table.pupils.sum()),
            before=_average(table, "before"),
            after=_average(table, "after"),
        )
    ]
    if table.limit_m.notna().any():
        counts = {key: format_count(table[f"beyond_{key}"].sum()) for key in ("before", "after")}
        said.append(say("closed.told_beyond", language, **counts))
    if table.unplaced.any():
        said.append(say("closed.told_unplaced", language, n=format_count(table.unplaced.sum())))
    if table.no_way_before.any() or table.no_way_after.any():
        counts = {key: format_count(table[f"no_way_{key}"].sum()) for key in ("before", "after")}
        said.append(say("closed.told_no_way", language, **counts))
    return join(said, language)


def _average(table: pd.DataFrame, when: str) -> str:
    """Return the mean walk of all who walk, in metres."""
    walkers = table.pupils - table[f"no_way_{when}"]
    if when == "after":
        walkers = walkers - table.unplaced
    metres = table[f"walk_{when}_m"].astype(float).fillna(0.0)
    if not walkers.sum():
        return NONE
    return format_count(round((walkers * metres).sum() / walkers.sum()))


def _tell_row(row: pd.Series[Any], names: dict[str, str], language: str) -> list[str]:
    parts = [part.rsplit(" ", 1) for part in row.receiving.split(", ") if part]
    told = [f"{names[code]} ({count})" for code, count in parts]
    if row.unplaced:
        told.append(f"{say('shortage.unplaced', language)} {row.unplaced}")
    return [
        names[row.school],
        str(row.year),
        " – ".join(dict.fromkeys(names[code] for code in (row.from_grade, row.to_grade))),
        format_count(row.pupils),
        ("、" if language == "zh" else ", ").join(told),
        *(_lead(row[f"{key}_before_m"], row[f"{key}_after_m"]) for key in ("walk", "longest")),
        *(_lead(row[f"{key}_before"], row[f"{key}_after"]) for key in ("beyond", "no_way")),
    ]


def _lead(before: int, after: int) -> str:
    """Return "339 → 3,739"."""
    return " → ".join(
        NONE if pd.isna(figure) else format_count(figure) for figure in (before, after)
    )
