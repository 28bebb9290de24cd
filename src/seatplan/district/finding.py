"""Finding: what is odd in a district's files and may be right, as a sentence of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Severity = Literal["refused", "doubtful", "note"]


@dataclass(frozen=True)
class Finding:
    """Something that a planner should know of before the figures are used.

    Parameters
    ----------
    kind
        What sort of thing it is, in a word or two; findings of a kind are told together.
    level
        "refused" (the district cannot be used), "doubtful" (likely a slip), "note" (worth knowing).
    sentence
        File, place, what was found, what would do.
    """

    kind: str
    level: Severity
    sentence: str

    def __str__(self) -> str:
        """Return the sentence."""
        return self.sentence


def group_findings(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a line for each kind, shortest first: its shortest sentence and how many more.

    >>> near, far = (Finding("far", "note", f"{name} is far") for name in ("A", "Bee"))
    >>> list(group_findings([far, near, Finding("odd", "note", "odd")]))
    ['odd', 'A is far (and 1 more like it)']
    """
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.kind, []).append(finding)
    firsts = {kind: min(alike, key=_length) for kind, alike in kinds.items()}
    for kind, first in sorted(firsts.items(), key=lambda item: _length(item[1])):
        more = len(kinds[kind]) - 1
        yield f"{first} (and {more} more like it)" if more else str(first)


def _length(finding: Finding) -> int:
    return len(finding.sentence)
