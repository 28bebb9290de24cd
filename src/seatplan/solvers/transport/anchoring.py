"""The lowest prices under which a plan of least metres is one, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.transport.basis import Floats, Ints


@compiled
def lower_prices(
    block: Ints,
    school: Ints,
    metres: Floats,
    used: NDArray[np.bool_],
    held: NDArray[np.bool_],
    price: Floats,
    slack: float,
    rounds: int,
) -> bool:
    """Lower the prices of the schools in `held`, in place, as far as the plan allows; at least 0.

    A simplex that ends at a degenerate basis may leave some prices as high as its penalty. The
    lowest are the longest ways in a graph of schools: where pupils of a block are at school k, the
    price at each school j is at least that at k plus metres_k less metres_j. Bellman and Ford.

    Parameters
    ----------
    block, school, metres, used
        (p,) the pairs, by block, and whether they carry pupils.
    slack
        Metres that count as rounding.
    rounds
        Times all pairs may be looked at.

    Returns
    -------
    bool
        Whether the prices came to rest; else they are left as they were.
    """
    found = np.where(held, 0.0, price)
    for _ in range(rounds):
        risen = False
        first = 0
        while first < len(block):
            last, level = first, -np.inf
            while last < len(block) and block[last] == block[first]:
                if used[last]:
                    level = max(level, metres[last] + found[school[last]])
                last += 1
            for pair in range(first, last):
                least = level - metres[pair]
                if held[school[pair]] and found[school[pair]] < least - slack:
                    found[school[pair]] = least
                    risen = True
            first = last
        if not risen:
            price[:] = found
            return True
    return False
