"""The error family: every refusal is a sentence that says where, what, and what would do."""

from __future__ import annotations

import re
from collections.abc import Iterable

PLACE = re.compile(r"\b(?:row|feature|line|points?|table) \d+(?: \(id [^)]*\))?")
NUMBER = re.compile(r"\d[\d,.]*")
FOUND = re.compile(r"(, (?:column|property) [^:]*): .*?; want")


class SeatplanError(Exception):
    """Base of every error that seatplan raises on purpose."""


class InputError(SeatplanError, ValueError):
    """Input files or tables that cannot be used; `problems` holds one sentence for each fault.

    >>> print(InputError(["a.csv: empty", "b.csv: column block is missing"]))
    2 problems:
    a.csv: empty
    b.csv: column block is missing
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        head = [] if len(self.problems) == 1 else [f"{len(self.problems)} problems:"]
        super().__init__("\n".join(head + self.problems))


class ScenarioError(InputError):
    """A scenario that cannot be read or cannot be applied to this district."""


class SolveError(SeatplanError, RuntimeError):
    """A solver that ends without an answer that can be used."""


def group_problems(problems: Iterable[str], most: int) -> list[str]:
    """Return up to `most` problems of each kind, and with the last of them how many more there are.

    Of a kind are sentences that differ only in the place, in what was found there, and in numbers.

    >>> rows = [f"a.csv: row {row}, column n: {row}; want 0" for row in (2, 3, 4)]
    >>> group_problems([*rows, "b.csv: empty"], 2)[1:]
    ['a.csv: row 3, column n: 3; want 0 (and 1 more like it)', 'b.csv: empty']
    """
    kinds: dict[str, list[str]] = {}
    for problem in problems:
        kind = NUMBER.sub("0", FOUND.sub(r"\1; want", PLACE.sub("", problem)))
        kinds.setdefault(kind, []).append(problem)
    told = []
    for alike in kinds.values():
        told += alike[:most]
        if len(alike) > most:
            told[-1] += f" (and {len(alike) - most} more like it)"
    return told
