"""Least and most use, and a sum beyond the seats spread evenly: against enumeration."""

from itertools import product

import numpy as np
import pytest

from seatplan.solvers.districting import draw_districts
from seatplan.solvers.stop import Stop

from .conftest import build_town, check_connected


def list_plans(town):
    """Every connected plan: its loads and its cost."""
    plans = []
    for plan in product(range(len(town.home)), repeat=len(town.pupils)):
        where = np.array(plan)
        if all(where[home] == j for j, home in enumerate(town.home)) and check_connected(
            town, where
        ):
            load = np.bincount(where, town.pupils, len(town.home))
            plans.append((load, town.cost[np.arange(len(plan)), where].sum()))
    return plans


@pytest.mark.parametrize("seed", range(4))
def test_the_least_cost_with_at_least_so_many_pupils_everywhere(seed):
    town = build_town(3, 4, [0, 11], seed, room=1.6)
    least = np.full(2, np.floor(town.pupils.sum() * 0.45))
    costs = [
        cost
        for load, cost in list_plans(town)
        if (load >= least).all() and (load <= town.seats).all()
    ]
    drawn = draw_districts(*town.arrays, least=least, stop=Stop(0.5))
    assert drawn.cost == pytest.approx(min(costs))
    assert (drawn.status, drawn.lack.sum()) == ("optimal", 0)


def test_too_few_pupils_for_all_are_told():
    town = build_town(3, 4, [0, 11], 1, room=1.6)
    least = np.full(2, np.ceil(town.pupils.sum() * 0.55))
    drawn = draw_districts(*town.arrays, least=least, stop=Stop(0.5))
    assert drawn.status == "least violation"
    assert drawn.lack.sum() == pytest.approx(2 * least[0] - town.pupils.sum())


@pytest.mark.parametrize("seed", range(4))
def test_the_sum_beyond_the_seats_is_held_while_the_worst_is_capped(seed):
    town = build_town(3, 4, [0, 11], seed)
    seats = np.floor(np.array([0.7, 0.2]) * town.pupils.sum())
    plans = list_plans(town)
    spill = min(np.maximum(load - seats, 0).sum() for load, _ in plans)
    worst = min(
        (load / seats).max() for load, _ in plans if np.maximum(load - seats, 0).sum() <= spill
    )
    costs = [
        cost
        for load, cost in plans
        if np.maximum(load - seats, 0).sum() <= spill and (load <= worst * seats + 1e-9).all()
    ]
    arrays = town.pupils, worst * seats + 1e-9, town.cost, town.neighbours, town.home
    drawn = draw_districts(*arrays, full=seats, spill=spill, stop=Stop(0.5))
    load = np.bincount(drawn.plan, town.pupils, 2)
    assert np.maximum(load - seats, 0).sum() <= spill + 1e-9
    assert drawn.cost == pytest.approx(min(costs))
