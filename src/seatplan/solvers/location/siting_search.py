"""Branch and bound over building programmes: for least shortage, then for least walking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from seatplan.solvers.location.answer import Clock, Flags, Floats, Ints, Progress
from seatplan.solvers.location.siting_bound import climb_siting, value_all
from seatplan.solvers.location.siting_case import Case, Operation
from seatplan.solvers.location.tree import NODE_PACE, Tree

MOVES = 200  # openings that are paired with changes elsewhere
TRIES = 20  # neighbours operated in full before a local search gives up
LONGEST_WAYS = 30.0  # penalty of a pupil without a seat, in longest ways
FAR = 1000.0  # the same where everybody can have a seat: it only caps the prices


class Aim(Protocol):
    """What is to be least, and how near to the least is near enough."""

    metres: Floats  # (schools, blocks) cost of one pupil's way, inf out of reach
    weight: float  # cost of a pupil without a seat
    offset: float  # added to every cost

    def measure(self, operation: Operation) -> float:
        """Return the cost of an operation; inf where it is of no use."""

    def price(self, operation: Operation) -> Floats:
        """Return what the last pupil of each block and year costs in it, (years, blocks)."""

    def miss(self, cost: float, /) -> float:
        """Return by how much a solution of `cost` may miss the least."""


class LeastShortage:
    """Pupils without a seat, to `slack` pupils."""

    def __init__(self, case: Case, slack: float) -> None:
        self.metres = np.where(np.isfinite(case.metres), 0.0, np.inf)
        self.weight, self.offset, self.slack = 1.0, 0.0, slack

    def measure(self, operation: Operation) -> float:
        """Return the pupils without a seat."""
        return operation.shortage

    def price(self, operation: Operation) -> Floats:
        """Return 1 for each block and year in which one pupil more would go without a seat."""
        flows = operation.flows
        return np.array([(flow.origin_price > flow.penalty / 2).astype(float) for flow in flows])

    def miss(self, _cost: float) -> float:
        """Return `slack`."""
        return self.slack


class LeastWalking:
    """Pupil-metres of the programmes at most `shortage` pupils short, to a share `gap`.

    The limit on the shortage is relaxed at a fixed penalty, so that the bound holds whatever the
    penalty is; programmes that are shorter of seats are not taken.
    """

    def __init__(self, case: Case, shortage: float, gap: float) -> None:
        self.metres = case.metres
        longest = float(np.where(np.isfinite(case.metres), case.metres, 0.0).max())
        self.most, self.gap = shortage + 1e-9 * float(case.demand.sum()), gap
        self.weight = (LONGEST_WAYS if shortage else FAR) * longest + 1.0
        self.offset = -self.weight * self.most

    def measure(self, operation: Operation) -> float:
        """Return the pupil-metres; inf where too many are without a seat."""
        return operation.walking if operation.shortage <= self.most else np.inf

    def price(self, operation: Operation) -> Floats:
        """Return the metres that one pupil more costs, the penalty at most."""
        return np.minimum([flow.origin_price for flow in operation.flows], self.weight)

    def miss(self, cost: float) -> float:
        """Return a share `gap` of `cost`."""
        return self.gap * cost


@dataclass
class Node:
    """A part of the search: the options still allowed, the prices and their bound."""

    allowed: Flags
    prices: Floats
    share: Floats
    values: Floats
    bound: float
    pace: float = 1.0


class Search(Tree[Node]):
    """Branch and bound over the options of the sites."""

    def __init__(self, case: Case, aim: Aim, clock: Clock, progress: Progress | None) -> None:
        super().__init__(clock, progress)
        self.case, self.aim = case, aim
        self.rooms = case.rooms
        self.options = np.zeros(len(case.sizes), np.int32)
        self.operation: Operation | None = None
        self.tried: set[bytes] = set()
        scale = float(np.sqrt(case.demand.size))  # evens out the steps of money and of pupils
        limited = np.isfinite(case.allowance)
        total = max(float(case.allowance[limited].max(initial=0.0)), 1e-12)
        self.allowance = np.where(limited, case.allowance * (scale / total), 0.0)
        self.spend = np.where(np.isfinite(case.price), case.price * (scale / total), 0.0)
        rents = np.where(limited, np.inf, 0.0)
        self.ceiling = np.concatenate([aim.weight * case.demand.ravel(), rents])
        self.walking = np.inf

    @property
    def target(self) -> float:
        """The cost that every better solution keeps within."""
        if not np.isfinite(self.best):
            return float(self.ceiling[: self.case.demand.size].sum()) + self.aim.offset
        return self.best - self.aim.miss(self.best)

    def try_options(self, options: Ints) -> Operation | None:
        """Operate `options`, once; keep the programme when it is the best so far."""
        key = options.tobytes()
        if key in self.tried:
            return None
        self.tried.add(key)
        operation = self.case.operate(options)
        cost = self.aim.measure(operation)
        if (cost, operation.walking) < (self.best, self.walking):
            self.best, self.walking = cost, operation.walking
            self.options, self.operation = options.copy(), operation
        return operation

    def start(self, options: Ints) -> Node:
        """Return the whole problem, after a local search from `options`."""
        case, sites = self.case, len(options)
        self.descend(options)
        operation = self.operation or case.operate(options)
        prices = np.ravel(self.aim.price(operation) * case.demand)
        prices = np.minimum(np.concatenate([prices, np.zeros(case.years)]), self.ceiling)
        share = np.full(sites, case.most / sites)
        values = np.zeros(case.allowed.shape)
        return Node(case.allowed.copy(), prices, share, values, -np.inf)

    def climb(self, node: Node, rounds: int, patience: int) -> None:
        """Raise the bound of `node` and bar the options that it rules out."""
        bound, node.pace = climb_siting(
            self.aim.metres,
            self.case.demand,
            self.rooms,
            self.spend,
            self.allowance,
            self.ceiling,
            node.allowed,
            self.case.most,
            node.prices,
            node.share,
            node.values,
            self.aim.offset,
            self.target,
            rounds,
            node.pace,
            patience,
        )
        node.bound = max(node.bound, bound)

    def settle(self, node: Node) -> bool:
        """Whether nothing is left to search in `node`; a last programme in it is kept."""
        allowed = node.allowed
        forced = ~allowed[:, 0]
        if node.bound > self.target or not allowed.any(axis=1).all():
            return True
        if forced.sum() > self.case.most or not self.can_be_paid(node):
            return True
        if (allowed.sum(axis=1) == 1).all():
            options = allowed.argmax(axis=1).astype(np.int32)
            if self.case.is_affordable(options):
                self.try_options(options)
            return True
        return False

    def can_be_paid(self, node: Node) -> bool:
        """Whether the sites that must open can be paid for in the end, each at its cheapest."""
        case, forced = self.case, ~node.allowed[:, 0]
        by_size = node.allowed[:, 1:].reshape(len(forced), -1, case.years).any(axis=2)
        cheapest = np.where(by_size, case.price, np.inf).min(axis=1)
        return bool(cheapest[forced].sum() <= case.allowance[-1] * (1 + 1e-9))

    def polish(self, node: Node) -> None:
        """Local search from the sites that the bound opened most often."""
        rank = np.argsort(-node.share - 2.0 * ~node.allowed[:, 0], kind="stable")
        values = np.where(self.case.allowed, node.values, np.inf)
        options = np.zeros(len(rank), np.int32)
        for site in rank[: self.case.most]:
            for option in np.argsort(values[site, 1:], kind="stable") + 1:
                options[site] = option
                if np.isfinite(values[site, option]) and self.case.is_affordable(options):
                    break
                options[site] = 0
        self.descend(options)

    def descend(self, options: Ints) -> None:
        """Local search from `options`: the prices of each programme say which others to try."""
        operation = self.try_options(options)
        while operation is not None and not self.clock.is_over:
            prices = np.ravel(self.aim.price(operation) * self.case.demand)
            cost, operation = self.rate(operation), None
            values = value_all(
                self.aim.metres, self.case.demand, self.rooms, len(self.spend), prices
            )
            for neighbour in self.find_neighbours(options, values):
                answer = self.try_options(neighbour)
                if answer is not None and self.rate(answer) < cost:
                    options, operation = neighbour, answer
                    break

    def rate(self, operation: Operation) -> tuple[float, float, float]:
        """Return what ranks programmes: the cost, else the shortage, then the walking."""
        return (self.aim.measure(operation), operation.shortage, operation.walking)

    def find_neighbours(self, options: Ints, values: Floats) -> list[Ints]:
        """Return affordable programmes that differ at one or two sites, most promising first."""
        case, sites = self.case, np.arange(len(options))
        change = np.where(case.allowed, values - values[sites, options][:, None], np.inf)
        change[sites, options] = np.inf
        offered = np.isfinite(change)
        standing = np.flatnonzero(offered & (options[:, None] > 0))
        opening = np.flatnonzero(offered & (options[:, None] == 0))
        opening = opening[np.argsort(change.ravel()[opening], kind="stable")[:MOVES]]
        best = np.concatenate([standing, opening])
        site, option = np.unravel_index(best, change.shape)
        gain = change.ravel()[best]
        gains = np.vstack([gain, gain[:, None] + gain])
        gains[1:][site[:, None] >= site] = np.inf
        neighbours: list[Ints] = []
        for place in np.argsort(gains, axis=None, kind="stable")[:2000]:
            row, column = divmod(int(place), len(best))
            if len(neighbours) == TRIES or not gains[row, column] < 0:
                break
            neighbour = options.copy()
            neighbour[site[column]] = option[column]
            if row:
                neighbour[site[row - 1]] = option[row - 1]
            if (neighbour > 0).sum() <= case.most and case.is_affordable(neighbour):
                neighbours.append(neighbour)
        return neighbours

    def branch(self, node: Node) -> list[Node]:
        """Split `node` on whether a site opens, else on its size, else on its year."""
        open_or_not = node.allowed[:, 0] & node.allowed[:, 1:].any(axis=1)
        group = np.zeros(node.allowed.shape[1], np.bool_)
        if open_or_not.any():
            free = np.flatnonzero(open_or_not)
            site = free[np.argmin(np.abs(node.share[free] - 0.7))]
            group[1:] = True
        else:
            site = int(node.allowed.sum(axis=1).argmax())
            offered = np.flatnonzero(node.allowed[site])
            group[offered[(len(offered) + 1) // 2 :]] = True
        children = []
        for kept in (group, ~group):
            allowed = node.allowed.copy()
            allowed[site] &= kept
            prices, share, values = node.prices.copy(), node.share.copy(), node.values.copy()
            children.append(Node(allowed, prices, share, values, node.bound, NODE_PACE))
        return children

    def run(self, options: Ints) -> float:
        """Search from `options`; return the bound."""
        root = self.start(options)
        if self.best - self.aim.miss(self.best) < 0.0:
            return self.target
        if self.solve_root(root):
            return self.target
        return root.bound if self.clock.is_over else self.search(root)
