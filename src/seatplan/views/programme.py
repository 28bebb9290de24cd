"""The programme within a budget, as a page of Markdown, in Chinese or in English."""

from __future__ import annotations

from seatplan.literal import escape_markup
from seatplan.remedies.linear import SAMPLE
from seatplan.remedies.prices import WAN, Sum
from seatplan.remedies.programme import Programme
from seatplan.remedies.remedies import Remedies
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, say
from seatplan.views.markdown import draw_table, draw_title
from seatplan.views.remedies import tell_sum


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
    space = "" if language == "zh" else " "
    rows = [
        [
            str(row["begin"]),
            f"{names[str(row['school'])]} {row['school']}".strip(),
            names.get(str(row["stage"]), str(row["stage"])),
            space.join(step.describe(language, names) for step in steps),
            str(row["ready"]),
            tell_sum(Sum(*(row[name] * WAN for name in ("wan_low", "wan", "wan_high"))), language),
        ]
        for row, steps in zip(plan.table.reset_index().to_dict("records"), plan.steps, strict=True)
    ]
    heads = ["begin", "school", "stage", "steps", "ready", "money"]
    total = say(
        "remedy.spent" if plan.money.high else "remedy.spent_nothing",
        language,
        money=tell_sum(plan.money, language),
        income=f"{plan.income / WAN:,.0f}",
        more=say("remedy.spent_beyond", language) if plan.money.high > plan.income else "",
    )
    return draw_table([say(f"remedy.{head}", language) for head in heads], rows) + f"\n\n{total}"


def _draw_figures(plan: Programme, language: str) -> str:
    """Set what the linear model promises beside its bound, and beside what the model finds.

    With draws the model is planned for the first of them, and the difference is that of the
    others; without, it is that of the forecast.
    """
    lacking, judged = plan.judged_without, plan.judged
    figures = {"without_it": plan.evaluated_without, "evaluated": plan.evaluated}
    model = {"bound": plan.bound, "promised": plan.promised}
    if lacking is None or judged is None:
        figures = {**figures, **model, "difference": plan.evaluated - plan.promised}
    else:
        figures |= {"planned_without": plan.without, **model}
        figures |= {"judged_without": lacking.mean, "judged_mean": judged.mean}
        figures |= {"judged_difference": judged.mean - plan.promised}
        figures |= {"worst_without": lacking.worst, "judged_worst": judged.worst}
    counts = {"sample": SAMPLE, "others": judged.count if judged else 0}
    rows = [
        [say(f"remedy.{key}", language, **counts), format_count(value)]
        for key, value in figures.items()
    ]
    heads = [say("remedy.figure", language), say("remedy.pupil_years_short", language)]
    return draw_table(heads, rows, figures=True)
