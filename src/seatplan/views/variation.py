"""A variation between schools as plain text: every value, their mean, and the spread around it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from seatplan.assess.holding import list_varied
from seatplan.assess.rule_sets import Rule
from seatplan.literal import show_signs
from seatplan.measures.registry import list_units
from seatplan.measures.spread import measure_variation
from seatplan.outcome import Outcome
from seatplan.views.catalogue import format_count, say
from seatplan.views.clauses import Page


def write_variation(page: Page, rule: Rule, outcome: Outcome, stage: str | None = None) -> str:
    """Write what a variation is made of, stage by stage: each school's value, and its part."""
    table = list_varied(rule, outcome)
    table = table[table.year == page.year]
    lines: list[str] = []
    for code, part in table.groupby("stage", sort=False):
        if len(part) > 1 and stage in (None, code):
            lines += _tell_stage(page, rule, str(code), part)
    return "".join(f"{show_signs(line)}\n" for line in lines)


def _tell_stage(page: Page, rule: Rule, stage: str, part: pd.DataFrame) -> Iterator[str]:
    """Yield the mean and spread of a stage, then its schools, those that spread it most first."""
    values, pupils = part.value.to_numpy(float), part.pupils.to_numpy(float)
    figure = measure_variation(values, pupils)
    if not figure >= 0:
        return
    mean = float(np.average(values, weights=pupils))
    squares = pupils * (values - mean) ** 2
    whole, unit = float(squares.sum()), list_units()[rule.measure]
    told = {
        "stage": page.codes.get(stage, stage),
        "figure": f"{figure:.3f}",
        "spread": f"{figure * mean:,.3f}",
        "mean": f"{mean:,.3f}",
        "schools": format_count(len(part)),
        "pupils": format_count(pupils.sum()),
    }
    yield say("why.varies", page.language, **told)
    for at in np.argsort(-squares, kind="stable"):
        school = str(part.school.iloc[at])
        yield "- " + say(
            "why.varies_school",
            page.language,
            school=f"{page.codes.get(school, school)} {school}",
            value=page.tell_value(unit, values[at]),
            pupils=format_count(pupils[at]),
            away=f"{values[at] - mean:+,.3f}".replace("-", "−"),
            part=f"{100 * squares[at] / whole:.1f} %" if whole else "0 %",
        )
