"""Where the sample district, its scenarios, the rule sets and the small examples stand."""

from __future__ import annotations

import shutil
from pathlib import Path

from seatplan.errors import InputError
from seatplan.files import write_beside

PARTS = ("data", "scenarios", "standards", "examples")


def find_sample() -> Path:
    """Return the folder that holds `data`, `scenarios`, `standards` and `examples`.

    An installed seatplan carries them in `seatplan/shipped`; a checkout has them at its root.
    """
    package = Path(__file__).parent
    packed = package / "shipped"
    return packed if packed.is_dir() else package.parents[1]


def find_rules() -> Path:
    """Return the folder of rule sets: `standards` where one is at hand, else that of seatplan."""
    here = Path("standards")
    return here if here.is_dir() else find_sample() / "standards"


def copy_sample(folder: Path) -> list[Path]:
    """Copy the sample into a new folder, to be looked at and changed; return what stands there.

    Raises
    ------
    InputError
        The folder holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: holds files already; want a new folder")
    hidden = shutil.ignore_patterns("__pycache__", "sources", ".*")
    with write_beside(folder) as draft:
        for part in PARTS:
            shutil.copytree(find_sample() / part, draft / part, ignore=hidden)
    return [folder / part for part in PARTS]
