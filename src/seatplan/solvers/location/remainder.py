"""What the bound leaves open of a p-median, as a small covering program for HiGHS.

A client that no site within its k-th distance serves pays the step to the next (Cornuejols,
Nemhauser and Wolsey, SIAM J. Alg. Disc. Meth. 1, 1980; Elloumi, J. Comb. Optim. 19, 2010):
min sum_ik (D_i,k+1 - D_ik) z_ik, z_ik + sum(y_j: c_ij <= D_ik) >= 1, sum(y) = p. The bound says how
far each client can be sent at most in a better solution, so that few steps are left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from seatplan.solvers.location.answer import Floats, Ints
from seatplan.solvers.location.lagrange import CLOSED, OPEN, States
from seatplan.solvers.location.milp import Milp


@dataclass
class Steps:
    """The rows of the program as they are written."""

    sites: int
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)  # of the z, in order
    base: float = 0.0  # every client pays its first distance

    def add_client(self, near: Ints, costs: Floats) -> None:
        """Write the rows of a client whose useful sites `near` stand at `costs`, ascending."""
        levels = np.unique(costs)
        self.base += levels[0]
        for level, step in zip(levels, [*np.diff(levels), None], strict=True):
            self.columns.extend(near[: np.searchsorted(costs, level, "right")].tolist())
            if step is not None:
                self.columns.append(self.sites + len(self.cost))
                self.cost.append(float(step))
            self.starts.append(len(self.columns))


def measure_limits(prices: Floats, room: float, furthest: Floats) -> Floats:
    """Return the cost beyond which no client is sent in a solution within `room` of the bound."""
    return np.minimum(prices + max(room, 0.0) * (1 + 1e-9) + 1e-9, furthest)


def count_entries(costs: Floats, limits: Floats) -> int:
    """Return a ceiling on the entries that the program will have."""
    useful = (costs <= limits[:, None]).sum(axis=1)
    return int((useful * (useful + 1) // 2).sum())


def write_remainder(
    sites: Ints, costs: Floats, state: States, p: int, limits: Floats
) -> tuple[Milp, float]:
    """Return the program over sites (first columns) and steps, and the cost that it leaves out."""
    count = sites.shape[1]
    steps = Steps(count)
    for client in range(len(sites)):
        useful = (costs[client] <= limits[client]) & (state[sites[client]] != CLOSED)
        if useful.any():
            steps.add_client(sites[client][useful], costs[client][useful])
        else:
            steps.starts.append(len(steps.columns))  # 0 >= 1: no better solution
    steps.columns.extend(range(count))
    steps.starts.append(len(steps.columns))
    rows, columns = len(steps.starts) - 1, count + len(steps.cost)
    entries = np.ones(len(steps.columns))
    matrix = csr_matrix((entries, steps.columns, steps.starts), shape=(rows, columns))
    row_upper = np.full(rows, np.inf)
    row_lower = np.ones(rows)
    row_lower[-1] = row_upper[-1] = p
    lower, upper = np.zeros(columns), np.ones(columns)
    lower[:count], upper[:count] = state == OPEN, state != CLOSED
    cost = np.concatenate([np.zeros(count), steps.cost])
    milp = Milp(cost, matrix, row_lower, row_upper, lower, upper, np.arange(columns) < count)
    return milp, steps.base
