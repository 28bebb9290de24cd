"""The thread that anneals: from the first plan in several ways, then from good plans again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from seatplan.solvers.districting.annealing import anneal
from seatplan.solvers.districting.lanes import Good, Lane
from seatplan.solvers.districting.moves import Ground
from seatplan.solvers.districting.problem import Ints

PACE = 3_000_000  # steps of annealing that are one unit of work
FIRST_STEPS = 300_000
STEPS = 10_000_000  # of one annealing, work allowing
SHARE = 0.025  # share of the effort that one annealing may take
START = 0.15  # share of the effort after which no further heat is tried at first
FRESH = 0.25  # share of annealings beside the programmes that start from the first plan
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


class Annealing(NamedTuple):
    """One annealing laid out: where it starts, over what, how long, and its random numbers."""

    start: Ints
    ground: Ground
    price: tuple[float, float]
    heat: tuple[float, float]
    steps: int
    seed: int

    def run(self) -> Ints:
        """Return the best plan met."""
        plan, best = self.start.copy(), self.start.copy()
        anneal(plan, best, self.ground, self.price, self.heat, self.steps, self.seed)
        return best


class Restarts(Lane):
    """Annealing again and again, with set partitionings in between."""

    first: Ints  # the first plan
    given: dict[Way, tuple[float, float]]  # the best that each way has given

    def begin(self) -> None:
        """Start from the best plan of the run as it is now."""
        self.first, self.given = self.run.plan.copy(), {}

    def lay_out(self, start: Ints, way: Way, price: float = PRICE[0]) -> Annealing:
        """Lay out an annealing from `start`."""
        run, scene = self.run, self.scene
        steps = int(min(STEPS, max(PACE * min(SHARE * run.stop.effort, run.left), FIRST_STEPS)))
        top = PRICE[1] * (1.0 if run.feasible or not self.elite else 10.0)
        prices = price * scene.pupil_cost, top * scene.pupil_cost
        heat = way.heat * scene.unit_cost, min(COLD, way.heat / 10) * scene.unit_cost
        seed = int(self.rng.integers(2**31))
        return Annealing(start, scene.grounds[way.priced], prices, heat, steps, seed)

    def start_cold(self, pool: ThreadPoolExecutor, told: Callable[[Good], None]) -> float:
        """Anneal from the first plan in each way, two at a time; return the work of a thread.

        Each plan is kept and `told`.
        """
        work = 0.0
        for ways in (WAYS[:1], *(WAYS[k : k + 2] for k in range(0, len(WAYS), 2))):
            if self.run.closed or work > START * self.run.stop.effort:
                break
            laid = [self.lay_out(self.first, way) for way in ways]
            work += max(item.steps for item in laid) / PACE
            for way, best in zip(ways, pool.map(Annealing.run, laid), strict=True):
                good = self.note(way, best)
                self.keep(good)
                told(good)
        return work

    def note(self, way: Way, best: Ints) -> Good:
        """Note what a way has given from the first plan."""
        good = self.weigh(best)
        self.given[way] = min(self.given.get(way, good[:2]), good[:2])
        return good

    @property
    def best_way(self) -> Way:
        """The way of annealing that has given the best plan."""
        return min(self.given, key=lambda way: self.given[way])

    def search(self) -> None:
        """Anneal good plans again, now and then the first one; make plans of areas in between."""
        while not self.run.over:
            self.collect()
            self.partition()
            if self.run.over:
                break
            price = PRICE[0] * float(self.rng.choice([1.0, 3.0]))
            if self.rng.random() > FRESH:
                self.find(self.anneal_again(price))
            else:
                self.find(self.anneal_first(price))

    def anneal(self, laid: Annealing) -> Ints:
        """Run an annealing and count it."""
        best = laid.run()
        self.spend(laid.steps / PACE)
        return best

    def anneal_first(self, price: float) -> Good:
        """Anneal from the first plan, mostly in the way that has done best."""
        leads = self.rng.random() < LEADER
        way = self.best_way if leads else WAYS[int(self.rng.integers(len(WAYS)))]
        return self.note(way, self.anneal(self.lay_out(self.first, way, price)))

    def anneal_again(self, price: float) -> Good:
        """Anneal one of the best plans, from a heat that changes it little or much."""
        start = self.elite[min(int(self.rng.exponential(2.0)), len(self.elite) - 1)][2]
        hot = REHEAT[0] * (REHEAT[1] / REHEAT[0]) ** self.rng.random()
        priced = bool(self.best_way.priced and self.rng.random() < 0.5)
        return self.weigh(self.anneal(self.lay_out(start, Way(hot, priced), price)))
