"""The README's ten lines run as they stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_ten_lines_run(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    lines = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)[1]
    for page in ("plan.html", "explorer.html"):
        assert page in lines
        lines = lines.replace(page, (tmp_path / page).as_posix())
    exec(compile(lines, "README.md", "exec"), {})
    assert (tmp_path / "plan.html").stat().st_size > 100_000
    assert (tmp_path / "explorer.html").stat().st_size > 100_000
