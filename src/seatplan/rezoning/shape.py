"""The shape of catchments: the lines between them, and how compact each of them is."""

from __future__ import annotations

import numpy as np

from seatplan.labels import Floats, Ints
from seatplan.rezoning.town import Town


def measure_border(town: Town, plan: Ints) -> float:
    """Return the metres of line between catchments, each line once.

    The weighted cut edges of the neighbour graph: what lies between blocks of different schools.
    """
    parted = plan[town.pairs[:, 0]] != plan[town.pairs[:, 1]]
    return float(town.borders[parted].sum())


def measure_compactness(town: Town, plan: Ints) -> Floats:
    """Return the compactness of each catchment: 4 pi area / perimeter^2, 1 for a circle.

    The perimeter is that of its blocks less what two of them have in common, twice, so a lake shore
    or the edge of the district counts as a line between catchments does (Polsby and Popper 1991).

    Returns
    -------
    (m,) from 0 to 1; NaN for a school without a block.
    """
    m = len(town.schools)
    one, other = plan[town.pairs[:, 0]], plan[town.pairs[:, 1]]
    inner = np.bincount(one[one == other], town.borders[one == other], m)
    around = np.bincount(plan, town.outlines, m) - 2.0 * inner
    area = np.bincount(plan, town.areas, m)
    out = np.full(m, np.nan)
    np.divide(4.0 * np.pi * area, around**2, out=out, where=around > 0)
    return out


def average_compactness(town: Town, plan: Ints) -> float:
    """Return the mean compactness of the catchments, each counted once."""
    return float(np.nanmean(measure_compactness(town, plan)))
