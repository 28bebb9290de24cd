"""The typeface of every picture: Chinese on any machine, whatever fonts it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font, LoadFlags

from seatplan.views.palette import COLOURS

FONT_FILE = Path(__file__).with_name("assets") / "noto-sans-sc" / "SeatplanSansSC-Regular.otf"
# What a line may not break within: a word, a sign with the brackets and stops that belong to it.
PIECES = re.compile(r"[“‘（《(]*(?:[!-~]+|.)[”’）》，。、；：)]*\s*")
MISSING = "〓"  # printers' sign for a character that the font lacks

SIZE = 9.0  # points, of a picture's text
STYLE = {
    "font.size": SIZE,
    "axes.unicode_minus": True,
    "text.parse_math": False,  # a $ in a name is a $
    "text.usetex": False,
}


def font(size: float) -> FontProperties:
    """Return the font that ships with seatplan, in points, for a text of its own."""
    return FontProperties(fname=str(FONT_FILE), size=size)


@cache
def read_typeface() -> tuple[str, frozenset[int]]:
    """Return the font's family, made known to matplotlib, and the characters it holds."""
    fontManager.addfont(str(FONT_FILE))
    font = FT2Font(str(FONT_FILE))
    return font.family_name, frozenset(font.get_charmap())


@contextmanager
def draw_page(width: float, height: float, *, ticks: bool = True) -> Iterator[Figure]:
    """Give a figure (inches) to draw on; its texts keep the typeface when it is saved later.

    `ticks`: whether its axes have ticks, which are made here at some cost.

    matplotlib's own settings are as before afterwards.
    """
    family, _ = read_typeface()
    with rc_context(STYLE | {"font.family": [family]}):  # type: ignore[arg-type]
        figure = Figure(figsize=(width, height), facecolor=COLOURS["panel"])
        yield figure
        if ticks:
            figure.draw_without_rendering()  # ticks are made when drawn: make them here


def spell(text: object) -> str:
    """Return a name as the font can write it; 〓 stands for a character that it lacks.

    >>> spell("利通区 𠮷")
    '利通区 〓'
    """
    _, known = read_typeface()
    return "".join(sign if ord(sign) in known else MISSING for sign in str(text))


@cache
def _read_font() -> FT2Font:
    return FT2Font(str(FONT_FILE))


@cache
def _measure_sign(sign: str) -> float:
    face = _read_font()
    return float(face.load_char(ord(sign), LoadFlags.NO_SCALE).horiAdvance / face.units_per_EM)


@lru_cache(maxsize=4096)
def measure_text(text: str) -> float:
    """Return how wide a text is, in sizes of its type.

    >>> measure_text("学校"), round(measure_text("A1"), 3)
    (2.0, 1.163)
    """
    return sum(map(_measure_sign, spell(text)))


def fold_text(text: str, room: float) -> list[str]:
    """Break a text into lines no wider than the room, sizes of its type; words stay whole.

    >>> fold_text("供给 · 全部学位", 5), fold_text("Supply · every seat promised", 9)
    (['供给 · 全', '部学位'], ['Supply · every', 'seat promised'])
    """
    lines = [""]
    for piece in PIECES.findall(text):
        if lines[-1] and measure_text((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]
