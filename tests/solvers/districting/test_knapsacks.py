"""Knapsacks: the best set that fits, and weights that never round up."""

from itertools import product

import numpy as np
import pytest

from seatplan.solvers.districting.knapsacks import (
    fill_table,
    fill_with,
    list_filling,
    whole_weights,
)
from seatplan.solvers.districting.problem import build_problem


def test_a_knapsack_takes_the_best_set_that_fits():
    # Widths 2, 3, 4 in 5 steps; worths 3, 4, 5: the first two (7) beat the last (5).
    wide, worth = np.array([2, 3, 4]), np.array([3.0, 4.0, 5.0])
    table = fill_table(wide, worth, 5)
    assert table[0, 5] == 7
    assert list_filling(wide, table).tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_a_knapsack_is_what_enumeration_finds_with_and_without_each_unit(seed):
    luck = np.random.default_rng(seed)
    wide, worth = luck.integers(0, 9, 8), luck.uniform(0, 5, 8)
    sets = [np.array(s, bool) for s in product([0, 1], repeat=8)]
    fits = [s for s in sets if wide[s].sum() <= 15]
    table = fill_table(wide, worth, 15)
    assert table[0, 15] == pytest.approx(max(worth[s].sum() for s in fits))
    assert worth[list_filling(wide, table)].sum() == pytest.approx(table[0, 15])
    assert fill_with(wide, worth, table) == pytest.approx(
        [max(worth[s].sum() for s in fits if s[k]) for k in range(8)]
    )


def test_a_unit_wider_than_the_seats_is_in_no_filling():
    wide, worth = np.array([9, 1]), np.array([5.0, 1.0])
    table = fill_table(wide, worth, 5)
    assert table[0, 5] == 1
    assert fill_with(wide, worth, table).tolist() == [-np.inf, 1.0]


def test_no_unit_weighs_more_in_steps_than_in_pupils(grid_town):
    town = grid_town(3, 4, [0, 11], 1)
    # 100,000 times as many pupils: seats of 2,000 steps, of some hundred pupils each.
    pupils, seats = 100_000 * town.pupils + 0.7, 100_000 * town.seats
    problem = build_problem(pupils, seats, *town.arrays[2:], None, None, None, None)
    steps, wide = whole_weights(problem)
    assert steps.tolist() == [2_000, 2_000]
    in_pupils = wide * (problem.seats / steps)[:, None]
    assert (in_pupils <= problem.weight + 1e-6).all()
    assert (in_pupils > 0.99 * problem.weight - problem.seats[0] / 2_000).all()
