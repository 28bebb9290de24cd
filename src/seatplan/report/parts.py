"""What a document is made of: headings, paragraphs, tables and pictures, as plain values."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from seatplan.literal import show_controls

# Signs that no text holds (Unicode keeps them out of use), around what a text points to.
OPEN, MIDDLE, SHUT = "\ufdd0", "\ufdd1", "\ufdd2"
POINTER = re.compile(f"{OPEN}([^{MIDDLE}]*){MIDDLE}([^{SHUT}]*){SHUT}")


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3; the writer numbers it unless `plain`."""

    level: int
    text: str
    plain: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text; `look` names a style of the writer ("body", "note", "title", ...)."""

    text: str
    look: str = "body"


@dataclass(frozen=True)
class Grid:
    """A table with its caption.

    Parameters
    ----------
    key
        What `cite` calls it.
    caption
        What it shows, with its units.
    heads, rows
        Its cells as texts.
    marks
        Name of each row's bookmark, to which figures in the text lead; "" for none.
    shares
        Width of each column, in any unit.
    words
        How many columns from the left hold words; the others hold figures and stand right.
    annex
        Whether it is counted as an annex.
    note
        What stands below it.
    long
        Columns of long texts, which stand left though they are not among the first.
    """

    key: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marks: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    words: int = 1
    annex: bool = False
    note: str = ""
    long: tuple[int, ...] = field(default=())


@dataclass(frozen=True)
class Picture:
    """A picture (PNG) with its caption and the text that stands for it where it is not seen."""

    key: str
    caption: str
    image: bytes
    alt: str
    annex: bool = False


@dataclass(frozen=True)
class Turn:
    """The pages from here on stand upright or lie on their side; `narrow`: with small margins."""

    landscape: bool
    narrow: bool = False


Part = Heading | Paragraph | Grid | Picture | Turn


UNIT = re.compile(
    r"(?<=[一-鿿]) (?=\d[\d,.]* ?[年间人所个米班%])|(?<=\d) (?=[年间人所个米班%])"
    r"|(?<=\d [年间人所个米班]) (?=[一-鿿])"
)


def spell_part(part: Part) -> Part:
    """Return a part whose texts hold no sign that a document cannot.

    A number and its Chinese unit stand together, as documents are set: sentences that are shared
    with pages have a space there.
    """
    texts = {each.name: _spell(getattr(part, each.name)) for each in fields(part)}
    return replace(part, **texts)


def _spell(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_spell, value))
    return UNIT.sub("", show_controls(value)) if isinstance(value, str) else value


def mark(table: str, *keys: object) -> str:
    """Return the name of a row's bookmark: letters, digits and _, at most 40 signs.

    >>> mark("stages", "primary", 2025)
    'stages_primary_2025'
    """
    text = "_".join(map(str, (table, *keys)))
    plain = re.sub(r"[^0-9A-Za-z_]", "_", text)
    if plain == text and len(text) <= 40:
        return text
    return f"{plain[:30]}_{zlib.crc32(text.encode()):08x}"


def refer(name: str, text: str) -> str:
    """Return a text that leads to the bookmark `name`."""
    return f"{OPEN}{name}{MIDDLE}{text}{SHUT}"


def cite(key: str) -> str:
    """Return a reference to a table or picture by its key; the writer puts its number."""
    return f"{OPEN}cite:{key}{MIDDLE}{SHUT}"


def split_pointers(text: str) -> list[tuple[str, str]]:
    """Split a text into (name, text) pieces; name is "" where nothing is pointed to.

    >>> split_pointers("a" + refer("x", "5") + "b")
    [('', 'a'), ('x', '5'), ('', 'b')]
    """
    pieces, at = [], 0
    for found in POINTER.finditer(text):
        pieces += [("", text[at : found.start()]), (found[1], found[2])]
        at = found.end()
    return [piece for piece in [*pieces, ("", text[at:])] if piece != ("", "")]


def strip_pointers(text: str) -> str:
    """Return a text without what it points to."""
    return POINTER.sub(r"\2", text)


def list_texts(parts: Iterable[Part]) -> list[str]:
    """Return every text of the parts, cell by cell, as they are read."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Heading | Paragraph):
            texts.append(strip_pointers(part.text))
        elif isinstance(part, Grid):
            texts += [part.caption, *part.heads, *(cell for row in part.rows for cell in row)]
            texts.append(part.note)
        elif isinstance(part, Picture):
            texts += [part.caption, part.alt]
    return [text for text in texts if text]
