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
    size
        How far off it is; of a kind, the finding farthest off stands for the others.
    """

    kind: str
    level: Severity
    sentence: str
    size: float = 0.0

    def __str__(self) -> str:
        """Return the sentence."""
        return self.sentence


def group_findings(findings: Iterable[Finding], most: int = 1) -> Iterator[str]:
    """Yield up to `most` lines of each kind, shortest first, and how many more there are.

    Of a kind the worst is told (the largest `size`), and the shortest of those as bad; the kinds
    stand in the order of what is told of them.

    >>> near, far = (Finding("far", "note", f"{name} is far") for name in ("A", "Bee"))
    >>> list(group_findings([far, near, Finding("odd", "note", "odd")]))
    ['odd', 'A is far (and 1 more like it)']
    """
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.kind, []).append(finding)
    told: list[tuple[int, str]] = []
    for alike in kinds.values():
        worst = rank_findings(alike)
        lines = [str(finding) for finding in (worst if len(worst) <= most else worst[:most])]
        if more := len(worst) - len(lines):
            lines[-1] += f" (and {more} more like it)"
        told += [(len(str(one)), line) for one, line in zip(worst, lines, strict=False)]
    yield from (line for _, line in sorted(told, key=lambda each: each[0]))


def rank_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with the worst first (the largest `size`), of those as bad the shortest."""
    return sorted(findings, key=lambda finding: (-finding.size, len(finding.sentence)))
