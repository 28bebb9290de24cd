"""Lagrangian bound of the p-median: each client pays a price, the p best sites collect.

The demand constraints are relaxed with prices u; site j then earns rho_j = sum_i min(0, c_ij - u_i)
and the bound is sum(u) plus the p least rho (Cornuejols, Fisher and Nemhauser, Management Science
23, 1977; Beasley, EJOR 65, 1993). Sites whose opening or closing would lift the bound over the best
known cost are fixed on the way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.compiled import sort_ranks
from seatplan.solvers.location.interchange import Floats, Ints
from seatplan.solvers.location.subgradient import SLOWER, SLOWEST, advance, record, rewind

FREE, OPEN, CLOSED = 0, 1, -1
States = NDArray[np.int8]


@compiled
def measure_reach(sites: Ints, costs: Floats, state: States, p: int, prices: Floats) -> Ints:
    """Return how many of its nearest sites each client can use; cap its price at the last.

    No client goes beyond a site that is fixed open, nor beyond its (m - p + 1)-th site not closed.
    """
    clients, count = sites.shape
    reach = np.empty(clients, np.int32)
    standing = 0
    for site in range(count):
        standing += state[site] != CLOSED
    for client in range(clients):
        left = standing - p + 1
        for rank in range(count):
            kind = state[sites[client, rank]]
            left -= kind != CLOSED
            if kind == OPEN or left == 0:
                reach[client] = rank + 1
                prices[client] = min(prices[client], costs[client, rank])
                break
    return reach


@compiled
def collect(sites: Ints, costs: Floats, reach: Ints, prices: Floats, earning: Floats) -> float:
    """Write what each site collects (negative) at `prices`; return the sum of the prices."""
    earning[:] = 0.0
    total = 0.0
    for client in range(sites.shape[0]):
        price = prices[client]
        total += price
        for rank in range(reach[client]):
            margin = costs[client, rank] - price
            if margin >= 0.0:
                break
            earning[sites[client, rank]] += margin
    return total


@compiled
def choose(earning: Floats, state: States, p: int, is_chosen: NDArray[np.bool_]) -> Floats:
    """Mark the p sites of least earning; return (their sum, the last in, the first out)."""
    free = np.empty(earning.size, np.int32)
    loose, total = 0, 0.0
    for site in range(earning.size):
        is_chosen[site] = state[site] == OPEN
        if state[site] == OPEN:
            total += earning[site]
            p -= 1
        elif state[site] == FREE:
            free[loose] = site
            loose += 1
    sort_ranks(earning, free, loose)
    for rank in range(p):
        is_chosen[free[rank]] = True
        total += earning[free[rank]]
    result = np.array([total, -np.inf, np.inf])
    if p > 0:
        result[1] = earning[free[p - 1]]
    if p < loose:
        result[2] = earning[free[p]]
    return result


@compiled
def fix(
    earning: Floats, state: States, is_chosen: NDArray[np.bool_], edge: Floats, room: float
) -> int:
    """Fix every free site whose change of state would lift the bound by more than `room`."""
    fixed = 0
    for site in range(earning.size):
        if state[site] != FREE:
            continue
        if is_chosen[site]:
            if edge[2] - earning[site] > room:
                state[site] = OPEN
                fixed += 1
        elif earning[site] - edge[1] > room:
            state[site] = CLOSED
            fixed += 1
    return fixed


@compiled
def measure_slope(
    sites: Ints,
    costs: Floats,
    reach: Ints,
    prices: Floats,
    is_chosen: NDArray[np.bool_],
    slope: Floats,
) -> None:
    """Write the subgradient: 1 less the number of chosen sites that would serve each client."""
    for client in range(sites.shape[0]):
        price = prices[client]
        served = 0
        for rank in range(reach[client]):
            if costs[client, rank] >= price:
                break
            served += is_chosen[sites[client, rank]]
        slope[client] = 1.0 - served


@compiled
def is_decided(state: States, p: int) -> bool:
    """Whether the fixings leave one choice, or none."""
    opened, standing = 0, 0
    for kind in state:
        opened += kind == OPEN
        standing += kind != CLOSED
    return opened == p or standing <= p


@compiled
def ascend(
    sites: Ints,
    costs: Floats,
    state: States,
    p: int,
    prices: Floats,
    share: Floats,
    target: float,
    rounds: int,
    pace: float,
    patience: int,
) -> tuple[float, float, int]:
    """Raise the bound by at most `rounds` subgradient steps; return (bound, pace, steps taken).

    Every better solution costs `target` at most: the climb ends when the bound passes it. `prices`
    (best found), `state` (fixings) and `share` (how often each site was chosen) change in place.
    """
    clients, count = sites.shape
    reach = measure_reach(sites, costs, state, p, prices)
    most = np.empty(clients)
    for client in range(clients):
        most[client] = costs[client, reach[client] - 1]
    current, best, stale, steps = prices.copy(), -np.inf, 0, 0
    earning, is_chosen = np.empty(count), np.zeros(count, np.bool_)
    slope, heading = np.zeros(clients), np.zeros(clients)
    for _ in range(rounds):
        steps += 1
        total = collect(sites, costs, reach, current, earning)
        edge = choose(earning, state, p, is_chosen)
        bound = total + edge[0]
        best, stale = record(bound, best, target, stale, current, prices)
        if best > target:
            break
        fix(earning, state, is_chosen, edge, target - bound)
        if is_decided(state, p):
            break
        for site in range(count):
            share[site] += 0.05 * (is_chosen[site] - share[site])
        if stale >= patience:
            pace, stale = pace * SLOWER, 0
            rewind(current, prices, heading)
            if pace < SLOWEST:
                break
            continue
        measure_slope(sites, costs, reach, current, is_chosen, slope)
        if not advance(current, slope, heading, pace * (target * 1.001 - bound), -np.inf, most):
            break
    return best, pace, steps
