"""One small transport problem, every arc at once, by POT's network simplex.

Bonneel et al. 2011, after LEMON; on a balanced copy with one row of empty seats and one column of
pupils without a seat.
"""

from __future__ import annotations

import numpy as np

from seatplan.errors import SolveError
from seatplan.solvers.simplex import load_simplex
from seatplan.solvers.transport.basis import Floats, Flows

ITERATIONS = 2_000_000_000
RARE, OFTEN = 1e-3, 100.0  # pupils of a block on average: below the first, as many as the second


def solve_dense(
    pupils: Floats, seats: Floats, metres: Floats, penalty: float, guess: Floats
) -> tuple[Flows, Floats]:
    """Hand every arc to the simplex, led by a guess of the seat prices.

    Returns
    -------
    tuple
        Flows as (origin, school, pupils); seat prices.
    """
    n, m = metres.shape
    if metres.size == 0:
        return (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)), np.zeros(m)
    full = np.zeros((n + 1, m + 1))
    # A forbidden arc dearer than no seat plus an empty seat is never used.
    np.copyto(full[:n, :m], metres)
    full[:n, :m][np.isinf(metres)] = 2 * penalty
    full[:n, m] = penalty
    # Room for twice the pupils is more than all take: no price where seats spare.
    # POT takes small differences for nothing; a power of two keeps the numbers exact.
    mean = pupils.sum() / n
    scale = 2.0 ** np.round(np.log2(OFTEN / mean)) if mean < RARE else 1.0
    supply, demand = _balanced(scale * pupils, np.minimum(scale * seats, 2 * scale * pupils.sum()))
    left = np.append(np.minimum((full[:n, :m] + guess).min(axis=1), penalty), 0.0)
    plan, _, left, right, code = load_simplex().emd_c(
        supply, demand, full, ITERATIONS, 1, left, np.append(-guess, 0.0)
    )
    if code != 1:
        raise SolveError(
            f"the transport problem ended with code {code} of the network simplex; "
            "check pupils, seats and metres for numbers of very different size"
        )
    origin, school = np.nonzero((plan[:n, :m] > 0) & np.isfinite(metres))
    return (origin, school, plan[origin, school] / scale), np.maximum(-right[:m] - left[n], 0.0)


def _balanced(pupils: Floats, seats: Floats) -> tuple[Floats, Floats]:
    """Add the row of empty seats and the column of pupils without one, so that the sums meet."""
    supply = np.append(pupils, seats.sum())
    demand = np.append(seats, pupils.sum())
    demand *= supply.sum() / demand.sum()
    return supply, demand
