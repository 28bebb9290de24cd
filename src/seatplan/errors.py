"""The error family: every refusal is a sentence that says where, what, and what would do."""

from __future__ import annotations

from collections.abc import Iterable


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
