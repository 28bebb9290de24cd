"""What both threads of a search do: keep good plans, tell the other, make plans of areas.

Each thread has its own good plans, random numbers and count of work; what the other found it reads
from the exchange.
"""

from __future__ import annotations

from itertools import cycle
from typing import NamedTuple

import numpy as np

from seatplan.solvers.districting.bounds import LOOK, Bound, View
from seatplan.solvers.districting.exact import spare_cost
from seatplan.solvers.districting.exchange import Exchange
from seatplan.solvers.districting.listing import list_near
from seatplan.solvers.districting.moves import Ground
from seatplan.solvers.districting.partitions import estimate_work, solve_partition
from seatplan.solvers.districting.problem import Floats, Ints, Problem
from seatplan.solvers.districting.run import Run

FAR = 0.002  # gap above which the bound is worth raising
NEAR = (0.2, 0.1, 0.05)  # shares from which areas are listed over an arc of the bound's, in turn
LOSS = 4.0  # loss up to which they are listed at first, in the mean of the best plan's areas
LISTED = 150  # areas listed at most, a unit of effort: HiGHS cannot be stopped as it begins
MOST = 20_000  # and whatever the effort
LONG = 0.15  # share of the effort that a set partitioning may take
MIDDLE = 0.5  # share of that effort that it ought to take
KINDS = "best", "pair", "other"  # plans whose arcs it is over: the best, another too, another alone
EAGER = 3  # set partitionings counted as gains at first; the more gain, the more are made
MET = 40  # latest plans met that may be merged
ELITE = 10  # good plans kept

Good = tuple[float, float, Ints]  # shortage, cost and plan


class Scene(NamedTuple):
    """What does not change in a run; `tight` is the problem narrowed to the seats.

    `flat` is the transport bound, `grounds` what annealing sees, without seat prices and with them,
    `spare` what each arc adds to the bound, `unit_cost` and `pupil_cost` the mean cost of either.
    """

    problem: Problem
    tight: Problem
    flat: Bound
    grounds: tuple[Ground, Ground]
    spare: Floats
    unit_cost: float
    pupil_cost: float


def lay_scene(problem: Problem, tight: Problem, flat: Bound) -> Scene:
    """Return what does not change in a run."""
    n, m = problem.cost.shape
    ground = Ground(*(getattr(problem, name) for name in Ground._fields))
    priced = ground._replace(cost=problem.cost + flat.price * problem.weight[:, None])
    finite = np.where(np.isfinite(problem.cost), problem.cost, 0.0)
    mean = max(float(flat.least), 1e-9 * float(finite.sum()), 1e-12)
    return Scene(
        problem,
        tight,
        flat,
        (ground, priced),
        spare_cost(tight, flat),
        mean / max(n - m, 1),
        mean / max(float(problem.weight.sum()), 1e-9),
    )


class Lane:
    """One of two threads, by its number; `run` holds its best plan and counts its work."""

    def __init__(self, scene: Scene, run: Run, own: int, exchange: Exchange, view: View) -> None:
        self.scene, self.run, self.own, self.exchange, self.view = scene, run, own, exchange, view
        self.rng = np.random.default_rng([run.seed, own])
        self.units = np.arange(len(scene.problem.weight))
        self.elite: list[Good] = []
        self.met: list[Good] = []
        self.near = cycle(NEAR)
        self.tried, self.gained = 0, 0  # set partitionings, and those that gained
        self.losses: dict[tuple[float, str], float] = {}  # up to which areas are listed

    def spend(self, work: float) -> None:
        """Count work done."""
        self.run.work += work
        self.exchange.pass_by(self.own, self.run.work)

    def weigh(self, plan: Ints) -> Good:
        """Return a plan with what it lacks and costs."""
        problem = self.scene.problem
        return round(problem.shortage(plan), 6), problem.total(plan), plan

    def collect(self, *, all_news: bool = False) -> None:
        """Take what the other thread has told."""
        for item in self.exchange.read(self.own, np.inf if all_news else self.run.work):
            if isinstance(item, View):
                self.view = item
            else:
                self.keep(item)

    def find(self, good: Good) -> None:
        """Keep a plan found, and tell the other thread."""
        self.keep(good)
        self.exchange.tell(self.own, self.run.work, good)

    def keep(self, good: Good) -> None:
        """Keep a plan among the latest met, and among the best if it is one of them."""
        self.run.offer(good[2])
        self.met = [*self.met[1 - MET :], good]
        self.rank(good)

    def rank(self, good: Good) -> None:
        """Keep a plan among the best, each cost once."""
        known = {item[:2]: item for item in (*self.elite, good)}
        self.elite = [known[key] for key in sorted(known)][:ELITE]

    def partition(self) -> None:
        """Make the best plan of areas near the bound, over its arcs and those of a plan or two.

        Not before the bound has settled above that of transport, while it is far from the plan and
        there is work left for it, and only with areas that may lose as much as the plan's on
        average.
        """
        run, view, tight = self.run, self.view, self.scene.tight
        key = share, kind = next(self.near), str(self.rng.choice(KINDS))
        plans = self.plans_for(kind)
        shortage, cost, plan = plans[0]
        gap = cost - view.best.least
        mean = gap / len(tight.seats)
        loss = min(self.losses.get(key, LOSS * mean), gap)
        far = shortage <= 1e-6 and gap > FAR * cost and loss >= mean
        settled = view.settled and view.best.least > self.scene.flat.least
        pays = self.rng.random() < (EAGER + self.gained) / (EAGER + self.tried)
        effort = run.stop.effort
        if not (far and settled and pays) or run.left < LONG / 2 * effort:
            return
        arcs = view.share >= share
        for _, _, open_to in plans:
            arcs[self.units, open_to] = True
        arcs &= np.isfinite(tight.cost)
        near = list_near(view, arcs, loss, int(min(LISTED * effort, MOST)) + 1)
        self.spend(LOOK * near.looked)
        self.losses[key] = max(near.reach, loss / LOSS)
        if near.reach < mean:
            return
        likely = max(estimate_work(near), MIDDLE * LONG * effort)
        self.exchange.pass_by(self.own, run.work + likely)  # so that nobody waits for its end
        most = min(LONG * effort, run.left)
        answer = solve_partition(tight, near, plan, most, run.halt, run.halt.seconds_left)
        self.spend(answer.work)
        grown = (MIDDLE / max(answer.spent, 1e-3)) ** 0.25
        self.losses[key] *= min(max(grown, 0.8), 2.0)
        self.tried += 1
        if answer.plan is not None and (good := self.weigh(answer.plan))[:2] < plans[0][:2]:
            self.gained += 1
            self.find(good)

    def plans_for(self, kind: str) -> list[Good]:
        """Return the plans whose arcs a set partitioning is over: the first is its start."""
        if kind == "other":
            others = sorted(self.met, key=lambda good: good[:2])[:ELITE]
            return [others[self.rng.integers(len(others))]]
        pair = [self.elite[self.rng.integers(len(self.elite))]] if kind == "pair" else []
        return [self.elite[0], *pair]
