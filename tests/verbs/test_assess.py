"""seatplan assess on a small district: what it writes, and when it ends with 1 and 2."""

from pathlib import Path

import pandas as pd
import pytest
from tests.full import full_district
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_standards

STANDARDS = Path(__file__).parents[2] / "standards"
RULES = STANDARDS / "inclusive-kindergartens-2020.toml"


@pytest.fixture
def folder(tmp_path):
    write_district(full_district(), toy_standards(), tmp_path / "town")
    return tmp_path / "town"


def run(*words):
    return CliRunner().invoke(app, ["assess", *map(str, words)])


def test_the_verb_writes_its_tables_and_says_how_many_are_met(folder, tmp_path):
    out = tmp_path / "out"
    done = run(folder, "--rules", RULES, "--out", out, "--year", "2021", "--strict")
    assert done.exit_code == 1, done.output  # classes of 45 and teachers 1:18 are missed
    assert "baseline 2021: 4 met, 2 missed" in done.output
    table = pd.read_csv(out / "assess.csv")
    assert set(table.rule) >= {"gross-enrolment", "class-compliance", "teachers", "outdoor-area"}
    names = {"assess.md", "assess-schools.csv", "assess-joint.csv", "assess-missing.csv"}
    assert names | {"assess.csv", "assess.xlsx"} == {path.name for path in out.iterdir()}


def test_with_draws_every_indicator_has_its_probability(folder, tmp_path):
    out = tmp_path / "out"
    words = (folder, "--rules", RULES, "--year", "2022", "--draws", "4", "--language", "en")
    done = run(*words, "--out", out)
    assert done.exit_code == 0, done.output
    table = pd.read_csv(out / "assess.csv")
    judged = table[table.status.isin(["met", "missed"])]
    assert judged.chance.between(0, 1).all()
    assert (judged.value_q05 <= judged.value_q50).all()
    assert (judged.value_q50 <= judged.value_q95).all()
    page = (out / "assess.md").read_text("utf-8")
    assert "of 4 futures in which an indicator is met, drawn from variants" in page
    assert "probability met" in page
    assert "median" in page


def test_too_many_futures_are_refused(folder, tmp_path):
    done = run(folder, "--rules", RULES, "--draws", "10001", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "want 1 to 10,000" in done.output
    assert not (tmp_path / "out").exists()


def test_rule_sets_that_are_not_there_are_a_sentence(folder, tmp_path):
    done = run(folder, "--rules", tmp_path / "none.toml", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
