"""The p-median, to proven optimality: bound, interchange, fixing, branch and bound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from seatplan.errors import InputError, SolveError
from seatplan.solvers.location.answer import Flags, Floats, Ints, Location, Progress, name_end
from seatplan.solvers.location.interchange import interchange
from seatplan.solvers.location.lagrange import (
    CLOSED,
    FREE,
    OPEN,
    States,
    ascend,
    choose,
    collect,
    measure_reach,
)
from seatplan.solvers.location.milp import solve_milp
from seatplan.solvers.location.remainder import count_entries, measure_limits, write_remainder
from seatplan.solvers.location.tree import NODE_PACE, Tree
from seatplan.solvers.stop import Meter, Stop, read_stop

STARTS = 3  # random starts of the interchange before the bound leads it
STEP = 1e-9  # units of work that an entry of the costs takes in a step of the bound
EXCHANGE = 1e-8  # and in an interchange
SMALL = 60  # entries per client of a program that HiGHS is quicker with than the search


@dataclass
class Problem:
    """Costs in the two orders that the inner loops read, over the sites still in play."""

    by_site: Floats  # (sites, clients)
    sites: Ints  # (clients, sites), nearest first
    costs: Floats  # (clients, sites), in the order of `sites`
    is_fixed: Flags
    p: int

    @classmethod
    def of(cls, cost: Floats, is_fixed: Flags, p: int) -> Problem:
        """Sort each client's sites by cost."""
        sites = np.argsort(cost, axis=1, kind="stable")
        costs = np.take_along_axis(cost, sites, 1)
        return cls(np.ascontiguousarray(cost.T), sites.astype(np.int32), costs, is_fixed, p)

    def keep(self, standing: Flags) -> Problem:
        """Return the problem over the sites in `standing` only."""
        renumbered = (np.cumsum(standing) - 1).astype(np.int32)
        kept = standing[self.sites]
        shape = (len(self.sites), int(standing.sum()))
        return Problem(
            np.ascontiguousarray(self.by_site[standing]),
            renumbered[self.sites[kept]].reshape(shape),
            self.costs[kept].reshape(shape),
            self.is_fixed[standing],
            self.p,
        )

    def measure(self, is_open: Flags) -> float:
        """Return the cost of serving every client from its nearest open site."""
        return float(self.by_site[is_open].min(axis=0).sum())

    def improve(self, is_open: Flags, least_gain: float) -> float:
        """Interchange from `is_open`, which changes in place; return the cost."""
        return float(
            interchange(self.by_site, self.sites, self.costs, is_open, self.is_fixed, least_gain)
        )


@dataclass
class Node:
    """A part of the search: which sites are fixed, the prices, the bound they prove."""

    state: States
    prices: Floats
    share: Floats
    bound: float
    pace: float = 1.0


class Search(Tree[Node]):
    """Branch and bound over the sites."""

    def __init__(
        self, cost: Floats, is_fixed: Flags, p: int, meter: Meter, progress: Progress | None
    ) -> None:
        super().__init__(meter, progress)
        self.problem = Problem.of(cost, is_fixed, p)
        self.names = np.arange(cost.shape[1])  # of the sites in play
        self.is_whole = bool(np.all(cost == np.floor(cost)))
        self.chosen = np.zeros(0, np.int64)

    @property
    def target(self) -> float:
        """The cost that every better solution keeps within."""
        if self.is_whole:
            return self.best - 1.0 + 1e-4
        return super().target

    def keep_best(self, is_open: Flags, cost: float) -> None:
        """Keep the solution when it is the cheapest so far."""
        if cost < self.best:
            self.best, self.chosen = cost, self.names[is_open]

    def improve(self, is_open: Flags) -> None:
        """Interchange from `is_open`, and keep what comes of it."""
        self.meter.spend(EXCHANGE * self.problem.costs.size)
        self.keep_best(is_open, self.problem.improve(is_open, 1e-9))

    def start(self, seed: int) -> Node:
        """Find a first solution and the prices it suggests."""
        generator = np.random.default_rng(seed)
        problem, count = self.problem, len(self.names)
        loose = np.flatnonzero(~problem.is_fixed)
        for _ in range(STARTS):
            is_open = problem.is_fixed.copy()
            is_open[generator.choice(loose, problem.p - int(is_open.sum()), replace=False)] = True
            self.improve(is_open)
        nearest = np.sort(problem.by_site[self.chosen], axis=0)[:2]
        state = np.where(problem.is_fixed, OPEN, FREE).astype(np.int8)
        return Node(state, nearest.mean(axis=0), np.full(count, problem.p / count), -np.inf)

    def climb(self, node: Node, rounds: int, patience: int) -> None:
        """Raise the bound of `node` and fix what it allows."""
        problem = self.problem
        bound, node.pace, steps = ascend(
            problem.sites,
            problem.costs,
            node.state,
            problem.p,
            node.prices,
            node.share,
            self.target,
            rounds,
            node.pace,
            patience,
        )
        self.meter.spend(STEP * steps * problem.costs.size)
        node.bound = max(node.bound, bound)

    def settle(self, node: Node) -> bool:
        """Whether nothing is left to search in `node`; a last solution in it is kept."""
        if node.bound > self.target:
            return True
        is_open, stands = node.state == OPEN, node.state != CLOSED
        if is_open.sum() == self.problem.p or stands.sum() <= self.problem.p:
            last = is_open if is_open.sum() == self.problem.p else stands
            if last.sum() == self.problem.p:
                self.keep_best(last, self.problem.measure(last))
            return True
        return False

    def polish(self, node: Node) -> None:
        """Interchange from the sites that the bound chose most often."""
        is_open = np.zeros(len(self.names), np.bool_)
        rank = node.share + (node.state == OPEN) - (node.state == CLOSED)
        is_open[np.argsort(-rank, kind="stable")[: self.problem.p]] = True
        self.improve(is_open)

    def shrink(self, node: Node) -> None:
        """Leave out the sites that are fixed closed."""
        stands = node.state != CLOSED
        if stands.mean() > 0.8:
            return
        self.problem = self.problem.keep(stands)
        self.names = self.names[stands]
        node.state, node.share = node.state[stands], node.share[stands]

    def solve_remainder(self, node: Node) -> bool:
        """Hand `node` to HiGHS if little is left of it; whether that settled it."""
        problem, prices = self.problem, node.prices.copy()
        reach = measure_reach(problem.sites, problem.costs, node.state, problem.p, prices)
        earning, is_chosen = np.empty(len(self.names)), np.zeros(len(self.names), np.bool_)
        bound = collect(problem.sites, problem.costs, reach, prices, earning)
        bound += choose(earning, node.state, problem.p, is_chosen)[0]
        furthest = problem.costs[np.arange(len(reach)), reach - 1]
        limits = measure_limits(prices, self.target - bound, furthest)
        if count_entries(problem.costs, limits) > SMALL * len(limits):
            return False
        milp, base = write_remainder(problem.sites, problem.costs, node.state, problem.p, limits)
        slack = 0.999 if self.is_whole else self.best - self.target
        meter = self.meter
        answer = solve_milp(
            milp,
            effort=meter.left,
            seconds=meter.seconds_left,
            cutoff=self.target - base,
            slack=slack,
        )
        meter.spend(answer.work)
        if answer.solution is not None:
            is_open = answer.solution[: len(self.names)] > 0.5
            self.keep_best(is_open, problem.measure(is_open))
        node.bound = max(node.bound, answer.bound + base)
        return answer.is_done

    def branch(self, node: Node) -> list[Node]:
        """Split `node` on a site that the bound opens often, but not always."""
        free = np.flatnonzero(node.state == FREE)
        site = free[np.argmin(np.abs(node.share[free] - 0.7))]
        children = []
        for kind in (OPEN, CLOSED):
            state = node.state.copy()
            state[site] = kind
            share = node.share.copy()
            children.append(Node(state, node.prices.copy(), share, node.bound, NODE_PACE))
        return children

    def run(self, seed: int) -> float:
        """Search from the start; return the bound."""
        root = self.start(seed)
        if self.solve_root(root):
            return self.target
        if self.meter.is_over:
            return root.bound
        if self.solve_remainder(root):
            return self.target
        return self.search(root)


def read_costs(
    cost: ArrayLike, p: int, weight: ArrayLike | None, fixed_open: ArrayLike
) -> tuple[Floats, Flags]:
    """Check what was asked for; return the weighted costs and which sites are fixed open."""
    table = np.array(cost, float)
    if table.ndim != 2 or table.size == 0 or np.isnan(table).any() or (table == -np.inf).any():
        raise InputError(
            "solve_p_median: cost is a table of numbers, clients by sites, inf where a site "
            f"cannot serve a client; got shape {table.shape}"
        )
    clients, sites = table.shape
    is_fixed = np.zeros(sites, np.bool_)
    is_fixed[read_sites(fixed_open, sites)] = True
    check_count(p, int(is_fixed.sum()), sites)
    if weight is not None:
        scale = np.asarray(weight, float)
        if scale.shape != (clients,) or not (np.isfinite(scale) & (scale >= 0)).all():
            raise InputError(
                f"solve_p_median: weight is {clients} numbers of 0 or more, one for each client"
            )
        scale = scale.reshape(clients, 1)
        table = np.where(scale > 0, np.where(np.isinf(table), np.inf, table * scale), 0.0)
    stranded = np.isinf(table).all(axis=1).sum()
    if stranded:
        raise SolveError(f"solve_p_median: {stranded} of {clients} clients reach no site at all")
    return table, is_fixed


def read_sites(fixed_open: ArrayLike, sites: int) -> Ints:
    """Return positions of sites; InputError where one is none."""
    given = np.asarray(fixed_open, float).ravel()
    if not np.isin(given, np.arange(sites)).all():
        raise InputError(
            f"solve_p_median: fixed_open holds positions of sites, 0 to {sites - 1}; "
            f"got {', '.join(f'{one:g}' for one in given[:8])}"
        )
    return given.astype(np.int64)


def check_count(p: int, forced: int, sites: int) -> None:
    """Raise SolveError where p sites cannot open, saying by how much."""
    if p < 1:
        raise SolveError(f"solve_p_median: p = {p}, but one site at least has to open")
    if p > sites:
        raise SolveError(
            f"solve_p_median: p = {p} is {p - sites} more than the {sites} sites there are"
        )
    if forced > p:
        raise SolveError(
            f"solve_p_median: {forced} sites are fixed open, {forced - p} more than p = {p}"
        )


@cache
def load() -> None:
    """Solve a tiny case, once: compiling its loops counts as nobody's work."""
    cost = np.array([[0.0, 1.0, 2.0], [2.0, 0.0, 1.0]])
    search = Search(cost, np.zeros(3, np.bool_), 1, Meter(Stop()), None)
    root = search.start(0)
    search.climb(root, 1, 1)
    search.solve_remainder(root)


def solve_p_median(
    cost: ArrayLike,
    p: int,
    *,
    weight: ArrayLike | None = None,
    fixed_open: ArrayLike = (),
    stop: Stop | None = None,
    seconds: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Location:
    """Open p sites so that the cost of serving every client from its cheapest one is least.

    Parameters
    ----------
    cost
        (clients, sites) cost of serving one unit of a client from a site; inf where it cannot be.
    weight
        (clients,) units per client, 0 or more; one each when left out.
    fixed_open
        Positions of the sites that are open in any case; they count among the p.
    stop
        How long to search, counted in work; the compiling of a first call is none. When the work is
        done, or the guard cuts it short, the best solution and its bound come back.
    seconds
        Guard in wall-clock seconds, where no `stop` is given (see `stop.read_stop`); None: none.
    seed
        Of the random starts; the same seed and effort give the same answer.
    progress
        Called with (best cost, bound, seconds) as the search goes on.

    Returns
    -------
    Location
        Whole costs are solved exactly; others to 1e-7 of the cost.

    Raises
    ------
    InputError
        `cost` is not a table of numbers.
    SolveError
        p does not fit the sites, or no p sites reach every client.
    """
    load()
    meter = Meter(stop or read_stop(seconds=seconds))
    table, is_fixed = read_costs(cost, p, weight, fixed_open)
    barred = np.isinf(table)
    finite = np.where(barred, 0.0, table)
    dear = 1.0 + np.ceil(np.abs(finite).max(axis=1).sum())
    search = Search(np.where(barred, dear, table), is_fixed, p, meter, progress)
    bound = search.run(seed)
    is_open = np.zeros(len(is_fixed), np.bool_)
    is_open[search.chosen] = True
    serving = search.chosen[table[:, search.chosen].argmin(axis=1)]
    unserved = int(barred[np.arange(len(table)), serving].sum())
    proven = bound >= search.target
    if unserved:
        raise SolveError(
            f"solve_p_median: {'no' if proven else 'found no'} {p} sites reach every client; "
            f"the best choice leaves out {unserved} of {len(table)}"
        )
    if proven:
        bound = search.best if search.is_whole else min(bound, search.best)
    ended = name_end(proven, meter)
    return Location(is_open, serving, search.best, bound, ended, meter.seconds, effort=meter.done)
