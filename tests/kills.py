"""Runs killed at random moments, and between any two system calls that rename: nothing is lost.

    python -m tests.kills renames      every call that renames, of `write_beside`
    python -m tests.kills 200 [seed]   verbs killed at random moments

Each run is forked, so that a killed one costs no start of Python. Prints what was lost, and a
count; status 1 where anything was.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from seatplan import files
from seatplan.files import write_beside
from tests.fuzz import read_folder, write_folder

VERBS = {  # words beside folder, births and output -> what is written
    "evaluate": "runs",
    "forecast": "forecast.csv",
    "compare": "compare",
    "findings": "findings.md",
    "warn": "warn",
    "map": "map.html",
}
VARIED = (".gpkg", ".html", ".json")  # hold times or numbers drawn at random: only there or not


def fork(work: Callable[[], None], seconds: float | None = None) -> int:
    """Run `work` in a child, kill it after so many seconds, and return how it ended."""
    child = os.fork()
    if child == 0:
        status = 1
        with suppress(BaseException):
            work()
            status = 0
        os._exit(status)
    if seconds is not None:
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def die_at(call: int, *, after: bool) -> None:
    """Kill this process before, or after, the call of that number that renames."""
    seen = 0

    def guard(rename: Callable[..., object]) -> Callable[..., object]:
        def renamed(*words: object, **options: object) -> object:
            nonlocal seen
            seen += 1
            if seen == call and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = rename(*words, **options)
            if seen == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return renamed

    os.rename, os.replace = guard(os.rename), guard(os.replace)
    files._exchange = guard(files._exchange)  # type: ignore[assignment]


def put(path: Path, content: str, *, folder: bool) -> None:
    """Write a file, or a folder of two, as every verb does."""
    with write_beside(path) as draft:
        if folder:
            draft.mkdir()
            (draft / "b.txt").write_text(content, "utf-8")
        (draft / "a.txt" if folder else draft).write_text(content, "utf-8")


def find_lost_renames(room: Path) -> tuple[int, list[str]]:
    """Kill `write_beside` at every call that renames; return how many kills, and what is lost."""
    kills, lost = 0, []
    for folder in (False, True):
        for exchange in (True, False):
            for call in range(1, 5):
                for after in (False, True):
                    path = room / f"{folder}-{exchange}-{call}-{after}" / "out"
                    put(path, "old", folder=folder)

                    def work(
                        path: Path = path,
                        folder: bool = folder,
                        exchange: bool = exchange,
                        call: int = call,
                        after: bool = after,
                    ) -> None:
                        if not exchange:
                            files._exchange = lambda *_: False  # type: ignore[assignment]
                        die_at(call, after=after)
                        put(path, "new", folder=folder)

                    killed = os.WIFSIGNALED(fork(work))
                    kills += killed
                    with suppress(KeyError), write_beside(path):
                        raise KeyError  # the next run, whatever it does, finds the old or the new
                    found = [name.name for name in path.parent.iterdir()]
                    said = set(read_folder(path).values() if folder else [path.read_bytes()])
                    if found != ["out"] or said not in ({b"old"}, {b"new"}):
                        lost.append(f"{path.parent.name}: {found} {said}")
                    if not killed and said != {b"new"}:
                        lost.append(f"{path.parent.name}: not killed, and not new")
    return kills, lost


def find_lost_runs(runs: int, seed: int, room: Path) -> tuple[int, list[str]]:
    """Kill verbs at random moments; return how many kills, and what is lost."""
    from seatplan.cli import app
    from tests.towns import write_rows, write_town

    draw = random.Random(seed)
    town = write_town(room / "town")
    rows = [[year, 50, 60, 80] for year in range(2019, 2027)]
    write_rows(town / "population/births.csv", ["year", "low", "medium", "high"], rows)
    (room / "plan.toml").write_text('name = "plan"\n', "utf-8")
    sound: dict[tuple[str, str], tuple[dict[str, bytes], float]] = {}
    kills, lost = 0, []

    def run(verb: str, births: str) -> Callable[[], None]:
        plan = [str(room / "plan.toml")] if verb in ("compare", "findings") else []
        words = [verb, str(town), *plan, "--births", births, "--out", str(room / "o" / VERBS[verb])]

        def work() -> None:
            sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115
            app(words, standalone_mode=False)

        return work

    for turn in range(runs):
        verb = draw.choice(list(VERBS))
        for births in ("low", "high"):
            if (verb, births) not in sound:
                write_folder(room / "o", {})
                began = time.monotonic()
                assert fork(run(verb, births)) == 0, (verb, births)
                sound[verb, births] = read_folder(room / "o"), time.monotonic() - began
        old, (new, seconds) = sound[verb, "low"][0], sound[verb, "high"]
        write_folder(room / "o", old)
        kills += os.WIFSIGNALED(fork(run(verb, "high"), draw.uniform(0, 1.1 * seconds)))
        written = [Path(name) for name in (*old, *new)]
        for path in {part for file in written for part in (file, *file.parents[:-1])}:
            with suppress(KeyError), write_beside(room / "o" / path):  # sweeps what was left there
                raise KeyError
        lost += [f"{turn} {verb}: {fault}" for fault in _find_faults(room / "o", old, new, verb)]
    return kills, lost


def _find_faults(out: Path, old: dict[str, bytes], new: dict[str, bytes], verb: str) -> list[str]:
    """Return each file that is neither the old nor the new, or that a killed run left."""
    found = read_folder(out)
    faults = [name for name in found if name not in old and name not in new]
    faults += [name for name in old if name not in found]
    plain = {name for name in found if not name.endswith(VARIED)}
    faults += [n for n in plain if found[n] not in (old.get(n), new.get(n))]
    if verb == "evaluate":  # one folder, moved into place whole
        whole = [{n: side.get(n) for n in plain} for side in (old, new)]
        faults += [] if {n: found[n] for n in plain} in whole else ["half of a run"]
    return faults


def main() -> None:
    """Kill as asked for."""
    with tempfile.TemporaryDirectory() as room:
        if sys.argv[1] == "renames":
            kills, lost = find_lost_renames(Path(room))
        else:
            seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
            kills, lost = find_lost_runs(int(sys.argv[1]), seed, Path(room))
    print("\n".join(lost))
    print(f"{kills} killed, {len(lost)} lost")
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()
