"""Siting with sites that exclude each other and groups of sites, to the last metre where asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from seatplan.solvers.location.answer import Flags, Progress
from seatplan.solvers.location.siting import Siting, describe_siting, load_loops, read_case
from seatplan.solvers.location.siting_case import LISTED, Case, count_programmes
from seatplan.solvers.location.siting_gains import GainSearch
from seatplan.solvers.location.siting_search import Search
from seatplan.solvers.stop import Meter, Stop, read_stop


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
    listed: int = LISTED,
    stop: Stop | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Siting:
    """Choose sites, sizes and opening years for the least shortage, then the least walking.

    Tables and `stop` are those of `solve_siting`. A keyboard interrupt ends the search with the
    best so far.

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
    listed
        Programmes up to which a question without a budget is left to the cuts, which list them.
    """
    case, order = read_case(
        demand, metres, seats, sizes, price, budget, earliest, max_sites, clashes, groups
    )
    load_loops()
    meter = Meter(stop or read_stop(seconds=seconds))
    case = replace(case, listed=listed)
    kind = GainSearch if is_better_by_gains(case) else Search
    search = kind(case, gap, slack, meter, progress)
    search.run()
    return describe_siting(search, order)


def is_better_by_gains(case: Case) -> bool:
    """Whether there is no budget and the programmes are too many to be listed."""
    return bool(np.isinf(case.allowance).all()) and count_programmes(case) > case.listed
