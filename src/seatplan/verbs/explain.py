"""The verb explain: from a school's figure back to rows, rules and assumptions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.verbs.console import evaluate_files, sentences, tell
from seatplan.verbs.options import Births, Folder, Language, Overflow


def explain(
    folder: Folder,
    school: Annotated[str, typer.Argument(help="Code of the school, as in P01.")],
    year: Annotated[int, typer.Argument(help="The autumn.")],
    figure: Annotated[
        str, typer.Argument(help="classes, pupils, residents, seats, classrooms, balance, ...")
    ],
    scenario: Annotated[
        Path | None, typer.Option(help="A plan (TOML); the district as it is without it.")
    ] = None,
    overflow: Overflow = "stay",
    births: Births = "medium",
    language: Language = "zh",
) -> None:
    """Explain a figure: what it is made of, back to the files, the rules and the assumptions."""
    from seatplan.findings.why import explain_figure
    from seatplan.views.why import write_reasons

    with sentences():
        files = [scenario] if scenario else []
        (outcome,) = evaluate_files(folder, files, overflow, births, alone=True)
        reasons = explain_figure(outcome, school, year, figure)
        tell(write_reasons(outcome, school, year, figure, reasons, language).rstrip())
