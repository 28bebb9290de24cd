"""The verb check: every problem of a district's files, what is odd, and the harmless cures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.verbs.console import ALIKE, look_through, sentences, tell
from seatplan.verbs.options import Folder


def check(
    folder: Folder,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where something is doubtful.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Tell every problem and finding, not five of a kind.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--fix", help="Write the district to this folder, harmless faults mended."),
    ] = None,
) -> None:
    """Check a district's files: every problem, and what is odd, the doubtful before notes."""
    from seatplan.district.finding import group_findings
    from seatplan.errors import InputError

    with sentences(every=every):
        if out is not None:
            folder = _mend(folder, out, every=every)
        looked = look_through(folder)
        most = len(looked.findings) if every else ALIKE
        for level in ("refused", "doubtful", "note"):
            found = (finding for finding in looked.findings if finding.level == level)
            for sentence in group_findings(found, most):
                tell(f"{level}: {sentence}")
        if looked.problems:
            raise InputError(looked.problems)
        doubtful = sum(finding.level == "doubtful" for finding in looked.findings)
        rest = f"; {doubtful} doubtful" if doubtful else ""
        tell(f"{folder}: {looked.district!r}, no problem found{rest}")
        if strict and doubtful:
            raise typer.Exit(1)


def _mend(folder: Path, out: Path, *, every: bool) -> Path:
    """Write a district with its harmless faults mended, say which, and return where it is."""
    from seatplan.district.finding import group_findings
    from seatplan.district.mending import mend_district

    cures = mend_district(folder, out)
    for sentence in group_findings(cures, len(cures) if every else ALIKE):
        tell(sentence)
    tell(f"{out}: {len(cures) or 'nothing'} mended; {folder} stands as it was")
    return out
