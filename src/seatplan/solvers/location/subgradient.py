"""Subgradient steps that every Lagrangian bound here shares.

The direction is the modified subgradient of Camerini, Fratta and Maffioli, Mathematical Programming
Study 3 (1975); the step is Polyak's, to a target a little above the least cost that is of use.
"""

from __future__ import annotations

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.answer import Floats

SLOWER = 0.6  # by how much the pace falls when the bound does not rise
SLOWEST = 1e-3  # pace at which a climb is over
FLAT = 1e-18  # squared length of a direction that is rounding: a step along it would have no end


@compiled
def turn(slope: Floats, heading: Floats) -> float:
    """Turn `heading` to `slope`, less what points against it; return its squared length."""
    against, norm = 0.0, 0.0
    for place in range(slope.size):
        against += slope[place] * heading[place]
        norm += heading[place] * heading[place]
    factor = -1.5 * against / norm if against < 0.0 else 0.0
    norm = 0.0
    for place in range(slope.size):
        heading[place] = slope[place] + factor * heading[place]
        norm += heading[place] * heading[place]
    return norm


@compiled
def record(
    bound: float, best: float, target: float, stale: int, current: Floats, prices: Floats
) -> tuple[float, int]:
    """Keep `current` in `prices` where its bound is the best; return it and the rounds lost."""
    if bound <= best:
        return best, stale + 1
    for place in range(prices.size):
        prices[place] = current[place]
    if bound > best + 1e-4 * (target - best):
        return bound, 0
    return bound, stale + 1


@compiled
def rewind(current: Floats, prices: Floats, heading: Floats) -> None:
    """Go back to the best prices and forget the way that led away from them."""
    for place in range(prices.size):
        current[place] = prices[place]
        heading[place] = 0.0


@compiled
def advance(
    current: Floats, slope: Floats, heading: Floats, reach: float, least: float, most: Floats
) -> bool:
    """Move `current` by `reach` over the slope, between `least` and `most`; False at a summit."""
    norm = turn(slope, heading)
    if norm <= FLAT:
        return False
    for place in range(current.size):
        price = current[place] + reach / norm * heading[place]
        current[place] = min(max(price, least), most[place])
    return True
