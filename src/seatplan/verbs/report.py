"""report: the layout plan as a bureau works on it: a workbook, and the draft in Word."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from seatplan.verbs.console import evaluate_inputs, read_looked, sentences

WORKBOOK = "tables.xlsx"


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of the district's files.")],
    scenarios: Annotated[
        list[Path], typer.Argument(help="Scenario files (TOML); the last is the plan.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("out"),
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of the report.")] = "zh",
    overflow: Annotated[
        Literal["stay", "move"],
        typer.Option(
            help="The roll over seats of a school stays there, or moves to the next free seat."
        ),
    ] = "stay",
    births: Annotated[str, typer.Option(help="Births scenario: low, medium or high.")] = "medium",
) -> None:
    """Draft the layout plan: its tables as a workbook."""
    from seatplan.files import write_beside
    from seatplan.report.brief import read_brief
    from seatplan.report.workbook import write_workbook

    with sentences():
        district, standards, findings = read_looked(folder)
        outcomes = evaluate_inputs(district, standards, scenarios, overflow, births)
        brief = read_brief(outcomes, findings=findings, language=language)
        files = {WORKBOOK: write_workbook(brief)}
        for name, content in files.items():
            with write_beside(out / name) as draft:
                draft.write_bytes(content)
            typer.echo(str(out / name))
