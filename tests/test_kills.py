"""A killed run loses nothing: the next one finds the old or the new, and sweeps what is left."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def kill(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_kill_between_any_two_calls_that_rename_loses_nothing():
    # A file takes one call, with and without the system's exchange of folders: 4 kills, before and
    # after it. A folder takes one with the exchange (2 kills), without it the try and two (6).
    assert re.search(r"^12 killed, 0 lost", kill("renames"), re.MULTILINE)


@pytest.mark.slow
def test_twenty_kills_at_random_moments_lose_nothing():
    killed = re.search(r"(\d+) killed, 0 lost", kill("20"))
    assert killed
    assert int(killed[1]) > 8
