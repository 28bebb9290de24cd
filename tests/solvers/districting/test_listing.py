"""Areas near the bound: as enumeration finds them, over the arcs asked for, the best first."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from seatplan.solvers.districting.bounds import Climb, bound_transport
from seatplan.solvers.districting.listing import list_near
from seatplan.solvers.districting.problem import build_problem


@pytest.fixture
def climb(grid_town):
    problem = build_problem(*grid_town(3, 4, [0, 7, 9], 2).arrays, None, None, None, None)
    climb = Climb(problem, bound_transport(problem))
    climb.climb(1.2 * climb.best.least, 0.2)
    return climb


def enumerate_near(climb, arcs, gap):
    """Every connected area within the seats that loses less than `gap`."""
    problem, bound = climb.problem, climb.best
    sole = arcs.sum(axis=1) == 1
    tail = np.repeat(np.arange(len(sole)), np.diff(problem.indptr))
    beside = nx.Graph(zip(tail.tolist(), problem.indices.tolist(), strict=True))
    for j, home in enumerate(problem.home.tolist()):
        open_to = np.flatnonzero(arcs[:, j] & (np.arange(len(sole)) != home)).tolist()
        for size in range(len(open_to) + 1):
            for more in combinations(open_to, size):
                area = frozenset((home, *more))
                units = sorted(area)
                loss = (problem.cost[units, j] - bound.value[units]).sum() - bound.base[j]
                fits = problem.weight[units].sum() <= problem.seats[j]
                needed = set(np.flatnonzero(sole & arcs[:, j]).tolist())
                whole = nx.is_connected(beside.subgraph(area))
                if loss < gap and fits and whole and needed <= area:
                    yield j, area, loss


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_every_area_within_the_gap_is_listed_once(climb, share):
    n, m = climb.problem.cost.shape
    arcs = np.isfinite(climb.problem.cost) & (np.random.default_rng(1).random((n, m)) < share)
    arcs[climb.problem.home, range(m)] = True
    arcs[np.arange(n), climb.problem.cost.argmin(axis=1)] = True
    gap = 0.5 * climb.best.least
    near = list_near(climb.view(), arcs, gap, 10_000)
    wanted = {(j, area): loss for j, area, loss in enumerate_near(climb, arcs, gap)}
    assert len(near.facility) == len(wanted) > 10
    by_area = {
        (int(j), frozenset(near.holds[k].nonzero()[-1].tolist())): near.loss[k]
        for k, j in enumerate(near.facility)
    }
    assert set(by_area) == set(wanted)
    assert [by_area[key] for key in wanted] == pytest.approx(list(wanted.values()))


def test_where_there_are_more_the_least_losses_are_listed(climb):
    arcs = np.isfinite(climb.problem.cost)
    gap = 0.5 * climb.best.least
    every = np.sort(list_near(climb.view(), arcs, gap, 10_000).loss)
    few = list_near(climb.view(), arcs, gap, 9)
    assert np.sort(few.loss) == pytest.approx(every[:9])
