"""The verb forecast with a roll history, as a bureau keeps it."""

from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from seatplan.cli import app

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
    assert "1 years ahead, four times in five: the total of all is within" in english.stdout
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
