"""A column that slipped by a row: every school has the figures of the school beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatplan.district.doubts.history import ROLLS, list_rolls
from seatplan.district.doubts.schools import SCHOOLS, count_seats, seat_limits, sum_stage
from seatplan.district.doubts.thresholds import THRESHOLDS
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.stages import Stage

RUN = 6  # schools in a row, from which chance does not make the figures of the row beside fit
Figures = NDArray[np.floating[Any]]


def doubt_slipped(draft: Draft) -> Iterator[Finding]:
    """Yield runs of schools whose rolls fit the school of the row above or below far better.

    What they fit: the classes of a stage with its limit, its seats, or the rolls of last year.
    """
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    for stage in draft.standards.stages:
        rolls = sum_stage(draft, stage)
        for name, other in _list_others(draft, stage):
            if (found := find_run(rolls, other)) is None:
                continue
            first, last, by = found
            span = f"{rows.place(table.index[first])} to {rows.place(table.index[last])}"
            side = "above" if by < 0 else "below"
            sentence = (
                f"{SCHOOLS}: {span}: rolls of {stage.code} fit {name} of the row {side}, not of "
                "their own; want each school's own roll"
            )
            yield Finding("rolls of the row beside", "doubtful", sentence, last - first)
            break


def _list_others(draft: Draft, stage: Stage) -> Iterator[tuple[str, Figures]]:
    """Yield what a school's roll is compared with, by name, in the order of the file."""
    table, limits = draft.tables[SCHOOLS], seat_limits(draft)
    if draft.has(ROLLS) and len(draft.tables[ROLLS]):
        past = list_rolls(draft)
        past = past[past.grade.isin([g.code for g in stage.grades])]
        before = past[past.year == draft.base_year - 1].groupby("school").pupils.sum()
        yield "last year's rolls", before.reindex(table.id).to_numpy(float)
    held = [table[f"classes_{g.code}"].astype(float) * limits[g.code] for g in stage.grades]
    yield "the classes", pd.concat(held, axis=1).sum(axis=1).to_numpy(float)
    yield "the seats", count_seats(draft, stage).to_numpy(float)


def find_run(rolls: Figures, other: Figures) -> tuple[int, int, int] | None:
    """Return the first and last row of a run that fits the row beside, and which; None where none.

    The run is the one that would win most, of six schools at least. Their logarithms are on the
    mean further from the others of their own row than the threshold, and four times as far as from
    those of the row beside.

    Parameters
    ----------
    rolls, other
        Of each school; 0, NaN and inf are no figures.

    >>> own = np.array([90.0, 300, 40, 700, 120, 60, 500, 210, 80])
    >>> find_run(own, own * 1.1), find_run(np.roll(own, 1), own * 1.1)
    (None, (1, 8, -1))
    """
    known = np.isfinite(rolls) & (rolls > 0) & np.isfinite(other) & (other > 0)
    places = np.flatnonzero(known)
    if len(places) < RUN + 1:
        return None
    logs, others = np.log(rolls[places]), np.log(other[places])
    best: tuple[float, int, int, int] | None = None
    for by in (-1, 1):
        there = np.arange(max(0, -by), len(places) - max(0, by))
        own = logs[there] - others[there]
        beside = logs[there] - others[there + by]
        own, beside = (np.abs(each - np.median(each)) for each in (own, beside))
        first, last, won = _win_most(own - beside)
        run = slice(first, last + 1)
        far = own[run].mean() > THRESHOLDS["rolls of the row beside"].most
        fits = beside[run].sum() < own[run].sum() / 4
        if last - first + 1 >= RUN and far and fits and (best is None or won > best[0]):
            best = won, int(places[there[first]]), int(places[there[last]]), by
    return None if best is None else best[1:]


def _win_most(gains: Figures) -> tuple[int, int, float]:
    """Return the run with the largest sum: its first and last place, and the sum."""
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    least = np.minimum.accumulate(sums)[:-1]
    last = int(np.argmax(sums[1:] - least))
    first = int(np.argmin(sums[: last + 1]))
    return first, last, float(sums[last + 1] - sums[first])
