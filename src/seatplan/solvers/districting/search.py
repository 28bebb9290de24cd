"""The run: bound, first plan, rounds of search, best plan kept whatever ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from seatplan.solvers.districting.problem import Floats, Ints, Problem, build_problem

Progress = Callable[[float, float, float], None]
Status = Literal["optimal", "time limit", "interrupted", "least violation"]

CLOSED = 1e-6  # gap at which a plan counts as optimal
FIRST_STEPS = 1_000_000
ROUND = 6.0  # seconds of one annealing
HEAT = (5.0, 0.05)  # first and last temperature, in mean costs of a unit
PRICE = (10.0, 300.0)  # first and last price of a pupil beyond the seats, in mean costs of a pupil
KEPT = 100_000  # areas in the pool
WIDTH = 4.0  # an area is pooled within this many times its share of the gap


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


def draw_districts(
    pupils: Floats,
    seats: Floats,
    cost: Floats,
    neighbours: ArrayLike | sparse.sparray,
    home: Ints,
    *,
    current: Ints | None = None,
    locked: Ints | None = None,
    max_moved: float | None = None,
    groups: Ints | None = None,
    seconds: float = 60.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Districting:
    """Give each unit whole to a facility: connected areas, within the seats, at the least cost.

    Parameters
    ----------
    pupils, seats
        (n,) pupils of each unit; (m,) seats of each facility.
    cost
        (n, m) cost of giving the whole of unit i to facility j; inf where not allowed.
    neighbours
        (e, 2) pairs of units, or a sparse (n, n) matrix; direction does not matter.
    home
        (m,) unit in which each facility stands; it lies in the facility's area.
    current
        (n,) facility of each unit today: the search starts there.
    locked
        (n,) facility that a unit must have, -1 where free.
    max_moved
        Most pupils whose facility may differ from `current`; None: no limit.
    groups
        (n,) label of units that go to one facility together, below 0 for none. A group counts as
        one unit: its parts need not touch.
    seconds
        Time limit; the first plan is finished whatever it is.
    seed
        Same seed, same moves; how many there are depends on the machine.
    progress
        Called with (best cost, bound, seconds) after each round. Ctrl-C ends the run with the best
        plan so far.

    Raises
    ------
    ValueError
        Arrays that contradict each other (see `problem.build_problem`).

    Examples
    --------
    Four units in a row, homes at both ends, two seats each; the middle ones cost the same anywhere.

    >>> cost = np.array([[0.0, 9.0], [1.0, 2.0], [1.0, 2.0], [9.0, 0.0]])
    >>> drawn = draw_districts(np.ones(4), np.array([2.0, 2.0]), cost, [(0, 1), (1, 2), (2, 3)],
    ...                        np.array([0, 3]), seconds=0.2)
    >>> drawn.plan.tolist(), drawn.cost, drawn.status
    ([0, 0, 1, 1], 3.0, 'optimal')
    """
    if max_moved is not None and current is None:
        raise ValueError("max_moved needs current: the facility of each unit today")
    problem = build_problem(
        np.asarray(pupils, float),
        np.asarray(seats, float),
        np.asarray(cost, float),
        neighbours,
        np.asarray(home, np.int64),
        None if current is None else np.asarray(current, np.int64),
        None if locked is None else np.asarray(locked, np.int64),
        max_moved,
        None if groups is None else np.asarray(groups, np.int64),
    )
    start = None if current is None else _joined(problem, np.asarray(current, np.int64))
    run = Run(problem, seconds, seed, progress)
    status = run.search(start)
    return run.answer(status)


def _joined(problem: Problem, current: Ints) -> Ints:
    """Return today's facility of each joined unit: that of most of its pupils, or of its last."""
    joined = np.full(len(problem.weight), -1)
    joined[problem.part] = current
    return joined


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
    history: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.seconds - self.elapsed

    @property
    def feasible(self) -> bool:
        """Whether the best plan keeps the limits."""
        return self.shortage <= 1e-6

    @property
    def closed(self) -> bool:
        """Whether the bound proves the best plan."""
        return self.feasible and self.cost - self.least <= CLOSED * max(self.cost, 1e-9)

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
            self.progress(self.cost, self.least, self.elapsed)

    def search(self, start: Ints | None) -> Status:
        """Search until the gap is closed or the time is over."""
        from seatplan.solvers.districting.bounds import bound_transport
        from seatplan.solvers.districting.growth import grow_areas, keep_connected

        try:
            bound = bound_transport(self.problem)
            self.least = bound.least
            seeds = None if start is None else keep_connected(self.problem, start)
            self.offer(grow_areas(self.problem, bound.price, seeds))
            if not self.problem.fixed.all():
                from seatplan.solvers.districting.rounds import search_rounds

                search_rounds(self, bound)
        except KeyboardInterrupt:
            if not len(self.plan):
                raise
            return "interrupted" if self.feasible else "least violation"
        if not self.feasible:
            return "least violation"
        return "optimal" if self.closed else "time limit"

    def answer(self, status: Status) -> Districting:
        """Return the best plan on the units given."""
        gap = (self.cost - self.least) / max(self.cost, 1e-9) if self.feasible else np.nan
        excess = self.problem.excess(self.plan)
        return Districting(
            plan=self.plan[self.problem.part],
            cost=self.cost,
            bound=self.least,
            gap=max(float(gap), 0.0) if self.feasible else float("nan"),
            status=status,
            history=tuple(self.history),
            shortage=excess,
            moved=max(self.shortage - float(excess.sum()), 0.0),
        )


