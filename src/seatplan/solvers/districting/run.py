"""One run: the problem, the clock, the best plan so far and the bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from seatplan.solvers.districting.problem import Floats, Ints, Problem

Progress = Callable[[float, float, float], None]
Status = Literal["optimal", "time limit", "interrupted", "least violation"]

CLOSED = 1e-6  # gap at which a plan counts as optimal


@dataclass(frozen=True)
class Districting:
    """A plan, and how far from the best it can be.

    Parameters
    ----------
    plan
        (n,) facility of each unit.
    cost, bound
        Cost of the plan; no plan within the limits costs less than `bound`.
    gap
        (cost - bound) / cost; nan where no plan keeps the limits (`shortage` above 0).
    status
        "optimal" (gap closed), "time limit", "interrupted", or "least violation": no plan within
        the limits was found, and this one passes them by the least found.
    history
        (seconds, cost, shortage) of each better plan, in turn.
    shortage
        (m,) pupils beyond the seats of each facility.
    moved
        Pupils moved beyond `max_moved`.
    """

    plan: Ints
    cost: float
    bound: float
    gap: float
    status: Status
    history: tuple[tuple[float, float, float], ...]
    shortage: Floats
    moved: float


@dataclass
class Run:
    """What one run knows: the problem, the clock, the best plan and the bound."""

    problem: Problem
    seconds: float
    seed: int
    progress: Progress | None
    began: float = field(default_factory=time.monotonic)
    plan: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    cost: float = np.inf
    shortage: float = np.inf
    least: float = 0.0
    ended: bool = False
    history: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds left; none once the run is ended."""
        return 0.0 if self.ended else max(self.seconds - self.elapsed, 0.0)

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return self.left <= 0

    def end(self) -> None:
        """Let every thread see that no time is left."""
        self.ended = True

    @property
    def feasible(self) -> bool:
        """Whether the best plan keeps the limits."""
        return self.shortage <= 1e-6

    @property
    def closed(self) -> bool:
        """Whether the bound proves the best plan."""
        return self.feasible and self.cost - self.least <= CLOSED * max(self.cost, 1e-9)

    @property
    def bound(self) -> float:
        """The lower bound as it is told: a proof may pass the plan by rounding, this does not."""
        return min(self.least, self.cost) if self.feasible else self.least

    def offer(self, plan: Ints) -> bool:
        """Take `plan` if it is better: less beyond the limits, then cheaper."""
        shortage, cost = self.problem.shortage(plan), self.problem.total(plan)
        nearer = shortage < self.shortage - 1e-7
        if not nearer and (shortage > self.shortage + 1e-7 or cost >= self.cost - 1e-9):
            return False
        self.plan, self.cost, self.shortage = plan.copy(), cost, shortage
        self.history.append((self.elapsed, cost, shortage))
        return True

    def report(self) -> None:
        """Tell the caller where the run stands."""
        if self.progress is not None:
            self.progress(self.cost, self.bound, self.elapsed)

    def answer(self, status: Status) -> Districting:
        """Return the best plan on the units given."""
        gap = (self.cost - self.least) / max(self.cost, 1e-9) if self.feasible else np.nan
        excess = self.problem.excess(self.plan)
        return Districting(
            plan=self.plan[self.problem.part],
            cost=self.cost,
            bound=self.bound,
            gap=max(float(gap), 0.0) if self.feasible else float("nan"),
            status=status,
            history=tuple(self.history),
            shortage=excess,
            moved=self.problem.moved_beyond(self.plan),
        )
