"""Draws of a demand: factors on a forecast by block, made part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from seatplan.errors import InputError
from seatplan.labels import Floats, to_array
from seatplan.memory import PART_BYTES, expect_memory, split_range

Basis = Literal["rolls", "variants", "given"]


@dataclass(frozen=True)
class DemandDraws:
    """Equally likely futures of the pupils to come, as factors on whatever a forecast says.

    A factor of 1.1 means a tenth more pupils than forecast. The same draws may be put on the
    forecasts of several scenarios, which are then judged in the same futures.

    Parameters
    ----------
    count
        How many futures there are, at least 1.
    blocks, grades, years
        The labels of the first three dimensions of the factors.
    make
        Called with the first draw and the one after the last; returns the factors, at least 0,
        (block, grade, year, draw). The same draw must come out alike in whatever part it is asked
        for.
    basis
        What the futures rest on: "rolls" of past years, "variants" of the inputs, or "given".
    residents
        Called with a draw; returns its factors on the residents of a forecast, (block, age, year).
        None where the draws say nothing of residents.
    pull
        Called with schools, a run of grades by position, the first draw and the one after the last;
        returns how many times the pupils of its forecast each school draws, above 0, (school,
        grade, year, draw). Where seats say who goes where, the pupils of a block lean to the
        schools that draw more. None: no school does.
    """

    count: int
    blocks: pd.Index
    grades: Sequence[str]
    years: Sequence[int]
    make: Callable[[int, int], Floats]
    basis: Basis = "given"
    residents: Callable[[int], Floats] | None = None
    pull: Callable[[pd.Index, slice, int, int], Floats] | None = None

    def factors(self, first: int, last: int) -> Floats:
        """Return the factors of the draws from `first` up to `last`, without it."""
        return self.make(first, last)


def hold_factors(
    factors: Floats, blocks: pd.Index, grades: Sequence[str], years: Sequence[int]
) -> DemandDraws:
    """Take factors that someone else has drawn, (block, grade, year, draw).

    Raises
    ------
    InputError
        The array is of another shape than the labels, has no draw, or a factor that is below 0 or
        no number.

    >>> drawn = hold_factors(np.ones((1, 1, 2, 3)), pd.Index(["b"]), ["g1"], [2020, 2021])
    >>> drawn.count
    3
    """
    wanted = (len(blocks), len(grades), len(years))
    if factors.ndim != 4 or factors.shape[:3] != wanted or not factors.shape[3]:
        raise InputError(
            f"draws: factors of shape {factors.shape}; want (block, grade, year, draw) = "
            f"({', '.join(map(str, wanted))}, 1 or more)"
        )
    if not (np.isfinite(factors).all() and (factors >= 0).all()):
        raise InputError("draws: a factor is below 0 or no number; want 0 or more")
    return DemandDraws(
        factors.shape[3], blocks, grades, years, lambda first, last: factors[..., first:last]
    )


def bound_pupils(
    pupils: pd.Series[float],
    draws: DemandDraws,
    places: pd.MultiIndex,
    chances: Sequence[float] = (0.80, 0.95),
) -> pd.DataFrame:
    """Sum a forecast by block to places, with the bounds that draws give the sums.

    Parameters
    ----------
    pupils
        Index (`block`, `grade`, `year`).
    draws
        Of the same district and years.
    places
        The place of each of `pupils`: labels such as (township, grade, year).
    chances
        Of what comes to lie between the bounds, in the draws.

    Returns
    -------
    pd.DataFrame
        One row per place: pupils, low_80, high_80, low_95, high_95.
    """
    blocks, grades, years = draws.blocks, draws.grades, draws.years
    cube = to_array(pupils, block=blocks, grade=grades, year=years).ravel()
    labels = pd.MultiIndex.from_product([blocks, grades, years], names=["block", "grade", "year"])
    codes, names = pd.factorize(places, sort=True)
    rows = labels.get_indexer(pupils.index)
    shape = (len(names), len(cube))
    total = sparse.csr_array((cube[rows], (codes, rows)), shape=shape)
    expect_memory(4.0 * len(names) * draws.count, "intervals of every place", "draw fewer futures")
    sums = np.empty((len(names), draws.count), dtype=np.float32)
    for part in split_range(draws.count, 8.0 * len(cube), PART_BYTES):
        factors = draws.factors(part.start, part.stop)
        sums[:, part] = total @ factors.reshape(len(cube), -1)
    table = pd.DataFrame({"pupils": total.sum(axis=1)}, index=names)
    for chance in chances:
        low, high = np.quantile(sums, [(1 - chance) / 2, (1 + chance) / 2], axis=1)
        table[f"low_{round(100 * chance)}"], table[f"high_{round(100 * chance)}"] = low, high
    table.index = pd.MultiIndex.from_tuples(names, names=places.names)
    return table
