"""Pricing: the least metres + price of each block."""

import numpy as np

from seatplan.solvers.transport.pricing import find_floor


def test_the_least_of_each_row_is_that_of_numpy():
    rng = np.random.default_rng(3)
    table, price = rng.uniform(0, 9, (40, 21)), rng.uniform(0, 9, 21)
    table[rng.random(table.shape) < 0.3] = np.inf
    table[7] = np.inf
    assert (find_floor(table, price) == (table + price).min(axis=1)).all()
