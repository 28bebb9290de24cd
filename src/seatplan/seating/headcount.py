"""Whole pupils: from here on every count is of children, and parts add up to their totals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.case.outside import count_outside
from seatplan.demand.cohorts import Forecast
from seatplan.district.order import order_places
from seatplan.errors import SolveError
from seatplan.labels import Floats, Ints, to_series
from seatplan.seating.assignment import Assignment
from seatplan.solvers.rounding import UNITS, raise_largest, round_tables

SUM_DECIMALS = 4  # sums of parts that count to a millionth are whole where they are so to these


@dataclass(frozen=True)
class Headcount:
    """Whole pupils by school and by block; both add up to the district's whole forecast.

    `attend`: school x grade x year, pupils from outside among them. `seated` and `unplaced`: those
    of the blocks, block x grade x year.
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
    grade of the district nor a school's stage is off by a whole pupil (`round_schools`): a school
    that is exactly full stays so. Each block's seated and unplaced add up to the same totals
    (`round_along`). Of equals, the one farther west has the pupil (`order_places`), so that no
    order of rows decides.
    """
    axes, short = case.axes, assignment.short
    order = order_places(case.district.schools)
    parts, beyond = assignment.by_school(), short.sum(axis=0)
    attend = np.zeros(parts.shape, dtype=np.int64)
    without = np.zeros(beyond.shape, dtype=np.int64)
    for span in axes.spans:
        attend[:, span], without[span] = round_schools(parts[:, span], beyond[span], order)
    living, blocks = forecast.cube(axes.grades), order_places(case.district.blocks)
    return Headcount(
        attend=attend + count_outside(case),
        seated=round_along(np.maximum(living - short, 0.0), attend.sum(axis=0), blocks),
        unplaced=round_along(short, without, blocks),
        axes=axes,
    )


def round_schools(parts: Floats, short: Floats, order: Ints) -> tuple[Ints, Ints]:
    """Round the pupils of one stage: (school, grade, ...) and those without a school, (grade, ...).

    Each year, and each draw where there are some, is a table of its own (`round_table`).

    Parameters
    ----------
    order
        Positions of the schools: of equal remainders the earlier has the pupil.
    """
    used = order[parts[order].any(axis=tuple(range(1, parts.ndim)))]
    table = np.concatenate([parts[used], short[None]])
    turned = np.moveaxis(table, (1, 0), (-2, -1))  # (..., grade, school)
    whole = np.moveaxis(_round(turned), (-2, -1), (1, 0))
    attend = np.zeros(parts.shape, dtype=np.int64)
    attend[used] = whole[:-1]
    return attend, whole[-1]


def round_table(parts: Floats) -> Ints:
    """Round a table so that no cell, row sum or column sum is off by a whole pupil.

    Controlled rounding (Cox 1987): each cell, row sum and column sum becomes its floor or ceiling,
    so what is whole stays as it is. Columns are first rounded to the nearest whole number and
    shared out by largest remainder; where that puts a row sum off, the cells to raise are those of
    the largest remainders within all bounds (`solvers.rounding`). Where whole rows leave no way to
    meet the rounded columns, these take their floors or ceilings too: a linear programme that
    always has a solution, and only whole ones at its corners.

    Parameters
    ----------
    parts
        (rows, columns), at least 0; counted to a millionth of a pupil.
    """
    return _round(parts.T).T


def _round(parts: Floats) -> Ints:
    """Round tables, (..., column, row)."""
    units = np.rint(parts * UNITS).astype(np.int64)
    whole, failed = round_tables(np.ascontiguousarray(units))
    for at in np.argwhere(failed).tolist():
        floors, rest = np.divmod(units[*at], UNITS)
        whole[*at] = floors + _raise_cells(rest / UNITS)
    return whole


def _raise_cells(rest: Floats) -> Ints:
    """Choose the cells to raise by one: rows and columns to their floors or ceilings."""
    from scipy.optimize import linprog  # slow to import, and seldom wanted

    column, row = np.nonzero(rest)
    ones, cells = np.ones(len(row)), np.arange(len(row))
    by_row = sparse.csr_array((ones, (row, cells)), (rest.shape[1], len(row)))
    by_column = sparse.csr_array((ones, (column, cells)), (len(rest), len(row)))
    in_row, in_column = (np.round(rest.sum(axis=axis), SUM_DECIMALS) for axis in (0, 1))
    bounds = [np.ceil(in_row), np.ceil(in_column), -np.floor(in_row), -np.floor(in_column)]
    sums = sparse.vstack([by_row, by_column, -by_row, -by_column])
    # raising a cell pays where more than half of a pupil is left
    most = np.concatenate(bounds)
    solved = linprog(1 - 2 * rest[column, row], A_ub=sums, b_ub=most, bounds=(0, 1))
    if solved.x is None:
        raise SolveError(f"whole pupils: no rounding within the bounds ({solved.message})")
    raised = np.zeros(rest.shape, dtype=np.int64)
    raised[column, row] = np.rint(solved.x)
    return raised


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
    units = np.rint(np.moveaxis(values[order], 0, -1) * UNITS).astype(np.int64)
    floors, rest = np.divmod(units, UNITS)
    rounded = floors + raise_largest(rest, totals - floors.sum(axis=-1))
    whole = np.empty(values.shape, dtype=np.int64)
    whole[order] = np.moveaxis(rounded, -1, 0)
    return whole
