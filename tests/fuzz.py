"""Slips and worse in every file, column, key, option and step; what each verb makes of them.

    python -m tests.fuzz 5000 [seed [record]]

An outcome is **refused** (exit 2), **doubted** (a finding more than without the slip), **harmless**
(the same output as without), **silent** (another output and no word), or a fault: a **traceback**,
a **hang**, or **lost** (an input changed, or something half-written left behind).

Slips are drawn in parts of 250, each by a seed of its own that follows the one before. A record
keeps a line of JSON for each part; begun again, only parts that it lacks are run.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from typer.testing import CliRunner

from seatplan.cli import app
from tests.fuzz_town import MORE, ROLLS_ALONE, SAYS_ONLY, SINGLE, VALUES, VERBS
from tests.towns import write_town

SECONDS = 90  # of one run, after which it hangs
PART = 250
FAULTS = ("traceback", "hang", "lost")


@dataclass
class Slip:
    """A change of one file or of the words of a verb."""

    what: str
    files: dict[str, bytes]
    words: list[str]


@dataclass
class Tally:
    """How many runs came to what, and those that somebody should read."""

    counts: Counter[str] = field(default_factory=Counter)
    told: list[tuple[str, str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        """Say the counts."""
        return ", ".join(f"{self.counts[name]} {name}" for name in sorted(self.counts))


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file by its name in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files anew."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def slip_cell(text: str, draw: random.Random) -> str:
    """Exchange one cell of a CSV, its header among them."""
    rows = [line.split(",") for line in text.splitlines()]
    row = draw.choice(rows)
    row[draw.randrange(len(row))] = draw.choice(VALUES)
    return "\n".join(",".join(row) for row in rows) + "\n"


def slip_rows(text: str, draw: random.Random) -> str:
    """Drop, repeat, exchange or break a row, or a column, of a text."""
    lines = text.splitlines()
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    kind = draw.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        lines[at] = lines[at][: draw.randrange(len(lines[at]) + 1)]
    elif kind == 4:
        lines.insert(0, "标题")
    else:
        column = draw.randrange(1 + lines[0].count(","))
        lines = [",".join(part for n, part in enumerate(line.split(",")) if n != column)
                 for line in lines]  # fmt: skip
    return "\n".join(lines) + "\n"


def slip_token(text: str, draw: random.Random) -> str:
    """Exchange one value or key of a TOML."""
    tokens = list(re.finditer(r'"[^"]*"|[-+]?\d[\d.]*|\w+', text))
    token = draw.choice(tokens)
    new = draw.choice([*VALUES, "{}", "[]", "[1, 2]", "true", '{a = "b"}'])
    if token[0].startswith('"') and draw.random() < 0.7:
        new = json.dumps(new, ensure_ascii=False)
    return text[: token.start()] + new + text[token.end() :]


def slip_feature(text: str, draw: random.Random) -> str:
    """Exchange one property, coordinate or shape of a GeoJSON."""
    layer = json.loads(text)
    if not layer["features"]:
        return "{}"
    feature = draw.choice(layer["features"])
    odd = draw.choice([*VALUES, None, -1, 0, 1e308, float("nan"), [], {}, True, 10**30])
    kind = draw.randrange(6)
    if kind < 3:
        feature["properties"][draw.choice([*feature["properties"], "new"])] = odd
    elif kind == 3:
        feature["geometry"] = draw.choice([None, {}, {"type": "Point", "coordinates": [0, 0]},
                                           {"type": "Point", "coordinates": odd}])  # fmt: skip
    elif kind == 4:
        points = feature["geometry"]["coordinates"]
        while isinstance(points[0], list):
            points = draw.choice(points)
        points[draw.randrange(2)] = draw.choice([odd, points[0] + draw.choice([0.0001, 0.01, 9])])
    else:
        layer["features"].remove(feature)
    return json.dumps(layer, ensure_ascii=False)


def slip_bytes(content: bytes, draw: random.Random) -> bytes:
    """Break a file as a whole: cut, emptied, another encoding, noise, nesting."""
    text = content.decode("utf-8")
    return draw.choice(
        [
            b"",
            content[: draw.randrange(len(content) + 1)],
            text.encode("gb18030", "replace"),
            text.encode("utf-16"),
            content.replace(b"\n", b"\r\n"),
            b"\xef\xbb\xbf" + content,
            content + b"\xff\xfe\x00",
            b"PK\x03\x04" + content,
            b"[" * 100_000,
            b"x=" + b"[" * 100_000 + b"]" * 100_000,
        ]
    )


def slip_words(words: list[str], draw: random.Random) -> list[str]:
    """Exchange, drop or repeat a word of the command line."""
    words = list(words)
    options = [at for at, word in enumerate(words) if word.startswith("-")]
    at = draw.choice(options) if options else 0
    kind = draw.randrange(5)
    if kind < 4 and at + 1 < len(words) and not words[at + 1].startswith("-"):
        words[at + 1] = draw.choice([*VALUES, "2022-2021", "2020-99999999", "2022=nan"])
    elif words:
        words.insert(at, draw.choice(["--seconds", "--nothing", "--out", words[at]]))
    return words


TEXTS: dict[str, list[Callable[[str, random.Random], str]]] = {
    ".csv": [slip_cell, slip_cell, slip_cell, slip_rows],
    ".toml": [slip_token, slip_token, slip_token, slip_rows],
    ".geojson": [slip_feature],
}


def draw_slip(files: dict[str, bytes], words: list[str], draw: random.Random) -> Slip:
    """Return a slip of one file, or of the words."""
    if words and draw.random() < 0.2:
        changed = slip_words(words, draw)
        return Slip(f"words {changed}", files, changed)
    name = draw.choice(list(files))
    if draw.random() < 0.06:
        kept = {each: content for each, content in files.items() if each != name}
        if draw.random() < 0.3:
            return Slip(f"{name}: missing", kept, words)
        return Slip(f"{name}: bytes", kept | {name: slip_bytes(files[name], draw)}, words)
    slip = draw.choice(TEXTS[Path(name).suffix])
    old = files[name].decode("utf-8")
    new = slip(old, draw)
    return Slip(f"{name}: {slip.__name__}: {show_change(old, new)}", files | {name: new.encode()},
                words)  # fmt: skip


def show_change(old: str, new: str) -> str:
    """Show where two texts part."""
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(new))
    start = max(at - 25, 0)
    return f"{old[start : at + 25]!r} -> {new[start : at + 40]!r}"


class HangError(BaseException):
    """A run that does not end; no verb takes it for an error of its own."""


@contextmanager
def end_hangs(seconds: int) -> Iterator[None]:
    """Raise HangError where a run does not end."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass
class Bench:
    """A folder in which verbs are run, with what each says and writes of a sound district."""

    room: Path
    files: dict[str, bytes] = field(default_factory=dict)
    sound: dict[str, tuple[set[str], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write the sound district."""
        write_town(self.room / "town")
        self.files = read_folder(self.room / "town")
        self.files |= {name: text.encode() for name, text in MORE.items()}

    def run(self, verb: str, slip: Slip) -> tuple[str, set[str], str]:
        """Return how a run ended, the lines it said, and what it wrote as a hash."""
        folder, out = self.room / "town", self.room / "out"
        write_folder(folder, slip.files)
        shutil.rmtree(out, ignore_errors=True)
        first = [] if verb in ROLLS_ALONE else [str(folder)]
        words = [verb, *first, *(word.replace("{room}", str(folder)) for word in slip.words)]
        if verb not in SAYS_ONLY:
            words += ["--out", str(out / SINGLE.get(verb, "run"))]
        try:
            with end_hangs(SECONDS if verb in self.sound else 20 * SECONDS):  # loops are compiled
                result = CliRunner().invoke(app, words)
        except HangError:
            return "hang", set(), ""
        error = result.exception
        if error is not None and not isinstance(error, SystemExit):
            trace = "".join(traceback.format_exception(error)[-3:])
            return "traceback", {trace}, ""
        lines = set(result.output.replace(str(self.room), "").splitlines())
        if read_folder(folder) != slip.files or list(self.room.rglob(".*-*-*")):
            return "lost", lines, ""
        said = result.stdout if verb == "explain" else ""
        return ("refused" if result.exit_code == 2 else "ran"), lines, said + hash_output(out)

    def judge(self, verb: str, slip: Slip) -> tuple[str, set[str]]:
        """Sort the outcome of a slip."""
        if verb not in self.sound:
            ended, lines, written = self.run(verb, Slip("", self.files, VERBS[verb][1]))
            assert ended == "ran", (verb, ended, lines)
            self.sound[verb] = lines, written
        lines, written = self.sound[verb]
        ended, said, wrote = self.run(verb, slip)
        if ended != "ran":
            return ended, said
        if wrote == written:
            return "harmless", said
        found = [line for line in said - lines if ".csv: " in line or "json: " in line
                 or "toml: " in line]  # fmt: skip
        return ("doubted" if found else "silent"), said


def hash_output(out: Path) -> str:
    """Return a hash of the tables and plans that were written, without records of inputs."""
    found = hashlib.sha256()
    if out.exists():
        for name, content in read_folder(out).items():
            if name.endswith((".csv", ".md", ".toml")) and "decisions" not in name:
                found.update(name.encode() + content)
    return found.hexdigest()


def list_taken(verb: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files that a verb reads: those of the district and those its words name."""
    named = {name for name in MORE if f"{{room}}/{name}" in VERBS[verb][1]}
    kept = named if verb in ROLLS_ALONE else {*named, *(set(files) - set(MORE))}
    return {name: content for name, content in files.items() if name in kept}


def fuzz(runs: int, seed: int, bench: Bench) -> Tally:
    """Run so many slips and count what they came to."""
    draw, tally = random.Random(seed), Tally()
    verbs, weights = list(VERBS), [often for often, _ in VERBS.values()]
    for _ in range(runs):
        verb = draw.choices(verbs, weights)[0]
        slip = draw_slip(list_taken(verb, bench.files), VERBS[verb][1], draw)
        slip.files = bench.files | slip.files if "missing" not in slip.what else slip.files
        came, said = bench.judge(verb, slip)
        tally.counts[came] += 1
        if came in (*FAULTS, "silent"):
            tally.told.append((came, f"{verb}: {slip.what}", "\n".join(sorted(said))))
    return tally


def fuzz_parts(runs: int, seed: int, record: Path, room: Path) -> Tally:
    """Run the parts that a record lacks, write each to it, and sum up all."""
    bench, total = Bench(room), Tally()
    done = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    known = {part["seed"]: part for part in done}
    for at, start in enumerate(range(0, runs, PART)):
        part = known.get(seed + at)
        if part is None:
            tally = fuzz(min(PART, runs - start), seed + at, bench)
            part = {"seed": seed + at, "counts": tally.counts, "told": tally.told}
            with record.open("a", encoding="utf-8") as out:
                out.write(json.dumps(part, ensure_ascii=False) + "\n")
            print(f"seed {seed + at}: {tally}", flush=True)
        total.counts.update(part["counts"])
        total.told += map(tuple, part["told"])
    return total


def main() -> None:
    """Fuzz as often as asked for; status 1 where a run ends in a fault."""
    runs, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as room:
        record = Path(sys.argv[3] if len(sys.argv) > 3 else f"{room}.jsonl")
        record.touch()
        tally = fuzz_parts(runs, seed, record, Path(room))
    for came, what, said in sorted(tally.told):
        print(f"{came}\t{what}")
        if came != "silent":
            print(said[-1500:])
    print(tally)
    sys.exit(any(tally.counts[fault] for fault in FAULTS))


if __name__ == "__main__":
    main()
