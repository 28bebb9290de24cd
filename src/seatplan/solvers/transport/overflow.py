"""Pupils to free seats at the least regularised cost, as many as there are seats and ways for."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.canonical import arrange
from seatplan.solvers.transport.columns import Find, Search, extend_problem
from seatplan.solvers.transport.levels import Levels, Problem
from seatplan.solvers.transport.pairs import Pairs
from seatplan.solvers.transport.regularised import (
    STRENGTH,
    check_margins,
    gather_plans,
    require_accuracy,
    solve_regularised,
)
from seatplan.solvers.transport.starting import EXACT, SHORT, Marks
from seatplan.solvers.transport.widening import LOW, conclude, find_rise, pose, solve_marked


class Seated(NamedTuple):
    """Who goes where: positions of block and school, and pupils > 0."""

    block: Ints
    school: Ints
    pupils: Floats


def seat_overflow(pupils: Floats, seats: Floats, pairs: Pairs) -> Seated:
    """Seat pupils where seats are free; unique whatever the order, and proof against cuts.

    Parameters
    ----------
    pupils
        (n,) pupils of each block, at least 0.
    seats
        (m,) free seats of each school, at least 0.
    pairs
        Blocks and schools with a way between them.
    """
    plan = solve_regularised(pupils[None], seats[None], pairs)
    some = plan.flows[0] > 0
    pair = plan.pair[some]
    return Seated(pairs.block[pair], pairs.school[pair], plan.flows[0][some])


def seat_found(pupils: Floats, seats: Floats, first: Pairs, find: Find) -> Seated:
    """Seat pupils as `seat_overflow` does, over all pairs that can be found, not listing them all.

    Parameters
    ----------
    pupils, seats
        As for `seat_overflow`.
    first
        Pairs to begin with, for every block the one with the least metres among them.
    find
        See `columns.solve_by_columns`; where there is no way it finds nothing.
    """
    if not len(first.block):
        return Seated(first.block, first.school, first.metres)
    own, room = check_margins(pupils[None], seats[None], first, STRENGTH)
    pairs = arrange(first, own, room)
    pairs = replace(pairs, pair=np.arange(len(pairs.pair)))
    search = Search(find, pairs.blocks, pairs.schools)
    problem = pose(pairs, own[0][pairs.blocks], room[0][pairs.schools], STRENGTH)
    while True:
        levels, near = solve_marked(problem, problem.usable)
        wider = _widen(problem, search, levels, near)
        if wider is problem:
            break
        problem = wider
    pairs = problem.pairs
    plans = [conclude(problem, levels)]
    plan = require_accuracy(gather_plans(plans, pairs, own, room, len(pairs.pair)))
    some = plan.flows[0] > 0
    pair = plan.pair[some]
    block, school = pairs.blocks[pairs.block[pair]], pairs.schools[pairs.school[pair]]
    return Seated(block, school, plan.flows[0][some])


def _widen(problem: Problem, search: Search, levels: Levels, near: Marks) -> Problem:
    """List the pairs that would seat more pupils, or carry some at a gain; else the same problem.

    What `widening.find_missed` asks of listed pairs is asked of all others here.
    """
    start, pairs = levels.start, problem.pairs
    lacking = start.block_part == SHORT
    open_to = (problem.seats > 0) & (start.school_part != SHORT)
    below = np.where(lacking & (problem.pupils > 0), np.inf, -np.inf)
    if lacking.any() and open_to.any():
        none = np.zeros(len(open_to))
        wider = extend_problem(
            problem, *search.nearest(pairs, none, open_to, problem.params.few, below)
        )[0]
        if wider is not problem:
            return wider
    rise = find_rise(problem, near, levels)
    price = start.price + rise * (start.school_part == EXACT)
    level = levels.level + rise * (start.block_part == EXACT)
    level = np.where(problem.pupils > 0, level - LOW * pairs.metres.max(initial=0.0), -np.inf)
    for blocks, schools in ((~lacking, open_to), (lacking, (problem.seats > 0) & ~open_to)):
        if blocks.any() and schools.any():
            below = np.where(blocks, level, -np.inf)
            found = search.nearest(problem.pairs, price, schools, None, below)
            problem = extend_problem(problem, *found)[0]
    return problem
