"""The arrays of siting with areas: as a location problem, and as a districting of each choice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from seatplan.solvers.districting.problem import Problem, build_problem, narrow
from seatplan.solvers.location.answer import Floats
from seatplan.solvers.location.offer import Offer, read_offer


@dataclass(frozen=True)
class Case:
    """The arrays of one question; `capacity` and `fixed` are (sites, sizes)."""

    cost: Floats
    demand: Floats
    capacity: Floats
    fixed: Floats
    pairs: ArrayLike | sparse.sparray
    home: NDArray[np.int64]
    beyond: float | None

    def offer(self, fixed_open: ArrayLike, max_sites: int | None) -> Offer:
        """Return the location problem; with `beyond`, a last site has room for all at its cost."""
        cost, capacity, fixed = self.cost, self.capacity, self.fixed
        stands = np.asarray(fixed_open, np.int64)
        if self.beyond is not None:
            spill = np.full((1, capacity.shape[1]), np.inf)
            spill[0, 0] = 0.0
            cost = np.hstack([cost, self.beyond * self.demand[:, None]])
            room = np.where(np.isfinite(spill), self.demand.sum(), 0.0)
            capacity, fixed = np.vstack([capacity, room]), np.vstack([fixed, spill])
            stands = np.append(stands, len(self.home))
            max_sites = None if max_sites is None else max_sites + 1
        return read_offer(cost, self.demand, capacity, fixed, stands, max_sites)


def read_case(
    cost: ArrayLike,
    demand: ArrayLike,
    capacity: ArrayLike,
    fixed: ArrayLike,
    neighbours: ArrayLike | sparse.sparray,
    home: ArrayLike,
    beyond: float | None,
) -> Case:
    """Return the question as arrays; the offer checks them."""
    table = np.array(cost, float)
    room, opening = (np.array(item, float) for item in (capacity, fixed))
    rows = len(room)
    own = np.asarray(home, np.int64)
    return Case(
        table,
        np.array(demand, float),
        room.reshape(rows, -1),
        opening.reshape(rows, -1),
        neighbours,
        own,
        beyond,
    )


def build_columns(case: Case, site: NDArray[np.int64], column: NDArray[np.int64]) -> Problem:
    """Return the problem over sites at each size, none of which must be open."""
    apart = build_problem(
        case.demand,
        np.full(1, case.demand.sum()),
        np.zeros((len(case.demand), 1)),
        case.pairs,
        np.zeros(1, np.int64),
        None,
        None,
        None,
        None,
    )
    cost, home = case.cost[:, site], case.home[site]
    fixed = np.isfinite(cost).sum(axis=1) <= 1
    moved, seats = np.zeros(cost.shape), case.capacity[site, column]
    return narrow(replace(apart, seats=seats, cost=cost, moved=moved, home=home, fixed=fixed))
