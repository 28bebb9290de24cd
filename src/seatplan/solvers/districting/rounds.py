"""Rounds of search: anneal, combine the areas met, open the arcs that the bound leaves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from seatplan.solvers.districting.annealing import anneal
from seatplan.solvers.districting.areas import partition_units, read_areas
from seatplan.solvers.districting.bounds import Bound, bound_knapsacks
from seatplan.solvers.districting.exact import Cut, solve_arcs, spare_cost
from seatplan.solvers.districting.problem import Ints

if TYPE_CHECKING:
    from seatplan.solvers.districting.search import Run

FIRST_STEPS = 300_000
STEPS = 4_000_000  # of one annealing, time allowing
COLD = 8  # annealings from the first plan
WARM = 4  # annealings from good plans in a round
MERGERS = 2  # mergers in a round
MET = 12  # latest plans met that may be merged
ELITE = 10  # good plans kept
HEAT = (5.0, 0.05)  # first and last temperature, in mean costs of a unit
REHEAT = (0.3, 1.5)  # first temperatures of a warm annealing
PRICE = (10.0, 300.0)  # first and last price of a pupil too many, in mean costs of a pupil
KEPT = 60_000  # areas in the pool
WIDTH = 4.0  # an area is pooled within this many times its share of the gap
NARROW = 0.006  # gap under which the open arcs are few enough for one programme


Good = tuple[float, float, Ints]  # shortage, cost and plan


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
        self.elite: list[Good] = []
        self.met: list[Good] = []
        self.merged = 3  # good plans that are merged at a time
        self.first = run.plan.copy()
        self.pace = 0.0  # steps a second
        self.cuts: set[Cut] = set()
        finite = np.where(np.isfinite(self.problem.cost), self.problem.cost, 0.0)
        mean = max(float(bound.least), 1e-9 * float(finite.sum()), 1e-12)
        self.unit_cost = mean / max(n - m, 1)
        self.pupil_cost = mean / max(float(self.problem.weight.sum()), 1e-9)

    def anneal(self, start: Ints, hot: float, price: float = PRICE[0]) -> Good:
        """Anneal from `start`; return the best plan met."""
        problem, run = self.problem, self.run
        steps = int(min(STEPS, max(self.pace * min(run.seconds / 25, run.left), FIRST_STEPS)))
        plan, best = start.copy(), start.copy()
        share = max(run.cost - self.bound.least, 1e-3 * run.cost) / len(problem.seats)
        began = time.monotonic()
        _, _, self.count = anneal(
            plan, best, problem.weight, problem.seats, problem.cost, problem.moved, problem.budget,
            problem.indptr, problem.indices, problem.fixed,
            (price * self.pupil_cost, PRICE[1] * self.pupil_cost),
            (hot * self.unit_cost, HEAT[1] * self.unit_cost),
            steps, int(self.rng.integers(2**31)),
            self.bound.value, self.bound.base, WIDTH * share,
            self.marks, self.table, self.pool, self.pool_worth, self.pool_area, self.count,
        )  # fmt: skip
        self.pace = steps / max(time.monotonic() - began, 1e-3)
        run.offer(best)
        run.report()
        return round(problem.shortage(best), 6), problem.total(best), best

    def start_cold(self) -> None:
        """Anneal from the first plan, hot enough to forget it; keep what comes out."""
        self.elite.append(self.anneal(self.first, HEAT[0]))
        self.elite.sort(key=lambda good: good[:2])

    def start_warm(self) -> None:
        """Anneal one of the good plans again; it gives way to what comes out, if that is better."""
        rank = min(int(self.rng.exponential(2.0)), len(self.elite) - 1)
        hot = REHEAT[0] * (REHEAT[1] / REHEAT[0]) ** self.rng.random()
        found = self.anneal(self.elite[rank][2], hot, PRICE[0] * self.rng.choice([1.0, 3.0]))
        self.met.append(found)
        if found[:2] < self.elite[rank][:2]:
            self.elite[rank] = found
            self.elite.sort(key=lambda good: good[:2])

    def merge(self, seconds: float) -> None:
        """Solve over the arcs that some good plans use: the best plan they can make together."""
        problem, run = self.problem, self.run
        others = self.elite + self.met
        chosen = self.rng.permutation(len(others))[: self.merged]
        arcs = np.zeros(problem.cost.shape, bool)
        units = np.arange(len(problem.weight))
        for k in chosen:
            arcs[units, others[k][2]] = True
        began = time.monotonic()
        answer = solve_arcs(problem, arcs, run.plan, self.cuts, seconds)
        print("  merge",self.merged, arcs.sum()-len(units), len(self.cuts), round(time.monotonic()-began,2), answer.finished, run.cost, None if answer.plan is None else problem.total(answer.plan))
        self.merged = self.merged + 1 if answer.finished else max(self.merged - 1, 1)
        if answer.plan is not None and run.offer(answer.plan):
            self.elite.insert(0, (run.shortage, run.cost, run.plan))
            del self.elite[ELITE:]
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
    search.start_cold()
    if run.feasible:
        search.bound = bound_knapsacks(run.problem, bound, run.cost, 0.04 * run.seconds)
        run.least = max(run.least, search.bound.least)
    while len(search.elite) < COLD and run.elapsed < 0.4 * run.seconds and not run.closed:
        search.start_cold()
    while run.left > 0 and not run.closed:
        for _ in range(WARM):
            if run.left > 0:
                search.start_warm()
        del search.met[:-MET]
        for _ in range(MERGERS):
            if run.feasible and run.left > 0.5:
                search.merge(min(0.05 * run.seconds, run.left))
