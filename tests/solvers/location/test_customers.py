"""Whole customers by annealing, held to the enumeration of all assignments."""

from itertools import product

import numpy as np
import pytest

from seatplan.solvers.location.customers import anneal_customers


def enumerate_least(cost, demand, room):
    rows = np.arange(len(demand))
    plans = [np.array(plan) for plan in product(range(len(room)), repeat=len(demand))]
    fitting = [
        plan for plan in plans if (np.bincount(plan, demand, len(room)) <= room + 1e-9).all()
    ]
    return min((float(cost[rows, plan].sum()) for plan in fitting), default=np.inf)


def anneal(cost, demand, room, steps=20_000):
    near = np.argsort(cost, axis=1)
    start = near[:, 0].copy()
    return anneal_customers(cost, near, demand, room, start, 1.0, 5.0, steps, 3)


@pytest.mark.parametrize("seed", range(6))
def test_annealing_finds_the_least_of_all_assignments(seed):
    draw = np.random.default_rng(seed)
    cost, demand = draw.integers(1, 30, (7, 3)).astype(float), draw.integers(1, 9, 7).astype(float)
    room = np.full(3, np.ceil(demand.sum() / 3) + 1)
    plan, least = anneal(cost, demand, room)
    assert least == pytest.approx(enumerate_least(cost, demand, room))
    assert least == pytest.approx(cost[np.arange(7), plan].sum())
    assert (np.bincount(plan, demand, 3) <= room + 1e-9).all()


def test_nothing_is_returned_where_nothing_fits():
    # 4, 4 and 4 into two rooms of 6
    assert anneal(np.ones((3, 2)), np.full(3, 4.0), np.full(2, 6.0))[1] == np.inf


def test_the_same_seed_is_the_same_plan():
    draw = np.random.default_rng(1)
    cost, demand = draw.random((30, 5)), draw.random(30)
    room = np.full(5, demand.sum() / 4)
    one, other = (anneal(cost, demand, room, 5_000) for _ in range(2))
    assert one[0].tolist() == other[0].tolist()
