"""Customers served whole: the choice of sizes is searched, the assignment is left to HiGHS.

At one choice of sizes, the transport problem bounds the cost; a customer can be served from a site
only if the reduced cost of doing so keeps within the best known cost, which leaves few pairs. So
the choices near the best, customers split (`choices`), are assigned first, over the pairs near the
split answer of each; then a programme over the sites and pairs of several choices, a very large
neighbourhood, looks between them (a kernel; Guastaroba and Speranza, EJOR 238, 2014). What they
leave open the branch and bound goes through.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import bmat, csr_matrix, eye_array, vstack

from seatplan.solvers.location.answer import Flags, Floats, Ints
from seatplan.solvers.location.capacitated import Node, Search
from seatplan.solvers.location.choices import list_choices
from seatplan.solvers.location.customers import anneal_customers
from seatplan.solvers.location.milp import Milp, MilpAnswer, solve_milp
from seatplan.solvers.location.offer import Offer, Service
from seatplan.solvers.location.tree import TOLERANCE

GUESS = 0.01  # share of the cost within which a first try looks for a whole assignment
TRY_EFFORT = 0.5  # units of work on a first try
LISTING = 0.35  # share of the effort for the list of choices
MARGIN, MOST = 0.04, 60  # how far above the best they are listed, and how many
PASSES = ((0.01, 0.03), (0.04, 0.06))  # reach of the pairs in each pass, and share of the effort
ANNEAL, STEPS = 0.15, 300_000  # share of the effort for annealing, and steps at one choice
PACE = 3_000_000  # steps that are one unit of work
NEAREST, HEAT = 8, 0.1  # sites that a customer may move to, first temperature in mean costs
KERNEL = 0.25, 3, 12  # share of the effort of a programme between choices, and of how many: twice


def write_assignment(offer: Offer, room: Floats, is_useful: Flags) -> Milp:
    """Return the assignment of whole customers over the useful pairs (customers, sites)."""
    rows, columns = np.nonzero(is_useful)
    count = len(rows)
    index = np.arange(count)
    served = csr_matrix((np.ones(count), (rows, index)), shape=(len(is_useful), count))
    load = csr_matrix((offer.demand[rows], (columns, index)), shape=(len(room), count))
    ones = np.ones(len(is_useful))
    return Milp(
        offer.cost[rows, columns],
        csr_matrix(vstack([served, load])),
        np.concatenate([ones, np.full(len(room), -np.inf)]),
        np.concatenate([ones, room]),
        np.zeros(count),
        np.ones(count),
        np.ones(count, np.bool_),
    )


def write_location(offer: Offer, is_useful: Flags, offered: Flags) -> Milp:
    """Return the location of whole customers over useful pairs and offered sizes (sites, sizes).

    Columns: the pairs, then the sizes. Rows: each customer once, the room of each site, one size a
    site, a pair only where its site is open, the most sites.
    """
    rows, columns = np.nonzero(is_useful)
    site, size = np.nonzero(offered)
    pairs, sizes = len(rows), len(site)
    sites, one = len(offered), np.ones(pairs)
    index, option = np.arange(pairs), np.arange(sizes)
    shape = (sites, sizes)
    served = csr_matrix((one, (rows, index)), shape=(len(is_useful), pairs))
    load = csr_matrix((offer.demand[rows], (columns, index)), shape=(sites, pairs))
    stands = csr_matrix((np.ones(sizes), (site, option)), shape=shape)
    room = csr_matrix((offer.capacity[site, size], (site, option)), shape=shape)
    links = stands[columns]
    matrix = bmat(
        [
            [served, None],
            [load, -room],
            [None, stands],
            [eye_array(pairs), -links],
            [None, csr_matrix(np.ones((1, sizes)))],
        ],
        format="csr",
    )
    every = np.ones(len(is_useful))
    lower = [every, np.full(sites, -np.inf), offer.low.astype(float)]
    upper = [every, np.zeros(sites), np.ones(sites), np.zeros(pairs), np.array([offer.most])]
    lower += [np.full(pairs, -np.inf), np.array([-np.inf])]
    count = pairs + sizes
    return Milp(
        np.concatenate([offer.cost[rows, columns], offer.fixed[site, size]]),
        csr_matrix(matrix),
        np.concatenate(lower),
        np.concatenate(upper),
        np.zeros(count),
        np.ones(count),
        np.ones(count, np.bool_),
    )


class WholeSearch(Search):
    """Branch and bound over the sizes, with whole customers at each choice of them."""

    def run(self) -> float:
        """Assign the choices near the best, look between them, search all; return the bound."""
        near = self.search_near()
        if near >= self.target or self.meter.is_over:
            return min(near, self.target)
        return max(near, super().run())

    def search_near(self) -> float:
        """Serve whole customers from the choices near the best; return a bound of all choices."""
        effort = self.meter.left
        listed = list_choices(self.offer, self.meter.part(LISTING * effort), MARGIN, MOST)
        bounds = listed.cost.copy()
        steps = int(min(ANNEAL * effort * PACE / max(len(bounds), 1), STEPS))
        for k, sizes in enumerate(listed.sizes):
            if bounds[k] <= self.target and not self.meter.is_over:
                self.anneal(sizes, steps, k)
        for reach, share in PASSES:
            for k, sizes in enumerate(listed.sizes):
                service = None if bounds[k] > self.target else self.serve(sizes)
                if service is None or self.meter.is_over:
                    continue
                limit = min(self.target, service.cost * (1 + reach))
                answer = self.assign(sizes, service, limit, share * effort)
                bounds[k] = max(bounds[k], min(answer.bound, limit))
            alive = listed.sizes[bounds <= self.target]
            for count in KERNEL[1:]:
                self.look_between(alive[:count], KERNEL[0] / len(KERNEL) * effort)
        return float(min(listed.rest, bounds.min(initial=np.inf)))

    def anneal(self, sizes: Ints, steps: int, seed: int) -> None:
        """Serve whole customers at `sizes` by annealing from the split answer."""
        service = self.serve(sizes)
        if service is None or not steps:
            return
        offer, used = self.offer, np.flatnonzero(sizes)
        cost = offer.cost[:, used]
        room = offer.capacity[used, sizes[used]]
        reduced = cost + np.outer(offer.demand, service.rents[used])
        near = np.argsort(reduced, axis=1, kind="stable")[:, :NEAREST]
        near = np.where(np.isfinite(np.take_along_axis(cost, near, 1)), near, near[:, :1])
        start = service.shares[:, used].argmax(axis=1)
        spent = cost[np.arange(len(start)), start]
        price = max(float(service.rents.max()), float(spent.sum() / max(offer.demand.sum(), 1e-9)))
        heat = HEAT * float(spent.mean())
        plan, least = anneal_customers(
            cost, near, offer.demand, room, start, price, heat, steps, seed
        )
        self.meter.spend(steps / PACE)
        if least + offer.pay(sizes) < self.best:
            self.best, self.sizes = least + offer.pay(sizes), sizes.copy()
            self.serving = used[plan]

    def look_between(self, choices: Ints, effort: float) -> None:
        """Serve whole customers from any sites of `choices`, over the useful pairs of each."""
        offer, target = self.offer, self.target
        useful = np.zeros(offer.cost.shape, np.bool_)
        offered = np.zeros(offer.capacity.shape, np.bool_)
        for sizes in choices:
            service = self.serve(sizes)
            if service is not None:
                near = min(target, service.cost * (1 + GUESS))
                useful |= self.find_useful(sizes, service, near)
                offered[np.arange(len(sizes)), sizes] = True
        offered[:, 0] = False
        if self.meter.is_over or not useful.any(axis=1).all():
            return
        useful &= offered.any(axis=1)
        milp = write_location(offer, useful, offered)
        answer = solve_milp(
            milp,
            effort=min(effort, self.meter.left),
            seconds=self.meter.seconds_left,
            cutoff=target,
            slack=TOLERANCE / 2 * abs(target),
        )
        self.meter.spend(answer.work)
        if answer.solution is not None:
            count = int(useful.sum())
            sizes = np.zeros(len(offered), np.int32)
            site, size = np.nonzero(offered)
            opened = answer.solution[count:] > 0.5
            sizes[site[opened]] = size[opened]
            self.take(sizes, useful, answer.solution[:count] > 0.5)

    def find_useful(self, sizes: Ints, service: Service, limit: float) -> Flags:
        """Return the pairs over which some whole solution at `sizes` may cost `limit` at most."""
        offer = self.offer
        reduced = offer.cost - service.prices[:, None] + np.outer(offer.demand, service.rents)
        near = reduced <= limit - service.cost + 1e-9 * abs(limit)
        useful: Flags = near & (sizes > 0) & np.isfinite(offer.cost)
        return useful

    def take(self, sizes: Ints, is_useful: Flags, taken: Flags) -> None:
        """Keep the assignment over the pairs `taken` of the useful ones if it is the cheapest."""
        rows, columns = np.nonzero(is_useful)
        serving = np.zeros(len(self.offer.demand), np.int64)
        serving[rows[taken]] = columns[taken]
        cost = float(self.offer.cost[np.arange(len(serving)), serving].sum())
        cost += self.offer.pay(sizes)
        if cost < self.best:
            self.best, self.sizes, self.serving = cost, sizes.copy(), serving

    def keep(self, sizes: Ints, service: Service) -> None:
        """Try to serve whole customers near the split solution, in little time."""
        if service.cost <= self.target:
            near = service.cost * (1 + GUESS)
            self.assign(sizes, service, min(self.target, near), TRY_EFFORT)

    def assign(self, sizes: Ints, service: Service, limit: float, effort: float) -> MilpAnswer:
        """Serve whole customers at `sizes` for `limit` at most; keep a better solution."""
        offer, pay = self.offer, self.offer.pay(sizes)
        is_useful = self.find_useful(sizes, service, limit)
        if not is_useful.any(axis=1).all():
            return MilpAnswer(None, np.inf, limit, True)
        room = offer.capacity[np.arange(len(sizes)), sizes]
        milp = write_assignment(offer, room, is_useful)
        slack = TOLERANCE / 2 * abs(limit)
        answer = solve_milp(
            milp,
            effort=min(effort, self.meter.left),
            seconds=self.meter.seconds_left,
            cutoff=limit - pay,
            slack=slack,
        )
        self.meter.spend(answer.work)
        if answer.solution is not None:
            self.take(sizes, is_useful, answer.solution > 0.5)
        return MilpAnswer(answer.solution, answer.cost + pay, answer.bound + pay, answer.is_done)

    def settle(self, node: Node) -> bool:
        """Whether nothing is left to search in `node`; a last choice is assigned for good."""
        if node.bound > self.target:
            return True
        if (node.low < node.high).any():
            return False
        service = self.serve(node.low)
        if service is None or service.cost > self.target:
            return True
        answer = self.assign(node.low, service, self.target, self.meter.left)
        node.bound = max(node.bound, service.cost, min(answer.bound, self.target))
        return answer.is_done
