"""Which blocks and schools may be joined, and how far they are apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.transport.basis import Floats, Ints

Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Pairs of a block and a school, in any order, each once.

    Parameters
    ----------
    block, school
        (p,) positions of each pair's block and school.
    metres
        (p,) cost of a pupil on the pair, at least 0; inf where there is no way.
    blocks, schools
        How many there are of each, with those that no pair names.

    Raises
    ------
    ValueError
        Shapes that do not meet, positions that are not there, a pair that stands twice, metres
        below 0 or not a number.
    """

    block: Ints
    school: Ints
    metres: Floats
    blocks: int
    schools: int

    def __post_init__(self) -> None:
        """Check the pairs; ValueError where they cannot be used."""
        if not self.block.shape == self.school.shape == self.metres.shape == (len(self.block),):
            raise ValueError("block, school and metres differ in length; want one of each a pair")
        for name, place, count in (
            ("block", self.block, self.blocks),
            ("school", self.school, self.schools),
        ):
            if len(place) and not (place.min() >= 0 and place.max() < count):
                raise ValueError(f"{name} holds positions beyond 0 to {count - 1}")
        cells = np.sort(self.block * self.schools + self.school)
        if (cells[1:] == cells[:-1]).any():
            raise ValueError("a pair of a block and a school stands twice; want each once")
        if not (self.metres >= 0).all():
            raise ValueError("metres holds numbers below 0 or NaN; each must be at least 0")


def list_pairs(metres: Floats) -> Pairs:
    """Return every pair that has a way.

    Parameters
    ----------
    metres
        (n, m) from each block to each school; inf where there is no way.

    Examples
    --------
    >>> list_pairs(np.array([[100.0, np.inf], [300.0, 50.0]])).school.tolist()
    [0, 0, 1]
    """
    block, school = np.nonzero(np.isfinite(metres))
    return Pairs(block, school, np.asarray(metres, float)[block, school], *metres.shape)


def nearest_pairs(pairs: Pairs, few: int) -> Marks:
    """Mark the pairs of each block with its `few` nearest schools.

    Schools as far as the last of them are marked too, so that no order of rows decides.

    Examples
    --------
    >>> nearest_pairs(list_pairs(np.array([[100.0, 200.0, 200.0, 900.0]])), 2).tolist()
    [True, True, True, False]
    """
    order = np.lexsort((pairs.metres, pairs.block))
    block, metres = pairs.block[order], pairs.metres[order]
    first, last = np.searchsorted(block, [np.arange(pairs.blocks), np.arange(1, pairs.blocks + 1)])
    reach = np.full(pairs.blocks, -np.inf)
    fed = first < last
    reach[fed] = metres[np.minimum(first + few, last)[fed] - 1]
    marks: Marks = (pairs.metres <= reach[pairs.block]) & np.isfinite(pairs.metres)
    return marks


def charge_outside(pairs: Pairs, zone: Marks) -> Pairs:
    """Return pairs with the farthest way on top of those that lead out of a block's catchment.

    So the catchment comes first, and the least travel after it. A school in whose catchment no
    block lies costs its way only.

    Parameters
    ----------
    zone
        (p,) whether the school of the pair is that of the block's catchment.

    Examples
    --------
    >>> ways = list_pairs(np.array([[100.0, 200.0, 900.0], [100.0, 200.0, 900.0]]))
    >>> zone = np.array([False, True, False, True, False, False])
    >>> charge_outside(ways, zone).metres.tolist()
    [1000.0, 200.0, 900.0, 100.0, 1100.0, 900.0]
    """
    farthest = pairs.metres[np.isfinite(pairs.metres)].max(initial=0.0)
    zoned = np.zeros(pairs.schools, bool)
    zoned[pairs.school[zone]] = True
    outside = ~zone & zoned[pairs.school]
    return replace(pairs, metres=pairs.metres + np.where(outside, farthest, 0.0))
