"""One run: the problem, the work done, the best plan so far and the bounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from seatplan.solvers.districting.problem import Floats, Ints, Problem
from seatplan.solvers.stop import Stop

Progress = Callable[[float, float, float], None]
Status = Literal["optimal", "effort spent", "time limit", "interrupted", "least violation"]

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
        "optimal" (gap closed), "effort spent", "time limit" (the guard cut the search short),
        "interrupted", or "least violation": no plan within the limits was found, and this one
        passes them by the least found.
    history
        (units of work, cost, shortage) of each better plan, in turn.
    shortage
        (m,) pupils beyond the seats of each facility.
    shortage_bound
        No plan has fewer pupils beyond the seats in all.
    moved
        Pupils moved beyond `max_moved`.
    effort
        Units of work done, by each of two threads.
    cut_short
        Whether the guard or the user ended the search before its effort was spent: another run may
        end elsewhere.
    lack
        (m,) pupils that each facility has too few.
    """

    plan: Ints
    cost: float
    bound: float
    gap: float
    status: Status
    history: tuple[tuple[float, float, float], ...]
    shortage: Floats
    shortage_bound: float
    moved: float
    effort: float
    cut_short: bool
    lack: Floats = field(default_factory=lambda: np.zeros(0))

    def rescale(self, unit: float, coin: float) -> Districting:
        """Return the answer in other units: each pupil is `unit`, each cost `coin` of them."""
        if unit == coin == 1.0:
            return self
        return replace(
            self,
            cost=self.cost * coin,
            bound=self.bound * coin,
            history=tuple((work, cost * coin, lack * unit) for work, cost, lack in self.history),
            shortage=self.shortage * unit,
            shortage_bound=self.shortage_bound * unit,
            moved=self.moved * unit,
            lack=self.lack * unit,
        )


@dataclass
class Halt:
    """Whether a run is over before its work is done; shared by its threads.

    `seconds` guard; `cut` says that they, or the user, ended the run.
    """

    seconds: float
    began: float = field(default_factory=time.monotonic)
    ended: bool = False
    cut: bool = False

    @property
    def seconds_left(self) -> float:
        """Seconds until the guard ends the run."""
        return max(self.seconds - (time.monotonic() - self.began), 0.0)

    def __call__(self) -> bool:
        """Tell whether the run is over."""
        if not self.ended and self.seconds_left <= 0:
            self.ended = self.cut = True
        return self.ended

    def end(self, *, cut: bool = False) -> None:
        """Let every thread see that the run is over."""
        self.cut = self.cut or (cut and not self.ended)
        self.ended = True


@dataclass
class Run:
    """What one thread of a run knows: the problem, its work, the best plan and the bounds."""

    problem: Problem
    stop: Stop
    seed: int
    progress: Progress | None
    halt: Halt
    work: float = 0.0
    plan: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    cost: float = np.inf
    shortage: float = np.inf
    least: float = 0.0
    least_short: float = 0.0
    proven: bool = False
    history: list[tuple[float, float, float]] = field(default_factory=list)

    @classmethod
    def begin(
        cls, problem: Problem, stop: Stop, seed: int = 0, progress: Progress | None = None
    ) -> Run:
        """Return a run at its start; the guard counts from now on."""
        return cls(problem, stop, seed, progress, Halt(stop.seconds))

    @property
    def left(self) -> float:
        """Units of work left; none once the run is ended."""
        return 0.0 if self.halt() else max(self.stop.effort - self.work, 0.0)

    @property
    def over(self) -> bool:
        """Whether no work is left."""
        return self.left <= 0

    @property
    def feasible(self) -> bool:
        """Whether the best plan keeps the limits."""
        return self.shortage <= 1e-6

    @property
    def closed(self) -> bool:
        """Whether the best plan is proven: by its bound, or as that of the least shortage."""
        if self.feasible:
            return self.cost - self.least <= CLOSED * max(self.cost, 1e-9)
        return self.proven

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
        self.plan, self.cost, self.shortage, self.proven = plan.copy(), cost, shortage, False
        self.history.append((self.work, cost, shortage))
        return True

    def report(self) -> None:
        """Tell the caller where the run stands."""
        if self.progress is not None:
            self.progress(self.cost, self.bound, self.work)

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
            shortage_bound=min(self.least_short, float(excess.sum())),
            moved=self.problem.moved_beyond(self.plan),
            effort=min(self.work, self.stop.effort),
            cut_short=self.halt.cut,
            lack=self.problem.lack(self.plan),
        )
