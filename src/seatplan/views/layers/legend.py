"""The legend of a folium map: classes with their colours and counts, then the symbols."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from seatplan.views.catalogue import format_count, say
from seatplan.views.layers.symbols import INK, draw_symbol
from seatplan.views.palette import COLOURS, HATCH
from seatplan.views.shades import STEPS, Shade

# Strokes over the classes of shortage, the worst first: the distance between two, and the width,
# in pixels. A reader without colour, and a print in grey, tell shortage from spare seats by them.
STROKES = ((5, 2.0), (7, 1.6), (10, 1.2))


def fill_classes(shade: Shade, *, hatched: bool) -> list[str]:
    """Return the fill of each class, the lowest first; the last one is for no figure."""
    fills = [*shade.colours, "url(#seatplan-none)" if hatched else COLOURS["none"]]
    if hatched and shade.signed:
        places = _list_hatched(shade)
        fills = [f"url(#seatplan-hatch-{at})" if at in places else fill
                 for at, fill in enumerate(fills)]  # fmt: skip
    return fills


def _list_hatched(shade: Shade) -> list[int]:
    """List the classes of shortage, the worst first; the sign of a measure says at which end."""
    return [0, 1, 2] if not shade.more_is_worse else [6, 5, 4]


def draw_hatches(shade: Shade) -> str:
    """Return the patterns that `fill_classes` names, as an SVG without size: dots are no figure."""
    patterns = (
        '<pattern id="seatplan-none" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{COLOURS["none"]}"/>'
        f'<circle cx="3" cy="3" r="0.9" fill="{COLOURS["catchment"]}"/></pattern>'
    )
    hatched = zip(_list_hatched(shade), STROKES, strict=True) if shade.signed else ()
    for at, (gap, width) in hatched:
        stroke = HATCH if at in (0, 6) else "#7a3410"
        patterns += (
            f'<pattern id="seatplan-hatch-{at}" width="{gap}" height="{gap}" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<rect width="{gap}" height="{gap}" fill="{shade.colours[at]}"/>'
            f'<path d="M0 0V{gap}" stroke="{stroke}" stroke-width="{width}"/></pattern>'
        )
    return f'<svg width="0" height="0" aria-hidden="true"><defs>{patterns}</defs></svg>'


def draw_swatch(fill: str) -> str:
    """Return a field of the legend."""
    return (
        '<svg width="28" height="14" aria-hidden="true"><rect x=".5" y=".5" width="27" height="13" '
        f'fill="{fill}" stroke="{COLOURS["catchment"]}"/></svg>'
    )


def write_legend(
    title: str,
    notes: Sequence[str],
    rows: Sequence[tuple[str, str, str]],
    *,
    assumed: tuple[str, str] = ("", ""),
    hidden: str = "",
) -> str:
    """Return the legend as HTML.

    Parameters
    ----------
    title
        Plain text at its head, which stays when the legend is folded.
    notes
        Plain sentences below the title.
    rows
        Picture (HTML), words (plain text) and count (plain text, may be empty) of each line.
    assumed
        What was assumed, in a few words and in full (plain text); folded below the lines.
    hidden
        Patterns that the pictures name (HTML).
    """
    lines = "".join(
        f"<tr><td>{picture}</td><td>{html.escape(words)}</td>"
        f'<td class="n">{html.escape(count)}</td></tr>'
        for picture, words, count in rows
    )
    told = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    few, full = (html.escape(text) for text in assumed)
    folded = f"<details><summary>{few}</summary><p>{full}</p></details>" if full else ""
    return (
        f"{hidden}<details open><summary>{html.escape(title)}</summary>"
        f"{told}<table>{lines}</table>{folded}</details>"
    )


def list_classes(
    shade: Shade, counts: Sequence[int], language: str, *, hatched: bool
) -> list[tuple[str, str, str]]:
    """Return the lines of the classes, the highest first; where some have no figure, that too."""
    fills = fill_classes(shade, hatched=hatched)
    names = [*shade.name_classes(language), say("folium.none", language)]
    known = range(len(names) - 1)
    order = [*reversed(known), *([len(names) - 1] if counts[-1] else [])]
    return [(draw_swatch(fills[at]), names[at], str(counts[at])) for at in order]


def list_symbols(words: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return the lines of the symbols by their key."""
    return [(draw_symbol(key), told, "") for key, told in words.items()]


def list_discs(
    top: float, measure: Callable[[float], float], fill: str
) -> list[tuple[str, str, str]]:
    """Return lines that say how large a disc is drawn: two round values up to `top`.

    `measure` gives the radius of a value in pixels. Where discs are drawn smaller for want of room,
    `apart.js` draws these smaller too.
    """
    rounds = [step for step in STEPS if step <= top][:-4:-2]
    return [
        (
            f'<svg width="{2 * radius + 2:.0f}" height="{2 * radius + 2:.0f}" aria-hidden="true">'
            f'<circle cx="{radius + 1:.1f}" cy="{radius + 1:.1f}" r="{radius:.1f}" '
            f'data-radius="{radius:.1f}" fill="{fill}" stroke="{INK}"/></svg>',
            format_count(value),
            "",
        )
        for value, radius in ((one, measure(one)) for one in rounds)
    ]


def list_lines(lines: Sequence[tuple[str, float, str, str]]) -> list[tuple[str, str, str]]:
    """Return the lines of lines: colour, width in pixels, dashes and words of each."""
    return [
        (
            '<svg width="28" height="14" aria-hidden="true"><path d="M1 7H27" '
            f'stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"/></svg>',
            words,
            "",
        )
        for colour, width, dashes, words in lines
    ]
