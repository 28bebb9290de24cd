"""Whole customers to the open sites by annealing: shift one, or shift two in a chain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.answer import Floats

Ints = NDArray[np.int64]
Luck = NDArray[np.uint64]

CHAINS = 0.6  # share of steps that move two customers
EPOCH = 1_000  # steps at one temperature and one price
COLD = 1e-3  # the last temperature as a share of the first
FITS = 1e-9  # share of a room by which a load may pass it


@compiled
def draw_whole(limit: int, luck: Luck) -> int:
    """Return a random whole number from 0 to `limit` - 1 (xorshift; Marsaglia 2003)."""
    x = luck[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    luck[0] = x
    return int(float(x >> np.uint64(11)) * 2.0**-53 * limit)


@compiled
def count_beyond(load: Floats, room: Floats, first: int, second: int, third: int) -> float:
    """Return the demand beyond the room of up to three sites; each counts once."""
    total: float = max(load[first] - room[first], 0.0)
    if second != first:
        total += max(load[second] - room[second], 0.0)
    if third not in (first, second):
        total += max(load[third] - room[third], 0.0)
    return total


@compiled
def fits(load: Floats, room: Floats) -> bool:
    """Tell whether no load passes its room."""
    return bool((load <= room * (1 + FITS)).all())


@compiled
def move(customer: int, site: int, demand: Floats, plan: Ints, load: Floats, at: Ints) -> None:
    """Serve `customer` from `site`; a row of `at` counts and lists a site's customers."""
    here = plan[customer]
    load[here] -= demand[customer]
    load[site] += demand[customer]
    plan[customer] = site
    last = at[here, 0]
    for place in range(1, last + 1):
        if at[here, place] == customer:
            at[here, place] = at[here, last]
            break
    at[here, 0] -= 1
    at[site, 0] += 1
    at[site, at[site, 0]] = customer


@compiled
def anneal_customers(
    cost: Floats,
    near: Ints,
    demand: Floats,
    room: Floats,
    start: Ints,
    price: float,
    heat: float,
    steps: int,
    seed: int,
) -> tuple[Ints, float]:
    """Return the cheapest plan met whose loads fit, and its cost; inf where none did.

    Parameters
    ----------
    cost
        (customers, sites) of serving a whole customer; inf where that may not be.
    near
        (customers, k) sites that a customer may be moved to.
    demand, room
        (customers,) and (sites,), in one unit.
    start
        (customers,) site of each at first; loads may pass the rooms.
    price
        Cost of a unit of demand beyond a room at first: it rises while nothing fits, and falls
        while all does.
    heat
        First temperature, in the unit of `cost`.
    """
    count, sites = cost.shape
    luck = np.full(1, np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1), np.uint64)
    plan, best, load = start.copy(), start.copy(), np.zeros(sites)
    at = np.zeros((sites, count + 1), np.int64)
    total, least, warmth = 0.0, np.inf, heat
    for customer in range(count):
        site = plan[customer]
        load[site] += demand[customer]
        at[site, 0] += 1
        at[site, at[site, 0]] = customer
        total += cost[customer, site]
    excess = np.maximum(load - room, 0.0).sum()
    for step in range(steps):
        one = draw_whole(count, luck)
        here, there = plan[one], near[one, draw_whole(near.shape[1], luck)]
        other, on = -1, there
        if here != there and at[there, 0] and draw_whole(1_000, luck) < 1_000 * CHAINS:
            other = at[there, 1 + draw_whole(at[there, 0], luck)]
            pick = draw_whole(near.shape[1] + 1, luck)
            on = here if pick == near.shape[1] else near[other, pick]
        if here != there:
            change = cost[one, there] - cost[one, here]
            before = count_beyond(load, room, here, there, on)
            if other >= 0:
                change += cost[other, on] - cost[other, there]
                move(other, on, demand, plan, load, at)
            move(one, there, demand, plan, load, at)
            beyond = count_beyond(load, room, here, there, on) - before
            chance = draw_whole(1_000_000_000, luck) / 1e9
            if change + price * beyond <= -warmth * np.log(max(chance, 1e-12)):
                total += change
                excess += beyond
            else:
                move(one, here, demand, plan, load, at)
                if other >= 0:
                    move(other, there, demand, plan, load, at)
        if total < least - 1e-9 * abs(total) and excess <= 1e-6 and fits(load, room):
            best[:] = plan
            least = total
        if step % EPOCH == EPOCH - 1:
            excess = np.maximum(load - room, 0.0).sum()
            price *= 0.95 if fits(load, room) else 1.1
            warmth = heat * COLD ** (step / steps)
    return best, least
