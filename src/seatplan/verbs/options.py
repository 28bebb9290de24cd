"""Options that several verbs take, each said in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Folder = Annotated[Path, typer.Argument(help="Folder of the district's files.")]
Overflow = Annotated[
    Literal["stay", "move"],
    typer.Option(
        help="The roll over seats of a school stays there, or moves to the next free seat."
    ),
]
Births = Annotated[str, typer.Option(help="Births scenario: low, medium or high.")]
Language = Annotated[Literal["zh", "en"], typer.Option(help="Language of what is written.")]
Spoken = Annotated[
    Literal["zh", "en"] | None,
    typer.Option("--language", help="Language of what is told; without it that of the terminal."),
]
Paper = Annotated[Literal["A4", "A3"], typer.Option(help="Paper of the map sheets.")]
Imprint = Annotated[
    bool,
    typer.Option("--imprint", help="A line for map number and signatures on each map sheet."),
]
Datum = Annotated[
    Literal["WGS-84", "CGCS2000", "GCJ-02", "BD-09"] | None,
    typer.Option(help="What the degrees of a sheet are, where neither heading nor place says."),
]
Attend = typer.Option(
    help="Where pupils live and attend: area, school, grade, a row each or counted; summed up as "
    "it is read."
)

MOST_YEARS = 200
MOST_MONEY = 1e9  # of one entry of a budget, in the unit of its verb


def list_years(each: list[int] | None, span: str | None) -> list[int]:
    """Return the years named one by one and those of a span such as 2025-2030."""
    from seatplan.errors import InputError

    if span is None:
        return each or []
    first, _, last = span.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise InputError(f"--years takes the first and the last, such as 2025-2030; got {span}")
    if int(last) - int(first) > MOST_YEARS:
        raise InputError(f"--years: {span}; want at most {MOST_YEARS} years")
    return sorted({*(each or []), *range(int(first), int(last) + 1)})


def read_budget(entries: list[str]) -> dict[int, float]:
    """Read YEAR=AMOUNT entries; amounts of one year add up."""
    from seatplan.errors import InputError

    budget: dict[int, float] = {}
    problems = []
    for entry in entries:
        year, _, amount = entry.partition("=")
        try:
            budget[int(year)] = budget.get(int(year), 0.0) + float(amount)
        except ValueError:
            problems.append(f"--budget takes YEAR=AMOUNT, such as 2022=60; got {entry}")
            continue
        if not 0 <= float(amount) <= MOST_MONEY:  # nan is neither
            problems.append(f"--budget {entry}; want an amount from 0 to {MOST_MONEY:,.0f}")
    if problems:
        raise InputError(problems)
    return budget
