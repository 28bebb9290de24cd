"""Lagrangian bound of capacitated location: one knapsack per site, one price per customer.

The demand constraints are relaxed with prices u. Open at size l, site j then earns
f_jl - max sum_i (u_i - c_ij) x_ij within capacity, a continuous knapsack whose sorted order gives
every size at once; the bound is sum(u) plus the least sum of earnings over the sites that a choice
may open (Geoffrion and McBride, AIIE Trans. 10, 1978; Beasley, EJOR 33, 1988). Size 0 means closed.
"""

from __future__ import annotations

import numpy as np

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.answer import Floats, Ints
from seatplan.solvers.location.compiled import add_up, sort_ranks
from seatplan.solvers.location.subgradient import SLOWER, SLOWEST, advance, record, rewind


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
def fill_sites(
    by_site: Floats,
    demand: Floats,
    capacity: Floats,
    fixed: Floats,
    low: Ints,
    high: Ints,
    prices: Floats,
    order: Ints,
    ends: Ints,
    parts: Floats,
    earning: Floats,
) -> None:
    """Fill every site's knapsack and write what each size of it earns."""
    gains = np.empty(capacity.shape[1])
    for site in range(low.size):
        if high[site] > 0:
            fill(
                by_site[site], demand, prices, capacity[site], max(low[site], 1),
                order[site], ends[site], parts[site], gains,
            )  # fmt: skip
            for size in range(gains.size):
                earning[site, size] = fixed[site, size] - gains[size]


@compiled
def measure_lack(order: Ints, ends: Ints, parts: Floats, chosen: Ints, slope: Floats) -> None:
    """Write the subgradient: the share of each customer that no chosen site takes."""
    for client in range(slope.size):
        slope[client] = 1.0
    for site in range(chosen.size):
        if chosen[site] > 0:
            take(order[site], ends[site, chosen[site]], parts[site, chosen[site]], slope)


@compiled
def take(order: Ints, end: int, part: float, slope: Floats) -> None:
    """Subtract from `slope` whom one knapsack takes: `end` whole, `part` of the next."""
    for rank in range(end):
        slope[order[rank]] -= 1.0
    if part > 0.0:
        slope[order[end]] -= part


@compiled
def climb_prices(
    by_site: Floats,
    demand: Floats,
    capacity: Floats,
    fixed: Floats,
    low: Ints,
    high: Ints,
    limits: tuple[int, int],
    prices: Floats,
    share: Floats,
    target: float,
    rounds: int,
    pace: float,
    patience: int,
) -> tuple[float, float, int]:
    """Raise the bound by at most `rounds` subgradient steps; return (bound, pace, steps taken).

    `by_site` (sites, customers) is the cost of serving a customer whole, inf where barred; `limits`
    the least and largest number of open sites. `prices` (best found), `low` and `high` (sizes still
    open to choice) and `share` (how often each site was chosen) change in place. Every better
    solution costs `target` at most.
    """
    (sites, clients), sizes = by_site.shape, capacity.shape[1]
    current, best_bound, stale, steps = prices.copy(), -np.inf, 0, 0
    earning, best = np.zeros((sites, sizes)), np.empty(sites)
    order, ends = np.empty((sites, clients), np.int32), np.empty((sites, sizes), np.int32)
    parts, chosen = np.empty((sites, sizes)), np.zeros(sites, np.int32)
    slope, heading, most = np.empty(clients), np.zeros(clients), np.full(clients, np.inf)
    for _ in range(rounds):
        steps += 1
        fill_sites(
            by_site, demand, capacity, fixed, low, high, current, order, ends, parts, earning
        )
        edge = choose_sizes(earning, low, high, limits[0], limits[1], chosen, best)
        bound = add_up(current) + edge[0]
        best_bound, stale = record(bound, best_bound, target, stale, current, prices)
        if best_bound > target:
            break
        fix_sizes(earning, low, high, chosen, best, edge, target - bound)
        for site in range(sites):
            share[site] += 0.05 * ((chosen[site] > 0) - share[site])
        if stale >= patience:
            pace, stale = pace * SLOWER, 0
            rewind(current, prices, heading)
            if pace < SLOWEST:
                break
            continue
        measure_lack(order, ends, parts, chosen, slope)
        if not advance(current, slope, heading, pace * (target * 1.001 - bound), -np.inf, most):
            break
    return best_bound, pace, steps


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
