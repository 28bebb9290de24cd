"""A table of a Word document: widths, a head that is repeated, rows that are kept whole."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from seatplan.report.parts import Grid, strip_pointers

Style = tuple[str, bool]  # id of a style, and whether its paragraphs stay with the next
SHORT = 12  # rows of a table that is kept on one page
TALL = 16  # lines of text that it has at most: a third of a page may stay empty before it
EM = 210  # width of a Chinese sign of a cell, twips; others take half
BOLD = 1.15  # times as wide are the letters of a head
LEAST_HEAD = 3 * EM  # a head that is no wider stays on a line
OF_CELLS = (0.9, 1.0)  # shares of the cells of a column: all but the longest first
INSIDE = 144  # room left and right of the text of a cell, borders with it, twips
ENDS = 3  # lines at the head and the foot of a longer one that stay together
TWIPS = 1440 / 25.4  # twentieths of a point in a millimetre
LINE = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
WORD = re.compile(r"[^\s\u2e80-\uffff]+|[\u2e80-\uffff]")
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def build_grid(part: Grid, wide: float, styles: tuple[str, str], first: int) -> Any:
    """Return a table as the element that stands in the document.

    Parameters
    ----------
    wide
        Width of the table, mm.
    styles
        Ids of the styles of its head and of its cells.
    first
        Number of its first bookmark; each row that has one takes the next.
    """
    widths = _share_width(part, wide)
    head, cell = styles
    rows = [
        "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        + "".join(
            _write_cell(text[:1].upper() + text[1:], width, (head, True), "center")
            for text, width in zip(part.heads, widths, strict=True)
        )
        + "</w:tr>"
    ]
    lines = [count_lines(row, widths) for row in part.rows]
    names = part.marks or ("",) * len(part.rows)
    for at, (name, row) in enumerate(zip(names, part.rows, strict=True)):
        whole = _stays(at, lines, noted=bool(part.note))
        rows.append(_write_row(part, row, widths, (cell, whole), _bookmark(name, first + at)))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    table = (
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{''.join(LINE.format(side=side) for side in SIDES)}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
        "</w:tblCellMar>"
        f"<w:tblCaption w:val={quoteattr(strip_pointers(part.caption))}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    return parse_xml(table)


def _stays(at: int, lines: Sequence[int], *, noted: bool) -> bool:
    """Say whether a row stays with what follows: in short tables, at either end, before a note.

    `lines`: of the text of each row.
    """
    if at == len(lines) - 1:
        return noted
    short = len(lines) <= SHORT and sum(lines) <= TALL
    return short or sum(lines[: at + 1]) < ENDS or sum(lines[at + 1 :]) < ENDS


def count_lines(row: Sequence[str], widths: Sequence[int]) -> int:
    """Count the lines of text that a row of a table takes, about.

    >>> count_lines(("学校", "一二三四五六七八九十"), [2000, 1200])
    2
    """
    return max(
        -(-_measure(cell) // (width - INSIDE)) for cell, width in zip(row, widths, strict=True)
    )


def _measure(text: str) -> int:
    return sum(EM if ord(sign) > 0x2E7F else EM // 2 for sign in strip_pointers(text)) or 1


def _share_width(part: Grid, wide: float) -> list[int]:
    """Share the width among the columns, twips; none is narrower than its longest word.

    Columns with room to spare give what others want, as far as there is any; then those whose
    longest text nearly fits take it whole.
    """
    shares = part.shares or (2.0,) + (1.0,) * (len(part.heads) - 1)
    widths = [wide * TWIPS * share / sum(shares) for share in shares]
    least = [max(_measure_words(cells), round(BOLD * _measure_words([head]))) + INSIDE
             for head, *cells in zip(part.heads, *part.rows, strict=True)]  # fmt: skip
    wanted = [max(low - width, 0.0) for low, width in zip(least, widths, strict=True)]
    spare = [max(width - low, 0.0) for low, width in zip(least, widths, strict=True)]
    if 0 < sum(wanted) <= sum(spare):
        part_of = sum(wanted) / sum(spare)
        widths = [width + want - part_of * over for width, want, over in
                  zip(widths, wanted, spare, strict=True)]  # fmt: skip
    for most in OF_CELLS:
        widths = _ease(part, widths, least, most)
    return [round(width) for width in widths]


def _ease(part: Grid, widths: Sequence[float], least: Sequence[float], most: float) -> list[float]:
    """Give room that columns do not use to those that lack little to hold each text on a line.

    A head may take two lines, and `most` is the share of a column's cells that are to take one.
    """
    columns = zip(*part.rows, strict=True) if part.rows else [()] * len(widths)
    lines = [sorted(_measure(text) + INSIDE for text in column) for column in columns]
    heads = [BOLD * _measure(head) for head in part.heads]
    heads = [min(head, max((head + EM) / 2, LEAST_HEAD)) + INSIDE for head in heads]
    whole = [max([low, head, *cells]) for low, head, cells in zip(least, heads, lines, strict=True)]
    aims = [
        max([low, head, *cells[: math.ceil(most * len(cells))]])
        for low, head, cells in zip(least, heads, lines, strict=True)
    ]
    spare = [max(width - want, 0.0) for width, want in zip(widths, whole, strict=True)]
    lacks = [max(aim - width, 0.0) for width, aim in zip(widths, aims, strict=True)]
    left, eased = sum(spare), list(widths)
    for at in sorted(range(len(lacks)), key=lambda at: lacks[at]):
        more = min(lacks[at], left)
        eased[at], left = eased[at] + more, left - more
    used = 1 - left / sum(spare) if left < sum(spare) else 0.0
    return [width - used * over for width, over in zip(eased, spare, strict=True)]


def _measure_words(texts: Sequence[str]) -> int:
    """Return the width of the longest word of some texts, twips; Chinese breaks at any sign."""
    words = [word for text in texts for word in WORD.findall(strip_pointers(text))]
    return max(map(_measure, words), default=EM)


def _bookmark(name: str, number: int) -> str:
    if not name:
        return ""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'


def _write_row(
    part: Grid, row: Sequence[str], widths: Sequence[int], style: Style, bookmark: str
) -> str:
    cells = []
    for at, (text, width) in enumerate(zip(row, widths, strict=True)):
        side = "right" if at >= part.words and at not in part.long else "left"
        cells.append(_write_cell(text, width, style, side, "" if at else bookmark))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _write_cell(text: str, width: int, style: Style, side: str, bookmark: str = "") -> str:
    plain = "".join(sign for sign in strip_pointers(text) if sign >= " ")
    keep = "<w:keepNext/>" if style[1] else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style[0]}"/>{keep}<w:jc w:val="{side}"/></w:pPr>{bookmark}'
        f'<w:r><w:t xml:space="preserve">{escape(plain)}</w:t></w:r></w:p></w:tc>'
    )
