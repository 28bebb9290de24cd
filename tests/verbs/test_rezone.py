"""The verb rezone writes a scenario that evaluates, its table of moves and the curve."""

import json
import shutil

import pandas as pd
import pytest
from tests.towns import write_town
from typer.testing import CliRunner

from seatplan.cli import app

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("district") / "town")


def call(*words):
    result = RUNNER.invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_curve_is_a_table_and_a_picture(town, tmp_path):
    out = tmp_path / "plan.toml"
    words = ["--year", 2022, "--effort", 0.2, "--curve", "--out", out]
    assert call("rezone", town, *words)[0] == 0
    table = pd.read_csv(tmp_path / "plan-curve.csv")
    assert table.max_moved.tolist() == [0, 0.05, 0.1, 0.2, 1]
    assert (tmp_path / "plan-curve.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_where_plans_lie_among_many_is_a_table_and_a_picture(town, tmp_path):
    out = tmp_path / "plan.toml"
    words = ["--year", 2022, "--effort", 0.2, "--compact", 5, "--ensemble", 80, "--tolerance", 0.6]
    code, told, _ = call("rezone", town, *words, "--out", out)
    assert code == 0
    assert "among 80 plans drawn at random" in told
    assert "lines between catchments" in told
    table = pd.read_csv(tmp_path / "plan-ensemble.csv", index_col="figure")
    assert {"today", "best", "below_today", "rhat"} <= set(table)
    assert (tmp_path / "plan-ensemble.png").read_bytes().startswith(b"\x89PNG")
    record = json.loads((tmp_path / "plan-ensemble.json").read_text("utf-8"))
    assert (record["plans"], len(record["accepted"])) == (80, 4)


@pytest.mark.slow
def test_without_a_word_the_least_change_that_cures_is_drawn(town, tmp_path):
    short = shutil.copytree(town, tmp_path / "short")
    schools = short / "schools.geojson"
    told = schools.read_text("utf-8").replace(
        '"classrooms_primary": 6', '"classrooms_primary": 4', 1
    )
    schools.write_text(told, "utf-8")
    out = tmp_path / "plan.toml"
    code, told, _ = call("rezone", short, "--year", 2022, "--effort", 0.05, "--out", out)
    assert code == 0
    # P1 has 4 x 45 = 180 seats for 240 pupils: a block of 60, of 360 in all, goes on to N1
    assert "20% of the pupils may change school" in told
    assert "Of 60 pupils beyond the seats today 0 stay so; within these limits no larger" in told
    assert len(pd.read_csv(out.with_suffix(".csv"))) == 1
    table = pd.read_csv(tmp_path / "plan-curve.csv")
    assert table.pupils.tolist() == [0, 0, 0, 0, 60, 60]
    record = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    kept = [record[name] for name in ("max_moved", "disruption_m", "max_increase_m")]
    assert kept == [0.2, 500, 1000]


def test_a_block_that_is_not_there_is_a_sentence_and_writes_nothing(town, tmp_path):
    out = tmp_path / "plan.toml"
    code, _, told = call("rezone", town, "--year", 2022, "--lock", "nowhere", "--out", out)
    assert code == 2
    assert "no block is called nowhere" in told
    assert list(tmp_path.iterdir()) == []


def test_the_map_and_the_schools_stand_beside_the_scenario(town, tmp_path):
    out = tmp_path / "plan.toml"
    words = ["--years", "2022-2023", "--values", "--language", "en", "--effort", 0.2]
    code, told, _ = call("rezone", town, *words, "--out", out)
    assert code == 0
    assert "the next classroom saves most at" in told
    for name in ("plan.html", "plan-values.html"):
        assert '<html lang="en">' in (tmp_path / name).read_text("utf-8")
    schools = pd.read_csv(tmp_path / "plan-schools.csv")
    assert list(schools)[:4] == ["school", "seats", "pupils_before", "catchment_shortage_before"]
    values = pd.read_csv(tmp_path / "plan-values.csv")
    assert list(values) == ["school", "pupils", "saved_m", "room_pupils", "room_saved_m"]


def test_junior_catchments_come_with_who_feeds_them(town, tmp_path):
    out = tmp_path / "plan.toml"
    words = ["--year", 2022, "--with-junior", "--effort", 0.2, "--out", out]
    assert call("rezone", town, *words)[0] == 0
    feeders = pd.read_csv(tmp_path / "plan-feeders.csv", keep_default_na=False)
    assert feeders.feeders.str.len().gt(0).all()
    assert (tmp_path / "plan-junior.html").exists()
    assert call("evaluate", town, "--scenario", out, "--out", tmp_path / "out")[0] == 0


@pytest.mark.parametrize("span", ["2025", "2030-2025", "soon-later"])
def test_years_that_are_no_span_are_refused_in_a_sentence(town, tmp_path, span):
    code, _, told = call("rezone", town, "--years", span, "--out", tmp_path / "plan.toml")
    assert code == 2
    assert f"such as 2025-2030; got {span}" in told


def test_a_lottery_zone_is_declared_by_a_step(town, tmp_path):
    out = tmp_path / "plan.toml"
    schools = pd.read_csv(town / "catchments.csv").query("stage == 'primary'").school.unique()
    zone = ",".join(schools[:2])
    words = ["--year", 2022, "--lottery", zone, "--effort", 0.2, "--out", out]
    assert call("rezone", town, *words)[0] == 0
    assert 'kind = "lottery_zone"' in out.read_text("utf-8")
    assert call("evaluate", town, "--scenario", out, "--out", tmp_path / "out")[0] == 0


@pytest.mark.slow
def test_the_same_seed_and_effort_write_the_same_bytes(town, tmp_path):
    words = ["--year", 2022, "--effort", 0.3, "--seed", 4, "--curve", "--values"]
    for name in ("one", "other"):
        assert call("rezone", town, *words, "--out", tmp_path / name / "plan.toml")[0] == 0
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert {"plan.toml", "plan.csv", "plan.json", "plan.png", "plan-curve.csv"} <= set(files)
    for name in files:
        one, other = ((tmp_path / run / name).read_bytes() for run in ("one", "other"))
        assert one == other, name


def test_scenario_and_moves_are_written_with_seed_effort_gap_versions_and_terms(town, tmp_path):
    out = tmp_path / "plan.toml"
    words = ["--year", 2022, "--effort", 0.3, "--seed", 4, "--max-walk", 9000, "--out", out]
    code, told, _ = call("rezone", town, *words)
    assert code == 0
    assert "blocks change school" in told
    moves = pd.read_csv(out.with_suffix(".csv"))
    assert list(moves) == ["block", "from", "to", "entrants", "walk_before", "walk_after"]
    assert call("evaluate", town, "--scenario", out, "--out", tmp_path / "out")[0] == 0
    record = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert (record["seed"], record["effort"], record["seconds"]) == (4, 0.3, None)
    assert (record["years"], record["max_walk_m"], record["cut_short"]) == ([2022], 9000, False)
    assert {"seatplan", "highspy", "numba"} <= set(record["versions"])
    for name in ("plan.toml", "plan.html", "plan.png"):
        text = (tmp_path / name).read_bytes()
        for key in (b"seed: 4", b"effort: 0.3", b"gap: ", b"max_walk_m: 9000", b"highspy"):
            assert key in text, (name, key)


def test_a_search_that_seconds_cut_short_says_so(town, tmp_path):
    out = tmp_path / "plan.toml"
    words = ["--year", 2022, "--effort", 60, "--seconds", 0]
    code, told, _ = call("rezone", town, *words, "--disruption", 0, "--out", out)
    assert code == 0
    assert "cut short after" in told
    assert "cut_short: true" in out.read_text("utf-8")


def test_an_effort_without_sense_is_a_sentence(town, tmp_path):
    code, _, told = call("rezone", town, "--effort", -1, "--out", tmp_path / "plan.toml")
    assert code == 2
    assert "effort is a number of units from 0 on; got -1" in told
