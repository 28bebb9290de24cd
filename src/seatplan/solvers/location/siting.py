"""Where, how large and in which year to build: least shortage first, then least walking."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seatplan.errors import InputError
from seatplan.solvers.location.answer import Flags, Floats, Progress
from seatplan.solvers.location.siting_case import LISTED, Case
from seatplan.solvers.location.siting_gains import GainSearch
from seatplan.solvers.location.siting_search import Search
from seatplan.solvers.stop import Meter, Stop, read_stop

Status = Literal["optimal", "effort", "time"]


@dataclass(frozen=True)
class Siting:
    """A building programme, what it comes to, and how much better any other could be.

    Parameters
    ----------
    size, year
        (sites,) column of `sizes` and opening year (position), -1 where nothing is built.
    shortage, shortage_bound
        Pupils without a seat, summed over the years; no programme has fewer than the bound.
    walking, walking_bound
        Pupil-metres over the years; no programme with this shortage has fewer than the bound.
    spent
        Sum of prices.
    seated
        (years, schools) pupils at each school: those that stand first, then the sites.
    unseated
        (years, blocks) pupils without a seat.
    status
        "optimal" when shortage and walking are proven as nearly as asked for; else "effort" when
        the effort was spent first, "time" when the guard or the user cut the search short.
    seconds, effort
        Wall-clock time, and units of work done.
    cut_short
        Whether the guard or the user ended the search: another run may end elsewhere.
    """

    size: NDArray[np.int64]
    year: NDArray[np.int64]
    shortage: float
    shortage_bound: float
    walking: float
    walking_bound: float
    spent: float
    seated: Floats
    unseated: Floats
    status: Status
    seconds: float
    effort: float = 0.0
    cut_short: bool = False

    @property
    def gap(self) -> float:
        """How far the walking may lie above the least possible, as a share of it."""
        return max(self.walking - self.walking_bound, 0.0) / max(self.walking, 1e-12)


def solve_siting(
    demand: ArrayLike,
    metres: ArrayLike,
    seats: ArrayLike,
    sizes: ArrayLike,
    *,
    price: ArrayLike | None = None,
    budget: ArrayLike | None = None,
    earliest: ArrayLike | None = None,
    max_sites: int | None = None,
    gap: float = 0.005,
    slack: float = 1e-5,
    listed: int = LISTED,
    stop: Stop | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Siting:
    """Choose sites, sizes and opening years for the least shortage, then the least walking.

    Parameters
    ----------
    demand
        (blocks, years) pupils.
    metres
        (blocks, schools) way of a pupil: to the schools that stand, then to the sites; inf beyond
        the service radius.
    seats
        (standing, years) seats of the schools that stand.
    sizes
        (sites, sizes) seats at each size on offer; 0 where a size is not.
    price, budget
        (sites, sizes) money per size, paid when it opens; (years,) money that comes in, what is
        left over carries on. No limit where left out.
    earliest
        (sites,) first year (position) in which each site can open.
    max_sites
        Most sites that may open.
    gap, slack
        Walking is proven to the share `gap` of it, the shortage to the share `slack` of all demand.
    listed
        Programmes up to which they are listed; beyond, HiGHS proposes them.
    stop
        Units of work, at most half of them for the shortage, and a guard in seconds that does not
        count the compiling of a first call. A unit is some 2,000 years seated, 17 million ways
        seated over, 170 million ways passed over, or 10,000 iterations of HiGHS. None: 60 units, no
        guard.
    seconds
        The guard by itself (see `stop.read_stop`); not beside `stop`.

    Raises
    ------
    InputError
        Tables whose shapes do not meet, or with missing or negative numbers.
    """
    case, order = read_case(demand, metres, seats, sizes, price, budget, earliest, max_sites)
    load_loops()
    meter = Meter(stop or read_stop(seconds=seconds))
    case = replace(case, listed=listed)
    search = Search(case, gap, slack * float(case.demand.sum()), meter, progress)
    search.run()
    return describe_siting(search, order)


@cache
def load_loops() -> None:
    """Run each compiled loop once: compiling them at a first call is nobody's guard."""
    tables = np.full((4, 2), 10.0), np.tile([100.0, 200.0, 300.0], (4, 1)), np.full((1, 2), 10.0)
    case, _ = read_case(*tables, np.tile([10.0, 20.0], (2, 1)), None, None, None, 1)
    search = Search(case, 0.0, 0.0, Meter(Stop()), None)
    search.run()
    search.climb(Meter(Stop()))


def describe_siting(search: Search | GainSearch, order: NDArray[np.int64]) -> Siting:
    """Return the answer in the caller's numbers."""
    case, options, operation = search.case, search.options, search.operation
    meter = search.meter
    seated = np.zeros((case.years, len(case.metres)))
    for row, (flows, schools) in enumerate(zip(operation.flows, operation.schools, strict=True)):
        np.add.at(seated[row], schools[flows.school], flows.pupils)
    is_used = (seated[:, len(case.seats) :] > 0).any(axis=0)
    options = np.where(is_used, options, 0)  # what seats nobody is not built
    size, year = case.split(options)
    opened = np.flatnonzero(options)
    return Siting(
        np.where(size >= 0, order[np.arange(len(size)), size], -1),
        year,
        operation.shortage,
        min(search.bounds[0], operation.shortage),
        operation.walking,
        min(search.bounds[1], operation.walking),
        float(case.price[opened, size[opened]].sum()),
        seated,
        np.array([flows.unserved for flows in operation.flows]),
        "optimal" if search.is_proven else "time" if meter.is_cut else "effort",
        meter.seconds,
        meter.done,
        meter.is_cut,
    )


def read_case(
    demand: ArrayLike,
    metres: ArrayLike,
    seats: ArrayLike,
    sizes: ArrayLike,
    price: ArrayLike | None,
    budget: ArrayLike | None,
    earliest: ArrayLike | None,
    max_sites: int | None,
    clashes: Flags | None = None,
    groups: tuple[ArrayLike, ArrayLike] | None = None,
) -> tuple[Case, NDArray[np.int64]]:
    """Check the tables of `solve_siting`; return the case and the order of each site's sizes."""
    pupils, ways, standing, offered = (
        np.asarray(item, float) for item in (demand, metres, seats, sizes)
    )
    if pupils.ndim != 2 or offered.ndim != 2 or standing.ndim != 2:
        raise InputError(
            "solve_siting: demand is (blocks, years), seats (standing, years), sizes (sites, "
            f"sizes); got shapes {pupils.shape}, {standing.shape}, {offered.shape}"
        )
    years, sites = pupils.shape[1], len(offered)
    cost = np.zeros(offered.shape) if price is None else np.array(price, float)
    income = np.full(years, np.inf) if budget is None else np.array(budget, float)
    first = np.zeros(sites, np.int64) if earliest is None else np.asarray(earliest, np.int64)
    check_case(pupils, ways, standing, offered, cost, income, first)
    order = np.argsort(offered, axis=1, kind="stable")
    offered, cost = (np.take_along_axis(item, order, 1) for item in (offered, cost))
    allowance = np.cumsum(income)
    opens = np.arange(years) >= first[:, None]  # (sites, years)
    allowed = (offered > 0)[:, :, None] & opens[:, None, :]
    allowed &= cost[:, :, None] <= allowance * (1 + 1e-9)
    options = np.hstack([np.ones((sites, 1), np.bool_), allowed.reshape(sites, -1)])
    if max_sites is not None and max_sites < 0:
        raise InputError(f"solve_siting: max_sites is {max_sites}; want 0 or more")
    most = sites if max_sites is None else min(max_sites, sites)
    group, limits = (
        np.asarray(item, np.int32)
        for item in ((np.zeros(sites), [most]) if groups is None else groups)
    )
    apart = np.zeros((sites, sites), np.bool_) if clashes is None else clashes.copy()
    np.fill_diagonal(apart, False)
    case = Case(
        np.ascontiguousarray(ways.T),
        np.ascontiguousarray(pupils.T),
        standing,
        offered,
        cost,
        allowance,
        options,
        min(most, int(limits.sum())),
        apart,
        group,
        limits,
    )
    return case, order


def check_case(
    pupils: Floats,
    ways: Floats,
    standing: Floats,
    offered: Floats,
    cost: Floats,
    income: Floats,
    first: NDArray[np.int64],
) -> None:
    """Raise InputError with every table whose shape or numbers do not fit."""
    years, sites = pupils.shape[1], len(offered)
    shapes = {
        "metres": (ways.shape, (len(pupils), len(standing) + sites)),
        "seats": (standing.shape, (len(standing), years)),
        "price": (cost.shape, offered.shape),
        "budget": (income.shape, (years,)),
        "earliest": (first.shape, (sites,)),
    }
    problems = [
        f"solve_siting: {name} has shape {has}; demand, seats and sizes call for {wants}"
        for name, (has, wants) in shapes.items()
        if has != wants
    ]
    tables = {"demand": pupils, "metres": ways, "seats": standing, "sizes": offered, "price": cost}
    problems += [
        f"solve_siting: {name} is 0 or more everywhere"
        for name, table in tables.items()
        if not (table >= 0).all()
    ]
    if problems:
        raise InputError(problems)
