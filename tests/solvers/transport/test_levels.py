"""Problems over listed pairs: from prices at hand, or from those of a simplex."""

from dataclasses import replace

import numpy as np
import pytest
from tests.solvers.transport.towns import draw_town

from seatplan.solvers.transport.canonical import arrange
from seatplan.solvers.transport.levels import lead, solve_levels
from seatplan.solvers.transport.pairs import list_pairs
from seatplan.solvers.transport.params import PARAMS, Params
from seatplan.solvers.transport.widening import pose


def pose_town(seed, params=PARAMS, **terms):
    pupils, seats, metres = draw_town(seed, **terms)
    arranged = arrange(list_pairs(metres), pupils, seats)
    return pose(arranged, pupils[0, arranged.blocks], seats[0, arranged.schools], 0.3, params)


def test_prices_at_hand_lead_to_the_same_plan_or_a_simplex_does():
    problem = pose_town(1, spare=1.1)
    start = lead(problem, problem.usable)
    best = solve_levels(problem, problem.usable, start, at_hand=False)
    assert best.amiss < 1e-12
    again = solve_levels(problem, problem.usable, best.start, at_hand=True)
    assert again.flow == pytest.approx(best.flow, abs=1e-9)
    idle = replace(problem, params=Params(easy=0))  # no work from the prices at hand
    far = solve_levels(idle, problem.usable, start, at_hand=True)
    assert far.flow == pytest.approx(best.flow, abs=1e-9)


def test_the_order_of_schools_changes_nothing():
    problem = pose_town(2, blocks=200, schools=30)
    start = lead(problem, problem.usable)
    plain = solve_levels(problem, problem.usable, start, at_hand=False)
    sorting = replace(problem, params=Params(narrow=0))
    ordered = solve_levels(sorting, problem.usable, start, at_hand=False)
    assert ordered.flow == pytest.approx(plain.flow, abs=1e-9)


@pytest.mark.parametrize("cells", [PARAMS.cells, 0])
def test_flows_are_those_of_the_levels(cells):
    problem = pose_town(3, Params(cells=cells), spare=0.8)  # short of seats
    found = solve_levels(problem, problem.usable, lead(problem, problem.usable), at_hand=False)
    pairs, listed = problem.pairs, found.listed
    block, school = pairs.block[listed], pairs.school[listed]
    depth = found.level[block] - pairs.metres[listed] - found.start.price[school]
    full = problem.pupils[block] * problem.seats[school] * np.maximum(depth, 0) / problem.weight
    assert found.flow == pytest.approx(full, rel=1e-6, abs=1e-6)
    assert np.bincount(school, found.flow) == pytest.approx(problem.seats)
