"""Beside each plan stands a script that runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from seatplan.scenarios.scenario import read_scenario

ROOT = Path(__file__).parents[2]
PLANS = sorted((ROOT / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)
def test_beside_each_plan_stands_a_script_that_reads_it(plan):
    script = plan.with_name(f"{plan.stem.replace('-', '_')}.py")
    told = script.read_text("utf-8")
    assert f'"{plan.name}"' in told
    assert f'"{read_scenario(plan).name}-report"' in told
    assert len(told.splitlines()) < 40


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)
def test_the_script_runs(plan, tmp_path):
    script = plan.with_name(f"{plan.stem.replace('-', '_')}.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"(catchment shortage|unplaced), pupils\n", done.stdout)
    out = tmp_path / f"{read_scenario(plan).name}-report"
    for name in ("map.html", "tables/schools.csv", "layout-plan.docx", "tables.xlsx"):
        assert (out / name).stat().st_size > 1000
