"""Engine: tasks handed out to whatever takes them, and what was left done once only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

from seatplan.sweeps.tasks import Task
from seatplan.sweeps.work import run_task

LOG = logging.getLogger(__name__)
TRIES = 3  # of a local pool whose process was killed
Progress = Callable[[str], None]


class Engine(Protocol):
    """Anything that takes work and hands back futures: a pool, a Dask client."""

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Any:
        """Begin `fn(*args)` somewhere; the future's `result()` waits for what it returns."""
        ...


def do_tasks(
    tasks: Sequence[Task],
    out: Path,
    *,
    workers: int = 2,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Do the tasks whose files do not stand; return what is wrong with districts, in order.

    Parameters
    ----------
    out
        Folder of the files, which every worker must reach.
    workers
        Local processes, where no engine is given; 1: this process.
    engine
        Anything with `submit`.
    progress
        Called with a line for each task done.
    """
    missing = [task for task in tasks if not (out / task.name).exists()]
    out.mkdir(parents=True, exist_ok=True)
    if progress:
        progress(f"{len(tasks) - len(missing)} of {len(tasks)} tasks stand")
    if engine is None and workers == 1:
        told = {task: run_task(task, str(out)) for task in missing}
    elif engine is None:
        told = _do_here(missing, out, workers, progress)
    else:
        told = _collect(
            {engine.submit(run_task, task, str(out)): task for task in missing}, progress
        )
    return [told[task] for task in missing if told[task]]


def _collect(waiting: dict[Any, Task], progress: Progress | None) -> dict[Task, str]:
    """Wait for every future of an engine, in the order in which they were handed out."""
    told = {}
    for future, task in waiting.items():
        told[task] = str(future.result())
        if progress:
            progress(task.name)
    return told


def _do_here(
    tasks: Sequence[Task], out: Path, workers: int, progress: Progress | None
) -> dict[Task, str]:
    """Do tasks in processes of this machine; begin a pool anew where one of them was killed."""
    told: dict[Task, str] = {}
    for turn in range(TRIES):
        left = [task for task in tasks if task not in told]
        if not left:
            break
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            waiting = {pool.submit(run_task, task, str(out)): task for task in left}
            try:
                for future in as_completed(waiting):
                    told[waiting[future]] = future.result()
                    if progress:
                        progress(waiting[future].name)
            except BrokenProcessPool:
                LOG.warning("a process was killed; %s", "begun anew" if turn + 1 < TRIES else "end")
                if turn + 1 == TRIES:
                    raise
    return told
