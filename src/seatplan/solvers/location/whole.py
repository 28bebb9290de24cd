"""Customers served whole: the choice of sizes is searched, the assignment is left to HiGHS.

At one choice of sizes, the transport problem bounds the cost; a customer can be served from a site
only if the reduced cost of doing so keeps within the best known cost, which leaves few pairs.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, vstack

from seatplan.solvers.location.answer import Flags, Floats, Ints
from seatplan.solvers.location.capacitated import Node, Search
from seatplan.solvers.location.milp import Milp, MilpAnswer, solve_milp
from seatplan.solvers.location.offer import Offer, Service
from seatplan.solvers.location.tree import TOLERANCE

GUESS = 0.01  # share of the cost within which a first try looks for a whole assignment
TRY_EFFORT = 2.0  # units of work on a first try


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


class WholeSearch(Search):
    """Branch and bound over the sizes, with whole customers at each choice of them."""

    def keep(self, sizes: Ints, service: Service) -> None:
        """Try to serve whole customers near the split solution, in little time."""
        if service.cost <= self.target:
            near = service.cost * (1 + GUESS)
            self.assign(sizes, service, min(self.target, near), TRY_EFFORT)

    def assign(self, sizes: Ints, service: Service, limit: float, effort: float) -> MilpAnswer:
        """Serve whole customers at `sizes` for `limit` at most; keep a better solution."""
        offer, pay = self.offer, self.offer.pay(sizes)
        reduced = offer.cost - service.prices[:, None] + np.outer(offer.demand, service.rents)
        spare = limit - service.cost
        is_useful = (reduced <= spare + 1e-9 * abs(limit)) & (sizes > 0) & np.isfinite(offer.cost)
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
            rows, columns = np.nonzero(is_useful)
            taken = answer.solution > 0.5
            serving = np.zeros(len(offer.demand), np.int64)
            serving[rows[taken]] = columns[taken]
            cost = float(offer.cost[np.arange(len(serving)), serving].sum()) + pay
            if cost < self.best:
                self.best, self.sizes, self.serving = cost, sizes.copy(), serving
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
