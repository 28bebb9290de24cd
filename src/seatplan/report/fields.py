"""Fields, bookmarks and links of a Word document: what Word numbers and follows by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn


def add_field(line: Any, code: str, shown: str) -> None:
    """Add a field with what it shows until Word computes it."""
    begin_field(line, code)
    line.add_run(shown)
    end_field(line)


def begin_field(line: Any, code: str) -> None:
    """Begin a field; what follows is shown until Word computes it."""
    _add_mark(line.add_run(), "begin")
    text = parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"></w:instrText>')
    text.text = f" {code} "
    line.add_run()._r.append(text)
    _add_mark(line.add_run(), "separate")


def end_field(line: Any) -> None:
    """End the field that was begun last."""
    _add_mark(line.add_run(), "end")


def _add_mark(run: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    run._r.append(mark)


@contextmanager
def bookmark(line: Any, name: str, number: int) -> Iterator[None]:
    """Set a bookmark around what is written inside the block; `number` is its own."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    line._p.append(start)
    yield
    end.set(qn("w:id"), str(number))
    line._p.append(end)


def add_link(line: Any, name: str, text: str) -> None:
    """Add a text that leads to a bookmark; it looks like any other."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), name)
    run = line.add_run(text)._r
    line._p.append(link)
    link.append(run)
