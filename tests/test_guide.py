"""The Chinese guide: each of its commands runs as it stands, in its order."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seatplan.cli import app

GUIDE = Path(__file__).parents[1] / "docs" / "guide-zh.md"
MADE = (
    "某县/district.toml", "结果/baseline/schools-named.csv", "现状.html", "画板.html",
    "比较/compare.csv", "预警", "办法", "成果/layout-plan.docx", "成果/tables.xlsx",
    "成果/layers.gpkg", "成果/sheets",
)  # fmt: skip


@pytest.mark.slow
def test_the_commands_of_the_guide_run_in_its_order(tmp_path, monkeypatch):
    told = GUIDE.read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    for kind, block in re.findall(r"```(sh|toml)\n(.*?)```", told, re.S):
        if kind == "toml":
            Path("方案.toml").write_text(block, "utf-8")
            continue
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["cd"]:
                monkeypatch.chdir(words[1])
            else:
                done = CliRunner().invoke(app, words[1:])
                assert done.exit_code == 0, (line, done.output)
    for name in MADE:
        assert Path(name).exists(), name
    command = re.search(r"`seatplan (explain [^`]*)`", told)
    assert command
    done = CliRunner().invoke(app, shlex.split(command[1]))
    assert done.exit_code == 0, done.output
