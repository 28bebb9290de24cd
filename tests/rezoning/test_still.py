"""Blocks move only where somebody gains, or a catchment would fall apart or be full without."""

from dataclasses import replace

import numpy as np
import pandas as pd

from seatplan.rezoning.still import hold_empty, hold_for_little
from seatplan.rezoning.terms import Asked
from seatplan.rezoning.town import Town


def row(pupils, current):
    """A row of blocks with A in the first and B in the last."""
    count = len(pupils)
    ways = np.abs(np.arange(count)[:, None] - np.array([0, count - 1])) * 100.0
    owned = np.full(count, -1)
    owned[[0, -1]] = [0, 1]
    seats = np.full((2, 1), 100.0)
    town = Town(
        blocks=pd.Index([f"b{k}" for k in range(count)]),
        schools=pd.Index(["A", "B"]),
        years=[2025],
        pupils=np.array(pupils, float)[:, None],
        seats=seats,
        rooms=seats,
        ways=ways,
        current=np.array(current),
        pairs=np.array([[k, k + 1] for k in range(count - 1)]),
        homes=np.array([0, count - 1]),
        owned=owned,
        borders=np.ones(count - 1),
        outlines=np.full(count, 4.0),
        areas=np.ones(count),
        groups=(),
        shares=np.zeros((count, 0)),
    )
    asked = Asked(None, None, None, np.full(count, -1), None, town.pairs, np.isfinite(ways))
    return town, asked


def test_an_empty_block_at_the_edge_goes_back():
    town, asked = row([5, 0, 0, 5], [0, 0, 1, 1])
    assert hold_empty(town, asked, np.array([0, 1, 1, 1])).tolist() == [0, 0, 1, 1]


def test_an_empty_block_goes_back_unless_others_need_it():
    town, asked = row([5, 0, 7, 5], [0, 0, 0, 1])
    assert hold_empty(town, asked, np.array([0, 1, 1, 1])).tolist() == [0, 0, 1, 1]
    town, asked = row([5, 7, 0, 5], [0, 1, 1, 1])
    plan = np.array([0, 0, 0, 1])  # b2 may go back, b1 has pupils and stays moved
    assert hold_empty(town, asked, plan).tolist() == [0, 0, 1, 1]
    town, asked = row([5, 0, 7, 0, 5], [1, 1, 1, 1, 1])
    plan = np.array([0, 0, 0, 1, 1])  # b2 reaches A through b1 alone
    assert hold_empty(town, asked, plan).tolist() == [0, 0, 0, 1, 1]


def test_blocks_that_go_back_one_after_the_other():
    town, asked = row([5, 0, 0, 0, 5], [0, 0, 0, 0, 1])
    assert hold_empty(town, asked, np.array([0, 1, 1, 1, 1])).tolist() == [0, 0, 0, 0, 1]


def test_a_block_whose_move_saves_little_goes_back_where_there_is_room():
    # b2 has 200 m to A and to B: its pupils gain nothing; b1 saves 200 m by its move
    town, asked = row([5, 7, 7, 7, 5], [0, 1, 0, 1, 1])
    plan = np.array([0, 0, 1, 1, 1])
    assert hold_for_little(town, asked, plan, 10.0).tolist() == [0, 0, 0, 1, 1]
    full = replace(town, seats=np.full((2, 1), 12.0))  # A has 12 by b0 and b1 alone
    assert hold_for_little(full, asked, plan, 10.0).tolist() == plan.tolist()
    grouped = replace(asked, groups=np.full(5, -1))
    assert hold_for_little(town, grouped, plan, 10.0).tolist() == plan.tolist()
    # b1 alone saves 200 m a pupil, and goes back where a move counts as 250 m
    town, asked = row([5, 7, 7, 7, 5], [0, 1, 1, 1, 1])
    plan, dear = np.array([0, 0, 1, 1, 1]), replace(asked, disruption_m=250.0)
    assert hold_for_little(town, asked, plan, 10.0).tolist() == plan.tolist()
    assert hold_for_little(town, dear, plan, 10.0).tolist() == [0, 1, 1, 1, 1]
