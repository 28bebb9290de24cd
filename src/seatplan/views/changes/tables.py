"""Tables beside a map whose rows are places on it, as HTML that shows every name as it is."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from seatplan.views.catalogue import format_count

Cell = str | float | None


@dataclass(frozen=True)
class Table:
    """A table: its title, heads and rows; `places` names the place of each row on the map."""

    name: str
    title: str
    heads: list[str]
    rows: list[list[Cell]]
    places: list[str]


def write_aside(
    heading: str,
    notes: Sequence[str],
    figures: Sequence[tuple[str, Cell]],
    tables: Sequence[Table],
) -> str:
    """Return what stands beside a map: heading, notes, figures, tables."""
    told = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    pairs = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(write_cell(value))}</dd></div>"
        for name, value in figures
    )
    return (
        f'<aside class="seatplan-aside" aria-label="{html.escape(heading)}"><h2>'
        f"{html.escape(heading)}</h2>{told}<dl>{pairs}</dl>"
        f"{''.join(_write_table(table) for table in tables)}</aside>"
    )


def _write_table(table: Table) -> str:
    kinds = [
        "" if at and all(not isinstance(row[at], str) for row in table.rows) else ' class="t"'
        for at in range(len(table.heads))
    ]
    heads = "".join(
        f'<th scope="col"{kind}>{html.escape(head)}</th>'
        for kind, head in zip(kinds, table.heads, strict=True)
    )
    rows = "".join(
        f'<tr data-place="{html.escape(place)}">{_write_cells(row, kinds)}</tr>'
        for row, place in zip(_write_rows(table), table.places, strict=True)
    )
    return (
        f'<h3>{html.escape(table.title)}</h3><div class="seatplan-scroll" tabindex="0" '
        f'role="region" aria-label="{html.escape(table.title)}"><table data-table="{table.name}">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _write_rows(table: Table) -> list[list[str]]:
    """Return the texts of a table; the numbers of a column have as many decimals as one another."""
    parted = [
        any(isinstance(value, float) and not value.is_integer() for value in column)
        for column in zip(*table.rows, strict=True)
    ]
    return [
        [
            f"{value:,.1f}" if one and isinstance(value, float) else write_cell(value)
            for value, one in zip(row, parted, strict=True)
        ]
        for row in table.rows
    ]


def _write_cells(row: Sequence[str], kinds: Sequence[str]) -> str:
    """Return the cells of a row; the first is a button that shows its place."""
    first, *rest = (html.escape(text) for text in row)
    cells = "".join(f"<td{kind}>{text}</td>" for kind, text in zip(kinds[1:], rest, strict=True))
    return f'<td class="t"><button type="button">{first}</button></td>{cells}'


def write_cell(value: Cell) -> str:
    """Return a cell's text; a dash where there is nothing.

    >>> write_cell(1234.0), write_cell(12.34), write_cell(None)
    ('1,234', '12.3', '—')
    """
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    return format_count(value) if float(value).is_integer() else f"{value:,.1f}"
