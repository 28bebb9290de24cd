"""What carries seatplan to a machine without a network."""

import re
import tomllib
import zipfile
from pathlib import Path

import gather_wheels as script


def test_each_python_and_system_is_asked_for_by_its_tags(tmp_path: Path):
    words = script.spell_download(tmp_path, "windows", "3.13", ["seatplan"])
    assert words[words.index("--platform") + 1] == "win_amd64"
    assert words[words.index("--python-version") + 1] == "3.13"
    assert "--only-binary=:all:" in words  # nothing that a closed machine would have to compile
    asked = tomllib.loads((script.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    known = re.findall(r"Python :: (3\\.\\d+)".replace("\\\\", "\\"), str(asked["classifiers"]))
    assert list(script.PYTHONS) == known


def test_start_scripts_install_from_the_folder_alone(tmp_path: Path):
    script.write_start(tmp_path)
    windows = (tmp_path / "start.cmd").read_bytes()
    assert windows.count(b"\r\n") == windows.count(b"\n")
    assert b"\r" not in (tmp_path / "start.sh").read_bytes()
    for name in script.START:
        assert "--no-index --find-links wheels seatplan" in (tmp_path / name).read_text("utf-8")
    assert "Not run on Windows yet" in (tmp_path / "README.md").read_text("utf-8")


def test_what_only_windows_needs_is_not_left_out(tmp_path: Path):
    needs = ["colorama>=0.4; sys_platform == 'win32'", "uvloop; os_name == 'posix'"]
    needs += ["b", "c; extra == 'x'", "old; python_version < '3.12'"]
    text = "Name: a\n" + "".join(f"Requires-Dist: {need}\n" for need in needs)
    for name in ("a", "b"):
        with zipfile.ZipFile(tmp_path / f"{name}-1-py3-none-any.whl", "w") as archive:
            archive.writestr(f"{name}-1.dist-info/METADATA", text if name == "a" else "Name: b\n")
    assert script.find_missing(tmp_path, "windows", "3.13") == ["colorama>=0.4"]
    assert script.find_missing(tmp_path, "linux", "3.11") == ["uvloop", "old"]
