"""Exact siting of a few dozen sites: what a site adds can only shrink as others open.

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
from numpy.typing import ArrayLike, NDArray

from seatplan.solvers.location.answer import Clock, Floats, Ints, Progress
from seatplan.solvers.location.siting import Siting, describe_siting, read_case
from seatplan.solvers.location.siting_case import Case, Operation
from seatplan.solvers.transport import least_penalty

Pairs = NDArray[np.bool_]
REPORT_EVERY = 10  # nodes
ROUNDS = 40  # subgradient steps on the prices of money


def solve_few_sites(
    demand: ArrayLike,
    metres: ArrayLike,
    seats: ArrayLike,
    sizes: ArrayLike,
    *,
    price: ArrayLike | None = None,
    budget: ArrayLike | None = None,
    earliest: ArrayLike | None = None,
    max_sites: int | None = None,
    clashes: Pairs | None = None,
    groups: tuple[ArrayLike, ArrayLike] | None = None,
    gap: float = 0.005,
    slack: float = 1.0,
    seconds: float = 60.0,
    progress: Progress | None = None,
) -> Siting:
    """Choose sites, sizes and opening years for the least shortage, then the least walking.

    Tables are those of `solve_siting`. A keyboard interrupt ends the search with the best so far.

    Parameters
    ----------
    clashes
        (sites, sites) pairs of which only one may open.
    groups
        (sites,) the group of each site, by number, and the most that may open of each group; beside
        `max_sites`, which counts them all.
    gap
        Walking is proven to this share of it.
    slack
        Pupils (summed over the years) below which two shortages count as the same.
    """
    clock = Clock(seconds)
    case, order = read_case(demand, metres, seats, sizes, price, budget, earliest, max_sites)
    apart = np.zeros((len(case.sizes),) * 2, np.bool_) if clashes is None else clashes.copy()
    np.fill_diagonal(apart, False)
    member = np.zeros(len(case.sizes), np.int64) if groups is None else np.asarray(groups[0])
    most = np.array([case.most]) if groups is None else np.asarray(groups[1])
    search = Search(case, apart, (member, most), gap, slack, clock, progress)
    bound = search.run()
    operation = search.operation
    shortage = min(max(bound / search.weight - slack, 0.0), operation.shortage)
    walking = bound - search.weight * operation.shortage
    is_proven = bound >= search.best - gap * operation.walking
    if is_proven:
        shortage = max(operation.shortage - slack, 0.0)
    return describe_siting(
        case,
        order,
        search.options,
        operation,
        (shortage, min(max(walking, 0.0), operation.walking)),
        "optimal" if is_proven else "time",
        clock.elapsed,
    )


@dataclass(order=True)
class Node:
    """Options that are taken, those still open to choice, and what each may add at most."""

    bound: float  # of the cost
    number: int
    taken: Ints = field(compare=False)  # (sites,) options, 0 where none is taken
    gains: Floats = field(compare=False)  # (sites, options), -inf where ruled out
    fresh: NDArray[np.bool_] = field(compare=False)  # whether a gain was measured at `taken`


class Search:
    """Branch and bound on marginal gains."""

    def __init__(
        self,
        case: Case,
        clashes: Pairs,
        groups: tuple[NDArray[np.int64], NDArray[np.int64]],
        gap: float,
        slack: float,
        clock: Clock,
        progress: Progress | None,
    ) -> None:
        self.case, self.clashes, self.gap = case, clashes, gap
        self.group, self.most = groups
        self.clock, self.progress = clock, progress
        finite = np.where(np.isfinite(case.metres), case.metres, 0.0)
        longest = float((finite.max(axis=0, initial=0.0) * case.demand).sum())
        # no walking outweighs `slack` pupils, nor a seat within one year
        self.weight = max(longest / slack + 1.0, least_penalty(case.metres.T))
        self.offered = self.drop_dominated()
        self.options = np.zeros(len(case.sizes), np.int32)
        self.operation = case.operate(self.options)
        self.best = self.rate(self.operation)
        self.nodes = 0

    def rate(self, operation: Operation) -> float:
        """Return the cost of an operation."""
        return self.weight * operation.shortage + operation.walking

    def drop_dominated(self) -> NDArray[np.bool_]:
        """Return the options worth a look: the largest and earliest of those equally dear.

        A school that opens earlier or larger never makes a seating worse; without a budget that is
        one option a site, with one a year in which money comes in is worth waiting for.
        """
        case = self.case
        offered = case.allowed.copy()
        offered[:, 0] = False
        columns = np.arange(offered.shape[1])
        size, year = np.divmod(columns - 1, case.years)
        comes = np.append(True, np.diff(np.minimum(case.allowance, 1e300)) > 0)
        for site in range(len(offered)):
            for option in np.flatnonzero(offered[site]):
                price = case.price[site, size[option]]
                same = offered[site] & (size == size[option]) & (year < year[option])
                larger = offered[site] & (size > size[option]) & (year <= year[option])
                cheap = larger & (case.price[site, np.maximum(size, 0)] <= price)
                free = np.isinf(case.allowance).all() & larger.any()
                if (same.any() and not comes[year[option]]) or cheap.any() or free:
                    offered[site, option] = False
        return offered

    def evaluate(self, options: Ints) -> float:
        """Operate `options`, keep them when they are the best so far, and return their cost."""
        operation = self.case.operate(options)
        cost = self.rate(operation)
        if cost < self.best and self.case.is_affordable(options):
            self.best, self.operation, self.options = cost, operation, options.copy()
        return cost

    def run(self) -> float:
        """Search; return a bound on the cost of every programme."""
        root = Node(
            -np.inf,
            0,
            self.options.copy(),
            np.where(self.offered, np.inf, -np.inf),
            ~self.offered,
        )
        heap = [root]
        try:
            self.dive(root)
            return self.search(heap)
        except KeyboardInterrupt:
            return min((node.bound for node in heap), default=-np.inf)

    def dive(self, node: Node) -> None:
        """Take what adds most, again and again: a first plan for the search to beat."""
        pick = self.refresh(node, self.evaluate(node.taken))
        while pick is not None and not self.clock.is_over:
            taken = node.taken.copy()
            taken[pick[0]] = pick[1]
            node = Node(-np.inf, 0, taken, node.gains.copy(), np.zeros_like(node.fresh))
            pick = self.refresh(node, self.evaluate(taken))

    def search(self, heap: list[Node]) -> float:
        """Take the part of the search with the least bound until none can hold a better plan."""
        while heap:
            node = heap[0]
            if node.bound >= self.target:
                return self.target
            if self.clock.is_over:
                return node.bound
            cost = self.evaluate(node.taken)
            pick = self.refresh(node, cost)
            heapq.heappop(heap)
            if pick is not None and node.bound < self.target:
                for child in self.branch(node, *pick):
                    heapq.heappush(heap, child)
            self.nodes += 1
            if self.progress is not None and self.nodes % REPORT_EVERY == 0:
                bound = min((item.bound for item in heap), default=self.best)
                self.progress(self.best, min(bound, self.best), self.clock.elapsed)
        return self.target

    @property
    def target(self) -> float:
        """The cost below which a plan would be worth finding."""
        return self.best - self.gap * self.operation.walking

    def refresh(self, node: Node, cost: float) -> tuple[int, int] | None:
        """Measure gains until those that make up the bound are fresh; return the largest.

        Returns None where nothing can be added.
        """
        left = self.count_left(node.taken)
        self.rule_out(node, left)
        if np.isfinite(self.case.allowance).any():
            self.measure(node, cost, np.argwhere(np.isinf(node.gains) & (node.gains > 0)))
        while left.any() and not self.clock.is_over:
            chosen, most = self.choose(node, left)
            node.bound = max(node.bound, cost - most)
            stale = [pair for pair in chosen if not node.fresh[pair]]
            if not chosen or node.bound >= self.target:
                return None
            if not stale:
                return chosen[0]
            self.measure(node, cost, np.array(stale))
        return next(iter(self.choose(node, left)[0]), None) if left.any() else None

    def count_left(self, taken: Ints) -> NDArray[np.int64]:
        """Return how many sites of each group may still open."""
        opened = np.bincount(self.group[taken > 0], minlength=len(self.most))
        whole = max(self.case.most - int(opened.sum()), 0)
        left: NDArray[np.int64] = np.clip(self.most - opened, 0, whole)
        return left

    def measure(self, node: Node, cost: float, pairs: NDArray[np.int64]) -> None:
        """Measure what each of some (site, option) adds to the options taken."""
        for site, option in pairs:
            grown = node.taken.copy()
            grown[site] = option
            node.gains[site, option] = max(cost - self.evaluate(grown), 0.0)
            node.fresh[site, option] = True

    def rule_out(self, node: Node, left: NDArray[np.int64]) -> None:
        """Rule out what clashes with a taken site, is one too many, or cannot be paid for."""
        taken = node.taken > 0
        barred = self.clashes[taken].any(axis=0) | taken | (left[self.group] <= 0)
        node.gains[barred] = -np.inf
        if np.isinf(self.case.allowance).all():
            return
        for site, option in zip(
            *np.nonzero(np.isfinite(node.gains) | (node.gains > 0)), strict=True
        ):
            grown = node.taken.copy()
            grown[site] = option
            if not self.case.is_affordable(grown):
                node.gains[site, option] = -np.inf

    def choose(self, node: Node, left: NDArray[np.int64]) -> tuple[list[tuple[int, int]], float]:
        """Return options that may bring the most, best first, and how much they bring at most.

        Without a budget those are the best options of the `left` best sites of each group. With
        one, money until each year has a price: an option is worth its gain less what it costs at
        these prices, and the money left is worth its price. Whatever the prices, no plan brings
        more than that; they are lowered and raised (subgradient) to make it little.
        """
        limited = np.isfinite(self.case.allowance)
        if not limited.any():
            return self.pick(node.gains, left)
        money = np.where(limited, self.case.allowance - self.case.spend(node.taken), 0.0)
        size, year = np.divmod(np.arange(node.gains.shape[1]) - 1, self.case.years)
        paid = (year[:, None] <= np.arange(self.case.years)) & limited  # (options, years)
        price = self.case.price[:, np.maximum(size, 0)]
        rents = np.zeros(self.case.years)
        best: tuple[list[tuple[int, int]], float] = ([], np.inf)
        for round_ in range(ROUNDS):
            chosen, worth = self.pick(node.gains - price * (paid @ rents), left)
            most = worth + float(rents @ money)
            if most < best[1]:
                best = (chosen, most)
            spent = sum((price[pair] * paid[pair[1]] for pair in chosen), np.zeros(len(rents)))
            slope = money * limited - spent
            norm = float(slope @ slope)
            if norm <= 0.0 or (round_ == 0 and (slope >= 0).all()):
                break
            rents = np.maximum(rents - most / (round_ + 2) * slope / norm, 0.0)
        return best[0] or self.pick(node.gains, left)[0], best[1]

    def pick(self, worth: Floats, left: NDArray[np.int64]) -> tuple[list[tuple[int, int]], float]:
        """Return the best options of the `left` best sites of each group, and their sum.

        None of them is 0: what adds nothing now never will.
        """
        option = worth.argmax(axis=1)
        best = worth[np.arange(len(option)), option]
        order = np.argsort(-best, kind="stable")
        group = self.group[order]
        within = np.zeros(len(order), np.bool_)
        for number, most in enumerate(left):
            within[np.flatnonzero(group == number)[:most]] = True
        order = order[within][: self.case.most]
        chosen = [(int(site), int(option[site])) for site in order if best[site] > 0.0]
        return chosen, float(sum(worth[pair] for pair in chosen))

    def branch(self, node: Node, site: int, option: int) -> list[Node]:
        """Split `node` on whether `site` opens with `option`."""
        taken = node.taken.copy()
        taken[site] = option
        with_it = Node(
            node.bound, 2 * self.nodes + 1, taken, node.gains.copy(), np.zeros_like(node.fresh)
        )
        node.gains[site, option] = -np.inf
        without = Node(node.bound, 2 * self.nodes + 2, node.taken, node.gains, node.fresh)
        return [with_it, without]
