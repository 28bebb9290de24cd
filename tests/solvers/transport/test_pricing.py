"""Pricing: the least metres + price of each block."""

import numpy as np

from seatplan.solvers.transport.pricing import find_floor, find_least_listed


def test_the_least_of_each_row_is_that_of_numpy():
    rng = np.random.default_rng(3)
    table, price = rng.uniform(0, 9, (40, 21)), rng.uniform(0, 9, 21)
    table[rng.random(table.shape) < 0.3] = np.inf
    table[7] = np.inf
    assert (find_floor(table, price) == (table + price).min(axis=1)).all()


def test_the_least_of_listed_ways_is_that_of_the_table():
    metres, price = np.array([5.0, 2.0, np.inf]), np.array([1.0, np.inf, 6.0, 0.0])
    assert find_least_listed(metres, np.array([0, 2, 3], np.int32), price) == 6.0
    assert find_least_listed(metres[:0], np.zeros(0, np.int32), price) == np.inf
