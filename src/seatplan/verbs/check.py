"""The verb check: every problem of a district's files, what is odd, and the harmless cures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.verbs.console import ALIKE, look_through, sentences, tell
from seatplan.verbs.options import Folder, Spoken


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
    language: Spoken = None,
) -> None:
    """Check a district's files: every problem, and what is odd, the doubtful before notes."""
    from seatplan.district.finding import group_findings
    from seatplan.errors import InputError
    from seatplan.verbs.speech import ASSUMED, choose_language, shorten_assumed
    from seatplan.views.catalogue import say
    from seatplan.views.doubts import say_finding

    with sentences(every=every, language=language):
        spoken = choose_language(language)
        if out is not None:
            folder = _mend(folder, out, every=every, language=spoken)
        looked = look_through(folder)
        most = len(looked.findings) if every else ALIKE
        assumed = [each for each in looked.findings if each.kind.startswith(ASSUMED)]
        rest = [each for each in looked.findings if each not in assumed]
        for level in ("refused", "doubtful", "note"):
            found = (finding for finding in rest if finding.level == level)
            for sentence in group_findings(found, most):
                tell(say(f"console.{level}", spoken, sentence=say_finding(sentence, spoken)))
        told = list(map(str, assumed))
        for sentence in shorten_assumed(told, spoken, *([len(told)] if every else [])):
            tell(say("console.note", spoken, sentence=sentence))
        if looked.problems:
            raise InputError(looked.problems)
        doubtful = sum(finding.level == "doubtful" for finding in looked.findings)
        left = say("console.rest", spoken, count=doubtful) if doubtful else ""
        shown = {"folder": folder, "district": repr(looked.district), "rest": left}
        tell(say("console.no_problem", spoken, **shown))
        if strict and doubtful:
            raise typer.Exit(1)


def _mend(folder: Path, out: Path, *, every: bool, language: str) -> Path:
    """Write a district with its harmless faults mended, say which, and return where it is."""
    from seatplan.district.finding import group_findings
    from seatplan.district.mending import mend_district
    from seatplan.views.catalogue import say
    from seatplan.views.doubts import say_finding

    cures = mend_district(folder, out)
    for sentence in group_findings(cures, len(cures) if every else ALIKE):
        tell(say_finding(sentence, language))
    count = len(cures) or say("console.nothing", language)
    tell(say("console.mended", language, out=out, count=count, folder=folder))
    return out
