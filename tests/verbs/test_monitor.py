"""seatplan monitor and rebase on a small district."""

import pytest
from tests.monitoring.made_up import plan, what_came
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.reading import read_district
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios.scenario import read_scenario, write_scenario


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    folder = tmp_path_factory.mktemp("monitor")
    write_district(toy_district(), toy_standards(), folder / "town")
    write_scenario(plan(), folder / "plan.toml")
    came = what_came(toy_district(), toy_standards(), plan(2025), [2021, 2022])
    came.reset_index().to_csv(folder / "actual.csv", index=False)
    (folder / "births.csv").write_text("year,births\n2022,60\n", "utf-8")
    return folder


def run(verb, given, *words):
    told = ["--actual", given / "actual.csv", "--year", "2022", "--scenario", given / "plan.toml"]
    return CliRunner().invoke(app, [verb, str(given / "town"), *map(str, [*told, *words])])


def test_a_late_school_and_a_fall_of_births_are_told(given, tmp_path):
    births = ("--births", given / "births.csv")
    done = run("monitor", given, "--out", tmp_path / "out", "--language", "en", *births)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "monitor.md").read_text("utf-8")
    assert "新校 was to open in 2022; it has no pupils in 2022." in page
    assert "60 births in 2022, where 90 were assumed (−30)." in page
    assert "2022: 2 departures" in done.output
    done = run("monitor", given, "--out", tmp_path / "public", "--public")
    assert [path.name for path in (tmp_path / "public").iterdir()] == ["monitor.md"]
    done = run("monitor", given, "--out", tmp_path / "out", "--public")
    assert done.exit_code == 2  # the tables of schools would lie beside what is public
    assert "want a folder without them" in done.output


def test_next_years_folder_is_a_district_with_what_is_left_of_the_plan(given, tmp_path):
    done = run("rebase", given, "--out", tmp_path / "next")
    assert done.exit_code == 0, done.output
    assert read_district(tmp_path / "next").base_year == 2022
    left = read_scenario(tmp_path / "next-plan.toml")
    assert [(step.school, step.year) for step in left.interventions] == [("N1", 2023)]
    assert "Late, and now a year later: N1." in (tmp_path / "next-plan.toml").read_text("utf-8")


def test_what_cannot_be_read_is_a_sentence(given, tmp_path):
    (tmp_path / "actual.csv").write_text("school,grade,pupils\nX,g1,3\n", "utf-8")
    words = ["monitor", given / "town", "--actual", tmp_path / "actual.csv", "--year", "2022"]
    done = CliRunner().invoke(app, [*map(str, words), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
