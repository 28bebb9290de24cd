"""Tables that hold from a year on: what is in force, and changes by exchange."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pandas as pd

Cell = TypeVar("Cell", int, str)


def select_in_force(table: pd.Series[Cell], year: int) -> pd.Series[Cell]:
    """Return the entry of each label that holds in `year`, indexed without the year.

    A missing entry (no catchment) is an entry too, and hides the ones before it.
    """
    past = table[_years(table) <= year]
    held = past.iloc[np.argsort(_years(past), kind="stable")].droplevel("year")
    return held[~held.index.duplicated(keep="last")]


def enter(table: pd.Series[Cell], entries: pd.Series[Cell]) -> pd.Series[Cell]:
    """Return `table` with `entries` (same index levels) added, each in place of its namesake.

    Labels keep the order in which they first appear, and years rise within them.
    """
    joined = pd.concat([table, entries.astype(table.dtype)]) if len(table) else entries
    first, second, year = (joined.index.get_level_values(level) for level in range(3))
    order = np.lexsort((year, pd.factorize(second)[0], pd.factorize(first)[0]))
    ordered = joined.iloc[order]
    return ordered[~ordered.index.duplicated(keep="last")]


def add_rooms(
    classrooms: pd.Series[int], school: str, year: int, rooms: dict[str, int]
) -> pd.Series[int]:
    """Return `classrooms` with `rooms` by stage more from `year` on, later entries included."""
    held = select_in_force(classrooms, year)
    changed = classrooms
    for stage, more in rooms.items():
        labels = changed.index
        later = (
            (labels.get_level_values("school") == school)
            & (labels.get_level_values("stage") == stage)
            & (_years(changed) > year)
        )
        changed = changed.mask(later, changed + more)
        key = pd.MultiIndex.from_tuples([(school, stage, year)], names=labels.names)
        total = int(held.get((school, stage), 0)) + more
        changed = enter(changed, pd.Series([total], index=key, name=classrooms.name))
    return changed


def zone_blocks(
    catchments: pd.Series[str], blocks: list[str], stage: str, year: int, school: str
) -> pd.Series[str]:
    """Return `catchments` with `blocks` in that of `school` from `year` on."""
    key = pd.MultiIndex.from_product([blocks, [stage], [year]], names=catchments.index.names)
    return enter(catchments, pd.Series(school, index=key, name=catchments.name))


def hand_over(
    catchments: pd.Series[str], school: str, year: int, heir: str | None
) -> pd.Series[str]:
    """Return `catchments` with every block of `school` in that of `heir` from `year` on.

    Without an heir its blocks have no catchment from then on: a missing entry.
    """
    held = select_in_force(catchments, year)
    labels = list(held.index[held == school])
    changed = catchments.mask((catchments == school) & (_years(catchments) > year), heir)
    if not labels:
        return changed
    key = pd.MultiIndex.from_tuples([(*label, year) for label in labels])
    key.names = catchments.index.names
    return enter(changed, pd.Series(heir, index=key, name=catchments.name, dtype=catchments.dtype))


def _years(table: pd.Series[Cell]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return table.index.get_level_values("year").to_numpy(dtype=np.int64)
