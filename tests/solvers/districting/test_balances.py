"""Balances of areas as a cost: against the enumeration of every connected plan."""

from itertools import product

import numpy as np
import pytest

from seatplan.solvers.districting import draw_districts
from seatplan.solvers.districting.problem import build_problem
from seatplan.solvers.stop import Stop

from .conftest import anneal, build_town, check_connected, choose_areas


def draw_tilt(town, seed, kinds=2):
    """What each unit has more of a kind than an even mix: each kind sums to nothing."""
    rng = np.random.default_rng(200 + seed)
    share = rng.random((len(town.pupils), kinds))
    even = town.pupils @ share / town.pupils.sum()
    return town.pupils[:, None] * (share - even)


def weigh(plan, tilt, m):
    """What the balances of a plan cost, area by area."""
    return sum(abs(tilt[plan == j].sum(axis=0)).sum() for j in range(m))


def list_totals(town, tilt):
    """Cost and balances together of every connected plan within the seats, and the cost alone."""
    totals = []
    for plan in product(range(len(town.home)), repeat=len(town.pupils)):
        where = np.array(plan)
        load = np.bincount(where, town.pupils, len(town.home))
        if (where[town.home] != np.arange(len(town.home))).any() or (load > town.seats).any():
            continue
        if check_connected(town, where):
            walked = town.cost[np.arange(len(plan)), where].sum()
            totals.append((walked + weigh(where, tilt, len(town.home)), walked))
    return totals


@pytest.mark.parametrize(
    ("seed", "price"),
    [
        (2, 5.0),
        pytest.param(3, 5.0, marks=pytest.mark.slow),
        pytest.param(2, 0.5, marks=pytest.mark.slow),
    ],
)
def test_the_least_of_cost_and_balances_together_is_proven(seed, price):
    town = build_town(3, 3, [0, 8], seed, room=1.3)
    tilt = price * draw_tilt(town, seed)
    totals = list_totals(town, tilt)
    drawn = draw_districts(*town.arrays, tilt=tilt, stop=Stop(1.0))
    assert drawn.cost == pytest.approx(min(totals)[0])
    assert drawn.status == "optimal"
    assert drawn.bound == pytest.approx(drawn.cost)
    walked = town.cost[np.arange(9), drawn.plan].sum()
    assert drawn.cost == pytest.approx(walked + weigh(drawn.plan, tilt, 2))
    if price == 5.0:  # an evener mix is walked for
        assert walked > min(walk for _, walk in totals)


@pytest.mark.parametrize("seed", range(3))
def test_annealing_keeps_count_of_balances(seed):
    town = build_town(6, 8, [0, 20, 47], seed)
    tilt = draw_tilt(town, seed)
    problem = build_problem(*town.arrays, None, None, None, None, tilt=tilt)
    plan, state = anneal(problem, seed)
    walked = town.cost[np.arange(48), plan].sum()
    assert state.sums[0] == pytest.approx(walked + weigh(plan, tilt, 3))
    assert problem.total(plan) == pytest.approx(state.sums[0])


def test_areas_are_chosen_with_their_balances():
    town = build_town(3, 3, [0, 8], 2, room=1.3)
    tilt = 5.0 * draw_tilt(town, 2)
    problem = build_problem(*town.arrays, None, None, None, None, tilt=tilt)
    answer = choose_areas(problem)
    assert problem.total(answer.plan) == pytest.approx(min(list_totals(town, tilt))[0])
    assert answer.least == pytest.approx(problem.total(answer.plan))


def test_a_group_has_the_tilt_of_all_its_units():
    # a row of four, 1 and 2 together: their tilts cancel out, so they may go anywhere
    town = build_town(1, 4, [0, 3], 0, room=9.0)
    groups = np.array([-1, 5, 5, -1])
    tilt = np.array([[0.0], [7.0], [-7.0], [0.0]])
    drawn = draw_districts(*town.arrays, tilt=tilt, groups=groups, stop=Stop(0.2))
    walked = town.cost[np.arange(4), drawn.plan].sum()
    assert drawn.cost == pytest.approx(walked)


@pytest.mark.parametrize("tilt", [[1.0, 2.0, 3.0, 4.0], [[1.0]], [[np.nan]] * 4])
def test_tilts_that_make_no_sense_are_refused(tilt):
    town = build_town(1, 4, [0, 3], 0)
    with pytest.raises(ValueError, match="tilt must be 4 rows of numbers"):
        draw_districts(*town.arrays, tilt=np.array(tilt))
