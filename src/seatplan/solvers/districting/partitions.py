"""The best plan that some areas make together: set partitioning, solved by HiGHS.

One area for each facility, each unit in one of them. The areas keep the seats and are connected, so
no row has to say so, and the linear programme lies far nearer the best plan than that over arcs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

from seatplan.solvers.districting.exact import Programme
from seatplan.solvers.districting.listing import Near
from seatplan.solvers.districting.problem import Floats, Ints, Problem
from seatplan.solvers.watch import Watch, count_iterations, new_solver

ENTRY = 5e-6  # units of work that an entry of the matrix takes to read and simplify
ITERATION = 6e-4  # and an iteration of the simplex method
TICKS = 6e-7, 1e-7  # and an entry from one look at the limits to the next: at the root, below


def estimate_work(near: Near) -> float:
    """Return the units that a programme over the areas listed takes to be read and simplified."""
    return ENTRY * float(near.holds.nnz)


def solve_partition(
    problem: Problem,
    near: Near,
    plan: Ints,
    effort: float,
    stopped: Callable[[], bool] = lambda: False,
    seconds: float = float("inf"),
) -> Programme:
    """Find the best plan made of the areas listed and those of `plan`, which keeps the limits.

    `effort` is in units of work; `stopped` and `seconds` guard (see `exact.Watch`).
    """
    import highspy

    n, m = problem.cost.shape
    facility, holds = _with_plan(_enough(problem, near), plan, m)
    ticks = TICKS[0] * holds.nnz, TICKS[1] * holds.nnz
    solver = new_solver(Watch(effort, ticks, stopped, seconds))
    solver.passModel(_model(problem, facility, holds))
    start = highspy.HighsSolution()
    start.col_value = (np.arange(len(facility)) >= len(facility) - m).astype(float).tolist()
    solver.setSolution(start)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    solver.run()
    info, answer = solver.getInfo(), None
    if info.primal_solution_status == 2:
        chosen = np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5)
        area, unit = holds[chosen].nonzero()
        answer = np.full(n, -1)
        answer[unit] = facility[chosen[area]]
    finished = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    work = ENTRY * holds.nnz + ITERATION * count_iterations(solver)
    spent = work / max(effort, 1e-9) if finished else max(work / max(effort, 1e-9), 1.0)
    return Programme(answer, float(info.mip_dual_bound), finished, spent, work)


def _enough(problem: Problem, near: Near) -> Near:
    """Leave out the areas with fewer pupils than their facility must have."""
    if not problem.least.any():
        return near
    load = np.asarray(near.holds @ problem.weight)
    kept = load >= problem.least[near.facility] - 1e-6
    return near._replace(facility=near.facility[kept], holds=near.holds[kept])


def _with_plan(near: Near, plan: Ints, m: int) -> tuple[Ints, sparse.csr_array]:
    """Return facilities and units of the areas listed, and last those of the plan, each once.

    HiGHS 1.16 takes a start for the optimum where the same column is there twice.
    """
    n = len(plan)
    own = sparse.csr_array((np.ones(n), (plan, np.arange(n))), shape=(m, n))
    shared = own[near.facility].multiply(near.holds).sum(axis=1)
    sizes = np.asarray(own.sum(axis=1))[near.facility]
    other = (shared != sizes) | (shared != near.holds.sum(axis=1))
    facility = np.append(near.facility[other], np.arange(m))
    return facility, sparse.csr_array(sparse.vstack([near.holds[other], own]))


def _model(problem: Problem, facility: Ints, holds: sparse.csr_array) -> Any:
    """Return the programme: rows for units, facilities and, where limited, the pupils moved."""
    import highspy

    n, m = problem.cost.shape
    k = len(facility)
    once = sparse.csr_array((np.ones(k), (facility, np.arange(k))), shape=(m, k))
    rows, least, most = [holds.T, once], np.ones(n + m), np.ones(n + m)
    if np.isfinite(problem.budget):
        rows.append(sparse.csr_array(_sums(holds, problem.moved, facility)[None, :]))
        least, most = np.append(least, -np.inf), np.append(most, problem.budget)
    if problem.spill < np.inf:
        over = np.maximum(np.asarray(holds @ problem.weight) - problem.full[facility], 0.0)
        rows.append(sparse.csr_array(over[None, :]))
        least, most = np.append(least, -np.inf), np.append(most, problem.spill)
    matrix = sparse.csc_array(sparse.vstack(rows))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = k, len(least)
    balances = np.abs(holds @ problem.tilt).sum(axis=1)
    walked = _sums(holds, problem.cost, facility)
    model.col_cost_ = walked + _half_borders(problem, holds) + balances
    model.col_lower_, model.col_upper_ = np.zeros(k), np.ones(k)
    model.row_lower_, model.row_upper_ = least, most
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * k
    return model


def _sums(holds: sparse.csr_array, arc: Floats, facility: Ints) -> Floats:
    """Return the sum of `arc` (n, m) over the units of each area (k,)."""
    area, unit = holds.nonzero()
    sums = np.bincount(area, arc[unit, facility[area]], minlength=holds.shape[0])
    return sums.astype(float)


def _half_borders(problem: Problem, holds: sparse.csr_array) -> Floats:
    """Return half of what the border of each area (k,) costs; the other half is beyond it."""
    if not problem.has_border:
        return np.zeros(holds.shape[0])
    n = len(problem.weight)
    lines = sparse.csr_array((problem.border, problem.indices, problem.indptr), shape=(n, n))
    beside = sparse.csr_array(holds @ lines)
    inside = holds.multiply(beside).sum(axis=1)
    return np.asarray(beside.sum(axis=1) - inside, float) / 2
