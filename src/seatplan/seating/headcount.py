"""Whole pupils: from here on every count is of children, and parts add up to their totals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.demand.cohorts import Forecast
from seatplan.district.order import order_places
from seatplan.errors import SolveError
from seatplan.labels import Floats, Ints, to_series
from seatplan.seating.assignment import Assignment

SUM_DECIMALS = 4  # sums of parts that count to a millionth are whole where they are so to these


@dataclass(frozen=True)
class Headcount:
    """Whole pupils by school and by block; both add up to the district's whole forecast.

    `attend`: school x grade x year. `seated` and `unplaced`: block x grade x year.
    """

    attend: Ints
    seated: Ints
    unplaced: Ints
    axes: Axes

    @cached_property
    def schools(self) -> pd.Series[int]:
        """Pupils who attend, int > 0, index (`school`, `grade`, `year`)."""
        axes = self.axes
        return to_series(
            self.attend,
            "pupils",
            above=0,
            school=axes.schools,
            grade=axes.grades,
            year=axes.years,
        )


def count_heads(case: Case, forecast: Forecast, assignment: Assignment) -> Headcount:
    """Round pupils to whole children, grade by grade and year by year.

    Schools and the pupils without one, by grade, are a table that is rounded so that neither a
    grade of the district nor a school's stage is off by a whole pupil (`round_table`): a school
    that is exactly full stays so. Each block's seated and unplaced add up to the same totals
    (`round_along`). Of equals, the one farther west has the pupil (`order_places`), so that no
    order of rows decides.
    """
    axes, short = case.axes, assignment.short
    schools, blocks = order_places(case.district.schools), order_places(case.district.blocks)
    parts = np.concatenate([assignment.by_school()[schools], short.sum(axis=0, keepdims=True)])
    whole = np.zeros(parts.shape, dtype=np.int64)
    for span in axes.spans:
        for year in range(len(axes.years)):
            whole[:, span, year] = round_table(parts[:, span, year])
    attend = np.empty_like(whole[:-1])
    attend[schools] = whole[:-1]
    living = forecast.cube(axes.grades)
    return Headcount(
        attend=attend,
        seated=round_along(np.maximum(living - short, 0.0), attend.sum(axis=0), blocks),
        unplaced=round_along(short, whole[-1], blocks),
        axes=axes,
    )


def round_table(parts: Floats) -> Ints:
    """Round a table so that no cell, row sum or column sum is off by a whole pupil.

    Controlled rounding (Cox 1987): each cell, row sum and column sum becomes its floor or ceiling,
    so what is whole stays as it is. Columns are first rounded to the nearest whole number and
    shared out by largest remainder; where that puts a row sum off, the cells to raise are those of
    the largest remainders within all bounds. That is a flow problem: its linear programme always
    has a solution, and only whole ones at its corners.

    Parameters
    ----------
    parts
        (rows, columns), at least 0; counted to a millionth of a pupil.
    """
    parts = np.round(parts, 6)
    rows, columns = parts.shape
    totals = np.floor(np.round(parts.sum(axis=0), SUM_DECIMALS) + 0.5).astype(np.int64)
    groups = np.tile(np.arange(columns), rows)
    whole = round_parts(parts.ravel(), groups, totals).reshape(rows, columns)
    sums = np.round(parts.sum(axis=1), SUM_DECIMALS)
    if (np.abs(whole.sum(axis=1) - sums) < 1).all():
        return whole
    floors = np.floor(parts).astype(np.int64)
    return floors + _raise_cells(parts - floors, totals - floors.sum(axis=0))


def _raise_cells(rest: Floats, missing: Ints) -> Ints:
    """Choose the cells to raise by one: rows to their floors or ceilings, `missing` per column.

    Where whole rows leave no way to meet `missing`, columns take their floors or ceilings too.
    """
    rows = len(rest)
    row, column = np.nonzero(rest)
    cells = (np.ones(len(row)), np.arange(len(row)))
    by_row = sparse.csr_array((cells[0], (row, cells[1])), (rows, len(row)))
    by_column = sparse.csr_array((cells[0], (column, cells[1])), (rest.shape[1], len(row)))
    in_row, in_column = (np.round(rest.sum(axis=axis), SUM_DECIMALS) for axis in (1, 0))
    for low, high in ((missing, missing), (np.floor(in_column), np.ceil(in_column))):
        bounds = np.concatenate([np.ceil(in_row), high, -np.floor(in_row), -low])
        sums = sparse.vstack([by_row, by_column, -by_row, -by_column])
        # raising a cell pays where more than half of a pupil is left
        solved = linprog(1 - 2 * rest[row, column], A_ub=sums, b_ub=bounds, bounds=(0, 1))
        if solved.x is not None:
            raised = np.zeros(rest.shape, dtype=np.int64)
            raised[row, column] = np.rint(solved.x)
            return raised
    raise SolveError(f"whole pupils: no rounding within the bounds ({solved.message})")


def round_parts(parts: Floats, groups: Ints, totals: Ints) -> Ints:
    """Round parts to whole numbers so that the parts of group `g` add up to `totals[g]`.

    Hamilton's method: everyone gets the floor; what is missing goes, one each, to the largest
    remainders, the earlier part first among equals. Parts count to a millionth. `totals[g]` must
    lie less than one a part from the sum of its parts.

    >>> round_parts(np.array([1.5, 1.5, 1.0]), np.array([0, 0, 0]), np.array([4])).tolist()
    [2, 1, 1]
    """
    parts = np.round(parts, 6)
    floors = np.floor(parts)
    missing = totals - np.bincount(groups, floors, len(totals)).astype(np.int64)
    order = np.lexsort((np.arange(len(parts)), floors - parts, groups))
    first = np.concatenate([[0], np.cumsum(np.bincount(groups, minlength=len(totals)))[:-1]])
    rank = np.empty(len(parts), dtype=np.int64)
    rank[order] = np.arange(len(parts)) - first[groups[order]]
    whole: Ints = floors.astype(np.int64) + (rank < missing[groups])
    return whole


def round_along(values: Floats, totals: Ints, order: Ints) -> Ints:
    """Round an array so that its sums over the first dimension are `totals` (`round_parts`).

    `order`: positions along the first dimension; of equal remainders the earlier is raised.
    """
    groups = np.tile(np.arange(totals.size), len(values))
    whole = np.empty(values.shape, dtype=np.int64)
    rounded = round_parts(values[order].ravel(), groups, totals.ravel())
    whole[order] = rounded.reshape(values.shape)
    return whole
