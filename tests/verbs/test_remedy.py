"""The verb remedy, from a folder to its files."""

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
    assert "1 flags of shortage; 1 can be cleared, 1 advised" in done.stdout
    out = tmp_path / "out"
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {"remedies.md", "remedies.csv", "remedies.xlsx", "programme.md"} < names
    advised = list((out / "remedies").iterdir())
    assert [step.kind for step in read_scenario(advised[0]).interventions] == ["expand"]
    assert read_scenario(out / "programme.toml").interventions
    bad = CliRunner().invoke(app, [*words, "--budget", "2020", "--out", str(tmp_path / "more")])
    assert bad.exit_code == 2
    assert "--budget takes YEAR=AMOUNT" in bad.output
