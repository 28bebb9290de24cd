"""The choices of sites near the best: each with the least cost of serving everybody from it.

The branch and bound of capacitated location goes on past the best choice until none is left that
costs less than the dearest listed. Demand may be split, so what is listed bounds from below what
whole units in connected areas cost from the same sites.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass

import numpy as np

from seatplan.solvers.location.answer import Floats, Ints, Progress
from seatplan.solvers.location.capacitated import Search
from seatplan.solvers.location.offer import Offer, Service
from seatplan.solvers.stop import Meter

WANDER = 0.5  # share of the work left after the root for exchanges at random
KICK, KICKS = 3, 40  # sites exchanged at most at once, and how often in vain


@dataclass(frozen=True)
class Choices:
    """Choices of sizes, the cheapest first.

    Parameters
    ----------
    sizes
        (choices, sites) number of each site's size as the offer orders them, 0 where closed.
    cost
        (choices,) least cost of serving everybody, demand split where that is cheaper.
    rest
        No choice that is not listed costs less.
    prices
        (customers,) prices of serving each whole, at which the bound of all choices was highest.
    """

    sizes: Ints
    cost: Floats
    rest: float
    prices: Floats


class ListSearch(Search):
    """Branch and bound that keeps what lies near the best, too.

    Parameters
    ----------
    margin
        Share of the best cost up to which choices are listed.
    most
        Choices listed at most.
    """

    def __init__(
        self, offer: Offer, meter: Meter, progress: Progress | None, margin: float, most: int
    ) -> None:
        super().__init__(offer, meter, progress)
        self.margin, self.most = margin, most
        self.costs: list[float] = []

    @property
    def target(self) -> float:
        """The cost that every choice still to be listed keeps within."""
        edge = self.costs[self.most - 1] if len(self.costs) >= self.most else np.inf
        return min(edge, self.best + self.margin * abs(self.best), self.ceiling)

    def keep(self, sizes: Ints, service: Service) -> None:
        """Note what a choice costs."""
        insort(self.costs, service.cost)
        super().keep(sizes, service)

    def wander(self, effort: float) -> None:
        """Descend from the best choice with a few sites exchanged at random, again and again.

        Iterated local search (Lourenco, Martin and Stutzle 2003), always from the best.
        """
        luck, until = np.random.default_rng(0), self.meter.done + effort
        room, needed = self.offer.capacity, float(self.offer.demand.sum())
        largest = room.argmax(axis=1)
        vain = 0
        while vain < KICKS and self.meter.done < until and np.isfinite(self.best):
            if self.meter.is_over:
                return
            best, vain = self.best, vain + 1
            sizes, count = self.sizes.copy(), int(luck.integers(1, KICK + 1))
            leaving = np.flatnonzero((sizes > 0) & (self.offer.low == 0))
            coming = np.flatnonzero((sizes == 0) & (largest > 0))
            sizes[luck.permutation(leaving)[:count]] = 0
            chosen = luck.permutation(coming)[:count]
            sizes[chosen] = largest[chosen]
            enough = room[np.arange(len(sizes)), sizes].sum() >= needed
            if enough and np.count_nonzero(sizes) <= self.offer.most:
                self.descend(sizes)
            if self.best < best:
                vain = 0

    def find_near(self) -> Choices:
        """Search, and return what is near the best."""
        root = self.start()
        settled = self.solve_root(root)
        prices = root.prices.copy()
        rest = self.target if settled else root.bound
        if not settled and not self.meter.is_over:
            self.wander(WANDER * self.meter.left)
            rest = self.search(root)
        near = {key: cost for key, cost in self.known.items() if cost <= self.target}
        order = sorted(near, key=lambda key: (near[key], key))[: self.most]
        sizes = np.array([np.frombuffer(key, self.sizes.dtype) for key in order])
        return Choices(sizes, np.array([near[key] for key in order]), rest, prices)


def list_choices(
    offer: Offer, meter: Meter, margin: float, most: int, progress: Progress | None = None
) -> Choices:
    """List the choices of sizes near the best.

    Parameters
    ----------
    offer
        What may be opened for whom, see `offer.read_offer`.
    meter
        Counts the work; where it is over before the search is, `Choices.rest` is lower.
    margin, most
        See `ListSearch`.
    """
    return ListSearch(offer, meter, progress, margin, most).find_near()
