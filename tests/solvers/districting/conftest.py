"""Small towns whose best plan is known by enumeration or by construction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest


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
