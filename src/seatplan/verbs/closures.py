"""The verb closures: which small rural schools may close, within the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.verbs.console import evaluate_files, find_own, sentences, tell
from seatplan.verbs.options import Births, Folder, Language


def closures(
    folder: Folder,
    scenario: Annotated[
        Path | None, typer.Option(help="A plan (TOML); the district as it is without it.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="Autumn of the closing; three years after the base year.")
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(help="Bounds of the rules; rural.toml of the folder, else seatplan's."),
    ] = None,
    births: Births = "medium",
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("out"),
    language: Language = "zh",
) -> None:
    """Weigh each rural primary: keep, a teaching point of grades 1 to 3, or close.

    Writes closures.md and closures.csv: who would walk or ride how far before and after, grades 1
    to 3 apart, what must be there first, and which may not close by 国办发〔2018〕27号.
    """
    from seatplan.files import write_beside, write_text
    from seatplan.findings.rural import read_rural_rules, weigh_rural_schools
    from seatplan.results import write_table
    from seatplan.views.rural import write_rural

    with sentences():
        bounds = read_rural_rules(find_own(folder, "rural.toml", rules))
        files = [scenario] if scenario else []
        outcome = evaluate_files(folder, files, "stay", births, alone=True)[0]
        found = weigh_rural_schools(outcome, year, bounds)
        write_text(out / "closures.md", write_rural(found, language))
        with write_beside(out / "closures.csv") as draft:
            write_table(found.table.round(1), draft, index=not found.table.empty)
        tell(str(out / "closures.md"))
