"""The names of whose classes are counted together, for the share of large classes."""

from __future__ import annotations

import pandas as pd

from seatplan.district.standards import Standards
from seatplan.measures.registry import COMPULSORY, OWN
from seatplan.views.catalogue import format_share, say


def name_scope(rules: Standards, scope: str, language: str) -> str:
    """Return the name of a scope of `registry.list_scopes`: "Grade 1 to Grade 9, all schools"."""
    if scope not in (COMPULSORY, OWN):
        return rules.stage(scope).name.of(language)
    grades = [grade for stage in rules.stages if stage.compulsory for grade in stage.grades]
    first, last = grades[0].name.of(language), grades[-1].name.of(language)
    key = "large.compulsory" if scope == COMPULSORY else "large.own"
    return say(key, language, first=first, last=last)


def tell_part(table: pd.DataFrame, scope: str, year: int, language: str = "en") -> str:
    """Return "37 of 1,281 (2.89 %)" of `comparison.tabulate_large_classes`; "–" without a share."""
    at = (scope, year)
    if at not in table.index:
        return "–"
    large, classes = table.large_classes[at], table.classes[at]
    figures = {"large": f"{large:,}", "classes": f"{classes:,}"}
    return say("finding.part", language, share=format_share(table.share[at], 2), **figures)
