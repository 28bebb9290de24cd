"""The numbers that headings bear: 一、（一）in Chinese, 1 1.1 in English."""

from __future__ import annotations

from collections.abc import Sequence

from seatplan.report.parts import Heading, Part


def number_headings(parts: Sequence[Part], language: str) -> dict[int, str]:
    """Return the number of each heading, by its place among the parts; "" for a plain one.

    >>> number_headings([Heading(1, "a"), Heading(2, "b"), Heading(1, "c", plain=True)], "en")
    {0: '1  ', 1: '1.1  ', 2: ''}
    """
    counts, found = [0, 0], {}
    for at, part in enumerate(parts):
        if isinstance(part, Heading) and part.level <= len(counts):
            found[at] = "" if part.plain else _count(counts, part.level, language)
    return found


def _count(counts: list[int], level: int, language: str) -> str:
    """Return the number that a heading bears, and count it."""
    counts[level - 1] += 1
    if level == 1:
        counts[1] = 0
    if language == "en":
        return ".".join(map(str, counts[:level])) + "  "
    written = spell_number(counts[level - 1])
    return f"{written}、" if level == 1 else f"（{written}）"


def spell_number(number: int) -> str:
    """Return a whole number from 1 to 99 in Chinese.

    >>> [spell_number(n) for n in (1, 10, 12, 20, 21)]
    ['一', '十', '十二', '二十', '二十一']
    """
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ("" if tens == 1 else digits[tens]) + "十"
    return lead + (digits[ones] if ones else "")
