"""A siting problem over years: demand, seats that stand, sites, sizes, prices, budget."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.location.answer import Flags, Floats, Ints
from seatplan.solvers.transport import Transport, solve_transport


@dataclass(frozen=True)
class Operation:
    """What one choice of options comes to: pupils short and pupil-metres, with the prices."""

    shortage: float
    walking: float
    flows: tuple[Transport, ...]  # one per year
    schools: tuple[Ints, ...]  # the rows of `metres` that each year's flows number


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
    known: dict[tuple[int, bytes], tuple[Transport, Ints]] = field(default_factory=dict)

    @property
    def years(self) -> int:
        """How many years."""
        return len(self.demand)

    @property
    def rooms(self) -> Floats:
        """(schools, years, 1 + sizes) seats to fill: of schools that stand in column 1."""
        standing, sites = len(self.seats), len(self.sizes)
        rooms = np.zeros((standing + sites, self.years, 1 + self.sizes.shape[1]))
        rooms[:standing, :, 1:] = self.seats[:, :, None]
        rooms[standing:, :, 1:] = self.sizes[:, None, :]
        return rooms

    def split(self, options: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the size and the opening year of each site, -1 where it stays closed."""
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

    def operate(self, options: Ints) -> Operation:
        """Seat as many as can be in each year, then with the least walking."""
        size, opening = self.split(options)
        grown = self.sizes[np.arange(len(size)), size]
        results = []
        for year in range(self.years):
            new = np.where((size >= 0) & (opening <= year), grown, 0.0)
            results.append(self.seat(year, np.concatenate([self.seats[:, year], new])))
        flows, schools = (tuple(part) for part in zip(*results, strict=True))
        shortage = sum(float(flow.unserved.sum()) for flow in flows)
        return Operation(shortage, sum(flow.cost for flow in flows), flows, schools)

    def seat(self, year: int, seats: Floats) -> tuple[Transport, Ints]:
        """Seat the pupils of one year, once for each choice of seats."""
        key = (year, seats.tobytes())
        if key not in self.known:
            places = np.flatnonzero(seats).astype(np.int32)
            table = np.ascontiguousarray(self.metres[places].T)
            self.known[key] = solve_transport(self.demand[year], seats[places], table), places
        return self.known[key]
