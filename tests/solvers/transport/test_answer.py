"""Answers: a certificate that finds what is dear, what does not fit, and what is left over."""

import numpy as np
import pytest

from seatplan.errors import SolveError
from seatplan.solvers.transport import least_penalty, solve_transport
from seatplan.solvers.transport.answer import certify

PUPILS, SEATS = np.array([30.0, 20.0]), np.array([45.0, 40.0])
METRES = np.array([[100.0, 1500.0], [200.0, 900.0]])
PRICE = np.array([700.0, 0.0])  # a seat more at the first school saves 900 - 200 m
BLOCK, SCHOOL = np.array([0, 1, 1]), np.array([0, 0, 1])


def judge(*pupils, block=BLOCK, school=SCHOOL):
    flows = block, school, np.array(pupils)
    return certify(PUPILS, SEATS, METRES, least_penalty(METRES), flows, PRICE)


def test_the_least_cost_has_no_gap():
    answer = judge(30.0, 15.0, 5.0)
    assert answer.cost == 30 * 100 + 15 * 200 + 5 * 900
    assert answer.gap == 0
    assert answer.require_proof() is answer


def test_the_gap_is_what_the_flows_cost_too_much():
    # five more of the second block walk on: 700 m each for nothing
    answer = judge(30.0, 10.0, 10.0)
    assert answer.gap == pytest.approx(5 * 700)
    with pytest.raises(SolveError, match="may be 3500 pupil-metres above the least cost"):
        answer.require_proof()


def test_a_pupil_without_a_seat_while_seats_are_free_is_a_gap():
    answer = judge(30.0, 15.0, 4.0)
    assert answer.unserved.tolist() == [0, 1]
    assert answer.gap == pytest.approx(least_penalty(METRES) - 900)


@pytest.mark.parametrize("pupils", [(30.0, 20.0, 0.0), (31.0, 14.0, 6.0)])
def test_flows_that_overfill_a_school_or_exceed_a_block_prove_nothing(pupils):
    assert judge(*pupils).gap == np.inf


def test_one_more_pupil_is_seated_however_far_the_others_must_shift():
    # The last block reaches only school 0; each other block must move one school on, at 1000 m.
    n = 30
    metres = np.full((n, n), np.inf)
    metres[np.arange(n - 1), np.arange(n - 1)] = 0
    metres[np.arange(n - 1), np.arange(1, n)] = 1000
    metres[n - 1, 0] = 1000
    answer = solve_transport(np.ones(n), np.ones(n), metres)
    assert answer.unserved.sum() == 0
    assert answer.cost == pytest.approx(1000 * n)
    assert least_penalty(metres) > 1000 * n
