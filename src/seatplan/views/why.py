"""From a figure back to what made it, in words."""

from __future__ import annotations

from collections.abc import Sequence

from seatplan.findings.why import Reason
from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import name_codes
from seatplan.scenarios.steps import Intervention
from seatplan.views.catalogue import format_count, say

KNOWN = {
    "births": ("low", "medium", "high"),
    "provenance": ("real", "plan", "calibrated", "synthetic"),
}


def write_reasons(
    outcome: Outcome,
    school: str,
    year: int,
    figure: str,
    reasons: Sequence[Reason],
    language: str = "zh",
) -> str:
    """Write the reasons of a figure as a list, each as deep as it lies behind the figure.

    It is plain text, for a terminal: nothing in it is Markdown but the list.
    """
    codes = name_codes(outcome.district, outcome.standards, language)
    names = codes | {
        grade.code: grade.name.of(language)
        for stage in outcome.standards.stages
        for grade in stage.grades
    }
    told = {"school": codes[school], "year": year, "figure": say(f"why.of_{figure}", language)}
    title = say("why.title", language, **told, scenario=outcome.scenario.title.of(language))
    lines = [f"{'  ' * one.depth}- {_tell(one, names, codes, language)}" for one in reasons]
    return "\n".join([title, "", *lines]) + "\n"


def tell_reason(one: Reason, outcome: Outcome, language: str) -> str:
    """Write one reason as a sentence."""
    codes = name_codes(outcome.district, outcome.standards, language)
    return _tell(one, codes, codes, language)


def _tell(one: Reason, names: dict[str, str], codes: dict[str, str], language: str) -> str:
    values = {key: _spell(key, value, names, language) for key, value in one.values.items()}
    step = one.values.get("step")
    if isinstance(step, Intervention):
        values |= {"step": step.describe(language, codes), "source": step.cite(language)}
    if one.key == "assumed":
        values["text"] = values[language]
    return say(f"why.{one.key}", language, **values)


def _spell(key: str, value: object, names: dict[str, str], language: str) -> str:
    """Write a value of a reason: names for codes, counts with separators, blocks with pupils."""
    if isinstance(value, list):
        return ", ".join(f"{block} ({count:.1f})" for block, count in value) or "—"
    if key == "change" and isinstance(value, int):
        return format_count(value, signed=True)
    if key in ("births", "provenance"):
        return say(f"{key}.{value}", language) if value in KNOWN[key] else str(value)
    if isinstance(value, int) and key not in ("year", "since"):
        return format_count(value)
    return names.get(str(value), str(value)) if key in ("grade", "stage") else str(value)
