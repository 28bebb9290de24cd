"""Which sites open, and which whole, connected area each of them has: the door."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from seatplan.errors import SolveError
from seatplan.solvers.districting.drawing import load_loops
from seatplan.solvers.location.answer import Floats, Progress, Status
from seatplan.solvers.location.area_case import read_case
from seatplan.solvers.location.area_search import AreasSearch
from seatplan.solvers.location.facilities import load
from seatplan.solvers.location.offer import check_limits
from seatplan.solvers.stop import Meter, Stop, read_stop


@dataclass(frozen=True)
class SitedAreas:
    """Open sites and the whole, connected area of each.

    Parameters
    ----------
    open, size
        (sites,) whether a site is open, and the column of its capacity, -1 where it is not.
    plan
        (units,) site of each unit.
    cost, bound
        Opening and serving together, and demand beyond the capacities at its price; no plan costs
        less than the bound. Without such a price the bound is that of plans within the capacities.
    gap
        (cost - bound) / cost; NaN where demand without a price lies beyond the capacities.
    shortage
        (sites,) demand beyond the capacity of each.
    status
        "optimal", "effort" or "time" (see `answer.Location`).
    drawn
        Choices of sites for which areas were drawn.
    effort, cut_short
        Units of work done; whether the guard or the user ended the search before.
    """

    open: NDArray[np.bool_]
    size: NDArray[np.int64]
    plan: NDArray[np.int64]
    cost: float
    bound: float
    gap: float
    shortage: Floats
    status: Status
    drawn: int
    effort: float
    cut_short: bool


def solve_siting_areas(
    cost: ArrayLike,
    demand: ArrayLike,
    capacity: ArrayLike,
    fixed: ArrayLike,
    neighbours: ArrayLike | sparse.sparray,
    home: ArrayLike,
    *,
    fixed_open: ArrayLike = (),
    max_sites: int | None = None,
    beyond: float | None = None,
    stop: Stop | None = None,
    seconds: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> SitedAreas:
    """Open sites and give each unit whole to one of them: connected areas at the least cost.

    Parameters
    ----------
    cost, demand, capacity, fixed, fixed_open, max_sites
        As in `solve_capacitated`: (units, sites) cost of serving a whole unit, (units,) demand,
        (sites,) or (sites, sizes) room and cost of opening, sites open in any case and the most.
    neighbours
        (e, 2) pairs of units, or a sparse matrix; direction does not matter.
    home
        (sites,) unit in which each site lies; where the site is open its area holds it.
    beyond
        Cost of one unit of demand beyond the capacity of its site, where the capacity of every
        choice may be too little; None: a choice must have enough in all.
    stop, seconds
        How long to search (see `read_stop`). A unit is about a second of each of two threads.
    seed
        Same arrays, seed, effort, versions and machine: the same answer, unless `cut_short`.
    progress
        Called with (best cost, bound, units of work).

    Raises
    ------
    InputError, SolveError
        As in `solve_capacitated`; SolveError also where no choice has connected areas.
    """
    load()
    load_loops()
    case = read_case(cost, demand, capacity, fixed, neighbours, home, beyond)
    offer = case.offer(fixed_open, max_sites)
    check_limits(offer, single_source=False)
    search = AreasSearch(case, offer, Meter(stop or read_stop(seconds=seconds)), seed, progress)
    try:
        search.run()
    except KeyboardInterrupt:
        search.meter.cut()
        if search.best is None:
            raise
    return _answer(search)


def _answer(search: AreasSearch) -> SitedAreas:
    """Return the best plan."""
    best, case = search.best, search.case
    if best is None or best.plan is None:
        raise SolveError(
            "solve_siting_areas: no choice of sites was found whose areas are connected; more "
            "effort, more neighbour pairs or more sites would help"
        )
    count = len(case.home)
    size = np.full(count, -1)
    size[best.sites] = best.columns
    plan = best.sites[best.plan]
    load = np.bincount(plan, case.demand, count)
    room = np.where(size >= 0, case.capacity[np.arange(count), size], 0.0)
    bound = min(search.bound, best.total)
    fits = best.shortage <= 0 or case.beyond is not None
    status: Status = "time" if search.meter.is_cut else "effort"
    return SitedAreas(
        open=size >= 0,
        size=size,
        plan=plan,
        cost=best.total,
        bound=bound,
        gap=(best.total - bound) / max(abs(best.total), 1e-12) if fits else float("nan"),
        shortage=np.maximum(load - room, 0.0),
        status="optimal" if search.is_closed and fits else status,
        drawn=sum(choice.plan is not None for choice in search.known),
        effort=search.meter.done,
        cut_short=search.meter.is_cut,
    )
