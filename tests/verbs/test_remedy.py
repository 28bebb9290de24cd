"""The verb remedy, from a folder to its files."""

import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios.scenario import read_scenario


def test_remedy_writes_tables_scenarios_and_a_programme(tmp_path):
    write_district(toy_district(), toy_standards(), tmp_path / "data")
    words = ["remedy", str(tmp_path / "data"), "--school", "K", "--budget", "2020=160"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "1 flag; 1 can be cleared, 1 advised" in done.stdout
    out = tmp_path / "out"
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {"remedies.md", "remedies.csv", "remedies.xlsx", "programme.md"} < names
    advised = list((out / "remedies").iterdir())
    assert [step.kind for step in read_scenario(advised[0]).interventions] == ["expand"]
    assert read_scenario(out / "programme.toml").interventions
    bad = CliRunner().invoke(app, [*words, "--budget", "2020", "--out", str(tmp_path / "more")])
    assert bad.exit_code == 2
    assert "--budget takes YEAR=AMOUNT" in bad.output


@pytest.mark.parametrize("amount", ["nan", "1e308", "-5", "inf"])
def test_a_budget_that_is_no_amount_is_refused_before_anything_runs(amount, tmp_path):
    words = ["remedy", str(tmp_path), "--budget", f"2022={amount}", "--out", str(tmp_path / "o")]
    result = CliRunner().invoke(app, words)
    want = f"--budget 2022={amount}; want an amount from 0 to 1,000,000,000\n"
    assert (result.exit_code, result.stderr) == (2, want)
    assert not (tmp_path / "o").exists()
