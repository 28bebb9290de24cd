"""Tasks: a district with its scenarios and a block of draws, named by all that goes into it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from seatplan.errors import InputError
from seatplan.files import hash_file, read_text
from seatplan.literal import fit_name
from seatplan.toml_files import parse_toml

CENTRAL = "baseline"  # the district as it is, in a list of scenarios
FORM = 5  # of the rows; another form is another file
NAMED = 16  # characters of the name that say what went in


@dataclass(frozen=True)
class Asked:
    """What a sweep is asked for, alike in every district.

    Parameters
    ----------
    scenarios
        "baseline", and scenario files: one in the district's folder, in its `scenarios`, or as
        given.
    draws, block, seed
        How many futures are drawn from the roll history, 0 for none; how many are one task; and
        their seed.
    overflow, births
        See `Policy`.
    """

    scenarios: tuple[str, ...] = (CENTRAL,)
    draws: int = 0
    block: int = 100
    seed: int = 0
    overflow: str = "stay"
    births: str = "medium"


@dataclass(frozen=True)
class Task:
    """One piece of work; plain text and numbers, so that any engine can send it anywhere.

    Parameters
    ----------
    folder, scenarios
        The district's folder, and its scenario files ("baseline" for the district as it is).
    first, last
        The draws, from `first` up to `last` without it; both 0 for the forecast itself.
    asked
        What else was asked.
    name
        The file of its result: the district's code, the folder's name and the hash of all that goes
        in, which are the bytes of every file of the district and its scenarios, what was asked, and
        the version.
    district
        The district's code; "" where its district.toml says none that can be read.
    """

    folder: str
    scenarios: tuple[str, ...]
    first: int
    last: int
    asked: Asked
    name: str
    district: str = ""


def list_tasks(folders: Sequence[str | Path], asked: Asked) -> list[Task]:
    """Return the tasks of a sweep, in the order of the folders; central first, then the draws.

    Raises
    ------
    InputError
        With a sentence for every folder that is none, that stands twice, or lacks a scenario.
    """
    problems = _check(folders, asked)
    tasks: list[Task] = []
    for folder in map(Path, folders):
        try:
            files = [_find_scenario(folder, name) for name in asked.scenarios]
        except InputError as refusal:
            problems += refusal.problems
            continue
        if not problems:
            inputs, code = _hash_inputs(folder, files), _read_code(folder)
            head = fit_name("-".join(dict.fromkeys([code, folder.resolve().name])).lstrip("-"))
            tasks += [
                Task(str(folder), tuple(files), first, last, asked, f"{head}-{said}", code)
                for first, last in _list_blocks(asked)
                for said in [_name(inputs, first, last, asked)]
            ]
    if problems:
        raise InputError(problems)
    return tasks


def _check(folders: Sequence[str | Path], asked: Asked) -> list[str]:
    problems = [f"{folder}: no folder" for folder in folders if not Path(folder).is_dir()]
    names = [Path(folder).resolve() for folder in folders]
    problems += [f"{name}: given twice" for name in sorted(set(names)) if names.count(name) > 1]
    problems += _find_same_codes(sorted(set(names)))
    if not folders:
        problems.append("sweep: no folder; give the folders of one district or more")
    if not asked.scenarios:
        problems.append("sweep: no scenario; give baseline, or files")
    if asked.draws < 0 or asked.block < 1:
        problems.append(f"sweep: {asked.draws} draws in blocks of {asked.block}; want 0, 1 or more")
    return problems


def _find_same_codes(folders: Sequence[Path]) -> list[str]:
    """Say which folders bear one code: sums of a sweep would take them for one district."""
    of: dict[str, list[str]] = {}
    for folder in folders:
        if code := _read_code(folder):
            of.setdefault(code, []).append(str(folder))
    return [
        f"{' and '.join(places)}: all are {code} by their district.toml; want a code of its own "
        "for each, best the six digits of the district"
        for code, places in of.items()
        if places[1:]
    ]


def _list_blocks(asked: Asked) -> Iterator[tuple[int, int]]:
    """Yield the forecast itself, then each block of draws."""
    yield 0, 0
    for first in range(0, asked.draws, asked.block):
        yield first, min(first + asked.block, asked.draws)


def _find_scenario(folder: Path, name: str) -> str:
    if name == CENTRAL:
        return CENTRAL
    places = [folder / name, folder / "scenarios" / name, Path(name)]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        looked = ", ".join(str(place) for place in places)
        raise InputError(f"{folder}: no scenario {name}; looked for {looked}")
    return str(found)


def _hash_inputs(folder: Path, files: Sequence[str]) -> dict[str, str]:
    """Return the sha256 of every file that a task reads, by a name without its place."""
    inputs = {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    for at, file in enumerate(files):
        if file != CENTRAL:
            place = Path(file)
            inputs[f"scenario {at}: {place.name}"] = hash_file(place)
            for other in sorted(place.parent.glob("*.toml")):  # those that it may extend
                inputs[f"scenario {at}: beside: {other.name}"] = hash_file(other)
        else:
            inputs[f"scenario {at}"] = CENTRAL
    return inputs


def _read_code(folder: Path) -> str:
    """Return a district's code; "" where none can be read: whoever does the task says why."""
    try:
        code = parse_toml(read_text(folder / "district.toml"), "district.toml").get("code", "")
    except (InputError, OSError):
        return ""
    return code if isinstance(code, str) else ""


def _name(inputs: dict[str, str], first: int, last: int, asked: Asked) -> str:
    said = asdict(asked) | {"draws": (first, last), "block": 0, "scenarios": len(asked.scenarios)}
    if last == 0:
        said["seed"] = 0
    whole = {"inputs": inputs, "asked": said, "seatplan": version("seatplan"), "form": FORM}
    text = json.dumps(whole, sort_keys=True).encode()
    return f"{hashlib.sha256(text).hexdigest()[:NAMED]}.parquet"
