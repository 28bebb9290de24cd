"""Labelled counts and plain arrays: from one to the other, in one order of labels."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Axis = pd.Index | Sequence[Hashable]
Box = tuple[float, float, float, float]  # west, south, east, north, metres


def to_array(counts: pd.Series[Any], **axes: Axis) -> Floats:
    """Lay labelled counts out as an array with one dimension for each of `axes`.

    Rows that meet in one cell are added up: labels that are no axis are summed over. 0 where there
    is no row; rows whose label is on none of the axes are left out.

    >>> index = pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["block", "year"])
    >>> to_array(pd.Series([5.0, 7.0], index), year=[2, 1], block=["x", "y"]).tolist()
    [[0.0, 7.0], [5.0, 0.0]]
    """
    labels = {name: pd.Index(axis) for name, axis in axes.items()}
    places: list[Ints] = [locate(counts.index, name, axis) for name, axis in labels.items()]
    known = np.logical_and.reduce([place >= 0 for place in places])
    shape = [len(axis) for axis in labels.values()]
    cell = np.ravel_multi_index(tuple(place[known] for place in places), shape)
    values = counts.to_numpy(float)[known]
    sums = np.bincount(cell, values, math.prod(shape))
    return np.asarray(sums, np.float64).reshape(shape)


def locate(index: pd.Index, name: str, axis: pd.Index) -> Ints:
    """Return the position on `axis` of each row's label `name`; -1 where it is not there.

    >>> index = pd.MultiIndex.from_product([["x", "y"], [1, 2]], names=["block", "year"])
    >>> locate(index, "block", pd.Index(["y", "z"])).tolist()
    [-1, -1, 0, 0]
    """
    if not isinstance(index, pd.MultiIndex):
        return axis.get_indexer(index).astype(np.int64)
    level = index.names.index(name)
    place = np.asarray(axis.get_indexer(index.levels[level]), np.int64)
    return place[np.asarray(index.codes[level])]


def to_series(
    array: npt.NDArray[Any], name: str, *, above: float | None = None, **axes: Axis
) -> pd.Series[Any]:
    """Name the dimensions of an array: every cell, or only those greater than `above`.

    >>> to_series(np.array([[0.0, 7.0]]), "pupils", above=0, block=["x"], year=[1, 2])
    block  year
    x      2       7.0
    Name: pupils, dtype: float64
    """
    labels = [pd.Index(axis) for axis in axes.values()]
    kept = np.ones(array.shape, dtype=bool) if above is None else array > above
    codes: Any = [np.asarray(code) for code in np.nonzero(kept)]
    levels: Any = labels
    index = pd.MultiIndex(levels=levels, codes=codes, names=list(axes))
    return pd.Series(array[kept], index=index, name=name)
