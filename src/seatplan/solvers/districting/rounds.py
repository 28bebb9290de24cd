"""Rounds of search: anneal, merge good plans, solve a few areas anew, and so on.

After some annealings from scratch, a round lets the exact programme find the best plan that some
good plans make together, and solves a window of adjacent areas anew; beside it, in a thread of its
own, annealing goes on from the good plans. Both programmes grow while HiGHS solves
them in their share of the time and shrink when it does not. A window of all areas is the whole
problem: solved, it proves the plan.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.districting.annealing import Ground, anneal
from seatplan.solvers.districting.bounds import Bound, bound_knapsacks
from seatplan.solvers.districting.exact import Cut, Programme, solve_arcs, spare_cost
from seatplan.solvers.districting.problem import Ints
from seatplan.solvers.districting.run import Run

FIRST_STEPS = 300_000
STEPS = 4_000_000  # of one annealing, time allowing
COLD = 5  # annealings from the first plan
BASE = 0.03  # share of the time that one programme may take at first
FRESH = 0.15  # share of annealings beside the programmes that start from the first plan
MET = 12  # latest plans met that may be merged
ELITE = 10  # good plans kept
HEAT = (5.0, 0.05)  # first and last temperature, in mean costs of a unit
REHEAT = (0.3, 1.5)  # first temperatures of a warm annealing
PRICE = (10.0, 300.0)  # first and last price of a pupil too many, in mean costs of a pupil

Good = tuple[float, float, Ints]  # shortage, cost and plan


class Search:
    """The state that the rounds of one run share."""

    def __init__(self, run: Run, bound: Bound) -> None:
        self.run, self.problem, self.flat = run, run.problem, bound
        n, m = self.problem.cost.shape
        self.rng = np.random.default_rng(run.seed)
        self.luck = np.random.default_rng([run.seed, 1])  # of the annealing beside
        self.found: SimpleQueue[Good] = SimpleQueue()
        self.ground = Ground(*(getattr(self.problem, name) for name in Ground._fields))
        self.elite: list[Good] = []
        self.met: list[Good] = []
        self.units = np.arange(n)
        self.spare = spare_cost(self.problem, bound)
        self.opened = 3  # areas that are solved anew at a time
        self.merged = 3  # good plans that are merged at a time
        self.first = run.plan.copy()
        self.pace = 0.0  # steps a second
        self.raised = False  # whether the bound by knapsacks was tried
        self.cuts: set[Cut] = set()
        finite = np.where(np.isfinite(self.problem.cost), self.problem.cost, 0.0)
        mean = max(float(bound.least), 1e-9 * float(finite.sum()), 1e-12)
        self.unit_cost = mean / max(n - m, 1)
        self.pupil_cost = mean / max(float(self.problem.weight.sum()), 1e-9)

    def anneal(self, start: Ints, hot: float, price: float = PRICE[0]) -> Good:
        """Anneal from `start`; return the best plan met. Runs beside the programmes."""
        problem, run = self.problem, self.run
        steps = int(min(STEPS, max(self.pace * min(run.seconds / 25, run.left), FIRST_STEPS)))
        plan, best = start.copy(), start.copy()
        top = PRICE[1] * (1.0 if run.feasible or not self.elite else 10.0)
        prices = price * self.pupil_cost, top * self.pupil_cost
        heat = hot * self.unit_cost, HEAT[1] * self.unit_cost
        began = time.monotonic()
        anneal(plan, best, self.ground, prices, heat, steps, int(self.luck.integers(2**31)))
        self.pace = steps / max(time.monotonic() - began, 1e-3)
        return round(problem.shortage(best), 6), problem.total(best), best

    def start_cold(self) -> None:
        """Anneal from the first plan, hot enough to forget it; keep what comes out."""
        self.keep(self.anneal(self.first, HEAT[0]))

    def anneal_along(self, stop: Event) -> None:
        """Anneal good plans again, now and then the first one, until told to stop."""
        while not stop.is_set() and self.run.left > 0:
            elite = self.elite
            hot, start = HEAT[0], self.first
            if self.luck.random() > FRESH:
                start = elite[min(int(self.luck.exponential(2.0)), len(elite) - 1)][2]
                hot = REHEAT[0] * (REHEAT[1] / REHEAT[0]) ** self.luck.random()
            self.found.put(self.anneal(start, hot, PRICE[0] * self.luck.choice([1.0, 3.0])))

    def collect(self) -> None:
        """Take what the annealing beside has found."""
        while not self.found.empty():
            self.keep(self.found.get())

    def keep(self, good: Good) -> None:
        """Keep a plan among the latest met, and among the best if it is one of them."""
        self.run.offer(good[2])
        self.run.report()
        self.met = [*self.met[1 - MET :], good]
        self.rank(good)

    def rank(self, good: Good) -> None:
        """Keep a plan among the best, each cost once."""
        known = {item[:2]: item for item in (*self.elite, good)}
        self.elite = [known[key] for key in sorted(known)][:ELITE]

    def raise_bound(self) -> None:
        """Raise the bound by knapsacks, once there is a plan to aim at."""
        run = self.run
        if run.feasible and not self.raised:
            found = bound_knapsacks(self.problem, self.flat, run.cost, 0.04 * run.seconds)
            run.least = max(run.least, found.least)
            self.raised = True

    def merge(self, seconds: float) -> None:
        """Solve over the arcs that some good plans use: the best plan they can make together."""
        others = self.elite + self.met
        arcs = np.zeros(self.problem.cost.shape, bool)
        for k in self.rng.permutation(len(others))[: self.merged]:
            arcs[self.units, others[k][2]] = True
        finished = self.improve(arcs, seconds).finished
        self.merged = self.merged + 1 if finished else max(self.merged - 1, 1)

    def open_window(self, seconds: float) -> None:
        """Solve a few areas that lie side by side anew, all other areas held."""
        areas = self.window()
        inside = np.isin(self.run.plan, areas)
        arcs = np.zeros(self.problem.cost.shape, bool)
        arcs[np.ix_(inside, areas)] = True
        if self.run.feasible:  # dearer arcs are in no better plan
            arcs &= self.spare <= self.run.cost - self.flat.least
        before, proves = self.run.cost, self.run.feasible and len(areas) == len(self.problem.seats)
        answer = self.improve(arcs, seconds)
        if proves:
            self.run.least = max(self.run.least, min(answer.least, before))
        self.opened = self.opened + 1 if answer.finished else max(self.opened - 1, 2)
        self.opened = min(self.opened, len(self.problem.seats))

    def window(self) -> Ints:
        """Return facilities whose areas lie around a random one, overfull if any is."""
        plan, problem = self.run.plan, self.problem
        tail = np.repeat(self.units, np.diff(problem.indptr))
        beside = np.zeros((len(problem.seats),) * 2, bool)
        beside[plan[tail], plan[problem.indices]] = True
        overfull = np.flatnonzero(problem.excess(plan) > 0)
        chosen = [int(self.rng.choice(overfull if len(overfull) else len(problem.seats)))]
        while len(chosen) < self.opened:
            around = np.setdiff1d(np.flatnonzero(beside[chosen].any(axis=0)), chosen)
            if len(around) == 0:
                break
            chosen.append(int(self.rng.choice(around)))
        return np.array(chosen)

    def improve(self, arcs: NDArray[np.bool_], seconds: float) -> Programme:
        """Solve over `arcs` and those of the best plan."""
        problem, run = self.problem, self.run
        soft = 0.0 if run.feasible else 10 * PRICE[1] * self.pupil_cost
        answer = solve_arcs(problem, arcs, run.plan, self.cuts, seconds, soft)
        if answer.plan is not None and run.offer(answer.plan):
            self.rank((round(run.shortage, 6), run.cost, run.plan))
        run.report()
        return answer


def search_rounds(run: Run, bound: Bound) -> None:
    """Search until the gap is closed or the time is over."""
    search = Search(run, bound)
    search.start_cold()
    while len(search.met) < COLD and run.elapsed < 0.15 * run.seconds and not run.closed:
        search.start_cold()
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(search.anneal_along, stop)
        try:
            run_programmes(search)
        finally:
            stop.set()
    beside.result()
    search.collect()


def run_programmes(search: Search) -> None:
    """Merge plans and open windows in turn; after a round without gain they may take longer."""
    run = search.run
    slice_ = BASE * run.seconds
    while run.left > 0 and not run.closed:
        before = run.cost
        search.collect()
        search.raise_bound()
        search.merge(min(slice_, run.left))
        search.open_window(min(slice_, run.left))
        slice_ = BASE * run.seconds if run.cost < before else 1.2 * slice_
