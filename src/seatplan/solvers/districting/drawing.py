"""A districting drawn: bound, first plan, rounds of search, best plan kept whatever ends it."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from seatplan.solvers.districting.problem import (
    Floats,
    Ints,
    Problem,
    build_problem,
    narrow,
    whole,
)
from seatplan.solvers.districting.run import Districting, Progress, Run, Status
from seatplan.solvers.stop import Stop, read_stop

USUAL_PUPILS = 0.1, 1e5  # mean pupils of a unit
USUAL_COST = 1e-3, 1e9  # mean cost of giving a unit to a facility


def draw_districts(
    pupils: Floats,
    seats: Floats,
    cost: Floats,
    neighbours: ArrayLike | sparse.sparray,
    home: Ints,
    *,
    current: Ints | None = None,
    locked: Ints | None = None,
    max_moved: float | None = None,
    moving: Floats | None = None,
    groups: Ints | None = None,
    least: Floats | None = None,
    full: Floats | None = None,
    spill: float | None = None,
    border: Floats | None = None,
    tilt: Floats | None = None,
    stop: Stop | None = None,
    seconds: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Districting:
    """Give each unit whole to a facility: connected areas, within the seats, at the least cost.

    Parameters
    ----------
    pupils, seats
        (n,) pupils of each unit; (m,) seats of each facility.
    cost
        (n, m) cost of giving the whole of unit i to facility j; inf where not allowed.
    neighbours
        (e, 2) pairs of units, or a sparse (n, n) matrix; direction does not matter.
    home
        (m,) unit in which each facility stands; it lies in the facility's area.
    current
        (n,) facility of each unit today: the search starts there.
    locked
        (n,) facility that a unit must have, -1 where free.
    max_moved
        Most pupils whose facility may differ from `current`; None: no limit.
    moving
        (n,) pupils who count against `max_moved` where a unit moves; `pupils` without it.
    groups
        (n,) label of units that go to one facility together, below 0 for none. A group counts as
        one unit: its parts need not touch.
    least
        (m,) pupils that a facility should have at least; one too few weighs like one beyond the
        seats. None: none.
    full, spill
        (m,) pupils up to which a facility is not full, the seats without it, and the most pupils
        beyond that in all facilities together; None: any.
    border
        (e,) what it costs that the two units of a pair go to different facilities, each pair given
        once; None: nothing. The bound holds as it knows walking, and does not know borders.
    tilt
        (n, k) what a unit adds to each of k balances of its facility, each of which costs as far as
        it is from 0: what a facility has more of one kind of pupil than an even mix, or less. The
        bound does not know it. None: nothing.
    stop
        Units of work, and a guard in seconds that does not count the compiling of a first call; the
        first plan is finished in any case. Of each of two threads a unit is 3 million steps of
        annealing, some 600 million units and cells looked at for the bound, 1,700 to 7,700
        iterations of HiGHS. None: 60 units, no guard.
    seconds
        The guard by itself (see `stop.read_stop`); not beside `stop`.
    seed
        Same arrays, seed, effort, versions and machine: the same plan to the last unit, unless
        `cut_short`. On another machine the same unless two plans cost the same.
    progress
        Called with (best cost, bound, units of work) after each round, from a thread of the run.
        Ctrl-C ends the run with the best plan so far.

    Raises
    ------
    ValueError
        Arrays that contradict each other (see `problem.build_problem`); a stop without sense.

    Examples
    --------
    Four units in a row, homes at both ends, two seats each; the middle ones cost the same anywhere.

    >>> cost = np.array([[0.0, 9.0], [1.0, 2.0], [1.0, 2.0], [9.0, 0.0]])
    >>> drawn = draw_districts(np.ones(4), np.array([2.0, 2.0]), cost, [(0, 1), (1, 2), (2, 3)],
    ...                        np.array([0, 3]), stop=Stop(effort=1.0))
    >>> drawn.plan.tolist(), drawn.cost, drawn.status
    ([0, 0, 1, 1], 3.0, 'optimal')
    """
    if max_moved is not None and current is None:
        raise ValueError("max_moved needs current: the facility of each unit today")
    if stop is not None and seconds is not None:
        raise ValueError("stop holds the guard in seconds; give one of the two")
    unit, coin = find_unit(pupils, *USUAL_PUPILS), find_unit(cost, *USUAL_COST)
    problem = build_problem(
        np.asarray(pupils, float) / unit,
        np.asarray(seats, float) / unit,
        np.asarray(cost, float) / coin,
        neighbours,
        whole("home", home),
        None if current is None else whole("current", current),
        None if locked is None else whole("locked", locked),
        None if max_moved is None else max_moved / unit,
        None if groups is None else whole("groups", groups),
        None if moving is None else np.asarray(moving, float) / unit,
        None if least is None else np.asarray(least, float) / unit,
        None if full is None else np.asarray(full, float) / unit,
        None if spill is None else spill / unit,
        None if border is None else np.asarray(border, float) / coin,
        None if tilt is None else np.asarray(tilt, float) / coin,
    )
    start = None if current is None else _joined(problem, whole("current", current))
    if not problem.fixed.all():
        load_loops()
    run = Run.begin(problem, stop or read_stop(seconds=seconds), seed, progress)
    status = search_plan(run, start)
    return run.answer(status).rescale(unit, coin)


def find_unit(values: Floats, least: float, most: float) -> float:
    """Return the power of ten by which numbers are told in a unit that is usual.

    1 where their mean lies between `least` and `most`: the search counts on pupils and costs of
    such sizes when it asks whether two are the same.

    >>> find_unit(np.array([40e9, 60e9]), 0.1, 1e5), find_unit(np.array([40.0]), 0.1, 1e5)
    (1000000000.0, 1.0)
    """
    known = np.asarray(values, float)
    known = known[np.isfinite(known) & (known > 0)]
    if not len(known) or least <= (mean := float(known.mean())) <= most:
        return 1.0
    return float(10.0 ** (np.floor(np.log10(mean)) - 1))


@cache
def load_loops() -> None:
    """Run each compiled loop once: compiling them at a first call is nobody's time limit."""
    from seatplan.solvers.districting.annealing import anneal
    from seatplan.solvers.districting.bounds import Climb, bound_transport
    from seatplan.solvers.districting.listing import list_near
    from seatplan.solvers.districting.moves import Ground

    arrays = np.ones(3), np.full(2, 2.0), np.ones((3, 2)), [(0, 1), (1, 2)], np.array([0, 2])
    row = build_problem(*arrays, None, None, None, None)
    plan = np.array([0, 0, 1])
    ground = Ground(*(getattr(row, name) for name in Ground._fields))
    anneal(plan, plan.copy(), ground, (1.0, 1.0), (1.0, 1.0), 1, 0)
    climb = Climb(row, bound_transport(row), most=0)
    climb.climb(4.0, 1e-3)  # searches that end at once
    list_near(climb.view(), np.isfinite(row.cost), 4.0, 1)


def _joined(problem: Problem, current: Ints) -> Ints:
    """Return today's facility of each joined unit: that of most of its pupils, or of its last."""
    joined = np.full(len(problem.weight), -1)
    joined[problem.part] = current
    return joined


def search_plan(run: Run, start: Ints | None) -> Status:
    """Search until the gap is closed, the effort spent, or the guard cuts in."""
    from seatplan.solvers.districting.bounds import bound_shortage, bound_transport
    from seatplan.solvers.districting.growth import grow_areas, keep_connected

    try:
        tight = narrow(run.problem)
        bound = bound_transport(tight)
        run.least = bound.least
        run.least_short = bound_shortage(run.problem, bound)
        seeds = None if start is None else keep_connected(run.problem, start)
        run.offer(grow_areas(run.problem, bound.price, seeds))
        if run.problem.fixed.all():
            run.proven = True
        else:
            from seatplan.solvers.districting.rounds import search_rounds

            search_rounds(run, tight, bound)
    except KeyboardInterrupt:
        if not len(run.plan):
            raise
        return "interrupted" if run.feasible else "least violation"
    if not run.feasible:
        return "least violation"
    if run.closed:
        return "optimal"
    return "time limit" if run.halt.cut else "effort spent"
