"""The verb audit: what a plan says, held against itself, class arithmetic and the model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.verbs.console import evaluate_files, sentences, tell
from seatplan.verbs.options import Folder, Language


def audit(
    folder: Folder,
    scenario: Annotated[Path, typer.Argument(help="The plan as a scenario file (TOML).")],
    plan: Annotated[
        Path | None, typer.Option(help="What the plan says in numbers; plan.toml of the folder.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for audit.md and audit.csv.")] = Path("out"),
    language: Language = "zh",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where something contradicts.")
    ] = False,
) -> None:
    """Audit a plan: its numbers against each other, against class arithmetic and the model.

    Each number of plan.toml stands with its sentence and a verdict: agree, contradict,
    unexplained, or cannot be computed and which column is missing.
    """
    from seatplan.audit.audit import VERDICTS, audit_plan, read_plan
    from seatplan.files import write_beside, write_text
    from seatplan.results import write_table
    from seatplan.views.audit import write_audit
    from seatplan.views.catalogue import say

    with sentences():
        promises = read_plan(plan or folder / "plan.toml")
        today, planned = evaluate_files(folder, [scenario], "stay", "medium")
        found = audit_plan(today, planned, promises)
        write_text(out / "audit.md", write_audit(found, language))
        with write_beside(out / "audit.csv") as draft:
            write_table(found.table, draft, index=False)
        counts = {name: found.count(name) for name in VERDICTS}
        tell(say("audit.count", language, **counts))
        tell(f"{out / 'audit.md'}  {out / 'audit.csv'}")
        if strict and counts["contradict"]:
            raise typer.Exit(1)
