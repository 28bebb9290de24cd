"""Rounds of search: anneal, combine the areas met, open the arcs that the bound leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatplan.solvers.districting.annealing import anneal
from seatplan.solvers.districting.areas import partition_units, read_areas
from seatplan.solvers.districting.bounds import Bound, bound_knapsacks
from seatplan.solvers.districting.exact import Cut, solve_arcs, spare_cost
from seatplan.solvers.districting.problem import Ints

if TYPE_CHECKING:
    from seatplan.solvers.districting.search import Run

FIRST_STEPS = 500_000
HEAT = (5.0, 0.05)  # first and last temperature, in mean costs of a unit
WARM = 0.6  # first temperature of a round that starts from the best plan
PRICE = (10.0, 300.0)  # first and last price of a pupil too many, in mean costs of a pupil
KEPT = 60_000  # areas in the pool
WIDTH = 4.0  # an area is pooled within this many times its share of the gap
NARROW = 0.006  # gap under which the open arcs are few enough for one programme


class Search:
    """The state that the rounds of one run share."""

    def __init__(self, run: Run, bound: Bound) -> None:
        self.run, self.problem, self.flat = run, run.problem, bound
        self.bound = bound
        n, m = self.problem.cost.shape
        self.rng = np.random.default_rng(run.seed)
        self.marks = self.rng.integers(1, 2**63, (n, m)).astype(np.uint64)
        self.table = np.zeros(1 << 18, np.uint64)
        self.pool = np.zeros((KEPT, -(-n // 64)), np.uint64)
        self.pool_worth, self.pool_area = np.zeros(KEPT), np.zeros(KEPT, np.int64)
        self.count = 0
        self.first = run.plan.copy()
        self.pace = 0.0  # steps a second
        self.cuts: set[Cut] = set()
        finite = np.where(np.isfinite(self.problem.cost), self.problem.cost, 0.0)
        mean = max(float(bound.least), 1e-9 * float(finite.sum()), 1e-12)
        self.unit_cost = mean / max(n - m, 1)
        self.pupil_cost = mean / max(float(self.problem.weight.sum()), 1e-9)

    def anneal(self, start: Ints, seconds: float, hot: float) -> None:
        """Anneal from `start` for about `seconds`."""
        import time

        problem, run = self.problem, self.run
        steps = max(int(self.pace * seconds), FIRST_STEPS)
        plan, best = start.copy(), start.copy()
        share = max(run.cost - self.bound.least, 1e-3 * run.cost) / len(problem.seats)
        began = time.monotonic()
        _, _, self.count = anneal(
            plan, best, problem.weight, problem.seats, problem.cost, problem.moved, problem.budget,
            problem.indptr, problem.indices, problem.fixed,
            (PRICE[0] * self.pupil_cost, PRICE[1] * self.pupil_cost),
            (hot * self.unit_cost, HEAT[1] * self.unit_cost),
            steps, int(self.rng.integers(2**31)),
            self.bound.value, self.bound.base, WIDTH * share,
            self.marks, self.table, self.pool, self.pool_worth, self.pool_area, self.count,
        )  # fmt: skip
        self.pace = steps / max(time.monotonic() - began, 1e-3)
        run.offer(best)
        run.report()

    def combine(self, seconds: float) -> None:
        """Combine the areas met into a better plan."""
        problem, run = self.problem, self.run
        if not run.feasible or self.count == 0:
            return
        areas = read_areas(
            self.pool[: self.count], self.pool_area[: self.count], problem.cost, problem.moved
        )
        plan, _, _ = partition_units(
            areas, run.plan, problem.cost, problem.moved, problem.budget, seconds
        )
        run.offer(plan)
        run.report()

    def open_arcs(self, seconds: float, share: float = 1.0) -> None:
        """Solve over the arcs that the bound leaves open; all of them prove the plan."""
        run = self.run
        spare = run.cost - self.flat.least
        arcs = spare_cost(self.problem, self.flat) <= share * spare + 1e-9 * run.cost
        before = run.cost
        answer = solve_arcs(self.problem, arcs, run.plan, self.cuts, seconds)
        if answer.plan is not None:
            run.offer(answer.plan)
        if share >= 1.0:
            run.least = max(run.least, min(answer.least, before))
        run.report()


def search_rounds(run: Run, bound: Bound) -> None:
    """Search until the gap is closed or the time is over."""
    search = Search(run, bound)
    search.anneal(search.first, 0.0, HEAT[0])
    if run.feasible:
        search.bound = bound_knapsacks(run.problem, bound, run.cost, 0.05 * run.seconds)
        run.least = max(run.least, search.bound.least)
    turn = 0
    while run.left > 0 and not run.closed:
        cold = turn % 3 != 2
        search.anneal(
            search.first if cold else run.plan,
            min(run.seconds / 15, 0.8 * run.left),
            HEAT[0] if cold else WARM,
        )
        turn += 1
        if turn % 3 == 0 and run.feasible and run.left > 1:
            if run.cost - bound.least <= NARROW * run.cost:
                search.open_arcs(min(0.4 * run.seconds, run.left))
            else:
                search.combine(min(0.1 * run.seconds, run.left))
