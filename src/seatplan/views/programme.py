"""The programme within a budget, as a page of Markdown, in Chinese or in English."""

from __future__ import annotations

import math

from seatplan.literal import escape_markup
from seatplan.remedies.programme import Programme
from seatplan.remedies.remedies import Remedies
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import say
from seatplan.views.markdown import draw_table, draw_title


def write_programme(found: Remedies, plan: Programme, language: str = "zh") -> str:
    """Write what to begin in which year, and what it promises, as Markdown ("zh" or "en")."""
    outcome = found.outcome
    names = name_codes(outcome.district, outcome.standards, language)
    names[""] = outcome.district.name.of(language)
    place = escape_markup(outcome.district.name.of(language))
    parts = [
        draw_title(place, say("remedy.programme", language), language),
        say("remedy.programme_intro", language, now=found.terms.now),
        _draw_steps(plan, names, language),
        _draw_figures(plan, language),
    ]
    return "\n\n".join(parts) + "\n"


def _draw_steps(plan: Programme, names: dict[str, str], language: str) -> str:
    if plan.table.empty:
        return say("remedy.nothing_begun", language)
    rows = [
        [
            str(row["begin"]),
            f"{names[str(row['school'])]} {row['school']}".strip(),
            names.get(str(row["stage"]), str(row["stage"])),
            " + ".join(say(f"remedy.{kind}", language) for kind in str(row["action"]).split("+")),
            str(row["ready"]),
            f"{row['wan_low']:,.0f}–{row['wan']:,.0f}–{row['wan_high']:,.0f}",
        ]
        for row in plan.table.reset_index().to_dict("records")
    ]
    heads = ["begin", "school", "stage", "kinds", "ready", "money"]
    return draw_table([say(f"remedy.{head}", language) for head in heads], rows)


def _draw_figures(plan: Programme, language: str) -> str:
    """Set what the linear model promises beside its bound, and beside what the model finds."""
    figures = {
        "without_it": plan.evaluated_without,
        "bound": plan.bound,
        "promised": plan.promised,
        "evaluated": plan.evaluated,
        "difference": plan.evaluated - plan.promised,
        "evaluated_mean": plan.evaluated_mean,
        "evaluated_worst": plan.evaluated_worst,
    }
    rows = [
        [say(f"remedy.{key}", language), f"{value:,.0f}"]
        for key, value in figures.items()
        if not math.isnan(value)
    ]
    heads = [say("remedy.figure", language), say("remedy.pupil_years_short", language)]
    return draw_table(heads, rows, figures=True)
