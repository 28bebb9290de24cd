"""Prices of a seating, from which bounds on every programme follow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.answer import Flags, Floats, Ints
from seatplan.solvers.location.siting_case import Case, Operation


@compiled
def mark_short(
    metres: Floats, schools: Ints, origin: NDArray[np.int64], school: NDArray[np.int64],
    is_short: Flags,
) -> Flags:  # fmt: skip
    """Return the schools that a pupil without a seat could be given one at, if others made room.

    Those are in reach of a block in `is_short`, to which the blocks are added that they seat: this
    is the least cut of the seating (Ford and Fulkerson, Canadian J. Math. 8, 1956).
    """
    is_full = np.zeros(schools.size, np.bool_)
    has_grown = True
    while has_grown:
        has_grown = False
        for rank in range(schools.size):
            if is_full[rank]:
                continue
            row = metres[schools[rank]]
            for block in range(is_short.size):
                if is_short[block] and np.isfinite(row[block]):
                    is_full[rank] = has_grown = True
                    break
        for flow in range(origin.size):
            if is_full[school[flow]]:
                is_short[origin[flow]] = True
    return is_full


@compiled
def measure_fall(
    metres: Floats, schools: Ints, prices: Floats, rents: Floats, is_short: Flags, is_full: Flags,
    most: float,
) -> float:  # fmt: skip
    """Return by how much the prices of the blocks and schools short of seats can fall together."""
    fall = most
    for rank in range(schools.size):
        if not is_full[rank]:
            continue
        fall = min(fall, rents[rank])
        row = metres[schools[rank]]
        for block in range(prices.size):
            if not is_short[block]:
                fall = min(fall, row[block] + rents[rank] - prices[block])
    return max(fall, 0.0)


def price_seating(case: Case, operation: Operation) -> tuple[Floats, Floats, Floats]:
    """Return prices of one pupil more in each block and year, and the least charge they hold with.

    In pupils without a seat (years, blocks), in metres (years, blocks), and the metres charged for
    a pupil without a seat (years,). The walking of a seating is least with any charge from some
    level on. The lower it is, the less the bound on other programmes suffers from it: so all prices
    that hang on a missing seat come down together as far as this seating allows.
    """
    prices = np.array([flow.origin_price for flow in operation.flows])
    short, charges = np.zeros(prices.shape), np.empty(case.years)
    for year, (flow, schools) in enumerate(zip(operation.flows, operation.schools, strict=True)):
        is_short = flow.unserved > 0
        is_full = mark_short(case.metres, schools, flow.origin, flow.school, is_short)
        fall = flow.penalty - float(flow.origin_price.max(initial=0.0, where=~is_short))
        if is_short.any():
            fall = measure_fall(
                case.metres, schools, flow.origin_price, flow.seat_price, is_short, is_full, fall
            )
        prices[year, is_short] -= fall
        short[year, is_short] = 1.0
        charges[year] = flow.penalty - fall
    return short, prices, charges
