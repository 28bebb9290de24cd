"""One regularised problem over few of its pairs, and then over those that were missed as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.canonical import Arranged
from seatplan.solvers.transport.levels import Levels, Problem, lead, solve_levels
from seatplan.solvers.transport.params import PARAMS, Params
from seatplan.solvers.transport.starting import EXACT, SHORT, SPARE, Marks, Start

LOW = 1e-9  # share of the longest way by which a pair lies below a level to be missed
NOTHING = 1e-13  # share of the pupils: a flow that is rounding


@dataclass(frozen=True)
class Plan:
    """The answer of one problem, arranged; see `regularised.Regularised`.

    `taken`: (m,) seats taken. `spare`: (m,) whether seats may stand empty.
    """

    pair: Ints
    flow: Floats
    unserved: Floats
    taken: Floats
    short: Marks
    spare: Marks
    weight: float
    amiss: float


def pose(
    pairs: Arranged, pupils: Floats, seats: Floats, strength: float, params: Params = PARAMS
) -> Problem:
    """Weigh the quadratic term by the mean seats and the mean way to the nearest school."""
    room = np.minimum(seats, pupils.sum())
    usable = (room[pairs.school] > 0) & (pupils[pairs.block] > 0)
    nearest = find_least(pairs, np.where(usable, pairs.metres, np.inf))
    reached = np.isfinite(nearest)
    way = _divide(float(pupils[reached] @ nearest[reached]), float(pupils[reached].sum()))
    way = way or float(pairs.metres[usable].max(initial=0.0)) or 1.0
    mean = _divide(float(room @ room), float(room.sum())) or 1.0
    return Problem(pairs, pupils, room, usable, strength * way * mean, params)


def find_least(pairs: Arranged, values: Floats) -> Floats:
    """Return the least value of each block's pairs; inf where it has none."""
    least = np.full(len(pairs.blocks), np.inf)
    fed = np.flatnonzero(np.diff(pairs.first))
    if len(fed):
        least[fed] = np.minimum.reduceat(values, pairs.first[fed])
    return least


def _divide(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def widen(problem: Problem, marks: Marks | None) -> Plan:
    """Solve over the marked pairs, take in those that were missed, until there are none.

    Where None is marked, the likely pairs are; where the problem is small, all.
    """
    if len(problem.pupils) * len(problem.seats) <= problem.params.cells:
        marks = problem.usable
    elif marks is None:
        marks = mark_likely(problem)
    return conclude(problem, solve_marked(problem, marks)[0])


def solve_marked(problem: Problem, marks: Marks) -> tuple[Levels, Marks]:
    """Solve over the marked pairs and all listed ones that were missed; the pairs used, too."""
    start, near = _lead(problem, marks & problem.usable)
    levels = solve_levels(problem, near, start, at_hand=False)
    while (missed := find_missed(problem, near, levels)).any():
        near = near | missed
        start = levels.start
        if _crosses(problem, missed, start):
            start = lead(problem, near)
        levels = solve_levels(problem, near, start, at_hand=True)
    return levels, near


def mark_likely(problem: Problem) -> Marks:
    """Mark the pairs of each block with its nearest schools.

    More of them where the nearest has fewer seats than pupils live nearest to it: these have
    farthest to go, and were they to push others out of their schools instead, prices would soar.
    """
    pairs = problem.pairs
    count = np.ones(len(problem.pupils), np.int64)
    at = np.flatnonzero(_mark_nearest(problem, problem.usable, count))
    block, school = pairs.block[at], pairs.school[at]
    living = np.bincount(school, problem.pupils[block], len(problem.seats))
    pressed = np.zeros(len(problem.pupils), bool)
    pressed[block] = (living > problem.seats)[school]
    few = np.where(pressed, problem.params.far, problem.params.near)
    return _mark_nearest(problem, problem.usable, count * few)


def _mark_nearest(problem: Problem, marks: Marks, few: Ints) -> Marks:
    from seatplan.solvers.transport.filling import mark_nearest  # numba is slow to import

    return mark_nearest(problem.pairs.first, problem.pairs.metres, marks, few)


def _lead(problem: Problem, marks: Marks) -> tuple[Start, Marks]:
    """Return the start of a simplex and the pairs that would carry pupils, or nearly so, there."""
    while True:
        start = lead(problem, marks)
        near = list_near(problem, marks, start)
        if not _crosses(problem, near & ~marks, start):
            return start, near
        marks = marks | near


def list_near(problem: Problem, marks: Marks, start: Start) -> Marks:
    """Mark the pairs that carry pupils at the prices of a simplex over `marks`, or nearly so."""
    from seatplan.solvers.transport.filling import Net, mark_near  # numba is slow to import

    pairs = problem.pairs
    net = Net(
        pairs.first,
        pairs.school,
        pairs.metres,
        problem.pupils,
        problem.seats,
        np.zeros(len(problem.pupils), bool),
        np.zeros(len(problem.seats), bool),
        problem.weight,
    )
    return mark_near(net, marks, problem.usable, start.price)


def _crosses(problem: Problem, marks: Marks, start: Start) -> bool:
    """Whether some marked pair joins two parts, so that they may be parts no more."""
    pairs = problem.pairs
    block, school = pairs.block[marks], pairs.school[marks]
    return bool((start.block_part[block] != start.school_part[school]).any())


def find_missed(problem: Problem, marks: Marks, levels: Levels) -> Marks:
    """Mark further pairs that would seat more pupils, or carry some at a gain.

    If there are none, levels and prices prove the plan to be the best over all pairs.
    """
    pairs, start = problem.pairs, levels.start
    further = problem.usable & ~marks
    depth = levels.level[pairs.block] - pairs.metres - start.price[pairs.school]
    low = LOW * float(pairs.metres.max(initial=0.0))
    parts = set(np.unique(start.block_part)) | set(np.unique(start.school_part))
    if len(parts) == 1 and SHORT not in parts:
        return further & (depth > low)
    block_part, school_part = start.block_part[pairs.block], start.school_part[pairs.school]
    way_out = further & (block_part == SHORT) & (school_part != SHORT)
    if way_out.any():
        return _mark_nearest(problem, way_out, np.full(len(problem.pupils), problem.params.few))
    rise = find_rise(problem, marks, levels)
    depth = depth + rise * ((block_part == EXACT) * 1.0 - (school_part == EXACT))
    missed: Marks = further & (depth > low) & ((block_part == SHORT) | (school_part != SHORT))
    return missed


def find_rise(problem: Problem, marks: Marks, levels: Levels) -> float:
    """Return by how much prices where seats are just enough rise: as far as marked pairs ask."""
    pairs, start = problem.pairs, levels.start
    kept = marks & problem.usable & (start.block_part[pairs.block] == SPARE)
    kept &= start.school_part[pairs.school] == EXACT
    depth = levels.level[pairs.block] - pairs.metres - start.price[pairs.school]
    return float(depth[kept].max(initial=0.0))


def conclude(problem: Problem, levels: Levels) -> Plan:
    """Return the flows that are no rounding, and what they leave."""
    some = levels.flow > NOTHING * problem.pupils.sum()
    pair, flow = levels.listed[some], levels.flow[some]
    sent = np.bincount(problem.pairs.block[pair], flow, len(problem.pupils))
    taken = np.bincount(problem.pairs.school[pair], flow, len(problem.seats)).astype(np.float64)
    short = (levels.start.block_part == SHORT) & (problem.pupils > 0)
    unserved = np.where(short, np.maximum(problem.pupils - sent, 0.0), 0.0)
    spare = levels.start.school_part == SPARE
    return Plan(pair, flow, unserved, taken, short, spare, problem.weight, levels.amiss)
