"""Where Newton's method begins: prices that prove a least plan, and what runs short."""

import numpy as np
import pytest
from tests.solvers.transport.cases import draw_case
from tests.solvers.transport.towns import draw_town

from seatplan.errors import SolveError
from seatplan.solvers.transport import solve_transport
from seatplan.solvers.transport.params import PARAMS, Params
from seatplan.solvers.transport.starting import EXACT, SHORT, SPARE, find_start


@pytest.fixture(params=["table", "pairs"])
def path(request):
    return Params(cells=0) if request.param == "pairs" else PARAMS


def start_of(pupils, seats, metres, params=PARAMS):
    block, school = np.nonzero(np.isfinite(metres))
    return find_start(pupils, seats, block, school, metres[block, school], params)


@pytest.mark.parametrize("seed", range(40))
def test_prices_add_up_to_the_cost_of_the_least_plan(path, seed):
    pupils, seats, metres = draw_case(seed)
    start = start_of(pupils, seats, metres, params=path)
    offered = np.where(seats > 0, start.price, np.inf)
    floor = np.minimum((metres + offered).min(axis=1, initial=np.inf), start.penalty)
    dual = pupils @ floor - seats @ start.price
    least = solve_transport(pupils, seats, metres)
    assert dual == pytest.approx(
        least.cost + start.penalty * least.unserved.sum(), rel=1e-6, abs=1e-6
    )


def test_a_shortage_reaches_as_far_as_pupils_of_its_schools_live(path):
    # Block 0: 20 pupils, school 0 only, 15 seats. Block 1 is at school 0 too and could go to 1,
    # full of block 1 and 2. Blocks 3 and 4 share school 2 exactly; block 5 has room at school 3.
    no = np.inf
    metres = np.array(
        [
            [10.0, no, no, no],
            [10.0, 90, no, no],
            [no, 10.0, no, no],
            [no, no, 10.0, no],
            [no, no, 20.0, no],
            [no, no, 30.0, 10.0],
        ]
    )
    pupils, seats = np.array([20.0, 5, 5, 4, 6, 7]), np.array([15.0, 10, 10, 9])
    start = start_of(pupils, seats, metres, params=path)
    assert start.block_part.tolist() == [SHORT, SPARE, SPARE, EXACT, EXACT, SPARE] or (
        start.block_part.tolist() == [SHORT, EXACT, EXACT, EXACT, EXACT, SPARE]
    )
    # All of block 1 goes to school 1, since block 0 has no other: the shortage ends at school 0.
    assert start.school_part.tolist() == [SHORT, EXACT, EXACT, SPARE]


def test_prices_are_low_where_seats_are_just_enough(path):
    pupils, seats, metres = draw_town(7)
    start = start_of(pupils[0], seats[0], metres, params=path)
    assert set(start.school_part) == {EXACT}
    assert start.price.min() < 1.0
    assert start.price.max() < 2 * metres.max()


def test_a_simplex_that_gives_up_is_told():
    pupils, seats, metres = draw_town(7)
    with pytest.raises(SolveError, match="turns and was not done"):
        start_of(pupils[0], seats[0], metres, Params(cells=0, pivots=0))
