"""A stop is work; seconds guard it, and stand in for it where they alone are given."""

import pytest

from seatplan.solvers.stop import EFFORT, Meter, Stop, read_stop


def test_a_meter_is_over_when_its_work_is_done_and_not_cut():
    meter = Meter(Stop(2.0))
    meter.spend(1.5)
    assert (meter.left, meter.is_over) == (0.5, False)
    meter.spend(1.0)
    assert (meter.left, meter.is_over, meter.is_cut) == (0.0, True, False)


def test_a_meter_that_its_guard_ends_says_so():
    meter = Meter(Stop(2.0, seconds=0.0))
    assert meter.is_over
    assert meter.is_cut


def test_a_share_takes_work_and_guard_alike():
    assert Stop(60.0, 30.0).share(0.5) == Stop(30.0, 15.0)


def test_seconds_alone_stand_for_half_as_much_work():
    assert read_stop(seconds=8.0) == Stop(4.0, 8.0)
    assert read_stop() == Stop(EFFORT)


@pytest.mark.parametrize("given", [(-1.0, 5.0), (float("inf"), 5.0), (1.0, -5.0)])
def test_a_stop_without_sense_is_refused(given):
    with pytest.raises(ValueError, match="from 0 on"):
        Stop(*given)
