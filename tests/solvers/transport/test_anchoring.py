"""The lowest prices under which a plan is one of least metres."""

import numpy as np

from seatplan.solvers.transport.anchoring import lower_prices

# Block 0 has pupils at schools 0 and 1 (100 m, 400 m), block 1 at 1 (50 m), and could go to 2.
BLOCK, SCHOOL = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])
METRES = np.array([100.0, 400.0, 50.0, 30.0])
USED = np.array([True, True, True, False])


def lower(price, held, rounds=10, used=USED):
    price = np.array(price)
    rested = lower_prices(BLOCK, SCHOOL, METRES, used, np.array(held), price, 1e-6, rounds)
    return rested, price.tolist()


def test_prices_fall_to_the_lowest_that_keep_the_plan():
    # School 1 at 0; block 0 is at both, so 0 costs 300; block 1 must not gain at 2: 20.
    assert lower([9300.0, 9000.0, 9999.0], [True] * 3) == (True, [300, 0, 20])


def test_prices_that_are_not_held_stay_and_hold_others_up():
    assert lower([9300.0, 9000.0, 9999.0], [True, False, True]) == (True, [9300, 9000, 9020])


def test_a_plan_that_is_not_of_least_metres_leaves_the_prices_alone():
    # Were block 1 at school 2 too, and block 0 not at 1, prices would chase each other for ever.
    block, school = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    metres, used = np.array([9.0, 1, 1, 9]), np.array([True, False, False, True])
    price = np.array([5.0, 6.0])
    assert not lower_prices(block, school, metres, used, np.ones(2, bool), price, 1e-6, 50)
    assert price.tolist() == [5, 6]
