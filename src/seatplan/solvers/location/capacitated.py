"""Capacitated facility location: prices, knapsacks, transport, branch and bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.location.answer import Floats, Ints, Progress
from seatplan.solvers.location.knapsacks import climb_prices, count_sites, earn
from seatplan.solvers.location.neighbours import find_neighbours
from seatplan.solvers.location.offer import Offer, Service
from seatplan.solvers.location.tree import NODE_PACE, Tree
from seatplan.solvers.stop import Meter

STEP = 5e-9  # units of work that a site, a customer and a size take in a step of the bound
SERVE = 5e-7  # and a customer and an open site in a transport problem
NEAR = 3  # the first price of a customer is the cost of its third cheapest site


@dataclass
class Node:
    """A part of the search: the sizes still open to choice, the prices and their bound."""

    low: Ints
    high: Ints
    prices: Floats
    share: Floats
    bound: float
    pace: float = 1.0


class Search(Tree[Node]):
    """Branch and bound over the sizes of the sites."""

    def __init__(self, offer: Offer, meter: Meter, progress: Progress | None) -> None:
        super().__init__(meter, progress)
        self.offer = offer
        self.by_site = np.ascontiguousarray(offer.cost.T)
        self.ceiling = offer.ceiling
        self.known: dict[bytes, float] = {}
        self.sizes = offer.low
        self.serving: NDArray[np.int64] | Floats = np.zeros(0)

    @property
    def target(self) -> float:
        """The cost that every better solution keeps within."""
        return min(super().target, self.ceiling) if np.isfinite(self.best) else self.ceiling

    def start(self) -> Node:
        """Return the whole problem, with a first solution if one is easily found."""
        offer = self.offer
        sites, sizes = offer.capacity.shape
        rank = min(NEAR, sites) - 1
        reach = np.where(np.isfinite(offer.cost), offer.cost, np.nan)
        furthest = np.nanmax(reach, axis=1)
        prices = np.minimum(np.partition(offer.cost, rank, axis=1)[:, rank], furthest)
        high = np.full(sites, sizes - 1, np.int32)
        share = np.full(sites, offer.most / sites / 2)
        node = Node(offer.low.copy(), high, prices, share, -np.inf)
        self.polish(node)
        if offer.most == sites:
            self.descend(high.copy())
        return node

    def try_sizes(self, sizes: Ints) -> Service | None:
        """Serve everybody from `sizes`, once; keep the solution when it is the cheapest so far."""
        key = sizes.tobytes()
        if key in self.known:
            return None
        service = self.serve(sizes)
        self.known[key] = np.inf if service is None else service.cost
        if service is not None:
            self.keep(sizes, service)
        return service

    def serve(self, sizes: Ints) -> Service | None:
        """Serve everybody from `sizes`, and count the work."""
        self.meter.spend(SERVE * len(self.offer.demand) * int((sizes > 0).sum()))
        return self.offer.serve(sizes)

    def keep(self, sizes: Ints, service: Service) -> None:
        """Keep the solution when it is the cheapest so far."""
        if service.cost < self.best:
            self.best, self.sizes = service.cost, sizes.copy()
            self.serving = service.shares

    def earn(self, prices: Floats) -> Floats:
        """Return what each site earns at each size (sites, sizes) at `prices`."""
        offer = self.offer
        return earn(self.by_site, offer.demand, offer.capacity, offer.fixed, prices)

    def descend(self, sizes: Ints) -> None:
        """Local search from `sizes`: the prices of each solution say which neighbours to try."""
        service = self.try_sizes(sizes)
        while service is not None and not self.meter.is_over:
            earning = self.earn(service.prices)
            cost, service = service.cost, None
            for neighbour in find_neighbours(self.offer, sizes, earning):
                answer = self.try_sizes(neighbour)
                if answer is not None and answer.cost < cost * (1 - 1e-9):
                    sizes, service = neighbour, answer
                    break

    def climb(self, node: Node, rounds: int, patience: int) -> None:
        """Raise the bound of `node` and bar the sizes that it rules out."""
        offer = self.offer
        limits = count_sites(
            offer.capacity, node.low, node.high, float(offer.demand.sum()), offer.most
        )
        if limits[0] > limits[1]:
            node.bound = np.inf
            return
        bound, node.pace, steps = climb_prices(
            self.by_site,
            offer.demand,
            offer.capacity,
            offer.fixed,
            node.low,
            node.high,
            limits,
            node.prices,
            node.share,
            self.target,
            rounds,
            node.pace,
            patience,
        )
        self.meter.spend(STEP * steps * self.by_site.size * offer.capacity.shape[1])
        node.bound = max(node.bound, bound)

    def settle(self, node: Node) -> bool:
        """Whether nothing is left to search in `node`; a last solution in it is kept."""
        if node.bound > self.target:
            return True
        if (node.low == node.high).all():
            self.try_sizes(node.low)
            return True
        return False

    def polish(self, node: Node) -> None:
        """Local search from the sites that the bound opened most often, grown till all fit in."""
        earning = self.earn(node.prices)
        earning[:, 0] = np.inf
        liked = earning.argmin(axis=1).astype(np.int32)
        rank = np.argsort(-(node.share + 2 * self.offer.low), kind="stable")
        room = self.offer.capacity[np.arange(len(liked)), liked]
        total, wanted = np.cumsum(room[rank]), self.offer.demand.sum() * (1 - 1e-9)
        count = max(int((node.share > 0.5).sum()), int(self.offer.low.sum()), 1)
        count = max(count, int(np.searchsorted(total, wanted)) + 1)
        count = min(count, self.offer.most)
        sizes = np.zeros(len(liked), np.int32)
        sizes[rank[:count]] = liked[rank[:count]]
        if total[count - 1] < wanted:
            sizes[rank[:count]] = self.offer.capacity.shape[1] - 1
        self.descend(sizes)

    def branch(self, node: Node) -> list[Node]:
        """Split `node` on whether a site opens; where all that is settled, on a site's size."""
        free = np.flatnonzero((node.low == 0) & (node.high > 0))
        if len(free):
            site, cut = free[np.argmin(np.abs(node.share[free] - 0.7))], 0
        else:
            site = np.argmax(node.high - node.low)
            cut = (node.low[site] + node.high[site]) // 2
        children = []
        for is_above in (True, False):
            low, high = node.low.copy(), node.high.copy()
            if is_above:
                low[site] = cut + 1
            else:
                high[site] = cut
            prices, share = node.prices.copy(), node.share.copy()
            children.append(Node(low, high, prices, share, node.bound, NODE_PACE))
        return children

    def run(self) -> float:
        """Search from the start; return the bound."""
        root = self.start()
        if self.solve_root(root):
            return self.target
        return root.bound if self.meter.is_over else self.search(root)
