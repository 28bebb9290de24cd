"""The table of measures: each a function of the values, reached by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.district.clauses import Role
from seatplan.district.limits import LIMITED
from seatplan.district.tables import SETTINGS
from seatplan.measures.values import Values

Array = npt.NDArray[Any]
Function = Callable[[Values], Array]


@dataclass(frozen=True)
class Counted:
    """The limit that a figure is counted against."""

    indicator: str
    unit: str
    role: Role | None = None


@dataclass(frozen=True)
class Measure:
    """A figure with a name: what it counts along, and how it is computed.

    `dims` names the dimensions of the array, of "block", "school", "stage", "grade", "year",
    "place" (the townships, then the district), "setting" (urban, town, rural, then all), "group"
    (of composition.csv) and "scope" (see `list_scopes`). A cell where the figure has no meaning (a
    stage that the school does not teach, a school without a pupil) is NaN; of a measure of whole
    numbers it is `NOTHING`.

    `unit` is that of the figure; for measures of schools `limits.LIMITED` says it. `counts` is what
    the figure is counted against, a limit of the standards: the indicator that it is on, its unit
    and, of a class size, its role; None where the figure needs no limit. `needs` is the column of
    `needs.COLUMNS` without which there is no figure, "" where every district has what it takes.
    """

    name: str
    dims: tuple[str, ...]
    function: Function
    unit: str
    counts: Counted | None = None
    needs: str = ""

    def label(self, values: Values) -> pd.Series[Any]:
        """Return the figure, labelled once: one row for each cell that has a meaning."""
        key = f"{self.name}, labelled"
        if key not in values.computed:
            values.computed[key] = self._lay_out(values)
        known: pd.Series[Any] = values.computed[key]
        return known.copy()

    def _lay_out(self, values: Values) -> pd.Series[Any]:
        array = self.function(values)
        whole = np.issubdtype(array.dtype, np.integer)
        at = np.nonzero(array != NOTHING if whole else ~np.isnan(array))
        levels: Any = [list_labels(values, dim) for dim in self.dims]
        codes: Any = list(at)
        index = pd.MultiIndex(levels=levels, codes=codes, names=list(self.dims))
        return pd.Series(array[at], index, name=self.name)


COMPULSORY = "compulsory"  # scopes of classes; the others are codes of stages
OWN = "compulsory, run by the district"
ALL = "all"  # blocks of every setting together
NOTHING = np.iinfo(np.int64).min  # in an array of whole numbers: the figure has no meaning here
MEASURES: dict[str, Measure] = {}


def measure(
    *dims: str, unit: str = "", counts: Counted | None = None, needs: str = ""
) -> Callable[[Function], Function]:
    """Enter a function into `MEASURES` under its own name, and compute it once for any values."""

    def enter(function: Function) -> Function:
        name = function.__name__

        @wraps(function)
        def once(values: Values) -> Array:
            if name not in values.computed:
                values.computed[name] = function(values)
            known: Array = values.computed[name]
            return known

        told = unit or LIMITED.get(name, "pupils")
        MEASURES[name] = Measure(name, dims, once, told, counts, needs)
        return once

    return enter


def list_units() -> dict[str, str]:
    """Return the unit of every measure, by its name."""
    return {name: one.unit for name, one in MEASURES.items()}


def list_labels(values: Values, dim: str) -> pd.Index:
    """Return the labels of a dimension, in order."""
    if dim == "place":
        return list_places(values)
    if dim == "scope":
        return list_scopes(values)
    if dim == "group":
        groups: pd.Index = values.district.composition.index.unique("group")
        return groups
    if dim == "setting":
        return pd.Index([*SETTINGS, ALL], name="setting")
    labels: pd.Index = pd.Index(getattr(values.axes, f"{dim}s"), name=dim)
    return labels


def list_places(values: Values) -> pd.Index:
    """Return the townships in which blocks or schools lie, then the district."""
    townships = pd.unique(
        pd.concat([values.district.blocks.township, values.district.schools.township])
    )
    return pd.Index([*townships, values.district.code], name="place")


def list_scopes(values: Values) -> pd.Index:
    """Return whose classes are counted together, by the names that `large_classes.py` tells.

    `COMPULSORY`: every school's classes of compulsory education; `OWN`: those of the schools that
    the district runs; then each stage that is not compulsory, by its code. Without a compulsory
    stage the first two are left out.
    """
    stages = values.standards.stages
    others = [stage.code for stage in stages if not stage.compulsory]
    compulsory = [COMPULSORY, OWN] if len(others) < len(stages) else []
    return pd.Index([*compulsory, *others], name="scope")
