"""Small rural schools in words: which may close, and who would walk or ride how far."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from seatplan.findings.rural import OPTIONS, RuralSchools
from seatplan.literal import escape_markup
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, say
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title

HEADS = {
    "close": ("school", "pupils", "last", "verdict", "low", "high", "into", "needs", "saved"),
    "point": ("school", "pupils", "last", "verdict", "high", "into", "needs", "saved"),
}


def write_rural(found: RuralSchools, language: str = "zh") -> str:
    """Write which rural schools may close as Markdown, in Chinese ("zh") or English ("en")."""
    outcome, rules = found.outcome, found.rules
    name = outcome.district.name.of(language)
    bounds = {"foot": format_count(rules.on_foot), "bus": format_count(rules.by_bus)}
    speeds = {"walk": f"{rules.walk_kmh:g}", "ride": f"{rules.bus_kmh:g}"}
    parts = [
        draw_title(name, say("rural.title", language, year=found.year), language),
        say(
            "rural.intro",
            language,
            scenario=escape_markup(outcome.scenario.title.of(language)),
            few=rules.few,
            minutes=f"{rules.minutes:g}",
            wait=f"{rules.bus_wait:g}",
            **bounds,
            **speeds,
        ),
        tell_data(outcome, language),
    ]
    if found.table.empty:
        return "\n\n".join([*parts, say("rural.none", language)]) + "\n"
    parts.append(_count(found, language))
    for option in OPTIONS:
        parts += [f"## {say(f'rural.{option}', language)}", _draw(found, option, language)]
    parts += [f"## {say('rural.procedure', language)}", say("rural.steps", language)]
    return "\n\n".join(parts) + "\n"


def _count(found: RuralSchools, language: str) -> str:
    """Count the schools by what may be done with them."""
    verdicts = found.table.verdict.unstack("option")
    free = verdicts != "not"
    counts = {
        "schools": len(verdicts),
        "few": int((found.table.pupils.groupby(level="school").first() < found.rules.few).sum()),
        "may": int((verdicts["close"] == "may").sum()),
        "first": int((verdicts["close"] == "if").sum()),
        "points": int((~free["close"] & free["point"]).sum()),
        "keep": int((~free.any(axis=1)).sum()),
        "ride": int((found.table.low_bus.unstack("option")["close"][free["close"]] > 0).sum()),
    }
    return say("rural.count", language, **counts)


def _draw(found: RuralSchools, option: str, language: str) -> str:
    """Draw a table of the schools with few pupils; what the larger ones have stands in the file."""
    codes = name_codes(found.outcome.district, found.outcome.standards, language)
    table = pd.DataFrame(found.table.xs(option, level="option"))
    table = table[table.pupils < found.rules.few]
    if table.empty:
        return say("rural.no_small", language)
    rows = []
    for school, row in zip(table.index, table.to_dict("records"), strict=True):
        cells = {
            "school": f"{codes.get(str(school), str(school))} {school}",
            "pupils": format_count(row["pupils"]),
            "last": format_count(row["last"]),
            "verdict": _tell_verdict(row, language),
            "low": _tell_ways(row, "low", language),
            "high": _tell_ways(row, "high", language),
            "into": _name_schools(row["into"], codes, language),
            "needs": _tell_needs(row, language),
            "saved": f"{row['classes_saved']:d}",
        }
        rows.append([cells[name] for name in HEADS[option]])
    last = found.outcome.district.horizon
    heads = [say(f"rural.head_{name}", language, year=last) for name in HEADS[option]]
    return draw_table(heads, rows)


def _tell_verdict(row: Mapping[Hashable, Any], language: str) -> str:
    """Say whether the option may be taken, or all that stands in the way."""
    if row["verdict"] != "not":
        return say(f"rural.{row['verdict']}", language)
    told = [say(f"rural.{key}", language, n=row["low_beyond"]) for key in row["why"].split()]
    return say("rural.not", language, why=("；" if language == "zh" else "; ").join(told))


def _tell_ways(row: Mapping[Hashable, Any], part: str, language: str) -> str:
    """Say who walks, rides and lives beyond both, and the mean ways before and after."""
    whole = sum(row[f"{part}_{name}"] for name in ("foot", "bus", "beyond"))
    if not whole:
        return "—"
    told = {name: row[f"{part}_{name}"] for name in ("foot_before", "foot", "bus", "beyond")}
    told["far_before"] = whole - told["foot_before"]
    ways = {
        name: "—" if pd.isna(row[f"{part}_{name}"]) else format_count(row[f"{part}_{name}"])
        for name in ("way_before", "way")
    }
    key = "ways_beyond" if told["beyond"] else "ways"
    return say(f"rural.{key}", language, whole=whole, **told, **ways)


def _name_schools(into: str, codes: Mapping[str, str], language: str) -> str:
    """Name the schools that would take the pupils, with how many."""
    told = []
    for part in into.split(", ") if into else []:
        school, _, count = part.rpartition(" ")
        told.append(say("rural.takes", language, school=codes.get(school, school), n=count))
    return ("、" if language == "zh" else ", ").join(told) or "—"


def _tell_needs(row: Mapping[Hashable, Any], language: str) -> str:
    """Say what must be there first: seats, places on a bus, beds."""
    if row["verdict"] == "not":
        return "—"
    counts = {
        "seats": row["seats_short"],
        "bus": row["low_bus"] + row["high_bus"],
        "beds": row["beds_short"],
    }
    told = [say(f"rural.need_{key}", language, n=counts[key]) for key in row["needs"].split()]
    return ("、" if language == "zh" else ", ").join(told) or "—"
