"""The best plan that some areas make together: set partitioning, solved by HiGHS.

One area for each facility, each unit in one of them. The areas keep the seats and are connected, so
no row has to say so, and the linear programme lies far nearer the best plan than that over arcs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

from seatplan.solvers.districting.exact import Programme, new_solver
from seatplan.solvers.districting.listing import Near
from seatplan.solvers.districting.problem import Floats, Ints, Problem


def solve_partition(
    problem: Problem,
    near: Near,
    plan: Ints,
    seconds: float,
    over: Callable[[], bool] | None = None,
) -> Programme:
    """Find the best plan made of the areas listed and those of `plan`, which keeps the limits.

    `over` tells whether the time is over before `seconds` are.
    """
    import highspy

    began = time.monotonic()
    n, m = problem.cost.shape
    facility, holds = _with_plan(near, plan, m)
    solver = new_solver(over)
    solver.passModel(_model(problem, facility, holds))
    start = highspy.HighsSolution()
    start.col_value = (np.arange(len(facility)) >= len(facility) - m).astype(float).tolist()
    solver.setSolution(start)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    solver.run()
    info, answer = solver.getInfo(), None
    if info.primal_solution_status == 2:
        chosen = np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5)
        area, unit = holds[chosen].nonzero()
        answer = np.full(n, -1)
        answer[unit] = facility[chosen[area]]
    finished = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    spent = (time.monotonic() - began) / max(seconds, 1e-9)
    return Programme(answer, float(info.mip_dual_bound), finished, spent)


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
    matrix = sparse.csc_array(sparse.vstack(rows))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = k, len(least)
    model.col_cost_ = _sums(holds, problem.cost, facility)
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
