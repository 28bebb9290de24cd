"""Small transport problems with every kind of trouble, and HiGHS to solve them too."""

import highspy
import numpy as np
import pytest
from scipy import sparse


def draw_case(seed):
    """A small problem; every seventh kind of trouble comes up in turn."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 14)), int(rng.integers(1, 9))
    pupils = rng.integers(1, 30, n).astype(float)
    seats = rng.integers(1, 60, m).astype(float)
    metres = rng.uniform(0, 5000, (n, m))
    if seed % 7 == 1:  # ties everywhere: degenerate
        metres, pupils, seats = np.round(metres, -3), np.full(n, 10.0), np.full(m, 10.0)
    if seed % 7 == 2:  # forbidden arcs, whole rows and columns among them
        metres[rng.random((n, m)) < 0.6] = np.inf
    if seed % 7 == 3:
        pupils[rng.random(n) < 0.5] = 0
    if seed % 7 == 4:
        seats[rng.random(m) < 0.5] = 0
    if seed % 7 == 5:  # far more pupils than seats
        seats = np.floor(seats / 5)
    if seed % 7 == 6:  # fractions of pupils, and exactly as many seats
        pupils = rng.random(n)
        seats = rng.random(m)
        seats *= pupils.sum() / seats.sum()
    return pupils, seats, metres


def solve_linear(pupils, seats, metres, cost, floor=0.0):
    """HiGHS: least `cost` (i, j -> number) of flows that seat at least `floor` pupils."""
    i, j = np.nonzero(np.isfinite(metres))
    if len(i) == 0:
        return 0.0
    arcs = np.arange(len(i))
    rows = sparse.vstack(
        [
            sparse.coo_array((np.ones(len(i)), (i, arcs)), (len(pupils), len(i))),
            sparse.coo_array((np.ones(len(i)), (j, arcs)), (len(seats), len(i))),
            sparse.coo_array(np.ones((1, len(i)))),
        ]
    ).tocsc()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(i), rows.shape[0]
    model.col_cost_ = np.broadcast_to(cost, metres.shape)[i, j].astype(float)
    model.col_lower_, model.col_upper_ = np.zeros(len(i)), np.full(len(i), np.inf)
    model.row_lower_ = np.r_[np.zeros(len(pupils) + len(seats)), floor]
    model.row_upper_ = np.r_[pupils, seats, np.inf]
    model.a_matrix_.start_ = rows.indptr
    model.a_matrix_.index_ = rows.indices
    model.a_matrix_.value_ = rows.data
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(model)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value


def check_flows(answer, pupils, seats, metres):
    sent = np.bincount(answer.origin, answer.pupils, len(pupils)) + answer.unserved
    assert sent == pytest.approx(pupils)
    assert (np.bincount(answer.school, answer.pupils, len(seats)) <= seats * (1 + 1e-9)).all()
    assert np.isfinite(metres[answer.origin, answer.school]).all()
    assert (answer.pupils > 0).all()
    assert (answer.unserved >= 0).all()
