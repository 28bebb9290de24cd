"""What an engine adds to the work of a sweep, what a task takes, and what a nation would.

    python benchmarks/sweep.py [--districts 100] [--folder data]

Copies of Litong under six scenarios go through a local Dask cluster of two workers. Each task says
when it began and ended and what its process held. Overhead is the time of the two workers that no
task has, of the time that tasks have; what a worker does once (starting, importing, its first task)
is told beside it. Then one block of 100 draws under six scenarios, for the core-hours of a nation.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import seatplan as sp
from seatplan.sweeps.tasks import Asked, Task, list_tasks
from seatplan.sweeps.work import run_task

NATION, DRAWS, BLOCK = 2_800, 1_000, 100
SIX = ("baseline", "plan-2025.toml", "plan-late.toml", "rezone-core.toml", "merge-rural.toml")
SIX += ("limits-45-50.toml",)


@dataclass(frozen=True)
class Span:
    """One task: seconds of the clock, processor seconds, and MB that its process holds after."""

    worker: int
    began: float
    ended: float
    used: float
    held: float


def time_task(task: Task, out: str) -> Span:
    """Do a task and say what it took."""
    began, used = time.time(), time.process_time()
    if told := run_task(task, out):
        raise SystemExit(told)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    held = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return Span(os.getpid(), began, time.time(), time.process_time() - used, held)


class Timed:
    """A client whose tasks are timed."""

    def __init__(self, client: Any) -> None:
        """Keep the client, and the futures of what it was given."""
        self.client, self.futures = client, []

    def submit(self, _: Any, /, *args: Any) -> Any:
        """Hand out a timed task; its result is told as nothing wrong."""
        self.futures.append(self.client.submit(time_task, *args, pure=False))
        return self.client.submit(lambda _: "", self.futures[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--districts", type=int, default=100)
    parser.add_argument("--folder", type=Path, default=Path("data"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folders = copy_districts(options.folder, Path(place), options.districts)
        measure_overhead(folders, Path(place) / "tasks")
        measure_nation(folders[0], Path(place) / "nation")
        measure_reading(Path(place) / "tasks", Path(place) / "read")


def copy_districts(folder: Path, place: Path, count: int) -> list[Path]:
    """Copy a district under other codes, with its scenarios."""
    folders = []
    for number in range(count):
        copy = place / f"d{number:03d}"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("sources"))
        shutil.copytree(folder.parent / "scenarios", copy / "scenarios")
        told = (copy / "district.toml").read_text("utf-8")
        code = next(line for line in told.splitlines() if line.startswith("code"))
        told = told.replace(code, f'code = "64{number:04d}"', 1)
        (copy / "district.toml").write_text(told, "utf-8")
        folders.append(copy)
    return folders


def measure_overhead(folders: list[Path], out: Path) -> None:
    """Send the districts through a cluster under six scenarios, and begin it again."""
    import dask
    from distributed import Client, LocalCluster

    dask.config.set({"distributed.worker.profile.enabled": False})
    start = time.time()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        engine = Timed(client)
        print(f"cluster up: {time.time() - start:.1f} s", flush=True)
        sp.sweep(folders, out, scenarios=SIX, engine=engine)
        spans = sorted(client.gather(engine.futures), key=lambda span: span.began)
    first = {span.worker: span for span in reversed(spans)}
    warm = [span for span in spans if span is not first[span.worker]]
    idle, busy = 0.0, sum(span.ended - span.began for span in warm)
    for worker in first:
        own = [span for span in spans if span.worker == worker]
        idle += sum(b.began - a.ended for a, b in pairwise(own))
    used = sum(span.used for span in warm) / len(warm)
    print(f"{len(spans)} tasks, {len(first)} workers; processor seconds of a task: {used:.2f}")
    print(f"first task of a worker: {[round(span.used, 1) for span in first.values()]}")
    print(f"workers between tasks: {idle:.2f} s, tasks {busy:.1f} s: {100 * idle / busy:.2f} %")
    for worker in first:
        held = [round(span.held) for span in spans if span.worker == worker]
        print(f"MB held by a worker after each task: {held}")
    again = time.time()
    sp.sweep(folders, out, scenarios=SIX, workers=1)
    print(f"a second start, nothing to do: {time.time() - again:.2f} s", flush=True)


def measure_reading(done: Path, out: Path) -> None:
    """Copy a district's file under the codes of 28 provinces of 100 each, and read the tables."""
    import pandas as pd

    from seatplan.sweeps.sweep import LIST, LISTED
    from seatplan.sweeps.work import connect

    source, rows = sp.read_sweep(done).tasks.name[0], []
    out.mkdir()
    with connect() as base:
        base.execute("SET threads=1")
        base.execute(f"CREATE TABLE held AS SELECT * FROM '{done / source}'")
        for number in range(NATION):
            code = f"{11 + number // 100}{number % 100:04d}"
            rows.append((f"{code}.parquet", code, False))
            base.execute(
                f"COPY (SELECT * REPLACE ('{code}' AS district) FROM held) "
                f"TO '{out / rows[-1][0]}' (FORMAT parquet, COMPRESSION zstd)"
            )
    pd.DataFrame(rows, columns=list(LISTED)).to_csv(out / LIST, index=False)
    for name, code, level in (
        ("a province of 100 districts, by district", "11", "district"),
        ("the same by school", "11", "school"),
        (f"{NATION:,} districts, by province", "", "province"),
        (f"{NATION:,} districts, by district", "", "district"),
    ):
        start, used = time.perf_counter(), time.process_time()
        table = sp.read_sweep(out).within(code).national(level)
        clock, used = time.perf_counter() - start, time.process_time() - used
        print(f"{name}: {len(table):,} rows, {used:.2f} processor s, {clock:.2f} s", flush=True)


def measure_nation(folder: Path, out: Path) -> None:
    """Do one block of draws under six scenarios, and work out what a nation takes."""
    asked = Asked(SIX, draws=DRAWS, block=BLOCK)
    out.mkdir()
    whole, block = list_tasks([folder], asked)[:2]
    spans = [time_task(task, str(out)) for task in (whole, block)]
    print(f"six scenarios, central: {spans[0].used:.1f} processor seconds")
    print(f"{BLOCK} draws under six: {spans[1].used:.1f}, {spans[1].held:.0f} MB")
    seconds = spans[0].used + DRAWS / BLOCK * spans[1].used
    print(f"{NATION:,} x 6 x {DRAWS:,}: {NATION * seconds / 3600:,.0f} core-hours")


if __name__ == "__main__":
    sys.exit(main())
