"""Set partitioning: the best plan made of areas that the search has met.

Each area is a column: a facility and the units it would serve. The linear programme is solved over
a few columns at first; the others are priced by its duals until none improves. What lies further
above the duals than the best plan is above the programme can be in no better plan, so the whole
programme that HiGHS gets is small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST = 3_000  # columns of the first linear programme
ADDED = 2_000  # columns added in a pricing round
WHOLE = 40_000  # columns of the whole programme at most
OFF = 1e-7


@dataclass(frozen=True)
class Areas:
    """Areas met: `units` (k, n) 0-1 sparse rows, `facility`, `cost` and `moved`, (k,) each."""

    units: Any
    facility: Ints
    cost: Floats
    moved: Floats

    def take(self, chosen: Any) -> Areas:
        """Return the areas `chosen`, by number or by mask."""
        return Areas(
            self.units[chosen], self.facility[chosen], self.cost[chosen], self.moved[chosen]
        )


def read_areas(bits: NDArray[np.uint64], facility: Ints, cost: Floats, moved: Floats) -> Areas:
    """Turn (k, words) bit rows into areas; `cost` and `moved` are (n, m)."""
    n = len(cost)
    flat = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")[:, :n]
    row, unit = np.nonzero(flat)
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(bits)))])
    units = sparse.csr_array((np.ones(len(unit)), unit, starts), (len(bits), n))
    total = np.bincount(row, cost[unit, facility[row]], len(bits))
    away = np.bincount(row, moved[unit, facility[row]], len(bits))
    return Areas(units, facility.astype(np.int64), total, away)


def areas_of(plan: Ints, cost: Floats, moved: Floats) -> Areas:
    """Return the areas of a plan."""
    n, m = cost.shape
    units = sparse.csr_array((np.ones(n), (plan, np.arange(n))), (m, n))
    rows = np.arange(n)
    return Areas(
        units,
        np.arange(m),
        np.bincount(plan, cost[rows, plan], m),
        np.bincount(plan, moved[rows, plan], m),
    )


def partition_units(
    areas: Areas, plan: Ints, cost: Floats, moved: Floats, budget: float, seconds: float
) -> tuple[Ints, Floats, float]:
    """Return the best plan of `areas` found, the duals of the units, and the programme's value.

    `plan` must keep the limits: it is the first answer and the one to beat.
    """
    held = areas_of(plan, cost, moved)
    least = float(held.cost.sum())
    model = _Programme(held, len(plan), budget)
    order = np.argsort(_reduced(areas, *_even_duals(held)))
    model.add(areas, order[:FIRST])
    value, duals = model.solve()
    while True:
        reduced = _reduced(areas, *duals)
        fresh = np.flatnonzero((reduced < -OFF * least) & ~model.inside(len(areas.cost)))
        if len(fresh) == 0:
            break
        model.add(areas, fresh[np.argsort(reduced[fresh])[:ADDED]])
        value, duals = model.solve()
    near = np.flatnonzero(reduced <= least - value + OFF * least)
    near = near[np.argsort(reduced[near])[:WHOLE]]
    chosen = _choose(held, areas.take(near), budget, least, seconds)
    return (plan if chosen is None else chosen), duals[0], value


def _even_duals(held: Areas) -> tuple[Floats, Floats, float]:
    """Spread the cost of each area of a plan over its units, as first duals."""
    size = np.asarray(held.units.sum(axis=1)).ravel()
    return held.units.T @ (held.cost / size), np.zeros(len(held.cost)), 0.0


def _reduced(areas: Areas, unit: Floats, facility: Floats, away: float) -> Floats:
    """Return what each area costs above its duals."""
    return np.asarray(
        areas.cost - areas.units @ unit - facility[areas.facility] - away * areas.moved
    )


class _Programme:
    """The linear programme over the columns added so far."""

    def __init__(self, held: Areas, units: int, budget: float) -> None:
        self.solver = new_solver()
        self.units, self.facilities = units, len(held.cost)
        self.added: list[Ints] = []
        ones = np.ones(units + self.facilities)
        lower, upper = np.append(ones, -np.inf), np.append(ones, budget)
        for low, high in zip(lower, upper, strict=True):
            self.solver.addRow(low, high, 0, [], [])
        add_columns(self.solver, held, units)

    def add(self, areas: Areas, chosen: Ints) -> None:
        add_columns(self.solver, areas.take(chosen), self.units)
        self.added.append(chosen)

    def inside(self, number: int) -> NDArray[np.bool_]:
        known = np.zeros(number, bool)
        known[np.concatenate(self.added)] = True
        return known

    def solve(self) -> tuple[float, tuple[Floats, Floats, float]]:
        self.solver.run()
        dual = np.array(self.solver.getSolution().row_dual)
        value = self.solver.getInfo().objective_function_value
        split = self.units + self.facilities
        return value, (dual[: self.units], dual[self.units : split], float(dual[split]))


def new_solver() -> Any:
    """Return a silent HiGHS on one thread."""
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("log_to_console", False)
    solver.setOptionValue("threads", 1)
    return solver


def add_columns(solver: Any, areas: Areas, units: int) -> None:
    """Add areas as columns: a row for each unit, each facility and the budget."""
    number = len(areas.cost)
    rows = sparse.csr_array(
        (np.ones(number), (np.arange(number), areas.facility)), (number, solver.getNumRow() - units - 1)
    )
    body = sparse.hstack(
        [areas.units, rows, sparse.csr_array(areas.moved[:, None])], format="csr"
    )
    solver.addCols(
        number,
        areas.cost,
        np.zeros(number),
        np.full(number, np.inf),
        body.nnz,
        body.indptr[:-1].astype(np.int32),
        body.indices.astype(np.int32),
        body.data,
    )


def _choose(
    held: Areas, near: Areas, budget: float, least: float, seconds: float
) -> Ints | None:
    """Solve the whole programme; return a plan cheaper than `least`, or None."""
    import highspy

    units = near.units.shape[1]
    model = _Programme(held, units, budget)
    solver = model.solver
    add_columns(solver, near, units)
    number = solver.getNumCol()
    solver.changeColsIntegrality(
        number,
        np.arange(number, dtype=np.int32),
        np.full(number, highspy.HighsVarType.kInteger),
    )
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    start = highspy.HighsSolution()
    start.col_value = [1.0] * len(held.cost) + [0.0] * len(near.cost)
    solver.setSolution(start)
    solver.run()
    values = np.array(solver.getSolution().col_value)
    if len(values) != number or solver.getInfo().objective_function_value > least * (1 - 1e-9):
        return None
    plan = np.full(units, -1)
    for areas, share in ((held, values[: len(held.cost)]), (near, values[len(held.cost) :])):
        for k in np.flatnonzero(share > 0.5):
            plan[areas.units[[k]].indices] = areas.facility[k]
    return plan if (plan >= 0).all() else None
