"""First plans: areas grown from their homes, nearest units first, each area connected."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np

from seatplan.solvers.districting.problem import Floats, Ints, Problem


def grow_areas(problem: Problem, price: Floats, seeds: Ints | None = None) -> Ints:
    """Grow every area from its home by the cheapest unit next to it, cost and seat price counted.

    Parameters
    ----------
    price
        (m,) price of a seat: with the duals of the transport problem the areas come out near their
        seats.
    seeds
        (n,) facility of units that have one already, -1 for the others; areas connected.
    """
    plan = np.full(len(problem.weight), -1)
    plan[problem.home] = np.arange(len(problem.home))
    if seeds is not None:
        plan = np.where(plan < 0, seeds, plan)
    dear = (problem.cost + price * problem.weight[:, None]) / np.maximum(
        problem.weight, 1e-9 * problem.weight.max(initial=1.0)
    )[:, None]
    queue = [
        (dear[other, plan[unit]], other, plan[unit])
        for unit in np.flatnonzero(plan >= 0).tolist()
        for other in problem.neighbours(unit)
        if plan[other] < 0
    ]
    heapify(queue)
    while queue:
        worth, unit, facility = heappop(queue)
        if plan[unit] >= 0 or not np.isfinite(worth):
            continue
        plan[unit] = facility
        for other in problem.neighbours(unit):
            if plan[other] < 0:
                heappush(queue, (dear[other, facility], other, facility))
    return _fill_rest(problem, plan)


def _fill_rest(problem: Problem, plan: Ints) -> Ints:
    """Join what no area could grow to by clearing the way: units on the path change area."""
    while (plan < 0).any():
        unit = int(np.flatnonzero(plan < 0)[0])
        options = np.flatnonzero(np.isfinite(problem.cost[unit]))
        facility = int(options[np.argmin(problem.cost[unit, options])])
        path = _path_home(problem, unit, facility)
        plan[path] = facility
        plan = keep_connected(problem, plan)
        plan = _regrow(problem, plan)
    return plan


def _regrow(problem: Problem, plan: Ints) -> Ints:
    """Give each free unit to an area beside it that it may join, as long as there is one."""
    changed = True
    while changed:
        changed = False
        for unit in np.flatnonzero(plan < 0).tolist():
            beside = plan[problem.neighbours(unit)]
            beside = beside[(beside >= 0) & np.isfinite(problem.cost[unit, beside])]
            if len(beside):
                plan[unit] = beside[np.argmin(problem.cost[unit, beside])]
                changed = True
    return plan


def _path_home(problem: Problem, unit: int, facility: int) -> list[int]:
    """Return a shortest chain of allowed units from `unit` to the home of `facility`."""
    before = {unit: unit}
    queue = [unit]
    for here in queue:
        for other in problem.neighbours(here):
            if other not in before and np.isfinite(problem.cost[other, facility]):
                before[int(other)] = here
                queue.append(int(other))
    path = [int(problem.home[facility])]
    while path[-1] != unit:
        path.append(before[path[-1]])
    return path


def keep_connected(problem: Problem, plan: Ints) -> Ints:
    """Return the plan with only the part of each area that holds its home; -1 elsewhere."""
    kept = np.full(len(plan), -1)
    kept[problem.home] = np.arange(len(problem.home))
    queue = [int(unit) for unit in problem.home]
    for here in queue:
        for other in problem.neighbours(here):
            joins = kept[other] < 0 and plan[other] == kept[here]
            if joins and np.isfinite(problem.cost[other, kept[here]]):
                kept[other] = kept[here]
                queue.append(int(other))
    return kept
