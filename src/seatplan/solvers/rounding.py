"""Whole numbers for many tables at once: controlled rounding by least-cost paths.

Every number is an integer count of `UNITS` to the whole, so that equal parts are equal and the
answer hangs on nothing but the order of rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatplan.solvers.compiled import compiled

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

UNITS = 1_000_000  # parts count to a millionth
COARSE = 100  # sums of parts are whole where they are so to these units
FAR = np.iinfo(np.int64).max // 4


def raise_largest(rest: Ints, missing: Ints) -> Bools:
    """Choose the `missing` largest of `rest` along the last axis; of equals the earlier.

    Parameters
    ----------
    rest
        Remainders in units, 0 to `UNITS` - 1, (..., part).
    missing
        How many to choose, 0 to the number of parts, (...).

    >>> raise_largest(np.array([[5, 7, 7, 0]]), np.array([2])).tolist()
    [[False, True, True, False]]
    """
    count = rest.shape[-1]
    if not count:
        return np.zeros(rest.shape, dtype=bool)
    keys = (UNITS - rest) * count + np.arange(count)
    last = np.clip(missing - 1, 0, count - 1)[..., None]
    limit = np.take_along_axis(np.sort(keys, axis=-1), last, axis=-1)
    chosen: Bools = (keys <= limit) & (missing > 0)[..., None]
    return chosen


def round_tables(parts: Ints) -> tuple[Ints, Bools]:
    """Round tables so that no cell, row sum or column sum is off by a whole number.

    Controlled rounding (Cox 1987). Column sums are rounded to the nearest whole number and shared
    out by largest remainder, which is the best answer without bounds on rows; then, row by row, a
    row sum that is off is mended along the path of cells, raised and lowered by turns, that costs
    least. Such paths keep an answer the best within the bounds met so far (successive shortest
    paths; Ahuja, Magnanti and Orlin, *Network Flows*, 1993, ch. 9).

    Parameters
    ----------
    parts
        In units, at least 0: (..., column, row).

    Returns
    -------
    Whole numbers of that shape; and (...), where rounded column sums leave no way to keep every row
    within its bounds: there rows may be off.
    """
    floors, rest = np.divmod(parts, UNITS)
    sums = _round_sums(parts.sum(axis=-1))
    missing = (sums + UNITS // 2) // UNITS - floors.sum(axis=-1)
    raised = raise_largest(rest, missing)
    within, beyond = np.divmod(_round_sums(parts.sum(axis=-2)), UNITS)
    least = within - floors.sum(axis=-2)
    most = least + (beyond > 0)
    rows = raised.sum(axis=-2)
    off = ((rows < least) | (rows > most)).any(axis=-1)
    failed = np.zeros(off.shape, dtype=bool)
    if off.any():
        mended = raised[off]
        failed[off] = _mend_tables(rest[off], mended, least[off], most[off])
        raised[off] = mended
    return floors + raised, failed


def _round_sums(sums: Ints) -> Ints:
    return (sums + COARSE // 2) // COARSE * COARSE


@compiled
def _mend_tables(rest: Ints, raised: Bools, least: Ints, most: Ints) -> Bools:
    """Bring the raised cells of each row between `least` and `most`; changes `raised`."""
    failed = np.zeros(len(rest), dtype=np.bool_)
    for table in range(len(rest)):
        up = raised[table]
        count = up.sum(axis=0)
        while not failed[table]:
            over = count > most[table]
            if over.any():
                ends = count < most[table]
            else:
                over = count > least[table]
                ends = count < least[table]
                if not ends.any():
                    break
            failed[table] = not _shift(rest[table], up, over, ends, count)
    return failed


@compiled
def _shift(rest: Ints, up: Bools, starts: Bools, ends: Bools, count: Ints) -> bool:
    """Take one from a row of `starts` and give one to a row of `ends`, at the least cost.

    Changes `up` and `count`; returns whether there is a way.
    """
    columns, rows = rest.shape
    cost = np.full(columns, FAR)
    giver = np.full(columns, -1)  # the row that lowers its cell of the column
    before = np.full(columns, -1)  # the column in which that row raises a cell instead
    for column in range(columns):
        for row in range(rows):
            if starts[row] and up[column, row] and rest[column, row] < cost[column]:
                cost[column] = rest[column, row]
                giver[column] = row
    moved = True
    while moved:
        moved = False
        for column in range(columns):
            if cost[column] == FAR:
                continue
            for row in range(rows):
                if up[column, row] or rest[column, row] == 0:
                    continue
                here = cost[column] - rest[column, row]
                for other in range(columns):
                    if up[other, row] and here + rest[other, row] < cost[other]:
                        cost[other] = here + rest[other, row]
                        giver[other] = row
                        before[other] = column
                        moved = True
    best, taker, last = FAR, -1, -1
    for column in range(columns):
        for row in range(rows):
            if ends[row] and not up[column, row] and rest[column, row] > 0:
                total = cost[column] - rest[column, row]
                if cost[column] < FAR and total < best:
                    best, taker, last = total, row, column
    if taker < 0:
        return False
    count[taker] += 1
    while last >= 0:
        up[last, taker] = True
        taker = giver[last]
        up[last, taker] = False
        last = before[last]
    count[taker] -= 1
    return True
