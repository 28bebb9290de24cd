"""Where pupils live against where they attend: area x school, small cells hidden."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.labels import Floats
from seatplan.outcome import Outcome

FEWEST = 10  # pupils that a cell shown holds at least: fewer could be known by sight
HIDDEN = "*"

Bools = npt.NDArray[np.bool_]


def tabulate_attendance(outcome: Outcome, stage: str) -> pd.DataFrame:
    """Return the listed pupils of a stage, block x school, as a table that may be shown.

    A row for each block with pupils, and `total`; a column for each school that they attend,
    `pupils`, and `own_share`: the share (0 to 1) that attends a school of its own catchment, where
    the stage has catchments. `*` stands for 1 to 9 pupils, and for what would tell such a cell by
    subtraction; empty is nobody.
    """
    counts = _count(outcome, stage)
    table = counts.to_numpy()
    whole = np.block([[table, table.sum(axis=1)[:, None]], [table.sum(axis=0), table.sum()]])
    hidden = hide_cells(whole)
    shown = np.where(whole > 0, np.char.mod("%.0f", whole), "").astype(object)
    shown[hidden] = HIDDEN
    labels = [*counts.index, "total"], [*counts.columns, "pupils"]
    told = pd.DataFrame(shown, pd.Index(labels[0], name="block"), labels[1])
    if outcome.standards.stage(stage).intake == "catchment" and len(counts):
        own = _find_own(outcome, stage, counts)
        told["own_share"] = _tell_shares(
            whole, np.vstack([own, own.any(axis=0)]), table * own, hidden
        )
    return told


def share_own(outcome: Outcome, stage: str) -> float:
    """Return the share of the listed pupils of a stage at a school of their own catchment."""
    counts = _count(outcome, stage)
    own = counts.to_numpy() * _find_own(outcome, stage, counts)
    return float(own.sum() / counts.to_numpy().sum()) if counts.size else float("nan")


def _count(outcome: Outcome, stage: str) -> pd.DataFrame:
    """Return the whole pupils listed of a stage, block x school, in the district's order."""
    axes, attend = outcome.axes, outcome.district.attend
    codes = axes.grades[axes.span(stage)]
    own = attend[attend.index.isin(codes, level="grade")]
    table = own.groupby(["block", "school"]).sum().round().unstack("school", fill_value=0)
    blocks = [block for block in axes.blocks if block in table.index]
    schools = [school for school in axes.schools if school in table.columns]
    return table.reindex(index=blocks, columns=schools).astype(float)


def _find_own(outcome: Outcome, stage: str, counts: pd.DataFrame) -> Bools:
    """Say of which pairs the school is one of the block's own catchment in the base year."""
    district, year = outcome.district, outcome.district.base_year
    own = np.zeros(counts.shape, dtype=bool)
    zones = district.catchments.reset_index()
    zones = zones[(zones.stage == stage) & (zones.year <= year)][["block", "school"]]
    shared = district.shares.index.to_frame(index=False)
    zones = pd.concat([zones, shared[shared.stage == stage][["block", "school"]]])
    block = counts.index.get_indexer(pd.Index(zones.block))
    school = counts.columns.get_indexer(pd.Index(zones.school))
    known = (block >= 0) & (school >= 0)
    own[block[known], school[known]] = True
    return own


def hide_cells(whole: Floats) -> Bools:
    """Say which cells of a table with its totals (last row and column) are not to be shown.

    Those of 1 to 9 pupils; and in each line in which one alone is hidden, so that it could be told
    from the total, the smallest other one that holds anybody.

    >>> hide_cells(np.array([[5.0, 20, 25], [30, 40, 70], [35, 60, 95]])).astype(int).tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    """
    hidden: Bools = (whole > 0) & (whole < FEWEST)
    while True:
        before = hidden.copy()
        for lines, marks in ((whole, hidden), (whole.T, hidden.T)):
            for line, mark in zip(lines, marks, strict=True):
                open_to = np.where((line > 0) & ~mark, line, np.inf)
                if mark.sum() == 1 and np.isfinite(open_to).any():
                    mark[open_to.argmin()] = True
        if (hidden == before).all():
            return hidden


def _tell_shares(whole: Floats, own: Bools, attend: Floats, hidden: Bools) -> list[Any]:
    """Return the share at a school of one's own, row by row; `*` where it would tell a cell."""
    at_own = np.append(attend.sum(axis=1), attend.sum())
    shares: list[Any] = []
    for row, pupils in enumerate(whole[:, -1]):
        others = pupils - at_own[row]
        few = any(0 < part < FEWEST for part in (at_own[row], others))
        kept = row < len(whole) - 1 and (hidden[row, :-1] & own[row]).any()
        secret = few or kept or hidden[row, -1]
        shares.append(HIDDEN if secret else round(at_own[row] / pupils, 3) if pupils else "")
    return shares
