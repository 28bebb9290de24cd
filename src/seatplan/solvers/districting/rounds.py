"""Rounds of search: anneal, merge good plans, solve a few areas anew, and so on.

After some annealings from scratch, in several ways, two threads work side by side. In one, a round
lets the exact programme find the best plan that some good plans and the areas of the bound make
together, solves windows of adjacent areas anew, over the arcs that the areas of the bound have used
of late and over those that a good plan is likely to use, and raises the bound. In the other,
annealing goes on from the good plans (`restarts`). Once the bound has settled, both find in turn
the best plan that thousands of areas near it make (set partitioning). All programmes grow while
HiGHS solves them in their share of the effort and shrink when it does not. A window of all areas
and all arcs within the gap is the whole problem: solved, it proves the plan.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.districting.bounds import Bound, Climb
from seatplan.solvers.districting.exact import Cut, Programme, solve_arcs
from seatplan.solvers.districting.exchange import Exchange
from seatplan.solvers.districting.lanes import FAR, Good, Lane, Scene, lay_scene
from seatplan.solvers.districting.problem import Ints, Problem
from seatplan.solvers.districting.restarts import PRICE, Restarts
from seatplan.solvers.districting.run import Run

BASE = 0.03  # share of the effort that one programme may take at first
LEISURE = 0.3  # share of its effort below which a programme was much too small
WIDER = (1.0, 2.0)  # how much dearer than those of good plans the arcs of a window may be
CLIMB = 0.6  # work on the bound, in that of a programme
OUTSET = 6.0  # and at first, until it has settled, so that its areas may be followed
SLOT = 0.5  # units of work on it between looks at the plan aimed at
FEW = 500  # arcs up to which the whole problem is solved before anything else
USED = (0.3, 0.2, 0.1, 0.05)  # shares from which an arc of the bound's areas is followed
LENT = (0.5, 0.3, 0.2, np.inf)  # and from which it is merged with good plans, or never


class Rounds(Lane):
    """Programmes solved by HiGHS and the bound, in turn."""

    def __init__(
        self, scene: Scene, run: Run, exchange: Exchange, climb: Climb, own: int = 0
    ) -> None:
        super().__init__(scene, run, own, exchange, climb.view())
        self.climb, self.problem = climb, scene.problem
        self.opened = 3  # areas that are solved anew at a time
        self.followed = dict.fromkeys(USED, 6)  # and over arcs of the bound's areas
        self.widened = 1.0  # what an arc may add to the bound, in what those of good plans add
        self.merged = 3  # good plans that are merged at a time
        self.cuts: dict[bool, set[Cut]] = {True: set(), False: set()}  # seats held or not

    def search(self) -> None:
        """Merge plans and open windows in turn; after a round without gain they may take longer."""
        run, base = self.run, BASE * self.run.stop.effort
        part = base
        self.raise_bound(OUTSET * part, enough=True)
        while not run.over and not run.closed:
            before = run.cost
            self.collect()
            self.merge(min(part, run.left))
            self.follow_bound(part)
            self.open_window(min(part, run.left))
            self.raise_bound(CLIMB * part)
            self.collect()
            self.partition()
            part = base if run.cost < before else 1.2 * part

    def keep(self, good: Good) -> None:
        """Keep a plan, and tell the caller where the run stands."""
        super().keep(good)
        self.run.report()

    def solve_whole(self) -> None:
        """Solve a small problem as it is: its plan is proven at once, also where no plan fits."""
        run, arcs = self.run, np.isfinite(self.problem.cost)
        if arcs.sum() > FEW:
            return
        answer = self.improve(arcs, BASE * run.stop.effort)
        if answer.finished and run.feasible:
            run.least = max(run.least, min(answer.least, run.cost))
        run.proven = answer.finished and run.shortage <= run.least_short + 1e-6

    def raise_bound(self, effort: float, *, enough: bool = False) -> None:
        """Raise the bound, once there is a plan to aim at and while it is far from it.

        With `enough`, only until it has settled. It is a bound of walking: borders and balances are
        left out.
        """
        run, climb = self.run, self.climb
        until = run.work + min(effort, run.left)
        above = run.cost - self.problem.extras(run.plan)
        while run.feasible and above - run.least > FAR * above and not climb.is_over:
            left = min(until - run.work, run.left)
            if left <= 0 or (enough and climb.settled):
                break
            before = climb.spent
            climb.climb(above, min(left, SLOT), run.halt)
            run.least = max(run.least, climb.best.least)
            self.spend(climb.spent - before)
            self.view = climb.view()
            self.exchange.tell(self.own, run.work, self.view)

    def merge(self, effort: float) -> None:
        """Solve over the arcs of some good plans and of the bound's areas: their best plan."""
        others = self.elite + self.met
        arcs = np.zeros(self.problem.cost.shape, bool)
        for k in self.rng.permutation(len(others))[: self.merged]:
            arcs[self.units, others[k][2]] = True
        arcs |= self.view.share >= self.rng.choice(LENT)
        self.merged = resize(self.merged, self.improve(arcs, effort), 1, len(others))

    def follow_bound(self, effort: float) -> None:
        """Solve windows anew over the arcs that the areas of the bound have used of late."""
        if not (self.run.feasible and self.climb.turns):
            return
        for least in self.rng.choice(USED, 2, replace=False):
            areas = self.window(self.followed[least])
            arcs = self.arcs_between(areas) & (self.view.share >= least)
            answer = self.improve(arcs, min(effort, self.run.left))
            size = resize(self.followed[least], answer, 2, len(self.problem.seats))
            self.followed[least] = size

    def open_window(self, effort: float) -> None:
        """Solve a few areas that lie side by side anew, all other areas held."""
        run = self.run
        areas = self.window(self.opened)
        arcs = self.arcs_between(areas)
        before, every = run.cost, len(areas) == len(self.problem.seats)
        gap = run.cost - self.scene.flat.least  # dearer arcs are in no better plan
        limit = self.likely_spare()
        if run.feasible:
            arcs &= self.scene.spare <= min(gap, limit)
        proves = run.feasible and every and limit >= gap
        answer = self.improve(arcs, effort)
        if proves:
            run.least = max(run.least, min(answer.least, before))
        if every and answer.finished and run.shortage <= run.least_short + 1e-6:
            run.proven = True  # the least shortage there can be, at the least cost
        self.opened = resize(self.opened, answer, 2, len(self.problem.seats))
        if every and answer.finished:
            self.widened *= 2.0

    def likely_spare(self) -> float:
        """Return what an arc of a window may add to the bound: as in good plans, or more."""
        spare = self.scene.spare
        worst = max(float(spare[self.units, plan].max()) for _, _, plan in self.elite)
        wider = self.widened * float(self.rng.choice(WIDER))
        return float(wider * max(worst, 0.01 * self.scene.unit_cost))

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

    def improve(self, arcs: NDArray[np.bool_], effort: float) -> Programme:
        """Solve over `arcs` and those of the best plan."""
        run, held = self.run, self.run.feasible
        problem = self.scene.tight if held else self.problem
        soft = 0.0 if held else 10 * PRICE[1] * self.scene.pupil_cost
        answer = solve_arcs(
            problem, arcs, run.plan, self.cuts[held], effort, soft, run.halt, run.halt.seconds_left
        )
        self.spend(answer.work)
        if answer.plan is not None and run.offer(answer.plan):
            good = self.weigh(answer.plan)
            self.rank(good)
            self.exchange.tell(self.own, run.work, good)
        run.report()
        return answer


def resize(size: int, answer: Programme, least: int, most: int) -> int:
    """Return the size of the next programme: larger after one that finished, most after a quick."""
    grown = max(3, size // 3) if answer.spent < LEISURE else 1
    return min(max(size + (grown if answer.finished else -1), least), most)


def begin_lanes(run: Run, tight: Problem, bound: Bound) -> tuple[Rounds, Restarts]:
    """Return the two threads of a run at its first plan."""
    scene = lay_scene(run.problem, tight, bound)
    exchange = Exchange(run.stop.effort, run.work, run.halt)
    rounds = Rounds(scene, run, exchange, Climb(tight, bound))
    restarts = Restarts(scene, replace(run, history=[], progress=None), 1, exchange, rounds.view)
    restarts.begin()
    return rounds, restarts


def search_rounds(run: Run, tight: Problem, bound: Bound) -> None:
    """Search until the gap is closed, the effort spent, or the guard cuts in.

    Both threads are others than the caller's, which an interruption reaches while they work.
    """
    rounds, restarts = begin_lanes(run, tight, bound)
    rounds.solve_whole()
    if run.closed:
        return
    restarts.keep(restarts.weigh(run.plan))
    restarts.spend(run.work)
    try:
        with ThreadPoolExecutor(2) as pool:
            try:
                work = restarts.start_cold(pool, rounds.keep)
                for lane in (rounds, restarts):
                    lane.spend(work)
                lanes = [pool.submit(work_through, lane) for lane in (rounds, restarts)]
                for done in lanes:
                    done.result()
            except BaseException:
                run.halt.end(cut=True)
                raise
    finally:
        if not run.closed:  # a proof stands on what its thread knew
            rounds.collect(all_news=True)


def work_through(lane: Rounds | Restarts) -> None:
    """Let a thread search to its end; a fault or a proof ends the other one too."""
    try:
        lane.search()
        if isinstance(lane, Rounds) and lane.run.closed:
            lane.run.halt.end()
    except BaseException:
        lane.run.halt.end(cut=True)
        raise
    finally:
        lane.exchange.pass_by(lane.own, np.inf)
