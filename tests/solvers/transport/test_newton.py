"""Newton's method over the prices: linear algebra, floors, and an end at rounding."""

import numpy as np
import pytest
from tests.solvers.transport.test_filling import lay_net

from seatplan.solvers.transport.newton import run_newton, solve_band, weigh_excess


@pytest.mark.parametrize(("size", "width"), [(1, 1), (7, 1), (12, 4), (20, 20)])
def test_a_band_is_solved_as_a_full_matrix_is(size, width):
    rng = np.random.default_rng(size)
    full = np.zeros((size, size))
    for far in range(width):
        full += np.diag(rng.uniform(-1, 1, size - far), far)
    full = full + full.T + 2.0 * width * np.eye(size)
    band = np.zeros((size, width))
    for far in range(width):
        band[: size - far, far] = np.diag(full, far)
    right = rng.uniform(-1, 1, size)
    answer = right.copy()
    assert solve_band(band, answer)
    assert answer == pytest.approx(np.linalg.solve(full, right))


def test_a_matrix_that_is_not_positive_is_told():
    assert not solve_band(np.array([[1.0, 2.0], [1.0, 0.0]]), np.ones(2))


@pytest.mark.parametrize("seed", range(5))
def test_prices_are_found_under_which_each_school_holds_its_seats(seed):
    net = lay_net(seed)
    net = net._replace(seats=net.seats * net.pupils.sum() / net.seats.sum())
    price = np.random.default_rng(seed).uniform(-5000, 5000, 9)
    _, flow, amiss = run_newton(net, price, np.arange(9), 9, 2_000)
    assert amiss < 1e-12
    assert flow.reshape(60, 9).sum(axis=0) == pytest.approx(net.seats, rel=1e-11)


def test_a_school_with_room_has_no_price_and_a_full_one_has():
    net = lay_net(1)
    seats = net.seats * net.pupils.sum() / net.seats.sum() * np.where(np.arange(9) < 5, 2.0, 0.4)
    net = net._replace(seats=seats, floored=np.ones(9, bool))
    price = np.full(9, 4000.0)
    _, flow, amiss = run_newton(net, price, np.arange(9), 9, 2_000)
    load = flow.reshape(60, 9).sum(axis=0)
    assert amiss < 1e-12
    assert (price >= 0).all()
    assert (load <= seats * (1 + 1e-9)).all()
    room = load < seats * (1 - 1e-9)
    assert (price[room] == 0).all()
    assert (price[~room] > 0).all()
    assert 0 < room.sum() < 9


def test_what_is_amiss_where_seats_may_stand_empty_ends_with_their_price():
    net = lay_net(1)._replace(seats=np.full(9, 10.0), floored=np.ones(9, bool), weight=100.0)
    excess = np.empty(9)
    # 4 of 10 seats empty at a price of 0, of 1 (10 * 10 / 100 = 1 pupil), of 9 (4, not 9 pupils).
    price = np.array([0.0, 1.0, 9.0, 0, 0, 0, 0, 0, 0])
    load = np.array([6.0, 6, 6, 10, 10, 10, 10, 10, 12])
    assert weigh_excess(net, price, load, excess) == pytest.approx(0 + 1 + 4 + 2)
    assert excess.tolist() == [-4, -4, -4, 0, 0, 0, 0, 0, 2]


def test_no_more_work_is_done_than_allowed():
    net = lay_net(2)
    price = np.linspace(-5000, 5000, 9)
    _, _, amiss = run_newton(net, price, np.arange(9), 9, 0)
    assert amiss > 0.1
    assert (price == np.linspace(-5000, 5000, 9)).all()
