"""Lagrangian bound of capacitated location: one knapsack per site, one price per customer.

The demand constraints are relaxed with prices u. Open at size l, site j then earns
f_jl - max sum_i (u_i - c_ij) x_ij within capacity, a continuous knapsack whose sorted order gives
every size at once; the bound is sum(u) plus the least sum of earnings over the sites that a choice
may open (Geoffrion and McBride, AIIE Trans. 10, 1978; Beasley, EJOR 33, 1988). Size 0 means closed.
"""

from __future__ import annotations

import numpy as np

from seatplan.solvers.location.answer import Floats, Ints
from seatplan.solvers.location.compiled import (
    add_up,
    compiled,
    copy_into,
    sort_ranks,
    turn,
)


@compiled
def fill(
    costs: Floats,
    demand: Floats,
    prices: Floats,
    capacity: Floats,
    smallest: int,
    order: Ints,
    ends: Ints,
    parts: Floats,
    gains: Floats,
) -> int:
    """Fill one site's knapsack at every size from `smallest` on; return how many customers gain.

    `order` receives those customers, dearest demand last; of size l, `gains[l]` the gain,
    `ends[l]` how many of `order` are taken whole and `parts[l]` the share of the next one.
    """
    count, wanted = 0, 0.0
    ratio = np.empty(demand.size)
    for client in range(demand.size):
        gain = prices[client] - costs[client]
        if gain > 0.0:
            order[count] = client
            ratio[client] = -gain / demand[client] if demand[client] > 0.0 else -np.inf
            wanted += demand[client]
            count += 1
    if wanted > capacity[smallest]:
        sort_ranks(ratio, order, count)
    size, used, gain = 0, 0.0, 0.0
    for rank in range(count + 1):
        weight = demand[order[rank]] if rank < count else np.inf
        while size < capacity.size and used + weight > capacity[size]:
            ends[size] = rank
            parts[size] = (capacity[size] - used) / weight if rank < count else 0.0
            gains[size] = gain
            if rank < count:
                margin = prices[order[rank]] - costs[order[rank]]
                gains[size] += parts[size] * margin
            size += 1
        if rank < count:
            used += weight
            gain += prices[order[rank]] - costs[order[rank]]
    return count


@compiled
def count_sites(
    capacity: Floats, low: Ints, high: Ints, total: float, most: int
) -> tuple[int, int]:
    """Return the least and the largest number of sites that a choice can open; (1, 0) if none.

    `capacity` (sites, sizes) ascends along each row and begins with 0, as do `low` and `high`.
    """
    left, least = total, 0
    gain, free = np.zeros(low.size), np.empty(low.size, np.int32)
    loose = 0
    for site in range(low.size):
        if low[site] > 0:
            least += 1
            left -= capacity[site, high[site]]
        elif high[site] > 0:
            gain[site] = -capacity[site, high[site]]
            free[loose] = site
            loose += 1
    most = min(most, least + loose)
    sort_ranks(gain, free, loose)
    for rank in range(loose):
        if left <= 1e-9 * total:
            break
        left += gain[free[rank]]
        least += 1
    if left > 1e-9 * total or least > most:
        return 1, 0
    return least, most


@compiled
def choose_sizes(
    earning: Floats, low: Ints, high: Ints, least: int, most: int, chosen: Ints, best: Floats
) -> Floats:
    """Choose each site's size for the least sum of earnings, `least` to `most` sites open.

    Writes `chosen` and, in `best`, each site's least earning when open. Returns the sum, the cost
    of opening one more site (to be added to its earning) and that of closing one (less its own).
    """
    total = 0.0
    opened, loose = 0, 0
    order = np.empty(low.size, np.int32)
    for site in range(low.size):
        chosen[site], best[site] = 0, np.inf
        for size in range(max(low[site], 1), high[site] + 1):
            if earning[site, size] < best[site]:
                best[site], chosen[site] = earning[site, size], size
        if low[site] > 0:
            total += best[site]
            opened += 1
        elif high[site] > 0:
            order[loose] = site
            loose += 1
    sort_ranks(best, order, loose)
    taken = 0
    for rank in range(loose):
        if opened >= most or (opened >= least and best[order[rank]] >= 0.0):
            break
        total += best[order[rank]]
        opened += 1
        taken += 1
    for rank in range(taken, loose):
        chosen[order[rank]] = 0
    result = np.array([total, np.inf, np.inf])
    if opened < most:
        result[1] = 0.0
    if taken > 0:
        result[1] = min(result[1], -best[order[taken - 1]])
    if opened > least:
        result[2] = 0.0
    if taken < loose:
        result[2] = min(result[2], best[order[taken]])
    return result


@compiled
def fix_sizes(
    earning: Floats, low: Ints, high: Ints, chosen: Ints, best: Floats, edge: Floats, room: float
) -> None:
    """Bar every size that would lift the bound by more than `room`."""
    for site in range(low.size):
        if low[site] == 0 and high[site] > 0:
            if chosen[site] == 0 and best[site] + edge[1] > room:
                high[site] = 0
            elif chosen[site] > 0 and edge[2] - best[site] > room:
                low[site] = 1
        extra = 0.0
        if low[site] == 0 and high[site] > 0 and chosen[site] == 0:
            extra = best[site] + edge[1]
        while high[site] > max(low[site], 1) and (
            earning[site, high[site]] - best[site] + extra > room
        ):
            high[site] -= 1
        while 0 < low[site] < high[site] and earning[site, low[site]] - best[site] > room:
            low[site] += 1


@compiled
def climb_prices(
    by_site: Floats,
    demand: Floats,
    capacity: Floats,
    fixed: Floats,
    low: Ints,
    high: Ints,
    most: int,
    prices: Floats,
    share: Floats,
    target: float,
    rounds: int,
    pace: float,
    patience: int,
) -> tuple[float, float]:
    """Raise the bound by at most `rounds` subgradient steps; return (bound, pace).

    `by_site` (sites, customers) is the cost of serving a customer whole, inf where barred.
    `prices` (best found), `low` and `high` (sizes still open to choice) and `share` (how often
    each site was chosen) change in place. Every better solution costs `target` at most.
    """
    sites, clients = by_site.shape
    sizes = capacity.shape[1]
    least, most = count_sites(capacity, low, high, add_up(demand), most)
    if least > most:
        return np.inf, pace
    current, best_bound = prices.copy(), -np.inf
    earning, best = np.zeros((sites, sizes)), np.empty(sites)
    order = np.empty((sites, clients), np.int32)
    ends, parts = np.empty((sites, sizes), np.int32), np.empty((sites, sizes))
    chosen, gains = np.zeros(sites, np.int32), np.empty(sizes)
    slope, heading = np.empty(clients), np.zeros(clients)
    stale = 0
    for _ in range(rounds):
        for site in range(sites):
            if high[site] > 0:
                fill(
                    by_site[site], demand, current, capacity[site], max(low[site], 1),
                    order[site], ends[site], parts[site], gains,
                )  # fmt: skip
                for size in range(sizes):
                    earning[site, size] = fixed[site, size] - gains[size]
        edge = choose_sizes(earning, low, high, least, most, chosen, best)
        bound = add_up(current) + edge[0]
        stale += 1
        if bound > best_bound:
            if bound > best_bound + 1e-4 * (target - best_bound):
                stale = 0
            best_bound = bound
            copy_into(prices, current)
        if best_bound > target:
            return best_bound, pace
        fix_sizes(earning, low, high, chosen, best, edge, target - bound)
        for site in range(sites):
            share[site] += 0.05 * ((chosen[site] > 0) - share[site])
        if stale >= patience:
            pace *= 0.6
            stale = 0
            copy_into(current, prices)
            heading[:] = 0.0
            if pace < 1e-3:
                return best_bound, pace
            continue
        for client in range(clients):
            slope[client] = 1.0
        for site in range(sites):
            size = chosen[site]
            if size > 0:
                whole = ends[site, size]
                for rank in range(whole):
                    slope[order[site, rank]] -= 1.0
                if parts[site, size] > 0.0:
                    slope[order[site, whole]] -= parts[site, size]
        norm = turn(slope, heading)
        if norm == 0.0:
            return best_bound, pace
        step = pace * (target * 1.001 - bound) / norm
        for client in range(clients):
            current[client] += step * heading[client]
    return best_bound, pace


@compiled
def earn(
    by_site: Floats, demand: Floats, capacity: Floats, fixed: Floats, prices: Floats
) -> Floats:
    """Return what each site earns at each size, (sites, sizes): negative where it pays to open."""
    sites, sizes = capacity.shape
    earning, gains = np.zeros((sites, sizes)), np.empty(sizes)
    order, ends = np.empty(demand.size, np.int32), np.empty(sizes, np.int32)
    parts = np.empty(sizes)
    for site in range(sites):
        fill(by_site[site], demand, prices, capacity[site], 1, order, ends, parts, gains)
        for size in range(sizes):
            earning[site, size] = fixed[site, size] - gains[size]
    return earning
