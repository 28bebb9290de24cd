"""Capacitated facility location, split or whole, one size or several: the door and its checks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from seatplan.errors import SolveError
from seatplan.solvers.location.answer import Location, Progress, name_end
from seatplan.solvers.location.capacitated import Search
from seatplan.solvers.location.offer import Offer, check_limits, read_offer
from seatplan.solvers.location.whole import WholeSearch
from seatplan.solvers.stop import Meter, Stop, read_stop

WHOLE = 3.0  # units for one that is counted where customers are whole: it takes three seconds
EXPLAIN_EFFORT = 10.0  # units of work spent on finding how many sites would do


@cache
def load() -> None:
    """Solve a tiny case, once: compiling its loops counts as nobody's work."""
    offer = read_offer([[1.0, 2.0]], [1.0], [1.0, 1.0], [1.0, 1.0], (), None)
    check_limits(offer, single_source=False)
    Search(offer, Meter(Stop()), None).run()


def solve_capacitated(
    cost: ArrayLike,
    demand: ArrayLike,
    capacity: ArrayLike,
    fixed: ArrayLike,
    *,
    fixed_open: ArrayLike = (),
    single_source: bool = False,
    max_sites: int | None = None,
    stop: Stop | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Location:
    """Open sites, each at one of its sizes, and serve all demand at the least total cost.

    Parameters
    ----------
    cost
        (customers, sites) cost of serving ALL of a customer from a site, at least 0; inf where it
        cannot be. Part of a customer costs its share.
    demand
        (customers,) at least 0, in the unit of `capacity`.
    capacity, fixed
        (sites,) or (sites, sizes): room, and cost of opening, at each size; `fixed` is inf where a
        size is not offered.
    fixed_open
        Positions of the sites that are open in any case, at one of their sizes; a school that
        stands has one size, at no cost.
    single_source
        Whether each customer is served whole by one site.
    max_sites
        Largest number of open sites, those fixed open among them.
    stop
        How long to search, counted in work; the compiling of a first call is none. When the work is
        done, or the guard cuts it short, the best solution and its bound come back.
    seconds
        Guard in wall-clock seconds, where no `stop` is given (see `stop.read_stop`); None: none.
    progress
        Called with (best cost, bound, seconds) as the search goes on.

    Returns
    -------
    Location
        Exact to 1e-7 of the cost; `serving` is (customers, sites) shares, or with `single_source`
        (customers,) positions; `size` is the column of `capacity` that stands at each site, -1
        where nothing does.

    Raises
    ------
    InputError
        Tables whose shapes do not meet, or with missing or negative numbers.
    SolveError
        A limit rules out every choice: which one, and by how much; or none was found in
        so much work.
    """
    load()
    asked, units = stop or read_stop(seconds=seconds), WHOLE if single_source else 1.0
    meter = Meter(replace(asked, effort=asked.effort / units))
    offer = read_offer(cost, demand, capacity, fixed, fixed_open, max_sites)
    check_limits(offer, single_source)
    search = (WholeSearch if single_source else Search)(offer, meter, progress)
    bound = search.run()
    is_proven = bool(bound >= search.target)
    if not np.isfinite(search.best):
        done = units * meter.done
        raise SolveError(explain_failure(offer, is_proven, done, single_source))
    size = offer.size[np.arange(len(search.sizes)), search.sizes]
    bound = min(max(bound, 0.0), search.best)
    return Location(
        search.sizes > 0,
        search.serving,
        search.best,
        bound,
        name_end(is_proven, meter),
        meter.seconds,
        size,
        units * meter.done,
    )


def explain_failure(offer: Offer, is_proven: bool, done: float, single_source: bool) -> str:
    """Say why no choice of sites was found."""
    if not is_proven:
        return (
            f"solve_capacitated: no choice found that serves everybody in {done:.3g} units "
            "of work; more effort or looser limits would help"
        )
    if offer.most < len(offer.low):
        needed = count_needed(offer, single_source)
        return (
            f"solve_capacitated: at most {offer.most} sites may be open, but serving everybody in "
            f"reach takes at least {needed}, {needed - offer.most} more"
        )
    return (
        "solve_capacitated: the total capacity suffices, but whole customers do not fit into the "
        "sites in reach; allow split service or larger sizes"
    )


def count_needed(offer: Offer, single_source: bool) -> int:
    """Return the least number of sites that can serve everybody, whatever the cost."""
    free = np.where(np.isfinite(offer.cost), 0.0, np.inf)
    largest, one = offer.capacity[:, -1], np.ones(len(offer.low))
    answer = solve_capacitated(
        free,
        offer.demand,
        largest,
        one,
        fixed_open=np.flatnonzero(offer.low),
        single_source=single_source,
        stop=Stop(EXPLAIN_EFFORT),
    )
    return max(int(np.ceil(answer.bound - 1e-6)), offer.most + 1)
