"""A mixed-integer programme over the arcs left open, with contiguity cut in as it is broken.

Rows: each unit once, seats, the least load, the sum beyond full, moves, whether a line between two
units is a border where that costs something, how far each balance is from 0, and for each arc not
beside the facility's home a neighbour that goes the same way. Where an answer still leaves a part
cut off from its home, each unit of the part asks for one of the units that separate it from the
home (Oehrlein and Haunert 2017; the separators made minimal as in Fischetti et al. 2017), and HiGHS
solves again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.districting.bounds import Bound
from seatplan.solvers.districting.growth import keep_connected
from seatplan.solvers.districting.problem import Floats, Ints, Problem
from seatplan.solvers.watch import Watch, count_iterations, new_solver

Cut = tuple[int, int, tuple[int, ...]]  # unit, facility, units of which one must go there too

LEAST = 0.05  # units of work below which no programme is begun
BUILD = 3e-5  # units that a row takes to write
ENTRY = 1.3e-6  # and an entry of the matrix to read and simplify
ITERATION = 1.3e-4  # and an iteration of the simplex method
TICKS = 3e-6, 1.4e-7  # and an entry from one look at the limits to the next: at the root, below


@dataclass(frozen=True)
class Programme:
    """What the programme proves: its best connected plan, and a bound over the open arcs.

    `spent` is the share of its effort that it took, 1 where that ended it; `work` are the units.
    """

    plan: Ints | None
    least: float
    finished: bool
    spent: float
    work: float


def spare_cost(problem: Problem, bound: Bound) -> Floats:
    """Return what each arc adds at least to the transport bound, (n, m)."""
    fee = bound.spent / problem.budget if bound.spent else 0.0
    inner = problem.cost + fee * problem.moved + bound.price * problem.weight[:, None]
    return np.asarray(inner - inner.min(axis=1, keepdims=True))


def solve_arcs(
    problem: Problem,
    arcs: NDArray[np.bool_],
    plan: Ints,
    cuts: set[Cut],
    effort: float,
    soft: float = 0.0,
    stopped: Callable[[], bool] = lambda: False,
    seconds: float = float("inf"),
) -> Programme:
    """Solve over `arcs` (n, m) from `plan`, whose arcs are open too; `cuts` gains what is found.

    `soft` above 0 is the price of a pupil beyond the seats or too few; at 0 these limits hold.
    `effort` is in units of work; `stopped` and `seconds` guard (see `Watch`).
    """
    arcs = arcs & np.isfinite(problem.cost)
    arcs[np.arange(len(plan)), plan] = True
    unit, facility = np.nonzero(arcs)
    number = np.full(arcs.shape, -1)
    number[unit, facility] = np.arange(len(unit))
    watch = Watch(effort, stopped=stopped, seconds=seconds)
    solver = _model(problem, unit, facility, number, soft, watch)
    for cut in sorted(cuts):
        _add_cut(solver, number, cut)
    entries = solver.getNumNz()
    watch.ticks = TICKS[0] * entries, TICKS[1] * entries
    best, least, done, work = None, -np.inf, False, BUILD * solver.getNumRow()
    while max(work, watch.used) < effort - LEAST:
        found, value, finished = _solve(problem, solver, number, plan)
        work += ENTRY * solver.getNumNz() + ITERATION * count_iterations(solver)
        least = max(least, value)
        if found is None:
            done = finished
            break
        answer = np.full(len(plan), -1)
        answer[unit[found]] = facility[found]
        broken = _broken(problem, answer)
        if not broken:
            best, done = answer, finished
            break
        fresh = broken - cuts
        for cut in sorted(fresh):
            _add_cut(solver, number, cut)
        cuts |= fresh
        if not finished or not fresh:
            break
    return Programme(best, least, done, work / max(effort, work) if done else 1.0, work)


def _model(
    problem: Problem,
    unit: Ints,
    facility: Ints,
    number: Ints,
    soft: float,
    watch: Watch,
) -> Any:
    """Return the programme without cuts."""
    import highspy

    solver = new_solver(watch)
    size, m = len(unit), len(problem.seats)
    solver.addVars(size, np.zeros(size), np.ones(size))
    solver.addVars(m, np.zeros(m), np.full(m, np.inf if soft else 0.0))
    slack = np.arange(size, size + m, dtype=np.int32)
    solver.changeColsCost(m, slack, np.full(m, soft))
    if problem.has_fill:
        solver.addVars(m, np.zeros(m), np.full(m, np.inf if soft else 0.0))
        solver.changeColsCost(m, slack + m, np.full(m, soft))
        solver.addVars(m, np.zeros(m), np.full(m, np.inf))
    columns = np.arange(size, dtype=np.int32)
    solver.changeColsCost(size, columns, problem.cost[unit, facility])
    solver.changeColsIntegrality(size, columns, np.full(size, highspy.HighsVarType.kInteger))
    for i in range(len(problem.weight)):
        row = number[i][number[i] >= 0]
        solver.addRow(1.0, 1.0, len(row), row.astype(np.int32), np.ones(len(row)))
    for j, seats in enumerate(problem.seats):
        row = np.flatnonzero(facility == j)
        entries = np.append(row, slack[j]).astype(np.int32)
        weight = np.append(problem.weight[unit[row]], -1.0)
        solver.addRow(-np.inf, seats, len(entries), entries, weight)
        if problem.least[j] > 0:
            entries[-1], weight[-1] = slack[j] + m, 1.0
            solver.addRow(problem.least[j], np.inf, len(entries), entries, weight)
        if problem.spill < np.inf:
            entries[-1], weight[-1] = slack[j] + 2 * m, -1.0
            solver.addRow(-np.inf, problem.full[j], len(entries), entries, weight)
    if problem.spill < np.inf:
        solver.addRow(-np.inf, problem.spill, m, slack + 2 * m, np.ones(m))
    if np.isfinite(problem.budget):
        away = problem.moved[unit, facility]
        solver.addRow(-np.inf, problem.budget, size, columns, away)
    if problem.has_border:
        _add_borders(solver, problem, number)
    _add_balances(solver, problem, unit, facility)
    for i, j in zip(unit, facility, strict=True):
        beside = problem.neighbours(i)
        if problem.home[j] != i and problem.home[j] not in beside:
            _add_cut(solver, number, (int(i), int(j), tuple(int(k) for k in beside)))
    return solver


def _add_borders(solver: Any, problem: Problem, number: Ints) -> None:
    """Add a column for each line that may be a border: 1 where its units part ways."""
    always = 0.0
    for i, k, price in _list_lines(problem):
        ways = np.flatnonzero(number[i] >= 0)
        if len(ways) == 1 and (number[k] >= 0).sum() == 1:
            always += price * float(number[k, ways[0]] < 0)
            continue
        column = solver.getNumCol()
        solver.addVar(0.0, 1.0)
        solver.changeColCost(column, price)
        for j in ways:  # x_ij - x_kj <= y
            row = [number[i, j], column] + ([number[k, j]] if number[k, j] >= 0 else [])
            sign = np.array([-1.0, 1.0, 1.0])[: len(row)]
            solver.addRow(0.0, np.inf, len(row), np.array(row, np.int32), sign)
    solver.changeObjectiveOffset(always)


def _add_balances(solver: Any, problem: Problem, unit: Ints, facility: Ints) -> None:
    """Add a column for each balance: how far it is from 0, on either side."""
    for j in range(len(problem.seats)):
        row = np.flatnonzero(facility == j)
        for kind in range(problem.kinds):
            column = solver.getNumCol()
            solver.addVar(0.0, np.inf)
            solver.changeColCost(column, 1.0)
            entries = np.append(row, column).astype(np.int32)
            for side in (-1.0, 1.0):
                weight = np.append(side * problem.tilt[unit[row], kind], 1.0)
                solver.addRow(0.0, np.inf, len(entries), entries, weight)


def _list_lines(problem: Problem) -> list[tuple[int, int, float]]:
    """List each two units with a line between them that costs something as a border."""
    tail = np.repeat(np.arange(len(problem.weight)), np.diff(problem.indptr))
    once = (tail < problem.indices) & (problem.border > 0)
    return list(zip(tail[once], problem.indices[once], problem.border[once], strict=True))


def _add_cut(solver: Any, number: Ints, cut: Cut) -> None:
    """Ask for one of the cut's units where its unit goes the same way."""
    unit, facility, others = cut
    if number[unit, facility] < 0:
        return
    row = number[list(others), facility]
    row = np.append(row[row >= 0], number[unit, facility])
    sign = np.ones(len(row))
    sign[-1] = -1.0
    solver.addRow(0.0, np.inf, len(row), row.astype(np.int32), sign)


def _solve(
    problem: Problem, solver: Any, number: Ints, plan: Ints
) -> tuple[Ints | None, float, bool]:
    """Run HiGHS from `plan`; return the arcs chosen, the bound, and whether it is finished."""
    import highspy

    start = highspy.HighsSolution()
    values = np.zeros(solver.getNumCol())
    values[number[np.arange(len(plan)), plan]] = 1.0
    m = len(problem.seats)
    load = np.bincount(plan, problem.weight, m)
    beside = [problem.excess(plan)]  # what lies beyond the limits, behind the arcs
    if problem.has_fill:
        beside += [problem.lack(plan), np.maximum(load - problem.full, 0.0)]
    slacks = np.concatenate(beside)
    size = int(number.max()) + 1
    values[size : size + len(slacks)] = slacks
    far = np.abs(problem.balances(plan)).ravel()
    values[size + len(slacks) :] = np.concatenate([_cross(problem, number, plan), far])
    start.col_value = values.tolist()
    solver.clearSolver()
    solver.setSolution(start)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    finished = status == highspy.HighsModelStatus.kOptimal
    if status == highspy.HighsModelStatus.kInfeasible:
        return None, np.inf, True
    chosen = np.flatnonzero(np.array(solver.getSolution().col_value)[:size] > 0.5)
    whole = info.primal_solution_status == 2 and len(chosen) == len(plan)
    return (chosen if whole else None), float(info.mip_dual_bound), finished


def _cross(problem: Problem, number: Ints, plan: Ints) -> Floats:
    """Return 1 for each line of the programme whose units part ways in a plan."""
    if not problem.has_border:
        return np.zeros(0)
    open_ways = (number >= 0).sum(axis=1)
    return np.array(
        [
            float(plan[i] != plan[k])
            for i, k, _ in _list_lines(problem)
            if open_ways[i] > 1 or open_ways[k] > 1
        ]
    )


def _broken(problem: Problem, plan: Ints) -> set[Cut]:
    """Return the cuts that the parts away from their homes break."""
    cuts: set[Cut] = set()
    kept = keep_connected(problem, plan)
    loose = set(np.flatnonzero(kept < 0).tolist())
    while loose:
        part = _part_of(problem, plan, loose.pop())
        loose -= part
        facility = int(plan[next(iter(part))])
        edge = _separator(problem, part, facility)
        cuts |= {(unit, facility, edge) for unit in part}
    return cuts


def _part_of(problem: Problem, plan: Ints, unit: int) -> set[int]:
    """Return the connected part of its area that `unit` lies in."""
    part, queue = {unit}, [unit]
    for here in queue:
        for other in problem.neighbours(here).tolist():
            if other not in part and plan[other] == plan[unit]:
                part.add(other)
                queue.append(other)
    return part


def _separator(problem: Problem, part: set[int], facility: int) -> tuple[int, ...]:
    """Return the units beside `part` that the facility's home can reach without another of them."""
    around = {
        k
        for unit in part
        for k in problem.neighbours(unit).tolist()
        if k not in part and np.isfinite(problem.cost[k, facility])
    }
    home = int(problem.home[facility])
    reached, queue, edge = {home}, [home], set()
    if home in around:
        return (home,)
    for here in queue:
        for other in problem.neighbours(here).tolist():
            if other in around:
                edge.add(other)
            elif other not in reached and np.isfinite(problem.cost[other, facility]):
                reached.add(other)
                queue.append(other)
    return tuple(sorted(edge))
