"""Siting without a budget where programmes are too many to list: what a site adds only shrinks.

The worth of a set of schools, summed over years, is that of the best seating of pupils: `weight`
for each pupil seated less the metres walked. As a function of the schools that are open it is
submodular, because the seats of a transport problem are gross substitutes (Shapley 1962; Murota,
Discrete Convex Analysis, 2003). So what a site added to few schools is a bound on what it adds to
more (Nemhauser, Wolsey and Fisher 1978), and the best sums of such gains bound a whole part of the
search. Branch and bound on them, best bound first, asks for few seatings and proves its answer.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np

from seatplan.solvers.location.answer import Flags, Floats, Ints, Progress
from seatplan.solvers.location.siting_case import Case, Operation
from seatplan.solvers.stop import Meter
from seatplan.solvers.transport import least_penalty

ASKED = 1e-4  # units of work of asking for a seating that is known


@dataclass(order=True)
class Node:
    """Options that are taken, and what each site still open to choice may add at most."""

    bound: float  # of the cost
    number: int
    taken: Ints = field(compare=False)  # (sites,) options, 0 where none is taken
    gains: Floats = field(compare=False)  # (sites,) -inf where ruled out
    fresh: Flags = field(compare=False)  # (sites,) whether a gain was measured at `taken`


class GainSearch:
    """Branch and bound on marginal gains; sites open early and large, as money is no limit."""

    def __init__(
        self, case: Case, gap: float, slack: float, meter: Meter, progress: Progress | None
    ) -> None:
        self.case, self.slack, self.progress, self.meter = case, slack, progress, meter
        self.gap = gap * (1 - 1e-9)  # so that rounding does not leave more than was asked for
        finite = np.where(np.isfinite(case.metres), case.metres, 0.0)
        longest = float((finite.max(axis=0, initial=0.0) * case.demand).sum())
        # no walking outweighs `slack` pupils, nor a seat within one year
        self.weight = max(longest / slack + 1.0, least_penalty(case.metres.T))
        self.offered = case.drop_dominated().argmax(axis=1).astype(np.int32)  # 0 for none
        self.options = np.zeros(len(case.sizes), np.int32)
        self.operation = case.operate(self.options)
        self.bound = -np.inf  # on the cost of every programme
        self.nodes = 0

    def rate(self, operation: Operation) -> float:
        """Return the cost of an operation."""
        return self.weight * operation.shortage + operation.walking

    @property
    def target(self) -> float:
        """The cost below which a programme would be worth finding."""
        return self.rate(self.operation) - self.gap * self.operation.walking

    @property
    def is_proven(self) -> bool:
        """Whether shortage and walking are proven as nearly as asked for."""
        return self.bound >= self.target

    @property
    def bounds(self) -> list[float]:
        """Bounds on the shortage, and on the walking of programmes no shorter than the best."""
        shortage, walking = self.operation.shortage, self.operation.walking
        if self.is_proven:
            return [max(shortage - self.slack, 0.0), walking * (1 - self.gap)]
        short = self.bound / self.weight - self.slack
        return [max(short, 0.0), max(self.bound - self.weight * shortage, 0.0)]

    def tell(self) -> None:
        """Tell how far the shortage is, or with that proven the walking."""
        if self.progress is None:
            return
        short, walking = self.bounds
        if short < self.operation.shortage - self.slack:
            self.progress(self.operation.shortage, short, self.meter.done)
        else:
            self.progress(self.operation.walking, walking, self.meter.done)

    def evaluate(self, options: Ints) -> float:
        """Operate `options`, keep them when they are the best so far, and return their cost."""
        operation = self.case.operate(options)
        self.meter.spend(operation.work + ASKED)
        cost = self.rate(operation)
        if cost < self.rate(self.operation):
            self.operation, self.options = operation, options.copy()
        return cost

    def run(self) -> None:
        """Search; a keyboard interrupt ends it with the best so far."""
        gains = np.where(self.offered > 0, np.inf, -np.inf)
        root = Node(-np.inf, 0, self.options.copy(), gains, self.offered == 0)
        try:
            self.dive(root)
            self.search([root])
        except KeyboardInterrupt:
            self.meter.cut()

    def dive(self, node: Node) -> None:
        """Take what adds most, again and again: a first programme for the search to beat."""
        site = self.refresh(node)
        while site is not None and not self.meter.is_over:
            node = self.open_site(node, site)
            site = self.refresh(node)

    def search(self, heap: list[Node]) -> None:
        """Take the part of the search with the least bound until none can hold a better plan."""
        while heap:
            node = heap[0]
            self.bound = min(node.bound, self.target)
            self.tell()
            if node.bound >= self.target or self.meter.is_over:
                return
            site = self.refresh(node)
            heapq.heappop(heap)
            if site is not None and node.bound < self.target:
                self.nodes += 1
                for child in (self.open_site(node, site), self.close_site(node, site)):
                    heapq.heappush(heap, child)
        self.bound = self.target
        self.tell()

    def refresh(self, node: Node) -> int | None:
        """Measure gains until those of the bound are fresh; return the site of the largest.

        Returns None where nothing can be added, or no better programme can come of it.
        """
        cost = self.evaluate(node.taken)
        barred = [not self.case.has_place(node.taken, site) for site in range(len(node.taken))]
        node.gains[node.taken > 0] = -np.inf
        node.gains[barred] = -np.inf
        while True:
            chosen = self.choose(node)
            node.bound = max(node.bound, cost - float(node.gains[chosen].sum()))
            stale = chosen[~node.fresh[chosen]]
            if not len(chosen) or node.bound >= self.target:
                return None
            if not len(stale) or self.meter.is_over:
                return int(chosen[0])
            for site in stale:
                grown = node.taken.copy()
                grown[site] = self.offered[site]
                node.gains[site] = max(cost - self.evaluate(grown), 0.0)
                node.fresh[site] = True

    def choose(self, node: Node) -> Ints:
        """Return the sites that may bring most, best first, as many as each group may still open.

        What adds nothing now never will.
        """
        case = self.case
        opened = np.bincount(case.group[node.taken > 0], minlength=len(case.limits))
        order = np.argsort(-node.gains, kind="stable")
        order = order[node.gains[order] > 0.0]
        group = case.group[order]
        within = np.zeros(len(order), np.bool_)
        for number, left in enumerate(case.limits - opened):
            within[np.flatnonzero(group == number)[:left]] = True
        return order[within][: case.most - opened.sum()].astype(np.int32)

    def open_site(self, node: Node, site: int) -> Node:
        """Return the part of `node` in which `site` opens."""
        taken = node.taken.copy()
        taken[site] = self.offered[site]
        stale = np.zeros_like(node.fresh)
        return Node(node.bound, 2 * self.nodes + 1, taken, node.gains.copy(), stale)

    def close_site(self, node: Node, site: int) -> Node:
        """Return the part of `node` in which `site` stays closed."""
        node.gains[site] = -np.inf
        return Node(node.bound, 2 * self.nodes, node.taken, node.gains, node.fresh)
