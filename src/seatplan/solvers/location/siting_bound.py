"""Lagrangian bound of siting over years: knapsacks by school and year, prices by block and year.

The prices u of blocks and years are those of capacitated location; seats may run out, at a penalty
per pupil that caps them. A new school chooses among options (closed, or a size and an opening year)
and gains in every year from its opening on. What may be spent until each year is relaxed with one
more price per year. Option 0 is closed; option 1 + size * years + year opens.
"""

from __future__ import annotations

import numpy as np

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.answer import Flags, Floats, Ints
from seatplan.solvers.location.compiled import sort_ranks
from seatplan.solvers.location.knapsacks import fill, take
from seatplan.solvers.location.subgradient import SLOWER, SLOWEST, advance, record, rewind


@compiled
def fill_years(
    metres: Floats,
    demand: Floats,
    prices: Floats,
    rooms: Floats,
    orders: Ints,
    ends: Ints,
    parts: Floats,
    gains: Floats,
) -> None:
    """Fill the knapsacks of one school in every year, at every room in `rooms` (years, rooms)."""
    years, blocks = demand.shape
    costs = np.empty(blocks)
    for year in range(years):
        for block in range(blocks):
            costs[block] = metres[block] * demand[year, block]
            if demand[year, block] == 0.0:
                costs[block] = np.inf
        begin = year * blocks
        fill(
            costs, demand[year], prices[begin : begin + blocks], rooms[year], 1,
            orders[year], ends[year], parts[year], gains[year],
        )  # fmt: skip


@compiled
def value_options(gains: Floats, spend: Floats, rents: Floats, values: Floats) -> None:
    """Write what each option of one site earns: `gains` (years, 1 + sizes), `rents` by year."""
    years, sizes = gains.shape[0], gains.shape[1] - 1
    values[0] = 0.0
    for size in range(sizes):
        total, rent = 0.0, 0.0
        for year in range(years - 1, -1, -1):
            total -= gains[year, size + 1]
            rent += rents[year]
            values[1 + size * years + year] = total + (rent * spend[size] if rent > 0.0 else 0.0)


@compiled
def choose_options(values: Floats, allowed: Flags, most: int, chosen: Ints, best: Floats) -> Floats:
    """Choose options for at most `most` open sites; as `knapsacks.choose_sizes`."""
    total, opened, loose = 0.0, 0, 0
    order = np.empty(best.size, np.int32)
    for site in range(best.size):
        chosen[site], best[site] = 0, np.inf
        for option in range(1, allowed.shape[1]):
            if allowed[site, option] and values[site, option] < best[site]:
                best[site], chosen[site] = values[site, option], option
        if not allowed[site, 0]:
            total += best[site]
            opened += 1
        elif chosen[site] > 0:
            order[loose] = site
            loose += 1
    sort_ranks(best, order, loose)
    taken = 0
    while taken < loose and opened < most and best[order[taken]] < 0.0:
        total += best[order[taken]]
        opened += 1
        taken += 1
    for rank in range(taken, loose):
        chosen[order[rank]] = 0
    result = np.array([total, np.inf, 0.0])
    if opened < most:
        result[1] = 0.0
    if taken > 0:
        result[1] = min(result[1], -best[order[taken - 1]])
    if taken < loose and best[order[taken]] < 0.0:
        result[2] = best[order[taken]]
    return result


@compiled
def bar_options(
    values: Floats, allowed: Flags, chosen: Ints, best: Floats, edge: Floats, room: float
) -> None:
    """Bar every option that would lift the bound by more than `room`."""
    for site in range(best.size):
        extra = -best[site]
        if allowed[site, 0] and chosen[site] == 0:
            extra = edge[1]
        elif allowed[site, 0] and edge[2] - best[site] > room:
            allowed[site, 0] = False
        for option in range(1, allowed.shape[1]):
            if allowed[site, option] and values[site, option] + extra > room:
                allowed[site, option] = False


@compiled
def fill_schools(
    metres: Floats,
    demand: Floats,
    rooms: Floats,
    spend: Floats,
    prices: Floats,
    rents: Floats,
    orders: Ints,
    ends: Ints,
    parts: Floats,
    values: Floats,
    slope: Floats,
) -> float:
    """Fill every knapsack and write `values`; return what the schools that stand earn.

    Whom they take leaves `slope`.
    """
    schools, years, columns = rooms.shape
    standing, blocks = schools - spend.shape[0], demand.shape[1]
    gains, total = np.empty((years, columns)), 0.0
    for school in range(schools):
        fill_years(
            metres[school], demand, prices, rooms[school],
            orders[school], ends[school], parts[school], gains,
        )  # fmt: skip
        if school >= standing:
            site = school - standing
            value_options(gains, spend[site], rents, values[site])
            continue
        for year in range(years):
            total -= gains[year, 1]
            begin = year * blocks
            order, end = orders[school, year], ends[school, year, 1]
            take(order, end, parts[school, year, 1], slope[begin : begin + blocks])
    return total


@compiled
def lean(
    chosen: Ints,
    years: int,
    spend: Floats,
    orders: Ints,
    ends: Ints,
    parts: Floats,
    slope: Floats,
) -> None:
    """Subtract from `slope` whom the chosen sites take; add what they spend, by year."""
    standing, blocks = len(orders) - len(spend), orders.shape[2]
    for site in range(chosen.size):
        if chosen[site] == 0:
            continue
        size, opening = (chosen[site] - 1) // years, (chosen[site] - 1) % years
        school = standing + site
        for year in range(opening, years):
            begin = year * blocks
            order, end = orders[school, year], ends[school, year, size + 1]
            take(order, end, parts[school, year, size + 1], slope[begin : begin + blocks])
            slope[years * blocks + year] += spend[site, size]


@compiled
def climb_siting(
    metres: Floats,
    demand: Floats,
    rooms: Floats,
    spend: Floats,
    allowance: Floats,
    ceiling: Floats,
    allowed: Flags,
    most: int,
    prices: Floats,
    share: Floats,
    values: Floats,
    offset: float,
    target: float,
    rounds: int,
    pace: float,
    patience: int,
) -> tuple[float, float]:
    """Raise the bound by at most `rounds` subgradient steps; return (bound, pace).

    `metres` (schools, blocks): those that stand first, then the sites. `rooms` (schools, years,
    1 + sizes); a school that stands has its seats in column 1. `spend` (sites, sizes) and what may
    be spent until each year, `allowance`, are in one unit. `prices` holds blocks by year, then
    years; `ceiling` caps them. `allowed`, `prices`, `share` and `values` (sites, options) change in
    place.
    """
    (schools, years, columns), blocks, sites = rooms.shape, demand.shape[1], spend.shape[0]
    links, current, best_bound, stale = years * blocks, prices.copy(), -np.inf, 0
    orders = np.empty((schools, years, blocks), np.int32)
    ends, parts = np.empty((schools, years, columns), np.int32), np.empty(rooms.shape)
    chosen, best = np.zeros(sites, np.int32), np.empty(sites)
    slope, heading = np.empty(prices.size), np.zeros(prices.size)
    for _ in range(rounds):
        bound = offset
        for place in range(links):
            bound += current[place]
            slope[place] = 1.0
        for year in range(years):
            bound -= current[links + year] * allowance[year]
            slope[links + year] = -allowance[year]
        rents = current[links:]
        bound += fill_schools(
            metres, demand, rooms, spend, current, rents, orders, ends, parts, values, slope
        )
        edge = choose_options(values, allowed, most, chosen, best)
        bound += edge[0]
        best_bound, stale = record(bound, best_bound, target, stale, current, prices)
        if best_bound > target:
            break
        bar_options(values, allowed, chosen, best, edge, target - bound)
        for site in range(sites):
            share[site] += 0.05 * ((chosen[site] > 0) - share[site])
        if stale >= patience:
            pace, stale = pace * SLOWER, 0
            rewind(current, prices, heading)
            if pace < SLOWEST:
                break
            continue
        lean(chosen, years, spend, orders, ends, parts, slope)
        if not advance(current, slope, heading, pace * (target * 1.001 - bound), 0.0, ceiling):
            break
    return best_bound, pace


@compiled
def value_all(metres: Floats, demand: Floats, rooms: Floats, sites: int, prices: Floats) -> Floats:
    """Return what every option of every site earns at `prices`, (sites, options)."""
    schools, years, columns = rooms.shape
    values = np.zeros((sites, 1 + (columns - 1) * years))
    orders = np.empty((years, demand.shape[1]), np.int32)
    ends = np.empty((years, columns), np.int32)
    parts, gains = np.empty((years, columns)), np.empty((years, columns))
    for site in range(sites):
        school = schools - sites + site
        fill_years(metres[school], demand, prices, rooms[school], orders, ends, parts, gains)
        value_options(gains, np.zeros(columns - 1), np.zeros(years), values[site])
    return values
