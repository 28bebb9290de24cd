"""Borders between areas as a cost: against the enumeration of every connected plan."""

from itertools import product

import numpy as np
import pytest

from seatplan.solvers.districting import draw_districts
from seatplan.solvers.districting.problem import build_problem
from seatplan.solvers.stop import Stop

from .conftest import anneal, build_town, check_connected, choose_areas


def draw_lengths(town, seed):
    return np.random.default_rng(100 + seed).integers(1, 9, len(town.neighbours)).astype(float)


def cross(town, plan, lengths):
    """What the borders of a plan come to, pair by pair."""
    lines = zip(town.neighbours, lengths, strict=True)
    return sum(length for (one, other), length in lines if plan[one] != plan[other])


def list_totals(town, lengths):
    """Cost and borders together of every connected plan within the seats."""
    totals = []
    for plan in product(range(len(town.home)), repeat=len(town.pupils)):
        where = np.array(plan)
        load = np.bincount(where, town.pupils, len(town.home))
        if (where[town.home] != np.arange(len(town.home))).any() or (load > town.seats).any():
            continue
        if check_connected(town, where):
            walked = town.cost[np.arange(len(plan)), where].sum()
            totals.append((walked + cross(town, where, lengths), walked))
    return totals


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("price", [0.5, 5.0])
def test_the_least_of_cost_and_borders_together_is_proven(seed, price):
    town = build_town(3, 3, [0, 8], seed, room=1.3)
    lengths = price * draw_lengths(town, seed)
    totals = list_totals(town, lengths)
    drawn = draw_districts(*town.arrays, border=lengths, stop=Stop(1.0))
    assert drawn.cost == pytest.approx(min(totals)[0])
    assert drawn.status == "optimal"
    assert drawn.bound == pytest.approx(drawn.cost)
    walked = town.cost[np.arange(9), drawn.plan].sum()
    assert drawn.cost == pytest.approx(walked + cross(town, drawn.plan, lengths))
    if price == 5.0:  # shorter borders are walked for
        assert walked > min(walk for _, walk in totals)


@pytest.mark.parametrize("seed", range(3))
def test_annealing_keeps_count_of_borders(seed):
    town = build_town(6, 8, [0, 20, 47], seed)
    lengths = draw_lengths(town, seed)
    problem = build_problem(*town.arrays, None, None, None, None, border=lengths)
    plan, state = anneal(problem, seed)
    walked = town.cost[np.arange(48), plan].sum()
    assert state.sums[0] == pytest.approx(walked + cross(town, plan, lengths))
    assert problem.total(plan) == pytest.approx(state.sums[0])


def test_areas_are_chosen_with_their_borders():
    town = build_town(3, 3, [0, 8], 2, room=1.3)
    lengths = 5.0 * draw_lengths(town, 2)
    problem = build_problem(*town.arrays, None, None, None, None, border=lengths)
    answer = choose_areas(problem)
    assert problem.total(answer.plan) == pytest.approx(min(list_totals(town, lengths))[0])
    assert answer.least == pytest.approx(problem.total(answer.plan))


def test_a_group_has_the_borders_of_all_its_units():
    # a row of four, 1 and 2 together: both of their lines outward count, the one between never
    town = build_town(1, 4, [0, 3], 0, room=9.0)
    groups = np.array([-1, 5, 5, -1])
    drawn = draw_districts(*town.arrays, border=[9.0, 100.0, 1.0], groups=groups, stop=Stop(0.2))
    walked = town.cost[np.arange(4), drawn.plan].sum()
    assert drawn.plan[1] == drawn.plan[2]
    assert drawn.cost == pytest.approx(walked + (1.0 if drawn.plan[1] == 0 else 9.0))


@pytest.mark.parametrize("border", [[1.0], [1.0, -1.0, 1.0], [1.0, np.inf, 1.0]])
def test_borders_that_make_no_sense_are_refused(border):
    town = build_town(1, 4, [0, 3], 0)
    with pytest.raises(ValueError, match="border must be 3 numbers"):
        draw_districts(*town.arrays, border=np.array(border))
