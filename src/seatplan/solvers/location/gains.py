"""Siting with sites that exclude each other and groups of sites, to the last metre where asked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from seatplan.solvers.location.answer import Clock, Flags, Progress
from seatplan.solvers.location.siting import Siting, describe_siting, read_case
from seatplan.solvers.location.siting_case import Case
from seatplan.solvers.location.siting_gains import GainSearch
from seatplan.solvers.location.siting_master import LISTED, count_programmes
from seatplan.solvers.location.siting_search import Search


def solve_few_sites(
    demand: ArrayLike,
    metres: ArrayLike,
    seats: ArrayLike,
    sizes: ArrayLike,
    *,
    price: ArrayLike | None = None,
    budget: ArrayLike | None = None,
    earliest: ArrayLike | None = None,
    max_sites: int | None = None,
    clashes: Flags | None = None,
    groups: tuple[ArrayLike, ArrayLike] | None = None,
    gap: float = 0.005,
    slack: float = 1.0,
    seconds: float = 60.0,
    progress: Progress | None = None,
) -> Siting:
    """Choose sites, sizes and opening years for the least shortage, then the least walking.

    Tables are those of `solve_siting`. A keyboard interrupt ends the search with the best so far.

    Parameters
    ----------
    clashes
        (sites, sites) pairs of which only one may open.
    groups
        (sites,) the group of each site, by number, and the most that may open of each group; beside
        `max_sites`, which counts them all.
    gap
        Walking is proven to this share of it.
    slack
        Pupils (summed over the years) below which two shortages count as the same.
    """
    clock = Clock(seconds)
    case, order = read_case(
        demand, metres, seats, sizes, price, budget, earliest, max_sites, clashes, groups
    )
    search = (GainSearch if is_better_by_gains(case) else Search)(case, gap, slack, progress)
    search.run(clock.left)
    return describe_siting(search, order, clock)


def is_better_by_gains(case: Case) -> bool:
    """Whether there is no budget and the programmes are too many to be listed."""
    return bool(np.isinf(case.allowance).all()) and count_programmes(case) > LISTED
