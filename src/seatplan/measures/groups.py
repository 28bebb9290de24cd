"""Measures of groups of pupils: how many there are, and how evenly schools share them out.

Groups are those of `composition.csv`, such as pupils registered in the district, residents
registered elsewhere and migrants: each a layer of demand. A block has the same share of a group in
every grade and year. Without that file nothing is computed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seatplan.labels import Floats
from seatplan.measures import places
from seatplan.measures.registry import measure
from seatplan.measures.spread import measure_dissimilarity, measure_exposure
from seatplan.measures.values import Values
from seatplan.measures.ways import list_stages


@measure("group", "stage", "year", unit="pupils", needs="composition")
def group_pupils(values: Values) -> Floats:
    """Pupils of a group who live in the district: a layer of demand.

    pupils = sum over the blocks of the pupils who live there x the share of the group.
    """
    living = places.living(values).astype(float)
    found: Floats = np.einsum("gb,bsy->gsy", _read_shares(values), living)
    return found


@measure("group", "stage", "year", unit="index", needs="composition")
def dissimilarity(values: Values) -> Floats:
    """Share of a group that would have to change school for every school to be alike (D), 0 to 1.

    Of the pupils of the district's blocks who attend; see `measure_dissimilarity`.
    """
    return _compare_schools(values, measure_dissimilarity)


@measure("group", "stage", "year", unit="share", needs="composition")
def exposure(values: Values) -> Floats:
    """Share of others among the schoolmates of a pupil of a group, in the mean, 0 to 1.

    See `measure_exposure`.
    """
    return _compare_schools(values, measure_exposure)


def _compare_schools(values: Values, compare: Callable[[Floats, Floats], float]) -> Floats:
    """Compare members and others between schools, group x stage x year."""
    shares, axes = _read_shares(values), values.axes
    found = np.full((len(shares), len(axes.stages), len(axes.years)), np.nan)
    for at, pairs, attend, _ in list_stages(values):
        for column, year in enumerate(attend):
            whole = pairs.sum_schools(year)
            for row, share in enumerate(shares):
                members = pairs.sum_schools(year * share[pairs.block])
                found[row, at, column] = compare(members, np.maximum(whole - members, 0.0))
    return found


def _read_shares(values: Values) -> Floats:
    """Return the share of each group in each block, group x block; 0 where no row says one."""
    table = values.district.composition.unstack("group").reindex(values.axes.blocks)
    shares: Floats = table.fillna(0.0).to_numpy(float).T
    return shares
