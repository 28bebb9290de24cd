"""Covering: fewest sites, most pupils, two schools within reach, and the least farthest way.

A client is covered where an open site is within its reach. With x[j] = 1 where site j is opened and
z[i] = 1 where client i of weight w[i] is covered:

    fewest sites    min sum x   with  sum w z >= share, z[i] <= sum of x[j] in reach of i
    most pupils     max sum w z with  sum x <= n, the same
    with seats      max sum of y[i, j] with sum_j y <= w[i], sum_i y[i, j] <= seats[j] x[j]
    least farthest  the least metres within which n sites cover all: the first by halving

Sources: Toregas, Swain, ReVelle and Bergman, "The location of emergency service facilities",
Operations Research 19 (1971); Church and ReVelle, "The maximal covering location problem", Papers
of the Regional Science Association 32 (1974); Hogan and ReVelle, "Concepts and applications of
backup coverage", Management Science 32 (1986); Current and Storbeck, "Capacitated covering models",
Environment and Planning B 15 (1988). Solved by HiGHS, whose bound comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array, csr_matrix, diags_array, hstack, vstack

from seatplan.errors import SolveError
from seatplan.labels import Floats, Ints
from seatplan.solvers.location.milp import Milp, solve_milp
from seatplan.solvers.stop import Stop

Flags = npt.NDArray[np.bool_]
PROOF = 1e-6  # of the value: a gap within it is a proof


@dataclass(frozen=True)
class Covered:
    """A choice of sites, what it covers, and what no choice can pass.

    Parameters
    ----------
    open
        (sites,) bool: sites opened, without those that stand.
    value, bound
        Of the objective: sites opened, weight covered, or metres. No choice is better than `bound`.
    is_proven
        Whether none is better.
    """

    open: Flags
    value: float
    bound: float
    is_proven: bool


class Rows(NamedTuple):
    """Rows of a program: lower <= matrix @ x <= upper."""

    matrix: csr_array
    lower: Floats | float = -np.inf
    upper: Floats | float = np.inf


def cover_share(
    reach: Flags, weight: Floats, standing: Flags, needed: float, stop: Stop
) -> Covered:
    """Open the fewest sites so that the weight covered is at least `needed`.

    Parameters
    ----------
    reach
        (clients, sites) whether a site covers a client.
    weight
        (clients,) 0 or more.
    standing
        (sites,) those that are open already and cost nothing.
    needed
        In the unit of the weight.

    Raises
    ------
    SolveError
        All sites together cover less than is needed.
    """
    most = float(weight[reach.any(axis=1)].sum())
    if most < needed * (1 - 1e-9):
        raise SolveError(
            f"covering: all sites together cover {most:,.0f} of the {needed:,.0f} that are asked "
            "for; ask for less, for a longer reach, or offer more sites"
        )
    free, sets, loads, done = _merge(reach, weight, standing)
    short = needed - done
    if short <= 1e-9 * max(needed, 1.0):
        return Covered(np.zeros(len(standing), np.bool_), 0.0, 0.0, True)
    links = _link(sets, np.ones(len(sets)))
    total = np.concatenate([np.zeros(sets.shape[1]), loads])[None, :]
    cost = np.concatenate([np.ones(sets.shape[1]), np.zeros(len(loads))])
    rows = [Rows(links, 0.0), Rows(csr_array(total), short * (1 - 1e-9))]
    chosen, _, bound = _solve(cost, rows, sets.shape[1], stop)
    value, bound = float(chosen.sum()), float(np.ceil(bound - PROOF))
    return Covered(_spread(chosen, free, standing), value, bound, bound >= value - 0.5)


def cover_most(
    reach: Flags, weight: Floats, standing: Flags, n: int, stop: Stop, *, times: int = 1
) -> Covered:
    """Open at most n sites so that the weight covered `times` over is the most.

    Parameters
    ----------
    times
        How many open sites must lie within reach of a client: 1, or 2 for backup coverage.

    The others are those of `cover_share`.
    """
    counted = reach[:, standing].sum(axis=1)
    done = float(weight[counted >= times].sum())
    left = (counted < times) & (weight > 0)
    free = np.flatnonzero(~standing)
    sets = reach[np.ix_(left, free)]
    lacking = times - counted[left]
    loads = weight[left]
    links = _link(sets, lacking.astype(np.float64))
    cost = np.concatenate([np.zeros(len(free)), -loads])
    limit = np.concatenate([np.ones(len(free)), np.zeros(len(loads))])[None, :]
    rows = [Rows(links, 0.0), Rows(csr_array(limit), upper=float(n))]
    chosen, value, bound = _solve(cost, rows, len(free), stop, whole=times > 1)
    return _finish(chosen, free, standing, done - value, done - bound)


def cover_seats(
    reach: Flags, weight: Floats, standing: Flags, seats: Floats, n: int, stop: Stop
) -> Covered:
    """Open at most n sites so that the most weight has a seat within reach.

    Parameters
    ----------
    seats
        (sites,) what each holds once it is open.

    The others are those of `cover_share`.
    """
    client, site = np.nonzero(reach & (weight[:, None] > 0))
    pairs, free = len(client), np.flatnonzero(~standing)
    place = np.full(len(standing), -1)
    place[free] = np.arange(len(free))
    columns = len(free) + np.arange(pairs)
    ones = np.ones(pairs)
    wide = len(free) + pairs
    homes = coo_array((ones, (client, columns)), shape=(len(weight), wide)).tocsr()
    held = coo_array((ones, (site, columns)), shape=(len(standing), wide)).tolil()
    held[free, place[free]] = -seats[free]
    opened = place[site] >= 0
    tied = coo_array(
        (
            np.concatenate([np.ones(opened.sum()), -weight[client[opened]]]),
            (
                np.tile(np.arange(opened.sum()), 2),
                np.concatenate([columns[opened], place[site[opened]]]),
            ),
        ),
        shape=(int(opened.sum()), wide),
    ).tocsr()
    limit = np.concatenate([np.ones(len(free)), np.zeros(pairs)])[None, :]
    rows = [
        Rows(homes, upper=weight),
        Rows(csr_array(held), upper=np.where(standing, seats, 0.0)),
        Rows(tied, upper=0.0),
        Rows(csr_array(limit), upper=float(n)),
    ]
    cost = np.concatenate([np.zeros(len(free)), -ones])
    most = np.concatenate([np.ones(len(free)), weight[client]])
    chosen, value, bound = _solve(cost, rows, len(free), stop, most=most, whole=False)
    return _finish(chosen, free, standing, -value, -bound)


def cover_nearest(metres: Floats, weight: Floats, standing: Flags, n: int, stop: Stop) -> Covered:
    """Open at most n sites so that the farthest client has the least way (p-center).

    Parameters
    ----------
    metres
        (clients, sites); inf where there is no way. Clients without any are left out.

    Returns
    -------
    With `value` and `bound` in metres: the least way among all within which n sites cover all, by
    halving over the ways; each half is one `cover_share`.
    """
    asked = (weight > 0) & np.isfinite(metres).any(axis=1)
    ways, load = metres[asked], np.ones(int(asked.sum()))
    steps = np.unique(ways[np.isfinite(ways)])
    low, high = 0, len(steps) - 1
    part = stop.share(1 / max(np.ceil(np.log2(max(len(steps), 2))), 1))
    best, proven_below = None, 0
    while low <= high:
        middle = (low + high) // 2
        try:
            found = cover_share(ways <= steps[middle], load, standing, float(len(load)), part)
        except SolveError:
            low = proven_below = middle + 1
            continue
        if found.value <= n:
            best, high = (middle, found), middle - 1
        elif found.bound > n:
            low = proven_below = middle + 1
        else:  # neither found nor excluded: not proven from here on
            low = middle + 1
    if best is None:
        raise SolveError(f"covering: no {n} sites were found that reach every client")
    value, bound = float(steps[best[0]]), float(steps[min(proven_below, best[0])])
    return Covered(best[1].open, value, bound, bound >= value)


def _merge(reach: Flags, weight: Floats, standing: Flags) -> tuple[Ints, Flags, Floats, float]:
    """Leave out clients that are covered or cannot be; join those with the same sites.

    Returns
    -------
    Sites that may be opened, (joint clients, those sites) reach, joint weights, weight covered.
    """
    covered = reach[:, standing].any(axis=1)
    free = np.flatnonzero(~standing)
    left = ~covered & (weight > 0) & reach[:, free].any(axis=1)
    sets, joint = np.unique(reach[np.ix_(left, free)], axis=0, return_inverse=True)
    loads = np.bincount(joint.ravel(), weight[left], minlength=len(sets)).astype(np.float64)
    return free, sets, loads, float(weight[covered].sum())


def _link(sets: Flags, lacking: Floats) -> csr_array:
    """Return the rows: sum of x in reach - what a client lacks x z >= 0."""
    return csr_array(hstack([csr_array(sets.astype(float)), -diags_array(lacking)]))


def _solve(
    cost: Floats,
    rows: list[Rows],
    sites: int,
    stop: Stop,
    *,
    most: Floats | None = None,
    whole: bool = False,
) -> tuple[Flags, float, float]:
    """Solve a program whose first columns are sites; return those opened, value and bound.

    Of what is covered, fractions are never better than whole, unless it takes two sites (`whole`).
    """
    is_integer = np.zeros(len(cost), np.bool_)
    is_integer[: len(cost) if whole else sites] = True
    matrix = csr_matrix(vstack([rows_.matrix for rows_ in rows]))
    lower, upper = (
        np.concatenate(
            [np.broadcast_to(getattr(item, side), item.matrix.shape[0]) for item in rows]
        )
        for side in ("lower", "upper")
    )
    columns = np.ones(len(cost)) if most is None else most
    program = Milp(cost, matrix, lower, upper, np.zeros(len(cost)), columns, is_integer)
    answer = solve_milp(program, effort=stop.effort, seconds=stop.seconds)
    if answer.solution is None:
        raise SolveError("covering: no plan was found within the effort; ask for more of it")
    return answer.solution[:sites] > 0.5, answer.cost, answer.bound


def _finish(chosen: Flags, free: Ints, standing: Flags, value: float, bound: float) -> Covered:
    """Return what is covered at the most, with what no choice passes."""
    bound = max(value, bound)
    proven = bound - value <= 2 * PROOF * max(abs(bound), 1.0)
    return Covered(_spread(chosen, free, standing), value, bound, proven)


def _spread(chosen: Flags, free: Ints, standing: Flags) -> Flags:
    """Return the sites opened among all sites."""
    opened = np.zeros(len(standing), np.bool_)
    opened[free[chosen]] = True
    return opened
