"""What verbs share: a solver that must be compiled is told on a terminal, and only there."""

import sys
import time
from typing import get_type_hints

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from seatplan.cli import app
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


def list_paths():
    """Return every option of every verb that takes a path, with the words before it."""
    found = []
    for verb, command in get_command(app).commands.items():
        hints = get_type_hints(command.callback)
        needed = [
            word
            for each in command.params
            if each.required or each.param_type_name == "argument"
            for word in ([] if each.param_type_name == "argument" else [each.opts[-1]]) + ["2020"]
        ]
        found += [
            [verb, *needed, each.opts[-1]]
            for each in command.params
            if each.param_type_name == "option" and "Path" in str(hints.get(each.name))
        ]
    return found


def test_an_option_in_the_place_of_a_path_is_refused_by_every_verb(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = list_paths()
    assert len({words[0] for words in paths}) >= 18  # verbs; check takes no path but its folder
    for words in paths:
        result = CliRunner().invoke(app, [*words, "--names"])
        told = f"{words[-1]}: --names is an option; want a path before it\n"
        assert (result.exit_code, result.stderr) == (2, told), words
    assert not list(tmp_path.iterdir())


WORK = (["sweep", "x", "--draws"], ["backtest", "x", "--lead"], ["sweep", "x", "--workers"])


@pytest.mark.parametrize("words", [*WORK, ["warn", "x", "--draws"]])
def test_more_work_than_makes_sense_is_refused_before_it_begins(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, [*words, "999999999"])
    told = f"{words[-1]}: 999999999; want a number from 0 to "
    assert (result.exit_code, result.stderr.startswith(told)) == (2, True), result.stderr
    assert len(result.stderr.splitlines()) == 1
