"""A mixed-integer program handed to HiGHS: arrays in, solution and bound out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from seatplan.solvers.location.answer import Flags, Floats
from seatplan.solvers.watch import Watch, count_iterations, new_solver

ENTRY = 1.3e-6  # units of work that an entry of the matrix takes to read and simplify
ITERATION = 2e-4  # and an iteration of the simplex method
TICKS = 3e-6, 3e-7  # and an entry from one look at the limits to the next: at the root, below


@dataclass(frozen=True)
class Milp:
    """Least `cost @ x` with `row_lower <= matrix @ x <= row_upper` and bounds on x."""

    cost: Floats
    matrix: csr_matrix
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    is_integer: Flags


@dataclass(frozen=True)
class MilpAnswer:
    """The best solution found (None without one), the bound, and whether the search ended."""

    solution: Floats | None
    cost: float
    bound: float
    is_done: bool
    work: float = 0.0  # units, see `ENTRY` and `ITERATION`


def describe_model(milp: Milp) -> Any:
    """Return `milp` as HiGHS reads it."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = milp.matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = milp.cost, milp.lower, milp.upper
    model.row_lower_, model.row_upper_ = milp.row_lower, milp.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = milp.matrix.indptr
    model.a_matrix_.index_ = milp.matrix.indices
    model.a_matrix_.value_ = milp.matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[int(flag)] for flag in milp.is_integer]
    return model


def solve_milp(
    milp: Milp,
    *,
    effort: float = float("inf"),
    seconds: float = float("inf"),
    stopped: Callable[[], bool] = lambda: False,
    cutoff: float = np.inf,
    gap: float = 0.0,
    slack: float = 1e-6,
) -> MilpAnswer:
    """Solve `milp` on one thread.

    Parameters
    ----------
    effort, seconds, stopped
        Units of work, and two guards (see `watch.Watch`).
    cutoff
        Solutions that cost more are of no use; with none at all below it, the answer has no
        solution, `is_done`, and `cutoff` as its bound.
    gap, slack
        Relative and absolute distance to the bound at which the search ends.
    """
    ticks = TICKS[0] * milp.matrix.nnz, TICKS[1] * milp.matrix.nnz
    solver = new_solver(Watch(effort, ticks, stopped, seconds))
    options = {
        "mip_rel_gap": gap, "mip_abs_gap": slack, "objective_bound": float(cutoff),
    }  # fmt: skip
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(describe_model(milp))
    solver.run()
    work = ENTRY * milp.matrix.nnz + ITERATION * count_iterations(solver)
    return replace(read_answer(solver, cutoff), work=work)


def read_answer(solver: Any, cutoff: float) -> MilpAnswer:
    """Read solution, cost and bound from a solver that has run."""
    status, info = solver.getModelStatus(), solver.getInfo()
    ends = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kObjectiveBound)
    if status in ends:
        return MilpAnswer(None, np.inf, cutoff, True)
    has_solution = info.primal_solution_status == 2  # feasible
    solution = np.array(solver.getSolution().col_value) if has_solution else None
    cost = float(info.objective_function_value) if has_solution else np.inf
    is_done = status == highspy.HighsModelStatus.kOptimal
    return MilpAnswer(solution, cost, float(info.mip_dual_bound), is_done)
