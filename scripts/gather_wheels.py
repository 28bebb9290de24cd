"""Gather every wheel that seatplan needs into one folder, for machines without a network.

python scripts/gather_wheels.py wheelhouse                      # Windows and Linux, 3.11 to 3.14
python scripts/gather_wheels.py wheelhouse --python 3.12 --system windows
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {  # platform tags that pip may take, newest first
    "windows": ("win_amd64",),
    "linux": (
        *(f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 26, 24, 17)),
        "manylinux2014_x86_64",
    ),
}
START = {
    "start.cmd": """@echo off
rem Installs seatplan from this folder into the folder "installed" beside it, without a network and
rem without rights, and opens a console in which the command seatplan works.
setlocal
set PYTHONUTF8=1
cd /d "%~dp0"
set PY=python\\python.exe
if not exist %PY% set PY=py -3
if not exist installed\\Scripts\\seatplan.exe (
  %PY% -m venv installed || goto :failed
  installed\\Scripts\\python -m pip install --no-index --find-links wheels seatplan || goto :failed
)
set PATH=%~dp0installed\\Scripts;%PATH%
seatplan --help
cmd /k
exit /b 0
:failed
echo Python 3.11 to 3.14 (64 bit) is wanted: in the folder python, or as py -3.
pause
exit /b 1
""",
    "start.sh": """#!/bin/sh
# Installs seatplan from this folder into the folder "installed" beside it, without a network and
# without rights, and opens a shell in which the command seatplan works.
set -e
cd "$(dirname "$0")"
PY=python/bin/python3
[ -x "$PY" ] || PY=python3
if [ ! -x installed/bin/seatplan ]; then
  "$PY" -m venv installed
  installed/bin/python -m pip install --no-index --find-links wheels seatplan
fi
PATH="$PWD/installed/bin:$PATH"
export PATH
seatplan --help
exec "${SHELL:-/bin/sh}"
""",
}


def build_wheel(wheels: Path) -> None:
    """Build seatplan's own wheel."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    subprocess.run(build, cwd=ROOT, check=True)


def spell_download(wheels: Path, system: str, python: str, wanted: list[str]) -> list[str]:
    """Return the command that downloads wheels, and what they need, for one system and Python."""
    tags = [word for tag in SYSTEMS[system] for word in ("--platform", tag)]
    return [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(wheels)),
        *("--only-binary=:all:", "--implementation", "cp", "--python-version", python),
        *(*tags, "-c", str(ROOT / "constraints.txt"), *wanted),
    ]


def find_missing(wheels: Path, system: str, python: str) -> list[str]:
    """Return what the wheels need on a system and Python and pip left out.

    pip asks what is needed of the machine that downloads, not of the one that installs: on Linux
    it leaves out what only Windows needs.
    """
    place = {"windows": ("win32", "Windows", "nt"), "linux": ("linux", "Linux", "posix")}[system]
    environment = dict(zip(("sys_platform", "platform_system", "os_name"), place, strict=True))
    environment |= {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    held = {canonicalize_name(path.name.split("-")[0]) for path in wheels.glob("*.whl")}
    missing = {}
    for path in sorted(wheels.glob("*.whl")):
        for line in _read_needs(path):
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate(environment):
                missing[canonicalize_name(need.name)] = f"{need.name}{need.specifier}"
    return [wanted for name, wanted in missing.items() if name not in held]


def _read_needs(wheel: Path) -> list[str]:
    """Return the lines of a wheel's metadata that say what it needs."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(name).decode("utf-8")
    return [str(line) for line in message_from_string(text).get_all("Requires-Dist") or []]


def gather(wheels: Path, system: str, python: str) -> bool:
    """Download what one system and Python need, and say whether it is whole."""
    wanted = [str(next(iter(sorted(wheels.glob("seatplan-*.whl")))))]
    while wanted:
        done = subprocess.run(spell_download(wheels, system, python, wanted), check=False)
        if done.returncode:
            return False
        wanted = find_missing(wheels, system, python)
    return True


def write_start(folder: Path) -> None:
    """Write the start scripts, each with its system's line ends, and the page of instructions."""
    for name, text in START.items():
        ends = "\r\n" if name.endswith(".cmd") else "\n"
        (folder / name).write_text(text, "utf-8", newline=ends)
    (folder / "start.sh").chmod(0o755)
    page = (ROOT / "docs" / "closed-networks.md").read_text("utf-8")
    (folder / "README.md").write_text(page, "utf-8", newline="\n")


def main() -> None:
    """Gather the wheels, the start scripts and the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", action="append", choices=PYTHONS)
    parser.add_argument("--system", action="append", choices=tuple(SYSTEMS))
    asked = parser.parse_args()
    wheels = asked.folder / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    build_wheel(wheels.resolve())
    missing = []
    for system in asked.system or SYSTEMS:
        for python in asked.python or PYTHONS:
            if not gather(wheels, system, python):
                missing.append(f"{system}, Python {python}")
    write_start(asked.folder)
    size = sum(path.stat().st_size for path in wheels.iterdir()) / 1e6
    print(f"{asked.folder}: {len(list(wheels.iterdir()))} wheels, {size:,.0f} MB")
    if missing:
        sys.exit(f"not whole: {'; '.join(missing)}; see what pip says above")


if __name__ == "__main__":
    main()
