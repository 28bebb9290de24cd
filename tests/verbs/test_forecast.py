"""The verb forecast with a roll history, as a bureau keeps it."""

from importlib import resources
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards

CHINESE = ["大班", "一年级", "二年级", "三年级"]


def rows(grades, units=("甲", "乙"), years=range(2014, 2022)):
    return [
        (unit, "东镇", f"{year}-{year - 1999}", grade, 40 + 3 * (year % 3))
        for unit, grade, year in product(units, grades, years)
    ]


@pytest.fixture
def chinese(tmp_path: Path) -> Path:
    table = pd.DataFrame(rows(CHINESE), columns=["学校", "乡镇", "学年", "年级", "人数"])
    table.to_csv(tmp_path / "rolls.csv", index=False)
    return tmp_path / "rolls.csv"


def call(*words):
    return CliRunner().invoke(app, list(map(str, words)))


def test_a_chinese_history_becomes_a_forecast_with_intervals(chinese: Path, tmp_path: Path):
    out = tmp_path / "f"
    result = call(
        "forecast", "--rolls", chinese, "--years", 3, "--draws", 50, "--fan", "甲", "--out", out
    )
    assert result.exit_code == 0, result.stderr
    assert "grades 大班 > 一年级 > 二年级 > 三年级; places unit < township < all" in result.stderr
    cells = pd.read_csv(out / "forecast.csv", dtype={"unit": str})
    assert len(cells) == 2 * 4 * 3
    assert (cells["low_95"] <= cells["low_80"]).all()
    assert cells["pupils"].between(cells["low_80"], cells["high_80"]).all()
    totals = pd.read_csv(out / "totals.csv")
    assert totals["level"].unique().tolist() == ["all", "township", "unit"]
    assert {path.name for path in out.iterdir()} == {
        *("forecast.csv", "totals.csv", "events.csv", "fan-all.png", "fan-甲.png")
    }


def test_backtest_says_in_words_how_far_to_trust_it(chinese: Path, tmp_path: Path):
    words = ["backtest", chinese, "--lead", 1, "--draws", 20, "--out", tmp_path / "b"]
    english = call(*words, "--language", "en")
    assert english.exit_code == 0, english.stderr
    assert "1 year ahead, four times in five: the total of all is within" in english.stdout
    assert "forecast from each of 3 autumns (2018 to 2020)" in english.stdout
    assert "五次中有四次" in call(*words).stdout
    assert "五次中有四次" in (tmp_path / "b" / "trust.md").read_text("utf-8")


def test_births_reach_the_entry_grade(chinese: Path, tmp_path: Path):
    births = tmp_path / "births.csv"
    table = pd.DataFrame({"年份": range(2005, 2019), "出生人数": [90] * 11 + [45] * 3})
    table.to_csv(births, index=False)
    for name, more in (("with", ["--births", births]), ("without", [])):
        words = ["forecast", "--rolls", chinese, "--years", 2, "--draws", 20, *more]
        assert call(*words, "--out", tmp_path / name).exit_code == 0
    entered = {
        name: pd.read_csv(tmp_path / name / "forecast.csv").query("grade == '大班'")["pupils"].sum()
        for name in ("with", "without")
    }
    assert entered["with"] < 0.85 * entered["without"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "one of the two"),
        (["--rolls", "ROLLS", "--fan", "丙"], "no such unit"),
        (["--rolls", "ROLLS", "--rename", "甲"], "want OLD=NEW"),
        (["--rolls", "ROLLS", "--grades", "大班,一年级"], "are not in grades="),
    ],
)
def test_what_cannot_be_done_is_a_sentence(chinese: Path, tmp_path: Path, words, told):
    words = [str(chinese) if word == "ROLLS" else word for word in words]
    result = call("forecast", *words, "--out", tmp_path / "f")
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "f").exists()


def test_an_empty_file_is_one_sentence(tmp_path: Path):
    (tmp_path / "empty.csv").write_text("")
    result = call("forecast", "--rolls", tmp_path / "empty.csv", "--out", tmp_path / "f")
    assert result.exit_code == 2
    assert result.stderr.strip() == "empty.csv: is empty; want rows with unit, year, grade, pupils"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    return tmp_path / "town"


def test_a_district_has_intervals_from_variants_and_may_end_earlier(town: Path, tmp_path: Path):
    out = tmp_path / "f.csv"
    words = ["forecast", town, "--by", "stage", "--out", out]
    assert call(*words).exit_code == 0
    plain = pd.read_csv(out)
    result = call(*words, "--draws", 40, "--horizon", 2022, "--force")
    assert result.exit_code == 0, result.stderr
    assert "40 futures, drawn from variants of the inputs" in result.stdout
    assert list(pd.read_csv(out)) == list(plain)[: 1 + 2022 - 2020 + 1]
    bounds = pd.read_csv(tmp_path / "f-intervals.csv")
    assert (bounds.query("year == 2020")["low_95"] == bounds.query("year == 2020")["pupils"]).all()
    later = bounds.query("year == 2022")
    assert (later["low_95"] <= later["low_80"]).all()
    assert (later["low_80"] < later["high_80"]).all()


def test_variants_given_count_before_those_of_the_folder(town: Path, tmp_path: Path):
    words = ["forecast", town, "--by", "stage", "--draws", 20, "--out", tmp_path / "f.csv"]
    assert call(*words).exit_code == 0
    shipped = (tmp_path / "f-intervals.csv").read_bytes()
    given = tmp_path / "given.toml"
    given.write_bytes(resources.files("seatplan.demand").joinpath("variants.toml").read_bytes())
    (town / "variants.toml").write_text("[places]\ntownship = 2.0\n", "utf-8")
    refused = call(*words, "--force")
    assert refused.exit_code == 2
    assert "variants.toml" in refused.stderr
    assert call(*words, "--force", "--variants", given).exit_code == 0
    assert (tmp_path / "f-intervals.csv").read_bytes() == shipped


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--horizon", 2090], "--horizon 2090; want 2021 to"),
        (["--draws", 3], "--draws 3; want 10 to 10,000"),
        (["--by", "catchment", "--draws", 20], "seatplan warn --draws has them"),
    ],
)
def test_what_a_district_cannot_answer_is_refused(town: Path, tmp_path: Path, words, told):
    result = call("forecast", town, *words, "--out", tmp_path / "f.csv")
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "f.csv").exists()
