"""The verb warn where no rolls of past years are on record."""

from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards


def call(*words):
    return CliRunner().invoke(app, list(map(str, words)))


def test_chances_come_from_variants_and_every_value_says_from_where(tmp_path: Path):
    town, out = tmp_path / "town", tmp_path / "out"
    write_district(toy_district(), toy_standards(), town)
    result = call("warn", town, "--draws", 20, "--out", out, "--language", "en")
    assert result.exit_code == 0, result.stderr
    page = (out / "warnings.md").read_text("utf-8")
    assert "its probability (20 futures, drawn from variants of births" in page
    told = pd.read_csv(out / "variants.csv")
    assert told[["provenance", "source", "reason"]].notna().all(axis=None)
    assert pd.read_csv(out / "warnings.csv")["chance"].notna().all()
    chances = pd.read_csv(out / "chances.csv")
    assert list(chances.columns[:5]) == ["school", "stage", "year", "seats", "chance"]
    assert chances.year.min() == 2021
    assert chances.chance.between(0, 1).all()
    limits = pd.read_csv(out / "limit-chances.csv")
    assert list(limits.columns) == [
        "code",
        "school",
        "stage",
        "year",
        "limit",
        "chance",
        "expected",
    ]
    assert (limits.year > 2020).all()
    assert limits.chance.between(0, 1, inclusive="right").all()


def test_variants_of_the_folder_count_and_faults_in_them_are_told(tmp_path: Path):
    town = tmp_path / "town"
    write_district(toy_district(), toy_standards(), town)
    (town / "variants.toml").write_text("[places]\ntownship = 2.0\n", "utf-8")
    result = call("warn", town, "--draws", 5, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "variants.toml" in result.stderr
    assert "births" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_survey_of_no_year_is_refused_before_anything_is_written(tmp_path: Path):
    town, out = tmp_path / "town", tmp_path / "out"
    write_district(toy_district(), toy_standards(), town)
    result = call("warn", town, "--survey", 1900, "--out", out)
    assert result.exit_code == 2
    assert "--survey 1900: the forecast has 2020 to 2026" in result.stderr
    assert not out.exists()


def test_next_autumns_entrants_lead_where_they_are_asked_for(tmp_path: Path):
    town, out = tmp_path / "town", tmp_path / "out"
    write_district(toy_district(), toy_standards(), town)
    words = ("warn", town, "--draws", 5, "--out", out, "--language", "en")
    result = call(*words, "--entry")
    assert result.exit_code == 0, result.stderr
    first, second, *_ = result.stdout.splitlines()
    assert first == "Admissions in the autumn of 2021"
    assert "at 1 school 5 are beyond the places: 5 are sent on" in second
    assert pd.read_csv(out / "transfers.csv").pupils.to_list() == [5]
    page = (out / "entrants.md").read_text("utf-8")
    assert "probabilities from 5 futures" in page
    plain = call(*words)
    assert "Admissions" not in plain.stdout
