"""The core runs without the packages that only some verbs need, and says which one is missing."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = """
import pkgutil, sys
from importlib import import_module

class Missing:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
import seatplan
for module in pkgutil.walk_packages(seatplan.__path__, "seatplan."):
    if module.name not in ("seatplan.__main__", "seatplan.views.explorer.widget"):
        import_module(module.name)
from seatplan.errors import InputError
from seatplan.examples import toy_outcome
from seatplan.sweeps.work import connect
outcome = toy_outcome()
print(outcome.measure("unplaced").sum() >= 0)
for ask in (lambda: seatplan.open_board([outcome]), connect):
    try:
        ask()
    except InputError as error:
        print(error)
"""


@pytest.mark.slow
def test_the_core_runs_without_what_only_some_verbs_need():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    core = {name.partition(">")[0].lower() for name in project["dependencies"]}
    further = {"anywidget", "dask", "distributed", "duckdb", "sklearn", "libpysal"}
    assert not core & further
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE.replace("{names}", repr(further))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = ran.stdout.splitlines()
    assert told[0] == "True"
    for line, extra in zip(told[1:], ("notebook", "sweep"), strict=True):
        assert line.endswith(f"pip install 'seatplan[{extra}]'"), line
