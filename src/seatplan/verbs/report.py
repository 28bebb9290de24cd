"""report: the layout plan as a bureau works on it; findings: what the figures say, as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.verbs.console import evaluate_files, evaluate_inputs, read_looked, sentences, tell
from seatplan.verbs.options import Births, Folder, Language, Overflow

Scenarios = Annotated[
    list[Path], typer.Argument(help="Scenario files (TOML); the last is the plan.")
]


def report(
    folder: Folder,
    scenarios: Scenarios,
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("out"),
    language: Language = "zh",
    overflow: Overflow = "stay",
    births: Births = "medium",
    template: Annotated[
        Path | None, typer.Option(help="A Word document whose styles the draft takes.")
    ] = None,
) -> None:
    """Draft the layout plan: a Word document, its tables as a workbook, its layers for QGIS."""
    from seatplan.report.folder import write_report

    with sentences():
        district, standards, findings = read_looked(folder)
        outcomes = evaluate_inputs(district, standards, scenarios, overflow, births)
        files = write_report(outcomes, out, findings=findings, language=language, template=template)
        for file in files:
            tell(str(file))


def findings(
    folder: Folder,
    scenarios: Scenarios,
    out: Annotated[Path, typer.Option(help="The page to write (Markdown).")] = Path("findings.md"),
    language: Language = "zh",
    overflow: Overflow = "stay",
    births: Births = "medium",
) -> None:
    """Say what the figures show of each plan against the district as it is, as a page."""
    from seatplan.files import write_text
    from seatplan.views.findings import write_all_findings

    with sentences():
        outcomes = evaluate_files(folder, scenarios, overflow, births)
        told = write_all_findings(outcomes, language=language, verb="seatplan findings")
        write_text(out, told)
        tell(str(out))
