"""A block's pupils find their level; loads answer to prices as the matrix says."""

import numpy as np
import pytest
from tests.solvers.transport.towns import draw_town

from seatplan.solvers.transport.filling import Net, bend, fill, find_level, mark_near, mark_nearest


def lay_net(seed, capped=False, weight=30_000.0):
    pupils, seats, metres = draw_town(seed)
    n, m = metres.shape
    first = np.arange(0, n * m + 1, m)
    school = np.tile(np.arange(m), n)
    flags = np.full(n, capped), np.zeros(m, bool)
    return Net(first, school, metres.ravel(), pupils[0] + 1.0, seats[0], *flags, weight)


def pour(net, price):
    level, flow = np.empty(len(net.pupils)), np.empty(len(net.school))
    load = np.empty(len(net.seats))
    fill(net, price, level, flow, load)
    return level, flow, load


def test_the_level_holds_the_volume():
    rng = np.random.default_rng(2)
    net = lay_net(2)
    for block in range(60):
        price = rng.uniform(-3000, 3000, 9)
        level = find_level(net, price, block)
        ground = net.metres[9 * block : 9 * block + 9] + price
        volume = (net.seats * np.maximum(level - ground, 0.0)).sum()
        assert volume == pytest.approx(net.weight, rel=1e-12)


def test_all_pupils_of_a_block_go_to_school_and_those_of_a_capped_one_at_a_gain_only():
    price = np.linspace(-7000, 2000, 9)
    net = lay_net(3)
    level, flow, load = pour(net, price)
    assert flow.reshape(60, 9).sum(axis=1) == pytest.approx(net.pupils)
    assert load == pytest.approx(flow.reshape(60, 9).sum(axis=0))
    held, some, _ = pour(lay_net(3, capped=True), price)
    assert (held == np.minimum(level, 0.0)).all()
    sent = some.reshape(60, 9).sum(axis=1)
    assert (sent <= net.pupils * (1 + 1e-12)).all()
    assert sent[level > 0].sum() < net.pupils[level > 0].sum()
    assert sent[level <= 0] == pytest.approx(net.pupils[level <= 0])


@pytest.mark.parametrize("capped", [False, True])
def test_the_matrix_is_how_loads_answer_to_prices(capped):
    net, price = lay_net(4, capped), np.linspace(-6000, -1000, 9)
    place = np.random.default_rng(4).permutation(9)
    level, flow, load = pour(net, price)
    band = np.empty((9, 9))
    bend(net, level, flow, place, band)
    for school in range(9):
        step = np.zeros(9)
        step[school] = 1e-3
        answer = (pour(net, price + step)[2] - load) / 1e-3
        for other in range(9):
            low, high = sorted((place[school], place[other]))
            assert answer[other] == pytest.approx(-band[low, high - low], rel=1e-4, abs=1e-6)


def test_pairs_below_the_level_or_little_above_are_near():
    # weight / seats = 100 / 10: levels 10 above the lowest listed ground, near up to 20 above it.
    flags = np.zeros(2, bool), np.zeros(3, bool)
    metres = np.array([5.0, 25.0, 26.0, 40.0, 0.0, 61.0])
    school = np.array([0, 1, 2, 0, 1, 2])
    net = Net(np.array([0, 3, 6]), school, metres, np.ones(2), np.full(3, 10.0), *flags, 100.0)
    listed = np.array([True, False, False, True, False, True])
    usable = np.array([True, True, True, True, False, True])
    near = mark_near(net, listed, usable, np.zeros(3))
    assert near.tolist() == [True, True, False, True, False, False]
    none = mark_near(net, np.zeros(6, bool), usable, np.zeros(3))
    assert none.tolist() == usable.tolist()


def test_marks_of_the_nearest_stay_with_their_ties():
    first, metres = np.array([0, 4, 4, 6]), np.array([30.0, 10.0, 20.0, 20.0, 5.0, 1.0])
    marks = np.array([True, True, True, True, True, False])
    kept = mark_nearest(first, metres, marks, np.array([2, 2, 1]))
    assert kept.tolist() == [False, True, True, True, True, False]
    assert mark_nearest(first, metres, marks, np.full(3, 9)).tolist() == marks.tolist()
