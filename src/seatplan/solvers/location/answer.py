"""What a location solver hands back: open sites, who serves whom, cost and proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.stop import Meter

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]
Status = Literal["optimal", "effort", "time"]
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
        Why the search ended: "optimal" when `gap` is within the tolerance asked for; "effort" when
        its work was done first; "time" when the guard of `Stop.seconds` cut it short, and another
        run may answer otherwise.
    seconds
        Wall-clock time.
    size
        (sites,) which of the sizes offered stands at each site, -1 where nothing does; None where
        a site has one size only.
    effort
        Units of work done (see `stop.Stop`).
    """

    open: Flags
    serving: NDArray[np.int64] | Floats
    cost: float
    bound: float
    status: Status
    seconds: float
    size: NDArray[np.int64] | None = None
    effort: float = 0.0

    @property
    def gap(self) -> float:
        """How far the cost may lie above the best one possible, as a share of the cost."""
        return max(self.cost - self.bound, 0.0) / max(abs(self.cost), 1e-12)


def name_end(is_proven: bool, meter: Meter) -> Status:
    """Say why a search ended."""
    if is_proven:
        return "optimal"
    return "time" if meter.is_cut else "effort"
