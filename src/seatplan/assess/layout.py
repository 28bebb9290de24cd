"""A rule laid out along the array of its measure, so that many futures can be held against it.

What does not change from one future to the next (who is judged, by which limit) is found once; what
a future changes (the figure, which schools are too small to be judged) is filled in. The verdict is
that of `hold_rule`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.assess.holding import add_keys, holds_for, measure_beyond
from seatplan.assess.rule_sets import Rule
from seatplan.labels import Floats, Ints
from seatplan.measures.flags import limit_cells
from seatplan.measures.registry import MEASURES, NOTHING, list_labels
from seatplan.measures.spread import measure_variation
from seatplan.measures.values import Values
from seatplan.outcome import Outcome

GROUP = ["stage", "scope", "setting", "year"]  # cells that are judged together

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """Who is judged by a rule, and by which limit.

    Attributes
    ----------
    keys
        One row for each group of cells that is judged together: stage, scope, setting, year.
    at
        Positions of the cells in the array of the measure, one group after another.
    group
        The group of each cell.
    first
        Where each group begins in `at`.
    limit
        The limit of each cell, of a variation that of each group; NaN where it is only told.
    home
        Position of each cell's school and year, school x year; empty where no school is judged.
    dims
        Those of the measure.
    """

    rule: Rule
    keys: pd.DataFrame
    at: Ints
    group: Ints
    first: Ints
    limit: Floats
    home: Ints
    dims: tuple[str, ...]


@dataclass(frozen=True)
class Filled:
    """The cells of a rule in one future: figure, how far it is beyond, whether it is judged."""

    value: Floats
    beyond: Floats
    known: Bools


def lay_rule(rule: Rule, outcome: Outcome) -> Layout:
    """Find who is judged by a rule under a scenario, and by which limit, in every year."""
    dims = MEASURES[rule.measure].dims
    index = pd.MultiIndex.from_product([list_labels(outcome, dim) for dim in dims], names=dims)
    cells = add_keys(index.to_frame(index=False), outcome)
    judged = np.ones(len(cells), dtype=bool)
    if "school" in dims:
        judged &= holds_for(rule, cells).to_numpy(bool)
    cells = cells.assign(limit=limit_cells(cells, rule.limit))
    if rule.limit:
        judged &= cells.limit.notna().to_numpy(bool)
    if "setting" not in dims:
        cells = cells.assign(setting="")
    cells = cells[judged]
    group = cells.groupby(GROUP, sort=False).ngroup().to_numpy(np.int64)
    order = np.argsort(group, kind="stable").astype(np.int64)
    cells, group = cells.iloc[order], group[order]
    first = np.flatnonzero(np.diff(group, prepend=-1)).astype(np.int64)
    keys = cells.iloc[first][GROUP].reset_index(drop=True)
    limit = cells.limit.to_numpy(float)
    if rule.across:
        limit = limit_cells(keys.assign(grade="", kind=""), rule.limit).to_numpy(float)
    home = np.zeros(0, dtype=np.int64)
    if "school" in dims:
        school = outcome.axes.schools.get_indexer(pd.Index(cells.school))
        year = pd.Index(outcome.axes.years).get_indexer(pd.Index(cells.year))
        home = (school * len(outcome.axes.years) + year).astype(np.int64)
    at = np.asarray(cells.index.to_numpy(), np.int64)
    return Layout(rule, keys, at, np.asarray(group, np.int64), first, limit, home, dims)


def fill_cells(layout: Layout, values: Values) -> Filled:
    """Fill the cells of a rule with the figures of one future.

    Parameters
    ----------
    values
        What the stages have made of the future, counting by the limits of the rule where it has
        limits of its own (`count_by`).
    """
    rule, measured = layout.rule, MEASURES[layout.rule.measure]
    array = measured.function(values)
    if np.issubdtype(array.dtype, np.integer):
        array = np.where(array == NOTHING, np.nan, array)
    value = array.ravel()[layout.at].astype(float)
    known = ~np.isnan(value)
    if layout.home.size:
        size = values.heads.attend.sum(axis=1).ravel()[layout.home]
        small = (size > 0) & (size < rule.leave_out.fewer_than)
        if measured.needs:
            blank = ~known & ~small & (_count_pupils(layout, values) > 0)
            known &= ~np.logical_or.reduceat(blank, layout.first)[layout.group]
        known &= ~small
    if rule.across:
        return _vary(layout, value, known, _count_pupils(layout, values))
    beyond = measure_beyond(rule, value, layout.limit)
    return Filled(value, np.where(np.isnan(layout.limit), 0.0, beyond), known)


def find_worst(layout: Layout, filled: Filled) -> tuple[Floats, Floats]:
    """Return the figure of each group that is farthest beyond, and how far; NaN without any."""
    if layout.rule.across:
        value, beyond = filled.value, filled.beyond
        return np.where(filled.known, value, np.nan), np.where(filled.known, beyond, np.nan)
    beyond = np.where(filled.known, filled.beyond, -np.inf)
    most = np.maximum.reduceat(beyond, layout.first)
    places = np.where(beyond == most[layout.group], np.arange(len(beyond)), len(beyond))
    value = filled.value[np.minimum.reduceat(places, layout.first)]
    found = np.isfinite(most)
    return np.where(found, value, np.nan), np.where(found, most, np.nan)


def _vary(layout: Layout, value: Floats, known: Bools, pupils: Floats) -> Filled:
    """Return how far schools differ, group by group; unknown where there are fewer than two."""
    ends = [*layout.first[1:], len(value)]
    spans = [slice(start, end) for start, end in zip(layout.first, ends, strict=True)]
    found = np.array(
        [
            measure_variation(value[span][known[span]], pupils[span][known[span]])
            if known[span].sum() > 1
            else np.nan
            for span in spans
        ]
    )
    return Filled(found, measure_beyond(layout.rule, found, layout.limit), ~np.isnan(found))


def _count_pupils(layout: Layout, values: Values) -> Floats:
    """Count the pupils of each cell: of the school's grade, of its stage, or of all of it."""
    attend = values.heads.attend
    if "grade" in layout.dims:
        pupils = attend.ravel()[layout.at]
    elif "stage" in layout.dims:
        pupils = values.axes.sum_grades(attend, axis=1).ravel()[layout.at]
    else:
        pupils = attend.sum(axis=1).ravel()[layout.home]
    return np.asarray(pupils, np.float64)
