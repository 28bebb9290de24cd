"""News between threads: read once, in turn, and at a moment that work decides, not the clock."""

import threading

import numpy as np
import pytest

from seatplan.solvers.districting.exchange import DELAYS, Exchange


@pytest.fixture
def exchange():
    return Exchange(100.0, 10.0, lambda: False)  # read after 8 units, or a quarter of the work done


def test_news_is_read_once_and_only_when_the_reader_has_worked_on(exchange):
    assert DELAYS == (0.08, 0.25)
    exchange.tell(0, 11.0, "a")
    exchange.tell(0, 12.0, "b")
    exchange.pass_by(0, np.inf)
    assert exchange.read(1, 14.0) == []  # up to 10.5
    assert exchange.read(1, 15.0) == ["a"]  # up to 11.25
    assert exchange.read(1, 30.0) == ["b"]
    assert exchange.read(1, np.inf) == []


def test_a_reader_waits_for_the_other_to_pass(exchange):
    told = []
    reader = threading.Thread(target=lambda: told.append(exchange.read(1, 40.0)))  # up to 32
    reader.start()
    exchange.tell(0, 20.0, "early")
    reader.join(0.3)
    assert reader.is_alive()  # the other thread may still tell something stamped 31
    exchange.tell(0, 31.0, "later")
    exchange.pass_by(0, 33.0)
    reader.join(10)
    assert told == [["early", "later"]]


def test_news_is_stamped_as_late_as_was_said_before(exchange):
    exchange.pass_by(0, 25.0)
    exchange.tell(0, 20.0, "found early")
    assert exchange.read(1, 30.0) == []  # up to 22.5
    exchange.pass_by(0, np.inf)
    assert exchange.read(1, 40.0) == ["found early"]


def test_nobody_is_waited_for_once_a_run_has_ended():
    exchange = Exchange(100.0, 0.0, lambda: True)
    assert exchange.read(1, np.inf) == []
