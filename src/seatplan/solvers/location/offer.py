"""What may be opened for whom: costs, demand, and the sizes offered at each site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seatplan.errors import InputError, SolveError
from seatplan.solvers.location.answer import Floats, Ints
from seatplan.solvers.location.knapsacks import count_sites
from seatplan.solvers.transport import solve_transport


@dataclass(frozen=True)
class Service:
    """Who is served where at one choice of sizes, at what cost, and the prices this puts on it."""

    cost: float
    shares: Floats  # (customers, sites)
    prices: Floats  # (customers,) of serving each whole
    rents: Floats  # (sites,) what one more unit of capacity saves


@dataclass(frozen=True)
class Offer:
    """A capacitated location problem; size 0 of a site is closed, the others ascend in capacity."""

    cost: Floats  # (customers, sites) of serving all of a customer; inf where barred
    demand: Floats
    capacity: Floats  # (sites, 1 + sizes)
    fixed: Floats
    size: NDArray[np.int64]  # (sites, 1 + sizes) the caller's number of each size, -1 closed
    low: Ints  # (sites,) 1 where a site must be open
    most: int

    @property
    def ceiling(self) -> float:
        """A cost that no choice without idle waste exceeds."""
        dearest = np.where(np.isfinite(self.cost), self.cost, -np.inf).max(axis=1).sum()
        opening = np.where(np.isfinite(self.fixed), self.fixed, 0.0).max(axis=1).sum()
        return float(dearest + opening + 1.0)

    def pay(self, sizes: Ints) -> float:
        """Return the opening cost of one choice of sizes."""
        return float(self.fixed[np.arange(len(sizes)), sizes].sum())

    def serve(self, sizes: Ints) -> Service | None:
        """Serve everybody at least cost from the sizes chosen; None where that cannot be."""
        places = np.flatnonzero(sizes)
        room = self.capacity[places, sizes[places]]
        weighty = self.demand > 0
        if not len(places) or room.sum() < self.demand.sum() * (1 - 1e-9):
            return None
        unit = self.cost[np.ix_(weighty, places)] / self.demand[weighty, None]
        flows = solve_transport(self.demand[weighty], room, unit)
        if flows.unserved.sum() > 1e-7 * self.demand.sum():
            return None
        shares, prices = np.zeros(self.cost.shape), np.zeros(len(self.demand))
        rents = np.zeros(len(sizes))
        rents[places] = flows.seat_price
        rows = np.flatnonzero(weighty)
        shares[rows[flows.origin], places[flows.school]] = (
            flows.pupils / self.demand[rows[flows.origin]]
        )
        prices[rows] = flows.origin_price * self.demand[rows]
        idle = np.flatnonzero(~weighty)
        prices[idle] = self.cost[np.ix_(idle, places)].min(axis=1, initial=np.inf)
        shares[idle, places[self.cost[np.ix_(idle, places)].argmin(axis=1)]] = 1.0
        cost = flows.cost + prices[idle].sum() + self.pay(sizes)
        return Service(float(cost), shares, prices, rents) if np.isfinite(cost) else None


def read_offer(
    cost: ArrayLike,
    demand: ArrayLike,
    capacity: ArrayLike,
    fixed: ArrayLike,
    fixed_open: ArrayLike,
    max_sites: int | None,
) -> Offer:
    """Check the tables of `solve_capacitated` and put each site's sizes in order of capacity."""
    table, wanted = np.array(cost, float), np.array(demand, float)
    room, opening = (np.array(item, float) for item in (capacity, fixed))
    check_tables(table, wanted, room, opening)
    room, opening = (item.reshape(table.shape[1], -1) for item in (room, opening))
    room = np.where(np.isfinite(opening), np.minimum(room, wanted.sum()), 0.0)
    order = np.argsort(room, axis=1, kind="stable")
    closed = np.zeros((len(room), 1))
    low = np.zeros(len(room), np.int32)
    low[np.asarray(fixed_open, np.int64)] = 1
    return Offer(
        table,
        wanted,
        np.hstack([closed, np.take_along_axis(room, order, 1)]),
        np.hstack([closed, np.take_along_axis(opening, order, 1)]),
        np.hstack([closed.astype(np.int64) - 1, order]),
        low,
        len(room) if max_sites is None else min(max_sites, len(room)),
    )


def check_tables(cost: Floats, demand: Floats, capacity: Floats, fixed: Floats) -> None:
    """Raise InputError where shapes do not meet or a number is missing or negative."""
    problems = []
    if cost.ndim != 2 or cost.size == 0 or np.isnan(cost).any() or (cost == -np.inf).any():
        problems.append(f"cost is (customers, sites), inf where barred; got shape {cost.shape}")
    elif demand.shape != cost.shape[:1]:
        problems.append(f"demand has one number per customer, {len(cost)}; got {demand.shape}")
    elif capacity.shape[:1] != cost.shape[1:] or capacity.shape != fixed.shape:
        problems.append(
            f"capacity and fixed have one row per site, {cost.shape[1]}, and the same sizes; "
            f"got {capacity.shape} and {fixed.shape}"
        )
    if not (np.isfinite(demand) & (demand >= 0)).all():
        problems.append("demand is a number of 0 or more everywhere")
    if not (capacity >= 0).all() or not (fixed >= 0).all():
        problems.append("capacity and fixed are 0 or more everywhere")
    if (cost < 0).any():
        problems.append("cost is 0 or more everywhere, inf where barred")
    if problems:
        raise InputError(f"solve_capacitated: {problem}" for problem in problems)


def check_limits(offer: Offer, single_source: bool) -> None:
    """Raise SolveError where a limit rules out every choice, saying by how much."""
    check_sites(offer)
    check_reach(offer)
    if single_source:
        check_sizes(offer)


def check_sites(offer: Offer) -> None:
    """Raise SolveError where too many sites are fixed open, or too few allowed for the demand."""
    forced = int(offer.low.sum())
    if forced > offer.most:
        raise SolveError(
            f"solve_capacitated: {forced} sites are fixed open, {forced - offer.most} more than "
            f"the {offer.most} allowed"
        )
    total, largest = offer.demand.sum(), offer.capacity[:, -1]
    high = np.full(len(largest), offer.capacity.shape[1] - 1, np.int32)
    least, most = count_sites(offer.capacity, offer.low, high, total, offer.most)
    if least > most:
        forced_room = largest[offer.low > 0].sum()
        loose = np.sort(largest[offer.low == 0])[::-1][: offer.most - forced]
        room = forced_room + loose.sum()
        raise SolveError(
            f"solve_capacitated: demand of {total:g} exceeds the capacity of the largest "
            f"{offer.most} sites that can be open, {room:g}, by {total - room:g}"
        )


def check_reach(offer: Offer) -> None:
    """Raise SolveError where some demand reaches no site, or none with room."""
    total, largest = offer.demand.sum(), offer.capacity[:, -1]
    is_offered = np.isfinite(offer.fixed[:, 1:]).any(axis=1)
    stranded = ~(np.isfinite(offer.cost) & is_offered).any(axis=1)
    if stranded.any():
        raise SolveError(
            f"solve_capacitated: {int(stranded.sum())} of {len(offer.demand)} customers, with a "
            f"demand of {offer.demand[stranded].sum():g}, reach no site"
        )
    unit = offer.cost / np.where(offer.demand > 0, offer.demand, 1.0)[:, None]
    unserved = solve_transport(offer.demand, largest, unit).unserved.sum()
    if np.isinf(offer.cost).any() and unserved > 1e-7 * total:
        raise SolveError(
            f"solve_capacitated: a demand of {unserved:g} finds no capacity in reach even with "
            "every site open at its largest"
        )


def check_sizes(offer: Offer) -> None:
    """Raise SolveError where a customer is larger than every site in its reach."""
    within = np.where(np.isfinite(offer.cost), offer.capacity[:, -1], -np.inf).max(axis=1)
    excess = offer.demand - within
    worst = int(excess.argmax())
    if excess[worst] > 1e-9 * offer.demand.sum():
        raise SolveError(
            f"solve_capacitated: {int((excess > 0).sum())} customers are larger than every site in "
            f"reach and cannot be served whole; customer {worst} has a demand of "
            f"{offer.demand[worst]:g}, {excess[worst]:g} more than the largest"
        )
