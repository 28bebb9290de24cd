"""Tally: what is kept of many futures, and how it is summed up.

Counts and sums are whole numbers, and quantiles are of the figures themselves, so that nothing
hangs on the parts in which futures are worked through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.case.case import Case
from seatplan.labels import Floats, Ints
from seatplan.measures.draws import DRAW_MEASURES, SCHOOL, SIZE, DrawValues
from seatplan.measures.flags import describe_cells, find_limits
from seatplan.measures.schools import count_above
from seatplan.memory import expect_memory

Bools = npt.NDArray[np.bool_]
SIZES = ("class_size", "school_size")  # indicators whose upper limits are followed


@dataclass(frozen=True)
class Limit:
    """An upper limit: its code, its indicator, and the figure by cell; NaN where it does not hold.

    `above`: school x grade x year of class sizes, school x year of school sizes.
    """

    code: str
    indicator: str
    above: Floats


@dataclass(frozen=True)
class Tally:
    """The figures of all draws, filled part by part.

    `kept` by measure: int32 (cell, draw), for the cells of `known` (a mask over the dimensions).
    `limits`: those in force somewhere.
    """

    case: Case
    count: int
    kept: Mapping[str, npt.NDArray[np.int32]]
    known: Mapping[str, Bools]
    limits: Sequence[Limit]

    def enter(self, part: slice, values: DrawValues) -> Mapping[str, Ints]:
        """Keep the figures of some draws.

        Returns
        -------
        By the code of a limit: draws that pass it, and what is above it, summed over the draws: (2,
        school, stage, year) of class sizes, (2, school, 1, year) of school sizes.
        """
        for name, item in DRAW_MEASURES.items():
            self.kept[name][:, part] = item.function(values)[self.known[name]]
        return {limit.code: _pass_limit(limit, values) for limit in self.limits}

    def sum_up(self, name: str, quantiles: Sequence[float]) -> pd.DataFrame:
        """Return mean, quantiles and the chance of a lack; see `OutcomeDraws.measure`."""
        item, figures = DRAW_MEASURES[name], np.sort(self.kept[name], axis=1)
        columns = {"mean": figures.sum(axis=1, dtype=np.int64) / self.count}
        for share in quantiles:
            rank = int(np.ceil(round(share * self.count, 9))) - 1
            columns[f"q{100 * share:02g}"] = figures[:, rank].astype(np.int64)
        if item.is_lack:
            columns["chance"] = (figures > 0).sum(axis=1) / self.count
        labels: Any = [list(getattr(self.case.axes, f"{dim}s")) for dim in item.dims]
        codes: Any = list(np.nonzero(self.known[name]))
        index = pd.MultiIndex(levels=labels, codes=codes, names=list(item.dims))
        return pd.DataFrame(columns, index)

    def list_limits(self, parts: Sequence[Mapping[str, Ints]]) -> pd.DataFrame:
        """Return how likely each limit is passed; see `OutcomeDraws.limits`."""
        tables = []
        for limit in self.limits:
            passed, excess = np.sum([part[limit.code] for part in parts], axis=0)
            tables.append(self._label_limit(limit, passed, excess))
        names = ["code", "school", "stage", "year"]
        columns = [*names, "limit", "chance", "expected"]
        table = pd.concat(tables) if tables else pd.DataFrame(columns=columns)
        return table.set_index(names)

    def _label_limit(self, limit: Limit, passed: Ints, excess: Ints) -> pd.DataFrame:
        axes = self.case.axes
        if limit.indicator == "class_size":
            first = [span.start for span in axes.spans]
            bound, stages = np.fmin.reduceat(limit.above, first, axis=1), list(axes.stages)
        else:
            bound, stages = limit.above[:, None], [""]
        at = np.nonzero(~np.isnan(bound))
        return pd.DataFrame(
            {
                "code": limit.code,
                "school": axes.schools[at[0]],
                "stage": np.array(stages, dtype=object)[at[1]],
                "year": np.array(axes.years)[at[2]],
                "limit": bound[at],
                "chance": passed[at] / self.count,
                "expected": excess[at] / self.count,
            }
        )


def lay_tally(case: Case, count: int) -> Tally:
    """Make room for the figures of `count` draws.

    Raises
    ------
    InputError
        Memory cannot hold them.
    """
    axes = case.axes
    taught = ~np.isnan(case.seats.rooms)
    masks = {
        SCHOOL: taught,
        SIZE: np.ones((len(axes.schools), len(axes.years)), dtype=bool),
    }
    whole = np.ones((len(axes.stages), len(axes.years)), dtype=bool)
    known = {name: masks.get(item.dims, whole) for name, item in DRAW_MEASURES.items()}
    cells = {name: int(mask.sum()) for name, mask in known.items()}
    expect_memory(
        4.0 * count * sum(cells.values()),
        f"draws: the figures of {count} futures of {len(axes.schools)} schools",
        "ask for fewer draws",
    )
    kept = {name: np.zeros((size, count), dtype=np.int32) for name, size in cells.items()}
    return Tally(case, count, kept, known, _list_limits(case))


def _pass_limit(limit: Limit, values: DrawValues) -> Ints:
    """Count the draws that pass a limit, and what is above it; see `Tally.enter`."""
    if limit.indicator == "school_size":
        size = values.roll.sum(axis=1)
        beyond = size - np.floor(np.nan_to_num(limit.above, nan=np.inf))[..., None]
        excess = np.where(beyond > 0, beyond, 0)
        sums = [(excess > 0).sum(axis=-1), excess.sum(axis=-1)]
        return np.array(sums).astype(np.int64)[:, :, None]
    axes = values.case.axes
    counts = np.zeros((2, len(axes.schools), len(axes.stages), len(axes.years)), dtype=np.int64)
    for at, span in enumerate(axes.spans):
        above = np.nan_to_num(limit.above[:, span], nan=np.inf)
        used = np.flatnonzero(np.isfinite(above).any(axis=(1, 2)))
        cells = (used, span)
        large = count_above(
            values.heads.attend[cells], values.classes[cells], above[used, ..., None]
        )
        large = large.sum(axis=1)
        counts[:, used, at] = (large > 0).sum(axis=-1), large.sum(axis=-1)
    return counts


def _list_limits(case: Case) -> list[Limit]:
    """Lay out the upper limits on sizes, whatever their codes."""
    items = [item for item in case.rules.standards if item.side == "above"]
    limits = []
    for code in dict.fromkeys(item.code for item in items):
        versions = [item for item in items if item.code == code]
        indicator = versions[0].indicator
        if indicator not in SIZES:
            continue
        cells, shape = _list_cells(case, indicator)
        above = np.full(shape, np.nan)
        for version in versions:
            held = find_limits(version, cells, versions)
            above.flat[held.index.to_numpy()] = held.limit
        if not np.isnan(above).all():
            limits.append(Limit(code, indicator, above))
    return limits


def _list_cells(case: Case, indicator: str) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Return the cells that a limit may hold for, numbered along the array of that shape."""
    axes = case.axes
    labels: list[Any] = [axes.schools, list(axes.grades), list(axes.years)]
    names = ["school", "grade", "year"]
    if indicator == "school_size":
        del labels[1], names[1]
    index = pd.MultiIndex.from_product(labels, names=names)
    cells = describe_cells(index.to_frame(index=False), case.rules, case.district)
    if indicator == "class_size":
        sizes = [span.stop - span.start for span in axes.spans]
        taught = np.repeat(~np.isnan(case.seats.rooms), sizes, axis=1)
        cells = cells[taught.ravel()]
    return cells, tuple(map(len, labels))
