"""Sweeps whose processes are killed: real ones, of this machine and of a local Dask cluster."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

import seatplan as sp
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.sweeps.work import run_task

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
DRAWS, BLOCK = 24, 4
TASKS = 2 * (1 + DRAWS // BLOCK)  # of two towns: the forecast, and the blocks of draws
GROWTH = 1.05  # of what a process holds, from its tenth task to its last

ON_A_CLUSTER = f"""
import sys
from distributed import Client, LocalCluster
import seatplan as sp

if __name__ == "__main__":
    out, *towns = sys.argv[1:]
    words = dict(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with LocalCluster(**words, local_directory=out + "x") as cluster, Client(cluster) as client:
        sp.sweep(towns, out, draws={DRAWS}, block={BLOCK}, engine=client)
"""


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    folder = tmp_path_factory.mktemp("towns")
    for code in ("640302", "640303"):
        write_district(toy_district().replace(code=code), toy_standards(), folder / code)
    return [str(folder / "640302"), str(folder / "640303")]


@pytest.fixture(scope="module")
def whole(towns, tmp_path_factory):
    """The bytes of a sweep in this one process."""
    out = tmp_path_factory.mktemp("whole")
    sp.sweep(towns, out, draws=DRAWS, block=BLOCK, workers=1)
    return read_bytes(out)


def read_bytes(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def look(out):
    """Return which file, and of when, stands under each name."""
    found = [(path.name, path.stat()) for path in out.glob("*.parquet")]
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found}


def begin(kind, towns, out, place):
    """Begin a sweep in processes of its own: of this machine (the verb), or on a cluster."""
    words = ["-m", "seatplan", "sweep", *towns, "--draws", str(DRAWS), "--block", str(BLOCK)]
    words += ["--out", str(out.parent)]
    if kind == "cluster":
        script = place / "on_a_cluster.py"
        script.write_text(ON_A_CLUSTER, "utf-8")
        words = [str(script), str(out), *towns]
    return subprocess.Popen(
        [sys.executable, *words],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(count, out, process):
    """Wait until so many files stand."""
    while len(look(out)) < count:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)


@pytest.mark.parametrize("kind", ["processes", "cluster"])
def test_killed_whole_and_begun_again_it_redoes_none_that_stood(kind, towns, whole, tmp_path):
    out = tmp_path / "o" / "tasks"
    first = begin(kind, towns, out, tmp_path)
    wait_for(3, out, first)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    stood = look(out)
    assert 3 <= len(stood) < TASKS
    told = []
    sp.sweep(towns, out, draws=DRAWS, block=BLOCK, progress=told.append)
    assert told[0] == f"{len(stood)} of {TASKS} tasks stand"
    assert len(told) == 1 + TASKS - len(stood)
    assert stood.items() <= look(out).items()
    assert read_bytes(out) == whole
    assert {path.name for path in out.glob("[!.]*")} == {*whole, "tasks.csv"}


def test_a_process_of_this_machine_that_is_killed_ends_no_sweep(towns, whole, tmp_path):
    out = tmp_path / "o" / "tasks"
    running = begin("processes", towns, out, tmp_path)
    wait_for(2, out, running)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    workers = [pid for pid in children if b"spawn_main" in read_command(pid)]
    os.kill(int(workers[0]), signal.SIGKILL)
    _, told = running.communicate()
    assert running.returncode == 0, told
    assert read_bytes(out) == whole


def read_command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.parametrize("workers", [2, 3])
def test_the_same_bytes_whatever_the_number_of_workers(workers, towns, whole, tmp_path):
    sp.sweep(towns, tmp_path, draws=DRAWS, block=BLOCK, workers=workers)
    assert read_bytes(tmp_path) == whole


@contextmanager
def open_cluster(place):
    from distributed import Client, LocalCluster

    words = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        LocalCluster(**words, local_directory=str(place)) as cluster,
        Client(cluster) as client,
    ):
        yield client


def set_flag(path):
    """Make a file; False where it is there already."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def work_or_die(log, task, out):
    """Note each task that is begun; once five are, one worker is killed at its task."""
    if not (Path(out) / task.name).exists():
        with log.open("a") as file:
            file.write(f"{task.name}\n")
        if len(log.read_text().splitlines()) >= 5 and set_flag(log.with_suffix(".killed")):
            os.kill(os.getpid(), signal.SIGKILL)
    return run_task(task, out)


class Watched:
    """A client whose tasks are noted, and one of whose workers is killed."""

    def __init__(self, client, log):
        self.client, self.log = client, log

    def submit(self, _, /, *args):
        return self.client.submit(work_or_die, self.log, *args, pure=False)


def test_a_worker_of_a_cluster_that_is_killed_loses_one_task(towns, whole, tmp_path):
    log, out = tmp_path / "log", tmp_path / "out"
    with open_cluster(tmp_path / "x") as client:
        sp.sweep(towns, out, draws=DRAWS, block=BLOCK, engine=Watched(client, log))
    begun = log.read_text().splitlines()
    assert len(begun) == TASKS + 1
    assert set(begun) == set(whole)
    assert read_bytes(out) == whole


def test_the_verb_hands_its_tasks_to_a_scheduler(towns, whole, tmp_path):
    words = ["sweep", *towns, "--draws", str(DRAWS), "--block", str(BLOCK), "--out", str(tmp_path)]
    with open_cluster(tmp_path / "x") as client:
        words += ["--scheduler", client.scheduler.address]
        done = subprocess.run(
            [sys.executable, "-m", "seatplan", *words], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    assert read_bytes(tmp_path / "tasks") == whole


def weigh_task(log, task, out):
    """Do a task, and note the kB that this process holds after it."""
    told = run_task(task, out)
    held = Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]
    with log.open("a") as file:
        file.write(f"{held}\n")
    return told


def test_memory_is_flat_over_tasks(towns, tmp_path):
    class Weighed:
        def submit(self, _, /, *args):
            return pool.submit(weigh_task, tmp_path / "log", *args)

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        sp.sweep(towns, tmp_path / "out", draws=60, block=2, engine=Weighed())
    held = [int(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert len(held) == 62
    assert max(held[10:]) < GROWTH * held[10]
