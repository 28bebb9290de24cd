"""In which language a verb speaks on the terminal, and how shortly it says what was assumed."""

from __future__ import annotations

import locale
import os
from collections.abc import Sequence
from typing import Literal

ASSUMED = "assumed: "  # begins the kind of a finding on what stands in for a table
BOTH = " · "  # between the Chinese and the English of a sentence
FEW = 5  # assumptions that are told one by one
WEIGHTY = ("catchments.csv", "schools.geojson", "population/residents.csv", "roads.geojson")


def choose_language(asked: str | None) -> Literal["zh", "en"]:
    """Return the language asked for, else that of the terminal: zh where its locale is Chinese."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = asked or next(filter(None, names), "") or locale.getlocale()[0] or ""
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"


def pick_language(sentence: str, language: str) -> str:
    """Return "table: zh · en" in one language; any other sentence as it is.

    >>> pick_language("roads.geojson: 无道路 · no roads", "en")
    'roads.geojson: no roads'
    """
    table, _, words = sentence.partition(": ")
    zh, _, en = words.partition(BOTH)
    return f"{table}: {zh if language == 'zh' else en}" if en else sentence


def shorten_assumed(sentences: Sequence[str], language: str, most: int = FEW) -> list[str]:
    """Return what was assumed in one language: those that weigh, and how many more there are.

    What a sheet was taken for comes first, then the tables that move most figures
    (docs/optional-tables.md).
    """
    from seatplan.district.tables import FILES
    from seatplan.views.catalogue import say

    def weigh(sentence: str) -> int:
        table = sentence.partition(": ")[0]
        known = WEIGHTY.index(table) if table in WEIGHTY else len(WEIGHTY)
        return known if table in FILES else -1

    told = [pick_language(sentence, language) for sentence in sentences]
    if len(told) <= most + 1:
        return told
    kept = sorted(told, key=weigh)[:most]
    return [*kept, say("console.more_assumed", language, count=len(told) - most)]
