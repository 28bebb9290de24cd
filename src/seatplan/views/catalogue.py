"""Every word a planner sees, in Chinese and in English."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from seatplan.district.stages import Label

LANGUAGES = ("zh", "en")
FILES = ("printed", "draft", "maps", "console", "catalogue")
TINY = 1e-9  # per cent by which a share may be off by rounding


@cache
def read_catalogue(name: str = "catalogue") -> dict[str, Label]:
    """Return every phrase of a file by its key.

    `name`: "catalogue" holds the words of pages and pictures, which every page carries;
    "printed" those of findings, tables and workbook; "draft" those of the drafted plan;
    "maps" those of folium maps; "console" those of the terminal.
    """
    text = Path(__file__).with_name(f"{name}.toml").read_text("utf-8")
    return {
        f"{section}.{key}": Label(zh=phrase["zh"], en=phrase["en"])
        for section, phrases in tomllib.loads(text).items()
        for key, phrase in phrases.items()
    }


@cache
def read_phrases() -> dict[str, Label]:
    """Return every phrase of every file by its key."""
    return {key: label for name in FILES for key, label in read_catalogue(name).items()}


def say(key: str, language: str, **values: object) -> str:
    """Return the phrase `key` in `language` ("zh" or "en"), its {slots} filled with `values`.

    KeyError for a phrase that no file holds. `{n|block|blocks}` chooses a word by number (see
    `Label.fill`); braces in a value are never read as slots.

    >>> say("figure.year", "en", year=2026)
    '2026'
    """
    return read_phrases()[key].fill(language, values)


def format_share(share: float, digits: int = 0) -> str:
    """Return a share as a percentage that reads as none, or as all, only where it is.

    Parameters
    ----------
    share
        0 to 1; "–" where it is not known.
    digits
        Decimals.

    >>> [format_share(share) for share in (0.0, 0.004, 0.304, 0.996, 1.0)]
    ['0 %', '<1 %', '30 %', '>99 %', '100 %']
    >>> format_share(37 / 1281, 2), format_share(0.00001, 2)
    ('2.89 %', '<0.01 %')
    """
    if share != share:
        return "–"
    least, percent = 10.0**-digits, 100 * share
    if TINY < percent < least - TINY:
        return f"<{least:.{digits}f} %"
    if 100 - least + TINY < percent < 100 - TINY:
        return f">{100 - least:.{digits}f} %"
    return f"{percent:.{digits}f} %"


def format_count(value: float, *, signed: bool = False) -> str:
    """Return a whole number with thousands separators and a true minus sign.

    >>> format_count(-5372), format_count(66, signed=True)
    ('−5,372', '+66')
    """
    text = f"{abs(round(value)):,}"
    if round(value) < 0:
        return "−" + text
    return "+" + text if signed and round(value) > 0 else text
