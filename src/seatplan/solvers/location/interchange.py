"""Interchange for the p-median: one site in, one site out, while the cost falls.

The exchange that brings in one site and drops the best other one is priced in one pass over the
clients (Whitaker, INFOR 21, 1983; Hansen and Mladenovic, Location Science 5, 1997; Resende and
Werneck, EJOR 174, 2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.compiled import add_up

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]


@compiled
def find_two_nearest(
    client: int, sites: Ints, costs: Floats, is_open: Flags, nearest: Ints, cost: Floats
) -> None:
    """Write the nearest and second nearest open site of `client` and their costs."""
    found = 0
    nearest[client, 1] = -1
    cost[client, 1] = np.inf
    for rank in range(sites.shape[1]):
        site = sites[client, rank]
        if is_open[site]:
            nearest[client, found] = site
            cost[client, found] = costs[client, rank]
            found += 1
            if found == 2:
                return


@compiled
def price_exchange(
    entering: int, by_site: Floats, nearest: Ints, cost: Floats, loss: Floats, is_kept: Flags
) -> tuple[float, int]:
    """Return what the best exchange for `entering` saves, and the site that leaves.

    `loss` is scratch space, one number per site.
    """
    saved, leaving = 0.0, -1
    loss[:] = 0.0
    for client in range(by_site.shape[1]):
        new, first = by_site[entering, client], cost[client, 0]
        if new < first:
            saved += first - new
        else:
            loss[nearest[client, 0]] += min(new, cost[client, 1]) - first
    least = np.inf
    for site in range(loss.size):
        if is_kept[site] and loss[site] < least:
            least, leaving = loss[site], site
    return saved - least, leaving


@compiled
def interchange(
    by_site: Floats, sites: Ints, costs: Floats, is_open: Flags, is_fixed: Flags, least_gain: float
) -> float:
    """Exchange sites until no exchange saves more than `least_gain`; return the cost.

    `by_site` (sites, clients) is the cost; `sites` and `costs` (clients, sites) hold each client's
    sites from the nearest on. `is_open` is changed in place; sites in `is_fixed` stay as they are.
    """
    clients, count = sites.shape
    nearest = np.empty((clients, 2), np.int32)
    cost = np.empty((clients, 2))
    for client in range(clients):
        find_two_nearest(client, sites, costs, is_open, nearest, cost)
    loss = np.empty(count)
    is_kept = np.zeros(count, np.bool_)
    for site in range(count):
        is_kept[site] = is_open[site] and not is_fixed[site]
    idle, entering = 0, 0
    while idle < count:
        entering = (entering + 1) % count
        idle += 1
        if is_open[entering] or is_fixed[entering]:
            continue
        gain, leaving = price_exchange(entering, by_site, nearest, cost, loss, is_kept)
        if leaving < 0 or gain <= least_gain:
            continue
        idle = 0
        is_open[entering] = is_kept[entering] = True
        is_open[leaving] = is_kept[leaving] = False
        for client in range(clients):
            if by_site[entering, client] < cost[client, 1] or leaving in (
                nearest[client, 0],
                nearest[client, 1],
            ):
                find_two_nearest(client, sites, costs, is_open, nearest, cost)
    return add_up(cost[:, 0])
