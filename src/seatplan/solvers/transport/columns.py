"""Regularised problems over more pairs than can be listed: prices say which to look for.

Column generation (Gilmore and Gomory 1961). A plan over some of the pairs has a price on every
seat. A pair that is not listed can better the plan only if its metres + price lie below the level
of its block; the school with the least metres + price is the nearest one to a block if every school
counts as farther by its price. So one search for the nearest schools tells whether any pair is
missing, and which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.canonical import Arranged, arrange
from seatplan.solvers.transport.levels import (
    DONE,
    Levels,
    Problem,
    find_levels,
    lead,
    solve_levels,
)
from seatplan.solvers.transport.pairs import Pairs
from seatplan.solvers.transport.regularised import (
    STRENGTH,
    Regularised,
    check_margins,
    gather_plans,
    require_accuracy,
    scale_to_seats,
)
from seatplan.solvers.transport.starting import Marks, Start
from seatplan.solvers.transport.widening import (
    LOW,
    Plan,
    conclude,
    find_least,
    find_missed,
    list_near,
    pose,
)

Find = Callable[[Floats, Marks, int | None, Floats], Pairs]
Guess = Callable[[Floats, Floats], Pairs]
FEW = 2  # schools that are looked for at a time for each block
FILLS = 200  # times all blocks may be filled from prices found over fewer pairs


@dataclass(frozen=True)
class Search:
    """Where further pairs are looked for, in the order that only numbers decide (`arrange`).

    `blocks`, `schools`: where each stood.
    """

    find: Find
    blocks: Ints
    schools: Ints

    def nearest(
        self, pairs: Arranged, price: Floats, offered: Marks, few: int | None, below: Floats
    ) -> tuple[Ints, Ints, Floats]:
        """Return what `find` finds and is not listed yet: block, school and metres."""
        toll, mask, level = np.empty_like(price), np.empty_like(offered), np.empty_like(below)
        toll[self.schools], mask[self.schools], level[self.blocks] = price, offered, below
        return self.arrange(pairs, self.find(toll, mask, few, level))

    def arrange(self, pairs: Arranged, found: Pairs) -> tuple[Ints, Ints, Floats]:
        """Return those of the pairs found that are not listed yet: block, school and metres."""
        block, school = _invert(self.blocks)[found.block], _invert(self.schools)[found.school]
        count = len(self.schools)
        keys = block * count + school
        listed = pairs.block * count + pairs.school
        place = np.minimum(np.searchsorted(listed, keys), len(listed) - 1)
        new = np.isfinite(found.metres) & (listed[place] != keys)
        return block[new], school[new], found.metres[new]


def solve_by_columns(
    pupils: Floats,
    seats: Floats,
    first: Pairs,
    find: Find,
    *,
    guess: Guess | None = None,
    strength: float = STRENGTH,
) -> tuple[Pairs, Regularised]:
    """Fill all seats as `solve_regularised` does with `equal`, over all pairs that can be found.

    Parameters
    ----------
    pupils, seats, strength
        See `solve_regularised`. Every block is to have a way to every school.
    first
        Pairs to begin with. Among them is, for every block and problem, the one with the least
        metres of those whose school has seats.
    find
        Called with a price for every school (m,), the schools that are offered (m,), how many to
        look for, and a level for every block (n,): it returns for each block the pairs whose
        metres + price lie below its level, those with the least if they are more than so many
        (None: all of them).
    guess
        Called with the pupils of every block (n,) and the seats of every school (m,) of a problem:
        it returns pairs that are likely to carry pupils beyond those with the least metres. It
        saves searches, and changes no figure. None begins without.

    Returns
    -------
    tuple
        The pairs that were listed in the end, and the plans over them.

    Raises
    ------
    ValueError, SolveError
        See `solve_regularised`.
    """
    pupils, seats = check_margins(pupils, seats, first, strength)
    pupils = scale_to_seats(pupils, seats)
    pairs = arrange(first, pupils, seats)
    pairs = replace(pairs, pair=np.arange(len(pairs.pair)))
    search = Search(find, pairs.blocks, pairs.schools)
    plans, listed = [], []
    for own, room in zip(pupils, seats, strict=True):
        problem = pose(pairs, own[pairs.blocks], room[pairs.schools], strength)
        likely = None if guess is None else guess(own, room)
        problem, near, plan = _solve(problem, search, likely)
        wide = problem.pairs
        plans.append(plan)
        listed.append(wide.block[plan.pair] * len(pairs.schools) + wide.school[plan.pair])
        pairs = _join(pairs, wide, near)
    keys = pairs.block * len(pairs.schools) + pairs.school
    plans = [
        replace(plan, pair=np.searchsorted(keys, own))
        for plan, own in zip(plans, listed, strict=True)
    ]
    answer = require_accuracy(gather_plans(plans, pairs, pupils, seats, len(keys)))
    block, school = pairs.blocks[pairs.block], pairs.schools[pairs.school]
    return Pairs(block, school, pairs.metres, first.blocks, first.schools), answer


def _solve(problem: Problem, search: Search, likely: Pairs | None) -> tuple[Problem, Marks, Plan]:
    """Solve one problem: prices of least metres first, then the regularised ones.

    Returned with the plan: the pairs that carry pupils in it, or nearly so.
    """
    if likely is None:
        problem = _offer_free(problem, search)
        marks = problem.usable
    else:
        problem, marks = _offer_likely(problem, search, likely)
    problem, marks, start = _find_prices(problem, search, marks)
    near = list_near(problem, marks, start)
    levels = solve_levels(problem, near, start, at_hand=False)
    while True:
        missed = find_missed(problem, near, levels)
        wider, place = _widen(problem, search, levels.start.price, levels.level, None)
        if not missed.any() and wider is problem:
            return problem, near, conclude(problem, levels)
        problem, near = wider, _grow(wider, place, near | missed)
        levels = _follow_on(problem, near, levels.start)


def _grow(wider: Problem, place: Ints, marks: Marks) -> Marks:
    """Mark the pairs that were marked, now at `place`, and those that are new."""
    grown = wider.usable.copy()
    grown[place] = marks
    return grown


def _follow_on(problem: Problem, near: Marks, start: Start) -> Levels:
    """Solve over more pairs than before, from the prices found over fewer."""
    levels = find_levels(problem, np.flatnonzero(near & problem.usable), start, FILLS)
    if levels.amiss > DONE:
        levels = solve_levels(problem, near, lead(problem, problem.usable), at_hand=False)
    return levels


def _offer_free(problem: Problem, search: Search) -> Problem:
    """List the nearest schools with room to spare for blocks whose nearest has too few seats."""
    pairs = problem.pairs
    metres = np.where(problem.usable, pairs.metres, np.inf)
    order = np.lexsort((pairs.school, metres, pairs.block))
    best = pairs.school[order][pairs.first[:-1]]
    living = np.bincount(best, problem.pupils, len(problem.seats))
    free = (problem.seats > 0) & (living < problem.seats)
    if not free.any():
        return problem
    pressed = (living > problem.seats)[best] & (problem.pupils > 0)
    level = np.where(pressed, np.inf, -np.inf)
    return extend_problem(problem, *search.nearest(pairs, np.zeros(len(free)), free, FEW, level))[0]


def _offer_likely(problem: Problem, search: Search, likely: Pairs) -> tuple[Problem, Marks]:
    """List the likely pairs; mark them and, of each block, those with the least metres."""
    problem, _ = extend_problem(problem, *search.arrange(problem.pairs, likely))
    pairs, count = problem.pairs, len(problem.seats)
    metres = np.where(problem.usable, pairs.metres, np.inf)
    keys = search.blocks[pairs.block] * count + search.schools[pairs.school]
    marks = np.isin(keys, likely.block * count + likely.school)
    marks |= metres <= find_least(pairs, metres)[pairs.block]
    return problem, marks & problem.usable


def _measure_ground(problem: Problem, price: Floats) -> Floats:
    """Return metres + price of every pair; inf where it is not usable."""
    pairs = problem.pairs
    return np.where(problem.usable, pairs.metres + price[pairs.school], np.inf)


def _find_prices(problem: Problem, search: Search, marks: Marks) -> tuple[Problem, Marks, Start]:
    """Find prices of least metres that no pair, listed or not, can better.

    The simplex is given the marked pairs, and those that better its plan as they are found.
    """
    low = LOW * float(problem.pairs.metres.max(initial=0.0))
    while True:
        start = lead(problem, marks)
        pairs, ground = problem.pairs, _measure_ground(problem, start.price)
        level = find_least(pairs, np.where(marks, ground, np.inf))
        missed = ~marks & (ground < level[pairs.block] - low)
        least = find_least(pairs, ground)
        wider, place = _widen(problem, search, start.price, least, FEW)
        added = len(wider.pairs.block) - len(pairs.block) + int(missed.sum())
        problem, marks = wider, _grow(wider, place, marks | missed)
        if not added:
            return problem, marks, start


def _widen(
    problem: Problem, search: Search, price: Floats, level: Floats, few: int | None
) -> tuple[Problem, Ints]:
    """List the pairs that are missing under a price; return where the listed ones went, too."""
    low = LOW * float(problem.pairs.metres.max(initial=0.0))
    below = np.where(problem.pupils > 0, level - low, -np.inf)
    return extend_problem(
        problem, *search.nearest(problem.pairs, price, problem.seats > 0, few, below)
    )


def extend_problem(
    problem: Problem, block: Ints, school: Ints, metres: Floats
) -> tuple[Problem, Ints]:
    """Add pairs that are not listed yet; the same problem where there are none."""
    pairs = problem.pairs
    count = len(pairs.block)
    if not len(block):
        return problem, np.arange(count)
    block = np.append(pairs.block, block)
    school, metres = np.append(pairs.school, school), np.append(pairs.metres, metres)
    order = np.argsort(block * len(pairs.schools) + school)
    wider = replace(
        pairs,
        pair=np.arange(len(order)),
        first=np.searchsorted(block[order], np.arange(len(pairs.first))),
        block=block[order],
        school=school[order],
        metres=metres[order],
    )
    usable = (problem.seats[wider.school] > 0) & (problem.pupils[wider.block] > 0)
    return replace(problem, pairs=wider, usable=usable), _invert(order)[:count]


def _join(pairs: Arranged, wide: Arranged, marks: Marks) -> Arranged:
    """Return the pairs of `wide` that are among `pairs` or are marked."""
    count = len(pairs.schools)
    kept = marks | np.isin(wide.block * count + wide.school, pairs.block * count + pairs.school)
    block = wide.block[kept]
    return replace(
        wide,
        pair=np.arange(len(block)),
        first=np.searchsorted(block, np.arange(len(pairs.first))),
        block=block,
        school=wide.school[kept],
        metres=wide.metres[kept],
    )


def _invert(order: Ints) -> Ints:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place
