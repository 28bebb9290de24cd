"""The sample travels in the wheel, and is copied out to be changed."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.tables import FILES
from seatplan.sample import find_sample

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip install .` would install."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_sample_and_no_sources(wheel: Path):
    held = set(zipfile.ZipFile(wheel).namelist())
    there = [name for name in FILES if (ROOT / "data" / name).exists()]
    assert len(there) > 13
    wanted = {f"seatplan/shipped/data/{name}" for name in there}
    for part in ("scenarios", "standards", "examples"):
        files = [path for path in (ROOT / part).rglob("*.*") if path.suffix != ".pyc"]
        wanted |= {f"seatplan/shipped/{path.relative_to(ROOT).as_posix()}" for path in files}
    assert wanted - held == set()
    assert "seatplan/shipped/scenarios/plan-2025.toml" in wanted
    assert not [name for name in held if "/data/sources/" in name or name.endswith(".d.ts")]
    assert "seatplan/intake/synonyms.toml" in held


def test_a_copy_of_the_sample_is_the_sample(tmp_path: Path):
    told = CliRunner().invoke(app, ["new", str(tmp_path / "mine"), "--sample"])
    assert told.exit_code == 0, told.output
    assert told.stdout.split() == [
        str(tmp_path / "mine" / part) for part in ("data", "scenarios", "standards", "examples")
    ]
    for name in ("data/schools.geojson", "scenarios/plan-2025.toml", "scenarios/plan_2025.py"):
        assert (tmp_path / "mine" / name).read_bytes() == (find_sample() / name).read_bytes()
    again = CliRunner().invoke(app, ["new", str(tmp_path / "mine"), "--sample"])
    assert again.exit_code == 2
    assert "holds files already; want a new folder" in again.output


@pytest.mark.slow
def test_an_installed_seatplan_runs_its_demo_in_an_empty_folder(wheel: Path, tmp_path: Path):
    # The packages it needs are those of this environment; seatplan itself comes from the wheel
    # alone, which a path line after it in the search order cannot hide.
    venv.create(tmp_path / "venv", with_pip=False)
    room = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    python = room / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([python, "-c", where], check=True, capture_output=True, text=True)
    site = Path(done.stdout.strip())
    zipfile.ZipFile(wheel).extractall(site)
    packages = [path for path in sys.path if path.endswith("site-packages")]
    (site / "others.pth").write_text("\n".join(packages), "utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (["-c", "import seatplan; print(seatplan.__file__)"], ["-m", "seatplan", "demo"]):
        told = subprocess.run(
            [python, "-I", *words], cwd=empty, capture_output=True, text=True, encoding="utf-8"
        )
        assert told.returncode == 0, told.stderr
        if words[0] == "-c":
            assert str(site) in told.stdout
    assert (empty / "out" / "explorer.html").stat().st_size > 100_000
    assert (empty / "out" / "plan-2025" / "schools.csv").exists()
