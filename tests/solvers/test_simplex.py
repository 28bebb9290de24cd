"""The compiled simplex comes alone, and leaves no trace."""

import subprocess
import sys

import pytest

LOOK = """
import sys
from seatplan.solvers.simplex import load_simplex
assert callable(load_simplex().emd_c)
print("ot" in sys.modules, "scipy.stats" in sys.modules)
import ot
print(callable(ot.emd), load_simplex() is load_simplex())
"""


@pytest.mark.slow
def test_the_simplex_loads_without_its_package_and_the_package_after_it():
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOK], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["False", "False", "True", "True"]
