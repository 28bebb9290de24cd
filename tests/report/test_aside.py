"""Sheets drawn in a process of their own: the same bytes, and drawn here where it dies."""

import os
import signal
import time
from dataclasses import replace
from multiprocessing import Pipe, active_children
from queue import SimpleQueue

import pytest
from tests.report.test_sheets import toy_brief

from seatplan.report.sheets.aside import _listen, _take, begin_series, open_aside
from seatplan.report.sheets.forms import PAPERS
from seatplan.report.sheets.painting import paint_series
from seatplan.report.sheets.series import plan_series


@pytest.fixture(scope="module")
def series():
    whole = plan_series(toy_brief(), PAPERS["A4"])
    return replace(whole, subjects=tuple(whole.subjects)[-1:])


def test_sheets_are_drawn_here_where_the_other_end_is_gone(series, tmp_path):
    here, there = Pipe()
    there.close()
    _, wait = begin_series(here, series, tmp_path / "gone.pdf")
    assert wait() == begin_series(None, series, tmp_path / "here.pdf")[1]()
    assert (tmp_path / "gone.pdf").read_bytes() == (tmp_path / "here.pdf").read_bytes()


def test_subjects_are_told_as_they_are_found_and_an_end_of_the_line_is_an_error(series, tmp_path):
    here, there = Pipe()
    (subject,) = series.subjects
    found = iter([subject, subject])
    whole, _ = begin_series(here, replace(series, subjects=found), tmp_path / "told.pdf")
    assert whole.subjects == (subject, subject)
    told, _ = there.recv()
    assert told.subjects == ()
    taken = SimpleQueue()
    _listen(there, taken)
    assert [one.key for one in _take(taken)] == [subject.key, subject.key]
    here.close()
    _listen(there, taken)
    with pytest.raises(EOFError):
        next(_take(taken))


@pytest.mark.slow
def test_a_process_of_their_own_gives_the_same_bytes_and_ends_with_its_block(series, tmp_path):
    with open_aside() as aside:
        images = begin_series(aside, series, tmp_path / "aside.pdf")[1]()
    assert not active_children()
    assert images == paint_series(series, tmp_path / "here.pdf")
    assert (tmp_path / "aside.pdf").read_bytes() == (tmp_path / "here.pdf").read_bytes()


@pytest.mark.slow
def test_ctrl_c_does_not_reach_the_process_and_a_kill_is_made_good(series, tmp_path, capfd):
    with open_aside() as aside:
        (process,) = active_children()
        os.kill(process.pid, signal.SIGINT)  # as a terminal does to the whole group
        time.sleep(1)
        assert process.is_alive()
        process.kill()
        process.join()
        assert begin_series(aside, series, tmp_path / "made.pdf")[1]()
    assert "Traceback" not in capfd.readouterr().err
    with pytest.raises(KeyboardInterrupt), open_aside():
        raise KeyboardInterrupt
    assert not active_children()
