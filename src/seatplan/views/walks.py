"""What clears each flag of walks too far, in words."""

from __future__ import annotations

import math

from seatplan.remedies.far import FarFlag
from seatplan.remedies.prices import sum_bill
from seatplan.remedies.walks import WalkRemedies
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, format_share, say
from seatplan.views.markdown import draw_table
from seatplan.views.remedies import tell_ready, tell_sum

HEADS = (
    "school",
    "stage",
    "far_flag",
    "kinds",
    "steps",
    "when",
    "far_after",
    "far_riders",
    "money",
)


def write_walks(found: WalkRemedies, language: str = "zh") -> str:
    """Write the remedies of walks as a part of the page, in Chinese ("zh") or English ("en")."""
    parts = [f"## {say('remedy.far', language)}"]
    beyond = _count_beyond_radius(found)
    radius = [say("remedy.far_radius", language, n=format_count(beyond))] if beyond else []
    if not found.flags:
        return "\n\n".join([*parts, say("remedy.far_none", language), *radius]) + "\n"
    counts = {
        "flags": len(found.flags),
        "cleared": sum(bool(found.list_ranked(flag)) for flag in found.flags),
    }
    parts.append(say("remedy.far_count", language, **counts))
    parts.append(say("remedy.far_note", language))
    table = draw_table(*tabulate_walks(found, language))
    return "\n\n".join([*parts, table, *radius]) + "\n"


def _count_beyond_radius(found: WalkRemedies) -> int:
    """Count the schools (by stage) whose flag is of a service radius, which no bus clears."""
    table, standards = found.outcome.flags.table, found.outcome.standards.standards
    codes = [one.code for one in standards if one.indicator == "beyond_radius"]
    own = table[table.code.isin(codes) & (table.year >= found.terms.now)]
    return len(own[["school", "stage"]].drop_duplicates())


def tabulate_walks(found: WalkRemedies, language: str) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows of the table, for page and workbook."""
    heads = [say(f"remedy.{head}", language) for head in (*HEADS, "judged")]
    return heads, [row for flag in found.flags for row in _list_rows(found, flag, language)]


def _list_rows(found: WalkRemedies, flag: FarFlag, language: str) -> list[list[str]]:
    """Return a row for each remedy of a flag, or one that says there is none."""
    outcome = found.outcome
    names = name_codes(outcome.district, outcome.standards, language)
    own = [
        f"{names[flag.school]} {flag.school}",
        outcome.standards.stage(flag.stage).name.of(language),
        _tell_flag(flag, language),
    ]
    ranked = found.list_ranked(flag)
    if not ranked:
        return [[*own, say("remedy.far_nothing", language), *[""] * (len(HEADS) - 3)]]
    space = "" if language == "zh" else " "
    return [
        [
            *own,
            " + ".join(say(f"remedy.{kind}", language) for kind in remedy.action.kinds),
            space.join(step.describe(language, names) for step in remedy.action.steps),
            tell_ready(remedy, language),
            _tell_value(flag, remedy.after),
            format_count(remedy.riders) if remedy.riders else "—",
            tell_sum(sum_bill(remedy.bill, found.terms.costs), language),
            say(f"remedy.{remedy.verdict}", language),
        ]
        for remedy in ranked
    ]


def _tell_flag(flag: FarFlag, language: str) -> str:
    first, last = flag.years[0], flag.years[-1]
    return say(
        "remedy.far_value",
        language,
        name=flag.standard.name.of(language),
        value=_tell_value(flag, flag.worst),
        limit=_tell_value(flag, flag.limit),
        years=str(first) if first == last else f"{first}–{last}",
    )


def _tell_value(flag: FarFlag, value: float) -> str:
    if math.isnan(value):
        return "—"
    if flag.standard.indicator == "longest_walk":
        return f"{format_count(value)} m"
    return format_share(value)
