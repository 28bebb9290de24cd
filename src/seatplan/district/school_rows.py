"""What a school's row must say of each stage: rooms, rolls and classes that agree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.district.combined import find_combined
from seatplan.district.draft import Draft
from seatplan.district.rows import Rows
from seatplan.district.stages import Stage

Bools = npt.NDArray[np.bool_]

BEYOND = 1e9  # pupils in a class where no limit says


def check_schools(draft: Draft) -> Iterator[str]:
    """Hold that schools have rooms and rolls for what their kind teaches, and nothing else."""
    rows, table = draft.rows["schools.geojson"], draft.tables["schools.geojson"]
    for number in table.index[table.closes <= table.opened]:
        want = f"want a year after opened, {table.opened[number]:.0f}"
        yield rows.fault(number, "closes", want)
    for stage in draft.standards.stages:
        yield from _check_filled(draft, stage)
        yield from _check_classes(draft, [grade.code for grade in stage.grades])
        yield from _check_roll(draft, stage)


def _check_filled(draft: Draft, stage: Stage) -> Iterator[str]:
    """Yield cells of a stage that are filled and should not be, or empty and should not be."""
    rows, table = draft.rows["schools.geojson"], draft.tables["schools.geojson"]
    codes = [grade.code for grade in stage.grades]
    columns = [f"{what}_{code}" for what in ("roll", "classes") for code in codes]
    rooms, seats = f"classrooms_{stage.code}", f"seats_{stage.code}"
    teaches = _teach(draft, stage)
    spared = table.kind.isin(list(draft.standards.kinds)) & ~teaches
    yield from _untaught(rows, table, [rooms, seats, *columns], spared)
    yield from _unfilled(rows, table, [rooms], teaches & table[seats].isna())
    taught = teaches & _stand(draft)
    yield from _unfilled(rows, table, columns, taught, _beside(table, codes))


def _check_roll(draft: Draft, stage: Stage) -> Iterator[str]:
    """Yield rolls without a room, and pupils from outside beyond the roll."""
    rows, table = draft.rows["schools.geojson"], draft.tables["schools.geojson"]
    rooms, outside = f"classrooms_{stage.code}", f"outside_{stage.code}"
    roll = table[[f"roll_{grade.code}" for grade in stage.grades]].sum(axis=1)
    taught = _teach(draft, stage) & _stand(draft)
    for number in table.index[taught & (roll > 0) & (table[rooms] == 0)]:
        want = f"want the rooms of its {roll[number]:.0f} pupils, or empty beside "
        yield rows.fault(number, rooms, f"{want}seats_{stage.code}")
    for number in table.index[table[outside] > roll]:
        want = f"want at most the {roll[number]:.0f} pupils on roll"
        yield rows.fault(number, outside, want)


def _teach(draft: Draft, stage: Stage) -> pd.Series[bool]:
    """Say which schools are of a kind that teaches the stage."""
    kinds = [kind for kind, stages in draft.standards.kinds.items() if stage.code in stages]
    return draft.tables["schools.geojson"].kind.isin(kinds)


def _stand(draft: Draft) -> pd.Series[bool]:
    """Say which schools stand in the base year."""
    table = draft.tables["schools.geojson"]
    return ~(table.opened > draft.base_year) & ~(table.closes <= draft.base_year)


def _untaught(
    rows: Rows, table: pd.DataFrame, columns: list[str], spared: pd.Series[bool]
) -> Iterator[str]:
    """Yield cells above 0 in stages that the school's kind does not teach."""
    filled = (table[columns].to_numpy() > 0) & spared.to_numpy()[:, None]
    for row, column in np.argwhere(filled).tolist():
        want = f"want it empty: a {table.kind.iloc[row]} does not teach this"
        yield rows.fault(table.index[row], columns[column], want)


def _beside(table: pd.DataFrame, codes: list[str]) -> Bools:
    """Say which grades lie below the first or above the last with pupils, school x grade.

    Empty there means that the school does not teach them, as a teaching point of grades 1 to 3.
    """
    filled = table[[f"roll_{code}" for code in codes]].gt(0).fillna(False).to_numpy(bool)
    before = np.logical_or.accumulate(filled, axis=1)
    after = np.logical_or.accumulate(filled[:, ::-1], axis=1)[:, ::-1]
    beside: Bools = (before | after) & ~(before & after)
    return beside


def _unfilled(
    rows: Rows,
    table: pd.DataFrame,
    columns: list[str],
    wanted: pd.Series[bool],
    spared: Bools | None = None,
) -> Iterator[str]:
    """Yield cells that are empty where a number is wanted; `spared`: grades that may be."""
    empty = rows.cells.reindex(columns=columns).isna().to_numpy() & wanted.to_numpy()[:, None]
    if spared is not None:  # pupils and classes of a grade are both empty, or neither
        parts = empty.reshape(len(empty), 2, -1)
        parts &= ~(spared & parts.all(axis=1))[:, None]
    for row, column in np.argwhere(empty).tolist():
        want = "want a whole number, 0 where there are none"
        yield rows.fault(table.index[row], columns[column], want)


def _check_classes(draft: Draft, codes: list[str]) -> Iterator[str]:
    """Yield rolls without a class, and classes without a roll.

    Grades without a class of their own sit in that of another grade, where all of them fit.
    """
    rows, table = draft.rows["schools.geojson"], draft.tables["schools.geojson"]
    together = _fit_together(draft, table, codes)
    for at, code in enumerate(codes):
        roll, classes = table[f"roll_{code}"], table[f"classes_{code}"]
        for number in table.index[(roll > 0) & (classes == 0) & ~together[:, at]]:
            want = f"want 1 or more for the {roll[number]:.0f} pupils of roll_{code}"
            yield rows.fault(number, f"classes_{code}", want)
        for number in table.index[(roll == 0) & (classes > 0)]:
            yield rows.fault(number, f"classes_{code}", f"want 0, as roll_{code} is 0")


def _fit_together(draft: Draft, table: pd.DataFrame, codes: list[str]) -> Bools:
    """Say of which grades the pupils fit in the class of the grade they sit with, row x grade."""
    counts = (table[[f"{what}_{code}" for code in codes]] for what in ("roll", "classes"))
    roll, classes = (count.fillna(0).to_numpy(float) for count in counts)
    host = find_combined(roll, classes)
    limits = (draft.standards.class_standard("seats", code, draft.base_year) for code in codes)
    most = min((limit.value for limit in limits if limit), default=BEYOND)
    alike = host[:, :, None] == host[:, None, :]
    seated, formed = ((alike * count[:, None, :]).sum(axis=2) for count in (roll, classes))
    fits: Bools = (formed > 0) & (seated <= most * formed)
    return fits
