"""The verb site, from a folder to its files."""

import json

import pandas as pd
import pytest
from shapely.geometry import Point
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios.scenario import read_scenario


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("toy") / "data"
    write_district(toy_district(), toy_standards(), place)
    return place


def run(folder, *words):
    return CliRunner().invoke(app, ["site", str(folder), *map(str, words)])


def test_site_writes_the_scenario_and_its_tables(folder, tmp_path):
    out = tmp_path / "site.toml"
    done = run(folder, "-n", 1, "--classrooms", 2, "--classrooms", 6, "--from", 2022, "--out", out)
    assert done.exit_code == 0, done.output
    step = read_scenario(out).interventions[0]
    assert (step.site, step.year, step.classrooms["primary"]) == ("S1", 2022, 2)
    table = pd.read_csv(tmp_path / "site.csv", index_col="place")
    assert table.seats["S1"] == 90
    promised = pd.read_csv(tmp_path / "site-promised.csv", index_col="year")
    assert promised.promised_short.tolist() == [0.0] * 5
    assert pd.read_csv(tmp_path / "site-ranking.csv").place.tolist() == ["S1"]
    assert "proven" in done.output


def test_schools_that_stand_may_be_extended_instead(folder, tmp_path):
    out = tmp_path / "site.toml"
    words = ["-n", 0, "--classrooms", 2, "--expand", "--added", 1, "--max-extensions", 1]
    done = run(folder, *words, "--out", out)
    assert done.exit_code == 0, done.output
    assert "primary: 1 expansions; cost 1" in done.output
    step = read_scenario(out).interventions[0]
    assert (step.kind, step.school, step.classrooms) == ("expand", "B", {"primary": 1})
    assert pd.read_csv(tmp_path / "site.csv").kind.tolist() == ["expand"]
    assert (pd.read_csv(tmp_path / "site-swaps.csv").leaves == "B+").any()


def test_what_cannot_be_sited_is_a_sentence_and_exit_status_2(folder, tmp_path):
    done = run(folder, "-n", 3, "--classrooms", 2, "--out", tmp_path / "site.toml")
    assert done.exit_code == 2
    assert "n = 3; 1 sites can carry a primary by 2026: S1" in done.output
    assert not (tmp_path / "site.toml").exists()


def test_a_budget_that_cannot_be_read_is_told(folder, tmp_path):
    done = run(folder, "--budget", "much", "--out", tmp_path / "site.toml")
    assert done.exit_code == 2
    assert "--budget takes YEAR=AMOUNT, such as 2022=60; got much" in done.output


def test_the_same_effort_writes_the_same_bytes_and_says_how_the_answer_was_found(folder, tmp_path):
    words = ["-n", 1, "--classrooms", 2, "--classrooms", 6, "--effort", 5]
    for name in ("one", "other"):
        done = run(folder, *words, "--out", tmp_path / name / "site.toml")
        assert done.exit_code == 0, done.output
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()
    record = json.loads((tmp_path / "one" / "site.json").read_text("utf-8"))
    assert (record["n"], record["effort"], record["cut_short"]) == (1, 5, False)
    assert record["gap"] <= 0.005
    head = (tmp_path / "one" / "site.toml").read_text("utf-8")
    assert "# effort: 5.0\n" in head
    assert "# versions: " in head


def test_a_search_cut_short_before_it_found_anything_writes_no_scenario(folder, tmp_path):
    out = tmp_path / "site.toml"
    done = run(folder, "-n", 1, "--classrooms", 2, "--effort", 5, "--seconds", 0, "--out", out)
    assert done.exit_code == 1, done.output
    assert "cut short" in done.output
    assert "nothing is built; no scenario is written" in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site.csv", "site.json"]
    assert json.loads((tmp_path / "site.json").read_text("utf-8"))["cut_short"] is True


def test_the_plan_is_there_while_places_are_ranked(folder, tmp_path, monkeypatch):
    def interrupt(*_words, **_terms):
        raise KeyboardInterrupt

    monkeypatch.setattr("seatplan.siting.ranking.rank_sites", interrupt)
    done = run(folder, "-n", 1, "--classrooms", 2, "--out", tmp_path / "site.toml")
    assert done.exit_code == 130
    assert read_scenario(tmp_path / "site.toml").interventions[0].site == "S1"


def test_a_site_beside_the_last_block_is_sited_and_evaluated(tmp_path):
    town = toy_district()
    edge = town.sites.geometry.iloc[0].x, town.blocks.total_bounds[1] - 15
    sites = town.sites.set_geometry([Point(edge)], crs=town.crs)
    write_district(town.replace(sites=sites), toy_standards(), tmp_path / "data")
    out = tmp_path / "site.toml"
    done = run(tmp_path / "data", "-n", 1, "--classrooms", 2, "--out", out)
    assert done.exit_code == 0, done.output
    assert "S1 lies 15 m outside every block" in done.output
    assert read_scenario(out).interventions[0].site == "S1"


def test_areas_are_drawn_with_the_sites_and_evaluate(folder, tmp_path):
    out = tmp_path / "site.toml"
    words = ("--areas", "-n", 1, "--classrooms", 4, "--from", 2025, "--effort", 0.2)
    done = run(folder, *words, "--out", out)
    assert done.exit_code == 0, done.output
    scenario = read_scenario(out)
    assert scenario.interventions[0].site == "S1"
    table = pd.read_csv(tmp_path / "site.csv", index_col="site")
    assert table.school.tolist() == ["N01"]
    schools = pd.read_csv(tmp_path / "site-schools.csv", index_col="school")
    assert schools.catchment_shortage_after.sum() <= schools.catchment_shortage_before.sum()
    assert json.loads((tmp_path / "site.json").read_text("utf-8"))["gap"] < 0.05
    assert "N01" in (tmp_path / "site.html").read_text("utf-8")
    evaluated = CliRunner().invoke(
        app, ["evaluate", str(folder), "--scenario", str(out), "--out", str(tmp_path / "run")]
    )
    assert evaluated.exit_code == 0, evaluated.output


def test_what_means_nothing_beside_areas_is_refused_at_once(folder, tmp_path):
    done = run(folder, "--areas", "--expand", "--apart", 500, "--out", tmp_path / "site.toml")
    assert done.exit_code == 2
    assert "--areas and --expand" in done.output
    assert "--areas and --apart" in done.output
