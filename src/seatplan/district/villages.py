"""Villages that were split or merged: tables of before, carried to the blocks of today."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from seatplan.district.columns import read_word
from seatplan.district.draft import Draft
from seatplan.district.rows import Rows
from seatplan.district.tables import (
    AGES,
    ATTEND,
    BLOCKS,
    CHANGES,
    COMPOSITION,
    HOUSING,
    RESIDENTS,
    RIDES,
    TRAVEL,
)
from seatplan.files import suggest

CATCHMENTS = "catchments.csv"
COUNTS: Mapping[str, tuple[str, ...]] = {  # what is shared out; other columns hold for each part
    RESIDENTS: ("total", *(f"age_{age}" for age in AGES)),
    HOUSING: ("dwellings",),
    ATTEND: ("pupils",),
}
KEYS: Mapping[str, tuple[str, ...]] = {  # one row for each, where villages were merged
    RESIDENTS: ("block",),
    ATTEND: ("block", "school", "grade"),
    CATCHMENTS: ("block", "stage", "school"),
    TRAVEL: ("block", "school"),
    RIDES: ("block", "school"),
    COMPOSITION: ("block", "group"),
    HOUSING: (),
}
PARTS = 1024  # rows that one may become: its number plus a fraction, which no sentence shows
WHOLE = 0.005  # how far shares of a village may be from 1 together


@dataclass(frozen=True)
class Split:
    """What became of a village in a year: block -> the share of its people who live there now."""

    year: int
    village: str
    shares: Mapping[str, float]


def read_splits(rows: Rows | None) -> list[Split]:
    """Return what became of villages, from the earliest year on; rows that say nothing left out."""
    if rows is None or not {"from", "to", "year"} <= set(rows.cells):
        return []
    found: dict[tuple[int, str], dict[str, float]] = {}
    for row in rows.cells.to_dict("records"):
        village, block, year, share = (row.get(key) for key in ("from", "to", "year", "share"))
        if village is None or block is None or not str(year).isdecimal():
            continue
        part = 1.0 if share is None else _number(share)
        key = int(str(year)), str(read_word(village))
        found.setdefault(key, {})[str(read_word(block))] = part
    return [Split(year, village, shares) for (year, village), shares in sorted(found.items())]


def carry_rows(rows: Rows, splits: list[Split], today: Collection[str]) -> Rows:
    """Return a table with every village of before in the blocks that it became.

    Counts are shared out, and added up where villages were merged; what is not counted holds for
    each part. Where a village keeps its id, a table that names a block which the change made is of
    after it, and is left.

    Parameters
    ----------
    today
        The blocks of today.
    """
    if rows.name not in KEYS or "block" not in rows.cells or not splits:
        return rows
    cells, carried = rows.cells, []
    for split in splits:
        present = {read_word(cell) for cell in cells.block.dropna()}
        made = set(split.shares) - {split.village} if split.village in today else set()
        if split.village not in present or made & present:
            continue
        cells = _share_out(cells, split, COUNTS.get(rows.name, ()))
        carried.append(f"{split.village} -> {', '.join(split.shares)} ({split.year})")
    if not carried:
        return rows
    cells = _add_up(cells, rows.name)
    sentence = rows.say(f"rows of before are carried by {CHANGES}: {'; '.join(carried)}")
    return replace(rows, cells=cells, carried=(sentence,))


def _share_out(cells: pd.DataFrame, split: Split, counts: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows, those of a village once for each block that it became."""
    own = np.array([cell is not None and read_word(cell) == split.village for cell in cells.block])
    parts, before = [cells[~own]], 0.0
    for at, (block, share) in enumerate(split.shares.items()):
        part = cells[own].assign(block=block)
        part.index = part.index + at / PARTS
        for column in set(counts) & set(part):
            whole = column == "dwellings"
            part[column] = part[column].map(partial(_take, before, share, whole))
        parts.append(part)
        before += share
    return pd.concat(parts).sort_index(kind="stable")


def _add_up(cells: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return one row for each key, counts added up; others as in the first."""
    keys = [key for key in KEYS[name] if key in cells]
    if not keys:
        return cells
    group = cells[keys].map(lambda cell: "" if cell is None else read_word(cell)).agg("\0".join, 1)
    first = cells[~group.duplicated()].copy()
    place = pd.Series(first.index, index=group[first.index])
    for column in set(COUNTS.get(name, ())) & set(cells):
        number = pd.Series([_number(cell) for cell in cells[column]], cells.index)
        total = number.groupby(group).sum(min_count=1)
        again = group[group.duplicated()].unique()
        for key in again:
            first.loc[place[key], column] = f"{total[key]:.10g}"
    return first


def _take(before: float, share: float, whole: bool, cell: object) -> object:
    """Return the share of a count after those `before` it, as text; what is no number stays.

    Where counts are whole, so are the parts, with the same sum.
    """
    number = _number(cell)
    if not np.isfinite(number):
        return cell
    if whole:
        return f"{round(number * (before + share)) - round(number * before)}"
    return f"{number * share:.10g}"


def _number(cell: object) -> float:
    try:
        return float(str(cell))
    except ValueError:
        return float("nan")


def check_splits(draft: Draft) -> Iterator[str]:
    """Hold that the parts of a village are all of it, and stand today or were split again."""
    if not draft.has(CHANGES, BLOCKS):
        return
    rows, table = draft.rows[CHANGES], draft.tables[CHANGES]
    known = {*draft.ids(BLOCKS), *table["from"].dropna()}
    for number, block in table.to.dropna().items():
        if block not in known:
            yield rows.fault(number, "to", f"no such block{suggest(block, draft.ids(BLOCKS))}")
    for number in table.index[table.year > draft.base_year]:
        want = f"want a year up to {draft.base_year}, whose blocks stand in {BLOCKS}"
        yield rows.fault(number, "year", want)
    for (_, village), own in table.groupby(["year", "from"]):
        together = own.share.fillna(1.0).sum()
        if abs(together - 1) > WHOLE:
            want = f"the parts of {village} are {together:.4g} together; want 1"
            yield rows.fault(own.index[0], "share", want)
