"""Least-cost flows: this solver beside HiGHS, POT, OR-Tools and networkx, in processor seconds.

    python benchmarks/transport.py [--large] [--solves 2000]

POT and OR-Tools are no dependencies: install them beside seatplan (`pip install POT ortools`) to
see the ratio.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import highspy
import networkx as nx
import numpy as np
from scipy import sparse

from seatplan.solvers.transport import prepare_ways, solve_transport


def draw_case(blocks: int, schools: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blocks and schools at random in 10 km x 10 km, 5 % more seats than pupils, whole metres."""
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(0, 10_000, (blocks, 2)), rng.uniform(0, 10_000, (schools, 2))
    pupils = rng.integers(5, 60, blocks).astype(float)
    seats = rng.integers(5, 60, schools).astype(float)
    seats = np.ceil(seats * 1.05 * pupils.sum() / seats.sum())
    metres = np.round(np.hypot(here[:, :1] - there[None, :, 0], here[:, 1:] - there[None, :, 1]))
    return pupils, seats, metres


def solve_highs(pupils: np.ndarray, seats: np.ndarray, metres: np.ndarray) -> float:
    n, m = metres.shape
    arc = np.arange(n * m)
    rows = sparse.vstack(
        [
            sparse.csr_array((np.ones(n * m), (arc // m, arc)), (n, n * m)),
            sparse.csr_array((np.ones(n * m), (arc % m, arc)), (m, n * m)),
        ],
        format="csc",
    )
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n * m, n + m
    model.col_cost_ = metres.ravel()
    model.col_lower_, model.col_upper_ = np.zeros(n * m), np.full(n * m, np.inf)
    model.row_lower_ = np.concatenate([pupils, np.zeros(m)])
    model.row_upper_ = np.concatenate([pupils, seats])
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    return float(solver.getInfo().objective_function_value)


def solve_ortools(pupils: np.ndarray, seats: np.ndarray, metres: np.ndarray) -> float:
    from ortools.graph.python import min_cost_flow

    n, m = metres.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    tail, head = np.divmod(np.arange(n * m), m)
    flow.add_arcs_with_capacity_and_unit_cost(
        tail, n + head, np.repeat(pupils, m).astype(int), metres.ravel().astype(int)
    )
    sink = n + m
    flow.add_arcs_with_capacity_and_unit_cost(
        n + np.arange(m), np.full(m, sink), seats.astype(int), np.zeros(m, int)
    )
    supply = np.concatenate([pupils, np.zeros(m), [-pupils.sum()]]).astype(int)
    flow.set_nodes_supplies(np.arange(n + m + 1), supply)
    assert flow.solve() == flow.OPTIMAL
    return float(flow.optimal_cost())


def solve_pot(pupils: np.ndarray, seats: np.ndarray, metres: np.ndarray) -> float:
    import ot

    empty = seats.sum() - pupils.sum()  # a block more, whose pupils are the empty seats
    costs = np.vstack([metres, np.zeros(len(seats))])
    plan = ot.emd(np.append(pupils, empty), seats, costs, numItermax=2_000_000_000)
    return float((plan * costs).sum())


def solve_networkx(pupils: np.ndarray, seats: np.ndarray, metres: np.ndarray) -> float:
    n, m = metres.shape
    graph = nx.DiGraph()
    graph.add_nodes_from((i, {"demand": -int(pupils[i])}) for i in range(n))
    graph.add_node("all", demand=int(pupils.sum()))
    graph.add_edges_from((n + j, "all", {"capacity": int(seats[j])}) for j in range(m))
    graph.add_edges_from(
        (i, n + j, {"weight": int(metres[i, j])}) for i in range(n) for j in range(m)
    )
    return float(nx.network_simplex(graph)[0])


def clock(solve: Callable[[], float], repeats: int) -> tuple[float, float]:
    """Return the value and the median seconds."""
    spent = []
    for _ in range(repeats):
        began = time.process_time()
        value = solve()
        spent.append(time.process_time() - began)
    return value, float(np.median(spent))


SOLVERS = {
    "HiGHS": solve_highs,
    "POT": solve_pot,
    "OR-Tools": solve_ortools,
    "networkx": solve_networkx,
}
FAST = {"POT", "OR-Tools"}  # clocked as often as this solver


def compare_solvers(blocks: int, schools: int, others: list[str]) -> None:
    case = draw_case(blocks, schools, 0)
    solve_transport(*case)  # imports
    least, own = clock(lambda: solve_transport(*case).cost, 5)
    print(f"{blocks} x {schools}: seatplan {1e3 * own:.1f} ms, {least:.0f} pupil-metres")
    for name in others:
        try:
            if name in FAST:
                SOLVERS[name](*case)  # imports
            value, spent = clock(lambda name=name: SOLVERS[name](*case), 5 if name in FAST else 1)
        except ImportError:
            print(f"  {name} is not installed: no ratio")
            continue
        print(f"  {name} {1e3 * spent:.1f} ms, {value:.0f}; {spent / own:.1f} times as long")


def run_years(blocks: int, schools: int, solves: int) -> float:
    """Solve a district again and again, its pupils changing by some percent from year to year."""
    pupils, seats, metres = draw_case(blocks, schools, 1)
    rng = np.random.default_rng(2)
    ways = prepare_ways(metres)
    answer = ways.seat(pupils, seats)
    began = time.process_time()
    for _ in range(solves):
        drawn = np.round(pupils * rng.uniform(0.95, 1.05, len(pupils)), 3)
        answer = ways.seat(drawn, seats, start=answer)
    each = (time.process_time() - began) / solves
    once, cold = clock(lambda: solve_transport(drawn, seats, metres).cost, 1)
    assert abs(answer.cost - once) < 1e-9 * once
    print(f"warm, {blocks} x {schools}: {1e3 * each:.2f} ms each (once, cold: {1e3 * cold:.1f} ms)")
    return each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 30,000 x 1,000")
    parser.add_argument("--solves", type=int, default=2_000)
    chosen = parser.parse_args()
    compare_solvers(300, 128, ["HiGHS", "POT", "OR-Tools", "networkx"])
    compare_solvers(3_000, 128, ["HiGHS", "POT", "OR-Tools"])
    each = run_years(300, 128, chosen.solves)
    print(f"  40,000 of them in {40_000 * each:.0f} s")
    run_years(3_000, 128, chosen.solves // 10)
    if chosen.large:
        case = draw_case(30_000, 1_000, 0)
        gap, spent = clock(lambda: solve_transport(*case).gap, 1)
        print(f"30,000 x 1,000: {spent:.1f} s, certificate {gap:.3g} pupil-metres")


if __name__ == "__main__":
    main()
