"""report: the layout plan as a bureau works on it; sheets: its maps; findings: what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.verbs.console import (
    evaluate_files,
    evaluate_inputs,
    find_own,
    read_looked,
    sentences,
    tell,
)
from seatplan.verbs.options import Births, Folder, Imprint, Language, Overflow, Paper

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
    paper: Paper = "A4",
    imprint: Imprint = False,
) -> None:
    """Draft the layout plan: a Word document, its workbook, layers for QGIS, map sheets."""
    from seatplan.assess.rule_sets import read_rule_sets
    from seatplan.remedies.prices import read_costs
    from seatplan.report.folder import write_report
    from seatplan.sample import find_rules

    with sentences():
        district, standards, findings = read_looked(folder)
        outcomes = evaluate_inputs(district, standards, scenarios, overflow, births)
        costs = read_costs(find_own(folder, "costs.toml"))
        rules = read_rule_sets([find_rules()])
        files = write_report(
            outcomes, out, findings=findings, language=language, template=template, paper=paper,
            imprint=imprint, costs=costs, rules=rules,
        )  # fmt: skip
        for file in files:
            tell(str(file))


def sheets(
    folder: Folder,
    scenarios: Annotated[
        list[Path] | None, typer.Argument(help="Scenario files (TOML); the last is the plan.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the map sheets.")] = Path("sheets"),
    form: Annotated[
        list[str] | None,
        typer.Option(help="pdf (all sheets in one file), png (300 dpi), svg; again for more."),
    ] = None,
    paper: Paper = "A4",
    imprint: Imprint = False,
    language: Language = "zh",
    overflow: Overflow = "stay",
    births: Births = "medium",
) -> None:
    """Draw the map sheets of a layout plan, ready to print."""
    from seatplan.report.brief import read_brief
    from seatplan.report.sheets.forms import find_paper
    from seatplan.report.sheets.press import write_sheets

    with sentences():
        outcomes = evaluate_files(folder, scenarios or [], overflow, births)
        brief = read_brief(outcomes, language=language)
        files = write_sheets(
            brief, out, paper=find_paper(paper), forms=form or ["pdf"], imprint=imprint
        )
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
