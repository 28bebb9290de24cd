"""The verb backtest: what it will not do to a folder."""

from pathlib import Path

from typer.testing import CliRunner

from seatplan.cli import app


def test_a_folder_that_is_no_backtest_is_left_alone(tmp_path: Path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("kept")
    rows = [f"U,{year},g{grade},40" for year in range(2012, 2021) for grade in (1, 2)]
    rolls = tmp_path / "rolls.csv"
    rolls.write_text("\n".join(["unit,year,grade,pupils", *rows]), "utf-8")
    result = CliRunner().invoke(app, ["backtest", str(rolls), "--out", str(mine), "--draws", "20"])
    assert [path.name for path in mine.iterdir()] == ["notes.txt"]
    assert result.exit_code == 2
    assert "holds files of its own" in result.stderr
