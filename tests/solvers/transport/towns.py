"""Made-up towns of blocks and schools in a plane, and HiGHS to solve them with a quadratic term."""

import highspy
import numpy as np
from scipy import sparse

from seatplan.solvers.transport.pairs import Pairs


def draw_town(seed, blocks=60, schools=9, problems=1, spare=1.0):
    """Pupils (k, n), seats (k, m) with `spare` times as many in all, and metres (n, m)."""
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(0, 10_000, (blocks, 2)), rng.uniform(0, 10_000, (schools, 2))
    metres = np.hypot(here[:, :1] - there[None, :, 0], here[:, 1:] - there[None, :, 1])
    pupils = rng.integers(0, 40, (problems, blocks)).astype(float)
    seats = rng.dirichlet(np.full(schools, 3.0), problems)
    return pupils, seats * (spare * pupils.sum(axis=1, keepdims=True)), metres


def lay_flows(answer, pairs, problem=0):
    """The flows of one problem as a table: block x school."""
    table = np.zeros((pairs.blocks, pairs.schools))
    at = answer.pair
    table[pairs.block[at], pairs.school[at]] = answer.flows[problem]
    return table


def solve_quadratic(pupils, seats, pairs, weight, floor):
    """HiGHS: least sum c x + weight / 2 sum x^2 / (O D) of flows that seat at least `floor`."""
    usable = (pupils[pairs.block] > 0) & (seats[pairs.school] > 0)
    block, school, metres = pairs.block[usable], pairs.school[usable], pairs.metres[usable]
    count, arcs = len(block), np.arange(len(block))
    ones = np.ones(count)
    rows = sparse.vstack(
        [
            sparse.coo_array((ones, (block, arcs)), (len(pupils), count)),
            sparse.coo_array((ones, (school, arcs)), (len(seats), count)),
            sparse.coo_array(np.ones((1, count))),
        ]
    ).tocsc()
    model = highspy.HighsModel()
    linear, hessian = model.lp_, model.hessian_
    linear.num_col_, linear.num_row_ = count, rows.shape[0]
    linear.col_cost_ = metres
    linear.col_lower_, linear.col_upper_ = np.zeros(count), np.full(count, np.inf)
    linear.row_lower_ = np.r_[np.zeros(len(pupils) + len(seats)), floor]
    linear.row_upper_ = np.r_[pupils, seats, np.inf]
    linear.a_matrix_.start_ = rows.indptr
    linear.a_matrix_.index_ = rows.indices
    linear.a_matrix_.value_ = rows.data
    hessian.dim_ = count
    hessian.start_, hessian.index_ = np.arange(count + 1), arcs
    hessian.value_ = weight / (pupils[block] * np.minimum(seats, pupils.sum())[school])
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(model)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    flows = np.zeros(len(pairs.block))
    flows[usable] = solver.getSolution().col_value
    return flows


def price_plan(flows, pupils, seats, pairs, weight):
    """The regularised cost of flows on the pairs."""
    some = flows > 0
    block, school = pairs.block[some], pairs.school[some]
    room = np.minimum(seats, pupils.sum())
    square = flows[some] ** 2 / (pupils[block] * room[school])
    return flows[some] @ pairs.metres[some] + 0.5 * weight * square.sum()


def cut_blocks(seed, pupils, metres):
    """Cut some blocks in two or three parts at one place; with the block each part is of."""
    rng = np.random.default_rng(seed)
    whole = np.repeat(np.arange(len(metres)), rng.integers(1, 4, len(metres)))
    shares = rng.uniform(0.1, 1.0, len(whole))
    shares /= np.bincount(whole, shares)[whole]
    return whole, pupils[:, whole] * shares, metres[whole]


def list_some(metres, allowed):
    """The pairs where `allowed`."""
    block, school = np.nonzero(allowed)
    return Pairs(block, school, metres[block, school], *metres.shape)
