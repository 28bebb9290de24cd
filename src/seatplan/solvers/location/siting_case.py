"""A siting problem over years: demand, seats that stand, sites, sizes, prices, budget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import comb

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.location.answer import Flags, Floats, Ints
from seatplan.solvers.threads import spread
from seatplan.solvers.transport import Transport, solve_transport

LARGE = 2_000_000  # ways, from which on the years are spread over the processors
YEAR, WAY = 5e-4, 6e-8  # units of work of seating one year, and of each way to an open school in it
LISTED = 500_000  # programmes that may be listed, unless another number is asked for
KEPT = 5_000_000  # flows of all years that are kept in case they are asked for again


@dataclass(frozen=True)
class Operation:
    """What one choice of options comes to: pupils short and pupil-metres, with the prices."""

    shortage: float
    walking: float
    flows: tuple[Transport, ...]  # one per year
    schools: tuple[Ints, ...]  # the rows of `metres` that each year's flows number
    work: float = 0.0  # units that it took; none for years that were known


@dataclass
class Case:
    """The tables of `solve_siting`; option 1 + size * years + year opens a site, 0 leaves it."""

    metres: Floats  # (schools, blocks): those that stand, then the sites; inf out of reach
    demand: Floats  # (years, blocks)
    seats: Floats  # (standing, years)
    sizes: Floats  # (sites, sizes), ascending
    price: Floats  # (sites, sizes)
    allowance: Floats  # (years,) what may be spent until each year; inf without limit
    allowed: Flags  # (sites, 1 + sizes * years)
    most: int
    clashes: Flags  # (sites, sites) pairs of which only one may open
    group: Ints  # (sites,) the group of each site
    limits: Ints  # (groups,) most sites of each that may open
    listed: int = LISTED  # programmes up to which they are listed
    known: dict[int, dict[bytes, tuple[Transport, Ints]]] = field(default_factory=dict)  # by year
    latest: dict[int, tuple[Transport, Floats]] = field(default_factory=dict)  # seat prices by year

    @property
    def years(self) -> int:
        """How many years."""
        return len(self.demand)

    @property
    def is_large(self) -> bool:
        """Whether the work of a year is worth a thread of its own."""
        return self.metres.size > LARGE

    @property
    def rooms(self) -> Floats:
        """(schools, years, 1 + sizes) seats to fill: of schools that stand in each column."""
        standing, sites = len(self.seats), len(self.sizes)
        rooms = np.zeros((standing + sites, self.years, 1 + self.sizes.shape[1]))
        rooms[:standing, :, 1:] = self.seats[:, :, None]
        rooms[standing:, :, 1:] = self.sizes[:, None, :]
        return rooms

    def split(self, options: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the size and the opening year of each option, -1 where nothing opens."""
        size, year = np.divmod(options.astype(np.int64) - 1, self.years)
        return np.where(options > 0, size, -1), np.where(options > 0, year, -1)

    def spend(self, options: Ints) -> Floats:
        """Return what has been spent until each year."""
        size, year = self.split(options)
        paid = np.zeros(self.years)
        opened = np.flatnonzero(options)
        np.add.at(paid, year[opened], self.price[opened, size[opened]])
        return np.cumsum(paid)

    def is_affordable(self, options: Ints) -> bool:
        """Whether spending keeps within the allowance of every year."""
        return bool((self.spend(options) <= self.allowance * (1 + 1e-9)).all())

    def has_place(self, options: Ints, site: int) -> bool:
        """Whether `site` may open beside the sites of `options`, if it can be paid."""
        opened = options > 0
        own = opened & (self.group == self.group[site])
        is_within = opened.sum() < self.most and own.sum() < self.limits[self.group[site]]
        return bool(is_within and not self.clashes[site, opened].any())

    def operate(self, options: Ints) -> Operation:
        """Seat as many as can be in each year, then with the least walking."""
        size, opening = self.split(options)
        grown = self.sizes[np.arange(len(size)), size]

        seats = [
            np.append(self.seats[:, year], np.where((size >= 0) & (opening <= year), grown, 0.0))
            for year in range(self.years)
        ]
        work: float = sum(self.seating_work(year, offered) for year, offered in enumerate(seats))
        results = spread(
            lambda year: self.seat(year, seats[year]), range(self.years), is_large=self.is_large
        )
        flows, schools = (tuple(part) for part in zip(*results, strict=True))
        shortage = sum(float(flow.unserved.sum()) for flow in flows)
        return Operation(shortage, sum(flow.cost for flow in flows), flows, schools, work)

    def seating_work(self, year: int, seats: Floats) -> float:
        """Return the units of work that seating one year takes."""
        if seats.tobytes() in self.known.get(year, {}):
            return 0.0
        ways = self.demand.shape[1] * int(np.count_nonzero(seats))
        return float(YEAR + WAY * ways)

    def seat(self, year: int, seats: Floats) -> tuple[Transport, Ints]:
        """Seat the pupils of one year, once for each choice of seats."""
        known, key = self.known.setdefault(year, {}), seats.tobytes()
        if key in known:
            return known[key]
        places = np.flatnonzero(seats).astype(np.int32)
        table = np.ascontiguousarray(self.metres[places].T)
        start = None
        if year in self.latest and len(places):
            flows, price = self.latest[year]
            start = replace(flows, seat_price=price[places])
        flows = solve_transport(self.demand[year], seats[places], table, start=start)
        price = np.zeros(len(seats))
        price[places] = flows.seat_price
        self.latest[year] = flows, price
        if len(known) * self.demand.size < KEPT:
            known[key] = flows, places
        return flows, places

    def drop_dominated(self) -> Flags:
        """Return the options worth a look: the largest and earliest of those equally dear.

        A school that opens earlier or larger never makes a seating worse; without a budget that is
        one option a site, with one a year in which money comes in is worth waiting for.
        """
        offered = self.allowed.copy()
        offered[:, 0] = False
        size, year = np.divmod(np.arange(offered.shape[1]) - 1, self.years)
        comes = np.append(True, np.diff(np.minimum(self.allowance, 1e300)) > 0)
        is_free = np.isinf(self.allowance).all()
        for site in range(len(offered)):
            for option in np.flatnonzero(offered[site]):
                price = self.price[site, size[option]]
                same = offered[site] & (size == size[option]) & (year < year[option])
                larger = offered[site] & (size > size[option]) & (year <= year[option])
                cheap = larger & (self.price[site, np.maximum(size, 0)] <= price)
                waits = same.any() and (is_free or not comes[year[option]])
                if waits or cheap.any() or (is_free and larger.any()):
                    offered[site, option] = False
        return offered


def count_programmes(case: Case) -> int:
    """Return how many sets of sites there are, as large as number and groups allow."""
    sizes = [1]  # sets by the number of their sites
    for members, limit in zip(np.bincount(case.group), case.limits, strict=False):
        own = [comb(int(members), count) for count in range(min(int(limit), int(members)) + 1)]
        sizes = np.convolve(np.array(sizes, object), np.array(own, object)).tolist()
    return int(sizes[min(case.most, len(sizes) - 1)])
