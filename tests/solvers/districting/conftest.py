"""Small towns whose best plan is known by enumeration or by construction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from seatplan.solvers.districting.annealing import Ground, lay_out, try_step
from seatplan.solvers.districting.bounds import Climb, bound_transport
from seatplan.solvers.districting.growth import grow_areas
from seatplan.solvers.districting.listing import list_near
from seatplan.solvers.districting.partitions import solve_partition


@dataclass(frozen=True)
class Town:
    """The arrays of a districting problem."""

    pupils: np.ndarray
    seats: np.ndarray
    cost: np.ndarray
    neighbours: np.ndarray
    home: np.ndarray

    @property
    def arrays(self):
        return self.pupils, self.seats, self.cost, self.neighbours, self.home


def build_town(rows, cols, homes, seed, room=1.15):
    """Blocks on a grid, pupils at random, straight walks, seats a little above an even share."""
    rng = np.random.default_rng(seed)
    n, m = rows * cols, len(homes)
    place = np.array(list(product(range(rows), range(cols))), float)
    pupils = rng.integers(1, 10, n).astype(float)
    walk = np.hypot(*(place[:, None] - place[None, homes]).transpose(2, 0, 1))
    index = np.arange(n).reshape(rows, cols)
    pairs = np.concatenate(
        [
            np.stack([index[:, :-1].ravel(), index[:, 1:].ravel()], axis=1),
            np.stack([index[:-1].ravel(), index[1:].ravel()], axis=1),
        ]
    )
    seats = np.full(m, np.ceil(pupils.sum() / m * room))
    return Town(pupils, seats, pupils[:, None] * walk, pairs, np.array(homes))


def anneal(problem, seed):
    """Three thousand steps from grown areas: the plan and the state, after many that were made."""
    ground = Ground(*(getattr(problem, name) for name in Ground._fields))
    plan = grow_areas(problem, np.zeros(len(problem.home)))
    state = lay_out(plan, ground, seed)
    made = sum(try_step(50.0, 1.0, ground, state) for _ in range(3_000))
    assert made > 200
    return plan, state


def choose_areas(problem):
    """Choose among all areas that are near enough to be in a best plan."""
    climb = Climb(problem, bound_transport(problem))
    climb.climb(1.5 * climb.best.least, 0.3)
    near = list_near(climb.view(), np.isfinite(problem.cost), 1e4, 10_000)
    return solve_partition(problem, near, grow_areas(problem, climb.best.price), 10.0)


def check_connected(town, plan):
    """Whether every area is connected and holds its home."""
    beside = {i: set() for i in range(len(plan))}
    for a, b in town.neighbours:
        beside[a].add(b)
        beside[b].add(a)
    reached = set()
    for j, home in enumerate(town.home):
        waiting = [int(home)] if plan[home] == j else []
        while waiting:
            unit = waiting.pop()
            if unit not in reached:
                reached.add(unit)
                waiting += [k for k in beside[unit] if plan[k] == j]
    return len(reached) == len(plan)


def find_best(town, allowed=lambda _plan: True):
    """The least cost of any plan within the seats; inf if there is none."""
    n, m = town.cost.shape
    free = np.setdiff1d(np.arange(n), town.home)
    plans = np.array(list(product(range(m), repeat=len(free))))
    whole = np.zeros((len(plans), n), int)
    whole[:, free] = plans
    whole[:, town.home] = np.arange(m)
    cost = town.cost[np.arange(n), whole].sum(axis=1)
    fits = np.ones(len(plans), bool)
    for j in range(m):
        fits &= (whole == j) @ town.pupils <= town.seats[j]
    for k in np.argsort(cost, kind="stable"):
        if fits[k] and allowed(whole[k]) and check_connected(town, whole[k]):
            return cost[k]
    return np.inf


@pytest.fixture
def grid_town():
    return build_town


@pytest.fixture
def is_connected():
    return check_connected


@pytest.fixture
def enumerate_best():
    return find_best
