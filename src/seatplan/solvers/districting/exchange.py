"""What two threads tell each other, at moments that the work they have done decides.

Each thread counts its work. What one tells is stamped with its count and is read by the other once
that has done some more work: by then the first has passed the stamp, or is waited for. So what a
thread knows at any moment of its work is the same in every run, however fast the threads are.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import Any

DELAYS = 0.08, 0.25  # share of all effort, and of the work done so far, after which news is read
LOOK = 0.1  # seconds between looks at whether a run has ended


class Exchange:
    """News between two threads, numbered 0 and 1.

    Parameters
    ----------
    effort
        Units of work of each thread in all.
    start
        Units that both have done already.
    stopped
        Whether the run has ended before its work was done: nobody is waited for then.
    """

    def __init__(self, effort: float, start: float, stopped: Callable[[], bool]) -> None:
        self.delay, self.stopped = DELAYS[0] * effort, stopped
        self.clock = [start, start]
        self.news: list[list[tuple[float, Any]]] = [[], []]
        self.changed = Condition()

    def pass_by(self, own: int, work: float) -> None:
        """Say that thread `own` will tell nothing more stamped below `work`."""
        with self.changed:
            self.clock[own] = max(self.clock[own], work)
            self.changed.notify_all()

    def tell(self, own: int, work: float, item: object) -> None:
        """Tell `item`, found by thread `own` after `work` units, or as late as it said before."""
        self.pass_by(own, work)
        with self.changed:
            self.news[own].append((self.clock[own], item))

    def read(self, own: int, work: float) -> list[Any]:
        """Return what the other thread has told long enough ago, in turn, each once.

        `work` is what thread `own` has done; inf reads all, once the other thread is done.
        """
        other = 1 - own
        until = work if work == float("inf") else work - min(self.delay, DELAYS[1] * work)
        with self.changed:
            while self.clock[other] < until and not self.stopped():
                self.changed.wait(LOOK)
            told = [item for stamp, item in self.news[other] if stamp < until]
            self.news[other] = [(stamp, item) for stamp, item in self.news[other] if stamp >= until]
        return told
