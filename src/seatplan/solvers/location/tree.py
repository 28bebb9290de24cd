"""Branch and bound, best bound first: what both location solvers share."""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

import numpy as np

from seatplan.solvers.location.answer import Progress
from seatplan.solvers.stop import Meter

ROOT_CLIMBS, ROOT_ROUNDS, ROOT_PATIENCE = 40, 50, 15  # subgradient steps between two looks around
NODE_ROUNDS, NODE_PATIENCE, NODE_PACE = 100, 15, 0.3
POLISH_EVERY = 10  # nodes
LEAST_PACE = 1e-3  # a climb slower than this is over
TOLERANCE = 1e-7  # share of the cost within which a solution counts as optimal


class Bounded(Protocol):
    """A part of the search, its bound, and the pace at which the bound still climbs."""

    bound: float
    pace: float


N = TypeVar("N", bound=Bounded)


class Tree(ABC, Generic[N]):
    """A search that knows its best solution so far and the cost that a better one keeps within."""

    def __init__(self, meter: Meter, progress: Progress | None) -> None:
        self.meter, self.progress = meter, progress
        self.best = np.inf
        self.nodes = 0

    @property
    def target(self) -> float:
        """The cost that every better solution keeps within."""
        return self.best - TOLERANCE * abs(self.best)

    @abstractmethod
    def climb(self, node: N, rounds: int, patience: int) -> None:
        """Raise the bound of `node` and fix what it allows."""

    @abstractmethod
    def settle(self, node: N) -> bool:
        """Whether nothing is left to search in `node`; a last solution in it is kept."""

    @abstractmethod
    def polish(self, node: N) -> None:
        """Look for a better solution near what the bound of `node` chose."""

    @abstractmethod
    def branch(self, node: N) -> list[N]:
        """Split `node` in two."""

    def shrink(self, node: N) -> None:
        """Leave out of the whole search what `node`, its root, has ruled out."""

    def report(self, bound: float) -> None:
        """Tell how far the search is."""
        if self.progress is not None:
            self.progress(self.best, min(bound, self.best), self.meter.seconds)

    def solve_root(self, root: N) -> bool:
        """Bound, fix and polish the whole problem; whether that settled it."""
        for _ in range(ROOT_CLIMBS):
            self.climb(root, ROOT_ROUNDS, ROOT_PATIENCE)
            if self.settle(root):
                return True
            self.shrink(root)
            self.polish(root)
            self.report(root.bound)
            if root.pace < LEAST_PACE or self.meter.is_over:
                break
        return self.settle(root)

    def search(self, root: N) -> float:
        """Branch until nothing is left or the work is done; return the bound."""
        heap = [(root.bound, 0, root)]
        while heap and not self.meter.is_over:
            bound, _, node = heapq.heappop(heap)
            if bound > self.target:
                return self.target
            self.report(bound)
            for child in self.branch(node):
                self.nodes += 1
                if self.settle(child):
                    continue
                self.climb(child, NODE_ROUNDS, NODE_PATIENCE)
                if not self.settle(child):
                    heapq.heappush(heap, (child.bound, self.nodes, child))
                if self.nodes % POLISH_EVERY == 0:
                    self.polish(child)
        return min(heap[0][0], self.target) if heap else self.target
