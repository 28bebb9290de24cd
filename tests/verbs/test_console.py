"""What verbs share: a solver that must be compiled is told on a terminal, and only there."""

import sys
import time

import pytest

from seatplan.verbs import console


class Terminal:
    """A stream that may be a terminal, and keeps what is written."""

    def __init__(self, is_terminal):
        self.is_terminal, self.text = is_terminal, ""

    def isatty(self):
        return self.is_terminal

    def write(self, text):
        self.text += text
        return len(text)

    def flush(self):
        pass


@pytest.mark.parametrize(
    ("is_terminal", "spent", "lines"), [(True, 0.5, 1), (True, 0.0, 0), (False, 0.5, 0)]
)
def test_compiling_is_announced_once_on_a_terminal_and_not_in_a_pipe(
    is_terminal, spent, lines, monkeypatch
):
    stream = Terminal(is_terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(console, "SOON", 0.1)
    console.load_solver(lambda: time.sleep(spent))
    assert stream.text.count("compiling the solver") == lines
