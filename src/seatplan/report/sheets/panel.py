"""Beside the map: the legend, a table, and the names that numbers on the map stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from seatplan.report.sheets.forms import Rect
from seatplan.report.sheets.lettering import LINE, POINT
from seatplan.report.sheets.signs import INK, stamp
from seatplan.report.sheets.subjects import Fill, Listing, Subject
from seatplan.views.catalogue import say
from seatplan.views.palette import COLOURS
from seatplan.views.typeface import measure_text, spell

MUTED = COLOURS["muted"]
SWATCH = 7.0  # millimetres for a sign or colour before its words
BLANK = 2.2  # millimetres between two parts of the panel
LINES = {  # lines that every map has: key of the words -> colour, width in points
    "plate.outline": (INK, 1.8),
    "plate.township": (INK, 0.8),
    "plate.road": (COLOURS["bar"], 0.9),
    "plate.water": (COLOURS["water"], 1.2),
    "plate.neighbour": (COLOURS["catchment"], 0.7),
}


@dataclass
class Panel:
    """The panel while it is written from the top; `y` is where the next line begins."""

    page: Axes
    rect: Rect
    language: str
    size: float  # of its type, points
    y: float

    @property
    def line(self) -> float:
        """Height of a line of text, millimetres."""
        return self.size * POINT * LINE

    @property
    def room(self) -> float:
        """Millimetres that are left."""
        return self.y - self.rect.y


def wrap(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines of at most `width` millimetres; a Chinese one anywhere."""
    em = size * POINT
    lines = [""]
    for piece in _split(text):
        grown = lines[-1] + piece
        if lines[-1] and measure_text(grown.rstrip()) * em > width:
            lines[-1] = lines[-1].rstrip()
            lines.append(piece.lstrip())
        else:
            lines[-1] = grown
    return lines


def _split(text: str) -> list[str]:
    """Split a text into what may not be broken: words with their blank, Chinese characters."""
    pieces: list[str] = []
    for sign in text:
        wide = ord(sign) > 0x2E7F
        closing = sign in "，。；：、）」”"
        glued = pieces and (closing or (not wide and not _ends(pieces[-1])))
        if glued:
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _ends(piece: str) -> bool:
    return piece[-1] == " " or ord(piece[-1]) > 0x2E7F


def write_title(panel: Panel, words: str) -> None:
    """Write a heading of the panel."""
    size = panel.size * 1.12
    panel.y -= size * POINT * LINE
    panel.page.text(panel.rect.x, panel.y, spell(words), fontsize=size, color=INK, va="bottom")
    panel.y -= 1.0


def write_legend(panel: Panel, subject: Subject, lines: Sequence[str]) -> None:
    """Explain areas, signs and lines; `lines` are keys of `LINES` that the map has."""
    write_title(panel, say("legend.label", panel.language))
    for fill in subject.fills:
        if fill.words:
            _write_entry(panel, fill.words, lambda y, fill=fill: _draw_swatch(panel, y, fill))
    for entry in subject.entries:
        _write_entry(
            panel,
            entry.words,
            lambda y, entry=entry: stamp(
                panel.page, [panel.rect.x + SWATCH / 2 - 0.8], [y], entry.sign, entry.size
            ),
        )
    for key in lines:
        words = say(key, panel.language)
        _write_entry(panel, words, lambda y, key=key: _draw_line(panel, y, key))
    if subject.note:
        for line in wrap(subject.note, panel.size * 0.92, panel.rect.width):
            panel.y -= panel.line
            panel.page.text(
                panel.rect.x, panel.y, spell(line), fontsize=panel.size * 0.92, color=MUTED,
                va="bottom",
            )  # fmt: skip
    panel.y -= BLANK


def _write_entry(panel: Panel, words: str, draw: object) -> None:
    """Write the words of an entry, wrapped; `draw` puts its sign at the height of the first."""
    assert callable(draw)
    lines = wrap(words, panel.size, panel.rect.width - SWATCH)
    step = max(panel.line, 3.9)
    draw(panel.y - step / 2)
    for at, line in enumerate(lines):
        y = panel.y - step / 2 - at * panel.line
        panel.page.text(
            panel.rect.x + SWATCH, y, spell(line), fontsize=panel.size, color=INK,
            va="center_baseline",
        )  # fmt: skip
    panel.y -= step + (len(lines) - 1) * panel.line


def _draw_swatch(panel: Panel, y: float, fill: Fill) -> None:
    panel.page.add_patch(
        Rectangle(
            (panel.rect.x, y - 1.3), SWATCH - 1.6, 2.6, fc=fill.colour, alpha=fill.alpha,
            ec=fill.stroke if fill.hatch else fill.line or COLOURS["catchment"],
            hatch=fill.hatch or None,
            lw=0.0 if fill.hatch else 0.5,
        )
    )  # fmt: skip
    if fill.hatch:
        panel.page.add_patch(
            Rectangle(
                (panel.rect.x, y - 1.3), SWATCH - 1.6, 2.6, fill=False, lw=0.5,
                ec=fill.line or COLOURS["catchment"],
            )
        )  # fmt: skip


def _draw_line(panel: Panel, y: float, key: str) -> None:
    colour, width = LINES[key]
    panel.page.plot(
        [panel.rect.x, panel.rect.x + SWATCH - 1.6], [y, y], color=colour, lw=width,
        solid_capstyle="butt",
    )  # fmt: skip


def write_listing(panel: Panel, listing: Listing) -> int:
    """Write a table as far as there is room; return how many of its rows stand in it."""
    if listing.title:
        write_title(panel, listing.title)
    size = panel.size * 0.92
    unit = panel.rect.width / sum(listing.shares)
    edges = [panel.rect.x]
    for share in listing.shares:
        edges.append(edges[-1] + share * unit)
    figures = [at for at in range(len(listing.heads)) if at and _are_figures(listing.rows, at)]
    _write_row(panel, listing.heads, edges, size, MUTED, figures)
    _rule(panel)
    stand = 0
    for row in listing.rows:
        tall = max(
            len(wrap(cell, size, edges[at + 1] - edges[at] - 1.2)) for at, cell in enumerate(row)
        )
        if panel.room < (tall + 1.4) * size * POINT * LINE:
            break
        _write_row(panel, row, edges, size, INK, figures)
        stand += 1
    _rule(panel)
    if stand < len(listing.rows):
        left = say("plate.more", panel.language, n=len(listing.rows) - stand)
        _write_row(panel, (left,), [panel.rect.x, panel.rect.right], size, MUTED)
    panel.y -= BLANK
    return stand


def _are_figures(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Say whether a column holds figures alone."""
    cells = [row[at] for row in rows]
    return all(cell.strip("+−–").replace(",", "").isdigit() or cell == "–" for cell in cells)


def _write_row(
    panel: Panel,
    cells: Sequence[str],
    edges: Sequence[float],
    size: float,
    colour: str,
    figures: Sequence[int] = (),
) -> None:
    """Write a row; its cells wrap, words stand left, columns of figures right."""
    step, tallest = size * POINT * LINE, 1
    for at, cell in enumerate(cells):
        lines = wrap(cell, size, edges[at + 1] - edges[at] - 1.2)
        tallest = max(tallest, len(lines))
        for down, line in enumerate(lines):
            figure = at in figures
            panel.page.text(
                edges[at + 1] - 1.6 if figure else edges[at], panel.y - 0.3 - down * step,
                spell(line), fontsize=size, color=colour, va="top",
                ha="right" if figure else "left",
            )  # fmt: skip
    panel.y -= tallest * step + 0.5


def _rule(panel: Panel) -> None:
    panel.page.plot(
        [panel.rect.x, panel.rect.right], [panel.y, panel.y], color=COLOURS["line"], lw=0.6
    )
    panel.y -= 0.4


def count_names(panel: Panel, words: Sequence[str]) -> tuple[int, int]:
    """Return how many names the room left can list, and in how many columns."""
    widest = max((measure_text(text) for text in words), default=1.0) * panel.size * 0.9 * POINT
    columns = max(1, min(3, int((panel.rect.width + 1.5) // (widest + 1.5))))
    rows = int((panel.room - 6.0) // (panel.size * 0.9 * POINT * LINE))
    return max(rows, 0) * columns, columns


def shorten(text: str, size: float, width: float) -> str:
    """Cut a text off with "…" where it is wider than so many millimetres.

    >>> shorten("利通示例第一小学", 8.0, 12.0), shorten("甲校", 8.0, 12.0)
    ('利通示…', '甲校')
    """
    em, cut = size * POINT, text
    while cut and measure_text(cut) * em > width:
        cut = cut.removesuffix("…")[:-1] + "…" if cut.removesuffix("…") else ""
    return cut


def write_key(panel: Panel, words: Sequence[str], columns: int) -> None:
    """List the names that the numbers on the map stand for, down each column."""
    write_title(panel, say("plate.key", panel.language))
    size, rows = panel.size * 0.9, -(-len(words) // columns)
    step, wide = size * POINT * LINE, panel.rect.width / columns
    for at, text in enumerate(words):
        x = panel.rect.x + (at // rows) * wide
        y = panel.y - (at % rows) * step
        told = shorten(spell(text), size, wide)
        panel.page.text(x, y, told, fontsize=size, color=INK, va="top")
    panel.y -= rows * step + BLANK
