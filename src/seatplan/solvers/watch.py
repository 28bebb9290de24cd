"""How long HiGHS goes on: counted at its own looks at the limits, with seconds that only guard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass
class Watch:
    """How long HiGHS may go on: counted in its own looks at the limits, not in seconds.

    Parameters
    ----------
    effort
        Units of work.
    ticks
        Units from one look to the next, at the root of the tree and below.
    stopped
        Whether the run is over for another reason.
    seconds
        Guard for the parts during which HiGHS does not look.
    """

    effort: float
    ticks: tuple[float, float] = (0.0, 0.0)
    stopped: Callable[[], bool] = lambda: False
    seconds: float = float("inf")
    used: float = 0.0

    def ask(self, _kind: object, _message: str, told: Any, answer: Any, _own: object) -> None:
        """Answer HiGHS whether to stop."""
        self.used += self.ticks[told.mip_node_count > 0]
        answer.user_interrupt = self.used >= self.effort or self.stopped()


def new_solver(watch: Watch) -> Any:
    """Return a silent HiGHS on one thread, which asks `watch` now and then whether to stop.

    The scheduler of a thread refuses another number of threads until it is reset.
    """
    from highspy import cb

    kind = _find_kind()
    kind.resetGlobalScheduler(True)
    solver = kind()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    if watch.seconds < float("inf"):
        solver.setOptionValue("time_limit", watch.seconds)
    solver.setCallback(watch.ask, None)
    solver.startCallback(cb.HighsCallbackType.kCallbackMipInterrupt)
    return solver


@cache
def _find_kind() -> Any:
    """Return HiGHS without the greeting that `highspy.Highs` prints as it lays out its callbacks.

    `new_solver` sets its own callback, so the ones left out are never called.
    """
    import highspy

    class Quiet(highspy.Highs):
        def __init__(self) -> None:
            super(highspy.Highs, self).__init__()

    return Quiet


def count_iterations(solver: Any) -> int:
    """Return the iterations of a solver that has run; 0 where it solved all beforehand."""
    return max(int(solver.getInfo().simplex_iteration_count), 0)
