"""How long a search goes on: work counted in units, with seconds that only guard."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from seatplan.errors import InputError

EFFORT = 60.0  # units of work where nobody asks for another number


@dataclass(frozen=True)
class Stop:
    """When a search ends, if it has not proven its answer before.

    Work is counted, not timed, so that the same call makes the same moves on any machine and
    however busy it is. One unit is about what a second takes of each of two threads on the machine
    that the solvers were measured on (steps of annealing, steps of a search, iterations of HiGHS;
    each solver says how it counts).

    Parameters
    ----------
    effort
        Units of work.
    seconds
        Wall-clock seconds after which the search is cut short, wherever it is; inf: never. An
        answer that was cut short says so, and may differ from run to run.

    Raises
    ------
    InputError
        An effort or seconds below 0, or an effort that is not finite.
    """

    effort: float = EFFORT
    seconds: float = float("inf")

    def __post_init__(self) -> None:
        """Refuse what is no amount of work or time."""
        if not 0 <= self.effort < float("inf"):
            raise InputError(f"effort is a number of units from 0 on; got {self.effort:g}")
        if not self.seconds >= 0:
            raise InputError(f"seconds are a number from 0 on; got {self.seconds:g}")

    def share(self, part: float) -> Stop:
        """Return the stop of a search that may take `part` of this one."""
        return replace(self, effort=part * self.effort, seconds=part * self.seconds)


def read_stop(effort: float | None = None, seconds: float | None = None) -> Stop:
    """Return the stop that a caller means who gives effort, seconds, both or neither.

    Parameters
    ----------
    effort
        Units of work; None: `EFFORT`, or, where seconds are given, half as many units as seconds,
        so that on a machine like the one measured the guard cuts nothing.
    seconds
        Guard in seconds; None: none.

    Raises
    ------
    InputError
        See `Stop`.

    >>> read_stop(), read_stop(seconds=10.0), read_stop(5.0, 10.0)
    (Stop(effort=60.0, seconds=inf), Stop(effort=5.0, seconds=10.0), Stop(effort=5.0, seconds=10.0))
    """
    guard = float("inf") if seconds is None else float(seconds)
    if effort is None:
        effort = EFFORT if guard == float("inf") else 0.5 * guard
    return Stop(float(effort), guard)


class Meter:
    """Work done since the start, and whether a search is over.

    Parameters
    ----------
    stop
        When it is.
    whole
        The meter of the search that this one is a part of: it counts, and is cut, too.
    """

    def __init__(self, stop: Stop, whole: Meter | None = None) -> None:
        self.stop, self.whole = stop, whole
        self.done = 0.0
        self.began = time.monotonic()
        self.is_cut = False

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    @property
    def seconds_left(self) -> float:
        """Seconds until the guard ends the search."""
        return max(self.stop.seconds - self.seconds, 0.0)

    @property
    def left(self) -> float:
        """Units of work left, whatever the clock says."""
        return max(self.stop.effort - self.done, 0.0)

    @property
    def is_over(self) -> bool:
        """Whether the work is done; also when the guard ends it first, which `is_cut` then says."""
        if self.done >= self.stop.effort:
            return True
        if self.seconds >= self.stop.seconds:
            self.cut()
        return self.is_cut

    def cut(self) -> None:
        """Note that the guard or the user ends the search."""
        self.is_cut = True
        if self.whole is not None:
            self.whole.cut()

    def spend(self, units: float) -> None:
        """Count `units` of work."""
        self.done += units
        if self.whole is not None:
            self.whole.spend(units)

    def part(self, units: float) -> Meter:
        """Return the meter of a part of the search that may take `units` of what is left."""
        return Meter(Stop(min(units, self.left), self.seconds_left), self)
