"""Whole customers: the choices near the best and what lies between them, against the programme."""

import numpy as np
import pytest

from seatplan.solvers.location import solve_capacitated
from seatplan.solvers.location.milp import solve_milp
from seatplan.solvers.location.offer import read_offer
from seatplan.solvers.location.whole import WholeSearch, write_location
from seatplan.solvers.stop import Meter, Stop


def make_case(seed, customers=25, sites=6):
    """Customers and sites at random in a square; room for half more than the demand."""
    rng = np.random.default_rng(seed)
    homes, places = rng.random((customers, 2)), rng.random((sites, 2))
    demand = rng.integers(1, 12, customers).astype(float)
    cost = demand[:, None] * np.hypot(*(homes[:, None] - places).transpose(2, 0, 1)) * 10
    capacity = np.full(sites, np.ceil(1.5 * demand.sum() / sites))
    return cost, demand, capacity, rng.integers(5, 30, sites).astype(float)


def solve_whole_program(case):
    """The least cost by one programme over every pair."""
    offer = read_offer(*case, (), None)
    offered = np.isfinite(offer.fixed) & (offer.capacity > 0)
    answer = solve_milp(write_location(offer, np.isfinite(offer.cost), offered), slack=1e-6)
    assert answer.is_done
    return answer.cost


@pytest.mark.parametrize("seed", range(3))
def test_the_least_cost_is_that_of_the_programme_over_all_pairs(seed):
    case = make_case(seed)
    answer = solve_capacitated(*case, single_source=True, stop=Stop(20.0))
    assert answer.cost == pytest.approx(solve_whole_program(case), rel=1e-6)
    load = np.bincount(answer.serving, case[1], len(case[2]))
    assert (load <= case[2] + 1e-9).all()


@pytest.mark.parametrize("effort", [0.05, 0.3])
def test_little_work_still_bounds_from_below(effort):
    case = make_case(3)
    search = WholeSearch(read_offer(*case, (), None), Meter(Stop(effort)), None)
    bound = search.search_near()
    assert bound <= solve_whole_program(case) + 1e-6
    if np.isfinite(search.best):
        assert search.best >= bound - 1e-6
