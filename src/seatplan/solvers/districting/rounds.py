"""Rounds of search: anneal, merge good plans, solve a few areas anew, and so on.

After some annealings from scratch, in several ways, two threads work side by side. In one, a round
lets the exact programme find the best plan that some good plans and the areas of the bound make
together, solves windows of adjacent areas anew, over the arcs that the areas of the bound have used
of late and over those that a good plan is likely to use, and raises the bound. In the other,
annealing goes on from the good plans. Once the bound has settled, both find in turn the best plan
that thousands of areas near it make (set partitioning). All programmes grow while HiGHS solves them
in their share of the time and shrink when it does not. A window of all areas and all arcs within
the gap is the whole problem: solved, it proves the plan.
"""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import cycle
from queue import SimpleQueue
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.districting.annealing import Ground, anneal
from seatplan.solvers.districting.bounds import Bound, Climb
from seatplan.solvers.districting.exact import Cut, Programme, solve_arcs, spare_cost
from seatplan.solvers.districting.listing import list_near
from seatplan.solvers.districting.partitions import solve_partition
from seatplan.solvers.districting.problem import Ints, Problem
from seatplan.solvers.districting.run import Run

FIRST_STEPS = 300_000
STEPS = 10_000_000  # of one annealing, time allowing
SHARE = 0.025  # share of the time that one annealing may take
BASE = 0.03  # share of the time that one programme may take at first
START = 0.15  # share of the time after which no further heat is tried at first
LEISURE = 0.3  # share of its time below which a programme was much too small
WIDER = (1.0, 2.0)  # how much dearer than those of good plans the arcs of a window may be
FAR = 0.002  # gap above which the bound is worth raising
CLIMB = 0.6  # its time, in that of a programme
OUTSET = 6.0  # and at first, until it has settled, so that its areas may be followed
SLOT = 0.5  # seconds of climbing between looks at the clock
USED = (0.3, 0.2, 0.1, 0.05)  # shares from which an arc of the bound's areas is followed
LENT = (0.5, 0.3, 0.2, np.inf)  # and from which it is merged with good plans, or never
NEAR = (0.2, 0.1, 0.05)  # and from which areas are listed over it, in turn
LOSS = 4.0  # loss up to which they are listed at first, in the mean of the best plan's areas
LISTED = 150  # areas listed at most, a second of the run: HiGHS cannot be stopped as it begins
MOST = 20_000  # and whatever the time
LONG = 0.15  # share of the time that a set partitioning may take
MIDDLE = 0.5  # share of that time that it ought to take
KINDS = "best", "pair", "other"  # plans whose arcs it is over: the best, another too, another alone
EAGER = 3  # set partitionings counted as gains at first; the more gain, the more are made
FRESH = 0.25  # share of annealings beside the programmes that start from the first plan
MET = 40  # latest plans met that may be merged
ELITE = 10  # good plans kept
COLD = 0.05  # last temperature, at most; a tenth of the first if that is less
REHEAT = (0.02, 1.5)  # first temperatures of a warm annealing, in mean costs of a unit
LEADER = 0.6  # share of annealings from the first plan in the way that does best
PRICE = (10.0, 300.0)  # first and last price of a pupil too many, in mean costs of a pupil


class Way(NamedTuple):
    """A way of annealing: its first temperature, and whether seats have their transport price.

    The temperature is in mean costs of a unit. Seat prices lead to areas that fill their seats
    without being overfull; what counts in the end is cost alone.
    """

    heat: float
    priced: bool


WAYS = tuple(Way(heat, priced) for heat in (5.0, 1.0, 0.2) for priced in (False, True))

Good = tuple[float, float, Ints]  # shortage, cost and plan


class Search:
    """The state that the rounds of one run share; `tight` is the problem narrowed to the seats."""

    def __init__(self, run: Run, tight: Problem, bound: Bound) -> None:
        self.run, self.problem, self.tight, self.flat = run, run.problem, tight, bound
        n, m = self.problem.cost.shape
        self.rng = np.random.default_rng(run.seed)
        self.luck = np.random.default_rng([run.seed, 1])  # of annealing and of set partitioning
        self.found: SimpleQueue[Good] = SimpleQueue()
        ground = Ground(*(getattr(self.problem, name) for name in Ground._fields))
        priced = self.problem.cost + bound.price * self.problem.weight[:, None]
        self.grounds = {False: ground, True: ground._replace(cost=priced)}
        self.elite: list[Good] = []
        self.ranking = Lock()
        self.met: list[Good] = []
        self.units = np.arange(n)
        self.spare = spare_cost(tight, bound)
        self.opened = 3  # areas that are solved anew at a time
        self.followed = dict.fromkeys(USED, 6)  # and over arcs of the bound's areas
        self.near = cycle(NEAR)
        self.tried, self.gained = 0, 0  # set partitionings, and those that gained
        self.losses: dict[tuple[float, str], float] = {}  # up to which areas are listed
        self.widened = 1.0  # what an arc may add to the bound, in what those of good plans add
        self.merged = 3  # good plans that are merged at a time
        self.first = run.plan.copy()
        self.pace = 0.0  # steps a second
        self.given: dict[Way, tuple[float, float]] = {}  # the best that each way has given
        self.climb = Climb(tight, bound)
        self.cuts: dict[bool, set[Cut]] = {True: set(), False: set()}  # seats held or not
        finite = np.where(np.isfinite(self.problem.cost), self.problem.cost, 0.0)
        mean = max(float(bound.least), 1e-9 * float(finite.sum()), 1e-12)
        self.unit_cost = mean / max(n - m, 1)
        self.pupil_cost = mean / max(float(self.problem.weight.sum()), 1e-9)

    def anneal(self, start: Ints, way: Way, price: float = PRICE[0]) -> Good:
        """Anneal from `start`; return the best plan met. Runs beside the programmes."""
        run = self.run
        steps = int(min(STEPS, max(self.pace * min(SHARE * run.seconds, run.left), FIRST_STEPS)))
        plan, best = start.copy(), start.copy()
        top = PRICE[1] * (1.0 if run.feasible or not self.elite else 10.0)
        prices = price * self.pupil_cost, top * self.pupil_cost
        heat = way.heat * self.unit_cost, min(COLD, way.heat / 10) * self.unit_cost
        ground, luck = self.grounds[way.priced], int(self.luck.integers(2**31))
        began = time.monotonic()
        anneal(plan, best, ground, prices, heat, steps, luck)
        self.pace = steps / max(time.monotonic() - began, 1e-3)
        return self.weigh(best)

    def weigh(self, plan: Ints) -> Good:
        """Return a plan with what it lacks and costs."""
        return round(self.problem.shortage(plan), 6), self.problem.total(plan), plan

    def is_over(self) -> bool:
        """Tell a programme that no time is left."""
        return self.run.over

    def anneal_first(self, way: Way, price: float = PRICE[0]) -> Good:
        """Anneal from the first plan; note what the way has given."""
        good = self.anneal(self.first, way, price)
        self.given[way] = min(self.given.get(way, good[:2]), good[:2])
        return good

    def anneal_again(self, price: float) -> Good:
        """Anneal one of the best plans, from a heat that changes it little or much."""
        elite = self.elite
        start = elite[min(int(self.luck.exponential(2.0)), len(elite) - 1)][2]
        hot = REHEAT[0] * (REHEAT[1] / REHEAT[0]) ** self.luck.random()
        priced = self.best_way.priced and self.luck.random() < 0.5
        return self.anneal(start, Way(hot, priced), price)

    @property
    def best_way(self) -> Way:
        """The way of annealing that has given the best plan."""
        return min(self.given, key=lambda way: self.given[way])

    def start_cold(self, pool: ThreadPoolExecutor) -> None:
        """Anneal from the first plan in each way, two at a time; keep what comes out."""
        self.keep(self.anneal_first(WAYS[0]))
        for k in range(0, len(WAYS), 2):
            if self.run.closed or self.run.elapsed > START * self.run.seconds:
                break
            for good in pool.map(self.anneal_first, WAYS[k : k + 2]):
                self.keep(good)

    def search_along(self) -> None:
        """Anneal good plans again, now and then the first one; make plans of areas in between."""
        while not self.run.over:
            self.partition()
            if self.run.over:
                break
            price = PRICE[0] * float(self.luck.choice([1.0, 3.0]))
            if self.luck.random() > FRESH:
                self.found.put(self.anneal_again(price))
            else:
                leads = self.luck.random() < LEADER
                way = self.best_way if leads else WAYS[int(self.luck.integers(len(WAYS)))]
                self.found.put(self.anneal_first(way, price))

    def collect(self) -> None:
        """Take what annealing and set partitioning have found."""
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
        with self.ranking:
            known = {item[:2]: item for item in (*self.elite, good)}
            self.elite = [known[key] for key in sorted(known)][:ELITE]

    def raise_bound(self, seconds: float, enough: bool = False) -> None:
        """Raise the bound, once there is a plan to aim at and while it is far from it.

        With `enough`, only until it has settled.
        """
        run, climb = self.run, self.climb
        until = run.elapsed + min(seconds, run.left)
        while run.feasible and run.cost - run.least > FAR * run.cost and not climb.is_over:
            left = min(until - run.elapsed, run.left)
            if left <= 0 or (enough and climb.settled):
                break
            climb.climb(run.cost, min(left, SLOT))
            run.least = max(run.least, climb.best.least)

    def merge(self, seconds: float) -> None:
        """Solve over the arcs of some good plans and of the bound's areas: their best plan."""
        others = self.elite + self.met
        arcs = np.zeros(self.problem.cost.shape, bool)
        for k in self.rng.permutation(len(others))[: self.merged]:
            arcs[self.units, others[k][2]] = True
        arcs |= self.climb.share >= self.rng.choice(LENT)
        self.merged = resize(self.merged, self.improve(arcs, seconds), 1, len(others))

    def partition(self) -> None:
        """Make the best plan of areas near the bound, over its arcs and those of a plan or two.

        Not before the bound has settled above that of transport, while it is far from the plan and
        there is time for it, and only with areas that may lose as much as the plan's on average.
        """
        run, climb = self.run, self.climb
        key = share, kind = next(self.near), str(self.luck.choice(KINDS))
        plans = self.plans_for(kind)
        shortage, cost, plan = plans[0]
        gap = cost - climb.best.least
        mean = gap / len(self.problem.seats)
        loss = min(self.losses.get(key, LOSS * mean), gap)
        far = shortage <= 1e-6 and gap > FAR * cost and loss >= mean
        settled = climb.settled and climb.best.least > self.flat.least
        pays = self.luck.random() < (EAGER + self.gained) / (EAGER + self.tried)
        if not (far and settled and pays) or run.left < LONG / 2 * run.seconds:
            return
        arcs = climb.share >= share
        for _, _, open_to in plans:
            arcs[self.units, open_to] = True
        arcs &= np.isfinite(self.tight.cost)
        near = list_near(climb, arcs, loss, int(min(LISTED * run.seconds, MOST)) + 1)
        self.losses[key] = max(near.reach, loss / LOSS)
        if near.reach < mean:
            return
        seconds = min(LONG * run.seconds, run.left)
        answer = solve_partition(self.tight, near, plan, seconds, self.is_over)
        grown = (MIDDLE / max(answer.spent, 1e-3)) ** 0.25
        self.losses[key] *= min(max(grown, 0.8), 2.0)
        self.tried += 1
        if answer.plan is not None and (good := self.weigh(answer.plan))[:2] < plans[0][:2]:
            self.gained += 1
            self.rank(good)  # at once: the other thread may go on from it
            self.found.put(good)

    def plans_for(self, kind: str) -> list[Good]:
        """Return the plans whose arcs a set partitioning is over: the first is its start."""
        if kind == "other":
            others = sorted(self.met, key=lambda good: good[:2])[:ELITE]
            return [others[self.luck.integers(len(others))]]
        pair = [self.elite[self.luck.integers(len(self.elite))]] if kind == "pair" else []
        return [self.elite[0], *pair]

    def follow_bound(self, seconds: float) -> None:
        """Solve windows anew over the arcs that the areas of the bound have used of late."""
        if not (self.run.feasible and self.climb.turns):
            return
        for least in self.rng.choice(USED, 2, replace=False):
            areas = self.window(self.followed[least])
            arcs = self.arcs_between(areas) & (self.climb.share >= least)
            answer = self.improve(arcs, min(seconds, self.run.left))
            size = resize(self.followed[least], answer, 2, len(self.problem.seats))
            self.followed[least] = size

    def open_window(self, seconds: float) -> None:
        """Solve a few areas that lie side by side anew, all other areas held."""
        run = self.run
        areas = self.window(self.opened)
        arcs = self.arcs_between(areas)
        before, every = run.cost, len(areas) == len(self.problem.seats)
        gap = run.cost - self.flat.least  # dearer arcs are in no better plan
        limit = self.likely_spare()
        if run.feasible:
            arcs &= self.spare <= min(gap, limit)
        proves = run.feasible and every and limit >= gap
        answer = self.improve(arcs, seconds)
        if proves:
            run.least = max(run.least, min(answer.least, before))
        self.opened = resize(self.opened, answer, 2, len(self.problem.seats))
        if every and answer.finished:
            self.widened *= 2.0

    def likely_spare(self) -> float:
        """Return what an arc of a window may add to the bound: as in good plans, or more."""
        worst = max(float(self.spare[self.units, plan].max()) for _, _, plan in self.elite)
        wider = self.widened * float(self.rng.choice(WIDER))
        return float(wider * max(worst, 0.01 * self.unit_cost))

    def arcs_between(self, areas: Ints) -> NDArray[np.bool_]:
        """Return the arcs (n, m) by which units of some areas may change among them."""
        inside = np.isin(self.run.plan, areas)
        arcs = np.zeros(self.problem.cost.shape, bool)
        arcs[np.ix_(inside, areas)] = True
        return arcs

    def window(self, size: int) -> Ints:
        """Return `size` facilities whose areas lie around a random one, overfull if any is."""
        plan, problem = self.run.plan, self.problem
        tail = np.repeat(self.units, np.diff(problem.indptr))
        beside = np.zeros((len(problem.seats),) * 2, bool)
        beside[plan[tail], plan[problem.indices]] = True
        overfull = np.flatnonzero(problem.excess(plan) > 0)
        chosen = [int(self.rng.choice(overfull if len(overfull) else len(problem.seats)))]
        while len(chosen) < size:
            around = np.setdiff1d(np.flatnonzero(beside[chosen].any(axis=0)), chosen)
            if len(around) == 0:
                break
            chosen.append(int(self.rng.choice(around)))
        return np.array(chosen)

    def improve(self, arcs: NDArray[np.bool_], seconds: float) -> Programme:
        """Solve over `arcs` and those of the best plan."""
        run, held = self.run, self.run.feasible
        problem = self.tight if held else self.problem
        soft = 0.0 if held else 10 * PRICE[1] * self.pupil_cost
        answer = solve_arcs(problem, arcs, run.plan, self.cuts[held], seconds, soft, self.is_over)
        if answer.plan is not None and run.offer(answer.plan):
            self.rank(self.weigh(answer.plan))
        run.report()
        return answer


def resize(size: int, answer: Programme, least: int, most: int) -> int:
    """Return the size of the next programme: larger after one that finished, most after a quick."""
    grown = max(3, size // 3) if answer.spent < LEISURE else 1
    return min(max(size + (grown if answer.finished else -1), least), most)


def search_rounds(run: Run, tight: Problem, bound: Bound) -> None:
    """Search until the gap is closed or the time is over.

    Both threads are others than the caller's, which an interruption reaches while they work.
    """
    search = Search(run, tight, bound)
    try:
        with ThreadPoolExecutor(2) as pool:
            try:
                search.start_cold(pool)
                lanes = [pool.submit(search.search_along), pool.submit(run_programmes, search)]
                wait(lanes, return_when=FIRST_COMPLETED)
            finally:
                run.end()
        for lane in lanes:
            lane.result()
    finally:
        search.collect()


def run_programmes(search: Search) -> None:
    """Merge plans and open windows in turn; after a round without gain they may take longer."""
    run = search.run
    slice_ = BASE * run.seconds
    search.raise_bound(OUTSET * slice_, enough=True)
    while not run.over and not run.closed:
        before = run.cost
        search.collect()
        search.merge(min(slice_, run.left))
        search.follow_bound(min(slice_, run.left))
        search.open_window(min(slice_, run.left))
        search.raise_bound(CLIMB * slice_)
        search.partition()
        slice_ = BASE * run.seconds if run.cost < before else 1.2 * slice_
