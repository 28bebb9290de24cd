"""Tables of pages in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from seatplan.literal import escape_markup


def draw_title(place: str, title: str, language: str) -> str:
    """Write the first heading of a page: whose it is, and what it is.

    >>> draw_title("利通区", "学位预警", "zh"), draw_title("Litong", "Early warning", "en")
    ('# 利通区：学位预警', '# Litong: Early warning')
    """
    colon = "：" if language == "zh" else ": "
    return f"# {escape_markup(place)}{colon}{escape_markup(title)}"


def draw_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, figures: bool = False
) -> str:
    r"""Draw a Markdown table.

    Parameters
    ----------
    heads, rows
        The cells, as plain text; whatever stands in one is shown as it is.
    figures
        Whether all but the first column hold figures, and stand right.

    >>> print(draw_table(["a", "b"], [["x|y", "1"]], figures=True))
    | a | b |
    | -- | --: |
    | x\|y | 1 |
    """
    rule = ["--", *["--:" if figures else "--"] * (len(heads) - 1)]
    head, *body = [[escape_markup(cell, opens=False) for cell in row] for row in [heads, *rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *body])
