"""What a location solver hands back: open sites, who serves whom, cost and proof."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]
Status = Literal["optimal", "time"]
Progress = Callable[[float, float, float], None]  # (best cost, bound, seconds)


@dataclass(frozen=True)
class Location:
    """A choice of sites, its cost, and a bound below which no choice can come.

    Parameters
    ----------
    open
        (sites,) bool.
    serving
        (clients,) the site that serves each client; where demand may be split, (clients, sites)
        shares that sum to 1 over the sites.
    cost, bound
        In the unit of the costs given; `bound <= cost`.
    status
        "optimal" when `gap` is within the tolerance asked for; "time" when time ran out first.
    seconds
        Wall-clock time.
    size
        (sites,) which of the sizes offered stands at each site, -1 where nothing does; None where
        a site has one size only.
    """

    open: Flags
    serving: NDArray[np.int64] | Floats
    cost: float
    bound: float
    status: Status
    seconds: float
    size: NDArray[np.int64] | None = None

    @property
    def gap(self) -> float:
        """How far the cost may lie above the best one possible, as a share of the cost."""
        return max(self.cost - self.bound, 0.0) / max(abs(self.cost), 1e-12)


class Clock:
    """Seconds since the start, and whether the time allowed is over."""

    def __init__(self, seconds: float) -> None:
        self.start = time.perf_counter()
        self.limit = seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.start

    @property
    def left(self) -> float:
        """Seconds left; 0 when the time is over."""
        return max(self.limit - self.elapsed, 0.0)

    @property
    def is_over(self) -> bool:
        """Whether the time allowed has passed."""
        return self.elapsed >= self.limit
