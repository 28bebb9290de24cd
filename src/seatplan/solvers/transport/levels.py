"""One regularised problem over listed pairs: prices, levels and flows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.canonical import Arranged
from seatplan.solvers.transport.params import PARAMS, Params
from seatplan.solvers.transport.starting import SHORT, SPARE, Marks, Start, find_start

DONE = 1e-12  # share of the pupils amiss up to which the prices at hand led there


@dataclass(frozen=True)
class Problem:
    """One of the problems that `solve_regularised` takes, arranged.

    Parameters
    ----------
    pupils, seats
        (n,) and (m,); no more seats at a school than there are pupils.
    usable
        (p,) pairs that have pupils and seats.
    weight
        w, in pupil-metres.
    params
        How it is gone about.
    """

    pairs: Arranged
    pupils: Floats
    seats: Floats
    usable: Marks
    weight: float
    params: Params = PARAMS


@dataclass(frozen=True)
class Levels:
    """A plan over listed pairs, with the prices that prove it.

    Parameters
    ----------
    listed, flow
        (q,) positions of the pairs, and the pupils on each.
    level
        (n,) metres + price up to which a block's pupils go; -inf where it has no pupils.
    start
        The prices, and where seats are short, just enough or spare.
    amiss
        Share of the pupils by which the seats are missed.
    """

    listed: Ints
    flow: Floats
    level: Floats
    start: Start
    amiss: float


def lead(problem: Problem, marks: Marks) -> Start:
    """Return the start of a simplex over the marked pairs."""
    listed = np.flatnonzero(marks & problem.usable)
    pairs = problem.pairs
    block, school, metres = pairs.block[listed], pairs.school[listed], pairs.metres[listed]
    return find_start(problem.pupils, problem.seats, block, school, metres, problem.params)


def solve_levels(problem: Problem, marks: Marks, start: Start, *, at_hand: bool) -> Levels:
    """Solve the problem over the marked pairs.

    Newton's method begins at `start`. Where that is only `at_hand`, from fewer pairs, and does not
    soon lead there, it begins once more at a simplex's prices.
    """
    listed = np.flatnonzero(marks & problem.usable)
    params = problem.params
    solved = find_levels(problem, listed, start, params.easy if at_hand else params.hard)
    if at_hand and solved.amiss > DONE:
        solved = find_levels(problem, listed, lead(problem, marks), params.hard)
    return solved


def find_levels(problem: Problem, listed: Ints, start: Start, fills: int) -> Levels:
    """Run Newton's method over the pairs within one part each, filling at most so many times."""
    from seatplan.solvers.transport.filling import Net  # numba takes half a second to import
    from seatplan.solvers.transport.newton import run_newton

    block, school = problem.pairs.block[listed], problem.pairs.school[listed]
    inside = np.flatnonzero(start.block_part[block] == start.school_part[school])
    block, school = block[inside], school[inside]
    fed = np.flatnonzero(np.bincount(block, minlength=len(problem.pupils)))
    held = np.flatnonzero(problem.seats > 0)
    post = np.cumsum(problem.seats > 0) - 1
    short = start.school_part == SHORT
    price = np.where(short, start.price - start.penalty, start.price)[held]
    net = Net(
        np.append(np.searchsorted(block, fed), len(block)),
        post[school],
        problem.pairs.metres[listed[inside]],
        problem.pupils[fed],
        problem.seats[held],
        start.block_part[fed] == SHORT,
        start.school_part[held] == SPARE,
        problem.weight,
    )
    level = np.where(start.block_part == SHORT, 0.0, -np.inf)
    flow = np.zeros(len(listed))
    prices, amiss = start.price.copy(), 0.0
    if len(block):
        place, width = _order_schools(
            block, net.school, len(problem.pupils), len(held), problem.params.narrow
        )
        level[fed], flow[inside], amiss = run_newton(net, price, place, width, fills)
        prices[held] = np.where(short[held], price + start.penalty, price)
    level[start.block_part == SHORT] += start.penalty
    unfed = (problem.pupils > 0) & (start.block_part != SHORT)
    unfed[fed] = False
    amiss += float(problem.pupils[unfed].sum()) / max(float(problem.pupils.sum()), 1e-300)
    found = replace(start, price=prices)
    return Levels(listed, flow, level, found, amiss)


def _order_schools(block: Ints, school: Ints, n: int, m: int, narrow: int) -> tuple[Ints, int]:
    """Return a place for each school so that those with a block in common are near, and how near.

    The order is that of Cuthill and McKee (1969), backwards.
    """
    if m <= narrow:
        return np.arange(m), m
    from scipy.sparse import coo_array  # slow to import, and wanted here only
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    joined = coo_array((np.ones(len(block)), (block, school)), shape=(n, m)).tocsr()
    shared = (joined.T @ joined).tocsr()
    order = reverse_cuthill_mckee(shared, symmetric_mode=True)
    place = np.empty(m, np.int64)
    place[order] = np.arange(m)
    near = shared.tocoo()
    return place, int(np.abs(place[near.row] - place[near.col]).max(initial=0)) + 1
